// Numbers compared within what their writers declare of their precision: the
// inside of consistency/comparison.h for integers, decimals, money and
// quantities.
#ifndef CONCORDAT_CONSISTENCY_COMPARATORS_PRECISION_H_
#define CONCORDAT_CONSISTENCY_COMPARATORS_PRECISION_H_

#include "consistency/comparison.h"
#include "graph/schema.h"
#include "graph/values/number.h"

namespace concordat::comparators {

// None of them below zero; zero is "not declared".
struct Precision {
  Decimal rounding;
  Decimal tolerance_abs;
  Decimal tolerance_rel;

  bool is_declared() const {
    return rounding.unscaled != 0 || tolerance_abs.unscaled != 0 ||
           tolerance_rel.unscaled != 0;
  }
};

// As declared by one writer, in that writer's unit.
Precision PrecisionOf(const WritingHabits& habits);

// The larger of each, as either side may be off.
Precision Larger(const Precision& a, const Precision& b);

// kSame where the two are equal; or where a multiple of the rounding is nearest
// to both (half-way between two multiples, either is: rounding modes differ);
// or where they are no further apart than the absolute tolerance, or than the
// relative tolerance of the larger one. Else kDifferent. Exact: nothing is
// rounded, and nothing overflows.
Comparison CompareWithin(const Decimal& a, const Decimal& b,
                         const Precision& precision);

}  // namespace concordat::comparators

#endif  // CONCORDAT_CONSISTENCY_COMPARATORS_PRECISION_H_
