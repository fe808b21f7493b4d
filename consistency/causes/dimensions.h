// The dictionary of what causes are sought over: dimensions, such as channel
// and app_version, and their values, which may be parts of each other.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_DIMENSIONS_H_
#define CONCORDAT_CONSISTENCY_CAUSES_DIMENSIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace concordat {

// What a dimension says, and so what is a base rate for it.
enum class DimensionRole : uint8_t {
  // Of every observation, whether it agrees or contradicts: the channel, the
  // region. Its values have rates.
  kShared = 1,
  // Of contradictions only, and describes them: the kind of verdict. Narrows a
  // cause, and is none alone: that most findings are STALE explains nothing.
  kDetail,
  // Of contradictions only, and names something that can be mended: an entry of
  // a code map, the change that was missed. May be a cause alone.
  kOrigin,
};

// A value of one dimension. Numbered from 1 in the order of their coming.
using DimensionValue = uint32_t;
inline constexpr DimensionValue kNoDimensionValue = 0;

// Not thread-safe while it is added to; then it is. What is found does not
// depend on the numbers, so it may be filled in any order.
class Dimensions {
 public:
  // The index of the new dimension, from 0. INVALID_FIELD where the name is
  // empty or there already; LIMIT_EXCEEDED (kCauseDimensionsMax,
  // kNameBytesMax).
  absl::StatusOr<size_t> AddDimension(absl::string_view name,
                                      DimensionRole role);

  // The number of a value, which is added if it is new. `parent` is the value
  // that it is a part of: the country of a region, 4.2 of 4.2.1; a value is
  // named once in its dimension, whatever its parent. `dimension` must be one.
  // INVALID_FIELD where the value is empty, there with another parent, or
  // `parent` is none; LIMIT_EXCEEDED (kCauseValuesMax, kCauseLevelsMax,
  // kIdBytesMax).
  absl::StatusOr<DimensionValue> AddValue(
      size_t dimension, absl::string_view value,
      DimensionValue parent = kNoDimensionValue);

  // kNoDimensionValue where there is none.
  DimensionValue Find(size_t dimension, absl::string_view value) const;
  // size() where there is none.
  size_t FindDimension(absl::string_view name) const;

  size_t size() const { return dimensions_.size(); }
  const std::string& name(size_t dimension) const {
    return dimensions_[dimension].name;
  }
  DimensionRole role(size_t dimension) const {
    return dimensions_[dimension].role;
  }
  bool is_shared(size_t dimension) const {
    return role(dimension) == DimensionRole::kShared;
  }
  // The greatest number of a value.
  size_t values(size_t dimension) const {
    return dimensions_[dimension].values.size() - 1;
  }
  const std::string& value(size_t dimension, DimensionValue value) const {
    return dimensions_[dimension].values[value].name;
  }
  DimensionValue parent(size_t dimension, DimensionValue value) const {
    return dimensions_[dimension].values[value].parent;
  }
  // How many values it is a part of, 0 to kCauseLevelsMax - 1.
  size_t level(size_t dimension, DimensionValue value) const {
    return dimensions_[dimension].values[value].level;
  }
  // How many values there are by level; as long as there are levels.
  const std::vector<size_t>& level_sizes(size_t dimension) const {
    return dimensions_[dimension].level_sizes;
  }
  // Whether `value` is `whole` or a part of it, at any level.
  bool IsWithin(size_t dimension, DimensionValue value,
                DimensionValue whole) const;

 private:
  struct Value {
    std::string name;
    DimensionValue parent = kNoDimensionValue;
    uint8_t level = 0;
  };
  struct Dimension {
    std::string name;
    DimensionRole role = DimensionRole::kShared;
    // By number; the first is no value.
    std::vector<Value> values;
    absl::flat_hash_map<std::string, DimensionValue> numbers;
    std::vector<size_t> level_sizes;
  };

  std::vector<Dimension> dimensions_;
};

// The values of one dimension in an order that hangs on their names only, each
// before its parts, so that a value and its parts are a range: preorder.
struct DimensionOrder {
  DimensionOrder(const Dimensions& dimensions, size_t dimension);

  // By number; that of kNoDimensionValue is 0.
  std::vector<uint32_t> place_of;
  // By place: the number, and the place after the last part.
  std::vector<DimensionValue> at;
  std::vector<uint32_t> end;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_DIMENSIONS_H_
