// What explains where an audit's findings are.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_AUDIT_CAUSES_H_
#define CONCORDAT_CONSISTENCY_AUDITS_AUDIT_CAUSES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consistency/audits/audit_finding.h"
#include "consistency/audits/audit_record.h"
#include "consistency/audits/breakdown.h"
#include "consistency/causes/cause_index.h"
#include "consistency/causes/cause_records.h"
#include "consistency/causes/dimensions.h"

namespace concordat::audits {

// Names of dimensions; those of labels are kLabelPrefix and the label's.
namespace cause_dimensions {
inline constexpr char kAttribute[] = "attribute";
inline constexpr char kHour[] = "hour";
inline constexpr char kLabelPrefix[] = "label.";
inline constexpr char kKind[] = "kind";
inline constexpr char kSaid[] = "said";
inline constexpr char kChanged[] = "changed";
}  // namespace cause_dimensions

// Immutable; thread-safe as far as the breakdown is.
class AuditCauses {
 public:
  // `breakdown` must outlive it. `earlier` are those of the audit before, which
  // go on, with their owners. Time is linear in the breakdown's counts. Errors:
  // those of FindCauses.
  static absl::StatusOr<AuditCauses> Find(const Breakdown& breakdown,
                                          absl::Span<const AuditCause> earlier,
                                          const CauseRun& run);

  // Those that were found, then earlier ones.
  const std::vector<AuditCause>& causes() const { return causes_; }
  // The place of a finding's main cause among them, from 1; 0: there is none.
  uint32_t MainCauseOf(const AuditFinding& finding) const;

 private:
  explicit AuditCauses(const Breakdown& breakdown) : breakdown_(&breakdown) {}

  const Breakdown* breakdown_;
  std::vector<AuditCause> causes_;
  // Of the labels that are told apart: their dimensions.
  std::vector<std::string> labels_;
  std::unique_ptr<const CauseIndex> index_;
};

// Rows by each hour's day and each value of each label, in order; of values
// those with the most rows, at most kBreakdownRowsMax.
inline constexpr size_t kBreakdownRowsMax = 1000;
std::vector<BreakdownRow> BreakdownRowsOf(const Breakdown& breakdown);

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_AUDIT_CAUSES_H_
