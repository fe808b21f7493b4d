#include <algorithm>
#include <memory>
#include <utility>

#include "consistency/audits/audit_rows.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat::audits {
namespace {

class FindingsInMemory final : public FindingSequence {
 public:
  explicit FindingsInMemory(std::vector<AuditFinding> findings)
      : findings_(std::move(findings)) {}

  AuditFinding* Current() override {
    return at_ < findings_.size() ? &findings_[at_] : nullptr;
  }
  absl::Status Advance() override {
    ++at_;
    return absl::OkStatus();
  }

 private:
  std::vector<AuditFinding> findings_;
  size_t at_ = 0;
};

class MergedFindings final : public FindingSequence {
 public:
  explicit MergedFindings(std::vector<std::unique_ptr<FindingSequence>> parts)
      : parts_(std::move(parts)) {}

  AuditFinding* Current() override { return at_end_ ? nullptr : &current_; }
  absl::Status Advance() override {
    FindingSequence* const first = First();
    at_end_ = first == nullptr;
    if (at_end_) return absl::OkStatus();
    current_ = std::move(*first->Current());
    CONCORDAT_RETURN_IF_ERROR(first->Advance());
    for (FindingSequence* next = First();
         next != nullptr && IsSameContradiction(*next->Current(), current_);
         next = First()) {
      Merge(std::move(*next->Current()), current_);
      CONCORDAT_RETURN_IF_ERROR(next->Advance());
    }
    return absl::OkStatus();
  }

 private:
  // Few, so they are looked at one after the other.
  FindingSequence* First() {
    FindingSequence* first = nullptr;
    for (const auto& part : parts_) {
      if (part->Current() == nullptr) continue;
      if (first == nullptr ||
          ComesBefore(*part->Current(), *first->Current())) {
        first = part.get();
      }
    }
    return first;
  }

  std::vector<std::unique_ptr<FindingSequence>> parts_;
  AuditFinding current_;
  bool at_end_ = false;
};

AuditChange ChangeOf(const AuditFinding* before, const AuditFinding& now) {
  if (before == nullptr) return AuditChange::kNew;
  if (before->gone_audit != 0) return AuditChange::kReopened;
  return before->verdict == now.verdict && before->further == now.further &&
                 before->said == now.said && before->truth == now.truth
             ? AuditChange::kUnchanged
             : AuditChange::kUpdated;
}

// What is gone now is not there.
bool IsThere(const AuditFinding* finding) {
  return finding != nullptr && finding->gone_audit == 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<StoredFindings>> StoredFindings::Open(
    const Reader& reader, uint64_t number, uint32_t run, FindingPosition from) {
  auto findings = std::unique_ptr<StoredFindings>(
      new StoredFindings(reader, number, run, from.block));
  CONCORDAT_RETURN_IF_ERROR(findings->Load());
  findings->at_ = from.index;
  return findings;
}

absl::Status StoredFindings::Load() {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<std::string> row,
      reader_.Get(rows::kAudits,
                  rows::AuditBlockKey(number_, run_, next_block_)));
  block_.clear();
  at_ = 0;
  if (!row.has_value()) return absl::OkStatus();
  ++next_block_;
  CONCORDAT_ASSIGN_OR_RETURN(block_, rows::ParseAuditFindings(*row));
  return absl::OkStatus();
}

absl::Status StoredFindings::Advance() {
  return ++at_ < block_.size() ? absl::OkStatus() : Load();
}

FindingPosition StoredFindings::position() const {
  if (at_ >= block_.size()) return {next_block_, 0};
  return {next_block_ - 1, static_cast<uint32_t>(at_)};
}

std::unique_ptr<FindingSequence> SequenceOf(
    std::vector<AuditFinding> findings) {
  return std::make_unique<FindingsInMemory>(std::move(findings));
}

absl::StatusOr<std::unique_ptr<FindingSequence>> MergeFindings(
    std::vector<std::unique_ptr<FindingSequence>> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  auto merged = std::make_unique<MergedFindings>(std::move(parts));
  CONCORDAT_RETURN_IF_ERROR(merged->Advance());
  return std::unique_ptr<FindingSequence>(std::move(merged));
}

absl::Status CompareFindings(
    FindingSequence& before, FindingSequence& now,
    absl::FunctionRef<absl::StatusOr<bool>(
        AuditChange change, AuditFinding* before, AuditFinding* now)>
        visit) {
  while (before.Current() != nullptr || now.Current() != nullptr) {
    AuditFinding* was = before.Current();
    AuditFinding* is = now.Current();
    if (was != nullptr && is != nullptr) {
      if (ComesBefore(*was, *is)) {
        is = nullptr;
      } else if (ComesBefore(*is, *was)) {
        was = nullptr;
      }
    }
    const AuditChange change =
        IsThere(is) ? ChangeOf(was, *is) : AuditChange::kGone;
    CONCORDAT_ASSIGN_OR_RETURN(const bool more, visit(change, was, is));
    if (!more) return absl::OkStatus();
    if (was != nullptr) CONCORDAT_RETURN_IF_ERROR(before.Advance());
    if (is != nullptr) CONCORDAT_RETURN_IF_ERROR(now.Advance());
  }
  return absl::OkStatus();
}

}  // namespace concordat::audits
