#ifndef CONCORDAT_SERVER_AUDIT_AUDIT_BOOK_H_
#define CONCORDAT_SERVER_AUDIT_AUDIT_BOOK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/audits/audit_record.h"
#include "graph/mutex.h"
#include "server/audit/audit_run.h"
#include "server/audit/export_feed.h"
#include "server/executor.h"
#include "server/periodic_task.h"

namespace concordat {

// What an audit is asked to be.
struct AuditSpec {
  audits::AuditRecord record;  // channel, scope, revision, as_at, texts
  std::string subject_type;
  std::shared_ptr<const Vocabulary> vocabulary;
  // Gets the rows where nobody sends them, and they are not what is held.
  std::shared_ptr<RowSource> source;
};

// The audits of a store: those that run, and what is kept of the others.
// Thread-safe; what writes must not be called from the committer's thread.
class AuditBook {
 public:
  // How long an export that broke off is waited for.
  static constexpr absl::Duration kPatience = absl::Minutes(10);

  // `context` must outlive this.
  explicit AuditBook(const AuditContext& context);
  ~AuditBook();
  AuditBook(const AuditBook&) = delete;
  AuditBook& operator=(const AuditBook&) = delete;

  // Those that were running when the server ended have failed. Call it first,
  // once the committer runs. Errors: the store's.
  absl::Status Recover() ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends what runs; nothing begins any more.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // Begins one whose rows come, or which reads what is held. Errors: OVERLOADED
  // where too many run, SHUTTING_DOWN, the store's.
  absl::StatusOr<std::shared_ptr<ExportFeed>> Begin(AuditSpec spec)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // One that waits for rows, which it does no more. Errors: NOT_FOUND.
  absl::StatusOr<std::shared_ptr<ExportFeed>> Resume(uint64_t number)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The stream of its rows broke off: it waits for another.
  void Detach(const std::shared_ptr<ExportFeed>& feed)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The threads that audits run on.
  Executor& executor() { return executor_; }

  // nullptr: it does not run.
  std::shared_ptr<ExportFeed> FindRunning(uint64_t number) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Errors: NOT_FOUND, the store's.
  absl::StatusOr<audits::AuditRecord> Get(uint64_t number) const;
  // Has one that runs end soon. Errors: NOT_FOUND.
  absl::StatusOr<audits::AuditRecord> Cancel(uint64_t number);
  // Gives a cause of one that succeeded to somebody. Errors: NOT_FOUND, the
  // store's.
  absl::StatusOr<audits::AuditCause> AssignCause(uint64_t number,
                                                 const std::string& cause_id,
                                                 const std::string& owner);
  // Errors: NOT_FOUND, PRECONDITION_FAILED where it runs, the store's.
  absl::Status Delete(uint64_t number);

 private:
  absl::Status RemoveLeftovers();
  struct Running {
    std::shared_ptr<ExportFeed> feed;
    // While no stream brings it rows: until when one is waited for.
    std::optional<absl::Time> waits_until;
  };

  // Forgets those that have ended, and ends those that have waited in vain.
  void Tidy() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const AuditContext context_;
  Executor executor_;
  mutable Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<uint64_t, Running> running_ ABSL_GUARDED_BY(mutex_);
  PeriodicTask tidying_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_AUDIT_BOOK_H_
