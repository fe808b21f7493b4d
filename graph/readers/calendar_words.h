// Words that people write in dates and times, in some seventy languages: the
// names of months and weekdays, halves of the day, marks such as "Uhr" and
// U+5E74, eras and time zones.
#ifndef CONCORDAT_GRAPH_READERS_CALENDAR_WORDS_H_
#define CONCORDAT_GRAPH_READERS_CALENDAR_WORDS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat::readers {

enum class WordKind : uint8_t {
  kMonth,       // number: 1 ... 13, of `calendar`
  kWeekday,     // number: 1 (Monday) ... 7
  kHalf,        // number: a HalfOfDay
  kNoon,        // 12:00
  kMidnight,    // 00:00
  kHourMark,    // after the hour: "h", "Uhr"
  kMinuteMark,  // after the minutes
  kSecondMark,  // after the seconds
  kHalfHour,    // thirty minutes after the hour
  kYearMark,    // after the year
  kMonthMark,   // after the number of the month
  kDayMark,     // after the day
  kYearNext,    // before the year: Vietnamese
  kMonthNext,
  kDayNext,
  kQuarter,   // "quarter", beside its number
  kEra,       // number: what is added to the year of the era
  kCalendar,  // an era of another calendar
  kZone,      // number: minutes from UTC
  kOpenZone,  // an abbreviation that several zones share: CST
  kFiller,    // says nothing: "of", "the"
};

// How a word for a part of the day changes the hour of a 12-hour clock.
enum class HalfOfDay : uint8_t {
  kMorning = 1,  // 12 is 0
  kAfternoon,    // 12 is 12, others are 12 later
  kEvening,      // 12 is midnight, others are 12 later
  kNight,        // 12 is midnight, up to 5 stay, others are 12 later
  kMidday,       // from 10 stay, others are 12 later
};

enum class CalendarKind : uint8_t {
  kGregorian,
  kPersian,
  kIslamic,  // Umm al-Qura
  kHebrew,
};

struct WordMeaning {
  WordKind kind = WordKind::kFiller;
  CalendarKind calendar = CalendarKind::kGregorian;
  int16_t number = 0;
  // ISO 639; "" where it is not of one language.
  absl::string_view language;
};

// All that `word` may mean; empty where it is not known. `word` is folded
// (graph/text.h), without points, and with one space between its parts. The
// span is of static storage. Thread-safe; the first call takes milliseconds.
absl::Span<const WordMeaning> FindCalendarWord(absl::string_view word);

// A list of words of one meaning, separated by '|'.
struct CalendarWordList {
  WordMeaning meaning;
  absl::string_view words;
};

// What is not in the CLDR.
absl::Span<const CalendarWordList> OwnCalendarWords();

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_CALENDAR_WORDS_H_
