#include "graph/readers/number_text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace concordat::readers {
namespace {

// What a character is written as: "" for not at all.
struct Form {
  UChar32 point;
  absl::string_view plain;
};

// In ascending order. White space, dashes, digits and superscripts are found
// by rule.
constexpr Form kForms[] = {
    {0x00AD, ""},  // soft hyphen
    {0x00B5, "\xce\xbc"},
    {0x00BA, "\xc2\xb0"},  // ordinal indicator, taken for the degree sign
    {0x00D7, "*"},
    {0x02BC, "'"},
    {0x02DA, "\xc2\xb0"},
    {0x061C, ""},  // Arabic letter mark
    {0x066A, "%"},
    {0x066B, kArabicDecimalMark},
    {0x066C, "_"},
    {0x2018, "'"},
    {0x2019, "'"},
    {0x201B, "'"},
    {0x201C, "\""},
    {0x201D, "\""},
    {0x2032, "'"},
    {0x2033, "\""},
    {0x2044, "/"},
    {0x20AC, "\xe2\x82\xac"},
    {0x2103,
     "\xc2\xb0"
     "C"},
    {0x2109,
     "\xc2\xb0"
     "F"},
    {0x2113, "l"},
    {0x2126, "\xce\xa9"},
    {0x212A, "K"},
    {0x2215, "/"},
    {0x22C5, "*"},
    {0xFE63, "-"},
    {0xFEFF, ""},
};

struct Fraction {
  UChar32 point;
  absl::string_view plain;
};

constexpr Fraction kFractions[] = {
    {0x00BC, "1/4"}, {0x00BD, "1/2"},  {0x00BE, "3/4"}, {0x2150, "1/7"},
    {0x2151, "1/9"}, {0x2152, "1/10"}, {0x2153, "1/3"}, {0x2154, "2/3"},
    {0x2155, "1/5"}, {0x2156, "2/5"},  {0x2157, "3/5"}, {0x2158, "4/5"},
    {0x2159, "1/6"}, {0x215A, "5/6"},  {0x215B, "1/8"}, {0x215C, "3/8"},
    {0x215D, "5/8"}, {0x215E, "7/8"},
};

// Of a superscript digit or minus, the plain one; 0 for none.
char SuperscriptOf(UChar32 point) {
  switch (point) {
    case 0x00B9:
      return '1';
    case 0x00B2:
      return '2';
    case 0x00B3:
      return '3';
    case 0x2070:
      return '0';
    case 0x207B:
      return '-';
    default:
      break;
  }
  if (point < 0x2074 || point > 0x2079) return 0;
  return static_cast<char>('4' + (point - 0x2074));
}

// Hyphens and dashes of every width; the soft one is none.
bool IsDash(UChar32 point) {
  return (point >= 0x2010 && point <= 0x2015) || point == 0x2212;
}

// Whether NFKC leaves the character as it is and nothing joins to it: letters
// of Latin, Greek and Cyrillic, ideographs, syllables, currency symbols.
bool IsPlain(UChar32 point) {
  return (point >= 0xA2 && point <= 0xA7) || point == 0xB0 ||
         (point >= 0xC0 && point < 0x132) ||
         (point >= 0x14A && point < 0x17F) ||
         (point >= 0x391 && point < 0x3CF) ||
         (point >= 0x400 && point < 0x483) ||
         (point >= 0x20A0 && point < 0x20C0 && point != 0x20A8) ||
         (point >= 0x3041 && point < 0x3097) ||
         (point >= 0x30A1 && point < 0x30FF) ||
         (point >= 0x4E00 && point < 0xA000) ||
         (point >= 0xAC00 && point < 0xD7A4) || point == 0x2030;
}

constexpr int kMarksMax = 30;  // in a row: as in graph/text.cc

class PlainWriter {
 public:
  explicit PlainWriter(size_t size) { plain_.reserve(size); }

  void Add(UChar32 point);
  std::string Finish() &&;

 private:
  void AddAscii(char c);
  void AddText(absl::string_view text) {
    FlushSpace();
    plain_.append(text.data(), text.size());
    in_superscript_ = false;
  }
  void AddFraction(absl::string_view fraction);
  void AddSuperscript(char c);
  void AddOther(UChar32 point);
  void FlushSpace() {
    if (pending_space_ && !plain_.empty()) plain_.push_back(' ');
    pending_space_ = false;
  }

  std::string plain_;
  bool pending_space_ = false;
  bool in_superscript_ = false;
  bool needs_nfkc_ = false;
  int marks_ = 0;
  bool endless_marks_ = false;
};

void PlainWriter::AddAscii(char c) {
  if (absl::ascii_isspace(static_cast<unsigned char>(c))) {
    pending_space_ = true;
    return;
  }
  FlushSpace();
  plain_.push_back(c);
  in_superscript_ = false;
}

void PlainWriter::AddFraction(absl::string_view fraction) {
  if (!plain_.empty() &&
      absl::ascii_isdigit(static_cast<unsigned char>(plain_.back()))) {
    pending_space_ = true;
  }
  AddText(fraction);
}

void PlainWriter::AddSuperscript(char c) {
  FlushSpace();
  if (!in_superscript_) plain_.push_back('^');
  plain_.push_back(c);
  in_superscript_ = true;
}

void PlainWriter::AddOther(UChar32 point) {
  const int32_t digit = u_charDigitValue(point);
  if (digit >= 0 && u_charType(point) == U_DECIMAL_DIGIT_NUMBER) {
    return AddAscii(static_cast<char>('0' + digit));
  }
  if (u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return;
  needs_nfkc_ = true;
  marks_ = u_getCombiningClass(point) != 0 ? marks_ + 1 : 0;
  if (marks_ > kMarksMax) endless_marks_ = true;
  uint8_t bytes[U8_MAX_LENGTH];
  int32_t length = 0;
  U8_APPEND_UNSAFE(bytes, length, point);
  AddText(absl::string_view(reinterpret_cast<const char*>(bytes),
                            static_cast<size_t>(length)));
}

void PlainWriter::Add(UChar32 point) {
  if (point < 0x80) return AddAscii(static_cast<char>(point));
  if (point >= 0xFF01 && point <= 0xFF5E) {  // full-width ASCII
    return AddAscii(static_cast<char>(point - 0xFEE0));
  }
  for (const Form& form : kForms) {
    if (point < form.point) break;
    if (point > form.point) continue;
    if (!form.plain.empty()) AddText(form.plain);
    return;
  }
  if (IsPlain(point)) {
    uint8_t bytes[U8_MAX_LENGTH];
    int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, point);
    return AddText(absl::string_view(reinterpret_cast<const char*>(bytes),
                                     static_cast<size_t>(length)));
  }
  if (point == 0xA0 || u_isUWhiteSpace(point)) {
    pending_space_ = true;
    return;
  }
  if (IsDash(point)) return AddAscii('-');
  // A raised point: between digits the old British decimal mark, else the
  // product of two units.
  if (point == 0xB7) {
    const bool after_digit =
        !plain_.empty() &&
        absl::ascii_isdigit(static_cast<unsigned char>(plain_.back()));
    return AddAscii(after_digit ? '.' : '*');
  }
  if (const char raised = SuperscriptOf(point); raised != 0) {
    return AddSuperscript(raised);
  }
  for (const Fraction& fraction : kFractions) {
    if (point == fraction.point) return AddFraction(fraction.plain);
  }
  AddOther(point);
}

std::string PlainWriter::Finish() && {
  if (!needs_nfkc_ || endless_marks_) return std::move(plain_);
  UErrorCode status = U_ZERO_ERROR;
  // The instance is ICU's own and lives for ever.
  const icu::Normalizer2* const normalizer =
      icu::Normalizer2::getNFKCInstance(status);
  if (U_FAILURE(status)) return std::move(plain_);
  std::string normal;
  icu::StringByteSink<std::string> sink(&normal,
                                        static_cast<int32_t>(plain_.size()));
  normalizer->normalizeUTF8(
      0, icu::StringPiece(plain_.data(), static_cast<int32_t>(plain_.size())),
      sink, nullptr, status);
  return U_FAILURE(status) ? std::move(plain_) : normal;
}

}  // namespace

bool IsPlainNumberText(absl::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] >= 0) continue;
    const absl::string_view two = text.substr(at, 2);
    const absl::string_view three = text.substr(at, 3);
    if (two == "\xc2\xa3" || two == "\xc2\xa5" || two == "\xc2\xb0") {
      at += 1;
    } else if (three == "\xe2\x82\xac" || three == "\xe2\x82\xb9" ||
               three == "\xe2\x82\xbd") {
      at += 2;
    } else {
      return false;
    }
  }
  return true;
}

std::string PlainNumberText(absl::string_view text) {
  PlainWriter writer(text.size());
  const char* const bytes = text.data();
  const int32_t size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    UChar32 point;
    U8_NEXT(bytes, at, size, point);
    writer.Add(point < 0 ? 0xFFFD : point);
  }
  return std::move(writer).Finish();
}

}  // namespace concordat::readers
