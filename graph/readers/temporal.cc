// Dates and times of day. Each reader takes what its type needs, and sets the
// rest aside.
#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "graph/limits.h"
#include "graph/readers/moment.h"
#include "graph/readers/readers.h"
#include "graph/readers/written_date.h"

namespace concordat::readers {
namespace {

constexpr absl::string_view kDateExpected = "date expected, such as 2026-11-21";
constexpr absl::string_view kTimeExpected =
    "time of day expected, such as 14:30 or 2:30 p.m.";

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

Outcome Problem(absl::string_view problem) {
  return Outcome::Problem(std::string(problem));
}

int64_t MicrosOfDay(const WrittenMoment& moment) {
  const int64_t seconds =
      (moment.hour * 60 + moment.minute) * 60 + moment.second;
  return seconds * kMicrosPerSecond + moment.microseconds;
}

// The day that a stamp with an offset falls on where the writer is. Midnight is
// how programs write a date alone: it stays as written.
absl::string_view MoveToZone(const WrittenMoment& moment,
                             const Context& context, Date* date) {
  const bool moves = moment.has_time &&
                     (moment.has_offset || moment.has_zone) &&
                     context.habits.has_time_zone && MicrosOfDay(moment) != 0 &&
                     date->precision == DatePrecision::kDay;
  if (!moves) return "";
  int64_t micros;
  const absl::string_view problem =
      ResolvePoint(date->day, moment, context.habits, &micros);
  if (!problem.empty()) return problem;
  date->day =
      absl::ToCivilDay(absl::FromUnixMicros(micros), context.habits.time_zone);
  if (date->day.year() < limits::kYearMin ||
      date->day.year() > limits::kYearMax) {
    return kDateExpected;
  }
  if (context.log.on()) {
    context.log.Add("the writer's time zone", Value(Scalar(*date)).Canonical());
  }
  return "";
}

void LogDate(const WrittenMoment& moment, const DateChoices& choices,
             const Date& date, const StepLog& log) {
  if (!log.on()) return;
  const std::string result = Value(Scalar(date)).Canonical();
  if (moment.has_time) log.Add("time beside the date", result);
  if (moment.date.weekday != 0) log.Add("weekday", result);
  if (choices.order) log.Add("day and month order", result);
  if (choices.by_weekday) log.Add("day and month order by weekday", result);
  if (choices.pivot) log.Add("two-digit year", result);
  if (choices.calendar || moment.date.has_era) log.Add("calendar", result);
}

// 14:30 and 14:30:05, which nearly all are.
bool ReadPlainTime(absl::string_view writing, TimeOfDay* time) {
  const bool seconds = writing.size() == 8;
  if (writing.size() != 5 && !seconds) return false;
  int parts[3] = {};
  for (size_t i = 0; i < (seconds ? 3u : 2u); ++i) {
    const char tens = writing[3 * i];
    const char ones = writing[3 * i + 1];
    if (tens < '0' || tens > '5' || ones < '0' || ones > '9') return false;
    if (i > 0 && writing[3 * i - 1] != ':') return false;
    parts[i] = (tens - '0') * 10 + (ones - '0');
  }
  if (parts[0] > 23) return false;
  time->microseconds =
      ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * kMicrosPerSecond;
  time->precision = seconds ? TimePrecision::kSecond : TimePrecision::kMinute;
  return true;
}

// Whether the numbers of a time of day may be taken for its clock.
bool MayHaveBareTime(const WrittenDate& date) {
  if (date.ends_with_point || date.without_year || date.has_era) return false;
  // A year is four digits too.
  const bool alone =
      date.count > 1 || (date.month_name == 0 && !date.month_name_open &&
                         date.day.digits == 0 && date.month.digits == 0);
  return alone;
}

// "9:00-12:00" is rather a span of hours than a time with an offset.
bool MayBeSpan(const WrittenMoment& moment) {
  return moment.has_offset && !moment.offset_bracketed &&
         moment.offset_minutes < 0 && !moment.date.IsDate() &&
         -moment.offset_minutes > moment.hour * 60 + moment.minute;
}

// Takes the offset of `moment` into `time`, which is as the clock says.
absl::string_view ApplyOffset(const WrittenMoment& moment,
                              const Context& context, TimeOfDay* time) {
  const bool counts =
      (moment.has_offset && !moment.offset_bracketed) || moment.has_zone;
  if (!counts) return "";
  if (moment.zone_open) {
    return "the zone's abbreviation means several: write the offset, such as "
           "+01:00";
  }
  const WritingHabits& habits = context.habits;
  Date date;
  DateChoices choices;
  const bool has_day =
      moment.date.IsDate() &&
      ResolveDate(moment.date, habits, &date, &choices).empty() &&
      date.precision == DatePrecision::kDay;
  if (!has_day && !moment.has_offset) {
    if (habits.has_time_zone && habits.time_zone == moment.zone) return "";
    return "time zone: write the offset, such as +01:00";
  }
  int64_t micros = time->microseconds;
  if (has_day) {
    const absl::string_view problem =
        ResolvePoint(date.day, moment, habits, &micros);
    if (!problem.empty()) return problem;
    if (habits.has_time_zone) {
      // As the writer's clocks show it.
      const absl::Time point = absl::FromUnixMicros(micros);
      micros += habits.time_zone.At(point).offset * kMicrosPerSecond;
    } else {
      time->in_utc = true;
    }
  } else {
    micros -= moment.offset_minutes * 60 * kMicrosPerSecond;
    time->in_utc = true;
  }
  time->microseconds = (micros % kMicrosPerDay + kMicrosPerDay) % kMicrosPerDay;
  return "";
}

}  // namespace

bool IsDateOnly(absl::string_view writing) {
  WrittenMoment moment;
  return ParseMoment(writing, "", &moment) && !moment.has_time &&
         (moment.date.IsDate() || moment.date.weekday != 0 ||
          moment.date.weekday_open);
}

Outcome ReadDate(absl::string_view writing, const Context& context) {
  WrittenMoment moment;
  if (!ScanPlainDate(writing, &moment.date)) {
    moment.date = WrittenDate();
    if (!ParseMoment(writing, context.habits.language, &moment)) {
      return Problem(kDateExpected);
    }
    TakeTimeAfterDate(&moment);
  }
  Date date;
  DateChoices choices;
  absl::string_view problem =
      ResolveDate(moment.date, context.habits, &date, &choices);
  if (problem.empty() && moment.has_time &&
      date.precision != DatePrecision::kDay &&
      date.precision != DatePrecision::kDayOfAnyYear) {
    problem = kDateExpected;
  }
  if (!problem.empty()) return Problem(problem);
  LogDate(moment, choices, date, context.log);
  problem = MoveToZone(moment, context, &date);
  if (!problem.empty()) return Problem(problem);
  return Scalar(date);
}

Outcome ReadTimeOfDay(absl::string_view writing, const Context& context) {
  TimeOfDay time;
  if (ReadPlainTime(writing, &time)) {
    if (context.log.on()) {
      context.log.Add("24-hour clock", Value(Scalar(time)).Canonical());
    }
    return Scalar(time);
  }
  WrittenMoment moment;
  if (!ParseMoment(writing, context.habits.language, &moment)) {
    return Problem(kTimeExpected);
  }
  if (!moment.has_time && MayHaveBareTime(moment.date)) {
    TakeTimeFromNumbers(&moment);
  }
  const WrittenDate& beside = moment.date;
  if (!moment.has_time || moment.second > 59 ||
      (beside.count > 0 && !beside.IsDate())) {
    return Problem(kTimeExpected);
  }
  if (MayBeSpan(moment)) {
    return Problem(
        "offset or span of hours: write the offset as in +01:00, or "
        "one time only");
  }
  // 24:00 is the midnight that ends a day.
  time.microseconds = MicrosOfDay(moment) % kMicrosPerDay;
  time.precision = PrecisionOf(moment);
  const absl::string_view problem = ApplyOffset(moment, context, &time);
  if (!problem.empty()) return Problem(problem);
  if (context.log.on()) {
    const std::string result = Value(Scalar(time)).Canonical();
    if (beside.IsDate() || beside.weekday != 0) {
      context.log.Add("date beside the time", result);
    }
    if (moment.offset_bracketed) {
      context.log.Add("offset beside the time", result);
    } else if (moment.has_offset || moment.has_zone) {
      context.log.Add(
          time.in_utc ? "offset from UTC" : "the writer's time zone", result);
    }
    context.log.Add(
        moment.clock == ClockKind::kTwelve ? "12-hour clock" : "24-hour clock",
        result);
  }
  return Scalar(time);
}

}  // namespace concordat::readers
