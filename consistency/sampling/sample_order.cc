#include "consistency/sampling/sample_order.h"

#include <algorithm>

#include "xxhash.h"

namespace concordat::sampling {

uint64_t PlaceOf(uint64_t seed, absl::string_view entity_type,
                 absl::string_view entity_id) {
  const uint64_t type =
      XXH3_64bits_withSeed(entity_type.data(), entity_type.size(), seed);
  return XXH3_64bits_withSeed(entity_id.data(), entity_id.size(), type);
}

void FirstInOrder::Offer(uint64_t place, uint32_t number) {
  const std::pair<uint64_t, uint32_t> offered(place, number);
  if (first_.size() < size_max_) {
    first_.push_back(offered);
    std::push_heap(first_.begin(), first_.end());
    return;
  }
  if (first_.empty() || !(offered < first_.front())) return;
  std::pop_heap(first_.begin(), first_.end());
  first_.back() = offered;
  std::push_heap(first_.begin(), first_.end());
}

std::vector<uint32_t> FirstInOrder::Take() {
  std::sort_heap(first_.begin(), first_.end());
  std::vector<uint32_t> numbers;
  numbers.reserve(first_.size());
  for (const auto& [place, number] : first_) numbers.push_back(number);
  first_.clear();
  return numbers;
}

}  // namespace concordat::sampling
