// How many symbols to ask for.
#ifndef CONCORDAT_CONSISTENCY_RECONCILIATION_PACE_H_
#define CONCORDAT_CONSISTENCY_RECONCILIATION_PACE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "consistency/reconciliation/sketch.h"

namespace concordat::reconciliation {

// Estimates from the symbols of two sets, theirs less ours, how many items
// differ, and says how many to ask for so that few are sent in vain: to double
// them each time would send up to twice what is needed.
//
// The counts of a cell's items add up signed, so that the square of one is as
// large on average as the cell has items (Alon, Matias, Szegedy, "The space
// complexity of approximating the frequency moments", 1996): of m cells within
// sqrt(2 / m) of the truth. Not thread-safe.
class Pace {
 public:
  // What the channel may send unasked: of sets that differ little, all.
  static constexpr size_t kFirst = 8;

  // The next symbols.
  void Add(const Sketch& difference);

  // Up to before which symbol to ask for next.
  size_t NextEnd() const;
  // Whether more than so many symbols will surely be needed.
  bool NeedsMoreThan(size_t symbols) const;

 private:
  struct Estimate {
    double items = 0;  // 0: nothing is known
    double error = 0;  // of it, as a share of it; one standard deviation
  };
  // Of some cells: the sum of their squares, and what it is of one item.
  struct Part {
    double squares;
    double of_one;
    size_t cells;
  };

  Estimate Estimated() const;
  // What surely differs.
  double AtLeast(double deviations) const;

  size_t symbols_ = 0;
  double surplus_ = 0;  // of theirs; negative: of ours
  std::vector<Part> parts_;
};

}  // namespace concordat::reconciliation

#endif  // CONCORDAT_CONSISTENCY_RECONCILIATION_PACE_H_
