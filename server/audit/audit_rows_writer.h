#ifndef CONCORDAT_SERVER_AUDIT_AUDIT_ROWS_WRITER_H_
#define CONCORDAT_SERVER_AUDIT_AUDIT_ROWS_WRITER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/audits/audit_rows.h"
#include "graph/mutex.h"
#include "graph/store.h"
#include "server/ingest/committer.h"

namespace concordat {

// Runs `work` in a transaction of the committer and waits until it is durable.
// Not from the committer's own thread. Errors: those of `work`, OVERLOADED,
// SHUTTING_DOWN, the store's.
absl::Status WriteAndWait(Committer& committer,
                          std::function<absl::Status(Transaction&)> work);

// Writes what one audit finds: first in sorted runs, then merged. Other writes
// go on between; a few of its own are on their way to the disk while it makes
// the next ones. Thread-safe.
class AuditRowsWriter {
 public:
  // `committer` must outlive this.
  AuditRowsWriter(Committer* committer, uint64_t number, std::string channel);
  AuditRowsWriter(const AuditRowsWriter&) = delete;
  AuditRowsWriter& operator=(const AuditRowsWriter&) = delete;

  // Sorts findings and writes them as a run, which is durable then. Errors:
  // WriteAndWait's.
  absl::Status WriteRun(std::vector<audits::AuditFinding> findings);
  // How many there are, numbered from 1.
  uint32_t runs() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Adds one to those that the audit has; in order, from one thread. Flush
  // after the last, for what was added to be durable. Errors: WriteAndWait's,
  // once of what was added before.
  absl::Status Add(audits::AuditFinding finding);
  absl::Status Flush();

  // Removes the runs, or with `all` everything that it wrote.
  absl::Status Clear(bool all);

 private:
  using Block = std::pair<std::string, std::string>;  // key, row
  // On their way, and the first error that there was.
  struct Writes {
    Mutex mutex;
    CondVar ended;
    int count ABSL_GUARDED_BY(mutex) = 0;
    absl::Status failed ABSL_GUARDED_BY(mutex);
  };

  // Waits only while too many are on their way.
  absl::Status Write(std::vector<Block> blocks);
  // Until all are durable.
  absl::Status AwaitWrites();
  Block Encode(absl::Span<const audits::AuditFinding> findings, uint32_t run,
               uint32_t block) const;

  Committer& committer_;
  const uint64_t number_;
  const std::string channel_;
  const std::shared_ptr<Writes> writes_ = std::make_shared<Writes>();
  mutable Mutex mutex_;
  uint32_t runs_ ABSL_GUARDED_BY(mutex_) = 0;
  // Of Add.
  std::vector<audits::AuditFinding> pending_;
  std::vector<Block> blocks_;
  size_t block_bytes_ = 0;
  uint32_t next_block_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_AUDIT_ROWS_WRITER_H_
