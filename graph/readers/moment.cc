#include "graph/readers/moment.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "graph/readers/moment_scanner.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

// What stands between the parts of a writing and says nothing.
constexpr absl::string_view kSpaces = " \t\r\n,";

// Of the digits at the end of `size` bytes in `text`.
bool ClockFromDigits(int64_t number, int digits, WrittenMoment* moment) {
  if (digits != 4 && digits != 6) return false;
  if (digits == 6) {
    moment->second = static_cast<int>(number % 100);
    moment->has_seconds = true;
    number /= 100;
  }
  moment->minute = static_cast<int>(number % 100);
  moment->hour = static_cast<int>(number / 100);
  return moment->hour <= 24 && moment->minute <= 59 && moment->second <= 59 &&
         (moment->hour < 24 || moment->minute + moment->second == 0);
}

}  // namespace

bool WrittenDate::IsDate() const {
  if (month_name != 0 || month_name_open || week != 0 || quarter != 0 ||
      without_year || month.digits != 0) {
    return true;
  }
  if (count == 1) return numbers[0].digits == 8;
  return count >= 2;
}

bool TakeTimeFromNumbers(WrittenMoment* moment) {
  if (moment->has_time) return true;
  WrittenDate& date = moment->date;
  if (date.count == 0) return false;
  // The last group: numbers joined by points.
  int first = date.count - 1;
  while (first > 0 && date.numbers[first].mark == '.') --first;
  if (date.numbers[first].mark != 0) return false;
  WrittenMoment with = *moment;
  const WrittenNumber* const group = date.numbers + first;
  const int size = date.count - first;
  if (size == 1) {
    if (!ClockFromDigits(group[0].value, group[0].digits, &with)) return false;
  } else if (size <= 3 && group[0].digits <= 2 && group[1].digits == 2 &&
             (size == 2 || group[2].digits == 2)) {
    int64_t together = group[0].value * 100 + group[1].value;
    if (size == 3) together = together * 100 + group[2].value;
    if (!ClockFromDigits(together, 2 * size, &with)) return false;
  } else {
    return false;
  }
  with.has_time = true;
  with.date.count = first;
  *moment = with;
  return true;
}

void TakeTimeAfterDate(WrittenMoment* moment) {
  if (moment->has_time) return;
  WrittenDate& date = moment->date;
  WrittenNumber& only = date.numbers[0];
  if (date.count == 1 && only.digits > 8) {
    // 202604031430, 20260403143000, 20260403143000123
    WrittenMoment with = *moment;
    WrittenNumber& stamp = with.date.numbers[0];
    if (only.digits == 17) {
      with.microseconds = static_cast<int>(stamp.value % 1000) * 1000;
      with.fraction_digits = 3;
      stamp.value /= 1000;
      stamp.digits = 14;
    }
    if (stamp.digits != 12 && stamp.digits != 14) return;
    const int digits = stamp.digits - 8;
    const int64_t power = digits == 4 ? 10'000 : 1'000'000;
    if (!ClockFromDigits(stamp.value % power, digits, &with)) return;
    stamp.value /= power;
    stamp.digits = 8;
    with.has_time = true;
    *moment = with;
    return;
  }
  const int group =
      date.count > 1 && date.numbers[date.count - 1].mark == '.' ? 2 : 1;
  const bool with_name = date.month_name != 0 || date.month_name_open;
  const int left = date.count - group;
  const bool whole = with_name   ? left == 2
                     : left == 1 ? date.numbers[0].digits == 8
                                 : left == 3;
  const bool marked = date.day.digits != 0 && left == 0;
  if (whole || marked) TakeTimeFromNumbers(moment);
}

bool ScanPlainDate(absl::string_view writing, WrittenDate* date) {
  if (writing.size() < 6 || writing.size() > 10) return false;
  char mark = 0;
  size_t at = 0;
  for (int i = 0; i < 3; ++i) {
    WrittenNumber& number = date->numbers[i];
    number.mark = i == 0 ? '\0' : mark;
    for (; at < writing.size() && writing[at] >= '0' && writing[at] <= '9';
         ++at) {
      number.value = number.value * 10 + (writing[at] - '0');
      ++number.digits;
    }
    if (number.digits == 0) return false;
    if (i == 2) break;
    const char next = at < writing.size() ? writing[at] : '\0';
    if (next != '-' && next != '.' && next != '/') return false;
    if (i > 0 && next != mark) return false;
    mark = next;
    ++at;
  }
  date->count = 3;
  return at == writing.size();
}

bool MomentScanner::Scan(WrittenMoment* moment) {
  // ISO 8601 of 2000: a day of any year.
  if (rest_.size() == 7 && At(0) == '-' && At(1) == '-') {
    date().without_year = true;
    Skip(2);
  }
  TakeEraLetter();
  for (;;) {
    SkipAny(kSpaces);
    if (rest_.empty()) break;
    const bool understood = DigitAt(0)    ? TakeNumber()
                            : LetterAt(0) ? TakeWord()
                                          : TakeMark();
    if (!understood) return false;
  }
  if (date().count > 0 && !moment_.has_time && !date().IsDate() &&
      moment_.has_offset) {
    return false;
  }
  *moment = moment_;
  return true;
}

// R8.3.3, H30/4/1: the first letter of a Japanese era at the start.
void MomentScanner::TakeEraLetter() {
  if (!DigitAt(1)) return;
  int added = 0;
  switch (LowerAt(0)) {
    case 'r':
      added = 2018;
      break;
    case 'h':
      added = 1988;
      break;
    case 's':
      added = 1925;
      break;
    default:
      return;
  }
  date().has_era = true;
  date().era_added = added;
  Skip(1);
}

// How many digits there were; 0 for none or more than `digits_max` (at most
// 18).
int MomentScanner::TakeDigits(int digits_max, int64_t* number) {
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

bool MomentScanner::TakeNumber() {
  WrittenNumber number;
  number.mark = std::exchange(join_, '\0');
  number.digits = TakeDigits(17, &number.value);
  if (number.digits == 0) return false;
  if (time_next_) return TakeCompactTime(number);
  if (number.digits <= 2 && At(0) == ':' && number.mark == 0) {
    return TakeClock(static_cast<int>(number.value));
  }
  if (month_next_ || day_next_ || year_next_) {
    WrittenDate& to = date();
    WrittenNumber& part = std::exchange(month_next_, false) ? to.month
                          : std::exchange(day_next_, false) ? to.day
                                                            : to.year;
    if (&part == &to.year) year_next_ = false;
    if (part.digits != 0) return false;
    part = number;
    return true;
  }
  if (minutes_next_ && number.digits <= 2 && number.value <= 59) {
    minutes_next_ = false;
    moment_.minute = static_cast<int>(number.value);
    minutes_open_ = true;
    return true;
  }
  if (seconds_next_ && number.digits <= 2 && number.value <= 59) {
    seconds_next_ = false;
    moment_.second = static_cast<int>(number.value);
    moment_.has_seconds = true;
    return true;
  }
  if (date().count == WrittenDate::kNumbersMax) return false;
  date().numbers[date().count++] = number;
  after_number_ = true;
  // 03/Apr/2026:16:30:00, as logs have it.
  if (number.digits == 4 && date().month_name != 0 && At(0) == ':' &&
      DigitAt(1)) {
    Skip(1);
    return true;
  }
  TakeOrdinal();
  if (!moment_.has_time && TakeAsciiHalf(/*required=*/true)) return true;
  return FindJoin();
}

// Where the number just taken is joined with the next, or with a month's name:
// 3.4.2026, "2026. 4. 3.", 3 / 4 / 2026, 3-Apr-2026.
bool MomentScanner::FindJoin() {
  size_t at = rest_.find_first_not_of(' ');
  if (at == absl::string_view::npos) return true;
  const char mark = At(at);
  if (mark != '.' && mark != '-' && mark != '/') return true;
  if (mark == '.' && at != 0) return true;
  size_t next = at + 1;
  while (At(next) == ' ') ++next;
  const bool spaced = next != at + 1;
  if (mark == '-' && spaced != (at != 0)) return true;
  if (LetterAt(next)) {
    Skip(next);
    return true;
  }
  if (!DigitAt(next)) {
    if (mark == '.') {
      date().ends_with_point = true;
      Skip(at + 1);
      return true;
    }
    return false;
  }
  // A time after a point: "21.11. 14:30".
  size_t end = next;
  while (DigitAt(end)) ++end;
  if (At(end) == ':') {
    if (!spaced) return false;
    date().ends_with_point = true;
  } else {
    join_ = mark;
  }
  Skip(next);
  return true;
}

// "21st" is 21.
void MomentScanner::TakeOrdinal() {
  const absl::string_view word = WordAt(0);
  for (const absl::string_view known :
       {"st", "nd", "rd", "th", "er", "ere", "\xc3\xa8re", "o", "a", "e", "de",
        "ste", "-\xd0\xb3\xd0\xbe"}) {
    if (word.size() == known.size() && absl::EqualsIgnoreCase(word, known)) {
      // "3a" may be a time, and "3 de" is another word.
      if (known == "a" && !date().month_name) return;
      return Skip(word.size());
    }
  }
}

bool MomentScanner::TakeMark() {
  const char mark = At(0);
  const bool before_offset = mark == '+' || mark == '-' || mark == '(';
  if (mark == '[') return TakeZoneInBrackets();
  if (mark == '(' && LetterAt(1)) return TakeParenthesis();
  if (before_offset && (moment_.has_time || (mark == '+' && date().IsDate()))) {
    return TakeOffset();
  }
  if (mark == '\'' && DigitAt(1) && DigitAt(2) && !DigitAt(3)) {
    // '26: surely a year.
    Skip(1);
    year_next_ = date().year.digits == 0;
    return year_next_;
  }
  if (mark == '.') {
    Skip(1);
    return after_number_ || after_word_;
  }
  if ((mark == '-' || mark == '/') && after_word_ && DigitAt(1)) {
    date().mark_after_name = mark;
    Skip(1);
    return true;
  }
  return false;
}

// A weekday in parentheses, or the name of the zone whose offset is written.
bool MomentScanner::TakeParenthesis() {
  const size_t end = rest_.find(')');
  if (end == absl::string_view::npos) return false;
  const absl::string_view inside = rest_.substr(1, end - 1);
  const std::string word = FoldText(inside);
  const absl::string_view view = word;
  Skip(end + 1);
  if (moment_.has_offset && !moment_.offset_bracketed) {
    if (view.find("time") != view.npos) return true;
    for (const WordMeaning& meaning : FindCalendarWord(view)) {
      if (meaning.kind == WordKind::kZone) return true;
    }
    return false;
  }
  if (moment_.has_time && !moment_.has_offset) {
    // (UTC+02:00), (CET)
    MomentScanner zone(view, language_);
    zone.moment_.has_time = true;
    if (zone.TakeWord() && zone.rest_.empty() && zone.moment_.has_offset) {
      moment_.has_offset = true;
      moment_.offset_minutes = zone.moment_.offset_minutes;
      moment_.zone_open = zone.moment_.zone_open;
      return true;
    }
  }
  return TakeWeekday(FindCalendarWord(view));
}

bool ParseMoment(absl::string_view writing, absl::string_view language,
                 WrittenMoment* moment) {
  if (IsAscii(writing)) return MomentScanner(writing, language).Scan(moment);
  const std::string plain = WithAsciiDigits(writing);
  return MomentScanner(plain, language).Scan(moment);
}

}  // namespace concordat::readers
