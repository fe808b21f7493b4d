#include "graph/values/temporal.h"

#include "absl/strings/str_cat.h"

namespace concordat {
namespace {

void AppendTwoDigits(int number, std::string* out) {
  out->push_back(static_cast<char>('0' + number / 10));
  out->push_back(static_cast<char>('0' + number % 10));
}

void AppendDay(const absl::CivilDay& day, std::string* out) {
  const int year = static_cast<int>(day.year());
  AppendTwoDigits(year / 100 % 100, out);
  AppendTwoDigits(year % 100, out);
  out->push_back('-');
  AppendTwoDigits(day.month(), out);
  out->push_back('-');
  AppendTwoDigits(day.day(), out);
}

}  // namespace

void AppendCanonical(const Date& date, std::string* out) {
  AppendDay(date.day, out);
}

void AppendCanonical(const TimeOfDay& time, std::string* out) {
  AppendTwoDigits(time.seconds / 3600, out);
  out->push_back(':');
  AppendTwoDigits(time.seconds / 60 % 60, out);
  if (!time.has_seconds) return;
  out->push_back(':');
  AppendTwoDigits(time.seconds % 60, out);
}

// RFC 3339 in UTC. By hand, because every claim's instant is written once to
// see whether it was canonical, and absl::FormatTime takes ten times as long.
void AppendCanonical(const Instant& instant, std::string* out) {
  const absl::CivilSecond civil =
      absl::ToCivilSecond(instant.time, absl::UTCTimeZone());
  AppendDay(absl::CivilDay(civil), out);
  out->push_back('T');
  AppendTwoDigits(civil.hour(), out);
  out->push_back(':');
  AppendTwoDigits(civil.minute(), out);
  out->push_back(':');
  AppendTwoDigits(civil.second(), out);
  int64_t fraction = absl::ToUnixMicros(instant.time) % 1'000'000;
  if (fraction < 0) fraction += 1'000'000;  // before 1970
  if (fraction != 0) {
    out->push_back('.');
    for (int64_t unit = 100'000; fraction != 0; unit /= 10) {
      out->push_back(static_cast<char>('0' + fraction / unit));
      fraction %= unit;
    }
  }
  out->push_back('Z');
}

void AppendCanonical(const Duration& duration, std::string* out) {
  absl::StrAppend(out, "PT", duration.seconds, "S");
}

}  // namespace concordat
