#include "consistency/audits/tally.h"

namespace concordat::audits {

int64_t AgreementsOf(const VerdictCounts& counts) {
  int64_t rows = 0;
  for (const Verdict verdict :
       {Verdict::kAgrees, Verdict::kPartial, Verdict::kPropagating}) {
    rows += counts[static_cast<size_t>(verdict)];
  }
  return rows;
}
namespace {

void AddCounts(const VerdictCounts& part, VerdictCounts& sum) {
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += part[i];
}

}  // namespace

void Tally::Add(const Tally& part) {
  for (size_t i = 0; i < by_attribute.size(); ++i) {
    AddCounts(part.by_attribute[i], by_attribute[i]);
    missing_values[i] += part.missing_values[i];
  }
  AddCounts(part.others, others);
  rows += part.rows;
  refused_rows += part.refused_rows;
  rows_out_of_scope += part.rows_out_of_scope;
  prompt_rows += part.prompt_rows;
  entities_covered += part.entities_covered;
  entities_missing += part.entities_missing;
}

VerdictCounts Tally::Totals() const {
  VerdictCounts totals = others;
  for (const VerdictCounts& counts : by_attribute) AddCounts(counts, totals);
  return totals;
}

}  // namespace concordat::audits
