#include "graph/readers/phone_plans.h"

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace concordat::readers {
namespace {

struct Plan {
  absl::string_view region;  // that of the country code, where it has several
  absl::string_view country_code;
  // Dialled before a national number, which never starts with it; 0: nothing
  // is.
  char trunk;
};

// From libphonenumber's PhoneNumberMetadata.xml: those with at most one trunk
// digit and 00 or 011 for calls abroad, without carrier codes and without
// prefixes that are rewritten.
constexpr Plan kPlans[] = {
    {"US", "1", '1'},   {"CA", "1", '1'},    {"DE", "49", '0'},
    {"GB", "44", '0'},  {"FR", "33", '0'},   {"NL", "31", '0'},
    {"BE", "32", '0'},  {"CH", "41", '0'},   {"AT", "43", '0'},
    {"SE", "46", '0'},  {"IN", "91", '0'},   {"IE", "353", '0'},
    {"ES", "34", '\0'}, {"DK", "45", '\0'},  {"NO", "47", '\0'},
    {"PL", "48", '\0'}, {"PT", "351", '\0'}, {"CZ", "420", '\0'},
};

constexpr size_t kNorthAmericanDigits = 10;

std::optional<PlacedNumber> Placed(const Plan& plan,
                                   absl::string_view national) {
  PlacedNumber placed;
  // A zero in front, or the trunk digit, may be part of the number or not.
  if (national.empty() || national[0] == '0' || national[0] == plan.trunk ||
      !absl::SimpleAtoi(plan.country_code, &placed.country_code) ||
      !absl::SimpleAtoi(national, &placed.national)) {
    return std::nullopt;
  }
  return placed;
}

}  // namespace

std::optional<PlacedNumber> PlaceInPlan(absl::string_view number,
                                        absl::string_view region) {
  const bool international = absl::ConsumePrefix(&number, "+");
  for (const Plan& plan : kPlans) {
    if (international) {
      if (absl::ConsumePrefix(&number, plan.country_code)) {
        return Placed(plan, number);
      }
    } else if (region == plan.region) {
      if (plan.trunk == '0') {
        // Without the trunk digit it might be a local number.
        if (!absl::ConsumePrefix(&number, "0")) return std::nullopt;
        return Placed(plan, number);
      }
      if (plan.trunk == '\0') return std::nullopt;
      if (number.size() == kNorthAmericanDigits + 1) {
        absl::ConsumePrefix(&number, "1");
      }
      if (number.size() != kNorthAmericanDigits) return std::nullopt;
      return Placed(plan, number);
    }
  }
  return std::nullopt;
}

}  // namespace concordat::readers
