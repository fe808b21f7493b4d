#include "consistency/causes/cause_index.h"

#include <bit>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "graph/limits.h"

namespace concordat {

CauseIndex::CauseIndex(const Dimensions& dimensions,
                       absl::Span<const CauseConditions> causes) {
  causes = causes.subspan(0, kCauseSetMax);
  for (size_t i = 0; i < causes.size(); ++i) every_ |= CauseSet{1} << i;
  // First who asks, so that each value's set starts from those that do not.
  for (size_t i = 0; i < causes.size(); ++i) {
    for (const CauseCondition& condition : causes[i]) {
      const auto [place, added] =
          places_.try_emplace(condition.dimension, asked_.size());
      if (added) asked_.push_back({every_, {}});
      asked_[place->second].by_default &= ~(CauseSet{1} << i);
    }
  }
  for (size_t i = 0; i < causes.size(); ++i) {
    for (const CauseCondition& condition : causes[i]) {
      Asked& asked = asked_[places_[condition.dimension]];
      const auto satisfies = [&](const std::string& value) {
        asked.not_refuted.try_emplace(value, asked.by_default).first->second |=
            CauseSet{1} << i;
      };
      satisfies(condition.value);
      const size_t d = dimensions.FindDimension(condition.dimension);
      if (d == dimensions.size()) continue;
      const DimensionValue whole = dimensions.Find(d, condition.value);
      if (whole == kNoDimensionValue) continue;
      for (DimensionValue v = 1; v <= dimensions.values(d); ++v) {
        if (dimensions.IsWithin(d, v, whole)) satisfies(dimensions.value(d, v));
      }
    }
  }
}

std::optional<size_t> CauseIndex::MainCauseOf(
    absl::Span<const DimensionReading> finding) const {
  CauseSet set = every_;
  absl::InlinedVector<bool, limits::kCauseDimensionsMax> given(asked_.size());
  for (const DimensionReading& reading : finding) {
    const auto place = places_.find(reading.dimension);
    if (place == places_.end()) continue;
    given[place->second] = true;
    const Asked& asked = asked_[place->second];
    const auto found = asked.not_refuted.find(reading.value);
    set &= found == asked.not_refuted.end() ? asked.by_default : found->second;
  }
  for (size_t place = 0; place < asked_.size(); ++place) {
    if (!given[place]) set &= asked_[place].by_default;
  }
  if (set == 0) return std::nullopt;
  return static_cast<size_t>(std::countr_zero(set));
}

}  // namespace concordat
