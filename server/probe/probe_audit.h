#ifndef CONCORDAT_SERVER_PROBE_PROBE_AUDIT_H_
#define CONCORDAT_SERVER_PROBE_PROBE_AUDIT_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/probe.pb.h"
#include "consistency/audits/sample_frame.h"
#include "graph/mutex.h"
#include "graph/store.h"
#include "server/audit/row_source.h"
#include "server/probe/probe_answers.h"
#include "server/probe/probe_client.h"

namespace concordat {

// Asks a channel about the entities of an audit: as many calls at a time as its
// backend takes, their answers audited in the order of the questions, so that a
// sequential sample ends where it may. Where the backend fails for good, so
// does the audit. Holds the answers of a few calls. Thread-safe.
class ProbeAudit final : public RowSource,
                         public std::enable_shared_from_this<ProbeAudit> {
 public:
  // Both must outlive it.
  ProbeAudit(Store* store, const Clock* clock, ProbeClient* client)
      : store_(*store), clock_(*clock), client_(*client) {}

  void Start(std::shared_ptr<AuditRun> run, Executor* executor,
             std::function<void(const absl::Status&)> done) override
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Cancel() override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Some entities that the channel is asked about in one call.
  struct Batch {
    std::vector<audits::SampleFrame::Asked> asked;
    std::vector<ProbedSubject> subjects;
    ProbeClient::CallId call = 0;
    std::optional<absl::StatusOr<v1::FetchRecordsResponse>> reply;
  };

  // Something has moved on: has Work called, by one thread at a time.
  void Poke() ABSL_LOCKS_EXCLUDED(mutex_);
  void Step() ABSL_LOCKS_EXCLUDED(mutex_);
  void End(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  // Goes on as far as it can; nullopt: there is something to wait for.
  std::optional<absl::Status> Work() ABSL_LOCKS_EXCLUDED(mutex_);
  // What the backend says of itself; false: it has not said it yet.
  absl::StatusOr<bool> Describe() ABSL_LOCKS_EXCLUDED(mutex_);
  // The first batch, if there is an answer to it.
  std::shared_ptr<Batch> TakeAnswered() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status Audit(Batch& batch);
  // False where there is nothing to ask any more.
  absl::StatusOr<bool> Ask() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status FindSubjects(Batch& batch) const;
  std::vector<std::string> AttributesToAsk() const;

  Store& store_;
  const Clock& clock_;
  ProbeClient& client_;
  // Set by Start.
  std::shared_ptr<AuditRun> run_;
  Executor* executor_ = nullptr;

  // Of whoever is in Work.
  std::optional<audits::SampleFrame> frame_;
  std::vector<std::string> attributes_;
  int64_t asked_ = 0;
  int64_t line_ = 0;  // of what was answered, all claims in a row
  bool is_described_ = false;

  Mutex mutex_;
  std::function<void(const absl::Status&)> done_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool working_ ABSL_GUARDED_BY(mutex_) = false;
  bool work_again_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> described_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<Batch>> batches_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_PROBE_PROBE_AUDIT_H_
