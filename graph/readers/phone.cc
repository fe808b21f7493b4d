// Phone numbers. libphonenumber knows the plans of all countries; this file
// takes from a writing what the library would misread, for it skips what it
// does not know and takes any word for keypad letters.
#include <phonenumbers/phonenumberutil.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "graph/readers/phone_plans.h"
#include "graph/readers/phone_words.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

using ::i18n::phonenumbers::PhoneNumber;
using ::i18n::phonenumbers::PhoneNumberUtil;

constexpr absl::string_view kPhoneExpected =
    "phone number expected, such as +49 30 12345";
constexpr absl::string_view kTwoNumbers =
    "phone number: more than one number; report each alone";
constexpr absl::string_view kMasked = "phone number: digits are masked";
constexpr absl::string_view kRounded =
    "phone number: a spreadsheet has rounded it; export the column as text";

constexpr auto kNone = absl::string_view::npos;

// Fewer digits than this name no subscriber in any plan that channels report.
constexpr size_t kPhoneDigitsMin = 6;
// E.164 allows 15; the national part alone is never longer.
constexpr size_t kPhoneDigitsMax = 15;
// With the prefix for calls abroad and a trunk prefix beside the country code.
constexpr size_t kWrittenDigitsMax = 20;
// With all its brackets, blanks and extension. The library's own expressions
// take milliseconds for longer ones.
constexpr size_t kPhoneBytesMax = 96;
constexpr size_t kExtensionDigitsMax = 9;
// A slash after so many digits separates two numbers, not an area code.
constexpr size_t kDigitsBeforeSlashMax = 8;
// Fewer letters than this are no word to dial.
constexpr size_t kVanityLettersMin = 3;

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}
// Of any script: what is not ASCII here is folded text.
bool IsLetter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalpha(byte) || byte >= 0x80;
}
bool IsOneOf(char c, absl::string_view chars) { return chars.find(c) != kNone; }

size_t CountDigits(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), IsDigit));
}

// What a writing consists of, without labels and marks.
struct Parts {
  // "+4930123456" or "030123456", with letters as they are.
  std::string number;
  std::string extension;
  size_t letters = 0;
  std::string problem;
};

// Digits of all scripts as ASCII; long vowel marks between digits, which
// Japanese keyboards give for hyphens, as hyphens.
std::string WithAsciiDigits(absl::string_view writing) {
  std::string plain;
  const int32_t size = static_cast<int32_t>(writing.size());
  for (int32_t at = 0; at < size;) {
    const int32_t start = at;
    UChar32 point;
    U8_NEXT(writing.data(), at, size, point);
    const int32_t digit = point < 0x80 ? -1 : u_charDigitValue(point);
    if (digit >= 0) {
      plain.push_back(static_cast<char>('0' + digit));
    } else if (point == 0x30FC || point == 0x2500 || point == 0xB7 ||
               point == 0x30FB || point == 0x2022) {
      plain.push_back('-');
    } else {
      plain.append(writing.data() + start, static_cast<size_t>(at - start));
    }
  }
  return plain;
}

// 4.91701E+11
bool IsRoundedBySpreadsheet(absl::string_view text) {
  const size_t e = text.find_first_of("eE");
  if (e == kNone || e == 0 || e + 1 >= text.size()) return false;
  const absl::string_view mantissa = text.substr(0, e);
  absl::string_view exponent = text.substr(e + 1);
  absl::ConsumePrefix(&exponent, "+");
  return !exponent.empty() && exponent.size() <= 2 &&
         std::all_of(exponent.begin(), exponent.end(), IsDigit) &&
         mantissa.find_first_not_of("0123456789.,") == kNone;
}

// 4930123456.0, as a table of numbers is exported, without the fraction.
absl::string_view WithoutFraction(absl::string_view text) {
  absl::string_view whole = text;
  return absl::ConsumeSuffix(&whole, ".0") && whole.size() > kPhoneDigitsMin &&
                 std::all_of(whole.begin(), whole.end(), IsDigit)
             ? whole
             : text;
}

// +49 30 12XXXX, 030 ****56
bool IsMasked(absl::string_view text) {
  for (const absl::string_view mask : {"xx", "XX", "**", "##", "??", "__"}) {
    if (absl::StrContains(text, mask)) return true;
  }
  return false;
}

// The word at the start of `text`; a full stop after it is none of it.
absl::string_view FirstWord(absl::string_view text) {
  size_t end = 0;
  while (end < text.size() && IsLetter(text[end])) ++end;
  return text.substr(0, end);
}

// Without "Tel.:" and "Mobile (private):" in front and "(office)" at the end,
// quotation marks and what else exports leave around a number.
absl::string_view WithoutLabels(absl::string_view text) {
  constexpr absl::string_view kAround = "'\"`=:,;. \t\n";
  while (!text.empty()) {
    const size_t before = text.size();
    while (!text.empty() && absl::StrContains(kAround, text.substr(0, 1))) {
      text.remove_prefix(1);
    }
    absl::string_view rest = text;
    const bool bracket = absl::ConsumePrefix(&rest, "(");
    const absl::string_view word = FirstWord(rest);
    if (!word.empty() && IsPhoneLabel(absl::AsciiStrToLower(word))) {
      rest.remove_prefix(word.size());
      absl::ConsumePrefix(&rest, ".");
      if (!bracket || absl::ConsumePrefix(&rest, ")")) {
        text = rest;
        absl::ConsumePrefix(&text, "-");
      }
    }
    if (text.size() == before) break;
  }
  while (!text.empty() &&
         absl::StrContains("'\"`,;.:-# ", text.substr(text.size() - 1))) {
    text.remove_suffix(1);
  }
  const size_t open = text.rfind('(');
  if (open != kNone && absl::EndsWith(text, ")")) {
    const absl::string_view inside =
        text.substr(open + 1, text.size() - open - 2);
    if (FirstWord(inside) == inside &&
        IsPhoneLabel(absl::AsciiStrToLower(inside))) {
      text = TrimWhiteSpace(text.substr(0, open));
    }
  }
  return text;
}

// The parameters of a tel: URI (RFC 3966) after its number.
void ReadUriParameters(absl::string_view parameters, Parts* parts) {
  while (!parameters.empty()) {
    const size_t end = parameters.find(';');
    absl::string_view one = parameters.substr(0, end);
    parameters.remove_prefix(end == kNone ? parameters.size() : end + 1);
    if (absl::StartsWithIgnoreCase(one, "ext=")) {
      parts->extension = std::string(one.substr(4));
    } else if (absl::StartsWithIgnoreCase(one, "phone-context=+") &&
               !absl::StartsWith(parts->number, "+")) {
      parts->number = absl::StrCat(one.substr(14), parts->number);
    }
  }
}

// The digits after an extension's mark, and nothing else.
void ReadExtension(absl::string_view text, Parts* parts) {
  for (const char c : text) {
    if (IsDigit(c)) {
      parts->extension.push_back(c);
    } else if (!IsOneOf(c, " .:-=#()")) {
      parts->problem = std::string(kPhoneExpected);
    }
  }
  if (parts->extension.empty() ||
      parts->extension.size() > kExtensionDigitsMax) {
    parts->problem = std::string(kPhoneExpected);
  }
}

// The length of what announces an extension at the start of `text`, which
// follows a whole number: a word, '#', or pauses for the dialler before a few
// digits. 0: nothing does.
size_t ExtensionMark(absl::string_view text) {
  if (text[0] == '#') return 1;
  const absl::string_view word = FirstWord(text);
  if (!word.empty()) {
    return IsExtensionWord(absl::AsciiStrToLower(word)) ? word.size() : 0;
  }
  if (!IsOneOf(text[0], ",;")) return 0;
  const size_t pauses = std::min(text.find_first_not_of(",; "), text.size());
  const absl::string_view rest = text.substr(pauses);
  const bool few = !rest.empty() && rest.size() < kPhoneDigitsMin &&
                   std::all_of(rest.begin(), rest.end(), IsDigit);
  return few ? pauses : 0;
}

// Whether a second number starts at `text`, after so many digits.
bool IsSecondNumber(absl::string_view text, size_t digits) {
  if (text[0] == '+') return true;
  if (digits <= kDigitsBeforeSlashMax || !IsOneOf(text[0], "/;,|&\n")) {
    return false;
  }
  const size_t next = text.find_first_not_of("/;,|& \n");
  return next != kNone && (IsDigit(text[next]) || IsOneOf(text[next], "+("));
}

// Cuts `text`, which has no labels, into number and extension.
void Cut(absl::string_view text, Parts* parts) {
  size_t digits = 0;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    const absl::string_view rest = text.substr(at);
    if (IsDigit(c)) {
      parts->number.push_back(c);
      ++digits;
      ++at;
      continue;
    }
    if (digits >= kPhoneDigitsMin) {
      if (const size_t mark = ExtensionMark(rest); mark > 0) {
        return ReadExtension(rest.substr(mark), parts);
      }
      if (IsSecondNumber(rest, digits)) {
        parts->problem = std::string(kTwoNumbers);
        return;
      }
    }
    // The trunk prefix that is not dialled from abroad. In Italy it is.
    if (absl::StartsWith(rest, "(0)") && !absl::StartsWith(text, "+39") &&
        (absl::StartsWith(parts->number, "+") ||
         absl::StartsWith(parts->number, "00"))) {
      at += 3;
    } else if (absl::ascii_isalpha(static_cast<unsigned char>(c))) {
      parts->number.push_back(c);
      ++parts->letters;
      ++at;
    } else if (c == '+' && digits == 0) {
      if (parts->number.empty()) parts->number.push_back('+');
      ++at;
    } else if (IsOneOf(c, "()[]-./ ~,;:=\t\n")) {
      ++at;
    } else {
      parts->problem = std::string(kPhoneExpected);
      return;
    }
  }
}

// The parts of a whole writing.
Parts Take(absl::string_view text, const Context& context) {
  Parts parts;
  if (IsRoundedBySpreadsheet(text)) {
    parts.problem = std::string(kRounded);
  } else if (IsMasked(text)) {
    parts.problem = std::string(kMasked);
  } else if (absl::StartsWithIgnoreCase(text, "tel:")) {
    text.remove_prefix(4);
    const size_t end = text.find(';');
    Cut(text.substr(0, end), &parts);
    if (end != kNone) ReadUriParameters(text.substr(end + 1), &parts);
    context.log.Add("tel: URI", parts.number);
  } else {
    const absl::string_view bare = WithoutFraction(WithoutLabels(text));
    if (bare.size() != text.size()) context.log.Add("label", bare);
    Cut(bare, &parts);
  }
  const char first = parts.number.empty() ? '\0' : parts.number[0];
  if (parts.problem.empty() && !IsDigit(first) && first != '+') {
    parts.problem = std::string(kPhoneExpected);
  }
  if (parts.problem.empty() && CountDigits(parts.number) > kWrittenDigitsMax) {
    parts.problem = std::string(kPhoneExpected);
  }
  return parts;
}

// The digits alone, for a number of unknown country.
Outcome ReadIncomplete(Parts parts) {
  Phone phone;
  phone.complete = false;
  phone.number = std::move(parts.number);
  phone.extension = std::move(parts.extension);
  // Leading zeros are how one dials within the country.
  phone.number.erase(
      0, std::min(phone.number.find_first_not_of('0'), phone.number.size()));
  if (phone.number.size() < kPhoneDigitsMin ||
      phone.number.size() > kPhoneDigitsMax) {
    return Outcome::Problem(std::string(kPhoneExpected));
  }
  return Scalar(std::move(phone));
}

// E.164, as the library's own format, without its cost.
std::string E164(const PhoneNumber& number) {
  const auto zeros =
      static_cast<size_t>(number.italian_leading_zero()
                              ? std::max(number.number_of_leading_zeros(), 1)
                              : 0);
  return absl::StrCat("+", number.country_code(), std::string(zeros, '0'),
                      number.national_number());
}

// The E.164 form that reads as itself. Of a number outside its country's plan
// the library takes one more digit for dialling away each time it is read.
std::string StableNumber(const PhoneNumberUtil& library,
                         PhoneNumberUtil::ValidationResult& possible,
                         PhoneNumber parsed) {
  std::string number = E164(parsed);
  while (possible != PhoneNumberUtil::IS_POSSIBLE ||
         (parsed.italian_leading_zero() && parsed.country_code() != 39)) {
    PhoneNumber again;
    if (library.Parse(number, "ZZ", &again) !=
        PhoneNumberUtil::NO_PARSING_ERROR) {
      break;
    }
    std::string shorter = E164(again);
    if (shorter.size() >= number.size()) break;
    number = std::move(shorter);
    parsed = again;
    possible = library.IsPossibleNumberWithReason(parsed);
  }
  return number;
}

// The keys of ITU-T E.161 that the letters stand on.
std::string Dialled(std::string number) {
  constexpr absl::string_view kKeys = "22233344455566677778889999";
  for (char& c : number) {
    if (IsDigit(c) || c == '+') continue;
    c = kKeys[static_cast<size_t>(
        absl::ascii_tolower(static_cast<unsigned char>(c)) - 'a')];
  }
  return number;
}

// Whether the letters of `written` are dialled, and not a word beside the
// number: the digits alone are none, and with the letters they are one of the
// kind that companies have words for, or, in North America where numbers have
// one length, any.
bool IsVanity(const PhoneNumberUtil& library, const std::string& written,
              const std::string& region, const PhoneNumber& parsed) {
  std::string digits = written;
  digits.erase(std::remove_if(digits.begin(), digits.end(),
                              [](char c) { return !IsDigit(c) && c != '+'; }),
               digits.end());
  PhoneNumber alone;
  if (library.Parse(digits, region, &alone) ==
          PhoneNumberUtil::NO_PARSING_ERROR &&
      library.IsValidNumber(alone)) {
    return false;
  }
  if (parsed.country_code() == 1) return library.IsValidNumber(parsed);
  switch (library.GetNumberType(parsed)) {
    case PhoneNumberUtil::TOLL_FREE:
    case PhoneNumberUtil::PREMIUM_RATE:
    case PhoneNumberUtil::SHARED_COST:
    case PhoneNumberUtil::UAN:
      return true;
    default:
      return false;
  }
}

// The library's Parse, without its cost where nothing is to be found out.
PhoneNumberUtil::ErrorType Parse(const PhoneNumberUtil& library,
                                 const std::string& number,
                                 const std::string& region,
                                 PhoneNumber* parsed) {
  if (const std::optional<PlacedNumber> placed = PlaceInPlan(number, region);
      placed.has_value()) {
    parsed->set_country_code(placed->country_code);
    parsed->set_national_number(placed->national);
    if (library.IsPossibleNumberWithReason(*parsed) ==
        PhoneNumberUtil::IS_POSSIBLE) {
      return PhoneNumberUtil::NO_PARSING_ERROR;
    }
    parsed->Clear();
  }
  return library.Parse(number, region, parsed);
}

std::string PhoneProblem(PhoneNumberUtil::ErrorType error) {
  if (error == PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR) {
    return "phone number: the country code is none that exists";
  }
  return std::string(kPhoneExpected);
}

}  // namespace

Outcome ReadPhone(absl::string_view writing, const Context& context) {
  if (writing.size() > kPhoneBytesMax) {
    return Outcome::Problem(std::string(kPhoneExpected));
  }
  Parts parts = IsAscii(writing) ? Take(writing, context)
                                 : Take(WithAsciiDigits(writing), context);
  if (!parts.problem.empty()) {
    return Outcome::Problem(std::move(parts.problem));
  }
  const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
  const std::string region =
      context.habits.region.empty() ? "ZZ" : context.habits.region;
  const bool is_word = parts.letters > 0;
  const std::string written = parts.number;
  if (is_word) {
    if (parts.letters < kVanityLettersMin) {
      return Outcome::Problem(std::string(kPhoneExpected));
    }
    parts.number = Dialled(std::move(parts.number));
    context.log.Add("letters of the keypad", parts.number);
  }
  // 00 is what ITU-T E.123 recommends to dial for +, and stands in front of no
  // national number.
  if (region == "ZZ" && absl::StartsWith(parts.number, "00")) {
    parts.number.replace(0, 2, "+");
  }
  PhoneNumber parsed;
  const PhoneNumberUtil::ErrorType error =
      Parse(library, parts.number, region, &parsed);
  if (error != PhoneNumberUtil::NO_PARSING_ERROR) {
    // Without a region the library cannot place a national number.
    if (error == PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR &&
        parts.number[0] != '+' && !is_word) {
      context.log.Add("no country code", parts.number);
      return ReadIncomplete(std::move(parts));
    }
    return Outcome::Problem(PhoneProblem(error));
  }
  PhoneNumberUtil::ValidationResult possible =
      library.IsPossibleNumberWithReason(parsed);
  if (is_word && !IsVanity(library, written, region, parsed)) {
    return Outcome::Problem(std::string(kPhoneExpected));
  }
  Phone phone;
  phone.extension = std::move(parts.extension);
  phone.number = StableNumber(library, possible, parsed);
  // Numbers outside the plan are compared all the same: test data and new
  // ranges have them. What is too short to be any subscriber is not.
  if (possible != PhoneNumberUtil::IS_POSSIBLE &&
      phone.number.size() < kPhoneDigitsMin + 2) {
    return Outcome::Problem(std::string(kPhoneExpected));
  }
  return Scalar(std::move(phone));
}

}  // namespace concordat::readers
