// Numbering plans that are so simple that a number can be placed in them
// without libphonenumber's expressions, which take ten microseconds a number.
#ifndef CONCORDAT_GRAPH_READERS_PHONE_PLANS_H_
#define CONCORDAT_GRAPH_READERS_PHONE_PLANS_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace concordat::readers {

struct PlacedNumber {
  int32_t country_code = 0;
  uint64_t national = 0;
};

// What libphonenumber parses `number`, digits perhaps after a plus, as for
// somebody in `region`, where the plan leaves no doubt; nullopt where it might,
// or where the plan is not one of the simple ones. Whether the number is as
// long as the plan wants it, is for the caller to ask.
std::optional<PlacedNumber> PlaceInPlan(absl::string_view number,
                                        absl::string_view region);

}  // namespace concordat::readers

#endif  // CONCORDAT_GRAPH_READERS_PHONE_PLANS_H_
