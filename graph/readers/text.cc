// Free text: what graph/text.h folds, and what only readers of prose know.
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

// How often a skeleton is taken of a skeleton. One more time is enough for all
// characters known; the bound is for those of later versions.
constexpr int kSkeletonsMax = 4;

// Calls `visit` with each character and its bytes.
template <typename Visit>
void ForEachPoint(absl::string_view text, Visit visit) {
  const int32_t size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    const int32_t start = at;
    UChar32 point;
    U8_NEXT(text.data(), at, size, point);
    visit(point, text.substr(static_cast<size_t>(start),
                             static_cast<size_t>(at - start)));
  }
}

// A letter that a Turkish or Azerbaijani writer has and most others have not.
bool IsTurkic(UChar32 point) {
  switch (point) {
    case 0x11E:  // G with breve
    case 0x11F:
    case 0x130:  // dotted capital I
    case 0x131:  // dotless small i
    case 0x15E:  // S with cedilla
    case 0x15F:
    case 0xC7:  // C with cedilla
    case 0xE7:
    case 0xD6:  // O and U with diaeresis
    case 0xF6:
    case 0xDC:
    case 0xFC:
      return true;
    default:
      return false;
  }
}

// The capitals of both Turkish i's as small letters. A writing without any
// other Turkish letter was perhaps not typed on a Turkish keyboard, and its I
// may be the capital of either: it is left to the default folding.
std::string WithTurkicCase(absl::string_view writing) {
  bool turkic = false;
  ForEachPoint(writing, [&](UChar32 point, absl::string_view) {
    turkic = turkic || IsTurkic(point);
  });
  std::string cased;
  ForEachPoint(writing, [&](UChar32 point, absl::string_view bytes) {
    if (turkic && point == 'I') {
      cased.append("\xc4\xb1");
    } else if (point == 0x130) {
      cased.push_back('i');
    } else {
      cased.append(bytes.data(), bytes.size());
    }
  });
  return cased;
}

bool IsVulgarFraction(UChar32 point) {
  return (point >= 0xBC && point <= 0xBE) ||
         (point >= 0x2150 && point <= 0x215E) || point == 0x2189;
}

// A space before each fraction that follows a digit: NFKC would make eleven
// halves of one and a half.
std::string WithFractionsApart(absl::string_view writing) {
  std::string apart;
  bool after_digit = false;
  ForEachPoint(writing, [&](UChar32 point, absl::string_view bytes) {
    if (after_digit && IsVulgarFraction(point)) apart.push_back(' ');
    apart.append(bytes.data(), bytes.size());
    after_digit = point >= 0 && u_isdigit(point);
  });
  return apart;
}

// The mark that stands for the same punctuation of another script, which NFKC
// keeps apart; null for everything else.
const char* CommonMark(UChar32 point) {
  switch (point) {
    case 0x60C:   // Arabic comma
    case 0x3001:  // ideographic comma
      return ",";
    case 0x6D4:   // Arabic full stop
    case 0x3002:  // ideographic full stop
      return ".";
    case 0x61B:
      return ";";
    case 0x61F:
      return "?";
    case 0x2044:  // fraction slash
    case 0x2215:
      return "/";
    case 0x301C:  // wave dash, in other encodings' tables a tilde
      return "~";
    case 0x2022:  // bullets and middle dots
    case 0x2027:
    case 0x2219:
    case 0x22C5:
    case 0x30FB:
      return "\xc2\xb7";
    default:
      return nullptr;
  }
}

std::string WithCommonMarks(absl::string_view folded) {
  std::string common;
  common.reserve(folded.size());
  ForEachPoint(folded, [&](UChar32 point, absl::string_view bytes) {
    if (const char* const mark = CommonMark(point); mark != nullptr) {
      common.append(mark);
    } else {
      common.append(bytes.data(), bytes.size());
    }
  });
  return common;
}

std::string FoldProse(absl::string_view writing, const Context& context) {
  if (IsAscii(writing)) return FoldText(writing);
  const std::string& language = context.habits.language;
  std::string prose = WithFractionsApart(writing);
  if (language == "tr" || language == "az") prose = WithTurkicCase(prose);
  return WithCommonMarks(FoldText(prose));
}

// The UTS #39 skeleton of `text`, or `text` where there is none.
std::string SkeletonOf(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  // Built once and never destroyed; taking skeletons does not change it.
  static const USpoofChecker* const kChecker = [&status] {
    return uspoof_open(&status);
  }();
  if (kChecker == nullptr || U_FAILURE(status)) return text;
  icu::UnicodeString skeleton;
  uspoof_getSkeletonUnicodeString(
      kChecker, 0, icu::UnicodeString::fromUTF8(text), skeleton, &status);
  if (U_FAILURE(status)) return text;
  std::string bytes;
  skeleton.toUTF8String(bytes);
  return bytes;
}

// `folded` with one character for all that look like it. Letter case does not
// count, and a capital I looks like a small l: so i, l and 1 are one.
std::string WithoutLookalikes(std::string folded) {
  for (int i = 0; i < kSkeletonsMax; ++i) {
    std::string skeleton = FoldText(SkeletonOf(folded));
    std::replace(skeleton.begin(), skeleton.end(), 'i', 'l');
    if (skeleton == folded) break;
    folded = std::move(skeleton);
  }
  return folded;
}

}  // namespace

Outcome ReadText(absl::string_view writing, const Context& context) {
  std::string folded = FoldProse(writing, context);
  if (!context.attribute.confusables) return Scalar(Text{std::move(folded)});
  context.log.Add("letter case, characters and marks", folded);
  folded = WithoutLookalikes(std::move(folded));
  context.log.Add("characters that look alike", folded);
  return Scalar(Text{std::move(folded)});
}

}  // namespace concordat::readers
