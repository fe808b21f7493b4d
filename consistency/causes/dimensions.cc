#include "consistency/causes/dimensions.h"

#include <algorithm>
#include <utility>

#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

absl::Status Within(absl::string_view limit, size_t actual, int64_t allowed) {
  const auto count = static_cast<int64_t>(actual);
  if (count <= allowed) return absl::OkStatus();
  return errors::LimitExceeded(limit, count, allowed);
}

}  // namespace

absl::StatusOr<size_t> Dimensions::AddDimension(absl::string_view name,
                                                DimensionRole role) {
  if (name.empty()) return errors::InvalidField("dimension", "is empty");
  if (FindDimension(name) != size()) {
    return errors::InvalidField("dimension", "is there twice");
  }
  CONCORDAT_RETURN_IF_ERROR(
      Within("name_bytes_max", name.size(), limits::kNameBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      Within("cause_dimensions_max", size() + 1, limits::kCauseDimensionsMax));
  Dimension& added = dimensions_.emplace_back();
  added.name = std::string(name);
  added.role = role;
  added.values.emplace_back();
  return size() - 1;
}

absl::StatusOr<DimensionValue> Dimensions::AddValue(size_t dimension,
                                                    absl::string_view value,
                                                    DimensionValue parent) {
  Dimension& of = dimensions_[dimension];
  const auto found = of.numbers.find(value);
  if (found != of.numbers.end()) {
    if (of.values[found->second].parent != parent) {
      return errors::InvalidField("value", "is there with another parent");
    }
    return found->second;
  }
  if (value.empty()) return errors::InvalidField("value", "is empty");
  if (parent >= of.values.size()) {
    return errors::InvalidField("parent", "is no value of the dimension");
  }
  CONCORDAT_RETURN_IF_ERROR(
      Within("id_bytes_max", value.size(), limits::kIdBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      Within("cause_values_max", of.values.size(), limits::kCauseValuesMax));
  const size_t level =
      parent == kNoDimensionValue ? 0 : of.values[parent].level + size_t{1};
  CONCORDAT_RETURN_IF_ERROR(
      Within("cause_levels_max", level + 1, limits::kCauseLevelsMax));
  const auto number = static_cast<DimensionValue>(of.values.size());
  of.values.push_back(
      {std::string(value), parent, static_cast<uint8_t>(level)});
  of.numbers.emplace(std::string(value), number);
  if (of.level_sizes.size() <= level) of.level_sizes.resize(level + 1);
  ++of.level_sizes[level];
  return number;
}

DimensionValue Dimensions::Find(size_t dimension,
                                absl::string_view value) const {
  const auto& numbers = dimensions_[dimension].numbers;
  const auto found = numbers.find(value);
  return found == numbers.end() ? kNoDimensionValue : found->second;
}

size_t Dimensions::FindDimension(absl::string_view name) const {
  const auto found =
      std::find_if(dimensions_.begin(), dimensions_.end(),
                   [name](const Dimension& one) { return one.name == name; });
  return static_cast<size_t>(found - dimensions_.begin());
}

bool Dimensions::IsWithin(size_t dimension, DimensionValue value,
                          DimensionValue whole) const {
  while (value != kNoDimensionValue && value != whole) {
    value = parent(dimension, value);
  }
  return value == whole;
}

DimensionOrder::DimensionOrder(const Dimensions& dimensions, size_t dimension) {
  const size_t count = dimensions.values(dimension) + 1;
  std::vector<DimensionValue> by_name(count - 1);
  for (size_t i = 1; i < count; ++i) by_name[i - 1] = i;
  // Backwards, for what is pushed last comes first.
  std::sort(
      by_name.begin(), by_name.end(), [&](DimensionValue a, DimensionValue b) {
        return dimensions.value(dimension, a) > dimensions.value(dimension, b);
      });
  std::vector<std::vector<DimensionValue>> parts(count);
  for (const DimensionValue value : by_name) {
    parts[dimensions.parent(dimension, value)].push_back(value);
  }
  place_of.resize(count);
  end.resize(count);
  std::vector<DimensionValue> waiting = {kNoDimensionValue};
  while (!waiting.empty()) {
    const DimensionValue value = waiting.back();
    waiting.pop_back();
    place_of[value] = static_cast<uint32_t>(at.size());
    at.push_back(value);
    waiting.insert(waiting.end(), parts[value].begin(), parts[value].end());
  }
  // A value ends where its last part does, and parts come after it.
  for (size_t place = count; place-- > 0;) {
    end[place] = std::max(end[place], static_cast<uint32_t>(place + 1));
    if (place == 0) break;
    const uint32_t whole = place_of[dimensions.parent(dimension, at[place])];
    end[whole] = std::max(end[whole], end[place]);
  }
}

}  // namespace concordat
