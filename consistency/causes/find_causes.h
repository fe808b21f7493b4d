// Groups contradictions by the smallest conditions that explain them.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_FIND_CAUSES_H_
#define CONCORDAT_CONSISTENCY_CAUSES_FIND_CAUSES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "consistency/causes/cause.h"
#include "consistency/causes/cause_observations.h"

namespace concordat {

struct CauseOptions {
  // What a cause must cover: findings, 1 or more, and a share of all of them,
  // 0.0002 to 1. A thousandth is MacroBase's default (Bailis et al., SIGMOD
  // 2017), as is the ratio below.
  int64_t findings_min = 10;
  double share_min = 0.001;
  // How many times the rate outside it must have; 1 or more.
  double risk_ratio_min = 3;
  // The probability that chance alone gives a cause, at most, for each
  // that is looked for; over 0, at most 1.
  double chance_max = 0.01;
  // 1 to kCauseConditionsMax.
  size_t conditions_max = 3;
  // 1 to kCausesMax.
  size_t causes_max = 32;
  // Causes are looked for in at most about so many different tuples of findings
  // and of agreements, drawn evenly where there are more; what is said of the
  // causes is counted over all. 1,000 or more.
  size_t finding_rows_max = 32'768;
  size_t agreement_rows_max = 65'536;
};

struct FoundCause {
  CauseConditions conditions;
  CauseFigures figures;
  // Findings whose main cause it is: that satisfy its conditions, and those of
  // no cause before it.
  int64_t members = 0;
  // Conditions that hold for the same observations, all but one in twenty, so
  // that nothing here says which of them is meant; up to
  // kCauseAlternativesMax.
  std::vector<CauseConditions> alternatives;
};
inline constexpr size_t kCauseAlternativesMax = 8;

struct FoundCauses {
  // Greatest risk ratio first. A finding that satisfies several belongs to the
  // first: where it is most out of the ordinary.
  std::vector<FoundCause> causes;
  int64_t findings = 0;
  int64_t agreements = 0;
  // Findings that belong to no cause: nothing explains them.
  int64_t unexplained = 0;
  // Whether causes were looked for in a part of the tuples.
  bool sampled = false;
};

// Deterministic: the same for the same observations, in whatever order they
// came and values were numbered. Thread-safe. README.md has the method. Time is
// linear in tuples; what is beside it is bounded by the options.
// INVALID_FIELD where an option is out of its range.
absl::StatusOr<FoundCauses> FindCauses(const CauseObservations& observations,
                                       const CauseOptions& options = {});

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_FIND_CAUSES_H_
