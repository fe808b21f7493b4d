#ifndef CONCORDAT_SERVER_AUDIT_EXPORT_FEED_H_
#define CONCORDAT_SERVER_AUDIT_EXPORT_FEED_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "graph/mutex.h"
#include "server/audit/audit_run.h"
#include "server/audit/csv_claims.h"
#include "server/audit/row_source.h"
#include "server/executor.h"

namespace concordat {

// Brings the rows of an export to an audit: cuts them into parts, which the
// executor's threads audit at once, and publishes it at the end. Thread-safe,
// but for what takes rows: that is called by one thread at a time.
class ExportFeed : public std::enable_shared_from_this<ExportFeed> {
 public:
  // `executor` must outlive this. `subject_type`: see CsvClaimFormat. `source`
  // gets the rows where nobody sends them; else nullptr.
  ExportFeed(std::shared_ptr<AuditRun> run, std::string subject_type,
             std::shared_ptr<RowSource> source, Executor* executor);

  // Loads the truth, in the background. An audit of what is held, or with a
  // source, then goes on to its end by itself.
  void Begin();
  // Called from any thread when there is room again, or something has moved on,
  // or it is done, in the place of the one before, which may be being called
  // still.
  void Listen(std::function<void()> listener)
      ABSL_LOCKS_EXCLUDED(listen_mutex_);

  // Whether more rows may be given now.
  bool has_room() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Rows of the long CSV format, cut anywhere: `csv` is part of `message`.
  // Errors: INVALID_FIELD where the header does not fit, or claims came before;
  // the audit has failed.
  absl::Status AddCsv(std::shared_ptr<const std::string> message,
                      absl::string_view csv);
  // The bytes of a v1::AuditClaims, part of `message`. Errors: INVALID_FIELD,
  // LIMIT_EXCEEDED, UNREADABLE_MESSAGE; the audit goes on.
  absl::Status AddClaims(std::shared_ptr<const std::string> message,
                         absl::string_view claims);
  // That was all: publishes when everything is audited.
  void End();
  // The stream broke off: what is half a row will come again.
  void Detach();
  // It has failed.
  void Fail(const absl::Status& why);

  // Bytes of CSV up to the end of the last row that was taken.
  int64_t bytes() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether nothing goes on any more, and how it ended.
  std::optional<absl::Status> result() const ABSL_LOCKS_EXCLUDED(mutex_);
  AuditRun& run() { return *run_; }

 private:
  // Makes the format of the header, once all of it is there; OK and no format:
  // it is not.
  absl::Status ReadHeader();
  // Hands over the records that are whole; at the end, what is left as well.
  absl::Status CutParts(bool at_end);
  void Submit(AuditRun::NextRows next) ABSL_LOCKS_EXCLUDED(mutex_);
  void StartSource() ABSL_LOCKS_EXCLUDED(mutex_);
  void Finish(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  void FinishIfDone() ABSL_LOCKS_EXCLUDED(mutex_);
  void Notify() ABSL_LOCKS_EXCLUDED(listen_mutex_);

  const std::shared_ptr<AuditRun> run_;
  const std::string subject_type_;
  const std::shared_ptr<RowSource> source_;
  Executor& executor_;

  // Of whoever gives rows.
  std::string rest_;  // what is no whole record yet
  std::shared_ptr<const CsvClaimFormat> format_;
  int64_t next_line_ = 1;
  int64_t next_claim_ = 1;
  bool takes_claims_ = false;
  bool skipping_ = false;  // what is left of a record that is too long

  mutable Mutex mutex_;
  bool begun_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status problem_ ABSL_GUARDED_BY(mutex_);
  bool finishing_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> result_ ABSL_GUARDED_BY(mutex_);

  Mutex listen_mutex_;
  std::function<void()> listener_ ABSL_GUARDED_BY(listen_mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_EXPORT_FEED_H_
