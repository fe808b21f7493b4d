// Worlds whose causes are known, for tests and benchmarks of causes.
#ifndef CONCORDAT_TESTS_CONSISTENCY_CAUSES_CAUSE_WORLD_H_
#define CONCORDAT_TESTS_CONSISTENCY_CAUSES_CAUSE_WORLD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include "consistency/causes/cause.h"
#include "consistency/causes/cause_observations.h"
#include "consistency/causes/dimensions.h"
#include "consistency/causes/find_causes.h"

namespace concordat {

// In [0, 1) and below n, the same on every platform.
class CauseDice {
 public:
  explicit CauseDice(uint64_t seed) : random_(seed) {}
  double Roll() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  size_t Below(size_t n) { return random_() % n; }

 private:
  std::mt19937_64 random_;
};

struct CauseWorldOptions {
  uint64_t seed = 1;
  int observations = 60'000;
  int planted = 3;
  // Of what is planted; how often it contradicts is drawn between them.
  double rate_min = 0.3;
  double rate_max = 1.0;
  // How often anything contradicts; times 0.7 to 1.4 by channel and attribute.
  double background = 0.02;
};

// Channels, attributes of entity types, versions in three levels that only two
// channels have, regions of countries, teams that mostly go with a region,
// hours of parts of the day; kinds, entries of a code map, missed changes. The
// k-th of some values is 1 / sqrt(k) times as common as the first.
//
// What is planted are conjunctions of one to three conditions at any level,
// some with a kind or an entry, or a change that many missed. Each covers
// enough to be seen, and no condition of it can be left out or widened without
// taking in half as much again.
struct CauseWorld {
  static constexpr size_t kWidth = 9;
  using Tuple = std::array<DimensionValue, kWidth>;
  struct Observation {
    Tuple tuple = {};
    bool contradicts = false;
    // Of a finding: which of the planted made it; -1: the background.
    int maker = -1;
  };

  Dimensions dimensions;
  std::vector<CauseConditions> planted;
  std::vector<Observation> observations;
};

// Deterministic.
std::unique_ptr<CauseWorld> MakeCauseWorld(const CauseWorldOptions& options);

// `backwards`: added from the last to the first.
CauseObservations Observe(const CauseWorld& world, bool backwards = false);

bool Satisfies(const CauseWorld& world,
               const CauseWorld::Observation& observation,
               const CauseConditions& conditions);

struct CauseScore {
  int planted = 0;
  int recovered = 0;  // whose conditions were found, exactly
  int spurious = 0;   // found, and not planted
  // Findings that what is planted made, and those of them that are given to a
  // planted cause which they satisfy: where two overlap, either will do.
  int64_t made = 0;
  int64_t placed = 0;

  CauseScore& operator+=(const CauseScore& other);
};
CauseScore ScoreOf(const CauseWorld& world, const FoundCauses& found);

// What a list of all that stands out gives, without taking out what is
// explained: conjunctions of up to three conditions, of this support and risk
// ratio, that no shorter one of them already implies (as MacroBase lists them).
// By risk ratio, greatest first.
std::vector<CauseConditions> ListOutstanding(const CauseWorld& world,
                                             double findings_min,
                                             double share_min,
                                             double risk_ratio_min);

}  // namespace concordat

#endif  // CONCORDAT_TESTS_CONSISTENCY_CAUSES_CAUSE_WORLD_H_
