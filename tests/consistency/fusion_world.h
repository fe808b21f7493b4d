// Worlds whose truth is known, for tests and benchmarks of fusion.
#ifndef CONCORDAT_TESTS_CONSISTENCY_FUSION_WORLD_H_
#define CONCORDAT_TESTS_CONSISTENCY_FUSION_WORLD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "consistency/fusion/fuse.h"
#include "consistency/fusion/observations.h"
#include "consistency/fusion/reliability_model.h"

namespace concordat {

struct WorldChannel {
  std::string name;
  // How often it is right: for each attribute, or one number for all.
  std::vector<double> accuracy;
  // The share of items that it reports; of a copying channel, of those that its
  // source reports.
  double coverage = 0.8;
  // It repeats that channel, which comes before it, at that rate.
  std::string copies;
  double copy_rate = 0;
};

struct World {
  uint64_t seed = 1;
  int entities = 300;
  int attributes = 2;
  // A false value is one of so many, the k-th 1 / k times as often as the
  // first.
  int false_values = 20;
  std::vector<WorldChannel> channels;
};

// What was said of an item, beside its truth; nullopt where it is not known at
// all.
struct WorldItem {
  std::string key;
  std::string attribute;
  std::vector<std::pair<std::string, int>> said;
  std::optional<int> truth;
};

// Deterministic. The truth of every item is the value 0.
std::vector<WorldItem> MakeWorld(const World& world);

// One of n items with its truth, the others without; 0: all without.
Observations Observe(const std::vector<WorldItem>& items, int known_every = 0);

// Of the items that were learned without their truth.
struct FusionScore {
  int items = 0;
  double picked = 0;         // share whose truth is the likeliest value
  double undecided = 0;      // share
  double decided_right = 1;  // share of those decided
  double brier = 0;          // of the likeliest value
  double calibration = 0;    // expected calibration error over ten bins
  // Share whose truth the most channels say; of n that as many say, 1 / n.
  double majority = 0;
};
FusionScore Score(const std::vector<WorldItem>& items,
                  const ReliabilityModel& model, int known_every = 0);

// One bin of a calibration table.
struct CalibrationBin {
  double from = 0;
  int items = 0;
  double predicted = 0;  // mean probability
  double observed = 0;   // share that was right
};
// Of (probability of the likeliest, whether it was right). Bins without items
// are left out.
std::vector<CalibrationBin> CalibrationTable(
    const std::vector<std::pair<double, bool>>& fused,
    const std::vector<double>& bounds);
// The expected calibration error over ten equal bins.
double CalibrationError(const std::vector<std::pair<double, bool>>& fused);

// The testimonies of an item whose values are numbered from 0 as they come;
// `numbers` gets the item's own number of each.
std::vector<Testimony> TestimoniesOf(const WorldItem& item,
                                     std::vector<int>* numbers);

}  // namespace concordat

#endif  // CONCORDAT_TESTS_CONSISTENCY_FUSION_WORLD_H_
