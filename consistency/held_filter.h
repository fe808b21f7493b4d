#ifndef CONCORDAT_CONSISTENCY_HELD_FILTER_H_
#define CONCORDAT_CONSISTENCY_HELD_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace concordat {

// Which entities a run may hold claims about: a Bloom filter (Bloom, 1970) of
// ten bits an entity and seven probes by double hashing (Kirsch and
// Mitzenmacher, 2006), which is wrong once in a hundred times, and never where
// there are any. Not thread-safe.
class HeldFilter {
 public:
  // For so many entities at most.
  explicit HeldFilter(uint64_t entities);
  // As it was stored; one that is empty may hold all.
  explicit HeldFilter(std::string bits) : bits_(std::move(bits)) {}

  // `entity`: what its keys begin with.
  void Add(absl::string_view entity);
  bool MayHold(absl::string_view entity) const;

  const std::string& bits() const { return bits_; }

 private:
  std::string bits_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_FILTER_H_
