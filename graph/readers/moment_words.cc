// Words in a written moment, and the letters that ISO 8601 uses.
#include <algorithm>
#include <string>

#include "graph/readers/moment_scanner.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

// Longer ones are none of ours; bounds the work at each place.
constexpr size_t kWordBytesMax = 48;
constexpr int kPartsMax = 4;

bool IsOf(const WordMeaning& meaning, WordKind kind) {
  return meaning.kind == kind;
}

bool Has(absl::Span<const WordMeaning> meanings, WordKind kind) {
  return std::any_of(
      meanings.begin(), meanings.end(),
      [kind](const WordMeaning& meaning) { return IsOf(meaning, kind); });
}

// The one number that all meanings of `kind` in `calendar` have, those in
// `language` before all others; 0 where there is none, -1 where they differ.
int OneNumber(absl::Span<const WordMeaning> meanings, WordKind kind,
              CalendarKind calendar, absl::string_view language) {
  int any = 0;
  int own = 0;
  for (const WordMeaning& meaning : meanings) {
    if (meaning.kind != kind || meaning.calendar != calendar) continue;
    const bool is_own = !language.empty() && meaning.language == language;
    int& number = is_own ? own : any;
    const bool agrees = number == 0 || number == meaning.number;
    number = agrees ? meaning.number : -1;
  }
  return own != 0 ? own : any;
}

// Whether the character at the start of `text` needs no space after a word:
// ideographs, kana, Hangul.
bool IsEastAsian(absl::string_view text) {
  return !text.empty() && static_cast<unsigned char>(text[0]) >= 0xE3;
}

size_t CharBytes(absl::string_view text) {
  size_t bytes = 1;
  while (bytes < text.size() &&
         (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) {
    ++bytes;
  }
  return bytes;
}

}  // namespace

// The meanings of the longest known word at the start, and its bytes: several
// words ("de la tarde"), an abbreviation with points ("p. m."), one word, or
// the first characters of a word that needs no spaces. Empty where none is.
MomentScanner::Meanings MomentScanner::FindWord(size_t* bytes) const {
  std::string key;
  size_t ends[kPartsMax];
  size_t sizes[kPartsMax];
  int parts = 0;
  for (size_t at = 0; parts < kPartsMax && LetterAt(at);) {
    const absl::string_view word = WordAt(at);
    if (key.size() + word.size() > kWordBytesMax) break;
    key += absl::AsciiStrToLower(word);
    at += word.size();
    ends[parts] = at;
    sizes[parts++] = key.size();
    const char mark = At(at);
    if (mark == '.') {
      at += At(at + 1) == ' ' ? 2 : 1;
    } else if ((mark == ' ' || mark == '-' || mark == '\'') &&
               LetterAt(at + 1)) {
      key.push_back(mark);
      ++at;
    }
  }
  for (; parts > 0; --parts) {
    key.resize(sizes[parts - 1]);
    const Meanings meanings = FindCalendarWord(key);
    if (meanings.empty()) continue;
    *bytes = ends[parts - 1];
    return meanings;
  }
  const absl::string_view word = WordAt(0);
  if (!IsEastAsian(word)) {
    // Hebrew writes "in" together with the month.
    constexpr absl::string_view kIn = "\xd7\x91";
    if (!absl::StartsWith(word, kIn)) return {};
    *bytes = word.size();
    return FindCalendarWord(word.substr(kIn.size()));
  }
  size_t best = 0;
  Meanings found;
  for (size_t end = 0; end < word.size() && end < kWordBytesMax;) {
    end += CharBytes(word.substr(end));
    const Meanings meanings = FindCalendarWord(word.substr(0, end));
    if (meanings.empty()) continue;
    best = end;
    found = meanings;
  }
  *bytes = best;
  return found;
}

bool MomentScanner::TakeWord() {
  bool understood = false;
  if (TakeIsoLetter(&understood)) return understood;
  if (moment_.has_time && TakeZoneName()) return true;
  const absl::string_view word = WordAt(0);
  if (TakeRomanMonth(word)) {
    Skip(word.size());
  } else {
    size_t bytes = 0;
    const Meanings meanings = FindWord(&bytes);
    Skip(bytes);
    if (!Apply(meanings)) return false;
  }
  after_word_ = true;
  after_number_ = false;
  // The point of an abbreviation.
  if (At(0) == '.') Skip(1);
  const bool year_follows =
      date().month_name != 0 && date().mark_after_name == 0;
  if (year_follows && (At(0) == '-' || At(0) == '/') && DigitAt(1)) {
    date().mark_after_name = At(0);
    Skip(1);
  }
  return true;
}

// The letters of ISO 8601 before digits: T, W, Q. Whether there was one.
bool MomentScanner::TakeIsoLetter(bool* understood) {
  if (!DigitAt(1)) return false;
  switch (LowerAt(0)) {
    case 't':
      *understood = !moment_.has_time;
      time_next_ = true;
      Skip(1);
      return true;
    case 'w':
      *understood = TakeWeek();
      return true;
    case 'q':
      *understood = TakeQuarter();
      return true;
    default:
      return false;
  }
}

// W10, W102, W10-2
bool MomentScanner::TakeWeek() {
  if (date().week != 0) return false;
  Skip(1);
  int64_t number;
  const int digits = TakeDigits(3, &number);
  if (digits < 2) return false;
  if (digits == 3) {
    date().week_day = static_cast<int>(number % 10);
    number /= 10;
  } else if (At(0) == '-' && DigitAt(1) && !DigitAt(2)) {
    date().week_day = At(1) - '0';
    Skip(2);
  }
  date().week = static_cast<int>(number);
  return number >= 1 && (digits == 2 || date().week_day != 0);
}

// Q1; Q1/2026, Q1-2026
bool MomentScanner::TakeQuarter() {
  if (date().quarter != 0 || DigitAt(2)) return false;
  date().quarter = At(1) - '0';
  Skip(2);
  if ((At(0) == '-' || At(0) == '/') && DigitAt(1)) Skip(1);
  return date().quarter >= 1 && date().quarter <= 4;
}

// 3.IV.2026
bool MomentScanner::TakeRomanMonth(absl::string_view word) {
  constexpr absl::string_view kNumerals[] = {
      "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"};
  if (!after_number_ || date().month_name != 0) return false;
  for (int i = 0; i < 12; ++i) {
    if (!absl::EqualsIgnoreCase(word, kNumerals[i])) continue;
    date().month_name = i + 1;
    date().before_name = date().count;
    return true;
  }
  return false;
}

// Takes the meaning that fits the place.
bool MomentScanner::Apply(Meanings meanings) {
  const auto find = [meanings](WordKind kind) -> const WordMeaning* {
    const auto found = std::find_if(
        meanings.begin(), meanings.end(),
        [kind](const WordMeaning& meaning) { return meaning.kind == kind; });
    return found == meanings.end() ? nullptr : &*found;
  };
  const bool filler = find(WordKind::kFiller) != nullptr;
  const bool after_clock = moment_.has_time && !half_taken_;
  if (const WordMeaning* const half = find(WordKind::kHalf)) {
    // "de" is Hungarian for "in the morning", and Spanish for "of".
    const bool own = !filler || half->language == language_;
    const bool first = !moment_.has_time && !find(WordKind::kMonth) && !filler;
    if (own && (after_clock || first || find(WordKind::kMonth) == nullptr) &&
        !(half->language != language_ && find(WordKind::kWeekday))) {
      return ApplyOne(*half);
    }
  }
  // Those that need something before them.
  for (const WordKind kind : {WordKind::kHourMark, WordKind::kMinuteMark,
                              WordKind::kSecondMark, WordKind::kHalfHour}) {
    if (find(kind) != nullptr && TakeClockMark(kind)) return true;
  }
  for (const WordKind kind :
       {WordKind::kYearMark, WordKind::kMonthMark, WordKind::kDayMark}) {
    if (find(kind) != nullptr && TakeDateMark(kind)) return true;
  }
  const bool month = find(WordKind::kMonth) != nullptr;
  const bool weekday = find(WordKind::kWeekday) != nullptr;
  const bool month_free = date().month_name == 0 && !date().month_name_open;
  if (month && month_free &&
      !(weekday && !after_number_ && date().weekday == 0 && MonthFollows())) {
    return TakeMonth(meanings);
  }
  // "Di" is a day in German, but "of" in Italian; "CET" one in Croatian.
  const bool own_weekday = std::any_of(
      meanings.begin(), meanings.end(), [this](const WordMeaning& meaning) {
        return IsOf(meaning, WordKind::kWeekday) &&
               meaning.language == language_;
      });
  const bool other =
      filler || (moment_.has_time && find(WordKind::kZone) != nullptr);
  if (weekday && (own_weekday || !other)) return TakeWeekday(meanings);
  for (const WordMeaning& meaning : meanings) {
    if (!IsOf(meaning, WordKind::kMonth) &&
        !IsOf(meaning, WordKind::kWeekday) && ApplyOne(meaning)) {
      return true;
    }
  }
  return false;
}

bool MomentScanner::ApplyOne(const WordMeaning& meaning) {
  switch (meaning.kind) {
    case WordKind::kHalf: {
      const auto half = static_cast<HalfOfDay>(meaning.number);
      if (moment_.has_time || HourFromNumbers()) return ApplyHalf(half);
      half_ = half;
      return !std::exchange(half_pending_, true);
    }
    case WordKind::kNoon:
    case WordKind::kMidnight:
      if (HourFromNumbers() && moment_.hour != 12) return false;
      moment_.has_time = true;
      if (half_taken_) return false;
      moment_.hour = 12;
      return ApplyHalf(meaning.kind == WordKind::kNoon ? HalfOfDay::kAfternoon
                                                       : HalfOfDay::kMorning);
    case WordKind::kYearNext:
      return !std::exchange(year_next_, true);
    case WordKind::kMonthNext:
      return !std::exchange(month_next_, true);
    case WordKind::kDayNext:
      return !std::exchange(day_next_, true);
    case WordKind::kQuarter: {
      WrittenDate& to = date();
      if (to.count != 1 || to.numbers[0].value > 4 || to.quarter != 0) {
        return false;
      }
      to.quarter = static_cast<int>(to.numbers[0].value);
      to.count = 0;
      return to.quarter != 0;
    }
    case WordKind::kEra:
      date().era_added = meaning.number;
      return !std::exchange(date().has_era, true);
    case WordKind::kCalendar:
      date().calendar = meaning.calendar;
      return true;
    case WordKind::kZone:
    case WordKind::kOpenZone:
      if (!moment_.has_time && !date().IsDate()) return false;
      moment_.zone_open = meaning.kind == WordKind::kOpenZone;
      if (meaning.number == 0 && (At(0) == '+' || At(0) == '-')) {
        return TakeOffset();  // UTC+2
      }
      moment_.offset_minutes = meaning.number;
      return !std::exchange(moment_.has_offset, true);
    case WordKind::kFiller:
      return true;
    default:
      // A mark such as "godz." before its number.
      return meaning.kind == WordKind::kHourMark;
  }
}

bool MomentScanner::TakeMonth(Meanings meanings) {
  WrittenDate& to = date();
  // Nisan is a month in Turkish too: our calendar before others.
  int number = 0;
  for (const CalendarKind calendar :
       {CalendarKind::kGregorian, CalendarKind::kPersian,
        CalendarKind::kIslamic, CalendarKind::kHebrew}) {
    const int other =
        OneNumber(meanings, WordKind::kMonth, calendar, language_);
    to.month_of_several |= number != 0 && other != 0;
    if (number != 0 || other == 0) continue;
    number = other;
    to.calendar = calendar;
  }
  to.buddhist_name = std::all_of(
      meanings.begin(), meanings.end(),
      [](const WordMeaning& meaning) { return meaning.language == "th"; });
  to.month_name_open = number < 0;
  to.month_name = number < 0 ? 0 : number;
  to.before_name = to.count;
  return true;
}

bool MomentScanner::TakeWeekday(Meanings meanings) {
  const int number = OneNumber(meanings, WordKind::kWeekday,
                               CalendarKind::kGregorian, language_);
  if (number == 0 || date().weekday != 0 || date().weekday_open) return false;
  date().weekday_open = number < 0;
  date().weekday = number < 0 ? 0 : number;
  return true;
}

// Whether the name of a month comes later: "mar 3 mar 2026".
bool MomentScanner::MonthFollows() const {
  for (size_t at = 0; at < rest_.size();) {
    if (!LetterAt(at)) {
      ++at;
      continue;
    }
    const absl::string_view word = WordAt(at);
    if (word.size() <= kWordBytesMax &&
        Has(FindCalendarWord(absl::AsciiStrToLower(word)), WordKind::kMonth)) {
      return true;
    }
    at += word.size();
  }
  return false;
}

// "Uhr" after 14, 14:30 or 14.30; "min" after 14 h 30. False, and nothing
// happens, where no such number is before it.
bool MomentScanner::TakeClockMark(WordKind kind) {
  switch (kind) {
    case WordKind::kHourMark:
      if (moment_.has_time) return !minutes_next_;
      if (!after_number_ || !HourFromNumbers()) return false;
      minutes_next_ = moment_.minute == 0;
      return true;
    case WordKind::kMinuteMark:
      if (!std::exchange(minutes_open_, false)) return false;
      seconds_next_ = true;
      return true;
    case WordKind::kSecondMark:
      return moment_.has_seconds;
    default:
      if (!std::exchange(minutes_next_, false)) return false;
      moment_.minute = 30;
      return true;
  }
}

// A year, month or day sign after its number.
bool MomentScanner::TakeDateMark(WordKind kind) {
  WrittenDate& to = date();
  if (to.count == 0 || !after_number_) return false;
  WrittenNumber& part = kind == WordKind::kYearMark    ? to.year
                        : kind == WordKind::kMonthMark ? to.month
                                                       : to.day;
  if (part.digits != 0) return false;
  part = to.numbers[--to.count];
  return true;
}

}  // namespace concordat::readers
