#include "consistency/audits/audit_record.h"

#include <algorithm>

namespace concordat::audits {

VerdictCounts AuditRecord::Totals() const {
  VerdictCounts totals = others;
  for (const AttributeTally& tally : attributes) {
    for (size_t i = 0; i < totals.size(); ++i) totals[i] += tally.verdicts[i];
  }
  return totals;
}

void SetTally(const Tally& tally, const TruthIndex& index,
              AuditRecord& record) {
  record.rows = tally.rows;
  record.refused_rows = tally.refused_rows;
  record.rows_out_of_scope = tally.rows_out_of_scope;
  record.entities_covered = tally.entities_covered;
  record.entities_missing = tally.entities_missing;
  record.others = tally.others;
  record.attributes.clear();
  for (size_t i = 0; i < tally.by_attribute.size(); ++i) {
    const VerdictCounts& verdicts = tally.by_attribute[i];
    const bool any = tally.missing_values[i] != 0 ||
                     std::any_of(verdicts.begin(), verdicts.end(),
                                 [](int64_t count) { return count != 0; });
    if (!any) continue;
    const auto number = static_cast<TruthIndex::AttributeNumber>(i);
    record.attributes.push_back(
        {index.TypeOf(index.TypeOfAttribute(number)).name,
         index.AttributeOf(number).name, verdicts, tally.missing_values[i]});
  }
}

}  // namespace concordat::audits
