// Phone numbers and email addresses.
#include <phonenumbers/phonenumberutil.h>
#include <unicode/bytestream.h>
#include <unicode/idna.h>
#include <unicode/stringpiece.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "graph/readers/readers.h"
#include "graph/text.h"

namespace concordat::readers {
namespace {

using ::i18n::phonenumbers::PhoneNumber;
using ::i18n::phonenumbers::PhoneNumberUtil;

constexpr absl::string_view kPhoneExpected =
    "phone number expected, such as +49 30 12345";
constexpr absl::string_view kEmailExpected =
    "email address expected, such as name@example.com";

// Fewer digits than this name no subscriber in any plan that channels report.
constexpr size_t kPhoneDigitsMin = 6;
// E.164 allows 15; the national part alone is never longer.
constexpr size_t kPhoneDigitsMax = 15;
// With all its brackets, blanks and extension. The library's own expressions
// take milliseconds for longer ones.
constexpr size_t kPhoneBytesMax = 64;
// RFC 5321.
constexpr size_t kLocalPartMax = 64;
constexpr size_t kAddressMax = 254;

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}
bool IsLetter(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c));
}

bool IsExtensionWord(absl::string_view word) {
  for (const absl::string_view known : {"x", "ext", "extn", "extension"}) {
    if (absl::EqualsIgnoreCase(word, known)) return true;
  }
  return false;
}

// Whether `writing` is made of what phone numbers are made of. The library
// itself skips what it does not know and reads words as keypad letters, so
// that "030 12345 mobile" would become another number.
bool LooksLikePhone(absl::string_view writing) {
  const char first = writing.empty() ? '\0' : writing[0];
  if (!IsDigit(first) && first != '+' && first != '(') return false;
  size_t at = 0;
  while (at < writing.size()) {
    if (IsLetter(writing[at])) {
      size_t end = at + 1;
      while (end < writing.size() && IsLetter(writing[end])) ++end;
      if (!IsExtensionWord(writing.substr(at, end - at))) return false;
      at = end;
    } else if (IsDigit(writing[at]) ||
               absl::StrContains("+()-./ #;=,:", writing.substr(at, 1))) {
      ++at;
    } else {
      return false;
    }
  }
  return true;
}

// The number and the extension as digits, for a number of unknown country.
Outcome ReadIncomplete(absl::string_view writing) {
  Phone phone;
  phone.complete = false;
  std::string* digits = &phone.number;
  for (const char c : writing) {
    if (IsDigit(c)) digits->push_back(c);
    if (IsLetter(c) || c == '#') digits = &phone.extension;
  }
  // Leading zeros are how one dials within the country.
  phone.number.erase(
      0, std::min(phone.number.find_first_not_of('0'), phone.number.size()));
  if (phone.number.size() < kPhoneDigitsMin ||
      phone.number.size() > kPhoneDigitsMax) {
    return Outcome::Problem(std::string(kPhoneExpected));
  }
  return Scalar(std::move(phone));
}

std::string PhoneProblem(PhoneNumberUtil::ErrorType error) {
  if (error == PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR) {
    return "phone number: the country code is none that exists";
  }
  return std::string(kPhoneExpected);
}

// "Jamie Doe <jamie@example.com>" without the name and the brackets.
absl::string_view WithoutDisplayName(absl::string_view writing) {
  if (!absl::EndsWith(writing, ">")) return writing;
  const size_t open = writing.rfind('<');
  if (open == absl::string_view::npos) return writing;
  writing.remove_prefix(open + 1);
  writing.remove_suffix(1);
  return TrimWhiteSpace(writing);
}

// The part before the '@' as RFC 5322 writes it without quotes (dot-atom), and
// other letters as RFC 6531 allows.
bool IsLocalPart(absl::string_view local) {
  if (local.empty() || local.size() > kLocalPartMax || local[0] == '.' ||
      local.back() == '.' || absl::StrContains(local, "..")) {
    return false;
  }
  for (const char c : local) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7F ||
        absl::StrContains("\"(),:;<>[\\]", absl::string_view(&c, 1))) {
      return false;
    }
  }
  return true;
}

bool IsAsciiDomain(absl::string_view domain) {
  size_t label = 0;
  bool dotted = false;
  char previous = '.';
  for (const char c : domain) {
    if (c == '.') {
      if (label == 0 || previous == '-') return false;
      dotted = true;
      label = 0;
    } else {
      const bool allowed = IsDigit(c) || IsLetter(c) || c == '-' || c == '_';
      if (!allowed || (label == 0 && c == '-') || ++label > 63) return false;
    }
    previous = c;
  }
  return dotted && label > 0 && previous != '-';
}

// The domain in its ASCII form; empty where it has none. `domain` is folded.
std::string AsciiDomain(absl::string_view domain) {
  if (IsAscii(domain)) return std::string(domain);
  UErrorCode status = U_ZERO_ERROR;
  // Built once and never destroyed; IDNA objects are immutable.
  static const icu::IDNA* const kIdna = icu::IDNA::createUTS46Instance(
      UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI, status);
  if (kIdna == nullptr || U_FAILURE(status)) return "";
  std::string ascii;
  icu::StringByteSink<std::string> sink(&ascii);
  icu::IDNAInfo info;
  kIdna->nameToASCII_UTF8(
      icu::StringPiece(domain.data(), static_cast<int32_t>(domain.size())),
      sink, info, status);
  return U_FAILURE(status) || info.hasErrors() ? "" : ascii;
}

// The E.164 form that reads as itself. Of a number outside its country's plan
// the library takes one more digit for dialling away each time it is read.
std::string StableNumber(const PhoneNumberUtil& library,
                         PhoneNumberUtil::ValidationResult& possible,
                         PhoneNumber parsed) {
  std::string number;
  library.Format(parsed, PhoneNumberUtil::E164, &number);
  while (possible != PhoneNumberUtil::IS_POSSIBLE ||
         parsed.italian_leading_zero()) {
    PhoneNumber again;
    std::string shorter;
    if (library.Parse(number, "ZZ", &again) !=
        PhoneNumberUtil::NO_PARSING_ERROR) {
      break;
    }
    library.Format(again, PhoneNumberUtil::E164, &shorter);
    if (shorter.size() >= number.size()) break;
    number = std::move(shorter);
    parsed = again;
    possible = library.IsPossibleNumberWithReason(parsed);
  }
  return number;
}

}  // namespace

Outcome ReadPhone(absl::string_view writing, const Context& context) {
  const bool is_uri = absl::StartsWithIgnoreCase(writing, "tel:");
  const absl::string_view number =
      TrimWhiteSpace(is_uri ? writing.substr(4) : writing);
  if (number.size() > kPhoneBytesMax || !LooksLikePhone(number)) {
    return Outcome::Problem(std::string(kPhoneExpected));
  }
  if (is_uri) context.log.Add("tel: URI", number);
  const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
  const std::string& region = context.habits.region;
  PhoneNumber parsed;
  const PhoneNumberUtil::ErrorType error = library.Parse(
      std::string(number), region.empty() ? "ZZ" : region, &parsed);
  const bool international = absl::StrContains(number, "+");
  if (error != PhoneNumberUtil::NO_PARSING_ERROR) {
    // Without a region the library cannot place a national number.
    if (error == PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR &&
        !international) {
      context.log.Add("no country code", number);
      return ReadIncomplete(number);
    }
    return Outcome::Problem(PhoneProblem(error));
  }
  PhoneNumberUtil::ValidationResult possible =
      library.IsPossibleNumberWithReason(parsed);
  if (possible == PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY && !international) {
    context.log.Add("no area code", number);
    return ReadIncomplete(number);
  }
  Phone phone;
  phone.extension = parsed.extension();
  phone.number = StableNumber(library, possible, parsed);
  // Numbers outside the plan are compared all the same: test data and new
  // ranges have them. What is too short to be any subscriber is not.
  if (possible != PhoneNumberUtil::IS_POSSIBLE &&
      phone.number.size() < kPhoneDigitsMin + 2) {
    return Outcome::Problem(std::string(kPhoneExpected));
  }
  return Scalar(std::move(phone));
}

Outcome ReadEmail(absl::string_view writing, const Context& context) {
  absl::string_view address = WithoutDisplayName(writing);
  if (address.size() != writing.size()) {
    context.log.Add("display name", address);
  }
  if (absl::StartsWithIgnoreCase(address, "mailto:")) {
    address.remove_prefix(7);
    context.log.Add("mailto: URI", address);
  }
  const size_t at = address.find('@');
  if (at == absl::string_view::npos || at != address.rfind('@') ||
      !IsLocalPart(address.substr(0, at))) {
    return Outcome::Problem(std::string(kEmailExpected));
  }
  absl::string_view domain = address.substr(at + 1);
  // The dot of the root says nothing.
  if (absl::EndsWith(domain, ".")) domain.remove_suffix(1);
  const std::string ascii = AsciiDomain(domain);
  Email email;
  email.address.reserve(at + 1 + ascii.size());
  email.address.append(address.data(), at + 1);
  email.address.append(ascii);
  absl::AsciiStrToLower(&email.address);
  if (!IsAsciiDomain(ascii) || email.address.size() > kAddressMax) {
    return Outcome::Problem(std::string(kEmailExpected));
  }
  return Scalar(std::move(email));
}

}  // namespace concordat::readers
