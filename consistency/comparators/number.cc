#include "consistency/comparators/comparators.h"

namespace concordat::comparators {

Comparison Compare(const Decimal& a, const Decimal& b, const Sides&) {
  return {a == b ? Likeness::kSame : Likeness::kDifferent, ""};
}

Comparison Compare(const Money& a, const Money& b, const Sides&) {
  return {a == b ? Likeness::kSame : Likeness::kDifferent, ""};
}

Comparison Compare(const Quantity& a, const Quantity& b, const Sides&) {
  return {a == b ? Likeness::kSame : Likeness::kDifferent, ""};
}

}  // namespace concordat::comparators
