#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/numeric/int128.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "consistency/comparators/comparators.h"
#include "graph/duration_units.h"
#include "graph/text.h"

namespace concordat::comparators {
namespace {

constexpr absl::string_view kCoarserDate = "one date says less";

// How the span [a, a_end) relates to [b, b_end).
Likeness CompareSpans(int64_t a, int64_t a_end, int64_t b, int64_t b_end) {
  if (a == b && a_end == b_end) return Likeness::kSame;
  if (a_end <= b || b_end <= a) return Likeness::kDifferent;
  if (a <= b && b_end <= a_end) return Likeness::kCoarser;
  if (b <= a && a_end <= b_end) return Likeness::kFiner;
  return Likeness::kOverlapping;
}

// How a day of any year relates to another date.
Likeness CompareAnyYear(const Date& any, const Date& other) {
  if (other.precision == DatePrecision::kDayOfAnyYear) {
    return any.day == other.day ? Likeness::kSame : Likeness::kDifferent;
  }
  const absl::CivilDay last = LastDay(other);
  for (auto year = other.day.year(); year <= last.year(); ++year) {
    const absl::CivilDay day(year, any.day.month(), any.day.day());
    if (day.month() != any.day.month()) continue;  // 29 February
    if (day < other.day || day > last) continue;
    return other.precision == DatePrecision::kDay ? Likeness::kCoarser
                                                  : Likeness::kOverlapping;
  }
  return Likeness::kDifferent;
}

// Two points in time, each with the rest of its unit open.
Comparison ComparePoints(int64_t a, TimePrecision of_a, int64_t b,
                         TimePrecision of_b) {
  if (a == b) return {Likeness::kSame, ""};
  if (of_a == of_b) return {Likeness::kDifferent, ""};
  const bool a_coarser = of_a < of_b;
  const int64_t coarse = a_coarser ? a : b;
  const int64_t fine = a_coarser ? b : a;
  const TimePrecision precision = std::min(of_a, of_b);
  if (fine < coarse || fine >= coarse + UnitOf(precision)) {
    return {Likeness::kDifferent, ""};
  }
  return {a_coarser ? Likeness::kCoarser : Likeness::kFiner,
          precision == TimePrecision::kMinute ? "one has no seconds"
                                              : "one has no such fraction"};
}

constexpr int64_t kMicrosPerMinute = 60'000'000;
constexpr int64_t kMicrosPerDay = 24 * 60 * kMicrosPerMinute;

// A time of day in UTC against one without an offset, whose writer is `local`.
// Without a date nobody knows which of the offsets of a zone with summer time
// holds, so both are tried.
Comparison CompareWithLocal(const TimeOfDay& utc, const TimeOfDay& wall,
                            const WritingHabits& local) {
  if (!local.has_time_zone) {
    // No zone is off by another step than a quarter of an hour.
    constexpr int64_t kStep = 15 * kMicrosPerMinute;
    const Comparison rest =
        ComparePoints(utc.microseconds % kStep, utc.precision,
                      wall.microseconds % kStep, wall.precision);
    if (rest.likeness == Likeness::kDifferent) return rest;
    return {Likeness::kUndecided,
            "one time has no offset from UTC: write it, or set the channel's "
            "time_zone"};
  }
  const int winter =
      local.time_zone
          .At(absl::FromCivil(absl::CivilDay(2026, 1, 1), absl::UTCTimeZone()))
          .offset;
  const int summer =
      local.time_zone
          .At(absl::FromCivil(absl::CivilDay(2026, 7, 1), absl::UTCTimeZone()))
          .offset;
  for (const int offset : {winter, summer}) {
    const int64_t shown =
        (utc.microseconds + offset * int64_t{1'000'000} + 2 * kMicrosPerDay) %
        kMicrosPerDay;
    const Comparison found =
        ComparePoints(shown, utc.precision, wall.microseconds, wall.precision);
    if (found.likeness == Likeness::kDifferent) continue;
    // Where the zone has one offset only, the writings mean the same: an
    // exception to equal normal form, for the zone is not in the writing.
    if (winter == summer) return found;
    return {Likeness::kFiner, "one time has no offset from UTC"};
  }
  return {Likeness::kDifferent, "in the writer's time zone"};
}

// `duration` after `start`, as XML Schema 1.0 Part 2, Appendix E, adds them.
absl::int128 After(absl::CivilDay start, const Duration& duration) {
  const absl::CivilMonth month = absl::CivilMonth(start) + duration.months;
  const absl::CivilDay day = absl::CivilDay(month) + (start.day() - 1);
  return absl::int128(day - absl::CivilDay(1970, 1, 1)) * kMicrosPerDay +
         duration.microseconds;
}

// By how much two durations of these writers may differ.
int64_t ToleranceOf(const WritingHabits& habits, int64_t larger) {
  Duration unit = OneOf(DurationUnit::kSecond);
  if (!habits.unit.empty()) {
    const auto found = FindDurationUnit(FoldText(habits.unit));
    if (!found.empty()) unit = OneOf(found[0].unit);
  }
  const auto of = [](const Decimal& decimal, absl::int128 times) {
    constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
    // So much that the product might overflow is as good as everything.
    if (decimal.unscaled > 1'000'000'000'000'000'000) return kMost;
    absl::int128 product = decimal.unscaled * times;
    for (int i = 0; i < decimal.scale; ++i) product /= 10;
    return product > kMost ? kMost : static_cast<int64_t>(product);
  };
  const int64_t absolute = std::max(of(habits.tolerance_abs, unit.microseconds),
                                    of(habits.rounding, unit.microseconds) / 2);
  return std::max(absolute, of(habits.tolerance_rel, larger));
}

}  // namespace

Comparison Compare(const Date& a, const Date& b, const Sides&) {
  if (a == b) return {Likeness::kSame, ""};
  Likeness likeness;
  if (a.precision == DatePrecision::kDayOfAnyYear) {
    likeness = CompareAnyYear(a, b);
  } else if (b.precision == DatePrecision::kDayOfAnyYear) {
    likeness = Mirrored(CompareAnyYear(b, a));
  } else if (a.precision == DatePrecision::kDay &&
             b.precision == DatePrecision::kDay) {
    return {Likeness::kDifferent, ""};
  } else {
    likeness = CompareSpans(0, LastDay(a) - a.day + 1, b.day - a.day,
                            LastDay(b) - a.day + 1);
  }
  return {likeness, IsPartial(likeness) ? kCoarserDate : ""};
}

Comparison Compare(const TimeOfDay& a, const TimeOfDay& b, const Sides& sides) {
  if (a.in_utc == b.in_utc) {
    return ComparePoints(a.microseconds, a.precision, b.microseconds,
                         b.precision);
  }
  if (a.in_utc) return CompareWithLocal(a, b, sides.b);
  Comparison mirrored = CompareWithLocal(b, a, sides.a);
  mirrored.likeness = Mirrored(mirrored.likeness);
  return mirrored;
}

Comparison Compare(const Instant& a, const Instant& b, const Sides&) {
  const bool span_a = a.precision == TimePrecision::kSpan;
  const bool span_b = b.precision == TimePrecision::kSpan;
  if (!span_a && !span_b) {
    return ComparePoints(a.microseconds, a.precision, b.microseconds,
                         b.precision);
  }
  const int64_t a_end = span_a ? a.end : a.microseconds + UnitOf(a.precision);
  const int64_t b_end = span_b ? b.end : b.microseconds + UnitOf(b.precision);
  const Likeness likeness =
      CompareSpans(a.microseconds, a_end, b.microseconds, b_end);
  return {likeness, IsPartial(likeness) ? "one says the date only" : ""};
}

// Months against days are decided as XML Schema 1.0 Part 2 (3.2.6.2) says: by
// adding both to four dates, between which lie months of all lengths.
Comparison Compare(const Duration& a, const Duration& b, const Sides& sides) {
  if (a == b) return {Likeness::kSame, ""};
  if (a.months == b.months) {
    const absl::int128 distance =
        absl::int128(a.microseconds) - absl::int128(b.microseconds);
    const absl::int128 off = distance < 0 ? -distance : distance;
    const auto size = [](int64_t number) {
      return number < 0 ? -absl::int128(number) : absl::int128(number);
    };
    const auto larger = static_cast<int64_t>(
        std::max(size(a.microseconds), size(b.microseconds)));
    const int64_t tolerance =
        std::max(ToleranceOf(sides.a, larger), ToleranceOf(sides.b, larger));
    if (tolerance > 0 && a.months == 0 && off <= tolerance) {
      return {Likeness::kSame, "within the declared tolerance"};
    }
    return {Likeness::kDifferent, ""};
  }
  // Beyond what calendars count, a month's length does not matter.
  constexpr int64_t kMonthsMax = 12'000'000;
  if (std::max(a.months, b.months) > kMonthsMax ||
      std::min(a.months, b.months) < -kMonthsMax) {
    return {Likeness::kDifferent, ""};
  }
  int less = 0;
  int more = 0;
  for (const absl::CivilDay start :
       {absl::CivilDay(1696, 9, 1), absl::CivilDay(1697, 2, 1),
        absl::CivilDay(1903, 3, 1), absl::CivilDay(1903, 7, 1)}) {
    const absl::int128 of_a = After(start, a);
    const absl::int128 of_b = After(start, b);
    less += of_a < of_b ? 1 : 0;
    more += of_a > of_b ? 1 : 0;
  }
  if (less == 4 || more == 4) return {Likeness::kDifferent, ""};
  return {Likeness::kUndecided,
          "months against days: how long a month is depends on the calendar"};
}

}  // namespace concordat::comparators
