#include "tests/consistency/causes/cause_world.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "consistency/causes/cause_matches.h"

namespace concordat {
namespace {

// In the order of the tuples.
enum Of : size_t {
  kChannel,
  kAttribute,
  kVersion,
  kRegion,
  kTeam,
  kHour,
  kKind,
  kEntry,
  kChange,
};

constexpr size_t kWidth = CauseWorld::kWidth;

constexpr size_t kKinds = 6;
constexpr size_t kEntries = 15;
constexpr size_t kSharedWidth = kKind;

// Planted causes must cover so much.
constexpr double kFindingsMin = 150;
constexpr double kShareMax = 0.2;
// How much more each wider conjunction covers.
constexpr double kWider = 1.5;
// How much of a planted cause may lie in another.
constexpr double kOverlapMax = 0.3;

template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) std::abort();
  return *std::move(value);
}

class Maker {
 public:
  Maker(const CauseWorldOptions& options, CauseWorld* world)
      : options_(options), world_(*world), dice_(options.seed) {}

  void Make() {
    AddDimensions();
    for (int i = 0; i < options_.observations; ++i) {
      world_.observations.push_back({DrawTuple(), false, -1});
    }
    for (int tries = 0; tries < 10'000 && Planted() < options_.planted;
         ++tries) {
      TryToPlant();
    }
    if (Planted() < options_.planted) std::abort();
    Contradict();
  }

 private:
  int Planted() const { return static_cast<int>(world_.planted.size()); }

  DimensionValue Add(size_t dimension, const std::string& value,
                     DimensionValue parent = kNoDimensionValue) {
    return Must(world_.dimensions.AddValue(dimension, value, parent));
  }

  void AddDimensions() {
    Dimensions& to = world_.dimensions;
    for (const char* name :
         {"channel", "attribute", "app_version", "region", "team", "hour"}) {
      Must(to.AddDimension(name, DimensionRole::kShared));
    }
    Must(to.AddDimension("kind", DimensionRole::kDetail));
    Must(to.AddDimension("code_map", DimensionRole::kOrigin));
    Must(to.AddDimension("missed_change", DimensionRole::kOrigin));
    leaves_.resize(kWidth);
    for (int i = 0; i < 6; ++i) {
      leaves_[kChannel].push_back(Add(kChannel, absl::StrCat("channel", i)));
    }
    AddParts(kAttribute, "type", 4, 5);
    for (int major = 1; major <= 3; ++major) {
      const DimensionValue whole = Add(kVersion, absl::StrCat(major));
      for (int minor = 0; minor < 3; ++minor) {
        const std::string name = absl::StrCat(major, ".", minor);
        const DimensionValue part = Add(kVersion, name, whole);
        for (int patch = 0; patch < 3; ++patch) {
          leaves_[kVersion].push_back(
              Add(kVersion, absl::StrCat(name, ".", patch), part));
        }
      }
    }
    AddParts(kRegion, "country", 5, 4);
    for (int i = 0; i < 12; ++i) {
      leaves_[kTeam].push_back(Add(kTeam, absl::StrCat("team", i)));
    }
    AddParts(kHour, "part", 4, 6);
    for (size_t i = 0; i < kKinds; ++i) {
      leaves_[kKind].push_back(Add(kKind, absl::StrCat("KIND", i)));
    }
    for (size_t i = 0; i < kEntries; ++i) {
      leaves_[kEntry].push_back(Add(kEntry, absl::StrCat("a -> ", i)));
    }
    for (size_t d = 0; d < kWidth; ++d) {
      double sum = 0;
      for (size_t k = 1; k <= leaves_[d].size(); ++k) {
        sum += 1 / std::sqrt(static_cast<double>(k));
        sums_[d].push_back(sum);
      }
      // Which of them are common differs from world to world.
      for (size_t k = leaves_[d].size(); k > 1; --k) {
        std::swap(leaves_[d][k - 1], leaves_[d][dice_.Below(k)]);
      }
    }
    for (size_t d : {size_t{kChannel}, size_t{kAttribute}}) {
      for (size_t i = 0; i <= to.values(d); ++i) {
        times_[d].push_back(0.7 + 0.7 * dice_.Roll());
      }
    }
  }

  void AddParts(size_t dimension, const char* name, int wholes, int parts) {
    for (int i = 0; i < wholes; ++i) {
      const std::string whole = absl::StrCat(name, i);
      const DimensionValue parent = Add(dimension, whole);
      for (int k = 0; k < parts; ++k) {
        leaves_[dimension].push_back(
            Add(dimension, absl::StrCat(whole, ".", k), parent));
      }
    }
  }

  DimensionValue Draw(size_t dimension) {
    const std::vector<double>& sums = sums_[dimension];
    const auto found =
        std::upper_bound(sums.begin(), sums.end(), dice_.Roll() * sums.back());
    return leaves_[dimension]
                  [std::min<size_t>(found - sums.begin(), sums.size() - 1)];
  }

  CauseWorld::Tuple DrawTuple() {
    CauseWorld::Tuple tuple = {};
    for (size_t d = 0; d < kSharedWidth; ++d) tuple[d] = Draw(d);
    if (tuple[kChannel] > 2) tuple[kVersion] = kNoDimensionValue;
    if (dice_.Roll() < 0.7) {
      tuple[kTeam] = leaves_[kTeam][tuple[kRegion] % leaves_[kTeam].size()];
    }
    return tuple;
  }

  struct Asked {
    size_t dimension = 0;
    DimensionValue value = kNoDimensionValue;
  };
  using AskedAll = std::vector<Asked>;

  bool Holds(const CauseWorld::Tuple& tuple, const AskedAll& all) const {
    return std::all_of(all.begin(), all.end(), [&](const Asked& asked) {
      return world_.dimensions.is_shared(asked.dimension) == false ||
             (tuple[asked.dimension] != kNoDimensionValue &&
              world_.dimensions.IsWithin(asked.dimension,
                                         tuple[asked.dimension], asked.value));
    });
  }

  double Covered(const AskedAll& all) const {
    return static_cast<double>(
        std::count_if(world_.observations.begin(), world_.observations.end(),
                      [&](const CauseWorld::Observation& observation) {
                        return Holds(observation.tuple, all);
                      }));
  }

  // Conditions on shared dimensions, at any level, and now and then on what a
  // finding is; or only a change that was missed.
  AskedAll DrawConditions() {
    AskedAll all;
    if (dice_.Roll() < 0.1) {
      all.push_back({kChange, Add(kChange, absl::StrCat("batch", Planted()))});
      return all;
    }
    const size_t count = 1 + dice_.Below(3);
    const double kind = dice_.Roll();
    if (count > 1 && kind < 0.3) {
      const size_t d = kind < 0.2 ? kKind : kEntry;
      all.push_back({d, leaves_[d][dice_.Below(leaves_[d].size())]});
    }
    while (all.size() < count) {
      const size_t d = dice_.Below(kSharedWidth);
      const auto same = [d](const Asked& a) { return a.dimension == d; };
      if (std::any_of(all.begin(), all.end(), same)) continue;
      const auto value = static_cast<DimensionValue>(
          1 + dice_.Below(world_.dimensions.values(d)));
      all.push_back({d, value});
    }
    return all;
  }

  void TryToPlant() {
    const AskedAll all = DrawConditions();
    const double rate = options_.rate_min +
                        (options_.rate_max - options_.rate_min) * dice_.Roll();
    const bool change = all.front().dimension == kChange;
    const double covered = Covered(all);
    const auto observations = static_cast<double>(options_.observations);
    if (!change &&
        (covered * rate < kFindingsMin || covered > kShareMax * observations)) {
      return;
    }
    for (size_t i = 0; i < all.size() && !change; ++i) {
      if (!world_.dimensions.is_shared(all[i].dimension)) continue;
      AskedAll wider = all;
      wider[i].value = world_.dimensions.parent(all[i].dimension, all[i].value);
      if (wider[i].value == kNoDimensionValue) wider.erase(wider.begin() + i);
      if (Covered(wider) < kWider * covered) return;
    }
    for (const AskedAll& other : asked_) {
      if (change || other.front().dimension == kChange) continue;
      AskedAll both = all;
      both.insert(both.end(), other.begin(), other.end());
      if (Covered(both) > kOverlapMax * std::min(covered, Covered(other))) {
        return;
      }
    }
    CauseConditions conditions;
    for (const Asked& asked : all) {
      conditions.push_back(
          {world_.dimensions.name(asked.dimension),
           world_.dimensions.value(asked.dimension, asked.value)});
    }
    std::sort(conditions.begin(), conditions.end());
    world_.planted.push_back(std::move(conditions));
    asked_.push_back(all);
    rates_.push_back(change ? kFindingsMin * (1 + dice_.Roll()) / observations
                            : rate);
  }

  void Contradict() {
    for (CauseWorld::Observation& observation : world_.observations) {
      CauseWorld::Tuple& tuple = observation.tuple;
      for (size_t i = 0; i < asked_.size(); ++i) {
        if (!Holds(tuple, asked_[i]) || dice_.Roll() >= rates_[i]) continue;
        observation.maker = static_cast<int>(i);
        observation.contradicts = true;
        break;
      }
      if (!observation.contradicts) {
        observation.contradicts =
            dice_.Roll() < options_.background *
                               times_[kChannel][tuple[kChannel]] *
                               times_[kAttribute][tuple[kAttribute]];
      }
      if (observation.contradicts) Describe(&observation);
    }
  }

  void Describe(CauseWorld::Observation* finding) {
    CauseWorld::Tuple& tuple = finding->tuple;
    tuple[kKind] = Draw(kKind);
    // Half of what contradicts is a code, a fifth a change of its own.
    if (dice_.Roll() < 0.5) tuple[kEntry] = Draw(kEntry);
    if (dice_.Roll() < 0.2) {
      tuple[kChange] = Add(
          kChange, absl::StrCat("change", world_.dimensions.values(kChange)));
    }
    if (finding->maker < 0) return;
    for (const Asked& asked : asked_[finding->maker]) {
      if (!world_.dimensions.is_shared(asked.dimension)) {
        tuple[asked.dimension] = asked.value;
      }
    }
  }

  const CauseWorldOptions& options_;
  CauseWorld& world_;
  CauseDice dice_;
  std::vector<std::vector<DimensionValue>> leaves_;
  std::vector<double> sums_[kWidth];
  std::vector<double> times_[kWidth];
  std::vector<AskedAll> asked_;
  std::vector<double> rates_;
};

std::vector<CauseConditions> ConditionsOf(const FoundCauses& found) {
  std::vector<CauseConditions> conditions;
  for (const FoundCause& cause : found.causes) {
    conditions.push_back(cause.conditions);
  }
  return conditions;
}

// Conditions by dimension and value, sorted.
using Key = std::vector<uint64_t>;
struct Seen {
  double findings = 0;
  double agreements = 0;

  double rate() const { return findings / (findings + agreements); }
};

// Counts an observation for each conjunction that it satisfies.
void CountAll(const Dimensions& dimensions, const CauseWorld::Observation& one,
              absl::flat_hash_map<Key, Seen>* seen) {
  std::vector<uint64_t> holds;
  for (size_t d = 0; d < kSharedWidth; ++d) {
    for (DimensionValue v = one.tuple[d]; v != kNoDimensionValue;
         v = dimensions.parent(d, v)) {
      holds.push_back(d << 32 | v);
    }
  }
  const auto count = [&](Key key) {
    Seen& of = (*seen)[std::move(key)];
    (one.contradicts ? of.findings : of.agreements) += 1;
  };
  const auto apart = [](uint64_t a, uint64_t b) { return a >> 32 != b >> 32; };
  for (size_t i = 0; i < holds.size(); ++i) {
    count({holds[i]});
    for (size_t j = i + 1; j < holds.size(); ++j) {
      if (!apart(holds[i], holds[j])) continue;
      count({holds[i], holds[j]});
      for (size_t k = j + 1; k < holds.size(); ++k) {
        if (apart(holds[j], holds[k])) count({holds[i], holds[j], holds[k]});
      }
    }
  }
}

}  // namespace

bool Satisfies(const CauseWorld& world,
               const CauseWorld::Observation& observation,
               const CauseConditions& conditions) {
  const Dimensions& dimensions = world.dimensions;
  return std::all_of(
      conditions.begin(), conditions.end(), [&](const CauseCondition& one) {
        const size_t d = dimensions.FindDimension(one.dimension);
        return dimensions.IsWithin(d, observation.tuple[d],
                                   dimensions.Find(d, one.value));
      });
}

std::unique_ptr<CauseWorld> MakeCauseWorld(const CauseWorldOptions& options) {
  auto world = std::make_unique<CauseWorld>();
  Maker(options, world.get()).Make();
  return world;
}

CauseObservations Observe(const CauseWorld& world, bool backwards) {
  CauseObservations observations(world.dimensions);
  for (size_t i = 0; i < world.observations.size(); ++i) {
    const CauseWorld::Observation& observation =
        world.observations[backwards ? world.observations.size() - 1 - i : i];
    const absl::Status status =
        observation.contradicts ? observations.AddFindings(observation.tuple)
                                : observations.AddAgreements(observation.tuple);
    if (!status.ok()) std::abort();
  }
  return observations;
}

CauseScore& CauseScore::operator+=(const CauseScore& other) {
  planted += other.planted;
  recovered += other.recovered;
  spurious += other.spurious;
  made += other.made;
  placed += other.placed;
  return *this;
}

CauseScore ScoreOf(const CauseWorld& world, const FoundCauses& found) {
  CauseScore score;
  const std::vector<CauseConditions> conditions = ConditionsOf(found);
  score.planted = static_cast<int>(world.planted.size());
  // By found cause: the planted one that it is.
  std::vector<int> planted_of;
  for (const CauseConditions& one : conditions) {
    const auto same =
        std::find(world.planted.begin(), world.planted.end(), one);
    const bool is_planted = same != world.planted.end();
    ++(is_planted ? score.recovered : score.spurious);
    planted_of.push_back(
        is_planted ? static_cast<int>(same - world.planted.begin()) : -1);
  }
  const CauseMatcher of_found(world.dimensions, conditions);
  for (const CauseWorld::Observation& finding : world.observations) {
    if (finding.maker < 0) continue;
    ++score.made;
    const CauseSet set = of_found.Match(finding.tuple.data()).all();
    for (size_t i = 0; i < planted_of.size(); ++i) {
      if ((set >> i & 1) == 0) continue;
      if (planted_of[i] >= 0) ++score.placed;
      break;
    }
  }
  return score;
}

std::vector<CauseConditions> ListOutstanding(const CauseWorld& world,
                                             double findings_min,
                                             double share_min,
                                             double risk_ratio_min) {
  const Dimensions& dimensions = world.dimensions;
  absl::flat_hash_map<Key, Seen> seen;
  Seen all;
  for (const CauseWorld::Observation& one : world.observations) {
    (one.contradicts ? all.findings : all.agreements) += 1;
    CountAll(dimensions, one, &seen);
  }
  std::vector<std::pair<double, Key>> outstanding;
  std::set<Key> listed;
  const double least = std::max(findings_min, share_min * all.findings);
  for (size_t size = 1; size <= 3; ++size) {
    for (const auto& [key, of] : seen) {
      if (key.size() != size || of.findings < least) continue;
      const double inside = of.rate();
      const double outside =
          Seen{all.findings - of.findings, all.agreements - of.agreements}
              .rate();
      if (inside < risk_ratio_min * outside) continue;
      const bool implied = std::any_of(
          listed.begin(), listed.end(), [&key = key](const Key& shorter) {
            return shorter.size() < key.size() &&
                   std::includes(key.begin(), key.end(), shorter.begin(),
                                 shorter.end());
          });
      if (implied) continue;
      listed.insert(key);
      outstanding.emplace_back(-inside / std::max(outside, 1e-9), key);
    }
  }
  std::sort(outstanding.begin(), outstanding.end());
  std::vector<CauseConditions> causes;
  for (const auto& [ratio, key] : outstanding) {
    CauseConditions& conditions = causes.emplace_back();
    for (const uint64_t one : key) {
      const size_t d = one >> 32;
      conditions.push_back(
          {dimensions.name(d),
           dimensions.value(d, static_cast<DimensionValue>(one))});
    }
    std::sort(conditions.begin(), conditions.end());
  }
  return causes;
}

}  // namespace concordat
