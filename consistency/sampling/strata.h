// Strata of the values that entities have. Pure; thread-safe.
#ifndef CONCORDAT_CONSISTENCY_SAMPLING_STRATA_H_
#define CONCORDAT_CONSISTENCY_SAMPLING_STRATA_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace concordat::sampling {

// Fewer entities than this are no stratum of their own: they would show who
// they are, and say little.
inline constexpr int64_t kStratumEntitiesMin = 10;
// Classes that are made of numbers.
inline constexpr size_t kNumberClasses = 5;
// What stands for strata that are too small.
inline constexpr char kOtherStrata[] = "(other)";

// A value, and how many entities have it.
struct ValueCount {
  std::string text;  // empty: they have none
  std::optional<double> number;
  int64_t entities = 0;
};

struct Strata {
  // The largest first; kOtherStrata last.
  std::vector<std::string> names;
  std::vector<int64_t> populations;
  // The stratum of each value.
  std::vector<uint32_t> of;
};

// A stratum for each value; of numbers, where they are more than
// kNumberClasses, classes of about as many entities each, `[10, 20)`. Those of
// fewer than
// kStratumEntitiesMin, and all beyond the limits::kSampleStrataMax largest,
// are made one. Values that nobody has are in the last.
Strata GroupValues(absl::Span<const ValueCount> values);

}  // namespace concordat::sampling

#endif  // CONCORDAT_CONSISTENCY_SAMPLING_STRATA_H_
