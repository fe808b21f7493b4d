// The part of graph/name_letters.h that knows scripts.
#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "graph/name_letters.h"
#include "graph/name_scripts_tables.h"

namespace concordat {
namespace {

using name_tables::LetterOf;

icu::UnicodeString ToUnicode(absl::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

std::string ToUtf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

// ICU's transliterator `id`, or none where its data is missing. Built once for
// each use and never destroyed; using it is thread-safe.
const icu::Transliterator* MakeTransliterator(const char* id) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Transliterator* const made =
      icu::Transliterator::createInstance(id, UTRANS_FORWARD, status);
  return U_SUCCESS(status) ? made : nullptr;
}

std::string Transliterated(const icu::Transliterator* rules,
                           absl::string_view word) {
  icu::UnicodeString text = ToUnicode(word);
  if (rules != nullptr) rules->transliterate(text);
  return ToUtf8(text);
}

// Without the marks that NFD takes off letters.
icu::UnicodeString WithoutMarks(absl::string_view word) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(status);
  icu::UnicodeString text = ToUnicode(word);
  if (U_SUCCESS(status)) text = nfd->normalize(text, status);
  icu::UnicodeString kept;
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const UChar32 point = text.char32At(at);
    const int8_t type = u_charType(point);
    if (type != U_NON_SPACING_MARK && type != U_ENCLOSING_MARK) {
      kept.append(point);
    }
  }
  return kept;
}

// Calls `with` for each code point.
template <typename F>
void ForEachPoint(absl::string_view word, F with) {
  const int32_t size = static_cast<int32_t>(word.size());
  for (int32_t at = 0; at < size;) {
    UChar32 point;
    U8_NEXT(word.data(), at, size, point);
    if (point >= 0) with(point);
  }
}

void AppendPoint(UChar32 point, std::string* out) {
  icu::UnicodeString(point).toUTF8String(*out);
}

std::string CyrillicBase(absl::string_view word) {
  std::string base;
  UChar32 before = 0;
  bool hard = false;
  ForEachPoint(word, [&](UChar32 point) {
    const absl::string_view letter = LetterOf(point);
    if (hard && !letter.empty() && letter != "ia" && letter != "iu" &&
        letter != "e" && letter != "ie") {
      // In Bulgarian, a vowel between two consonants.
      base.push_back('a');
    }
    hard = point == 0x44A && before != 0;
    base.append(letter.data(), letter.size());
    before = point;
  });
  return base;
}

std::string GreekBase(absl::string_view word) {
  std::string base;
  UChar32 before = 0;
  ForEachPoint(ToUtf8(WithoutMarks(word)), [&](UChar32 point) {
    if (point == 0x3C5 && before == 0x3BF) {
      base.push_back('u');
    } else if (point == 0x3C5 && (before == 0x3B1 || before == 0x3B5)) {
      base.push_back('v');
    } else {
      const absl::string_view letter = LetterOf(point);
      base.append(letter.data(), letter.size());
    }
    before = point;
  });
  return base;
}

std::string HangulBase(absl::string_view word) {
  std::string base;
  ForEachPoint(word, [&](UChar32 point) {
    const int32_t index = point - 0xAC00;
    if (index < 0 || index >= 11172) return;
    base += name_tables::kInitials[index / 588];
    base += name_tables::kMedials[index % 588 / 28];
    base += name_tables::kFinals[index % 28];
  });
  return base;
}

}  // namespace

NameScript ScriptOf(absl::string_view word) {
  NameScript found = NameScript::kLatin;
  bool done = false;
  ForEachPoint(word, [&](UChar32 point) {
    if (point < 0x80) return;
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(point, &status);
    if (script == USCRIPT_HAN) {
      found = NameScript::kHan;
      done = true;
    }
    if (done || !u_isalpha(point)) return;
    done = script != USCRIPT_COMMON && script != USCRIPT_INHERITED &&
           script != USCRIPT_LATIN;
    switch (script) {
      case USCRIPT_LATIN:
      case USCRIPT_COMMON:
      case USCRIPT_INHERITED:
        break;
      case USCRIPT_CYRILLIC:
        found = NameScript::kCyrillic;
        break;
      case USCRIPT_GREEK:
        found = NameScript::kGreek;
        break;
      case USCRIPT_HIRAGANA:
      case USCRIPT_KATAKANA:
        found = NameScript::kKana;
        break;
      case USCRIPT_HANGUL:
        found = NameScript::kHangul;
        break;
      case USCRIPT_ARABIC:
        found = NameScript::kArabic;
        break;
      case USCRIPT_HEBREW:
        found = NameScript::kHebrew;
        break;
      case USCRIPT_THAI:
        found = NameScript::kThai;
        break;
      default:
        found = NameScript::kOther;
        break;
    }
  });
  return found;
}

std::string LatinBase(absl::string_view word) {
  const icu::UnicodeString bare = WithoutMarks(word);
  std::string base;
  for (int32_t at = 0; at < bare.length(); at = bare.moveIndex32(at, 1)) {
    const UChar32 point = bare.char32At(at);
    if (point < 0x80) {
      const char c = static_cast<char>(point);
      if (absl::ascii_isalnum(static_cast<unsigned char>(c))) {
        base.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
      }
    } else {
      const absl::string_view letter = LetterOf(point);
      base.append(letter.data(), letter.size());
    }
  }
  // ISO 9 writes щ, ю and я with one letter and a circumflex, which also other
  // languages have: only where a Slavic name comes of it.
  if (absl::StrContains(word, "\xc3\xbb") ||
      absl::StrContains(word, "\xc3\xa2") ||
      absl::StrContains(word, "\xc5\x9d")) {
    std::string iso;
    ForEachPoint(word, [&](UChar32 point) {
      if (point == 0xFB) {
        iso += "iu";
      } else if (point == 0xE2) {
        iso += "ia";
      } else if (point == 0x15D) {
        iso += "shch";
      } else {
        std::string letter;
        AppendPoint(point, &letter);
        iso += point < 0x80 ? letter : LatinBase(letter);
      }
    });
    if (IsSlavic(SlavicKey(iso))) return iso;
  }
  return base;
}

std::string RomanisedBase(absl::string_view word, NameScript script) {
  switch (script) {
    case NameScript::kLatin:
      return LatinBase(word);
    case NameScript::kCyrillic:
      return CyrillicBase(word);
    case NameScript::kGreek:
      return GreekBase(word);
    case NameScript::kHangul:
      return HangulBase(word);
    case NameScript::kKana: {
      static const icu::Transliterator* const kKana =
          MakeTransliterator("Hiragana-Katakana; Katakana-Latin");
      return LatinBase(Transliterated(kKana, word));
    }
    case NameScript::kHan: {
      static const icu::Transliterator* const kHan =
          MakeTransliterator("Han-Latin");
      return LatinBase(Transliterated(kHan, word));
    }
    case NameScript::kArabic:
    case NameScript::kHebrew:
    case NameScript::kThai:
    case NameScript::kOther:
      break;
  }
  static const icu::Transliterator* const kAny =
      MakeTransliterator("Any-Latin");
  return LatinBase(Transliterated(kAny, word));
}

std::string NativeKey(absl::string_view word, NameScript script) {
  switch (script) {
    case NameScript::kGreek:
      return ToUtf8(WithoutMarks(word));
    case NameScript::kKana: {
      static const icu::Transliterator* const kAtakana =
          MakeTransliterator("Hiragana-Katakana");
      return Transliterated(kAtakana, word);
    }
    case NameScript::kHan: {
      static const icu::Transliterator* const kSimplified =
          MakeTransliterator("Hiragana-Katakana; Traditional-Simplified");
      std::string key;
      ForEachPoint(Transliterated(kSimplified, word), [&](UChar32 point) {
        AppendPoint(name_tables::PlainHan(point), &key);
      });
      return key;
    }
    case NameScript::kHangul:
    case NameScript::kThai:
    case NameScript::kOther:
    case NameScript::kLatin:
      return std::string(word);
    case NameScript::kCyrillic:
    case NameScript::kArabic:
    case NameScript::kHebrew:
      break;
  }
  std::string key;
  ForEachPoint(word, [&](UChar32 point) {
    if (u_charType(point) == U_NON_SPACING_MARK || point == 0x640) return;
    AppendPoint(name_tables::PlainLetter(point), &key);
  });
  return key;
}

std::string Skeleton(absl::string_view base, NameScript script) {
  const auto rules = name_tables::SkeletonRules(script);
  std::string skeleton;
  for (size_t at = 0; at < base.size();) {
    const absl::string_view rest = base.substr(at);
    absl::string_view made = rest.substr(0, 1);
    size_t length = 1;
    for (const name_tables::Rewrite& rule : rules) {
      if (absl::StartsWith(rest, rule.from) &&
          (!rule.at_end || rest.size() == rule.from.size())) {
        made = rule.to;
        length = rule.from.size();
        break;
      }
    }
    // A doubled consonant is one.
    if (!made.empty() && (skeleton.empty() || skeleton.back() != made[0])) {
      skeleton.append(made.data(), made.size());
    }
    at += length;
  }
  return skeleton;
}

std::string NativeSkeleton(absl::string_view word, NameScript script) {
  if (script != NameScript::kArabic && script != NameScript::kHebrew) {
    // By its key, for that is what a Latin word is held against.
    return Skeleton(NameKey(RomanisedBase(word, script)), script);
  }
  std::string letters;
  ForEachPoint(word, [&](UChar32 point) {
    const absl::string_view letter = LetterOf(point);
    letters.append(letter.data(), letter.size());
  });
  return Skeleton(letters, script);
}

}  // namespace concordat
