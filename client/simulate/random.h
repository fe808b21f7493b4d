// Pseudo-random numbers that are the same on every machine.
#ifndef CONCORDAT_CLIENT_SIMULATE_RANDOM_H_
#define CONCORDAT_CLIENT_SIMULATE_RANDOM_H_

#include <cstdint>

namespace concordat::simulate {

// The finaliser of SplitMix64: a bijection that spreads every bit.
constexpr uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
// generators", OOPSLA 2014; constants as in Vigna's public-domain version).
// The distributions of <random> are not used: each library draws differently.
// Not thread-safe.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return Mix(state_);
  }
  // 0 ... bound - 1; bound > 0.
  uint32_t Below(uint32_t bound) {
    return static_cast<uint32_t>(((Next() >> 32) * bound) >> 32);
  }
  // low ... high, both included; low <= high.
  int64_t Between(int64_t low, int64_t high) {
    const uint64_t width = static_cast<uint64_t>(high - low) + 1;
    return low + static_cast<int64_t>(Next() % width);
  }
  // True in `per_mille` of 1000 cases.
  bool PerMille(uint32_t per_mille) { return Below(1000) < per_mille; }

 private:
  uint64_t state_;
};

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_RANDOM_H_
