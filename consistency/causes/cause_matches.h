// Which of some conditions hold where, and how often: one look at each value of
// a tuple, however many conditions there are.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_CAUSE_MATCHES_H_
#define CONCORDAT_CONSISTENCY_CAUSES_CAUSE_MATCHES_H_

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "consistency/causes/cause.h"
#include "consistency/causes/cause_observations.h"
#include "consistency/causes/dimensions.h"
#include "consistency/causes/risk.h"

namespace concordat {

// Some of up to kCauseSetMax causes, by index.
using CauseSet = uint64_t;
inline constexpr size_t kCauseSetMax = 64;

// Up to kCauseSetMax causes' conditions, as they are asked of tuples. For each
// value it has the set of those causes that the value does not refute, so that
// what holds for a tuple is the intersection of as many sets as dimensions are
// asked about. Immutable; thread-safe.
class CauseMatcher {
 public:
  CauseMatcher(const Dimensions& dimensions,
               absl::Span<const CauseConditions> causes);

  struct Matches {
    CauseSet place = 0;  // the conditions on shared dimensions hold
    CauseSet event = 0;  // those on findings hold

    CauseSet all() const { return place & event; }
    friend bool operator==(const Matches&, const Matches&) = default;
  };
  // `tuple` has a value of each dimension.
  Matches Match(const DimensionValue* tuple) const;

 private:
  struct Asked {
    size_t dimension = 0;
    bool shared = false;
    // By value.
    std::vector<CauseSet> not_refuted;
  };

  std::vector<Asked> asked_;
  CauseSet every_ = 0;
};

// How often which of some causes hold together.
class MatchCounts {
 public:
  // Counts where `asked` hold, and where the causes do that this run `found`;
  // at most kCauseSetMax of each. O(tuples x dimensions).
  MatchCounts(const CauseObservations& observations,
              absl::Span<const CauseConditions> found,
              absl::Span<const CauseConditions> asked);

  // Of the cause asked[index].
  CauseFigures Figures(size_t index) const;

  // Findings that satisfy found[f] and asked[a], and those that satisfy one or
  // both of them.
  struct Overlap {
    int64_t both = 0;
    int64_t either = 0;
  };
  Overlap OverlapOf(size_t f, size_t a) const;

  // Findings by what of `asked` they satisfy.
  std::vector<std::pair<CauseSet, int64_t>> FindingsBySet() const;

 private:
  using Key = std::pair<CauseMatcher::Matches, CauseMatcher::Matches>;
  struct HashKey {
    size_t operator()(const Key& key) const {
      return absl::HashOf(key.first.place, key.first.event, key.second.place,
                          key.second.event);
    }
  };
  using Counts = absl::flat_hash_map<Key, int64_t, HashKey>;

  // Whether no cause that was found holds, nor asked[index].
  bool IsBackground(const Key& key, size_t index) const;

  // Those that have conditions on shared dimensions, and those that have no
  // others.
  CauseSet found_with_place_ = 0;
  CauseSet asked_with_place_ = 0;
  // By asked cause without such conditions: what is usual.
  std::vector<double> usual_;
  int64_t findings_total_ = 0;
  int64_t agreements_total_ = 0;
  Counts findings_;
  Counts agreements_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_CAUSE_MATCHES_H_
