// Numbers, amounts of money and quantities with a unit.
#ifndef CONCORDAT_GRAPH_VALUES_NUMBER_H_
#define CONCORDAT_GRAPH_VALUES_NUMBER_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/numeric/int128.h"

namespace concordat {

struct Integer {
  int64_t number = 0;
  friend auto operator<=>(const Integer&, const Integer&) = default;
};

// unscaled / 10^scale, without trailing zeros (scale is the least possible,
// 0 <= scale <= 18), |unscaled| < 10^36. So equal numbers are equal structs.
struct Decimal {
  absl::int128 unscaled = 0;
  int scale = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

// `currency` is ISO 4217, upper case.
struct Money {
  Decimal amount;
  std::string currency;
  friend bool operator==(const Money&, const Money&) = default;
};

// An amount in the base unit of its dimension.
struct Quantity {
  Decimal amount;
  std::string unit;
  friend bool operator==(const Quantity&, const Quantity&) = default;
};

// The canonical writing, equal for equal values: "-12", "40.5", "40.5 EUR".
void AppendCanonical(const Integer& integer, std::string* out);
void AppendCanonical(const Decimal& decimal, std::string* out);
void AppendCanonical(const Money& money, std::string* out);
void AppendCanonical(const Quantity& quantity, std::string* out);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_NUMBER_H_
