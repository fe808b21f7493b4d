#include "graph/text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"

namespace concordat {
namespace {

bool IsBlank(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c));
}

char Lower(char c) {
  return absl::ascii_tolower(static_cast<unsigned char>(c));
}

// No writing system stacks so many; UAX #15 sets the same bound for streams.
constexpr int kCombiningMarksMax = 30;

// Whether there are more marks in a row than any text has. ICU sorts each row
// by insertion, so that a long one would cost quadratic time.
bool HasEndlessMarks(absl::string_view text) {
  const char* const bytes = text.data();
  const int32_t size = static_cast<int32_t>(text.size());
  int marks = 0;
  for (int32_t at = 0; at < size;) {
    UChar32 point;
    U8_NEXT(bytes, at, size, point);
    // The first combining mark is U+0300.
    const bool is_mark = point >= 0x300 && u_getCombiningClass(point) != 0;
    marks = is_mark ? marks + 1 : 0;
    if (marks > kCombiningMarksMax) return true;
  }
  return false;
}

// Nfkc_casefold by ICU, or `text` unchanged where ICU has no data for it.
std::string CaseFold(absl::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  // The instance is ICU's own and lives for ever.
  const icu::Normalizer2* const normalizer =
      icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) return std::string(text);
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded,
                                        static_cast<int32_t>(text.size()));
  normalizer->normalizeUTF8(
      0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink,
      nullptr, status);
  if (U_FAILURE(status)) return std::string(text);
  return folded;
}

// The ASCII mark that a quotation mark or a dash of any script stands for; 0
// for everything else. The characters are those with the Unicode properties
// Quotation_Mark and Dash (PropList.txt), without the wavy dashes, and those
// that keyboards and word processors give in their place: primes, accents
// standing alone, modifier letters, Hebrew geresh and gershayim.
char PlainMark(UChar32 point) {
  if (point < 0x80) return point == '`' ? '\'' : '\0';
  switch (point) {
    case 0xB4:  // acute accent
    case 0x2B9:
    case 0x2BB:
    case 0x2BC:
    case 0x2BD:
    case 0x55A:
    case 0x5F3:   // geresh
    case 0x1FBD:  // koronis
    case 0x1FBF:
    case 0x1FFD:
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032:
    case 0x2035:
    case 0x2039:
    case 0x203A:
    case 0x275B:
    case 0x275C:
      return '\'';
    case 0xAB:
    case 0xBB:
    case 0x5F4:  // gershayim
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
    case 0x2036:
    case 0x275D:
    case 0x275E:
    case 0x2E42:
    case 0x300C:
    case 0x300D:
    case 0x300E:
    case 0x300F:
    case 0x301D:
    case 0x301E:
    case 0x301F:
      return '"';
    case 0x2D7:
    case 0x58A:
    case 0x5BE:
    case 0x1806:
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2043:
    case 0x2212:
    case 0x2796:
    case 0x2E3A:
    case 0x2E3B:
      return '-';
    default:
      return '\0';
  }
}

// Nothing is seen of it, and Unicode does not count it as ignorable: controls
// other than white space, interlinear annotation marks.
bool IsControl(UChar32 point) {
  return (point >= 0 && point < 0x20 && !(point >= 9 && point <= 13)) ||
         (point >= 0x7F && point < 0xA0 && point != 0x85) ||
         (point >= 0xFFF9 && point <= 0xFFFB);
}

// Marks that NFKC would take apart: into a space and an accent, or into two
// single primes.
bool FallsApart(UChar32 point) {
  return point == 0xB4 || point == 0x1FBD || point == 0x1FBF ||
         point == 0x1FFD || point == 0x2033 || point == 0x2036;
}

// `text` as ICU should see it: without controls, which must not stand between
// a letter and its accent, and with the marks that fall apart made plain.
// Nearly always there is nothing to do, and `*prepared` stays empty.
absl::string_view Prepare(absl::string_view text, std::string* prepared) {
  const char* const bytes = text.data();
  const int32_t size = static_cast<int32_t>(text.size());
  int32_t copied = 0;
  for (int32_t at = 0; at < size;) {
    const int32_t start = at;
    UChar32 point;
    U8_NEXT(bytes, at, size, point);
    const bool falls_apart = FallsApart(point);
    if (!falls_apart && !IsControl(point)) continue;
    prepared->append(bytes + copied, static_cast<size_t>(start - copied));
    if (falls_apart) prepared->push_back(PlainMark(point));
    copied = at;
  }
  if (copied == 0) return text;
  prepared->append(bytes + copied, static_cast<size_t>(size - copied));
  return *prepared;
}

// Whether the characters at `at` and `want` differ in letter case at most;
// steps behind both.
bool SameLetter(absl::string_view text, size_t* at, absl::string_view pattern,
                size_t* want) {
  auto i = static_cast<int32_t>(*at);
  auto j = static_cast<int32_t>(*want);
  UChar32 a;
  UChar32 b;
  U8_NEXT(text.data(), i, static_cast<int32_t>(text.size()), a);
  U8_NEXT(pattern.data(), j, static_cast<int32_t>(pattern.size()), b);
  *at = static_cast<size_t>(i);
  *want = static_cast<size_t>(j);
  return a >= 0 && b >= 0 &&
         u_foldCase(a, U_FOLD_CASE_DEFAULT) ==
             u_foldCase(b, U_FOLD_CASE_DEFAULT);
}

// Collapses and trims white space and makes marks plain, in place.
void CollapseWhiteSpace(std::string* text) {
  const char* const bytes = text->data();
  const int32_t size = static_cast<int32_t>(text->size());
  size_t out = 0;
  bool pending = false;
  int32_t at = 0;
  while (at < size) {
    const int32_t start = at;
    UChar32 point;
    U8_NEXT(bytes, at, size, point);
    if (point >= 0 && u_isUWhiteSpace(point)) {
      pending = out > 0;
      continue;
    }
    if (pending) (*text)[out++] = ' ';
    pending = false;
    if (const char mark = PlainMark(point); mark != '\0') {
      (*text)[out++] = mark;
      continue;
    }
    // Never overtakes the reading position: a pending space replaces at least
    // one byte.
    for (int32_t i = start; i < at; ++i) (*text)[out++] = (*text)[i];
  }
  text->resize(out);
}

// What becomes of each ASCII character: itself, its lower case or its plain
// mark; ' ' for white space; kDropped for controls.
constexpr char kDropped = '\0';
constexpr std::array<char, 128> kFolded = [] {
  std::array<char, 128> folded{};
  for (size_t i = 0; i < 128; ++i) {
    const char c = static_cast<char>(i);
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    const bool control = c < ' ' || c == 0x7F;
    folded[i] = blank ? ' ' : control ? kDropped : c;
    if (c >= 'A' && c <= 'Z') folded[i] = static_cast<char>(c - 'A' + 'a');
    if (c == '`') folded[i] = '\'';
  }
  return folded;
}();

// The characters of an ASCII text folded, one after another.
class AsciiFolding {
 public:
  static constexpr int kEnd = -1;

  explicit AsciiFolding(absl::string_view text)
      : at_(text.data()), end_(text.data() + text.size()) {}

  // The next character, or kEnd.
  int Next() {
    const char* at = at_;
    while (at != end_) {
      const char c = kFolded[static_cast<unsigned char>(*at) & 0x7F];
      ++at;
      if (c == ' ' || c == kDropped) {
        blank_ = blank_ || (c == ' ' && started_);
        continue;
      }
      if (blank_) {
        // The character comes again after the space.
        blank_ = false;
        at_ = at - 1;
        return ' ';
      }
      started_ = true;
      at_ = at;
      return c;
    }
    at_ = at;
    return kEnd;
  }

 private:
  const char* at_;
  const char* end_;
  bool blank_ = false;
  bool started_ = false;
};

// The same for an ASCII code.
class AsciiCodeFolding {
 public:
  static constexpr int kEnd = AsciiFolding::kEnd;

  explicit AsciiCodeFolding(absl::string_view text)
      : text_(text), ahead_(text_.Next()) {}

  int Next() {
    int c = std::exchange(ahead_, kEnd);
    if (c == kEnd) return kEnd;
    ahead_ = text_.Next();
    if (c == ' ') {
      // "gold - plus" is "gold-plus".
      if (!after_mark_ && !IsMark(ahead_)) {
        after_mark_ = true;
        return '_';
      }
      // Folding leaves no space at an end, nor two in a row.
      c = std::exchange(ahead_, kEnd);
      ahead_ = text_.Next();
    }
    after_mark_ = IsMark(c);
    return after_mark_ ? '_' : c;
  }

 private:
  static bool IsMark(int c) { return c == '-' || c == '_'; }

  AsciiFolding text_;
  int ahead_;
  bool after_mark_ = false;
};

// `text`, which is ASCII, folded by `Folding`.
template <typename Folding>
std::string Fold(absl::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  Folding folding(text);
  for (int c = folding.Next(); c != Folding::kEnd; c = folding.Next()) {
    folded.push_back(static_cast<char>(c));
  }
  return folded;
}

// Whether `text`, as far as it is ASCII, is folded to `folded`.
template <typename Folding>
bool MatchesFolded(absl::string_view text, absl::string_view folded) {
  Folding folding(text);
  for (const char want : folded) {
    if (folding.Next() != static_cast<unsigned char>(want)) return false;
  }
  return folding.Next() == Folding::kEnd;
}

}  // namespace

bool IsAscii(absl::string_view text) {
  const char* at = text.data();
  size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    if ((word & 0x8080808080808080u) != 0) return false;
  }
  for (; left > 0; ++at, --left) {
    if (static_cast<unsigned char>(*at) >= 0x80) return false;
  }
  return true;
}

bool IsValidUtf8(absl::string_view text) {
  if (IsAscii(text)) return true;
  size_t at = 0;
  while (at < text.size()) {
    const auto byte = [&](size_t i) {
      return static_cast<unsigned char>(text[i]);
    };
    const unsigned char lead = byte(at);
    if (lead < 0x80) {
      ++at;
      continue;
    }
    // The bounds of the second byte exclude overlong forms (E0, F0),
    // surrogates (ED) and what is above U+10FFFF (F4).
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    size_t length = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
      length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
      length = 3;
      if (lead == 0xE0) low = 0xA0;
      if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
      length = 4;
      if (lead == 0xF0) low = 0x90;
      if (lead == 0xF4) high = 0x8F;
    } else {
      return false;
    }
    if (text.size() - at < length) return false;
    if (byte(at + 1) < low || byte(at + 1) > high) return false;
    for (size_t i = 2; i < length; ++i) {
      if ((byte(at + i) & 0xC0) != 0x80) return false;
    }
    at += length;
  }
  return true;
}

absl::string_view TrimWhiteSpace(absl::string_view text) {
  const char* const bytes = text.data();
  int32_t end = static_cast<int32_t>(text.size());
  int32_t start = 0;
  while (start < end) {
    int32_t next = start;
    UChar32 point;
    U8_NEXT(bytes, next, end, point);
    if (point < 0 || !u_isUWhiteSpace(point)) break;
    start = next;
  }
  while (end > start) {
    int32_t previous = end;
    UChar32 point;
    U8_PREV(bytes, start, previous, point);
    if (point < 0 || !u_isUWhiteSpace(point)) break;
    end = previous;
  }
  return text.substr(static_cast<size_t>(start),
                     static_cast<size_t>(end - start));
}

std::string FoldText(absl::string_view text) {
  if (IsAscii(text)) return Fold<AsciiFolding>(text);
  std::string prepared;
  text = Prepare(text, &prepared);
  std::string folded =
      HasEndlessMarks(text) ? std::string(text) : CaseFold(text);
  CollapseWhiteSpace(&folded);
  return folded;
}

std::string FoldCode(absl::string_view text) {
  if (IsAscii(text)) return Fold<AsciiCodeFolding>(text);
  std::string folded = FoldText(text);
  const auto is_mark = [](char c) { return c == '-' || c == '_'; };
  size_t out = 0;
  for (size_t i = 0; i < folded.size(); ++i) {
    const char c = folded[i];
    if (c == ' ') {
      // "gold - plus" is "gold-plus". Folding leaves no space at an end.
      const bool beside_mark =
          (out > 0 && folded[out - 1] == '_') || is_mark(folded[i + 1]);
      if (!beside_mark) folded[out++] = '_';
    } else {
      folded[out++] = is_mark(c) ? '_' : c;
    }
  }
  folded.resize(out);
  return folded;
}

bool EqualsFolded(absl::string_view a, absl::string_view b) {
  if (!IsAscii(a) || !IsAscii(b)) return FoldText(a) == FoldText(b);
  AsciiFolding of_a(a);
  AsciiFolding of_b(b);
  while (true) {
    const int c = of_a.Next();
    if (c != of_b.Next()) return false;
    if (c == AsciiFolding::kEnd) return true;
  }
}

bool FoldsTo(absl::string_view raw, absl::string_view folded) {
  if (!IsAscii(raw)) return FoldText(raw) == folded;
  return MatchesFolded<AsciiFolding>(raw, folded);
}

bool FoldsToCode(absl::string_view raw, absl::string_view folded) {
  if (!IsAscii(raw)) return FoldCode(raw) == folded;
  return MatchesFolded<AsciiCodeFolding>(raw, folded);
}

size_t MatchPrefix(absl::string_view text, absl::string_view pattern) {
  size_t at = 0;
  size_t want = 0;
  while (want < pattern.size()) {
    if (at == text.size()) return absl::string_view::npos;
    if (IsBlank(pattern[want])) {
      if (!IsBlank(text[at])) return absl::string_view::npos;
      while (want < pattern.size() && IsBlank(pattern[want])) ++want;
      while (at < text.size() && IsBlank(text[at])) ++at;
      continue;
    }
    if (static_cast<unsigned char>(text[at]) >= 0x80 &&
        static_cast<unsigned char>(pattern[want]) >= 0x80) {
      if (!SameLetter(text, &at, pattern, &want)) {
        return absl::string_view::npos;
      }
      continue;
    }
    if (Lower(text[at]) != Lower(pattern[want])) {
      return absl::string_view::npos;
    }
    ++at;
    ++want;
  }
  return at;
}

}  // namespace concordat
