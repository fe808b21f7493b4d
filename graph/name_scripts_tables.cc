#include "graph/name_scripts_tables.h"

#include <algorithm>
#include <iterator>

namespace concordat::name_tables {
namespace {

struct Letter {
  UChar32 letter;
  absl::string_view base;
};

// Sorted by letter.
constexpr Letter kLetters[] = {
    {0xDF, "ss"},
    {0xE6, "ae"},
    {0xF0, "d"},
    {0xF8, "o"},
    {0xFE, "th"},
    {0x111, "d"},
    {0x127, "h"},
    {0x131, "i"},
    {0x138, "k"},
    {0x142, "l"},
    {0x14B, "ng"},
    {0x153, "oe"},
    {0x167, "t"},
    {0x180, "b"},
    {0x19A, "l"},
    {0x1DD, "e"},
    {0x1E5, "g"},
    {0x253, "b"},
    {0x254, "o"},
    {0x256, "d"},
    {0x257, "d"},
    {0x259, "a"},
    {0x25B, "e"},
    {0x26B, "l"},
    {0x272, "n"},
    // Greek, ELOT 743.
    {0x3B1, "a"},
    {0x3B2, "v"},
    {0x3B3, "g"},
    {0x3B4, "d"},
    {0x3B5, "e"},
    {0x3B6, "z"},
    {0x3B7, "i"},
    {0x3B8, "th"},
    {0x3B9, "i"},
    {0x3BA, "k"},
    {0x3BB, "l"},
    {0x3BC, "m"},
    {0x3BD, "n"},
    {0x3BE, "x"},
    {0x3BF, "o"},
    {0x3C0, "p"},
    {0x3C1, "r"},
    {0x3C2, "s"},
    {0x3C3, "s"},
    {0x3C4, "t"},
    {0x3C5, "y"},
    {0x3C6, "f"},
    {0x3C7, "ch"},
    {0x3C8, "ps"},
    {0x3C9, "o"},
    // Cyrillic, ICAO Doc 9303 with the letters of all its languages.
    {0x430, "a"},
    {0x431, "b"},
    {0x432, "v"},
    {0x433, "g"},
    {0x434, "d"},
    {0x435, "e"},
    {0x436, "zh"},
    {0x437, "z"},
    {0x438, "i"},
    {0x439, "i"},
    {0x43A, "k"},
    {0x43B, "l"},
    {0x43C, "m"},
    {0x43D, "n"},
    {0x43E, "o"},
    {0x43F, "p"},
    {0x440, "r"},
    {0x441, "s"},
    {0x442, "t"},
    {0x443, "u"},
    {0x444, "f"},
    {0x445, "kh"},
    {0x446, "ts"},
    {0x447, "ch"},
    {0x448, "sh"},
    {0x449, "shch"},
    {0x44B, "y"},
    {0x44D, "e"},
    {0x44E, "iu"},
    {0x44F, "ia"},
    {0x451, "e"},
    {0x452, "d"},
    {0x453, "g"},
    {0x454, "ie"},
    {0x455, "dz"},
    {0x456, "i"},
    {0x457, "i"},
    {0x458, "j"},
    {0x459, "lj"},
    {0x45A, "nj"},
    {0x45B, "c"},
    {0x45C, "k"},
    {0x45E, "u"},
    {0x45F, "dz"},
    {0x491, "g"},
    {0x493, "g"},
    {0x49B, "k"},
    {0x4A3, "n"},
    {0x4AF, "u"},
    {0x4B1, "u"},
    {0x4BB, "h"},
    {0x4D9, "a"},
    {0x4E9, "o"},
    // Hebrew; the letters that also stand for vowels are not written.
    {0x5D1, "b"},
    {0x5D2, "g"},
    {0x5D3, "d"},
    {0x5D6, "z"},
    {0x5D8, "t"},
    {0x5DA, "k"},
    {0x5DB, "k"},
    {0x5DC, "l"},
    {0x5DD, "m"},
    {0x5DE, "m"},
    {0x5DF, "n"},
    {0x5E0, "n"},
    {0x5E1, "s"},
    {0x5E3, "p"},
    {0x5E4, "p"},
    {0x5E5, "z"},
    {0x5E6, "z"},
    {0x5E7, "k"},
    {0x5E8, "r"},
    {0x5E9, "s"},
    {0x5EA, "t"},
    // Arabic and Persian.
    {0x628, "b"},
    {0x62A, "t"},
    {0x62B, "t"},
    {0x62C, "g"},
    {0x62D, "h"},
    {0x62E, "h"},
    {0x62F, "d"},
    {0x630, "d"},
    {0x631, "r"},
    {0x632, "z"},
    {0x633, "s"},
    {0x634, "s"},
    {0x635, "s"},
    {0x636, "d"},
    {0x637, "t"},
    {0x638, "z"},
    {0x63A, "g"},
    {0x641, "f"},
    {0x642, "k"},
    {0x643, "k"},
    {0x644, "l"},
    {0x645, "m"},
    {0x646, "n"},
    {0x647, "h"},
    {0x67E, "b"},
    {0x686, "s"},
    {0x698, "z"},
    {0x6A9, "k"},
    {0x6AF, "g"},
    {0x1E9E, "ss"},
};

constexpr Rewrite kArabicSkeleton[] = {
    {"sh", "s"}, {"ch", "s"}, {"kh", "h"}, {"gh", "g"}, {"th", "t"},
    {"dh", "d"}, {"ph", "f"}, {"dj", "g"}, {"ou", ""},  {"h", "", true},
    {"j", "g"},  {"q", "k"},  {"c", "k"},  {"v", "f"},  {"p", "b"},
    {"x", "ks"}, {"a", ""},   {"e", ""},   {"i", ""},   {"o", ""},
    {"u", ""},   {"w", ""},   {"y", ""},
};

constexpr Rewrite kHebrewSkeleton[] = {
    {"sh", "s"}, {"ch", "k"}, {"kh", "k"}, {"ph", "p"}, {"th", "t"},
    {"ts", "z"}, {"tz", "z"}, {"f", "p"},  {"v", "b"},  {"j", "g"},
    {"q", "k"},  {"c", "k"},  {"x", "ks"}, {"h", ""},   {"a", ""},
    {"e", ""},   {"i", ""},   {"o", ""},   {"u", ""},   {"w", ""},
    {"y", ""},
};

constexpr Rewrite kThaiSkeleton[] = {
    {"ch", "c"}, {"sh", "c"}, {"th", "t"}, {"ph", "p"}, {"kh", "k"},
    {"j", "c"},  {"h", ""},   {"a", ""},   {"e", ""},   {"i", ""},
    {"o", ""},   {"u", ""},   {"w", ""},   {"y", ""},
};

constexpr Rewrite kOtherSkeleton[] = {
    {"ch", "c"}, {"sh", "s"}, {"th", "t"}, {"ph", "p"}, {"kh", "k"},
    {"bh", "b"}, {"dh", "d"}, {"gh", "g"}, {"ee", "i"}, {"oo", "u"},
    {"w", "v"},  {"y", "i"},  {"e", "i"},  {"o", "u"},  {"a", ""},
};

struct Variant {
  UChar32 from;
  UChar32 to;
};

constexpr Variant kPlainLetters[] = {
    {0x451, 0x435},
    {0x491, 0x433},
    // Alef with madda or hamza; alef maksura and Persian yeh; teh marbuta;
    // Persian kaf.
    {0x622, 0x627},
    {0x623, 0x627},
    {0x625, 0x627},
    {0x671, 0x627},
    {0x649, 0x64A},
    {0x6CC, 0x64A},
    {0x629, 0x647},
    {0x6A9, 0x643},
};

constexpr Variant kPlainHan[] = {
    {U'髙', U'高'}, {U'﨑', U'崎'}, {U'辺', U'边'}, {U'邉', U'边'},
    {U'沢', U'泽'}, {U'斎', U'斋'}, {U'斉', U'齐'}, {U'浜', U'滨'},
    {U'濵', U'滨'}, {U'桜', U'樱'}, {U'広', U'广'}, {U'眞', U'真'},
    {U'黒', U'黑'}, {U'栄', U'荣'}, {U'恵', U'惠'}, {U'実', U'实'},
    {U'竜', U'龙'}, {U'滝', U'泷'}, {U'関', U'关'}, {U'塩', U'盐'},
    {U'条', U'条'}, {U'徳', U'德'}, {U'隆', U'隆'}, {U'剣', U'剑'},
};

template <size_t kSize>
UChar32 PlainOf(const Variant (&variants)[kSize], UChar32 point) {
  for (const Variant& variant : variants) {
    if (variant.from == point) return variant.to;
  }
  return point;
}

}  // namespace

absl::string_view LetterOf(UChar32 letter) {
  // Digits, and Latin letters beside others, stand for themselves.
  static constexpr absl::string_view kAscii =
      "0123456789abcdefghijklmnopqrstuvwxyz";
  if (letter >= '0' && letter <= '9') {
    return kAscii.substr(static_cast<size_t>(letter - '0'), 1);
  }
  if (letter >= 'a' && letter <= 'z') {
    return kAscii.substr(static_cast<size_t>(letter - 'a') + 10, 1);
  }
  const Letter* const found = std::lower_bound(
      std::begin(kLetters), std::end(kLetters), letter,
      [](const Letter& entry, UChar32 point) { return entry.letter < point; });
  return found != std::end(kLetters) && found->letter == letter ? found->base
                                                                : "";
}

UChar32 PlainLetter(UChar32 letter) { return PlainOf(kPlainLetters, letter); }

UChar32 PlainHan(UChar32 character) { return PlainOf(kPlainHan, character); }

const char* const kInitials[19] = {"g",  "kk", "n", "d",  "tt", "r", "m",
                                   "b",  "pp", "s", "ss", "",   "j", "jj",
                                   "ch", "k",  "t", "p",  "h"};
const char* const kMedials[21] = {"a",  "ae", "ya", "yae", "eo", "e",  "yeo",
                                  "ye", "o",  "wa", "wae", "oe", "yo", "u",
                                  "wo", "we", "wi", "yu",  "eu", "ui", "i"};
const char* const kFinals[28] = {
    "",  "k", "k", "k", "n", "n", "n", "t",  "l", "k", "m", "l", "l", "l",
    "p", "l", "m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"};

absl::Span<const Rewrite> SkeletonRules(NameScript script) {
  switch (script) {
    case NameScript::kArabic:
      return kArabicSkeleton;
    case NameScript::kHebrew:
      return kHebrewSkeleton;
    case NameScript::kThai:
      return kThaiSkeleton;
    default:
      return kOtherSkeleton;
  }
}

}  // namespace concordat::name_tables
