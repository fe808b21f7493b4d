#include "consistency/held_filter.h"

#include <algorithm>

#include "xxhash.h"

namespace concordat {
namespace {

constexpr uint64_t kBitsPerEntity = 10;
constexpr int kProbes = 7;
constexpr int kBitsPerByte = 8;

}  // namespace

HeldFilter::HeldFilter(uint64_t entities)
    : bits_(std::max<uint64_t>(1, entities) * kBitsPerEntity / kBitsPerByte + 1,
            '\0') {}

void HeldFilter::Add(absl::string_view entity) {
  const XXH128_hash_t hash = XXH3_128bits(entity.data(), entity.size());
  const uint64_t size = bits_.size() * kBitsPerByte;
  for (uint64_t i = 0; i < kProbes; ++i) {
    const uint64_t bit = (hash.low64 + i * hash.high64) % size;
    bits_[bit / kBitsPerByte] = static_cast<char>(bits_[bit / kBitsPerByte] |
                                                  (1 << (bit % kBitsPerByte)));
  }
}

bool HeldFilter::MayHold(absl::string_view entity) const {
  if (bits_.empty()) return true;
  const XXH128_hash_t hash = XXH3_128bits(entity.data(), entity.size());
  const uint64_t size = bits_.size() * kBitsPerByte;
  for (uint64_t i = 0; i < kProbes; ++i) {
    const uint64_t bit = (hash.low64 + i * hash.high64) % size;
    if ((bits_[bit / kBitsPerByte] & (1 << (bit % kBitsPerByte))) == 0) {
      return false;
    }
  }
  return true;
}

}  // namespace concordat
