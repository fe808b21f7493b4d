#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "consistency/comparators/comparators.h"

namespace concordat::comparators {
namespace {

// How many digits of an E.164 number, after its plus, are the country code.
// ITU-T E.164 gives out one-digit codes only in zones 1 and 7, and these
// two-digit ones.
size_t CountryCodeLength(absl::string_view digits) {
  static constexpr absl::string_view kTwoDigitCodes =
      "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 "
      "57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ";
  if (digits.size() < 3) return digits.size();
  if (digits[0] == '1' || digits[0] == '7') return 1;
  return absl::StrContains(kTwoDigitCodes, digits.substr(0, 2)) ? 2 : 3;
}

// The likeness of two numbers of one country, or of an unknown one: one that
// ends in the other has an area code more.
Likeness CompareEnds(absl::string_view a, absl::string_view b) {
  if (a == b) return Likeness::kSame;
  if (absl::EndsWith(b, a)) return Likeness::kCoarser;
  return absl::EndsWith(a, b) ? Likeness::kFiner : Likeness::kDifferent;
}

// Whether `written` is the whole national number of that country as somebody
// dials it there: with the country's trunk prefix, or with the country code but
// without a plus. Zeros in front are gone from `written`.
bool IsWhole(absl::string_view written, absl::string_view country,
             absl::string_view national) {
  while (absl::ConsumePrefix(&national, "0")) {
  }
  if (written == national) return true;
  if (!absl::ConsumeSuffix(&written, national)) return false;
  // 8 in Russia, Kazakhstan and Belarus (there 80), 1 in North America, 06 in
  // Hungary, 01 in Mexico. All others have 0 or none.
  return written == country || (country == "7" && written == "8") ||
         (country == "375" && (written == "8" || written == "80")) ||
         (country == "36" && written == "6") ||
         (country == "52" && written == "1");
}

// libphonenumber's graded match: EXACT and NSN are the same, SHORT_NSN is
// partial. That a number without country code is the same as the one number
// whose national part it is loses transitivity on purpose: 030 123456 may be
// German or Greek, and is not different from either, but these two are. It is
// found wherever the incomplete number is one of the two compared, and the two
// never share a canonical writing.
Likeness CompareNumbers(const Phone& a, const Phone& b) {
  if (!a.complete && !b.complete) return CompareEnds(a.number, b.number);
  if (!b.complete) return Mirrored(CompareNumbers(b, a));
  absl::string_view digits = b.number;
  absl::ConsumePrefix(&digits, "+");
  const size_t code = CountryCodeLength(digits);
  const absl::string_view country = digits.substr(0, code);
  const absl::string_view national = digits.substr(code);
  if (!a.complete) {
    if (IsWhole(a.number, country, national)) return Likeness::kSame;
    return CompareEnds(a.number, national);
  }
  absl::string_view other = a.number;
  absl::ConsumePrefix(&other, "+");
  if (!absl::ConsumePrefix(&other, country)) return Likeness::kDifferent;
  return CompareEnds(other, national);
}

// A number without the extension that the other has says less.
Likeness CompareExtensions(const Phone& a, const Phone& b) {
  if (a.extension == b.extension) return Likeness::kSame;
  if (a.extension.empty()) return Likeness::kCoarser;
  return b.extension.empty() ? Likeness::kFiner : Likeness::kDifferent;
}

}  // namespace

Comparison Compare(const Phone& a, const Phone& b, const Sides&) {
  const Likeness numbers = CompareNumbers(a, b);
  if (numbers == Likeness::kDifferent) return {numbers, "another number"};
  const Likeness extensions = CompareExtensions(a, b);
  if (extensions == Likeness::kDifferent) {
    return {extensions, "another extension"};
  }
  if (numbers == Likeness::kSame) {
    return {extensions,
            extensions == Likeness::kSame ? "" : "one has no extension"};
  }
  if (extensions == Likeness::kSame || extensions == numbers) {
    return {numbers, "one has no area code"};
  }
  return {Likeness::kOverlapping,
          "one has no area code and the other no extension"};
}

}  // namespace concordat::comparators
