// Dates, times of day and instants: what a written moment means. Each reader
// takes what its type needs, and sets the rest aside.
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "graph/limits.h"
#include "graph/readers/moment.h"
#include "graph/readers/readers.h"

namespace concordat::readers {
namespace {

constexpr absl::string_view kDateExpected = "date expected, such as 2026-11-21";
constexpr absl::string_view kTimeExpected =
    "time of day expected, such as 14:30 or 2:30 p.m.";
constexpr absl::string_view kInstantExpected =
    "point in time expected, such as 2026-11-21T14:30:00Z";
constexpr absl::string_view kNoSuchDay =
    "not a day of the calendar; a date such as 2026-11-21 expected";

bool MayBeMonth(int number) { return number >= 1 && number <= 12; }
bool MayBeDay(int number) { return number >= 1 && number <= 31; }

// Decides which number is the year, the month and the day of 02/12/2011; a
// problem, or "" with `date` in order. The writer's habit decides only where
// the numbers leave both orders open.
absl::string_view PutInOrder(DateOrder order, WrittenDate* date) {
  const int first = date->first;
  const int second = date->second;
  const bool year_may_lead =
      date->year_digits == 2 && MayBeMonth(second) && MayBeDay(date->year);
  if (order == DateOrder::kYearMonthDay && date->year_digits == 2) {
    date->day = std::exchange(date->year, first);
    date->month = second;
    return "";
  }
  const bool month_may_lead = MayBeMonth(first) && MayBeDay(second);
  const bool day_may_lead = MayBeDay(first) && MayBeMonth(second);
  if (!month_may_lead && !day_may_lead) return kNoSuchDay;
  const bool undeclared = order == DateOrder::kUndeclared;
  const bool open = month_may_lead && day_may_lead && first != second;
  if ((open && (undeclared || order == DateOrder::kYearMonthDay)) ||
      (undeclared && year_may_lead)) {
    return "day and month order: set the channel's date_order or locale";
  }
  const bool day_leads =
      open ? order == DateOrder::kDayMonthYear : day_may_lead;
  date->day = day_leads ? first : second;
  date->month = day_leads ? second : first;
  return "";
}

// The day that a written date means; a problem, or "" and `day`.
absl::string_view ResolveDate(WrittenDate date, const Context& context,
                              absl::CivilDay* day) {
  if (date.year_digits == 0) {
    return "the year is missing; a date such as 2026-11-21 expected";
  }
  if (date.unordered) {
    const absl::string_view problem =
        PutInOrder(context.habits.date_order, &date);
    if (!problem.empty()) return problem;
  }
  if (date.year_digits == 2) {
    const int pivot = context.habits.two_digit_year_pivot;
    if (pivot == 0) {
      return "two-digit year: set the channel's two_digit_year_pivot";
    }
    // The last year up to the pivot that ends in these digits.
    date.year = pivot - ((pivot - date.year) % 100 + 100) % 100;
  }
  if (date.year < limits::kYearMin || date.year > limits::kYearMax) {
    return kNoSuchDay;
  }
  *day = absl::CivilDay(date.year, date.month, date.day);
  // Construction carries 31 April over into May.
  const bool exists = day->month() == date.month && day->day() == date.day &&
                      day->year() == date.year;
  return exists ? "" : kNoSuchDay;
}

// Only where it is plainly the canonical writing, which most are.
bool ReadIsoDate(absl::string_view writing, WrittenDate* date) {
  if (writing.size() != 10 || writing[4] != '-' || writing[7] != '-') {
    return false;
  }
  int number = 0;
  for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (writing[i] < '0' || writing[i] > '9') return false;
    number = number * 10 + (writing[i] - '0');
  }
  date->year_digits = 4;
  date->year = number / 10000;
  date->month = number / 100 % 100;
  date->day = number % 100;
  return true;
}

Outcome Problem(absl::string_view problem) {
  return Outcome::Problem(std::string(problem));
}

}  // namespace

bool IsDateOnly(absl::string_view writing) {
  WrittenMoment moment;
  return ParseMoment(writing, &moment) && !moment.has_time &&
         (moment.has_date || moment.has_weekday);
}

Outcome ReadDate(absl::string_view writing, const Context& context) {
  WrittenMoment moment;
  if (!ReadIsoDate(writing, &moment.date)) {
    if (!ParseMoment(writing, &moment) || !moment.has_date) {
      return Problem(kDateExpected);
    }
  }
  Date date;
  const absl::string_view problem =
      ResolveDate(moment.date, context, &date.day);
  if (!problem.empty()) return Problem(problem);
  if (context.log.on()) {
    const std::string result = Value(Scalar(date)).Canonical();
    if (moment.has_time) context.log.Add("time beside the date", result);
    if (moment.has_weekday) context.log.Add("weekday", result);
    if (moment.date.unordered) context.log.Add("day and month order", result);
    if (moment.date.year_digits == 2) {
      context.log.Add("two-digit year", result);
    }
  }
  return Scalar(date);
}

Outcome ReadTimeOfDay(absl::string_view writing, const Context& context) {
  WrittenMoment moment;
  if (!ParseMoment(writing, &moment) || !moment.has_time ||
      moment.second > 59) {
    return Problem(kTimeExpected);
  }
  TimeOfDay time;
  time.seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second;
  time.has_seconds = moment.has_seconds;
  if (context.log.on()) {
    const std::string result = Value(Scalar(time)).Canonical();
    if (moment.has_date || moment.has_weekday) {
      context.log.Add("date beside the time", result);
    }
    if (moment.has_offset) context.log.Add("offset beside the time", result);
    if (moment.has_fraction) context.log.Add("fraction of a second", result);
    context.log.Add(
        moment.clock == ClockKind::kTwelve ? "12-hour clock" : "24-hour clock",
        result);
  }
  return Scalar(time);
}

Outcome ReadInstant(absl::string_view writing, const Context& context) {
  WrittenMoment moment;
  if (!ParseMoment(writing, &moment)) return Problem(kInstantExpected);
  if (!moment.has_date) return Problem(kInstantExpected);
  if (!moment.has_time) {
    return Problem(
        "the time is missing; a point in time such as 2026-11-21T14:30:00Z "
        "expected");
  }
  absl::CivilDay day;
  const absl::string_view problem = ResolveDate(moment.date, context, &day);
  if (!problem.empty()) return Problem(problem);
  const absl::CivilSecond civil(day.year(), day.month(), day.day(), moment.hour,
                                moment.minute, moment.second);
  Instant instant;
  if (moment.has_offset) {
    instant.time = absl::FromCivil(civil, absl::UTCTimeZone()) -
                   absl::Minutes(moment.offset_minutes);
  } else if (context.habits.has_time_zone) {
    const absl::TimeZone::TimeInfo info = context.habits.time_zone.At(civil);
    if (info.kind != absl::TimeZone::TimeInfo::UNIQUE) {
      return Problem(
          "the clocks change at this time: write the offset, such as +01:00");
    }
    instant.time = info.pre;
    if (context.log.on()) {
      context.log.Add("the writer's time zone",
                      Value(Scalar(instant)).Canonical());
    }
  } else {
    return Problem(
        "offset from UTC: write it, such as +01:00, or set the channel's "
        "time_zone");
  }
  instant.time += absl::Microseconds(moment.microseconds);
  // An offset may carry the first and the last hours over the bounds.
  const int64_t year =
      absl::ToCivilYear(instant.time, absl::UTCTimeZone()).year();
  if (year < limits::kYearMin || year > limits::kYearMax) {
    return Problem(kNoSuchDay);
  }
  return Scalar(instant);
}

}  // namespace concordat::readers
