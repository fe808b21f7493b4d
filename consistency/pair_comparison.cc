#include "consistency/pair_comparison.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"

namespace concordat {
namespace {

Reading ReadSide(const Attribute& attribute,
                 std::optional<absl::string_view> raw,
                 const WritingHabits& habits, Trace trace) {
  if (raw.has_value()) return ReadValue(attribute, *raw, habits, trace);
  Reading none;
  none.absent = true;
  return none;
}

// Whether it names an entity by an id of its writer's own, which only a link
// in the graph resolves.
bool NeedsLink(const Value& value) {
  return std::any_of(value.members().begin(), value.members().end(),
                     [](const Scalar& member) {
                       const auto* reference = std::get_if<Reference>(&member);
                       return reference != nullptr && reference->type.empty();
                     });
}

}  // namespace

PairComparison ComparePair(const Sides& sides,
                           std::optional<absl::string_view> a,
                           std::optional<absl::string_view> b, Trace trace) {
  PairComparison pair;
  pair.a = ReadSide(sides.attribute, a, sides.a, trace);
  pair.b = ReadSide(sides.attribute, b, sides.b, trace);
  if (AreOfOtherKinds(pair.a, pair.b) &&
      !(pair.a.readable() && pair.b.readable())) {
    pair.likeness = Likeness::kDifferent;
    pair.reason = "another currency or kind of quantity";
  } else if (!pair.a.readable()) {
    pair.reason = absl::StrCat("a: ", pair.a.problem);
  } else if (!pair.b.readable()) {
    pair.reason = absl::StrCat("b: ", pair.b.problem);
  } else if (pair.a.absent || pair.b.absent) {
    const bool both = pair.a.absent && pair.b.absent;
    if (both) pair.likeness = Likeness::kSame;
    pair.reason = both            ? "both say that there is none"
                  : pair.a.absent ? "a: no value"
                                  : "b: no value";
  } else if (NeedsLink(*pair.a.value) || NeedsLink(*pair.b.value)) {
    pair.reason = "a reference by a channel's own id: only its link decides";
  } else {
    const Comparison comparison = Compare(pair.a, pair.b, sides);
    pair.likeness = comparison.likeness;
    pair.reason = std::string(comparison.reason);
  }
  return pair;
}

}  // namespace concordat
