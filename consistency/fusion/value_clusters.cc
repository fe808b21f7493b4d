#include "consistency/fusion/value_clusters.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "consistency/comparison.h"
#include "graph/errors.h"
#include "graph/limits.h"

namespace concordat {
namespace {

// A value as several wrote it.
struct Distinct {
  std::string canonical;
  std::vector<size_t> readings;
  // Some other value says the same and more.
  bool coarse = false;
};

Likeness LikenessOf(const Attribute& attribute, const WrittenReading& a,
                    const WrittenReading& b) {
  return Compare(*a.reading, *b.reading, Sides{attribute, *a.habits, *b.habits})
      .likeness;
}

std::vector<Distinct> DistinctValues(absl::Span<const WrittenReading> written) {
  std::map<std::pair<std::string, std::string>, Distinct> distinct;
  for (size_t i = 0; i < written.size(); ++i) {
    const Reading& reading = *written[i].reading;
    if (!reading.value.has_value()) continue;
    // What may mean something else as well is not the same writing.
    std::string canonical = reading.value->Canonical();
    std::string otherwise;
    if (reading.otherwise) otherwise = reading.otherwise->Canonical();
    Distinct& one = distinct[{canonical, std::move(otherwise)}];
    one.canonical = std::move(canonical);
    one.readings.push_back(i);
  }
  std::vector<Distinct> values;
  values.reserve(distinct.size());
  for (auto& [key, one] : distinct) values.push_back(std::move(one));
  return values;
}

// Where a value belongs among the leaders so far.
struct Fit {
  std::optional<size_t> same;
  // How many leaders it is compatible with, and the last of them.
  size_t compatible = 0;
  size_t last = 0;
  bool undecided = false;

  // The one value that it is of.
  std::optional<size_t> Only() const {
    if (same.has_value()) return same;
    if (compatible == 1 && !undecided) return last;
    return std::nullopt;
  }
};

Fit FitOf(const Attribute& attribute, absl::Span<const WrittenReading> written,
          const std::vector<size_t>& leaders, const WrittenReading& one) {
  Fit fit;
  for (size_t i = 0; i < leaders.size(); ++i) {
    const Likeness likeness = LikenessOf(attribute, one, written[leaders[i]]);
    if (likeness == Likeness::kSame) {
      fit.same = i;
      break;
    }
    if (likeness == Likeness::kUndecided) fit.undecided = true;
    if (!IsPartial(likeness)) continue;
    ++fit.compatible;
    fit.last = i;
  }
  return fit;
}

}  // namespace

absl::StatusOr<ValueClusters> ClusterValues(
    const Attribute& attribute, absl::Span<const WrittenReading> written) {
  std::vector<Distinct> values = DistinctValues(written);
  const auto count = static_cast<int64_t>(values.size());
  if (count > limits::kFusionValuesPerItemMax) {
    return errors::LimitExceeded("fusion_values_per_item_max", count,
                                 limits::kFusionValuesPerItemMax);
  }
  for (Distinct& one : values) {
    for (const Distinct& other : values) {
      if (&one == &other) continue;
      const Likeness likeness =
          LikenessOf(attribute, written[one.readings.front()],
                     written[other.readings.front()]);
      if (likeness == Likeness::kCoarser) one.coarse = true;
    }
  }
  std::stable_sort(values.begin(), values.end(),
                   [](const Distinct& a, const Distinct& b) {
                     if (a.coarse != b.coarse) return b.coarse;
                     return a.readings.size() > b.readings.size();
                   });
  ValueClusters clusters;
  clusters.of.resize(written.size());
  for (const Distinct& one : values) {
    const Fit fit = FitOf(attribute, written, clusters.leaders,
                          written[one.readings.front()]);
    std::optional<size_t> value = fit.Only();
    if (!value && fit.compatible == 0 && !fit.undecided) {
      value = clusters.leaders.size();
      clusters.leaders.push_back(one.readings.front());
    }
    for (const size_t reading : one.readings) clusters.of[reading] = value;
  }
  return clusters;
}

std::optional<size_t> FindCluster(const Attribute& attribute,
                                  absl::Span<const WrittenReading> written,
                                  const ValueClusters& clusters,
                                  const WrittenReading& one) {
  if (!one.reading->value.has_value()) return std::nullopt;
  return FitOf(attribute, written, clusters.leaders, one).Only();
}

}  // namespace concordat
