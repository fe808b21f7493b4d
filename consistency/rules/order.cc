#include "consistency/rules/order.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/time/civil_time.h"
#include "graph/values/decimal_math.h"

namespace concordat::rules {
namespace {

constexpr absl::int128 kMicrosPerDay = 86'400'000'000;

// A number on a line, as far as it is known: between the two, both included.
struct Bounds {
  absl::int128 least = 0;
  absl::int128 most = 0;
};

// What both sides must share to be held against each other.
template <typename T>
bool HaveOneUnit(const T& a, const T& b) {
  return a.empty() || b.empty() || a == b;
}

bool HaveOneUnit(const Operand& a, const Operand& b) {
  if (const auto* money = a.Get<Money>()) {
    return HaveOneUnit(money->currency, b.Get<Money>()->currency);
  }
  if (const auto* quantity = a.Get<Quantity>()) {
    return HaveOneUnit(quantity->unit, b.Get<Quantity>()->unit);
  }
  return true;
}

const Decimal* AmountOf(const Operand& operand) {
  if (const auto* money = operand.Get<Money>()) return &money->amount;
  if (const auto* quantity = operand.Get<Quantity>()) return &quantity->amount;
  return operand.Get<Decimal>();
}

const Undecided* FirstUndecided(const Operand& a, const Operand& b) {
  return a.undecided() != nullptr ? a.undecided() : b.undecided();
}

Bounds BoundsOf(const Instant& instant) {
  const bool is_span = instant.precision == TimePrecision::kSpan;
  return {instant.microseconds,
          is_span ? instant.end - 1 : instant.microseconds};
}

// A month has 28 to 31 days.
Bounds BoundsOf(const Duration& duration, int64_t months) {
  const absl::int128 rest = duration.microseconds;
  const absl::int128 shortest = rest + months * 28 * kMicrosPerDay;
  const absl::int128 longest = rest + months * 31 * kMicrosPerDay;
  return {std::min(shortest, longest), std::max(shortest, longest)};
}

// Where the two lie on one line; nullopt where that cannot be said.
std::optional<std::pair<Bounds, Bounds>> OnOneLine(const Operand& a,
                                                   const Operand& b) {
  if (const auto* date = a.Get<Date>()) {
    const auto* other = b.Get<Date>();
    if (date->precision == DatePrecision::kDayOfAnyYear ||
        other->precision == DatePrecision::kDayOfAnyYear) {
      return std::nullopt;
    }
    const absl::CivilDay epoch(1970, 1, 1);
    return std::pair{Bounds{date->day - epoch, LastDay(*date) - epoch},
                     Bounds{other->day - epoch, LastDay(*other) - epoch}};
  }
  if (const auto* time = a.Get<TimeOfDay>()) {
    const auto* other = b.Get<TimeOfDay>();
    if (time->in_utc != other->in_utc) return std::nullopt;
    return std::pair{Bounds{time->microseconds, time->microseconds},
                     Bounds{other->microseconds, other->microseconds}};
  }
  if (const auto* instant = a.Get<Instant>()) {
    return std::pair{BoundsOf(*instant), BoundsOf(*b.Get<Instant>())};
  }
  if (const auto* duration = a.Get<Duration>()) {
    const auto* other = b.Get<Duration>();
    // What both have in months does not matter.
    constexpr int64_t kMonthsMax = 12 * 1'000'000;
    if (std::abs(duration->months) > kMonthsMax ||
        std::abs(other->months) > kMonthsMax) {
      return std::nullopt;
    }
    return std::pair{BoundsOf(*duration, duration->months - other->months),
                     BoundsOf(*other, 0)};
  }
  return std::nullopt;
}

// The likeness of two values that are no number line's.
Operand LikenessOf(const Operand& a, const Operand& b, const Sides& sides) {
  const auto reading_of = [](const Operand& operand) {
    if (operand.ambiguous != nullptr) return *operand.ambiguous;
    Reading reading;
    reading.value = Value(*operand.scalar());
    return reading;
  };
  const bool ambiguous = a.ambiguous != nullptr || b.ambiguous != nullptr;
  const Comparison comparison =
      ambiguous ? Compare(reading_of(a), reading_of(b), sides)
                : Compare(Value(*a.scalar()), Value(*b.scalar()), sides);
  switch (comparison.likeness) {
    case Likeness::kSame:
      return TruthOperand(true);
    case Likeness::kDifferent:
      return TruthOperand(false);
    default:
      return UndecidedOperand(ambiguous ? UndecidedReason::kAmbiguous
                                        : UndecidedReason::kImprecise);
  }
}

// Two points in time, one of which moves.
Operand MeetNow(const Operand& a, const Operand& b, Horizon& horizon) {
  const auto bounds = OnOneLine(a, b);
  if (!bounds.has_value()) return UndecidedOperand(UndecidedReason::kImprecise);
  const int64_t slope = a.slope - b.slope;
  const absl::int128 below = bounds->first.most - bounds->second.least;
  const absl::int128 above = bounds->second.most - bounds->first.least;
  horizon.NoteSign(below, slope);
  horizon.NoteSign(above, -slope);
  if (below < 0 || above < 0) return TruthOperand(false);
  if (below == 0 && above == 0) return TruthOperand(true);
  return UndecidedOperand(UndecidedReason::kImprecise);
}

}  // namespace

Operand IsSame(const Operand& a, const Operand& b, const Sides& sides,
               Horizon& horizon) {
  if (const Undecided* undecided = FirstUndecided(a, b)) return {*undecided};
  if (a.entity() != nullptr) return TruthOperand(*a.entity() == *b.entity());
  if (!HaveOneUnit(a, b)) return UndecidedOperand(UndecidedReason::kOtherUnit);
  if (a.slope != b.slope) return MeetNow(a, b, horizon);
  // Nothing of one currency is nothing of any.
  const Decimal* amount = AmountOf(a);
  if (amount != nullptr && *amount == *AmountOf(b)) return TruthOperand(true);
  const auto* money = a.Get<Money>();
  const auto* quantity = a.Get<Quantity>();
  if (money != nullptr && money->currency != b.Get<Money>()->currency) {
    return TruthOperand(false);
  }
  if (quantity != nullptr && quantity->unit != b.Get<Quantity>()->unit) {
    return TruthOperand(false);
  }
  return LikenessOf(a, b, sides);
}

Operand IsLess(const Operand& a, const Operand& b, bool or_same,
               Horizon& horizon) {
  if (const Undecided* undecided = FirstUndecided(a, b)) return {*undecided};
  if (a.ambiguous != nullptr || b.ambiguous != nullptr) {
    return UndecidedOperand(UndecidedReason::kAmbiguous);
  }
  if (!HaveOneUnit(a, b)) return UndecidedOperand(UndecidedReason::kOtherUnit);
  if (const Decimal* amount = AmountOf(a)) {
    const auto difference = Plus(*amount, Negated(*AmountOf(b)));
    if (!difference.has_value()) {
      return UndecidedOperand(UndecidedReason::kNotRepresentable);
    }
    const absl::int128 sign = difference->unscaled;
    return TruthOperand(or_same ? sign <= 0 : sign < 0);
  }
  const auto bounds = OnOneLine(a, b);
  if (!bounds.has_value()) return UndecidedOperand(UndecidedReason::kImprecise);
  const absl::int128 same = or_same ? 1 : 0;
  const int64_t slope = a.slope - b.slope;
  // Negative where all that they may be makes it true; where something does.
  const absl::int128 surely = bounds->first.most - bounds->second.least - same;
  const absl::int128 perhaps = bounds->first.least - bounds->second.most - same;
  horizon.NoteSign(surely, slope);
  horizon.NoteSign(perhaps, slope);
  if (surely < 0) return TruthOperand(true);
  if (perhaps >= 0) return TruthOperand(false);
  return UndecidedOperand(UndecidedReason::kImprecise);
}

}  // namespace concordat::rules
