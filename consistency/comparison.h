// How two values in normal form relate: the same, one saying more than the
// other, different, or not to be decided.
#ifndef CONCORDAT_CONSISTENCY_COMPARISON_H_
#define CONCORDAT_CONSISTENCY_COMPARISON_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "graph/reading.h"
#include "graph/schema.h"
#include "graph/value.h"

namespace concordat {

enum class Likeness : uint8_t {
  kSame,
  // Compatible, but one says more: the first is coarser or finer.
  kCoarser,
  kFiner,
  // Compatible, and each says something that the other does not:
  // "J. Michael Smith" and "John M. Smith".
  kOverlapping,
  kDifferent,
  // The two cannot be held against each other: two addresses of which one has
  // only a city and the other only a street.
  kUndecided,
};

// Whether the two are compatible without being the same.
constexpr bool IsPartial(Likeness likeness) {
  return likeness == Likeness::kCoarser || likeness == Likeness::kFiner ||
         likeness == Likeness::kOverlapping;
}

// The likeness of b and a, where `likeness` is that of a and b.
constexpr Likeness Mirrored(Likeness likeness) {
  if (likeness == Likeness::kCoarser) return Likeness::kFiner;
  if (likeness == Likeness::kFiner) return Likeness::kCoarser;
  return likeness;
}

struct Comparison {
  Likeness likeness = Likeness::kDifferent;
  // What the likeness rests on, for a person: "within the declared rounding",
  // "no component in common". Never a value; may be empty. Of static storage,
  // or of the readings that were compared.
  absl::string_view reason;
};

// Who wrote the two values, and as which attribute: tolerance, rounding and the
// attribute's rules are taken from here.
struct Sides {
  const Attribute& attribute;
  const WritingHabits& a;
  const WritingHabits& b;
};

// How two readings that both have a value relate: as their values do, but
// kUndecided where they are different and something that one of them may mean
// as well is not. The reason is of `a` or of `b`.
Comparison Compare(const Reading& a, const Reading& b, const Sides& sides);

// Whether one of two readings, at least one of which has no value, is of a kind
// that the other cannot be: "$5" is nothing in euros, whichever dollars it is.
bool AreOfOtherKinds(const Reading& a, const Reading& b);

// How `a` relates to `b`: kCoarser means that `a` says less than `b`. Values of
// different types are kDifferent. Compare(b, a) is Mirrored. Without tolerance,
// rounding and nicknames, kSame is an equivalence. Pure; thread-safe; linear
// in the values' sizes, but for sets of n and m members n x m.
Comparison Compare(const Value& a, const Value& b, const Sides& sides);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_COMPARISON_H_
