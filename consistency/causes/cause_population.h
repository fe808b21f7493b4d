// The observations in the form that causes are sought in: what is frequent
// enough to be a condition, and rows of small codes.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_CAUSE_POPULATION_H_
#define CONCORDAT_CONSISTENCY_CAUSES_CAUSE_POPULATION_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "consistency/causes/cause.h"
#include "consistency/causes/cause_observations.h"
#include "consistency/causes/dimensions.h"
#include "consistency/causes/usual_counts.h"
#include "graph/limits.h"

namespace concordat {

// Conditions by the index of their nodes, ascending; at most one a dimension.
struct Conjunction {
  std::array<uint32_t, limits::kCauseConditionsMax> nodes = {};
  size_t size = 0;

  const uint32_t* begin() const { return nodes.data(); }
  const uint32_t* end() const { return nodes.data() + size; }
  // With one more; there must be room.
  Conjunction With(uint32_t node) const;
  // Without the one at `index`.
  Conjunction Without(size_t index) const;

  friend bool operator==(const Conjunction&, const Conjunction&) = default;
  friend auto operator<=>(const Conjunction&, const Conjunction&) = default;
};

// Rows of a part of the population, by their index.
struct CauseRows {
  std::vector<uint32_t> events;
  std::vector<uint32_t> others;
};

// Sums of rows' weights by node, each with its parts.
struct NodeCounts {
  std::vector<int64_t> events;
  std::vector<int64_t> others;
  int64_t events_total = 0;
  int64_t others_total = 0;

  int64_t observations(uint32_t node) const {
    return events[node] + others[node];
  }
  int64_t total() const { return events_total + others_total; }
};

// Immutable; thread-safe. The same for the same observations, in whatever order
// they were added: nodes are in the order of their dimensions' and their own
// names.
class CausePopulation {
 public:
  struct Options {
    // Findings that a value must have to be a condition; 1 or more.
    int64_t findings_min = 1;
    // Rows at most, about, of findings and of agreements.
    size_t finding_rows_max = 0;
    size_t agreement_rows_max = 0;
  };

  // A value that is frequent enough.
  struct Node {
    uint16_t dimension = 0;
    DimensionValue value = kNoDimensionValue;
    // The codes that it and its parts have: from its own up to, not with, this.
    uint16_t code = 0;
    uint16_t code_end = 0;
    // The node that it is a part of; its dimension's first where there is none.
    uint32_t parent = 0;
    bool shared = false;
    bool origin = false;
    // How many nats it takes to name it: the logarithm of how many dimensions
    // there are, times levels of this one, times values on that level.
    double cost = 0;
    // For an origin: what is usual on its level.
    UsualCount usual;
  };

  // A tuple is one row. Where there are more tuples than rows, threshold
  // sampling (Duffield, Lund, Thorup: Learn more, sample less, IEEE
  // Transactions on Information Theory 2005) keeps each that counts more than
  // the threshold, and of the others as many as keeps sums unbiased; which,
  // hangs on their values' places only.
  CausePopulation(const CauseObservations& observations,
                  const Options& options);

  // Where a node's index is that of a dimension's first, it stands for all
  // values that are no node, and is no condition.
  const std::vector<Node>& nodes() const { return nodes_; }
  bool IsCondition(uint32_t node) const { return nodes_[node].code != 0; }
  const CauseRows& all() const { return all_; }
  size_t rows() const { return weights_.size(); }
  int64_t weight(uint32_t row) const { return weights_[row]; }
  // Findings that one finding of the rows stands for; 1 where all are there.
  double findings_per_row() const { return findings_per_row_; }

  // One condition, as it is asked of a row.
  struct Test {
    const uint16_t* column = nullptr;
    uint16_t code = 0;
    uint16_t codes = 0;
  };
  using Tests = absl::InlinedVector<Test, limits::kCauseConditionsMax>;
  // Of the conditions on shared dimensions, or of those on findings.
  Tests TestsOf(const Conjunction& conjunction, bool shared) const;
  static bool Pass(uint32_t row, const Tests& tests);

  bool HasPlace(const Conjunction& conjunction) const;
  bool HasEvent(const Conjunction& conjunction) const;

  // Each with one condition left out, or taken a level up.
  std::vector<Conjunction> Wider(const Conjunction& conjunction) const;
  // Whether `narrow` holds only where `wide` does.
  bool Implies(const Conjunction& narrow, const Conjunction& wide) const;

  // The observations where the conditions on shared dimensions hold; events are
  // those where the others do as well.
  CauseRows Select(const CauseRows& rows, const Conjunction& conjunction) const;
  // What is left of `rows` when the conjunction is explained. Findings that are
  // no event of it stay.
  CauseRows Without(const CauseRows& rows,
                    const Conjunction& conjunction) const;
  // The observations where the conditions on shared dimensions do not hold, all
  // if there are none; events are those where the others do.
  CauseRows Outside(const CauseRows& rows,
                    const Conjunction& conjunction) const;
  void Count(const CauseRows& rows, NodeCounts* counts) const;

  CauseConditions ConditionsOf(const Conjunction& conjunction) const;

 private:
  void AddNodes(const CauseObservations& observations, size_t dimension,
                int64_t findings_min);
  // Returns the threshold.
  int64_t AddRows(const TupleCounts& tuples, size_t rows_max,
                  std::vector<uint32_t>* rows);
  void Accumulate(const std::vector<uint32_t>& rows, size_t dimensions,
                  std::vector<int64_t>* sums) const;

  const Dimensions& dimensions_;
  // By name, shared ones first; a Node's dimension is an index here.
  std::vector<size_t> order_;
  size_t width_ = 0;
  size_t shared_ = 0;
  std::vector<Node> nodes_;
  // By dimension: its first node.
  std::vector<uint32_t> first_;
  // By dimension, then by value.
  std::vector<std::vector<uint32_t>> places_;
  std::vector<std::vector<uint16_t>> code_of_;
  // By row, then by dimension, to count; and by dimension, to select.
  std::vector<uint16_t> codes_;
  std::vector<std::vector<uint16_t>> columns_;
  std::vector<int64_t> weights_;
  CauseRows all_;
  double findings_per_row_ = 1;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_CAUSE_POPULATION_H_
