// Digits of all scripts in dates and times.
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/readers/moment.h"

namespace concordat::readers {
namespace {

constexpr UChar32 kTen = 0x5341;
constexpr UChar32 kYear = 0x5E74;
constexpr UChar32 kFirst = 0x5143;  // before the year sign: the first of an era

// 0 ... 10, or -1.
int ChineseNumeral(UChar32 point) {
  constexpr UChar32 kNumerals[] = {0x3007, 0x4E00, 0x4E8C, 0x4E09,
                                   0x56DB, 0x4E94, 0x516D, 0x4E03,
                                   0x516B, 0x4E5D, kTen};
  if (point == 0x96F6) return 0;
  for (int i = 0; i <= 10; ++i) {
    if (point == kNumerals[i]) return i;
  }
  return -1;
}

// The signs for year, month, day, hour, minute and second, which follow a
// number. A numeral elsewhere may be a word: the third day of the week.
bool IsSign(UChar32 point) {
  constexpr UChar32 kSigns[] = {kYear,  0x6708, 0x65E5, 0x53F7, 0x865F, 0x6642,
                                0x65F6, 0x70B9, 0x9EDE, 0x5206, 0x79D2};
  for (const UChar32 sign : kSigns) {
    if (point == sign) return true;
  }
  return false;
}

// Reads Chinese numerals from `at` on, and says where they end. "" where what
// follows is no sign, or where they are no number.
std::string ReadNumerals(absl::string_view text, int32_t* at) {
  const auto size = static_cast<int32_t>(text.size());
  std::string digits;
  int64_t number = 0;  // of a number with tens
  int last = 0;
  bool has_ten = false;
  UChar32 point = 0;
  for (int32_t next = *at; next < size;) {
    U8_NEXT(text.data(), next, size, point);
    const int numeral = ChineseNumeral(point);
    if (numeral < 0) break;
    *at = next;
    if (digits.size() > 8) continue;
    if (numeral == 10) {
      number = (digits.empty() ? 1 : last) * 10;
      has_ten = true;
      last = 0;
    } else {
      last = numeral;
    }
    absl::StrAppend(&digits, numeral);
  }
  if (digits.empty() || digits.size() > 8 || !IsSign(point)) return "";
  return has_ten ? absl::StrCat(number + last) : digits;
}

}  // namespace

std::string WithAsciiDigits(absl::string_view writing) {
  const auto size = static_cast<int32_t>(writing.size());
  std::string plain;
  plain.reserve(writing.size());
  for (int32_t at = 0; at < size;) {
    const int32_t start = at;
    UChar32 point;
    U8_NEXT(writing.data(), at, size, point);
    if (point < 0x80) {
      plain.append(writing.data() + start, static_cast<size_t>(at - start));
      continue;
    }
    const int digit = u_charType(point) == U_DECIMAL_DIGIT_NUMBER
                          ? u_charDigitValue(point)
                          : -1;
    if (digit >= 0) {
      plain.push_back(static_cast<char>('0' + digit));
      continue;
    }
    UChar32 next = 0;
    if (at < size) {
      int32_t after = at;
      U8_NEXT(writing.data(), after, size, next);
    }
    if (point == kFirst && next == kYear) {
      plain.push_back('1');
      continue;
    }
    if (ChineseNumeral(point) >= 0) {
      int32_t end = start;
      const std::string digits = ReadNumerals(writing, &end);
      if (digits.empty()) {
        plain.append(writing.data() + start, static_cast<size_t>(end - start));
      }
      plain += digits;
      at = end;
      continue;
    }
    // Arabic comma; typographic marks that NFKC keeps.
    if (point == 0x60C || point == 0x3001) {
      plain.push_back(',');
    } else if (point == 0x2011 || point == 0x2012 || point == 0x2014) {
      plain.push_back('-');
    } else {
      plain.append(writing.data() + start, static_cast<size_t>(at - start));
    }
  }
  return plain;
}

}  // namespace concordat::readers
