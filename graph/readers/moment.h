// A date, a time or both, taken apart as they are written; what they mean is
// for written_date.h and the readers (temporal.cc, instant.cc) to say.
#ifndef CONCORDAT_GRAPH_READERS_MOMENT_H_
#define CONCORDAT_GRAPH_READERS_MOMENT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/readers/calendar_words.h"

namespace concordat::readers {

struct WrittenNumber {
  int64_t value = 0;
  int digits = 0;  // 0: the number is not written
  // '.', '-' or '/' where it joins the number before; else 0.
  char mark = 0;
};

// A date as written: numbers whose part in it is open, and what is said of
// them.
struct WrittenDate {
  static constexpr int kNumbersMax = 6;

  WrittenNumber numbers[kNumbersMax];
  int count = 0;
  // Those that a mark names: 2026 of "2026" U+5E74.
  WrittenNumber year;
  WrittenNumber month;
  WrittenNumber day;
  // A month's name: its number, or 0; open where languages differ in it.
  int month_name = 0;
  bool month_name_open = false;
  bool buddhist_name = false;  // Thai writers count years by the Buddha's era
  bool month_of_several = false;  // a month of another calendar too
  // How many numbers stand before it, and what joins it with the next.
  int before_name = 0;
  char mark_after_name = 0;
  CalendarKind calendar = CalendarKind::kGregorian;
  int weekday = 0;  // 1 (Monday) ... 7, or 0
  bool weekday_open = false;
  int week = 0;  // of ISO 8601, with weekday in `week_day`
  int week_day = 0;
  int quarter = 0;
  bool has_era = false;
  int era_added = 0;
  bool ends_with_point = false;  // "21.11."
  bool without_year = false;     // "--11-21"

  // Whether there is enough of it to be a date beside a time.
  bool IsDate() const;
};

enum class ClockKind : uint8_t { kTwentyFour, kTwelve };

// Everything that a writing says about a moment.
struct WrittenMoment {
  WrittenDate date;
  bool has_time = false;
  ClockKind clock = ClockKind::kTwentyFour;
  int hour = 0;  // 0 ... 24; 24 at midnight only
  int minute = 0;
  int second = 0;
  bool has_seconds = false;
  int microseconds = 0;
  int fraction_digits = 0;
  bool has_offset = false;
  // "(+8:00)": beside the time rather than part of it.
  bool offset_bracketed = false;
  int offset_minutes = 0;
  bool zone_open = false;  // an abbreviation such as CST
  bool has_zone = false;   // "Europe/Berlin"
  absl::TimeZone zone;
};

// Takes apart ISO 8601 and the ways in which people write: "Fri 02-Dec-2011",
// "7:10aDec 1", "12/2/11 6:35 a.m.", "21. November 2026", "2:45P (+8:00)", in
// the languages of calendar_words.h. `language` decides what words mean that
// several share; it may be empty. Whether all of `writing` was understood;
// `moment` is unchanged where it was not. Hours, minutes, seconds and offsets
// are within their bounds (a leap second is 60); dates are not checked. Pure;
// linear.
bool ParseMoment(absl::string_view writing, absl::string_view language,
                 WrittenMoment* moment);

// `writing` with ASCII digits for those of other scripts: Arabic, Thai, and
// Chinese numerals beside U+5E74, U+6708 and U+65E5.
std::string WithAsciiDigits(absl::string_view writing);

// Takes the numbers at the end of `moment`'s date for its time where they are
// written like one: 14.30, 1430, 14.30.05. Nothing happens where there is a
// time. Whether there is a time now.
bool TakeTimeFromNumbers(WrittenMoment* moment);

// Takes them only where a whole date is left: 3.4.2026 14.30, 20260403143000.
void TakeTimeAfterDate(WrittenMoment* moment);

// A date in plain digits, such as nearly all are written: 2026-11-21, 3.4.2026,
// 04/13/2026. Quick; whether `writing` is one, else `date` is undefined.
bool ScanPlainDate(absl::string_view writing, WrittenDate* date);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_MOMENT_H_
