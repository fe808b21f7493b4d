#include "consistency/comparators/comparators.h"
#include "consistency/comparators/precision.h"
#include "graph/values/decimal_math.h"

namespace concordat::comparators {
namespace {

Comparison CompareNumbers(const Decimal& a, const Decimal& b,
                          const Sides& sides) {
  if (a == b) return {Likeness::kSame, ""};
  const Precision of_a = PrecisionOf(sides.a);
  const Precision of_b = PrecisionOf(sides.b);
  if (!of_a.is_declared() && !of_b.is_declared()) {
    return {Likeness::kDifferent, ""};
  }
  return CompareWithin(a, b, Larger(of_a, of_b));
}

// What a side declares, in the base unit of `quantity`: its rounding and
// tolerance are in the unit that a bare number of it has, or else in the unit
// that it wrote.
Precision InBaseUnit(const Quantity& quantity, const WritingHabits& habits) {
  Precision precision = PrecisionOf(habits);
  const auto convert = [&](Decimal* decimal) {
    // A step that does not fit is larger than any quantity of this kind.
    *decimal = Times(*decimal, quantity.StepUnit()).value_or(Decimal{});
  };
  convert(&precision.rounding);
  convert(&precision.tolerance_abs);
  return precision;
}

}  // namespace

Comparison Compare(const Integer& a, const Integer& b, const Sides& sides) {
  if (a == b) return {Likeness::kSame, ""};
  return CompareNumbers(Decimal{a.number, 0}, Decimal{b.number, 0}, sides);
}

Comparison Compare(const Decimal& a, const Decimal& b, const Sides& sides) {
  return CompareNumbers(a, b, sides);
}

Comparison Compare(const Money& a, const Money& b, const Sides& sides) {
  if (a.currency != b.currency) {
    return {Likeness::kDifferent, "another currency"};
  }
  return CompareNumbers(a.amount, b.amount, sides);
}

Comparison Compare(const Quantity& a, const Quantity& b, const Sides& sides) {
  if (a.unit != b.unit) {
    return {Likeness::kDifferent, "another kind of quantity"};
  }
  if (a.amount == b.amount) return {Likeness::kSame, ""};
  const Precision of_a = InBaseUnit(a, sides.a);
  const Precision of_b = InBaseUnit(b, sides.b);
  if (!of_a.is_declared() && !of_b.is_declared()) {
    return {Likeness::kDifferent, ""};
  }
  return CompareWithin(a.amount, b.amount, Larger(of_a, of_b));
}

}  // namespace concordat::comparators
