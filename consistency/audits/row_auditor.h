// The rows of a channel's export, held against the truth.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_ROW_AUDITOR_H_
#define CONCORDAT_CONSISTENCY_AUDITS_ROW_AUDITOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consistency/audits/audit_finding.h"
#include "consistency/audits/audit_plan.h"
#include "consistency/audits/breakdown.h"
#include "consistency/audits/coverage.h"
#include "consistency/audits/prints.h"
#include "consistency/audits/tally.h"
#include "consistency/claims.h"
#include "consistency/judge.h"

namespace concordat::audits {

// One row of an export: what the channel holds about one attribute.
struct AuditRow {
  ReportedClaim claim;  // of the plan's channel
  // Where it stands, from 1: a line of a file, or a place in a stream.
  int64_t line = 0;
};

// A row that could not be judged. Its message quotes no value.
struct RefusedRow {
  int64_t line = 0;
  absl::Status why;
};

// Audits a part of the rows. Each row is first matched, which takes the index
// and nothing else; what did not agree at one look is then judged, which takes
// the store. One thread has one; `plan` and `coverage` are shared.
class RowAuditor {
 public:
  // Of the refused rows it keeps at least so many, those of the first lines.
  static constexpr size_t kRefusedMax = 100;

  // All must outlive this.
  RowAuditor(const AuditPlan* plan, Coverage* coverage);

  // Matches rows, and remembers which of them have to be judged. Nobody may
  // write to the index meanwhile.
  void Match(absl::Span<const AuditRow> rows);
  // Judges these, of the rows that were matched last, and forgets them.
  // `knowledge` is of the plan's revision and vocabulary. Errors: its own; then
  // another call, with another knowledge, goes on.
  absl::Status Judge(absl::Span<const AuditRow> rows, Knowledge& knowledge);
  // Notes which entities the rows that were judged are about. Nobody may write
  // to the index meanwhile.
  void NoteJudged();

  bool has_to_judge() const { return !to_judge_.empty(); }
  // Counts a row that was none.
  void Refuse(RefusedRow row);

  const Tally& tally() const { return tally_; }
  // Of its own accord it counts only what agrees.
  Breakdown& breakdown() { return breakdown_; }
  std::vector<AuditFinding>& findings() { return findings_; }
  std::vector<RefusedRow>& refused() { return refused_; }

 private:
  using AttributeNumber = TruthIndex::AttributeNumber;
  using EntityNumber = TruthIndex::EntityNumber;
  using TypeNumber = TruthIndex::TypeNumber;
  static constexpr size_t kBlock = 64;

  // About whom a row that was judged is.
  struct Judged {
    std::optional<EntityId> entity;
    AttributeNumber attribute;
  };

  void MatchBlock(absl::Span<const AuditRow> rows, size_t first);
  // Whom each row is about, where that takes one look.
  void FindEntities(absl::Span<const AuditRow> rows,
                    std::array<EntityNumber, kBlock>& entities);
  static bool SameSubject(const ReportedClaim& a, const ReportedClaim& b);
  uint64_t PrintOfSubject(const ReportedClaim& claim);
  uint64_t PrefetchSubject(const ReportedClaim& claim);
  EntityNumber FollowLink(const ReportedClaim& claim,
                          TruthIndex::LinkNumber number) const;
  TypeNumber TypeNumberOf(absl::string_view name);
  AttributeNumber NumberOf(TypeNumber type, absl::string_view name);
  bool Agrees(const ReportedClaim& claim, EntityNumber entity);
  absl::Status JudgeOne(const AuditRow& row, Knowledge& knowledge);

  const AuditPlan& plan_;
  const TruthIndex& index_;
  Coverage& coverage_;
  const NameTable::Kind channel_;
  ReadingPrinter printer_;
  Tally tally_;
  Breakdown breakdown_;
  std::vector<AuditFinding> findings_;
  std::vector<RefusedRow> refused_;
  std::vector<size_t> to_judge_;
  std::vector<Judged> judged_;
  // Names of attributes as rows have them one after the other: the next of
  // each is mostly the one that came after it before.
  struct Named {
    std::string name;
    TypeNumber type = TruthIndex::kNoType;
    AttributeNumber number = TruthIndex::kNoAttribute;
    size_t next = 0;
  };
  std::vector<Named> named_;
  size_t last_named_ = 0;
  // Whom the last subject was found as, and whether the next is mostly the one
  // after it.
  NameTable::Number last_number_ = NameTable::kNone;
  bool in_order_ = true;
  absl::string_view last_type_name_;  // of the row before
  TypeNumber last_type_ = TruthIndex::kNoType;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_ROW_AUDITOR_H_
