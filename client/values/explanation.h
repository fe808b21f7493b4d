// A pair of values judged with every step, in words alone.
#ifndef CONCORDAT_CLIENT_VALUES_EXPLANATION_H_
#define CONCORDAT_CLIENT_VALUES_EXPLANATION_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace concordat::values {

// How one value was read.
struct ExplainedSide {
  // The canonical writing of its normal form; empty where it could not be read
  // or says that there is none.
  std::string normal;
  // Why it could not be read.
  std::string problem;
  // Rule and writing after it, in order.
  std::vector<std::pair<std::string, std::string>> steps;
};

struct Explanation {
  // Name of the Likeness: "SAME", "COARSER", "FINER", "OVERLAPPING",
  // "DIFFERENT", "UNDECIDED".
  std::string likeness;
  std::string reason;
  ExplainedSide a;
  ExplainedSide b;
};

// JudgePair in words. Errors: those of ParseContext.
absl::StatusOr<Explanation> ExplainPair(absl::string_view type,
                                        absl::string_view context,
                                        absl::string_view a,
                                        absl::string_view b);

}  // namespace concordat::values

#endif  // CONCORDAT_CLIENT_VALUES_EXPLANATION_H_
