// The random order in which entities are looked at.
#ifndef CONCORDAT_CONSISTENCY_SAMPLING_SAMPLE_ORDER_H_
#define CONCORDAT_CONSISTENCY_SAMPLING_SAMPLE_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace concordat::sampling {

// Where an entity is in the order that the seed makes: 64 bits of its type and
// id (XXH3 with the seed as its key), alike for ever and everywhere.
uint64_t PlaceOf(uint64_t seed, absl::string_view entity_type,
                 absl::string_view entity_id);

// Keeps the first of an order, of any number that are offered. Of a stratum
// each is sampled alone, so that a larger sample contains the smaller. Not
// thread-safe.
class FirstInOrder {
 public:
  // 12 bytes each.
  explicit FirstInOrder(size_t size_max) : size_max_(size_max) {}

  // `number` is what the offerer knows it by.
  void Offer(uint64_t place, uint32_t number);
  // The numbers, in order; this is empty then.
  std::vector<uint32_t> Take();

 private:
  const size_t size_max_;
  // A heap, the last of the order on top.
  std::vector<std::pair<uint64_t, uint32_t>> first_;
};

}  // namespace concordat::sampling

#endif  // CONCORDAT_CONSISTENCY_SAMPLING_SAMPLE_ORDER_H_
