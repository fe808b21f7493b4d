// A date, a time or both, taken apart as they are written; what they mean is
// for the readers (temporal.cc) to say.
#ifndef CONCORDAT_GRAPH_READERS_MOMENT_H_
#define CONCORDAT_GRAPH_READERS_MOMENT_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace concordat::readers {

// A date as written: some of it may be missing or undecided.
struct WrittenDate {
  // How many digits the year has: 4, 2, or 0 where it is not written.
  int year_digits = 0;
  int year = 0;
  int month = 0;
  int day = 0;
  // 02/12/2011: the writing does not show which is the month. Then `month` and
  // `day` are unset, and these hold the first two numbers.
  bool unordered = false;
  int first = 0;
  int second = 0;
};

enum class ClockKind : uint8_t { kTwentyFour, kTwelve };

// Everything that a writing says about a moment.
struct WrittenMoment {
  bool has_date = false;
  bool has_time = false;
  bool has_weekday = false;
  bool has_offset = false;
  WrittenDate date;
  ClockKind clock = ClockKind::kTwentyFour;
  int hour = 0;
  int minute = 0;
  int second = 0;
  bool has_seconds = false;
  int microseconds = 0;
  bool has_fraction = false;
  int offset_minutes = 0;
};

// Takes apart ISO 8601 and the ways in which people write: "Fri 02-Dec-2011",
// "7:10aDec 1", "12/2/11 6:35 a.m.", "21. November 2026", "2:45P (+8:00)", in
// English and German. Whether all of `writing` was understood; `moment` is
// unchanged where it was not. Hours, minutes, seconds and offsets are within
// their bounds (a leap second is 60); dates are not checked. Pure; linear.
bool ParseMoment(absl::string_view writing, WrittenMoment* moment);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_MOMENT_H_
