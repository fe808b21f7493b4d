#include "consistency/causes/usual_counts.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace concordat {
namespace {

// Makes the median absolute deviation that of a normal distribution.
constexpr double kNormalDeviation = 0.6745;
constexpr double kOutlierScore = 5;
// Counts are not taken to be more alike than this: then 13 times the usual
// stands out.
constexpr double kLogDeviationMin = 0.35;
// Values that are assumed to have been seen once, beside those that were: else
// the only value of a dimension would always be the usual one.
constexpr size_t kAssumedValues = 5;

double MedianOf(std::vector<double>* numbers) {
  const auto middle = numbers->begin() + (numbers->size() - 1) / 2;
  std::nth_element(numbers->begin(), middle, numbers->end());
  return *middle;
}

}  // namespace

UsualCount::UsualCount(std::vector<int64_t> counts) {
  counts.insert(counts.end(), kAssumedValues, 1);
  std::vector<double> logs;
  logs.reserve(counts.size());
  for (const int64_t count : counts) {
    logs.push_back(std::log(static_cast<double>(std::max<int64_t>(count, 1))));
  }
  log_median_ = MedianOf(&logs);
  for (double& log : logs) log = std::abs(log - log_median_);
  log_deviation_ = MedianOf(&logs);
}

double UsualCount::count() const { return std::exp(log_median_); }

bool UsualCount::IsOutlier(double count) const {
  if (count <= 0) return false;
  const double deviation = std::max(log_deviation_, kLogDeviationMin);
  return kNormalDeviation * (std::log(count) - log_median_) >=
         kOutlierScore * deviation;
}

std::vector<int64_t> CountsByPlace(const CauseObservations& observations,
                                   size_t dimension,
                                   const DimensionOrder& order) {
  const TupleCounts& findings = observations.findings();
  std::vector<int64_t> counts(order.at.size());
  for (size_t i = 0; i < findings.size(); ++i) {
    counts[order.place_of[findings.tuple(i)[dimension]]] += findings.count(i);
  }
  const Dimensions& dimensions = observations.dimensions();
  for (size_t place = counts.size(); place-- > 1;) {
    const DimensionValue whole = dimensions.parent(dimension, order.at[place]);
    // What has no value is not counted as all of them.
    if (whole != kNoDimensionValue) {
      counts[order.place_of[whole]] += counts[place];
    }
  }
  return counts;
}

std::vector<UsualCount> UsualCountsOf(const CauseObservations& observations,
                                      size_t dimension) {
  const Dimensions& dimensions = observations.dimensions();
  const DimensionOrder order(dimensions, dimension);
  const std::vector<int64_t> counts =
      CountsByPlace(observations, dimension, order);
  std::vector<std::vector<int64_t>> by_level(
      dimensions.level_sizes(dimension).size());
  for (size_t place = 1; place < counts.size(); ++place) {
    if (counts[place] == 0) continue;
    by_level[dimensions.level(dimension, order.at[place])].push_back(
        counts[place]);
  }
  std::vector<UsualCount> usual;
  usual.reserve(by_level.size());
  for (std::vector<int64_t>& level : by_level) {
    usual.emplace_back(std::move(level));
  }
  return usual;
}

}  // namespace concordat
