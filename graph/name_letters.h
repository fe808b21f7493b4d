// The letters of names: what is left of a word once the standard ways to write
// it in plain Latin letters are taken away.
//
// A "base" is a word in lower-case ASCII letters and digits. Its key is equal
// for all standard writings of the same name: Müller, Mueller and Muller;
// Юлия, Yuliya, Iuliia and Julija. Keys are made to be compared, not shown as
// names. All functions are total, pure, thread-safe and linear.
#ifndef CONCORDAT_GRAPH_NAME_LETTERS_H_
#define CONCORDAT_GRAPH_NAME_LETTERS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace concordat {

// How a word of a name is written.
enum class NameScript : uint8_t {
  kLatin,
  kCyrillic,
  kGreek,
  kKana,
  kHangul,
  kHan,
  kArabic,
  kHebrew,
  kThai,
  // Scripts with letters that ICU knows to romanise: Georgian, Devanagari, ...
  kOther,
};

// The script of the first letter of `word` (folded, graph/text.h) that is not
// Latin; Han where kana stands beside Han. ASCII and a word without letters are
// Latin.
NameScript ScriptOf(absl::string_view word);

// The base of a folded Latin word: diacritics lost, ø and ö without their e,
// þ as th, all that is neither letter nor digit left out.
std::string LatinBase(absl::string_view word);

// The base of a folded word in another script by its usual romanisation:
// Cyrillic as in passports, Greek by ELOT 743, kana by Hepburn, Hangul by the
// Revised Romanization, Han by pinyin, else ICU's Any-Latin.
std::string RomanisedBase(absl::string_view word, NameScript script);

// The key of a base. A key is its own key.
std::string NameKey(absl::string_view base);

// One writing for every romanisation of a Slavic name (BGN/PCGN, ISO 9, ICAO
// 9303, scholarly, German, French): sh, sch and š are s. It blurs names of
// other languages, so NameKey uses it only where IsSlavic; against a word in
// Cyrillic it is used for any.
std::string SlavicKey(absl::string_view base);

// Whether `slavic_key` is that of a known East or South Slavic given name, or
// ends as their surnames do.
bool IsSlavic(absl::string_view slavic_key);

// The same for Greek (ELOT 743, ISO 843, UNGEGN and the passport writings),
// and for Japanese (Hepburn, Kunrei, with and without long vowels).
std::string GreekKey(absl::string_view base);
std::string JapaneseKey(absl::string_view base);

// For Korean: RR, McCune-Reischauer and the usual spellings of names.
std::string KoreanKey(absl::string_view base);

// Whether `base` can be read as Japanese syllables from beginning to end.
bool IsRomaji(absl::string_view base);

// The consonants of a name by class, for scripts that do not write vowels or
// that are romanised in many ways. `script` says whose classes.
std::string Skeleton(absl::string_view base, NameScript script);

// The same of a word written in `script`.
std::string NativeSkeleton(absl::string_view word, NameScript script);

// A NameKey of Latin letters as it is held against a word in `script`: by
// SlavicKey, GreekKey, JapaneseKey, KoreanKey or Skeleton.
std::string CrossKey(absl::string_view latin_key, NameScript script);

// A word in its own script as it is compared within it: ё as е, hiragana as
// katakana, traditional characters as simplified ones, no vowel marks.
std::string NativeKey(absl::string_view word, NameScript script);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_NAME_LETTERS_H_
