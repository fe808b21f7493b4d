// Grouping findings into causes: how many observations and findings a second
// one core takes, from tuples that are numbered already to the causes; and how
// many of the planted causes come out, beside a list of all that stands out.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "consistency/causes/cause_index.h"
#include "consistency/causes/cause_observations.h"
#include "consistency/causes/find_causes.h"
#include "tests/consistency/causes/cause_world.h"

namespace concordat {
namespace {

// As many tuples are added at a time.
constexpr size_t kBatch = 1000 * CauseWorld::kWidth;

struct Tuples {
  std::vector<DimensionValue> findings;
  std::vector<DimensionValue> agreements;
};

Tuples TuplesOf(const CauseWorld& world) {
  Tuples tuples;
  for (const CauseWorld::Observation& one : world.observations) {
    std::vector<DimensionValue>& to =
        one.contradicts ? tuples.findings : tuples.agreements;
    to.insert(to.end(), one.tuple.begin(), one.tuple.end());
  }
  return tuples;
}

CauseWorldOptions Large(int observations) {
  return {.seed = 5,
          .observations = observations,
          .planted = 5,
          .rate_min = 0.3,
          .rate_max = 0.8,
          .background = 0.04};
}

template <typename Add>
bool InBatches(const std::vector<DimensionValue>& tuples, const Add& add) {
  for (size_t i = 0; i < tuples.size(); i += kBatch) {
    const size_t size = std::min(kBatch, tuples.size() - i);
    if (!add(absl::MakeConstSpan(tuples).subspan(i, size)).ok()) return false;
  }
  return true;
}

// Each observation by itself.
void Observations(benchmark::State& state) {
  const std::unique_ptr<CauseWorld> world =
      MakeCauseWorld(Large(static_cast<int>(state.range(0))));
  const Tuples tuples = TuplesOf(*world);
  size_t causes = 0;
  size_t distinct = 0;
  for ([[maybe_unused]] auto step : state) {
    CauseObservations observations(world->dimensions);
    const bool added =
        InBatches(tuples.findings,
                  [&](auto some) { return observations.AddFindings(some); }) &&
        InBatches(tuples.agreements,
                  [&](auto some) { return observations.AddAgreements(some); });
    const auto found = FindCauses(observations);
    if (!added || !found.ok()) return state.SkipWithError("not added");
    causes = found->causes.size();
    distinct =
        observations.findings().size() + observations.agreements().size();
  }
  const auto all = static_cast<double>(state.range(0));
  const auto rate = benchmark::Counter::kIsIterationInvariantRate;
  state.counters["observations/s"] = benchmark::Counter(all, rate);
  state.counters["contradict"] =
      static_cast<double>(tuples.findings.size()) / CauseWorld::kWidth / all;
  state.counters["distinct"] = static_cast<double>(distinct) / all;
  state.counters["causes"] = static_cast<double>(causes);
}
BENCHMARK(Observations)
    ->Arg(1'000'000)
    ->Arg(4'000'000)
    ->Unit(benchmark::kMillisecond);

// Each finding by itself; agreements as counts. Hours are those of parts of
// the day, for both.
void FindingsBesideCounts(benchmark::State& state) {
  const std::unique_ptr<CauseWorld> world =
      MakeCauseWorld(Large(static_cast<int>(state.range(0))));
  constexpr size_t kHour = 5;
  for (CauseWorld::Observation& one : world->observations) {
    one.tuple[kHour] = world->dimensions.parent(kHour, one.tuple[kHour]);
  }
  const Tuples tuples = TuplesOf(*world);
  std::map<CauseWorld::Tuple, int64_t> counts;
  for (const CauseWorld::Observation& one : world->observations) {
    if (!one.contradicts) ++counts[one.tuple];
  }
  const std::vector<std::pair<CauseWorld::Tuple, int64_t>> counted(
      counts.begin(), counts.end());
  size_t causes = 0;
  for ([[maybe_unused]] auto step : state) {
    CauseObservations observations(world->dimensions);
    bool added = InBatches(tuples.findings, [&](auto some) {
      return observations.AddFindings(some);
    });
    for (const auto& [tuple, count] : counted) {
      added = added && observations.AddAgreements(tuple, count).ok();
    }
    const auto found = FindCauses(observations);
    if (!added || !found.ok()) return state.SkipWithError("not added");
    causes = found->causes.size();
  }
  const double findings =
      static_cast<double>(tuples.findings.size()) / CauseWorld::kWidth;
  const auto rate = benchmark::Counter::kIsIterationInvariantRate;
  state.counters["findings"] = findings;
  state.counters["counts"] = static_cast<double>(counts.size());
  state.counters["findings/s"] = benchmark::Counter(findings, rate);
  state.counters["observations/s"] =
      benchmark::Counter(static_cast<double>(state.range(0)), rate);
  state.counters["causes"] = static_cast<double>(causes);
}
BENCHMARK(FindingsBesideCounts)
    ->Arg(1'000'000)
    ->Arg(4'000'000)
    ->Arg(12'000'000)
    ->Unit(benchmark::kMillisecond);

// Only findings: without agreements there are no rates, and so next to no
// causes, but every finding is looked at.
void AddFindings(benchmark::State& state) {
  const std::unique_ptr<CauseWorld> world = MakeCauseWorld(Large(1'000'000));
  Tuples tuples = TuplesOf(*world);
  tuples.findings.insert(tuples.findings.end(), tuples.agreements.begin(),
                         tuples.agreements.end());
  for ([[maybe_unused]] auto step : state) {
    CauseObservations observations(world->dimensions);
    if (!InBatches(tuples.findings,
                   [&](auto some) { return observations.AddFindings(some); })) {
      return state.SkipWithError("not added");
    }
    benchmark::DoNotOptimize(observations.findings().size());
  }
  state.SetItemsProcessed(state.iterations() * 1'000'000);
}
BENCHMARK(AddFindings)->Unit(benchmark::kMillisecond);

void MainCause(benchmark::State& state) {
  const std::unique_ptr<CauseWorld> world = MakeCauseWorld(Large(100'000));
  const FoundCauses found = *FindCauses(Observe(*world));
  std::vector<CauseConditions> causes;
  for (const FoundCause& cause : found.causes) {
    causes.push_back(cause.conditions);
  }
  const CauseIndex index(world->dimensions, causes);
  std::vector<std::vector<DimensionReading>> findings;
  for (const CauseWorld::Observation& one : world->observations) {
    std::vector<DimensionReading>& finding = findings.emplace_back();
    for (size_t d = 0; d < CauseWorld::kWidth; ++d) {
      if (one.tuple[d] == kNoDimensionValue) continue;
      finding.push_back({world->dimensions.name(d),
                         world->dimensions.value(d, one.tuple[d])});
    }
  }
  size_t i = 0;
  for ([[maybe_unused]] auto step : state) {
    benchmark::DoNotOptimize(index.MainCauseOf(findings[i]));
    i = (i + 1) % findings.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(MainCause);

enum Method : int64_t { kCauses, kList };

// What comes out of some worlds of none to five planted causes.
void Planted(benchmark::State& state) {
  CauseScore score;
  for ([[maybe_unused]] auto step : state) {
    score = {};
    for (int64_t seed = 1; seed <= state.range(1); ++seed) {
      const std::unique_ptr<CauseWorld> world =
          MakeCauseWorld({.seed = static_cast<uint64_t>(seed) + 10'000,
                          .observations = 60'000,
                          .planted = static_cast<int>(seed % 6)});
      FoundCauses found;
      if (state.range(0) == kCauses) {
        found = *FindCauses(Observe(*world));
      } else {
        for (CauseConditions& one : ListOutstanding(*world, 10, 0.001, 3)) {
          found.causes.push_back({.conditions = std::move(one)});
        }
      }
      score += ScoreOf(*world, found);
    }
  }
  state.SetLabel(state.range(0) == kCauses ? "causes" : "list");
  state.counters["planted"] = score.planted;
  state.counters["recovered"] = score.recovered;
  state.counters["spurious"] = score.spurious;
  state.counters["placed"] =
      static_cast<double>(score.placed) / static_cast<double>(score.made);
}
BENCHMARK(Planted)
    ->Args({kCauses, 30})
    ->Args({kList, 30})
    ->Args({kCauses, 500})
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace concordat

BENCHMARK_MAIN();
