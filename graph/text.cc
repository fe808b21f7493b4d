#include "graph/text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

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

// Collapses and trims white space in place.
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
    // Never overtakes the reading position: a pending space replaces at least
    // one byte.
    for (int32_t i = start; i < at; ++i) (*text)[out++] = (*text)[i];
  }
  text->resize(out);
}

std::string FoldAscii(absl::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  bool pending = false;
  for (const char c : text) {
    if (IsBlank(c)) {
      pending = !folded.empty();
      continue;
    }
    if (pending) folded.push_back(' ');
    pending = false;
    folded.push_back(Lower(c));
  }
  return folded;
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
  if (IsAscii(text)) return FoldAscii(text);
  std::string folded =
      HasEndlessMarks(text) ? std::string(text) : CaseFold(text);
  CollapseWhiteSpace(&folded);
  return folded;
}

std::string FoldCode(absl::string_view text) {
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
  a = absl::StripAsciiWhitespace(a);
  b = absl::StripAsciiWhitespace(b);
  return MatchPrefix(a, b) == a.size();
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
    if (Lower(text[at]) != Lower(pattern[want])) {
      return absl::string_view::npos;
    }
    ++at;
    ++want;
  }
  return at;
}

}  // namespace concordat
