#include "consistency/comparison.h"

#include <cstddef>
#include <optional>
#include <type_traits>
#include <variant>
#include <vector>

#include "absl/strings/str_split.h"
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

// The likeness of two values with two parts each, which are alike so.
Likeness Joined(Likeness one, Likeness other) {
  if (one == Likeness::kSame) return other;
  if (other == Likeness::kSame || one == other) return one;
  return Likeness::kOverlapping;
}

constexpr absl::string_view kMissing = "some members are missing";
constexpr absl::string_view kCoarse = "some members say less than others";
constexpr absl::string_view kOpen =
    "some members cannot be held against each other";

// What a member found among those of the other side.
struct Match {
  bool same = false;
  bool undecided = false;
  // Of the partial ones: kSame where there is none.
  Likeness partial = Likeness::kSame;

  void Add(Likeness likeness) {
    same = same || likeness == Likeness::kSame;
    undecided = undecided || likeness == Likeness::kUndecided;
    if (IsPartial(likeness)) partial = Joined(partial, likeness);
  }
  bool found() const { return same || partial != Likeness::kSame; }
  // What it makes of the whole; needs found().
  Likeness likeness() const { return same ? Likeness::kSame : partial; }
};

// The sum of one side's matches.
struct Side {
  bool alone = false;  // a member is like none of the others
  bool open = false;   // a member is perhaps like one of the others
  Likeness likeness = Likeness::kSame;

  explicit Side(const std::vector<Match>& matches) {
    for (const Match& match : matches) {
      if (match.found()) {
        likeness = Joined(likeness, match.likeness());
      } else if (match.undecided) {
        open = true;
      } else {
        alone = true;
      }
    }
  }
};

// One that contains the other says more; two of which each has a member of its
// own are different, whatever they share.
Comparison CompareSets(absl::Span<const Scalar> a, absl::Span<const Scalar> b,
                       const Sides& sides) {
  std::vector<Match> of_a(a.size());
  std::vector<Match> of_b(b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < b.size(); ++j) {
      const Likeness likeness = CompareScalars(a[i], b[j], sides).likeness;
      of_a[i].Add(likeness);
      of_b[j].Add(Mirrored(likeness));
    }
  }
  const Side side_a(of_a);
  const Side side_b(of_b);
  if (side_a.alone && side_b.alone) {
    return {Likeness::kDifferent, "each has a member that the other has not"};
  }
  if (side_a.open || side_b.open) return {Likeness::kUndecided, kOpen};
  const Likeness members = Joined(side_a.likeness, Mirrored(side_b.likeness));
  if (side_a.alone) return {Joined(members, Likeness::kFiner), kMissing};
  if (side_b.alone) return {Joined(members, Likeness::kCoarser), kMissing};
  return {members, members == Likeness::kSame ? "" : kCoarse};
}

// Whether `shorter` is what is left of `longer` when some entries are left out
// and none is moved. Entries that cannot be decided count as alike where
// `open`. Taking the first entry that fits leaves most for the others.
bool IsLeftOf(absl::Span<const Scalar> shorter, absl::Span<const Scalar> longer,
              const Sides& sides, bool open, Likeness* likeness) {
  *likeness = Likeness::kSame;
  size_t at = 0;
  for (const Scalar& entry : longer) {
    if (at == shorter.size()) break;
    const Likeness one = CompareScalars(shorter[at], entry, sides).likeness;
    if (one == Likeness::kDifferent) continue;
    if (one == Likeness::kUndecided && !open) continue;
    *likeness = Joined(*likeness, one);
    ++at;
  }
  return at == shorter.size();
}

// Lists are the same where they are so entry by entry. One that leaves entries
// out but keeps the order of the others says less, as a subset does; another
// order is another list.
Comparison CompareLists(absl::Span<const Scalar> a, absl::Span<const Scalar> b,
                        const Sides& sides) {
  if (a.size() > b.size()) {
    Comparison mirrored =
        CompareLists(b, a, {sides.attribute, sides.b, sides.a});
    mirrored.likeness = Mirrored(mirrored.likeness);
    return mirrored;
  }
  Likeness entries;
  if (IsLeftOf(a, b, sides, /*open=*/false, &entries)) {
    if (a.size() < b.size()) {
      return {Joined(entries, Likeness::kCoarser), "some entries are missing"};
    }
    return {entries, entries == Likeness::kSame ? "" : kCoarse};
  }
  if (IsLeftOf(a, b, sides, /*open=*/true, &entries)) {
    return {Likeness::kUndecided, kOpen};
  }
  return {Likeness::kDifferent, "other entries, or in another order"};
}

// Whether nothing that the one may mean is like anything that the other may.
bool IsDifferentAnyway(const Reading& a, const Reading& b, const Sides& sides) {
  for (const std::optional<Value>* of_a : {&a.value, &a.otherwise}) {
    for (const std::optional<Value>* of_b : {&b.value, &b.otherwise}) {
      if (of_a->has_value() && of_b->has_value() &&
          Compare(**of_a, **of_b, sides).likeness != Likeness::kDifferent) {
        return false;
      }
    }
  }
  return true;
}

// The kinds that it may be of; "" where that says nothing.
absl::string_view KindsOf(const Reading& reading) {
  if (!reading.value.has_value()) return reading.kinds;
  if (reading.value->is_many()) return "";
  const Scalar& scalar = reading.value->scalar();
  if (const auto* money = std::get_if<Money>(&scalar)) return money->currency;
  const auto* quantity = std::get_if<Quantity>(&scalar);
  return quantity == nullptr ? "" : quantity->unit;
}

}  // namespace

Comparison Compare(const Reading& a, const Reading& b, const Sides& sides) {
  const Comparison comparison = Compare(*a.value, *b.value, sides);
  if (comparison.likeness != Likeness::kDifferent ||
      (!a.otherwise.has_value() && !b.otherwise.has_value()) ||
      IsDifferentAnyway(a, b, sides)) {
    return comparison;
  }
  return {Likeness::kUndecided,
          a.otherwise.has_value() ? a.open_question : b.open_question};
}

bool AreOfOtherKinds(const Reading& a, const Reading& b) {
  const absl::string_view of_a = KindsOf(a);
  const absl::string_view of_b = KindsOf(b);
  if (of_a.empty() || of_b.empty()) return false;
  for (const absl::string_view one : absl::StrSplit(of_a, ' ')) {
    for (const absl::string_view other : absl::StrSplit(of_b, ' ')) {
      if (one == other) return false;
    }
  }
  return true;
}

Comparison Compare(const Value& a, const Value& b, const Sides& sides) {
  if (a.is_many() != b.is_many()) return {Likeness::kDifferent, ""};
  if (!a.is_many()) return CompareScalars(a.scalar(), b.scalar(), sides);
  if (a == b) return {Likeness::kSame, ""};
  if (a.is_list() && b.is_list()) {
    return CompareLists(a.members(), b.members(), sides);
  }
  return CompareSets(a.members(), b.members(), sides);
}

}  // namespace concordat
