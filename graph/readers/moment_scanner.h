// The scanner behind moment.h, which nobody else includes: takes a writing
// apart from left to right, once.
#ifndef CONCORDAT_GRAPH_READERS_MOMENT_SCANNER_H_
#define CONCORDAT_GRAPH_READERS_MOMENT_SCANNER_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/readers/calendar_words.h"
#include "graph/readers/moment.h"

namespace concordat::readers {

// Not thread-safe; views `writing`.
class MomentScanner {
 public:
  MomentScanner(absl::string_view writing, absl::string_view language)
      : rest_(writing), language_(language) {}

  // Whether all of the writing was understood.
  bool Scan(WrittenMoment* moment);

 private:
  using Meanings = absl::Span<const WordMeaning>;

  WrittenDate& date() { return moment_.date; }
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
    // No word of ours is longer; a bound keeps the whole linear.
    constexpr size_t kBytesMax = 96;
    size_t end = i;
    while (LetterAt(end) && end - i < kBytesMax) ++end;
    return i < rest_.size() ? rest_.substr(i, end - i) : "";
  }
  void Skip(size_t count) { rest_.remove_prefix(count); }
  void SkipAny(absl::string_view marks) {
    const size_t end = rest_.find_first_not_of(marks);
    rest_.remove_prefix(end == absl::string_view::npos ? rest_.size() : end);
  }

  // moment.cc: numbers and marks.
  int TakeDigits(int digits_max, int64_t* number);
  void TakeEraLetter();
  bool TakeNumber();
  bool FindJoin();
  void TakeOrdinal();
  bool TakeMark();
  bool TakeParenthesis();

  // moment_clock.cc: times, halves of the day, offsets and zones.
  bool TakeClock(int hour);
  bool TakeCompactTime(const WrittenNumber& number);
  bool TakeFraction();
  size_t AsciiHalfAt(size_t start) const;
  bool TakeAsciiHalf(bool required);
  bool ApplyHalf(HalfOfDay half);
  bool HourFromNumbers();
  bool TakeOffset();
  bool TakeZoneInBrackets();
  bool TakeZoneName();

  // moment_words.cc: words.
  bool TakeWord();
  bool TakeIsoLetter(bool* understood);
  bool TakeWeek();
  bool TakeQuarter();
  bool TakeRomanMonth(absl::string_view word);
  Meanings FindWord(size_t* bytes) const;
  bool Apply(Meanings meanings);
  bool ApplyOne(const WordMeaning& meaning);
  bool TakeMonth(Meanings meanings);
  bool TakeWeekday(Meanings meanings);
  bool TakeClockMark(WordKind kind);
  bool TakeDateMark(WordKind kind);
  bool MonthFollows() const;

  absl::string_view rest_;
  absl::string_view language_;
  WrittenMoment moment_;
  char join_ = '\0';           // joins the next number with the one before
  bool after_number_ = false;  // of the date
  bool after_word_ = false;
  bool time_next_ = false;  // after ISO 8601's T
  bool year_next_ = false;
  bool month_next_ = false;
  bool day_next_ = false;
  bool minutes_next_ = false;
  bool minutes_open_ = false;  // minutes taken; their mark may follow
  bool seconds_next_ = false;
  bool half_taken_ = false;
  bool half_pending_ = false;  // a half of the day before the time
  HalfOfDay half_ = HalfOfDay::kMorning;
};

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_MOMENT_SCANNER_H_
