#include "consistency/rules/arithmetic.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/time/civil_time.h"
#include "graph/limits.h"
#include "graph/values/decimal_math.h"

namespace concordat::rules {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;
constexpr int64_t kMonthsMax = 12 * 100'000;
// Nobody multiplies now() more often than that.
constexpr int64_t kSlopeMax = 1'000'000;

Operand NotRepresentable() {
  return UndecidedOperand(UndecidedReason::kNotRepresentable);
}

std::optional<int64_t> ToInt64(absl::int128 number) {
  if (number > std::numeric_limits<int64_t>::max() ||
      number < std::numeric_limits<int64_t>::min()) {
    return std::nullopt;
  }
  return static_cast<int64_t>(number);
}

// An amount with a unit: of Money and Quantity alike.
struct Amount {
  Decimal number;
  std::string currency;
  absl::string_view unit;
};

std::optional<Amount> AmountOf(const Operand& operand) {
  if (const auto* money = operand.Get<Money>()) {
    return Amount{money->amount, money->currency, ""};
  }
  if (const auto* quantity = operand.Get<Quantity>()) {
    return Amount{quantity->amount, "", quantity->unit};
  }
  if (const auto* number = operand.Get<Decimal>()) {
    return Amount{*number, "", ""};
  }
  return std::nullopt;
}

// `number` as a value like `like`, in the unit of `amount`.
Operand WithUnitOf(const Operand& like, const Amount& amount,
                   std::optional<Decimal> number) {
  if (!number.has_value()) return NotRepresentable();
  if (like.Get<Money>() != nullptr) {
    return {Scalar(Money{*number, amount.currency})};
  }
  if (like.Get<Quantity>() != nullptr) {
    return {Scalar(Quantity{*number, amount.unit})};
  }
  return {Scalar(*number)};
}

bool HasUnit(const Amount& amount) {
  return !amount.currency.empty() || !amount.unit.empty();
}

bool HaveOneUnit(const Amount& a, const Amount& b) {
  return !HasUnit(a) || !HasUnit(b) ||
         (a.currency == b.currency && a.unit == b.unit);
}

Operand AddAmounts(const Operand& a, const Operand& b) {
  const std::optional<Amount> of_a = AmountOf(a);
  const std::optional<Amount> of_b = AmountOf(b);
  if (!HaveOneUnit(*of_a, *of_b)) {
    return UndecidedOperand(UndecidedReason::kOtherUnit);
  }
  return WithUnitOf(a, HasUnit(*of_a) ? *of_a : *of_b,
                    Plus(of_a->number, of_b->number));
}

// A duration has no months of one sign and microseconds of the other.
Operand MakeDuration(absl::int128 months, absl::int128 microseconds,
                     int64_t slope) {
  const auto micros = ToInt64(microseconds);
  const bool mixed =
      (months > 0 && microseconds < 0) || (months < 0 && microseconds > 0);
  if (!micros.has_value() || mixed || months > kMonthsMax ||
      months < -kMonthsMax || std::abs(slope) > kSlopeMax) {
    return NotRepresentable();
  }
  return {Scalar(Duration{static_cast<int64_t>(months), *micros}), slope};
}

Operand MakeInstant(absl::int128 microseconds, int64_t slope) {
  static const absl::Time kFirst = absl::FromCivil(
      absl::CivilDay(limits::kYearMin, 1, 1), absl::UTCTimeZone());
  static const absl::Time kLast = absl::FromCivil(
      absl::CivilDay(limits::kYearMax + 1, 1, 1), absl::UTCTimeZone());
  if (microseconds < absl::ToUnixMicros(kFirst) ||
      microseconds >= absl::ToUnixMicros(kLast) ||
      std::abs(slope) > kSlopeMax) {
    return NotRepresentable();
  }
  return InstantOperand(static_cast<int64_t>(microseconds), slope);
}

// Months first, on the last day of a month that has no such day; then days.
Operand AddToDate(const Date& date, const Duration& duration, int64_t slope) {
  if (date.precision != DatePrecision::kDay) {
    return UndecidedOperand(UndecidedReason::kImprecise);
  }
  if (slope != 0 || duration.microseconds % kMicrosPerDay != 0 ||
      std::abs(duration.months) > kMonthsMax) {
    return NotRepresentable();
  }
  const absl::CivilMonth month = absl::CivilMonth(date.day) + duration.months;
  const int last = (absl::CivilDay(month + 1) - 1).day();
  const absl::CivilDay day = absl::CivilDay(month) +
                             (std::min(date.day.day(), last) - 1) +
                             duration.microseconds / kMicrosPerDay;
  if (day.year() < limits::kYearMin || day.year() > limits::kYearMax) {
    return NotRepresentable();
  }
  return {Scalar(Date{day})};
}

// How long a month after an instant is depends on where its writer is.
Operand AddToInstant(const Operand& a, const Operand& b) {
  const auto& instant = *a.Get<Instant>();
  const auto& duration = *b.Get<Duration>();
  if (instant.precision == TimePrecision::kSpan) {
    return UndecidedOperand(UndecidedReason::kImprecise);
  }
  if (duration.months != 0) return NotRepresentable();
  return MakeInstant(absl::int128(instant.microseconds) + duration.microseconds,
                     a.slope + b.slope);
}

Operand Sum(const Operand& a, const Operand& b) {
  if (AmountOf(a).has_value()) return AddAmounts(a, b);
  const auto* duration = b.Get<Duration>();
  if (const auto* date = a.Get<Date>()) {
    return AddToDate(*date, *duration, b.slope);
  }
  if (a.Get<Instant>() != nullptr) return AddToInstant(a, b);
  const auto& first = *a.Get<Duration>();
  if (duration == nullptr) return Sum(b, a);
  return MakeDuration(absl::int128(first.months) + duration->months,
                      absl::int128(first.microseconds) + duration->microseconds,
                      a.slope + b.slope);
}

Operand Difference(const Operand& a, const Operand& b) {
  if (const auto* date = b.Get<Date>()) {
    const auto& first = *a.Get<Date>();
    if (first.precision != DatePrecision::kDay ||
        date->precision != DatePrecision::kDay) {
      return UndecidedOperand(UndecidedReason::kImprecise);
    }
    return MakeDuration(0, absl::int128(first.day - date->day) * kMicrosPerDay,
                        0);
  }
  if (const auto* instant = b.Get<Instant>()) {
    const auto& first = *a.Get<Instant>();
    if (first.precision == TimePrecision::kSpan ||
        instant->precision == TimePrecision::kSpan) {
      return UndecidedOperand(UndecidedReason::kImprecise);
    }
    return MakeDuration(
        0, absl::int128(first.microseconds) - instant->microseconds,
        a.slope - b.slope);
  }
  const Operand negative = Negative(b);
  return negative.undecided() != nullptr ? negative : Sum(a, negative);
}

Operand Scaled(const Operand& a, const Decimal& factor) {
  const auto& duration = *a.Get<Duration>();
  const auto times = [&factor](int64_t number) -> std::optional<absl::int128> {
    const auto product = Times(Decimal{number, 0}, factor);
    if (!product.has_value() || product->scale != 0) return std::nullopt;
    return product->unscaled;
  };
  const auto months = times(duration.months);
  const auto microseconds = times(duration.microseconds);
  const auto slope = times(a.slope);
  if (!months.has_value() || !microseconds.has_value() || !slope.has_value() ||
      *slope > kSlopeMax || *slope < -kSlopeMax) {
    return NotRepresentable();
  }
  return MakeDuration(*months, *microseconds, static_cast<int64_t>(*slope));
}

Operand Product(const Operand& a, const Operand& b) {
  const auto* factor = b.Get<Decimal>();
  if (factor == nullptr) return Product(b, a);
  if (a.Get<Duration>() != nullptr) return Scaled(a, *factor);
  const std::optional<Amount> amount = AmountOf(a);
  return WithUnitOf(a, *amount, Times(amount->number, *factor));
}

Operand Quotient(const Operand& a, const Operand& b) {
  const std::optional<Amount> of_a = AmountOf(a);
  const std::optional<Amount> of_b = AmountOf(b);
  const std::optional<Decimal> number = DividedBy(of_a->number, of_b->number);
  if (b.Get<Decimal>() != nullptr) return WithUnitOf(a, *of_a, number);
  if (!HaveOneUnit(*of_a, *of_b)) {
    return UndecidedOperand(UndecidedReason::kOtherUnit);
  }
  if (!number.has_value()) return NotRepresentable();
  return {Scalar(*number)};
}

// What keeps an operand from being calculated with.
std::optional<Operand> Obstacle(const Operand& operand) {
  if (operand.undecided() != nullptr) return operand;
  if (operand.ambiguous != nullptr) {
    return UndecidedOperand(UndecidedReason::kAmbiguous);
  }
  return std::nullopt;
}

}  // namespace

Operand Calculate(Operator op, const Operand& a, const Operand& b) {
  if (auto obstacle = Obstacle(a)) return *obstacle;
  if (auto obstacle = Obstacle(b)) return *obstacle;
  switch (op) {
    case Operator::kAdd:
      return Sum(a, b);
    case Operator::kSubtract:
      return Difference(a, b);
    case Operator::kMultiply:
      return Product(a, b);
    default:
      return Quotient(a, b);
  }
}

Operand InstantOperand(int64_t microseconds, int64_t slope) {
  // As coarse as it can be written.
  const TimePrecision precision =
      microseconds % 1'000'000 == 0 ? TimePrecision::kSecond
      : microseconds % 1000 == 0    ? TimePrecision::kMillisecond
                                    : TimePrecision::kMicrosecond;
  return {Scalar(Instant{microseconds, precision}), slope};
}

Operand Negative(const Operand& a) {
  if (auto obstacle = Obstacle(a)) return *obstacle;
  if (const auto* duration = a.Get<Duration>()) {
    return MakeDuration(-absl::int128(duration->months),
                        -absl::int128(duration->microseconds), -a.slope);
  }
  const std::optional<Amount> amount = AmountOf(a);
  return WithUnitOf(a, *amount, Negated(amount->number));
}

Operand Absolute(const Operand& a, Horizon& horizon) {
  if (auto obstacle = Obstacle(a)) return *obstacle;
  if (const auto* duration = a.Get<Duration>()) {
    horizon.NoteSign(duration->microseconds, a.slope);
    const bool negative = duration->months < 0 || duration->microseconds < 0;
    return negative ? Negative(a) : a;
  }
  return AmountOf(a)->number.unscaled < 0 ? Negative(a) : a;
}

Operand DaysOf(const Operand& duration, Horizon& horizon) {
  if (auto obstacle = Obstacle(duration)) return *obstacle;
  const auto& value = *duration.Get<Duration>();
  if (value.months != 0) return NotRepresentable();
  int64_t days = value.microseconds / kMicrosPerDay;
  if (value.microseconds % kMicrosPerDay < 0) --days;
  const absl::int128 start = absl::int128(days) * kMicrosPerDay;
  horizon.NoteSign(value.microseconds - start, duration.slope);
  horizon.NoteSign(value.microseconds - start - kMicrosPerDay, duration.slope);
  return {Scalar(*MakeDecimal(days, 0))};
}

Operand DayOf(const Operand& instant, absl::TimeZone zone, Horizon& horizon) {
  if (auto obstacle = Obstacle(instant)) return *obstacle;
  const auto& value = *instant.Get<Instant>();
  if (value.precision == TimePrecision::kSpan) {
    return UndecidedOperand(UndecidedReason::kImprecise);
  }
  const absl::Time time = absl::FromUnixMicros(value.microseconds);
  const absl::CivilDay day = absl::ToCivilDay(time, zone);
  const absl::int128 now = value.microseconds;
  horizon.NoteSign(now - absl::ToUnixMicros(absl::FromCivil(day, zone)),
                   instant.slope);
  horizon.NoteSign(now - absl::ToUnixMicros(absl::FromCivil(day + 1, zone)),
                   instant.slope);
  return {Scalar(Date{day})};
}

}  // namespace concordat::rules
