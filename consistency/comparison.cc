#include "consistency/comparison.h"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "absl/types/span.h"
#include "consistency/comparators/comparators.h"

namespace concordat {
namespace {

Comparison CompareScalars(const Scalar& a, const Scalar& b,
                          const Sides& sides) {
  if (a.index() != b.index()) return {Likeness::kDifferent, "another type"};
  return std::visit(
      [&](const auto& of_a) {
        using T = std::decay_t<decltype(of_a)>;
        return comparators::Compare(of_a, *std::get_if<T>(&b), sides);
      },
      a);
}

// Whether each of `members` is in `others`, perhaps in a finer writing. Both
// are short (limits::kSetMembersMax), so looking at all pairs is cheap.
bool Covers(absl::Span<const Scalar> others, absl::Span<const Scalar> members,
            const Sides& sides) {
  return std::all_of(members.begin(), members.end(), [&](const Scalar& member) {
    return std::any_of(others.begin(), others.end(), [&](const Scalar& other) {
      const Likeness likeness = CompareScalars(member, other, sides).likeness;
      return likeness == Likeness::kSame || likeness == Likeness::kCoarser;
    });
  });
}

}  // namespace

Comparison Compare(const Value& a, const Value& b, const Sides& sides) {
  if (a.is_many() != b.is_many()) return {Likeness::kDifferent, ""};
  if (!a.is_many()) return CompareScalars(a.scalar(), b.scalar(), sides);
  const bool covered = Covers(b.members(), a.members(), sides);
  const bool covers =
      Covers(a.members(), b.members(), {sides.attribute, sides.b, sides.a});
  if (covered && covers) return {Likeness::kSame, ""};
  if (covered) return {Likeness::kCoarser, "some members are missing"};
  if (covers) return {Likeness::kFiner, "some members are missing"};
  return {Likeness::kDifferent, ""};
}

}  // namespace concordat
