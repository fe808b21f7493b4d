// Exact counts of an audit.
#ifndef CONCORDAT_CONSISTENCY_AUDITS_TALLY_H_
#define CONCORDAT_CONSISTENCY_AUDITS_TALLY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "consistency/audits/truth_index.h"
#include "consistency/verdict.h"

namespace concordat::audits {

using VerdictCounts = std::array<int64_t, kVerdictsMax>;

// Rows that agree: AGREES, PARTIAL and PROPAGATING.
int64_t AgreementsOf(const VerdictCounts& counts);

// Of one audit, or a part of it. Not thread-safe.
struct Tally {
  explicit Tally(size_t attributes)
      : by_attribute(attributes), missing_values(attributes) {}

  // What the claims about each attribute came to, by the index's numbers; of
  // those about nobody who is known, and of attributes beyond those numbers, in
  // `others`.
  std::vector<VerdictCounts> by_attribute;
  VerdictCounts others{};
  int64_t rows = 0;
  // Could not be judged: refused.
  int64_t refused_rows = 0;
  // Outside of the scope: not judged.
  int64_t rows_out_of_scope = 0;
  // Found by one look.
  int64_t prompt_rows = 0;
  // Entities that some row is about; and of those that have something which the
  // contract requires, the ones that none is about.
  int64_t entities_covered = 0;
  int64_t entities_missing = 0;
  // Of entities that are covered: required attributes that no row is about, by
  // attribute.
  std::vector<int64_t> missing_values;

  void Count(TruthIndex::AttributeNumber attribute, Verdict verdict) {
    VerdictCounts& counts = attribute == TruthIndex::kNoAttribute
                                ? others
                                : by_attribute[attribute];
    ++counts[static_cast<size_t>(verdict)];
  }
  void Add(const Tally& part);
  VerdictCounts Totals() const;
};

}  // namespace concordat::audits

#endif  // CONCORDAT_CONSISTENCY_AUDITS_TALLY_H_
