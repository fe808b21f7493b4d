#include "consistency/sampling/value_numbers.h"

#include <iterator>
#include <utility>

namespace concordat::sampling {

uint32_t ValueNumbers::Of(std::string text, std::optional<double> number) {
  const auto known = by_text_.find(text);
  if (known != by_text_.end()) return known->second;
  if (values_.size() < values_max_) return Add(std::move(text), number);
  if (number.has_value() && !by_number_.empty()) {
    const auto above = by_number_.upper_bound(*number);
    return above == by_number_.begin() ? above->second
                                       : std::prev(above)->second;
  }
  const auto other = by_text_.find(kOtherStrata);
  return other != by_text_.end() ? other->second
                                 : Add(kOtherStrata, std::nullopt);
}

uint32_t ValueNumbers::Add(std::string text, std::optional<double> number) {
  const auto place = static_cast<uint32_t>(values_.size());
  by_text_[text] = place;
  if (number.has_value()) by_number_.emplace(*number, place);
  values_.push_back({std::move(text), number, 0});
  return place;
}

}  // namespace concordat::sampling
