// Dates, times of day, instants and durations.
#ifndef CONCORDAT_GRAPH_VALUES_TEMPORAL_H_
#define CONCORDAT_GRAPH_VALUES_TEMPORAL_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace concordat {

enum class DatePrecision : uint8_t {
  kDay,
  kWeek,  // of ISO 8601: Monday to Sunday
  kMonth,
  kQuarter,
  kYear,
  kDayOfAnyYear,  // "3 March"
};

// A day, or a longer piece of the Gregorian calendar. Of kDayOfAnyYear `day` is
// in the year kAnyYear, a leap year.
struct Date {
  static constexpr int kAnyYear = 4;

  absl::CivilDay day;  // the first
  DatePrecision precision = DatePrecision::kDay;
  friend bool operator==(const Date&, const Date&) = default;
};

// The last day of it.
absl::CivilDay LastDay(const Date& date);

// How finely a point in time is written, the coarsest first. Parts that are
// not written may be anything: 14:30 is compatible with 14:30:05. Clocks count
// fractions in thousandths or in millionths, so .2 is .200 and not .25.
enum class TimePrecision : uint8_t {
  kSpan,  // of an instant only: a day or more
  kMinute,
  kSecond,
  kMillisecond,
  kMicrosecond,
};

// Microseconds of one unit of it; 0 for kSpan.
int64_t UnitOf(TimePrecision precision);

// Wall-clock time without date. Where an offset from UTC is written, it is the
// time in UTC. Two times that have the same microseconds are the same whatever
// their precision: 14:30 is 14:30:00, although only the latter excludes
// 14:30:05. That is why sameness is not operator==.
struct TimeOfDay {
  int64_t microseconds = 0;  // since midnight, less than a day
  TimePrecision precision = TimePrecision::kMinute;
  bool in_utc = false;
  friend bool operator==(const TimeOfDay&, const TimeOfDay&) = default;
};

// A point in time, in microseconds since 1970-01-01T00:00:00Z. Of kSpan, for
// which a date in some time zone is written, it is the first point, and `end`
// the first one after; else `end` is 0. Sameness as for TimeOfDay.
struct Instant {
  int64_t microseconds = 0;
  TimePrecision precision = TimePrecision::kMinute;
  int64_t end = 0;
  friend bool operator==(const Instant&, const Instant&) = default;
};

// As XML Schema counts: a year is 12 months, a week 7 days, a day 24 hours. Of
// `months` and `microseconds` none is negative where the other is positive.
struct Duration {
  int64_t months = 0;
  int64_t microseconds = 0;
  friend bool operator==(const Duration&, const Duration&) = default;
};

// The canonical writing, equal for equal values, as ISO 8601 has it:
// "2026-11-21", "2026-11", "2026-Q4", "2026-W47", "2026", "--11-21"; "14:30",
// "14:30:05.25", "12:30Z"; "2026-11-21T14:30:00Z", of a span
// "2026-11-20T23:00:00Z/2026-11-21T23:00:00Z"; "P1Y6M", "-PT1H30M", "PT0S".
void AppendCanonical(const Date& date, std::string* out);
void AppendCanonical(const TimeOfDay& time, std::string* out);
void AppendCanonical(const Instant& instant, std::string* out);
void AppendCanonical(const Duration& duration, std::string* out);

// Whether `writing` is the canonical one. Does not allocate.
bool IsCanonical(const Instant& instant, absl::string_view writing);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_VALUES_TEMPORAL_H_
