// What causes are sought in: how often each combination of values was seen
// contradicting and agreeing.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_CAUSE_OBSERVATIONS_H_
#define CONCORDAT_CONSISTENCY_CAUSES_CAUSE_OBSERVATIONS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "consistency/causes/dimensions.h"
#include "graph/limits.h"

namespace concordat {

// Exact counts by tuple: one value of each dimension, in their order. A hash
// table with linear probing; what is inserted together is looked up together,
// so that the memory's latency is paid once for several. Not thread-safe.
class TupleCounts {
 public:
  explicit TupleCounts(size_t width) : width_(width) {}

  // Adds `count` to each of the tuples, which follow each other. False, and the
  // rest is not added, where there would be more than `tuples_max` tuples.
  bool Add(absl::Span<const DimensionValue> tuples, int64_t count,
           int64_t tuples_max);

  size_t size() const { return counts_.size(); }
  int64_t total() const { return total_; }
  // Of a tuple by its number, in the order of their coming.
  const DimensionValue* tuple(size_t index) const {
    return values_.data() + index * width_;
  }
  int64_t count(size_t index) const { return counts_[index]; }

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t number = 0;  // of the tuple, from 1; 0: free
  };

  uint32_t HashOf(const DimensionValue* tuple) const;
  void Grow();

  size_t width_;
  std::vector<DimensionValue> values_;
  std::vector<int64_t> counts_;
  // A power of two of them, at most half in use.
  std::vector<Slot> slots_;
  int64_t total_ = 0;
};

// Findings and agreements must be told as finely: where agreements are counted
// by part of the day and findings by the hour, every hour has nothing but
// findings, and looks like a cause.
//
// Not thread-safe. Memory: at most kCauseTuplesMax tuples each of findings and
// of agreements, of some 4 bytes a dimension and 30 more.
class CauseObservations {
 public:
  // `dimensions` must outlive it. No dimension may be added later; values may.
  explicit CauseObservations(const Dimensions& dimensions);

  // Adds observations that contradict, or that agree. `tuples`: one or more of
  // them, one after the other, each with one value a dimension, in their
  // order; kNoDimensionValue where it has none. Each counts `count` times, 1 or
  // more. An agreement has values of shared dimensions only. Cheapest for some
  // hundred at a time. INVALID_FIELD where that is not so, and nothing is
  // added; LIMIT_EXCEEDED (kCauseTuplesMax, kCauseObservationsMax), and
  // the rest is not added.
  absl::Status AddFindings(absl::Span<const DimensionValue> tuples,
                           int64_t count = 1);
  absl::Status AddAgreements(absl::Span<const DimensionValue> tuples,
                             int64_t count = 1);

  const Dimensions& dimensions() const { return dimensions_; }
  const TupleCounts& findings() const { return findings_; }
  const TupleCounts& agreements() const { return agreements_; }

 private:
  // By dimension: the largest value that a tuple may have.
  using Values = std::array<DimensionValue, limits::kCauseDimensionsMax>;
  Values Largest(bool agreements) const;
  absl::Status Add(absl::Span<const DimensionValue> tuples, int64_t count,
                   const Values& largest, TupleCounts* counts);

  const Dimensions& dimensions_;
  TupleCounts findings_;
  TupleCounts agreements_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_CAUSE_OBSERVATIONS_H_
