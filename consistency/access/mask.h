// What is shown of a value that is not shown whole.
#ifndef CONCORDAT_CONSISTENCY_ACCESS_MASK_H_
#define CONCORDAT_CONSISTENCY_ACCESS_MASK_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "consistency/access/grants.h"
#include "graph/schema.h"

namespace concordat {

// Whether values of the attribute can be seen in this way: `year` of dates and
// instants, `range` of numbers and money, parts of a single value only.
bool CanBeSeenAs(const Attribute& attribute, Sight sight);

// What `sight` leaves of a value as it is written: "…4711" of last_4, "1971" of
// year, "100..1000 EUR" of range. nullopt: nothing but that there is one, which
// is also so where the value cannot be read, or would be given away: of fewer
// than eight letters or digits no four are shown. `hash` gives a keyed hash.
// Not for kFull and kNothing.
std::optional<std::string> MaskValue(
    const Attribute& attribute, Sight sight, absl::string_view raw,
    const WritingHabits& habits,
    absl::FunctionRef<std::string(absl::string_view)> hash);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_ACCESS_MASK_H_
