#include "graph/readers/moment.h"

#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace concordat::readers {
namespace {

struct CalendarWord {
  absl::string_view writing;
  int month;  // 1 ... 12; 0 for a weekday
};

constexpr CalendarWord kCalendarWords[] = {
    {"jan", 1},       {"january", 1},    {"januar", 1},
    {"feb", 2},       {"february", 2},   {"februar", 2},
    {"mar", 3},       {"march", 3},      {"m\xc3\xa4rz", 3},
    {"mrz", 3},       {"m\xc3\xa4r", 3}, {"j\xc3\xa4nner", 1},
    {"apr", 4},       {"april", 4},      {"may", 5},
    {"mai", 5},       {"jun", 6},        {"june", 6},
    {"juni", 6},      {"jul", 7},        {"july", 7},
    {"juli", 7},      {"aug", 8},        {"august", 8},
    {"sep", 9},       {"sept", 9},       {"september", 9},
    {"oct", 10},      {"october", 10},   {"okt", 10},
    {"oktober", 10},  {"nov", 11},       {"november", 11},
    {"dec", 12},      {"december", 12},  {"dez", 12},
    {"dezember", 12}, {"mon", 0},        {"monday", 0},
    {"mo", 0},        {"montag", 0},     {"tue", 0},
    {"tues", 0},      {"tuesday", 0},    {"di", 0},
    {"dienstag", 0},  {"wed", 0},        {"wednesday", 0},
    {"mi", 0},        {"mittwoch", 0},   {"thu", 0},
    {"thur", 0},      {"thurs", 0},      {"thursday", 0},
    {"do", 0},        {"donnerstag", 0}, {"fri", 0},
    {"friday", 0},    {"fr", 0},         {"freitag", 0},
    {"sat", 0},       {"saturday", 0},   {"sa", 0},
    {"samstag", 0},   {"sonnabend", 0},  {"sun", 0},
    {"sunday", 0},    {"so", 0},         {"sonntag", 0},
};

const CalendarWord* FindCalendarWord(absl::string_view word) {
  for (const CalendarWord& known : kCalendarWords) {
    if (absl::EqualsIgnoreCase(word, known.writing)) return &known;
  }
  return nullptr;
}

// Takes a writing apart from left to right, once.
class MomentParser {
 public:
  explicit MomentParser(absl::string_view writing) : rest_(writing) {}

  // Whether all of the writing was understood.
  bool Parse(WrittenMoment* moment);

 private:
  char At(size_t i) const { return i < rest_.size() ? rest_[i] : '\0'; }
  char LowerAt(size_t i) const {
    return absl::ascii_tolower(static_cast<unsigned char>(At(i)));
  }
  bool DigitAt(size_t i) const {
    return absl::ascii_isdigit(static_cast<unsigned char>(At(i)));
  }
  // Bytes of non-ASCII characters count as letters.
  bool LetterAt(size_t i) const {
    const auto byte = static_cast<unsigned char>(At(i));
    return absl::ascii_isalpha(byte) || byte >= 0x80;
  }
  absl::string_view WordAt(size_t i) const {
    size_t end = i;
    while (LetterAt(end)) ++end;
    return i < rest_.size() ? rest_.substr(i, end - i) : "";
  }
  void Skip(size_t count) { rest_.remove_prefix(count); }
  void SkipAny(absl::string_view marks) {
    const size_t end = rest_.find_first_not_of(marks);
    rest_.remove_prefix(end == absl::string_view::npos ? rest_.size() : end);
  }
  int TakeDigits(int digits_max, int* number);

  bool TakeNumber();
  bool TakeNumericDate(int first, int first_digits, char mark);
  bool TakeCompactDate(int number);
  bool TakeDayBeforeMonth(int day);
  bool TakeDayAfterMonth(int month);
  void TakeYearAfterDay();
  void TakeOrdinal();
  bool TakeClock(int hour);
  bool TakeHalf(int hour, bool required);
  bool TakeWord();
  bool TakeOffset();

  absl::string_view rest_;
  WrittenMoment moment_;
};

bool MomentParser::Parse(WrittenMoment* moment) {
  for (;;) {
    SkipAny(" \t\r\n,");
    if (rest_.empty()) break;
    const bool understood = DigitAt(0)    ? TakeNumber()
                            : LetterAt(0) ? TakeWord()
                                          : TakeOffset();
    if (!understood) return false;
  }
  *moment = moment_;
  return true;
}

// How many digits there were; 0 for none or more than `digits_max` (at most 9).
int MomentParser::TakeDigits(int digits_max, int* number) {
  int digits = 0;
  *number = 0;
  while (DigitAt(static_cast<size_t>(digits))) {
    if (digits == digits_max) return 0;
    *number = *number * 10 + (rest_[static_cast<size_t>(digits)] - '0');
    ++digits;
  }
  Skip(static_cast<size_t>(digits));
  return digits;
}

bool MomentParser::TakeNumber() {
  int number;
  const int digits = TakeDigits(8, &number);
  if (digits == 0) return false;
  if (digits == 8) return TakeCompactDate(number);
  const char mark = At(0);
  if (mark == ':') return digits <= 2 && TakeClock(number);
  if ((mark == '-' || mark == '/' || mark == '.') && DigitAt(1)) {
    return TakeNumericDate(number, digits, mark);
  }
  if (digits > 2) return false;
  if (!moment_.has_time && TakeHalf(number, /*required=*/true)) {
    moment_.has_time = true;
    return true;
  }
  return TakeDayBeforeMonth(number);
}

// 20261121
bool MomentParser::TakeCompactDate(int number) {
  if (moment_.has_date) return false;
  moment_.has_date = true;
  moment_.date.year_digits = 4;
  moment_.date.year = number / 10000;
  moment_.date.month = number / 100 % 100;
  moment_.date.day = number % 100;
  return true;
}

// 2026-11-21, 21.11.2026, 21.11., 02/12/2011, 11/30, 12-01-11; at the mark
// after the first number.
bool MomentParser::TakeNumericDate(int first, int first_digits, char mark) {
  if (moment_.has_date) return false;
  moment_.has_date = true;
  WrittenDate& date = moment_.date;
  int second;
  int third = 0;
  int third_digits = 0;
  Skip(1);
  if (TakeDigits(2, &second) == 0) return false;
  if (At(0) == mark && DigitAt(1)) {
    Skip(1);
    third_digits = TakeDigits(4, &third);
    if (third_digits == 0) return false;
  }
  if (first_digits == 4) {
    date.year_digits = 4;
    date.year = first;
    date.month = second;
    date.day = third;
    return third_digits == 1 || third_digits == 2;
  }
  if (first_digits > 2 || third_digits == 1 || third_digits == 3) return false;
  date.year_digits = third_digits;
  date.year = third;
  if (mark == '.') {
    date.day = first;
    date.month = second;
    if (third_digits == 0 && At(0) == '.') Skip(1);
  } else {
    date.unordered = true;
    date.first = first;
    date.second = second;
  }
  return true;
}

// "21st" is 21.
void MomentParser::TakeOrdinal() {
  const absl::string_view word = WordAt(0);
  for (const absl::string_view known : {"st", "nd", "rd", "th"}) {
    if (absl::EqualsIgnoreCase(word, known)) return Skip(2);
  }
}

// 21 Nov 2026, 02-Dec-2011, 21. November
bool MomentParser::TakeDayBeforeMonth(int day) {
  if (moment_.has_date) return false;
  TakeOrdinal();
  SkipAny(" .-/");
  const absl::string_view word = WordAt(0);
  const CalendarWord* const found = FindCalendarWord(word);
  if (found == nullptr || found->month == 0) return false;
  Skip(word.size());
  moment_.has_date = true;
  moment_.date.day = day;
  moment_.date.month = found->month;
  TakeYearAfterDay();
  return true;
}

// Nov 21, 2026; Dec 02; Dec 1; after the month.
bool MomentParser::TakeDayAfterMonth(int month) {
  if (moment_.has_date) return false;
  SkipAny(" .-/");
  int day;
  if (TakeDigits(2, &day) == 0) return false;
  TakeOrdinal();
  moment_.has_date = true;
  moment_.date.day = day;
  moment_.date.month = month;
  TakeYearAfterDay();
  return true;
}

// The year that may follow day and month; a number that starts a time is none.
void MomentParser::TakeYearAfterDay() {
  const absl::string_view before = rest_;
  SkipAny(" .,-/'");
  int year;
  const int digits = TakeDigits(4, &year);
  const bool starts_time =
      digits == 2 && (At(0) == ':' ||
                      (!moment_.has_time && TakeHalf(year, /*required=*/true)));
  if ((digits != 2 && digits != 4) || starts_time) {
    rest_ = before;
    return;
  }
  moment_.date.year = year;
  moment_.date.year_digits = digits;
}

// 7:10, 14:30:05.25, with or without a half of the day; at the colon.
bool MomentParser::TakeClock(int hour) {
  if (moment_.has_time) return false;
  moment_.has_time = true;
  Skip(1);
  if (TakeDigits(2, &moment_.minute) != 2 || moment_.minute > 59) return false;
  if (At(0) == ':') {
    Skip(1);
    if (TakeDigits(2, &moment_.second) != 2) return false;
    moment_.has_seconds = true;
    // A leap second can only end an hour.
    if (moment_.second > (moment_.minute == 59 ? 60 : 59)) return false;
    if ((At(0) == '.' || At(0) == ',') && DigitAt(1)) {
      moment_.has_fraction = true;
      Skip(1);
      for (int unit = 100000; DigitAt(0); unit /= 10, Skip(1)) {
        moment_.microseconds += unit * (At(0) - '0');
      }
    }
  }
  return TakeHalf(hour, /*required=*/false);
}

// The half of the day after a time, and the hour that both make: "a.m.", "p",
// "PM", "noon". A bare "a" may run into the date: 7:10aDec 1. False where the
// hour is none, or where a half is `required` and there is none.
bool MomentParser::TakeHalf(int hour, bool required) {
  size_t start = rest_.find_first_not_of(" \t");
  if (start == absl::string_view::npos) start = rest_.size();
  const absl::string_view word = WordAt(start);
  const bool noon = absl::EqualsIgnoreCase(word, "noon");
  const bool midnight = absl::EqualsIgnoreCase(word, "midnight");
  size_t end = start;
  if (noon || midnight) {
    if (hour != 12 || moment_.minute != 0) return false;
    end += word.size();
  } else if (LowerAt(start) == 'a' || LowerAt(start) == 'p') {
    end += 1;
    if (LowerAt(end) == 'm') {
      end += 1;
    } else if (At(end) == '.' && LowerAt(end + 1) == 'm') {
      end += 2;
    }
    if (end > start + 1 && At(end) == '.') end += 1;
    if (LetterAt(end) && FindCalendarWord(WordAt(end)) == nullptr) end = start;
  }
  moment_.hour = hour;
  if (end == start) return !required && hour <= 23;
  moment_.clock = ClockKind::kTwelve;
  const bool second_half = noon || LowerAt(start) == 'p';
  // 14:30 p.m. says the same thing twice; 14:30 a.m. contradicts itself.
  if (hour > 23 || (hour > 12 && !second_half)) return false;
  if (hour == 12) moment_.hour = second_half ? 12 : 0;
  if (hour < 12 && second_half) moment_.hour = hour + 12;
  Skip(end);
  return true;
}

bool MomentParser::TakeWord() {
  const absl::string_view word = WordAt(0);
  if (const CalendarWord* const found = FindCalendarWord(word)) {
    Skip(word.size());
    if (found->month > 0) return TakeDayAfterMonth(found->month);
    if (At(0) == '.') Skip(1);
    return !std::exchange(moment_.has_weekday, true);
  }
  const auto is = [word](absl::string_view known) {
    return absl::EqualsIgnoreCase(word, known);
  };
  if (is("noon") || is("midnight")) {
    if (std::exchange(moment_.has_time, true)) return false;
    moment_.clock = ClockKind::kTwelve;
    moment_.hour = is("noon") ? 12 : 0;
  } else if (is("z") || is("utc") || is("gmt")) {
    if (!moment_.has_time || std::exchange(moment_.has_offset, true)) {
      return false;
    }
  } else if (is("t")) {
    // ISO 8601's mark between date and time.
    if (!moment_.has_date || moment_.has_time || !DigitAt(1)) return false;
  } else if (!is("at") && !is("um") && !is("uhr")) {
    return false;
  }
  Skip(word.size());
  return true;
}

// +02:00, -0530, +2, (-00:00), (+8:00)
bool MomentParser::TakeOffset() {
  if (!moment_.has_time || std::exchange(moment_.has_offset, true)) {
    return false;
  }
  const bool bracketed = At(0) == '(';
  if (bracketed) Skip(1);
  const char sign = At(0);
  if (sign != '+' && sign != '-') return false;
  Skip(1);
  int hours;
  int minutes = 0;
  const int digits = TakeDigits(4, &hours);
  if (digits == 4) {
    minutes = hours % 100;
    hours /= 100;
  } else if (digits != 1 && digits != 2) {
    return false;
  } else if (At(0) == ':') {
    Skip(1);
    if (TakeDigits(2, &minutes) != 2) return false;
  }
  if (hours > 14 || minutes > 59) return false;
  moment_.offset_minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
  if (!bracketed) return true;
  if (At(0) != ')') return false;
  Skip(1);
  return true;
}

}  // namespace

bool ParseMoment(absl::string_view writing, WrittenMoment* moment) {
  return MomentParser(writing).Parse(moment);
}

}  // namespace concordat::readers
