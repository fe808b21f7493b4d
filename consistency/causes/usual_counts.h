// What is usual where there is no base rate: how often the other values of a
// dimension are seen.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_USUAL_COUNTS_H_
#define CONCORDAT_CONSISTENCY_CAUSES_USUAL_COUNTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "consistency/causes/cause_observations.h"
#include "consistency/causes/dimensions.h"

namespace concordat {

// What is usual for the values of a dimension that has no base rate: the median
// of their counts, and how far they are from it, on the logarithmic scale.
class UsualCount {
 public:
  // Nothing is known: once.
  UsualCount() = default;
  // `counts` of the values that were seen, each > 0.
  explicit UsualCount(std::vector<int64_t> counts);

  // >= 1.
  double count() const;
  // Whether a value that was seen so often stands out: a modified z-score of
  // kOutlierScore or more (Iglewicz, Hoaglin: How to Detect and Handle
  // Outliers, 1993, who take 3.5; counts by Zipf's law reach that).
  bool IsOutlier(double count) const;

 private:
  double log_median_ = 0;
  double log_deviation_ = 0;  // median absolute deviation
};

// Findings of each value and its parts, by its place in the order.
std::vector<int64_t> CountsByPlace(const CauseObservations& observations,
                                   size_t dimension,
                                   const DimensionOrder& order);

// The usual counts of the values of a dimension, by level. O(findings).
std::vector<UsualCount> UsualCountsOf(const CauseObservations& observations,
                                      size_t dimension);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_USUAL_COUNTS_H_
