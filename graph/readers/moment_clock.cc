// Times of day in a written moment: clocks, halves of the day, offsets, zones.
#include <unicode/timezone.h>
#include <unicode/unistr.h>

#include <string>

#include "absl/time/time.h"
#include "graph/readers/moment_scanner.h"

namespace concordat::readers {
namespace {

// Only names of the IANA tz database: others would be looked for, and
// remembered, for ever.
bool FindZone(const std::string& name, absl::TimeZone* zone) {
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString canonical;
  UBool is_known = false;
  icu::TimeZone::getCanonicalID(icu::UnicodeString::fromUTF8(name), canonical,
                                is_known, error);
  return U_SUCCESS(error) && is_known && absl::LoadTimeZone(name, zone);
}

// "europe/berlin" as the database writes it; what is not ASCII was folded.
std::string WithCapitals(absl::string_view name) {
  std::string capitals(name);
  bool starts = true;
  for (char& c : capitals) {
    if (starts) c = absl::ascii_toupper(static_cast<unsigned char>(c));
    starts = c == '/' || c == '_' || c == '-';
  }
  return capitals;
}

bool IsZoneByte(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '/' ||
         c == '_' || c == '-' || c == '+';
}

}  // namespace

// 7:10, 14:30:05.25, with or without a half of the day; at the colon.
bool MomentScanner::TakeClock(int hour) {
  if (std::exchange(moment_.has_time, true)) return false;
  Skip(1);
  int64_t number;
  if (TakeDigits(2, &number) != 2 || number > 59) return false;
  moment_.minute = static_cast<int>(number);
  if (At(0) == ':') {
    Skip(1);
    if (TakeDigits(2, &number) != 2) return false;
    moment_.second = static_cast<int>(number);
    moment_.has_seconds = true;
    // A leap second can only end an hour.
    if (number > (moment_.minute == 59 ? 60 : 59)) return false;
    if (!TakeFraction()) return false;
  }
  if (hour > 24 || (hour == 24 && (moment_.minute != 0 || moment_.second != 0 ||
                                   moment_.microseconds != 0))) {
    return false;
  }
  moment_.hour = hour;
  if (std::exchange(half_pending_, false)) return ApplyHalf(half_);
  return TakeAsciiHalf(/*required=*/false);
}

// Digits beyond the microseconds are dropped.
bool MomentScanner::TakeFraction() {
  if ((At(0) != '.' && At(0) != ',') || !DigitAt(1)) return true;
  Skip(1);
  for (int unit = 100000; DigitAt(0); unit /= 10, Skip(1)) {
    moment_.microseconds += unit * (At(0) - '0');
    ++moment_.fraction_digits;
  }
  return true;
}

// T1430, T143005, T14, or 14:30 after the T.
bool MomentScanner::TakeCompactTime(const WrittenNumber& number) {
  time_next_ = false;
  if (number.digits <= 2 && At(0) == ':') {
    return TakeClock(static_cast<int>(number.value));
  }
  int64_t value = number.value;
  if (number.digits != 2 && number.digits != 4 && number.digits != 6) {
    return false;
  }
  moment_.has_time = true;
  if (number.digits == 6) {
    moment_.second = static_cast<int>(value % 100);
    moment_.has_seconds = true;
    value /= 100;
  }
  if (number.digits >= 4) {
    moment_.minute = static_cast<int>(value % 100);
    value /= 100;
  }
  moment_.hour = static_cast<int>(value);
  if (moment_.has_seconds && !TakeFraction()) return false;
  return moment_.minute <= 59 &&
         moment_.second <= (moment_.minute == 59 ? 60 : 59) &&
         (value < 24 ||
          (value == 24 && moment_.minute == 0 && moment_.second == 0));
}

// Makes the hour that the clock and a half of the day give together.
bool MomentScanner::ApplyHalf(HalfOfDay half) {
  if (std::exchange(half_taken_, true)) return false;
  moment_.clock = ClockKind::kTwelve;
  int& hour = moment_.hour;
  const bool morning = half == HalfOfDay::kMorning;
  // 14:30 p.m. says the same thing twice; 14:30 a.m. contradicts itself.
  // 0:30 a.m. is how a 12-hour clock counts in Japan.
  if (hour > 12) return !morning && hour < 24;
  switch (half) {
    case HalfOfDay::kMorning:
      if (hour == 12) hour = 0;
      break;
    case HalfOfDay::kAfternoon:
      if (hour < 12) hour += 12;
      break;
    case HalfOfDay::kEvening:
      hour = hour == 12 ? 0 : hour + 12;
      break;
    case HalfOfDay::kNight:
      if (hour == 12) {
        hour = 0;
      } else if (hour > 5) {
        hour += 12;
      }
      break;
    case HalfOfDay::kMidday:
      if (hour < 10) hour += 12;
      break;
  }
  return true;
}

// How many bytes a half of the day in ASCII takes at `start`: "a.m.", "p",
// "PM", "p. m."; 0 where there is none. A bare "a" may run into the date:
// 7:10aDec 1.
size_t MomentScanner::AsciiHalfAt(size_t start) const {
  if (LowerAt(start) != 'a' && LowerAt(start) != 'p') return 0;
  size_t end = start + 1;
  size_t next = end;
  if (At(next) == '.') ++next;
  if (next != end && At(next) == ' ' && LowerAt(next + 1) == 'm') ++next;
  if (LowerAt(next) == 'm') {
    end = next + 1;
    if (At(end) == '.') ++end;
  }
  if (!LetterAt(end)) return end - start;
  // Only a word of the date may follow without a space; and "Apr" is one.
  if (!FindCalendarWord(absl::AsciiStrToLower(WordAt(start))).empty()) return 0;
  const std::string after = absl::AsciiStrToLower(WordAt(end));
  for (const WordMeaning& meaning : FindCalendarWord(after)) {
    if (meaning.kind == WordKind::kMonth ||
        meaning.kind == WordKind::kWeekday) {
      return end - start;
    }
  }
  return 0;
}

// The half of the day in ASCII, or "noon" or "midnight", after a time. With
// `required` the hour is still among the numbers of the date; then the answer
// is false, and nothing happens, where there is no half. Else the answer is
// false where it contradicts the time.
bool MomentScanner::TakeAsciiHalf(bool required) {
  size_t start = rest_.find_first_not_of(" \t");
  if (start == absl::string_view::npos) start = rest_.size();
  const absl::string_view word = WordAt(start);
  const bool noon = absl::EqualsIgnoreCase(word, "noon");
  if (noon || absl::EqualsIgnoreCase(word, "midnight")) {
    if (required && !HourFromNumbers()) return false;
    if (moment_.hour != 12 || moment_.minute != 0) return false;
    Skip(start + word.size());
    return ApplyHalf(noon ? HalfOfDay::kAfternoon : HalfOfDay::kMorning);
  }
  const size_t bytes = AsciiHalfAt(start);
  if (bytes == 0) return !required;
  const bool morning = LowerAt(start) == 'a';
  if (required) {
    const WrittenMoment before = moment_;
    if (!HourFromNumbers()) return false;
    if (moment_.hour > 12 && morning) {
      moment_ = before;
      return false;
    }
  }
  Skip(start + bytes);
  return ApplyHalf(morning ? HalfOfDay::kMorning : HalfOfDay::kAfternoon);
}

// Takes the number or the pair h.mm at the end of the date's numbers for a
// time. Nothing happens, and the answer is false, where it cannot be one.
bool MomentScanner::HourFromNumbers() {
  WrittenDate& to = date();
  if (moment_.has_time || to.count == 0) return false;
  const WrittenNumber& last = to.numbers[to.count - 1];
  if (last.mark == 0 && last.digits <= 2 && last.value <= 24) {
    moment_.hour = static_cast<int>(last.value);
    moment_.has_time = true;
    --to.count;
  } else if (!TakeTimeFromNumbers(&moment_)) {
    return false;
  }
  after_number_ = false;
  if (std::exchange(half_pending_, false)) return ApplyHalf(half_);
  return true;
}

// +02:00, -0530, +2, (-00:00), (+8:00)
bool MomentScanner::TakeOffset() {
  if (std::exchange(moment_.has_offset, true)) return false;
  const bool bracketed = At(0) == '(';
  if (bracketed) Skip(1);
  const char sign = At(0);
  if (sign != '+' && sign != '-') return false;
  Skip(1);
  int64_t hours;
  int64_t minutes = 0;
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
  moment_.offset_minutes =
      static_cast<int>(hours * 60 + minutes) * (sign == '-' ? -1 : 1);
  moment_.offset_bracketed = bracketed;
  if (!bracketed) return true;
  if (At(0) != ')') return false;
  Skip(1);
  return true;
}

// RFC 9557: [Europe/Berlin], [u-ca=gregory]. A zone and an offset that
// contradict each other are for the reader to see.
bool MomentScanner::TakeZoneInBrackets() {
  const size_t end = rest_.find(']');
  if (end == absl::string_view::npos) return false;
  absl::string_view inside = rest_.substr(1, end - 1);
  if (!inside.empty() && inside.front() == '!') inside.remove_prefix(1);
  Skip(end + 1);
  if (inside.find('=') != inside.npos) return inside == "u-ca=gregory";
  if (std::exchange(moment_.has_zone, true)) return false;
  return FindZone(std::string(inside), &moment_.zone) ||
         FindZone(WithCapitals(inside), &moment_.zone);
}

// Europe/Berlin; nothing happens, and the answer is false, where it is none.
bool MomentScanner::TakeZoneName() {
  size_t end = 0;
  while (end < rest_.size() && end < 40 && IsZoneByte(rest_[end])) ++end;
  const absl::string_view name = rest_.substr(0, end);
  if (name.find('/') == name.npos || moment_.has_zone) return false;
  if (!FindZone(std::string(name), &moment_.zone) &&
      !FindZone(WithCapitals(name), &moment_.zone)) {
    return false;
  }
  moment_.has_zone = true;
  Skip(end);
  return true;
}

}  // namespace concordat::readers
