#include "consistency/comparators/precision.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/numeric/bits.h"
#include "absl/numeric/int128.h"

namespace concordat::comparators {
namespace {

// A whole number of up to 512 bits. Two decimals of 36 digits and 30 decimal
// places, brought to one scale and multiplied with a third, need 440.
class Wide {
 public:
  static constexpr size_t kLimbs = 8;

  Wide() = default;
  explicit Wide(absl::uint128 number)
      : limbs_{absl::Uint128Low64(number), absl::Uint128High64(number)} {}

  bool is_zero() const {
    return std::all_of(limbs_.begin(), limbs_.end(),
                       [](uint64_t limb) { return limb == 0; });
  }
  bool bit(size_t at) const { return (limbs_[at / 64] >> (at % 64) & 1) != 0; }
  void set_bit(size_t at) { limbs_[at / 64] |= uint64_t{1} << (at % 64); }
  // How many bits it takes.
  size_t width() const {
    for (size_t i = kLimbs; i-- > 0;) {
      if (limbs_[i] == 0) continue;
      return i * 64 + static_cast<size_t>(absl::bit_width(limbs_[i]));
    }
    return 0;
  }

  Wide& operator+=(const Wide& other) {
    uint64_t carry = 0;
    for (size_t i = 0; i < kLimbs; ++i) {
      const absl::uint128 sum =
          absl::uint128{limbs_[i]} + other.limbs_[i] + carry;
      limbs_[i] = absl::Uint128Low64(sum);
      carry = absl::Uint128High64(sum);
    }
    return *this;
  }
  // Needs other <= *this.
  Wide& operator-=(const Wide& other) {
    uint64_t borrow = 0;
    for (size_t i = 0; i < kLimbs; ++i) {
      const absl::uint128 taken = absl::uint128{other.limbs_[i]} + borrow;
      borrow = taken > limbs_[i] ? 1 : 0;
      limbs_[i] -= absl::Uint128Low64(taken);
    }
    return *this;
  }
  Wide& operator*=(uint64_t factor) {
    uint64_t carry = 0;
    for (uint64_t& limb : limbs_) {
      const absl::uint128 product = absl::uint128{limb} * factor + carry;
      limb = absl::Uint128Low64(product);
      carry = absl::Uint128High64(product);
    }
    return *this;
  }
  void ShiftInBit(bool low) {
    uint64_t carry = low ? 1 : 0;
    for (uint64_t& limb : limbs_) {
      const uint64_t next = limb >> 63;
      limb = limb << 1 | carry;
      carry = next;
    }
  }

  friend bool operator<(const Wide& a, const Wide& b) {
    return std::lexicographical_compare(a.limbs_.rbegin(), a.limbs_.rend(),
                                        b.limbs_.rbegin(), b.limbs_.rend());
  }
  friend bool operator<=(const Wide& a, const Wide& b) { return !(b < a); }

 private:
  std::array<uint64_t, kLimbs> limbs_ = {};  // the least significant first
};

absl::uint128 MagnitudeOf(const Decimal& decimal) {
  return decimal.unscaled < 0 ? -static_cast<absl::uint128>(decimal.unscaled)
                              : static_cast<absl::uint128>(decimal.unscaled);
}

Wide TimesTen(Wide number, int power) {
  for (; power >= 19; power -= 19) number *= 10'000'000'000'000'000'000u;
  for (; power > 0; --power) number *= 10;
  return number;
}

Wide Times(const Wide& number, absl::uint128 factor) {
  Wide low = number;
  low *= absl::Uint128Low64(factor);
  Wide high = number;
  high *= absl::Uint128High64(factor);
  high *= uint64_t{1} << 32;
  high *= uint64_t{1} << 32;
  low += high;
  return low;
}

// |decimal| * 10^scale, where that is whole.
Wide AtScale(const Decimal& decimal, int scale) {
  return TimesTen(Wide(MagnitudeOf(decimal)), scale - decimal.scale);
}

struct Quotient {
  Wide whole;
  bool exact = false;
};

// One bit after the other; the numbers are as short as their values.
Quotient Divide(const Wide& dividend, const Wide& divisor) {
  Quotient quotient;
  Wide rest;
  for (size_t at = dividend.width(); at-- > 0;) {
    rest.ShiftInBit(dividend.bit(at));
    if (rest < divisor) continue;
    rest -= divisor;
    quotient.whole.set_bit(at);
  }
  quotient.exact = rest.is_zero();
  return quotient;
}

// The multiples of a step that are nearest to a number not below zero: one, or
// two beside each other.
struct Nearest {
  Wide low;
  Wide high;
};

Nearest NearestMultiples(const Wide& number, const Wide& step) {
  // high = floor((2 number + step) / (2 step)); exactly half-way, the one below
  // is as near.
  Wide doubled = number;
  doubled *= 2;
  doubled += step;
  Wide step_doubled = step;
  step_doubled *= 2;
  const Quotient quotient = Divide(doubled, step_doubled);
  Nearest nearest{quotient.whole, quotient.whole};
  if (quotient.exact) nearest.low -= Wide(1);
  return nearest;
}

bool RoundAlike(const Decimal& a, const Decimal& b, const Decimal& step) {
  const int scale = std::max({a.scale, b.scale, step.scale});
  const Wide wide_step = AtScale(step, scale);
  const Nearest of_a = NearestMultiples(AtScale(a, scale), wide_step);
  const Nearest of_b = NearestMultiples(AtScale(b, scale), wide_step);
  // Below zero the multiples are mirrored, so that only zero is common.
  if ((a.unscaled < 0) != (b.unscaled < 0)) {
    return of_a.low.is_zero() && of_b.low.is_zero();
  }
  return of_a.low <= of_b.high && of_b.low <= of_a.high;
}

bool IsLess(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  return AtScale(a, scale) < AtScale(b, scale);
}

bool IsNear(const Decimal& a, const Decimal& b, const Precision& precision) {
  const int scale = std::max({a.scale, b.scale, precision.tolerance_abs.scale});
  const Wide of_a = AtScale(a, scale);
  const Wide of_b = AtScale(b, scale);
  const Wide& larger = of_a < of_b ? of_b : of_a;
  Wide apart = larger;
  if ((a.unscaled < 0) != (b.unscaled < 0)) {
    apart += of_a < of_b ? of_a : of_b;
  } else {
    apart -= of_a < of_b ? of_a : of_b;
  }
  if (precision.tolerance_abs.unscaled != 0 &&
      apart <= AtScale(precision.tolerance_abs, scale)) {
    return true;
  }
  const Decimal& rel = precision.tolerance_rel;
  return rel.unscaled != 0 &&
         TimesTen(apart, rel.scale) <= Times(larger, MagnitudeOf(rel));
}

}  // namespace

Precision PrecisionOf(const WritingHabits& habits) {
  return {habits.rounding, habits.tolerance_abs, habits.tolerance_rel};
}

Precision Larger(const Precision& a, const Precision& b) {
  const auto larger = [](const Decimal& x, const Decimal& y) {
    return IsLess(x, y) ? y : x;
  };
  return {larger(a.rounding, b.rounding),
          larger(a.tolerance_abs, b.tolerance_abs),
          larger(a.tolerance_rel, b.tolerance_rel)};
}

Comparison CompareWithin(const Decimal& a, const Decimal& b,
                         const Precision& precision) {
  if (a == b) return {Likeness::kSame, ""};
  if (precision.rounding.unscaled != 0 &&
      RoundAlike(a, b, precision.rounding)) {
    return {Likeness::kSame, "within the declared rounding"};
  }
  if (IsNear(a, b, precision)) {
    return {Likeness::kSame, "within the declared tolerance"};
  }
  return {Likeness::kDifferent, ""};
}

}  // namespace concordat::comparators
