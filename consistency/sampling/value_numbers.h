// Numbers of the values that strata are made of.
#ifndef CONCORDAT_CONSISTENCY_SAMPLING_VALUE_NUMBERS_H_
#define CONCORDAT_CONSISTENCY_SAMPLING_VALUE_NUMBERS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "consistency/sampling/strata.h"

namespace concordat::sampling {

// Tells values apart, as many as there is room for. Not thread-safe.
class ValueNumbers {
 public:
  // Room for so many values, and one that all others are.
  explicit ValueNumbers(size_t values_max) : values_max_(values_max) {}

  // The place in values() of a value. Where there is no room, of a number that
  // of the next smaller one that has a place, or else of the smallest: classes
  // of numbers begin at those, so that it is in the class it would be in. Of
  // what is no number, that of kOtherStrata.
  uint32_t Of(std::string text, std::optional<double> number);
  // Counts an entity of that place.
  void Count(uint32_t place) { ++values_[place].entities; }

  const std::vector<ValueCount>& values() const { return values_; }

 private:
  uint32_t Add(std::string text, std::optional<double> number);

  const size_t values_max_;
  std::vector<ValueCount> values_;
  absl::flat_hash_map<std::string, uint32_t> by_text_;
  absl::btree_map<double, uint32_t> by_number_;
};

}  // namespace concordat::sampling

#endif  // CONCORDAT_CONSISTENCY_SAMPLING_VALUE_NUMBERS_H_
