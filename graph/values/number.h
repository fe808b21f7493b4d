// Numbers, amounts of money and quantities with a unit.
#ifndef CONCORDAT_GRAPH_VALUES_NUMBER_H_
#define CONCORDAT_GRAPH_VALUES_NUMBER_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"

namespace concordat {

struct Integer {
  int64_t number = 0;
  friend auto operator<=>(const Integer&, const Integer&) = default;
};

// unscaled / 10^scale, without trailing zeros (scale is the least possible,
// 0 <= scale <= 30), |unscaled| < 10^36. So equal numbers are equal structs.
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

// An amount in the base unit of its dimension, so that 1.5 kg and 1500 g are
// equal structs (graph/readers/units.h).
struct Quantity {
  Decimal amount;
  absl::string_view unit;  // of static storage
  // The size, in base units, of the unit in which its writer's rounding and
  // tolerance are. No part of what it means.
  int64_t step_unscaled = 0;
  int step_scale = 0;

  Decimal StepUnit() const { return {step_unscaled, step_scale}; }

  friend bool operator==(const Quantity& a, const Quantity& b) {
    return a.amount == b.amount && a.unit == b.unit;
  }
};

// The canonical writing, equal for equal values: "-12", "40.5", "40.5 EUR",
// "72.5 kg". What is kept in a unit that nobody writes is put into the first of
// the usual ones in which it is a finite decimal: "20 °C", but "70 °F".
void AppendCanonical(const Integer& integer, std::string* out);
void AppendCanonical(const Decimal& decimal, std::string* out);
void AppendCanonical(const Money& money, std::string* out);
void AppendCanonical(const Quantity& quantity, std::string* out);

// Whether `raw` is the canonical writing. Allocates nothing.
bool IsCanonical(const Decimal& decimal, absl::string_view raw);
bool IsCanonical(const Money& money, absl::string_view raw);
bool IsCanonical(const Quantity& quantity, absl::string_view raw);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_NUMBER_H_
