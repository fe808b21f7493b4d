// Facts and their validity as tables show them.
#ifndef CONCORDAT_CLIENT_CLI_FACT_TEXT_H_
#define CONCORDAT_CLIENT_CLI_FACT_TEXT_H_

#include <string>

#include "client/times.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/common.pb.h"
#include "concordat/v1/knowledge.pb.h"

namespace concordat::client {

// What stands where a value is known to be absent.
inline constexpr char kAbsent[] = "(none)";
// What stands where there is a value that the caller may not see.
inline constexpr char kWithheld[] = "(withheld)";

// What stands where no value came.
inline const char* AbsentText(v1::Withheld withheld) {
  return withheld == v1::WITHHELD_UNSPECIFIED ? kAbsent : kWithheld;
}

inline std::string ValueText(const v1::Fact& fact) {
  return fact.has_value() ? fact.value() : AbsentText(fact.withheld());
}

inline std::string RawText(const v1::ReadValue& value) {
  return value.has_raw() ? value.raw() : AbsentText(value.withheld());
}

// What stands where there was a value, of a person who was erased.
inline constexpr char kErased[] = "(erased)";

inline std::string ValueText(const v1::RecordedFact& recorded) {
  return recorded.erased() ? kErased : ValueText(recorded.fact());
}

// What a channel says.
inline std::string ClaimText(const v1::Claim& claim) {
  if (claim.erased()) return kErased;
  return claim.has_value() ? claim.value() : AbsentText(claim.withheld());
}

// Since when a fact or relation holds.
template <typename Held>
std::string SinceText(const Held& held) {
  return held.has_valid_from() ? FormatTime(held.valid_from()) : "ever";
}

// Until when it holds; empty: until something newer is known.
template <typename Held>
std::string UntilText(const Held& held) {
  return held.has_valid_to() ? FormatTime(held.valid_to()) : "";
}

inline std::string SinceText(const v1::ValidTime& valid) {
  return valid.has_from() ? FormatTime(valid.from()) : "ever";
}

inline std::string UntilText(const v1::ValidTime& valid) {
  return valid.has_to() ? FormatTime(valid.to()) : "";
}

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_FACT_TEXT_H_
