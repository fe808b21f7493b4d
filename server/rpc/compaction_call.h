#ifndef CONCORDAT_SERVER_RPC_COMPACTION_CALL_H_
#define CONCORDAT_SERVER_RPC_COMPACTION_CALL_H_

#include <atomic>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "concordat/v1/admin.pb.h"
#include "consistency/compaction.h"
#include "grpcpp/support/server_callback.h"
#include "server/rpc/service_context.h"

namespace concordat {

// One call of Compact: a step, then an answer, until it is done. Deletes itself
// when the stream is done.
class CompactionCall final
    : public grpc::ServerWriteReactor<v1::CompactResponse> {
 public:
  // `running` is set while one compacts, in this or another call.
  CompactionCall(const ServiceContext* context, std::atomic<bool>* running,
                 const v1::CompactRequest& request, std::string trace_id);

  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  // On the executor: what to compact to.
  void Start();
  absl::Status Decide();
  // Hands the next step to the committer.
  void Step(bool begins);
  // On the executor: the next part of a pass that only counts.
  void Survey();
  absl::Status SurveyNow();
  void Answer();
  void End(const absl::Status& status);

  const ServiceContext& context_;
  std::atomic<bool>* const running_;
  const v1::CompactRequest request_;
  const std::string trace_id_;
  bool owns_running_ = false;
  CompactionProgress progress_;
  v1::CompactResponse response_;
};

// Goes on with a compaction that was begun and not done, in the background;
// `running` is set meanwhile. Errors: the store's.
absl::Status ResumeCompaction(const ServiceContext& context,
                              std::atomic<bool>* running);

// Begins to compact what is older, in the background; `running` is set
// meanwhile. Does nothing where there is nothing older, or something compacts.
// Errors: the store's; OVERLOADED, SHUTTING_DOWN.
absl::Status CompactOlder(const ServiceContext& context,
                          std::atomic<bool>* running, absl::Duration age);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_COMPACTION_CALL_H_
