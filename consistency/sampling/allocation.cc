#include "consistency/sampling/allocation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <queue>
#include <utility>

namespace concordat::sampling {
namespace {

constexpr int64_t kOfEachMin = 2;

double QuotientOf(double weight, int64_t given) {
  return weight / static_cast<double>(2 * given + 1);
}

}  // namespace

Allocated Divide(absl::Span<const double> weights,
                 absl::Span<const int64_t> populations,
                 absl::Span<const int64_t> floors, int64_t size) {
  Allocated given(weights.size());
  int64_t left = size;
  for (size_t i = 0; i < weights.size(); ++i) {
    given[i] = std::min(populations[i], floors[i]);
    left -= given[i];
  }
  using Entry = std::pair<double, size_t>;
  const auto is_later = [](const Entry& a, const Entry& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  };
  std::priority_queue<Entry, std::vector<Entry>, decltype(is_later)> next(
      is_later);
  for (size_t i = 0; i < weights.size(); ++i) {
    if (given[i] < populations[i] && weights[i] > 0) {
      next.emplace(QuotientOf(weights[i], given[i]), i);
    }
  }
  for (; left > 0 && !next.empty(); --left) {
    const size_t i = next.top().second;
    next.pop();
    if (++given[i] < populations[i]) {
      next.emplace(QuotientOf(weights[i], given[i]), i);
    }
  }
  return given;
}

Allocated DivideProportionally(absl::Span<const StratumCount> strata,
                               int64_t size) {
  std::vector<double> weights;
  std::vector<int64_t> populations;
  for (const StratumCount& stratum : strata) {
    weights.push_back(static_cast<double>(stratum.population));
    populations.push_back(stratum.population);
  }
  const std::vector<int64_t> floors(strata.size(), kOfEachMin);
  return Divide(weights, populations, floors, size);
}

Allocated DivideAsNeyman(absl::Span<const StratumCount> strata, int64_t size) {
  std::vector<double> weights;
  std::vector<int64_t> populations;
  std::vector<int64_t> floors;
  for (const StratumCount& stratum : strata) {
    const double p = static_cast<double>(stratum.hits + 1) /
                     static_cast<double>(stratum.sampled + 2);
    weights.push_back(static_cast<double>(stratum.population) *
                      std::sqrt(p * (1 - p)));
    populations.push_back(stratum.population);
    floors.push_back(std::max(stratum.sampled, kOfEachMin));
  }
  return Divide(weights, populations, floors, size);
}

}  // namespace concordat::sampling
