#include "tests/consistency/fusion_world.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace concordat {
namespace {

class Dice {
 public:
  explicit Dice(uint64_t seed) : random_(seed) {}
  // In [0, 1), the same on every platform.
  double Roll() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

 private:
  std::mt19937_64 random_;
};

// 0, or a false value.
int Draw(Dice& dice, double accuracy, int false_values) {
  if (dice.Roll() < accuracy) return 0;
  double all = 0;
  for (int k = 1; k <= false_values; ++k) all += 1.0 / k;
  double left = dice.Roll() * all;
  for (int k = 1; k < false_values; ++k) {
    left -= 1.0 / k;
    if (left < 0) return k;
  }
  return false_values;
}

// By a multiplicative hash (Knuth), for items come attribute after attribute.
bool IsKnown(size_t index, int known_every) {
  if (known_every <= 0) return false;
  const auto hash = static_cast<uint32_t>(index * 2654435761u);
  return hash / 65536 % static_cast<uint32_t>(known_every) == 0;
}

}  // namespace

std::vector<WorldItem> MakeWorld(const World& world) {
  Dice dice(world.seed);
  std::vector<WorldItem> items;
  for (int entity = 0; entity < world.entities; ++entity) {
    for (int attribute = 0; attribute < world.attributes; ++attribute) {
      WorldItem item{absl::StrFormat("e%06d", entity),
                     absl::StrCat("a", attribute),
                     {},
                     0};
      // What each channel holds, whether it reports it or not.
      std::map<std::string, int> held;
      for (const WorldChannel& channel : world.channels) {
        const double accuracy = channel.accuracy.size() == 1
                                    ? channel.accuracy.front()
                                    : channel.accuracy.at(attribute);
        int value = Draw(dice, accuracy, world.false_values);
        const bool copied =
            !channel.copies.empty() && dice.Roll() < channel.copy_rate;
        if (copied) value = held.at(channel.copies);
        held[channel.name] = value;
        const bool source_reports =
            channel.copies.empty() ||
            std::any_of(
                item.said.begin(), item.said.end(),
                [&](const auto& said) { return said.first == channel.copies; });
        if (dice.Roll() >= channel.coverage || !source_reports) continue;
        item.said.emplace_back(channel.name, value);
      }
      items.push_back(std::move(item));
    }
  }
  return items;
}

Observations Observe(const std::vector<WorldItem>& items, int known_every) {
  ObservationsBuilder builder;
  for (size_t i = 0; i < items.size(); ++i) {
    std::vector<ObservationsBuilder::Said> said;
    for (const auto& [channel, value] : items[i].said) {
      said.push_back({channel, value});
    }
    std::optional<int> truth;
    if (IsKnown(i, known_every)) truth = items[i].truth;
    if (!builder.Add(items[i].key, items[i].attribute, said, truth).ok()) {
      std::abort();
    }
  }
  absl::StatusOr<Observations> built = std::move(builder).Build();
  if (!built.ok()) std::abort();
  return *std::move(built);
}

std::vector<Testimony> TestimoniesOf(const WorldItem& item,
                                     std::vector<int>* numbers) {
  std::vector<Testimony> testimonies;
  numbers->clear();
  for (const auto& [channel, value] : item.said) {
    auto found = std::find(numbers->begin(), numbers->end(), value);
    const auto number = static_cast<size_t>(found - numbers->begin());
    if (found == numbers->end()) numbers->push_back(value);
    testimonies.push_back({channel, number});
  }
  return testimonies;
}

FusionScore Score(const std::vector<WorldItem>& items,
                  const ReliabilityModel& model, int known_every) {
  FusionScore score;
  std::vector<std::pair<double, bool>> fused;
  int right = 0;
  double majority = 0;
  int decided = 0;
  int decided_right = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    const WorldItem& item = items[i];
    if (IsKnown(i, known_every) || item.said.empty()) continue;
    std::vector<int> numbers;
    const std::vector<Testimony> testimonies = TestimoniesOf(item, &numbers);
    const absl::StatusOr<Distribution> one =
        Fuse(model, item.attribute, testimonies, numbers.size());
    if (!one.ok()) std::abort();
    const bool is_right = numbers[*one->likeliest] == item.truth;
    right += is_right ? 1 : 0;
    if (one->decided.has_value()) {
      ++decided;
      decided_right += is_right ? 1 : 0;
    }
    const double probability = one->values[*one->likeliest];
    fused.emplace_back(probability, is_right);
    score.brier += std::pow(probability - (is_right ? 1 : 0), 2);
    std::vector<int> votes(numbers.size());
    for (const Testimony& testimony : testimonies) ++votes[testimony.value];
    const int most = *std::max_element(votes.begin(), votes.end());
    const auto tied = std::count(votes.begin(), votes.end(), most);
    for (size_t v = 0; v < votes.size(); ++v) {
      if (votes[v] != most || numbers[v] != item.truth) continue;
      majority += 1.0 / static_cast<double>(tied);
    }
  }
  score.items = static_cast<int>(fused.size());
  const double count = std::max(1, score.items);
  score.picked = right / count;
  score.majority = majority / count;
  score.undecided = (score.items - decided) / count;
  if (decided > 0) {
    score.decided_right = static_cast<double>(decided_right) / decided;
  }
  score.brier /= count;
  score.calibration = CalibrationError(fused);
  return score;
}

std::vector<CalibrationBin> CalibrationTable(
    const std::vector<std::pair<double, bool>>& fused,
    const std::vector<double>& bounds) {
  std::vector<CalibrationBin> table;
  for (size_t b = 0; b < bounds.size(); ++b) {
    CalibrationBin bin;
    bin.from = bounds[b];
    for (const auto& [probability, right] : fused) {
      const bool below = b + 1 < bounds.size() && probability >= bounds[b + 1];
      if (probability < bin.from || below) continue;
      ++bin.items;
      bin.predicted += probability;
      bin.observed += right ? 1 : 0;
    }
    if (bin.items == 0) continue;
    bin.predicted /= bin.items;
    bin.observed /= bin.items;
    table.push_back(bin);
  }
  return table;
}

double CalibrationError(const std::vector<std::pair<double, bool>>& fused) {
  double error = 0;
  for (const CalibrationBin& bin : CalibrationTable(
           fused, {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9})) {
    error += bin.items * std::abs(bin.predicted - bin.observed);
  }
  return fused.empty() ? 0 : error / static_cast<double>(fused.size());
}

}  // namespace concordat
