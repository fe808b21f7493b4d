// The layout of the rows of rows::kAudits.
//
//   "k"               -> the secret that keys of items are made from
//   "n"               -> the number of the next audit
//   "a" number        -> AuditRecord, but for its sampling
//   "e" number        -> that, where it has one
//   "f" number block  -> a block of findings, in order (FindingSequence)
//   "s" number run block -> the same, of a run that is on its way there
#ifndef CONCORDAT_CONSISTENCY_AUDITS_AUDIT_ROWS_H_
#define CONCORDAT_CONSISTENCY_AUDITS_AUDIT_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/audits/audit_finding.h"
#include "consistency/audits/audit_record.h"
#include "consistency/rows.h"
#include "graph/store.h"

namespace concordat::rows {

// The number of the next audit: it is used up.
absl::StatusOr<uint64_t> TakeAuditNumber(Transaction& tx);
// What keys of items are made from; empty where none was drawn yet. It never
// changes, for channels keep sketches by it.
absl::StatusOr<std::string> GetAuditSecret(const Reader& reader);
absl::Status PutAuditSecret(Transaction& tx, absl::string_view secret);
absl::Status PutAudit(Transaction& tx, const audits::AuditRecord& record);
absl::StatusOr<std::optional<audits::AuditRecord>> GetAudit(
    const Reader& reader, uint64_t number);
// The numbers of those of which there are blocks of findings, of the runs only
// or of any, in order.
absl::StatusOr<std::vector<uint64_t>> AuditsWithBlocks(const Reader& reader,
                                                       bool runs_only);
// Visits them from the newest below `before` (0: the newest of all) on, until
// `visit` gives false.
absl::Status VisitAudits(
    const Reader& reader, uint64_t before,
    absl::FunctionRef<bool(const audits::AuditRecord& record)> visit);

// Blocks of findings: those of an audit, where `run` is 0; else those of one of
// its runs.
std::string AuditBlockKey(uint64_t number, uint32_t run, uint32_t block);
std::string EncodeAuditFindings(absl::Span<const audits::AuditFinding> block,
                                absl::string_view channel);
absl::StatusOr<std::vector<audits::AuditFinding>> ParseAuditFindings(
    absl::string_view row);
// Removes at most so many blocks of the audit: of its runs, or all. False where
// none is left.
absl::StatusOr<bool> RemoveAuditBlocks(Transaction& tx, uint64_t number,
                                       bool runs_only, size_t blocks_max);
absl::Status DeleteAudit(Transaction& tx, uint64_t number);

}  // namespace concordat::rows

namespace concordat::audits {

// Findings in order (ComesBefore), each once. Not thread-safe.
class FindingSequence {
 public:
  virtual ~FindingSequence() = default;
  // nullptr at the end. Valid until Advance; may be moved from.
  virtual AuditFinding* Current() = 0;
  virtual absl::Status Advance() = 0;
};

// Where a finding lies.
struct FindingPosition {
  uint32_t block = 0;
  uint32_t index = 0;
};

// Those that an audit, or one of its runs, has in blocks.
class StoredFindings final : public FindingSequence {
 public:
  // From a position on; `run` is 0 for those of the audit. `reader` must
  // outlive it. Errors: the reader's, DATA_LOSS.
  static absl::StatusOr<std::unique_ptr<StoredFindings>> Open(
      const Reader& reader, uint64_t number, uint32_t run,
      FindingPosition from = {});

  AuditFinding* Current() override {
    return at_ < block_.size() ? &block_[at_] : nullptr;
  }
  absl::Status Advance() override;
  FindingPosition position() const;

 private:
  StoredFindings(const Reader& reader, uint64_t number, uint32_t run,
                 uint32_t block)
      : reader_(reader), number_(number), run_(run), next_block_(block) {}
  absl::Status Load();

  const Reader& reader_;
  const uint64_t number_;
  const uint32_t run_;
  uint32_t next_block_;
  std::vector<AuditFinding> block_;
  size_t at_ = 0;
};

// Those that are in memory, in order and each once.
std::unique_ptr<FindingSequence> SequenceOf(std::vector<AuditFinding> findings);
// Of all together: what several have becomes one (Merge).
absl::StatusOr<std::unique_ptr<FindingSequence>> MergeFindings(
    std::vector<std::unique_ptr<FindingSequence>> parts);

// Goes through two audits' findings together, until `visit` gives false. It
// gets what became of each, and both, of which one may be nullptr. Those that
// are gone in both, or that only one of them knows to be gone, are GONE as
// well. Errors: those of the sequences and of `visit`.
absl::Status CompareFindings(
    FindingSequence& before, FindingSequence& now,
    absl::FunctionRef<absl::StatusOr<bool>(
        AuditChange change, AuditFinding* before, AuditFinding* now)>
        visit);

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_AUDIT_ROWS_H_
