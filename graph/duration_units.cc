#include "graph/duration_units.h"

#include <unicode/fieldpos.h>
#include <unicode/fmtable.h>
#include <unicode/locid.h>
#include <unicode/measfmt.h>
#include <unicode/measunit.h>
#include <unicode/measure.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "graph/text.h"

namespace concordat {
namespace {

struct OwnWords {
  DurationUnit unit;
  int8_t implied_halves;
  absl::string_view words;
};

// What the CLDR does not name: abbreviations, other cases, counters.
constexpr OwnWords kOwnWords[] = {
    {DurationUnit::kMicrosecond, 0,
     "us|\xce\xbcs|usec|microsecond|"
     "microseconds|mikrosekunden"},
    {DurationUnit::kMillisecond, 0,
     "ms|msec|msecs|millis|millisecond|milliseconds|millisekunden|мс|мсек"},
    {DurationUnit::kSecond, 0,
     "s|sec|secs|second|seconds|sek|sekunde|sekunden|seg|с|сек|秒|秒間|초"},
    {DurationUnit::kMinute, 0,
     "m|min|mins|minute|minutes|minuten|mn|мин|хв|分|分間|分钟|分鐘|분|phút"},
    {DurationUnit::kMinute, 30, "viertelstunde"},
    {DurationUnit::kMinute, 90, "dreiviertelstunde"},
    {DurationUnit::kHour, 0,
     "h|hr|hrs|hour|hours|std|stunde|stunden|uur|u|ч|час|год|godz|hod|"
     "個小時|个小时|小时|小時|時間|시간|個鐘|tiếng"},
    {DurationUnit::kHour, 1,
     "полчаса|пол часа|半小时|半小時|半個小時|半个小时|半時間|반시간|"
     "demi-heure|demi heure|media hora|meia hora|mezz'ora|mezzora|"
     "halbe stunde|half hour|half an hour|half-hour|halfuur|half uur"},
    {DurationUnit::kDay, 0,
     "d|day|days|tag|tage|tagen|дн|сут|сутки|суток|天|日|日間|일|일간"},
    {DurationUnit::kWeek, 0,
     "w|wk|wks|week|weeks|woche|wochen|нед|周|週|週間|周间|星期|个星期|"
     "個星期|礼拜|주|주간"},
    {DurationUnit::kWeek, 4, "fortnight"},
    {DurationUnit::kMonth, 0,
     "m|mo|mos|mth|mths|month|months|monat|monate|monaten|mon|мес|个月|個月|"
     "か月|ヶ月|カ月|ヵ月|ケ月|箇月|か月間|ヶ月間|개월|개월간|달"},
    {DurationUnit::kYear, 0,
     "y|yr|yrs|year|years|jahr|jahre|jahren|a|г|л|年|年間|년|년간"},
};

// As in graph/readers/calendar_words.cc: those in which companies write.
constexpr absl::string_view kLanguages[] = {
    "ar",  "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi",
    "fil", "fr", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja",
    "ka",  "kk", "ko", "lt", "lv", "mk", "ms", "nb", "nl", "pl", "pt", "ro",
    "ru",  "sk", "sl", "sq", "sr", "sv", "th", "tr", "uk", "ur", "vi", "zh"};

class UnitWords {
 public:
  explicit UnitWords(bool with_cldr) {
    for (const OwnWords& own : kOwnWords) {
      for (const absl::string_view word : absl::StrSplit(own.words, '|')) {
        Add(FoldText(word), {own.unit, own.implied_halves, ""});
      }
    }
    if (!with_cldr) return;
    for (const absl::string_view language : kLanguages) AddLanguage(language);
  }

  absl::Span<const DurationWord> Find(absl::string_view word) const {
    const auto found = words_.find(word);
    if (found == words_.end()) return {};
    return found->second;
  }

 private:
  void Add(const std::string& word, const DurationWord& meaning) {
    if (word.empty()) return;
    std::vector<DurationWord>& known = words_[word];
    const auto same = std::find_if(known.begin(), known.end(),
                                   [&meaning](const DurationWord& other) {
                                     return other.unit == meaning.unit;
                                   });
    if (same == known.end()) {
      known.push_back(meaning);
    } else if (same->implied_halves == 0) {
      same->implied_halves = meaning.implied_halves;
    }
  }

  // What is left of "3 hours" without the number.
  void AddFormatted(const icu::UnicodeString& formatted, int number,
                    DurationWord meaning) {
    std::string utf8;
    formatted.toUTF8String(utf8);
    std::string word;
    bool has_number = false;
    for (const char c : FoldText(utf8)) {
      if (absl::ascii_isdigit(static_cast<unsigned char>(c))) {
        has_number = true;
      } else if (c != '.') {
        word.push_back(c);
      }
    }
    word = std::string(TrimWhiteSpace(word));
    if (word.find_first_of("'\"/,") != word.npos) return;
    if (!has_number) {
      meaning.implied_halves = static_cast<int8_t>(2 * number);
    }
    Add(word, meaning);
  }

  void AddLanguage(absl::string_view language) {
    UErrorCode error = U_ZERO_ERROR;
    icu::Locale locale(std::string(language).c_str());
    locale.setKeywordValue("numbers", "latn", error);
    using icu::MeasureUnit;
    const std::pair<DurationUnit, MeasureUnit> units[] = {
        {DurationUnit::kMillisecond, MeasureUnit::getMillisecond()},
        {DurationUnit::kSecond, MeasureUnit::getSecond()},
        {DurationUnit::kMinute, MeasureUnit::getMinute()},
        {DurationUnit::kHour, MeasureUnit::getHour()},
        {DurationUnit::kDay, MeasureUnit::getDay()},
        {DurationUnit::kWeek, MeasureUnit::getWeek()},
        {DurationUnit::kMonth, MeasureUnit::getMonth()},
        {DurationUnit::kYear, MeasureUnit::getYear()}};
    for (const auto width : {UMEASFMT_WIDTH_WIDE, UMEASFMT_WIDTH_SHORT}) {
      const icu::MeasureFormat format(locale, width, error);
      if (U_FAILURE(error)) return;
      for (const auto& unit : units) {
        for (const int number : {1, 2, 3, 5, 11, 20}) {
          const icu::Measure measure(icu::Formattable(number),
                                     new MeasureUnit(unit.second), error);
          icu::UnicodeString formatted;
          icu::FieldPosition position;
          format.formatMeasures(&measure, 1, formatted, position, error);
          if (U_FAILURE(error)) return;
          AddFormatted(formatted, number, {unit.first, 0, language});
        }
      }
    }
  }

  absl::flat_hash_map<std::string, std::vector<DurationWord>> words_;
};

}  // namespace

Duration OneOf(DurationUnit unit) {
  constexpr int64_t kSecond = 1'000'000;
  switch (unit) {
    case DurationUnit::kMicrosecond:
      return {0, 1};
    case DurationUnit::kMillisecond:
      return {0, 1000};
    case DurationUnit::kSecond:
      return {0, kSecond};
    case DurationUnit::kMinute:
      return {0, 60 * kSecond};
    case DurationUnit::kHour:
      return {0, 3600 * kSecond};
    case DurationUnit::kDay:
      return {0, 86'400 * kSecond};
    case DurationUnit::kWeek:
      return {0, 7 * 86'400 * kSecond};
    case DurationUnit::kMonth:
      return {1, 0};
    case DurationUnit::kYear:
      break;
  }
  return {12, 0};
}

absl::Span<const DurationWord> FindDurationUnit(absl::string_view word) {
  // Never destroyed, for threads may outlive static storage. The names of all
  // languages take long to make, and mostly nobody asks for them.
  static const UnitWords* const kOwn = new UnitWords(/*with_cldr=*/false);
  const absl::Span<const DurationWord> found = kOwn->Find(word);
  if (!found.empty()) return found;
  static const UnitWords* const kAll = new UnitWords(/*with_cldr=*/true);
  return kAll->Find(word);
}

}  // namespace concordat
