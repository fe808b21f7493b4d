#include "graph/values/temporal.h"

#include <cstddef>

#include "absl/strings/str_cat.h"

namespace concordat {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kMicrosPerDay = kSecondsPerDay * kMicrosPerSecond;

// Room for the longest canonical writing of a point in time. Written by hand,
// because every claim's value is written once to see whether it was canonical,
// and absl::FormatTime takes ten times as long.
class Writer {
 public:
  absl::string_view view() const { return {bytes_, size_}; }
  void Put(char c) { bytes_[size_++] = c; }
  void PutTwoDigits(int64_t number) {
    Put(static_cast<char>('0' + number / 10));
    Put(static_cast<char>('0' + number % 10));
  }
  void PutYear(int64_t year) {
    PutTwoDigits(year / 100 % 100);
    PutTwoDigits(year % 100);
  }
  void PutDay(const absl::CivilDay& day) {
    PutYear(day.year());
    Put('-');
    PutTwoDigits(day.month());
    Put('-');
    PutTwoDigits(day.day());
  }
  void PutClock(int64_t micros, TimePrecision precision);
  void PutInstant(int64_t micros, TimePrecision precision);

 private:
  char bytes_[64];
  size_t size_ = 0;
};

// `micros` since midnight.
void Writer::PutClock(int64_t micros, TimePrecision precision) {
  const int64_t seconds = micros / kMicrosPerSecond;
  PutTwoDigits(seconds / 3600);
  Put(':');
  PutTwoDigits(seconds / 60 % 60);
  if (precision == TimePrecision::kMinute) return;
  Put(':');
  PutTwoDigits(seconds % 60);
  if (precision <= TimePrecision::kSecond) return;
  int64_t fraction = micros % kMicrosPerSecond;
  Put('.');
  if (fraction == 0) {
    // As most programs that write fractions do.
    for (int i = 0; i < 3; ++i) Put('0');
  }
  for (int64_t unit = kMicrosPerSecond / 10; fraction != 0; unit /= 10) {
    Put(static_cast<char>('0' + fraction / unit));
    fraction %= unit;
  }
}

void Writer::PutInstant(int64_t micros, TimePrecision precision) {
  int64_t days = micros / kMicrosPerDay;
  int64_t of_day = micros % kMicrosPerDay;
  if (of_day < 0) {
    of_day += kMicrosPerDay;
    --days;
  }
  PutDay(absl::CivilDay(1970, 1, 1) + days);
  Put('T');
  PutClock(of_day, precision);
  Put('Z');
}

void PutInstant(const Instant& instant, Writer* writer) {
  if (instant.precision != TimePrecision::kSpan) {
    writer->PutInstant(instant.microseconds, instant.precision);
    return;
  }
  writer->PutInstant(instant.microseconds, TimePrecision::kSecond);
  writer->Put('/');
  writer->PutInstant(instant.end, TimePrecision::kSecond);
}

void Append(const Writer& writer, std::string* out) {
  out->append(writer.view().data(), writer.view().size());
}

// The year and the number of the ISO week that starts on `monday`.
void PutWeek(const absl::CivilDay& monday, Writer* writer) {
  // A week is of the year that has its Thursday.
  const absl::CivilDay thursday = monday + 3;
  writer->PutYear(thursday.year());
  writer->Put('-');
  writer->Put('W');
  writer->PutTwoDigits((absl::GetYearDay(thursday) - 1) / 7 + 1);
}

// "12H" where there are any.
void AppendPart(uint64_t number, char unit, std::string* out) {
  if (number == 0) return;
  absl::StrAppend(out, number);
  out->push_back(unit);
}

}  // namespace

absl::CivilDay LastDay(const Date& date) {
  switch (date.precision) {
    case DatePrecision::kWeek:
      return date.day + 6;
    case DatePrecision::kMonth:
      return absl::CivilDay(absl::CivilMonth(date.day) + 1) - 1;
    case DatePrecision::kQuarter:
      return absl::CivilDay(absl::CivilMonth(date.day) + 3) - 1;
    case DatePrecision::kYear:
      return absl::CivilDay(absl::CivilYear(date.day) + 1) - 1;
    case DatePrecision::kDay:
    case DatePrecision::kDayOfAnyYear:
      break;
  }
  return date.day;
}

int64_t UnitOf(TimePrecision precision) {
  switch (precision) {
    case TimePrecision::kSpan:
      return 0;
    case TimePrecision::kMinute:
      return 60 * kMicrosPerSecond;
    case TimePrecision::kSecond:
      return kMicrosPerSecond;
    case TimePrecision::kMillisecond:
      return 1000;
    case TimePrecision::kMicrosecond:
      break;
  }
  return 1;
}

void AppendCanonical(const Date& date, std::string* out) {
  Writer writer;
  switch (date.precision) {
    case DatePrecision::kDay:
      writer.PutDay(date.day);
      break;
    case DatePrecision::kWeek:
      PutWeek(date.day, &writer);
      break;
    case DatePrecision::kMonth:
      writer.PutYear(date.day.year());
      writer.Put('-');
      writer.PutTwoDigits(date.day.month());
      break;
    case DatePrecision::kQuarter:
      writer.PutYear(date.day.year());
      writer.Put('-');
      writer.Put('Q');
      writer.Put(static_cast<char>('1' + (date.day.month() - 1) / 3));
      break;
    case DatePrecision::kYear:
      writer.PutYear(date.day.year());
      break;
    case DatePrecision::kDayOfAnyYear:
      // ISO 8601 in its edition of 2000, and XML Schema's gMonthDay.
      writer.Put('-');
      writer.Put('-');
      writer.PutTwoDigits(date.day.month());
      writer.Put('-');
      writer.PutTwoDigits(date.day.day());
      break;
  }
  Append(writer, out);
}

void AppendCanonical(const TimeOfDay& time, std::string* out) {
  Writer writer;
  writer.PutClock(time.microseconds, time.precision);
  if (time.in_utc) writer.Put('Z');
  Append(writer, out);
}

void AppendCanonical(const Instant& instant, std::string* out) {
  Writer writer;
  PutInstant(instant, &writer);
  Append(writer, out);
}

void AppendCanonical(const Duration& duration, std::string* out) {
  const bool negative = duration.months < 0 || duration.microseconds < 0;
  // Unsigned, because the least number has no opposite.
  uint64_t months = static_cast<uint64_t>(duration.months);
  uint64_t micros = static_cast<uint64_t>(duration.microseconds);
  if (negative) {
    months = 0 - months;
    micros = 0 - micros;
    out->push_back('-');
  }
  out->push_back('P');
  AppendPart(months / 12, 'Y', out);
  AppendPart(months % 12, 'M', out);
  constexpr auto kDay = static_cast<uint64_t>(kMicrosPerDay);
  constexpr auto kSecond = static_cast<uint64_t>(kMicrosPerSecond);
  AppendPart(micros / kDay, 'D', out);
  const uint64_t of_day = micros % kDay;
  if (of_day == 0 && (months != 0 || micros != 0)) return;
  out->push_back('T');
  const uint64_t seconds = of_day / kSecond;
  AppendPart(seconds / 3600, 'H', out);
  AppendPart(seconds / 60 % 60, 'M', out);
  uint64_t fraction = of_day % kSecond;
  if (seconds % 60 == 0 && fraction == 0 && of_day != 0) return;
  absl::StrAppend(out, seconds % 60);
  if (fraction != 0) {
    out->push_back('.');
    for (uint64_t unit = kSecond / 10; fraction != 0; unit /= 10) {
      out->push_back(static_cast<char>('0' + fraction / unit));
      fraction %= unit;
    }
  }
  out->push_back('S');
}

bool IsCanonical(const Instant& instant, absl::string_view writing) {
  Writer writer;
  PutInstant(instant, &writer);
  return writer.view() == writing;
}

}  // namespace concordat
