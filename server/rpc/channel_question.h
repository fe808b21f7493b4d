#ifndef CONCORDAT_SERVER_RPC_CHANNEL_QUESTION_H_
#define CONCORDAT_SERVER_RPC_CHANNEL_QUESTION_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "concordat/v1/probes.pb.h"
#include "consistency/claim_report.h"
#include "consistency/knowledge.h"
#include "graph/mutex.h"
#include "server/probe/probe_answers.h"
#include "server/probe/probe_client.h"
#include "server/rpc/read_session.h"
#include "server/rpc/service_context.h"

namespace concordat {

void SetDuration(absl::Duration duration, google::protobuf::Duration* wire);

// One call of AskChannels: asks all channels at once, then holds what they say
// against the truth and against each other. Lives until it is done.
class ChannelQuestion : public std::enable_shared_from_this<ChannelQuestion> {
 public:
  using Done = std::function<void(const absl::Status&)>;

  // On a thread that may block. `done` is called once, when `response` is
  // filled; all others must live until then.
  static void Ask(const ServiceContext& context,
                  const v1::AskChannelsRequest& request,
                  v1::AskChannelsResponse* response, Done done);

 private:
  // What is asked of one channel.
  struct Asked {
    ProbeClient* client = nullptr;
    ProbedSubject subject;
    std::optional<ProbeReply<v1::WouldSayResponse>> reply;
    std::optional<Claim> claim;  // of an answer that makes sense
    bool says_none = false;
  };

  ChannelQuestion(const ServiceContext& context,
                  const v1::AskChannelsRequest& request,
                  v1::AskChannelsResponse* response, Done done)
      : context_(context),
        request_(request),
        response_(*response),
        done_(std::move(done)) {}

  // Whom to ask, and about whom. Errors: those of the whole call.
  absl::Status Prepare();
  absl::Status CheckRequest() const;
  absl::Status FindChannels();
  absl::Status FindSubject(const ReadSession& session);
  void AskAll();
  void OnReply() ABSL_LOCKS_EXCLUDED(mutex_);
  // Once every channel has answered, or will not.
  absl::Status Judge();
  absl::Status JudgeOne(Asked& asked, StoredKnowledge& knowledge,
                        v1::ChannelAnswer* answer);
  absl::StatusOr<v1::ProbeOutcome> ReadAnswer(Asked& asked) const;
  absl::Status Compare(StoredKnowledge& knowledge);
  absl::Status ShowTruth(StoredKnowledge& knowledge);
  void Record();

  const ServiceContext& context_;
  const v1::AskChannelsRequest& request_;
  v1::AskChannelsResponse& response_;
  const Done done_;
  std::shared_ptr<const Vocabulary> vocabulary_;
  const Attribute* attribute_ = nullptr;
  EntityId entity_;  // canonical
  absl::Time now_;
  std::vector<PreparedClaim> prepared_;  // views of claims of asked_
  std::vector<int> prepared_for_;        // their places in asked_
  std::vector<Asked> asked_;             // by channel

  Mutex mutex_;
  size_t waiting_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_CHANNEL_QUESTION_H_
