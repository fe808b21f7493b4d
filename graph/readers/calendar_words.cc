#include "graph/readers/calendar_words.h"

#include <unicode/dtfmtsym.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_split.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

// Those in which companies write to customers; names of all languages would
// make too many words mean too many things. Of each the Gregorian calendar.
constexpr absl::string_view kLanguages[] = {
    "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs",  "cy",
    "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fil", "fr",
    "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is",  "it",
    "ja", "ka", "kk", "km", "kn", "ko", "ky", "lo", "lt", "lv",  "mk",
    "ml", "mn", "mr", "ms", "my", "nb", "ne", "nl", "nn", "pa",  "pl",
    "pt", "ro", "ru", "si", "sk", "sl", "sq", "sr", "sv", "sw",  "ta",
    "te", "th", "tr", "uk", "ur", "uz", "vi", "zh", "zu"};

// Names of locales that differ from their language's.
constexpr absl::string_view kVariants[] = {"ar_LB", "de_AT", "sr_Latn",
                                           "zh_TW", "en_GB", "pt_PT"};

struct OtherCalendar {
  const char* locale;
  const char* name;
  CalendarKind kind;
};
constexpr OtherCalendar kOtherCalendars[] = {
    {"fa", "persian", CalendarKind::kPersian},
    {"en", "persian", CalendarKind::kPersian},
    {"ar", "islamic-umalqura", CalendarKind::kIslamic},
    {"en", "islamic-umalqura", CalendarKind::kIslamic},
    {"he", "hebrew", CalendarKind::kHebrew},
    {"en", "hebrew", CalendarKind::kHebrew},
};

// Without points, and without the space after one: "a. m." is "am".
std::string WithoutPoints(absl::string_view word) {
  std::string kept;
  for (size_t i = 0; i < word.size(); ++i) {
    const bool after_point = i > 0 && word[i - 1] == '.';
    if (word[i] != '.' && !(word[i] == ' ' && after_point)) {
      kept.push_back(word[i]);
    }
  }
  return kept;
}

// What a keyboard without accents makes of it.
std::string WithoutMarks(const std::string& word) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(error);
  if (U_FAILURE(error)) return word;
  const icu::UnicodeString apart =
      nfd->normalize(icu::UnicodeString::fromUTF8(word), error);
  icu::UnicodeString kept;
  for (int32_t i = 0; i < apart.length(); i = apart.moveIndex32(i, 1)) {
    const UChar32 point = apart.char32At(i);
    if (u_charType(point) != U_NON_SPACING_MARK) kept.append(point);
  }
  std::string bare;
  kept.toUTF8String(bare);
  return bare;
}

class WordMap {
 public:
  WordMap() {
    for (const CalendarWordList& list : OwnCalendarWords()) {
      for (const absl::string_view word : absl::StrSplit(list.words, '|')) {
        AddName(icu::UnicodeString::fromUTF8(std::string(word)), list.meaning);
      }
    }
    for (const absl::string_view language : kLanguages) AddLocale(language);
    for (const absl::string_view variant : kVariants) AddLocale(variant);
    for (const OtherCalendar& other : kOtherCalendars) AddOther(other);
  }

  absl::Span<const WordMeaning> Find(absl::string_view word) const {
    const auto found = meanings_.find(word);
    if (found == meanings_.end()) return {};
    return found->second;
  }

 private:
  void Add(const std::string& word, const WordMeaning& meaning) {
    // Writings with digits are read by their marks.
    if (word.empty() || word.find_first_of("0123456789") != word.npos) return;
    std::vector<WordMeaning>& known = meanings_[word];
    const bool is_new = std::none_of(
        known.begin(), known.end(), [&meaning](const WordMeaning& other) {
          return other.kind == meaning.kind && other.number == meaning.number &&
                 other.calendar == meaning.calendar &&
                 other.language == meaning.language;
        });
    if (is_new) known.push_back(meaning);
  }

  void AddName(const icu::UnicodeString& name, const WordMeaning& meaning) {
    std::string utf8;
    name.toUTF8String(utf8);
    const std::string word = WithoutPoints(FoldText(utf8));
    Add(word, meaning);
    // Only in Latin letters: elsewhere a mark may make another word.
    const std::string bare = WithoutMarks(word);
    if (bare != word && IsAscii(bare)) Add(bare, meaning);
  }

  void AddMonths(const icu::DateFormatSymbols& symbols, WordMeaning meaning) {
    using Symbols = icu::DateFormatSymbols;
    meaning.kind = WordKind::kMonth;
    for (const auto context : {Symbols::FORMAT, Symbols::STANDALONE}) {
      for (const auto width : {Symbols::WIDE, Symbols::ABBREVIATED}) {
        int32_t count = 0;
        const icu::UnicodeString* const months =
            symbols.getMonths(count, context, width);
        for (int32_t i = 0; i < count; ++i) {
          meaning.number = static_cast<int16_t>(i + 1);
          AddName(months[i], meaning);
        }
      }
    }
  }

  void AddWeekdays(const icu::DateFormatSymbols& symbols, WordMeaning meaning) {
    using Symbols = icu::DateFormatSymbols;
    meaning.kind = WordKind::kWeekday;
    for (const auto context : {Symbols::FORMAT, Symbols::STANDALONE}) {
      for (const auto width :
           {Symbols::WIDE, Symbols::ABBREVIATED, Symbols::SHORT}) {
        int32_t count = 0;
        const icu::UnicodeString* const days =
            symbols.getWeekdays(count, context, width);
        // From 1, which is Sunday.
        for (int32_t i = 1; i < count; ++i) {
          meaning.number = static_cast<int16_t>(i == 1 ? 7 : i - 1);
          AddName(days[i], meaning);
        }
      }
    }
  }

  void AddLocale(absl::string_view name) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Locale locale(std::string(name).c_str());
    const icu::DateFormatSymbols symbols(locale, "gregorian", error);
    if (U_FAILURE(error)) return;
    WordMeaning meaning;
    meaning.language = name.substr(0, name.find('_'));
    AddMonths(symbols, meaning);
    AddWeekdays(symbols, meaning);
    meaning.kind = WordKind::kHalf;
    int32_t count = 0;
    const icu::UnicodeString* const halves = symbols.getAmPmStrings(count);
    for (int32_t i = 0; i < std::min(count, 2); ++i) {
      meaning.number = static_cast<int16_t>(i + 1);
      AddName(halves[i], meaning);
    }
  }

  void AddOther(const OtherCalendar& other) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::DateFormatSymbols symbols(icu::Locale(other.locale), other.name,
                                         error);
    if (U_FAILURE(error)) return;
    WordMeaning meaning;
    meaning.calendar = other.kind;
    AddMonths(symbols, meaning);
  }

  absl::flat_hash_map<std::string, std::vector<WordMeaning>> meanings_;
};

}  // namespace

absl::Span<const WordMeaning> FindCalendarWord(absl::string_view word) {
  // Never destroyed, for threads may outlive static storage.
  static const WordMap* const kWords = new WordMap;
  return kWords->Find(word);
}

}  // namespace concordat::readers
