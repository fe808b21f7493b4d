#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "consistency/comparators/comparators.h"

namespace concordat::comparators {
namespace {

// The digits of an E.164 number after its country code. ITU-T E.164 gives out
// one-digit codes only in zones 1 and 7, and these two-digit ones.
absl::string_view NationalPart(absl::string_view e164) {
  static constexpr absl::string_view kTwoDigitCodes =
      "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 "
      "57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ";
  if (e164.size() < 4) return "";
  e164.remove_prefix(1);
  if (e164[0] == '1' || e164[0] == '7') return e164.substr(1);
  const bool two = absl::StrContains(kTwoDigitCodes, e164.substr(0, 2));
  return e164.substr(two ? 2 : 3);
}

Likeness CompareNumbers(const Phone& a, const Phone& b) {
  if (a.complete == b.complete) {
    return a.number == b.number ? Likeness::kSame : Likeness::kDifferent;
  }
  if (!b.complete) return Mirrored(CompareNumbers(b, a));
  return absl::EndsWith(NationalPart(b.number), a.number)
             ? Likeness::kCoarser
             : Likeness::kDifferent;
}

}  // namespace

Comparison Compare(const Phone& a, const Phone& b, const Sides&) {
  const Likeness numbers = CompareNumbers(a, b);
  // Where one lacks the country and the other the extension, nothing
  // contradicts: the number decides which of the two counts as the coarser.
  if (numbers == Likeness::kDifferent || a.extension == b.extension) {
    return {numbers, ""};
  }
  if (!a.extension.empty() && !b.extension.empty()) {
    return {Likeness::kDifferent, "another extension"};
  }
  if (numbers != Likeness::kSame) return {numbers, ""};
  return {a.extension.empty() ? Likeness::kCoarser : Likeness::kFiner,
          "one has no extension"};
}

}  // namespace concordat::comparators
