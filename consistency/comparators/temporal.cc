#include "consistency/comparators/comparators.h"

namespace concordat::comparators {

Comparison Compare(const Date& a, const Date& b, const Sides&) {
  return {a == b ? Likeness::kSame : Likeness::kDifferent, ""};
}

Comparison Compare(const TimeOfDay& a, const TimeOfDay& b, const Sides&) {
  if (a.seconds == b.seconds) return {Likeness::kSame, ""};
  if (a.seconds / 60 != b.seconds / 60 || a.has_seconds == b.has_seconds) {
    return {Likeness::kDifferent, ""};
  }
  return {a.has_seconds ? Likeness::kFiner : Likeness::kCoarser,
          "one has no seconds"};
}

Comparison Compare(const Instant& a, const Instant& b, const Sides&) {
  return {a == b ? Likeness::kSame : Likeness::kDifferent, ""};
}

Comparison Compare(const Duration& a, const Duration& b, const Sides&) {
  return {a == b ? Likeness::kSame : Likeness::kDifferent, ""};
}

}  // namespace concordat::comparators
