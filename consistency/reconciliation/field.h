// Arithmetic modulo the Mersenne prime 2^61 - 1, in which a product of two
// numbers is reduced by shifts and one subtraction, and 32 products can be
// added up before they are.
//
// Pure functions of numbers below kModulus, unless they say otherwise.
#ifndef CONCORDAT_CONSISTENCY_RECONCILIATION_FIELD_H_
#define CONCORDAT_CONSISTENCY_RECONCILIATION_FIELD_H_

#include <cstddef>
#include <cstdint>

#include "absl/numeric/int128.h"

namespace concordat::reconciliation {

inline constexpr uint64_t kModulus = (uint64_t{1} << 61) - 1;

// So many products of two numbers, and any one number, have a sum that fits in
// 128 bits: 63 x (2^61 - 2)^2 + 2^61 < 2^128.
inline constexpr size_t kUnreducedProductsMax = 63;

// Of any number of 128 bits.
inline uint64_t Reduce(absl::uint128 number) {
  const uint64_t low = absl::Uint128Low64(number);
  const uint64_t high = absl::Uint128High64(number);
  // Bits 0 to 60, 61 to 121 and 122 to 127: less than 2^62 + 2^6 together.
  const uint64_t sum =
      (low & kModulus) + ((low >> 61 | high << 3) & kModulus) + (high >> 58);
  const uint64_t folded = (sum & kModulus) + (sum >> 61);
  return folded >= kModulus ? folded - kModulus : folded;
}

constexpr uint64_t Add(uint64_t a, uint64_t b) {
  const uint64_t sum = a + b;
  return sum >= kModulus ? sum - kModulus : sum;
}

constexpr uint64_t Subtract(uint64_t a, uint64_t b) {
  return a >= b ? a - b : a + kModulus - b;
}

// Not reduced yet.
inline absl::uint128 Product(uint64_t a, uint64_t b) {
  return absl::uint128(a) * b;
}

inline uint64_t Multiply(uint64_t a, uint64_t b) {
  return Reduce(Product(a, b));
}

// By repeated squaring.
inline uint64_t Power(uint64_t base, uint64_t exponent) {
  uint64_t power = 1;
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) power = Multiply(power, base);
    base = Multiply(base, base);
  }
  return power;
}

// `number` is not 0. By Fermat: number^(kModulus - 2).
inline uint64_t Inverse(uint64_t number) { return Power(number, kModulus - 2); }

}  // namespace concordat::reconciliation

#endif  // CONCORDAT_CONSISTENCY_RECONCILIATION_FIELD_H_
