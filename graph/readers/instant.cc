// Points in time: stamps, dates with a time in some zone, Unix time, and days
// that only span them.
#include <cstddef>
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

constexpr absl::string_view kInstantExpected =
    "point in time expected, such as 2026-11-21T14:30:00Z";
constexpr absl::string_view kOutOfBounds =
    "not a day of the calendar; a date such as 2026-11-21 expected";
constexpr absl::string_view kOffsetOpen =
    "offset from UTC: write it, such as +01:00, or set the channel's "
    "time_zone";
constexpr absl::string_view kClocksChange =
    "the clocks change at this time: write the offset, such as +01:00";

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr absl::CivilDay kEpoch(1970, 1, 1);

// `seconds` after the start of `day` in UTC.
int64_t MicrosOf(absl::CivilDay day, int64_t seconds) {
  return ((day - kEpoch) * 86'400 + seconds) * kMicrosPerSecond;
}

// An offset may carry the first and the last hours over the bounds.
bool IsInBounds(int64_t micros) {
  static const int64_t kFirst =
      MicrosOf(absl::CivilDay(limits::kYearMin, 1, 1), 0);
  static const int64_t kEnd =
      MicrosOf(absl::CivilDay(limits::kYearMax + 1, 1, 1), 0);
  return micros >= kFirst && micros < kEnd;
}

// `count` digits at `at`, or -1.
int DigitsAt(absl::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return -1;
  int number = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

// The offset at the end of a stamp: Z, +02:00, +0200. False where it is none.
bool ReadPlainOffset(absl::string_view text, int* minutes) {
  if (text == "Z" || text == "z") {
    *minutes = 0;
    return true;
  }
  if ((text.size() != 6 && text.size() != 5) ||
      (text[0] != '+' && text[0] != '-') ||
      (text.size() == 6 && text[3] != ':')) {
    return false;
  }
  const int hours = DigitsAt(text, 1, 2);
  const int rest = DigitsAt(text, text.size() - 2, 2);
  if (hours < 0 || hours > 14 || rest < 0 || rest > 59) return false;
  *minutes = (hours * 60 + rest) * (text[0] == '-' ? -1 : 1);
  return true;
}

// RFC 3339 with what ISO 8601 leaves out of it: 2026-11-21T14:30Z. Only where
// it is plainly so, which most are; false leaves it to the long way.
bool ReadPlainStamp(absl::string_view text, Instant* instant) {
  if (text.size() < 17 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':') {
    return false;
  }
  const int year = DigitsAt(text, 0, 4);
  const int month = DigitsAt(text, 5, 2);
  const int day = DigitsAt(text, 8, 2);
  const int hour = DigitsAt(text, 11, 2);
  const int minute = DigitsAt(text, 14, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59) {
    return false;
  }
  size_t at = 16;
  WrittenMoment moment;
  if (text[at] == ':') {
    moment.second = DigitsAt(text, at + 1, 2);
    moment.has_seconds = true;
    if (moment.second < 0 || moment.second > 59) return false;
    at += 3;
    if (at < text.size() && text[at] == '.') {
      ++at;
      for (int unit = 100'000;
           at < text.size() && text[at] >= '0' && text[at] <= '9';
           ++at, unit /= 10) {
        moment.microseconds += unit * (text[at] - '0');
        ++moment.fraction_digits;
      }
      if (moment.fraction_digits == 0) return false;
    }
  }
  int offset;
  if (!ReadPlainOffset(text.substr(at), &offset)) return false;
  const absl::CivilDay civil(year, month, day);
  if (civil.day() != day) return false;
  instant->microseconds =
      MicrosOf(civil, ((hour * 60 + minute - offset) * 60) + moment.second) +
      moment.microseconds;
  instant->precision = PrecisionOf(moment);
  return IsInBounds(instant->microseconds);
}

// The canonical writing of a span: two stamps with '/' between.
bool ReadSpan(absl::string_view text, Instant* instant) {
  const size_t slash = text.find('/');
  Instant end;
  if (slash == text.npos || !ReadPlainStamp(text.substr(0, slash), instant) ||
      !ReadPlainStamp(text.substr(slash + 1), &end)) {
    return false;
  }
  instant->precision = TimePrecision::kSpan;
  instant->end = end.microseconds;
  return instant->end > instant->microseconds;
}

// Seconds, or thousandths, millionths ... of them, since 1970: told apart by
// their number of digits, of which seconds have had ten since 2001.
bool ReadUnixTime(absl::string_view text, Instant* instant) {
  size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    ++digits;
  }
  if (digits != 10 && (digits != text.size() ||
                       (digits != 13 && digits != 16 && digits != 19))) {
    return false;
  }
  WrittenMoment moment;
  moment.has_seconds = true;
  int64_t micros = 0;
  for (size_t i = 0; i < digits && i < 16; ++i) {
    micros = micros * 10 + (text[i] - '0');
  }
  for (size_t i = digits; i < 16; ++i) micros *= 10;
  moment.fraction_digits = static_cast<int>(digits) - 10;
  if (digits == 10 && text.size() > 10) {
    if (text[10] != '.' || text.size() == 11) return false;
    int64_t unit = kMicrosPerSecond / 10;
    for (size_t i = 11; i < text.size(); ++i, unit /= 10) {
      if (text[i] < '0' || text[i] > '9') return false;
      micros += unit * (text[i] - '0');
      ++moment.fraction_digits;
    }
  }
  moment.microseconds = static_cast<int>(micros % kMicrosPerSecond);
  instant->microseconds = micros;
  instant->precision = PrecisionOf(moment);
  return true;
}

// The offset that `moment` or its writer declares, for the days from `first`
// to before `end`.
absl::string_view ToSpan(const Date& date, const WrittenMoment& moment,
                         const WritingHabits& habits, Instant* instant) {
  absl::TimeZone zone = habits.time_zone;
  if (moment.zone_open) return kOffsetOpen;
  if (moment.has_zone) {
    zone = moment.zone;
  } else if (moment.has_offset) {
    zone = absl::FixedTimeZone(moment.offset_minutes * 60);
  } else if (!habits.has_time_zone) {
    return "time zone of the day: write the time with its offset, or set the "
           "channel's time_zone";
  }
  if (date.precision == DatePrecision::kDayOfAnyYear) {
    return "the year is missing; a point in time such as 2026-11-21T14:30:00Z "
           "expected";
  }
  instant->precision = TimePrecision::kSpan;
  instant->microseconds = absl::ToUnixMicros(absl::FromCivil(date.day, zone));
  instant->end = absl::ToUnixMicros(absl::FromCivil(LastDay(date) + 1, zone));
  if (!IsInBounds(instant->microseconds) || !IsInBounds(instant->end)) {
    return kOutOfBounds;
  }
  return "";
}

Outcome Problem(absl::string_view problem) {
  return Outcome::Problem(std::string(problem));
}

}  // namespace

TimePrecision PrecisionOf(const WrittenMoment& moment) {
  if (!moment.has_seconds) return TimePrecision::kMinute;
  if (moment.fraction_digits == 0) return TimePrecision::kSecond;
  // Zeros at the end are padding as often as not.
  if (moment.fraction_digits <= 3 || moment.microseconds % 1000 == 0) {
    return TimePrecision::kMillisecond;
  }
  return TimePrecision::kMicrosecond;
}

absl::string_view ResolvePoint(absl::CivilDay day, const WrittenMoment& moment,
                               const WritingHabits& habits, int64_t* micros) {
  const int64_t seconds =
      (moment.hour * 60 + moment.minute) * 60 + moment.second;
  if (moment.zone_open) {
    return "the zone's abbreviation means several: write the offset, such as "
           "+01:00";
  }
  if (moment.has_offset) {
    *micros = MicrosOf(day, seconds - moment.offset_minutes * 60);
    if (moment.has_zone && moment.offset_minutes != 0 &&
        moment.zone.At(absl::FromUnixMicros(*micros)).offset !=
            moment.offset_minutes * 60) {
      return "the offset is not that of the time zone: one of the two is "
             "wrong";
    }
  } else if (moment.has_zone || habits.has_time_zone) {
    const absl::TimeZone zone =
        moment.has_zone ? moment.zone : habits.time_zone;
    // A leap second, and 24:00, carry over.
    const absl::CivilSecond civil = absl::CivilSecond(day) + seconds;
    const absl::TimeZone::TimeInfo info = zone.At(civil);
    if (info.kind != absl::TimeZone::TimeInfo::UNIQUE) return kClocksChange;
    *micros = absl::ToUnixMicros(info.pre);
  } else {
    return kOffsetOpen;
  }
  *micros += moment.microseconds;
  return IsInBounds(*micros) ? "" : kOutOfBounds;
}

Outcome ReadInstant(absl::string_view writing, const Context& context) {
  Instant instant;
  if (ReadPlainStamp(writing, &instant)) return Scalar(instant);
  instant = Instant();
  if (ReadUnixTime(writing, &instant)) {
    if (context.log.on()) {
      context.log.Add("Unix time", Value(Scalar(instant)).Canonical());
    }
    return Scalar(instant);
  }
  instant = Instant();
  if (ReadSpan(writing, &instant)) return Scalar(instant);
  instant = Instant();
  WrittenMoment moment;
  if (!ParseMoment(writing, context.habits.language, &moment)) {
    return Problem(kInstantExpected);
  }
  TakeTimeAfterDate(&moment);
  const WrittenDate& written = moment.date;
  if (!written.IsDate() && written.count == 0 && written.year.digits == 0) {
    return Problem(kInstantExpected);
  }
  Date date;
  DateChoices choices;
  absl::string_view problem =
      ResolveDate(written, context.habits, &date, &choices);
  if (!problem.empty()) return Problem(problem);
  if (!moment.has_time) {
    problem = ToSpan(date, moment, context.habits, &instant);
  } else if (date.precision != DatePrecision::kDay) {
    problem = kInstantExpected;
  } else {
    problem =
        ResolvePoint(date.day, moment, context.habits, &instant.microseconds);
    instant.precision = PrecisionOf(moment);
    // Before standard time, zones were off by odd seconds.
    const bool odd = instant.microseconds % (60 * kMicrosPerSecond) != 0;
    if (odd && instant.precision == TimePrecision::kMinute) {
      instant.precision = TimePrecision::kSecond;
    }
  }
  if (!problem.empty()) return Problem(problem);
  if (context.log.on()) {
    const bool own = moment.has_offset || moment.has_zone;
    context.log.Add(own ? "offset from UTC" : "the writer's time zone",
                    Value(Scalar(instant)).Canonical());
  }
  return Scalar(instant);
}

}  // namespace concordat::readers
