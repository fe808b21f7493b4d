#include "consistency/causes/conjunction_search.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace concordat {
namespace {

// Uneven parts that are taken out of a conjunction to see what is left.
constexpr size_t kPartsMax = 16;
// What is left is background where its rate is, with 99 % confidence, below
// what makes a cause, or below a tenth of the whole's.
constexpr double kBackgroundLog = -4.605170185988091;
constexpr double kFractionOfWhole = 0.1;
// How many times as often something happens with a condition as without.
constexpr double kNeeded = 2;
// Of one step, conjunctions that are looked at for whether they need each
// condition, the best first.
constexpr size_t kPromotedMax = 16;
// Conjunctions are equivalent where so much of each is in both.
constexpr double kSame = 0.95;

}  // namespace

ConjunctionSearch::ConjunctionSearch(const CausePopulation& population,
                                     const Options& options)
    : population_(population),
      options_(options),
      chance_cost_(std::log(static_cast<double>(options.conditions_max) /
                            options.chance_max)) {}

double ConjunctionSearch::CostOf(const Conjunction& conjunction) const {
  double cost = chance_cost_;
  for (const uint32_t node : conjunction) {
    cost += population_.nodes()[node].cost;
  }
  return cost;
}

double ConjunctionSearch::Fill(int64_t observations_anywhere,
                               ScoredConjunction* scored) const {
  const double scale = population_.findings_per_row();
  const auto events = static_cast<double>(scored->events);
  const Conjunction& conjunction = scored->conjunction;
  const double cost = CostOf(conjunction);
  scored->gain = -cost;
  if (population_.HasPlace(conjunction)) {
    const auto observations = static_cast<double>(scored->observations);
    const EventCount inside = {events, observations};
    const EventCount all = {static_cast<double>(scored->events_anywhere),
                            static_cast<double>(observations_anywhere)};
    const EventCount outside = {all.events - events,
                                all.observations - observations};
    if (inside.rate() <= outside.rate()) return 0;
    const double raised = RateGain(inside, all) / scale;
    if (outside.observations > 0 &&
        inside.rate() >= options_.risk_ratio_min * outside.rate()) {
      scored->gain += raised;
    }
    return raised;
  }
  if (conjunction.size != 1) return 0;
  const CausePopulation::Node& node = population_.nodes()[conjunction.nodes[0]];
  if (!node.origin || !node.usual.IsOutlier(events)) return 0;
  const double raised = CountGain(events, node.usual.count()) / scale;
  scored->gain += raised;
  return raised;
}

double ConjunctionSearch::GainMax(const ScoredConjunction& scored) const {
  const auto events = static_cast<double>(scored.events);
  // A condition on findings may be one that holds nowhere else.
  return RateGain({events, events},
                  {events, static_cast<double>(observations_anywhere_)}) /
             population_.findings_per_row() -
         CostOf(scored.conjunction);
}

bool ConjunctionSearch::HasDimensionOf(const Conjunction& conjunction,
                                       uint32_t node) const {
  const auto& nodes = population_.nodes();
  return std::any_of(conjunction.begin(), conjunction.end(),
                     [&](uint32_t other) {
                       return nodes[other].dimension == nodes[node].dimension;
                     });
}

int64_t ConjunctionSearch::WeightOf(const std::vector<uint32_t>& rows) const {
  int64_t weight = 0;
  for (const uint32_t row : rows) weight += population_.weight(row);
  return weight;
}

int64_t ConjunctionSearch::EventsAnywhere(const CauseRows& rows,
                                          const Conjunction& conjunction) {
  // Indexes of nodes are of 20 bits: kCauseDimensionsMax x 2^16.
  uint64_t key = 0;
  for (const uint32_t node : conjunction) {
    if (!population_.nodes()[node].shared) key = key << 20 | node;
  }
  const auto [found, added] = events_anywhere_.try_emplace(key, 0);
  if (added) {
    const auto event = population_.TestsOf(conjunction, /*shared=*/false);
    for (const uint32_t row : rows.events) {
      if (CausePopulation::Pass(row, event)) {
        found->second += population_.weight(row);
      }
    }
  }
  return found->second;
}

const CauseRows& ConjunctionSearch::RowsAround(
    const CauseRows& rows, const Conjunction& conjunction) const {
  const CauseRows* least = &rows;
  for (const uint32_t node : conjunction) {
    const auto found = rows_of_.find(node);
    if (found == rows_of_.end()) continue;
    const CauseRows& around = found->second;
    if (around.events.size() + around.others.size() <
        least->events.size() + least->others.size()) {
      least = &around;
    }
  }
  return *least;
}

void ConjunctionSearch::Extend(const State& state, const NodeCounts& counts,
                               const CauseRows& rows,
                               std::vector<State>* extended,
                               ScoredConjunction* best) {
  const auto& nodes = population_.nodes();
  const bool last =
      state.scored.conjunction.size + 1 >= options_.conditions_max;
  std::vector<ScoredConjunction> better;
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    if (counts.events[node] < options_.findings_min ||
        !population_.IsCondition(node) ||
        HasDimensionOf(state.scored.conjunction, node)) {
      continue;
    }
    State next = state;
    next.scored.conjunction = state.scored.conjunction.With(node);
    next.scored.events = counts.events[node];
    if (nodes[node].shared) {
      next.scored.observations = counts.observations(node);
    } else {
      next.scored.events_anywhere =
          EventsAnywhere(rows, next.scored.conjunction);
    }
    next.raised = Fill(observations_anywhere_, &next.scored);
    if (next.raised <= 0) continue;
    if (next.scored.gain > 0 && next.scored.gain >= best->gain) {
      better.push_back(next.scored);
    }
    // What is an origin alone is taken further by Narrow.
    if (!last && population_.HasPlace(next.scored.conjunction)) {
      extended->push_back(next);
    }
  }
  Promote(rows, std::move(better), best);
}

void ConjunctionSearch::Promote(const CauseRows& rows,
                                std::vector<ScoredConjunction> better,
                                ScoredConjunction* best) const {
  const auto before = [](const ScoredConjunction& a,
                         const ScoredConjunction& b) {
    if (a.gain != b.gain) return a.gain > b.gain;
    return a.conjunction < b.conjunction;
  };
  std::sort(better.begin(), better.end(), before);
  if (better.size() > kPromotedMax) better.resize(kPromotedMax);
  for (const ScoredConjunction& scored : better) {
    if (best->gain > 0 && !before(scored, *best)) return;
    if (!NeedsEach(rows, scored)) continue;
    *best = scored;
    return;
  }
}

EventCount ConjunctionSearch::CountOf(const CauseRows& rows,
                                      const Conjunction& conjunction) const {
  const auto places = population_.TestsOf(conjunction, /*shared=*/true);
  const auto kinds = population_.TestsOf(conjunction, /*shared=*/false);
  int64_t events = 0;
  int64_t observations = 0;
  for (const uint32_t row : rows.events) {
    if (!CausePopulation::Pass(row, places)) continue;
    observations += population_.weight(row);
    if (CausePopulation::Pass(row, kinds)) events += population_.weight(row);
  }
  for (const uint32_t row : rows.others) {
    if (!CausePopulation::Pass(row, places)) continue;
    observations += population_.weight(row);
  }
  return {static_cast<double>(events), static_cast<double>(observations)};
}

bool ConjunctionSearch::NeedsEach(const CauseRows& rows,
                                  const ScoredConjunction& scored) const {
  const EventCount own = {static_cast<double>(scored.events),
                          static_cast<double>(scored.observations)};
  for (const Conjunction& wider : population_.Wider(scored.conjunction)) {
    if (!population_.HasPlace(wider)) continue;
    EventCount count = CountOf(RowsAround(rows, wider), wider);
    const EventCount added = {count.events - own.events,
                              count.observations - own.observations};
    if (added.observations > 0) {
      // More places, of the same events.
      if (added.rate() * kNeeded > own.rate()) return false;
      continue;
    }
    // More events, in the same places: each against the rest of its kind.
    const CauseRows outside = population_.Outside(rows, wider);
    const double more =
        CountOf(outside, Conjunction{}).events -
        CountOf(population_.Outside(rows, scored.conjunction), {}).events;
    const double of_own =
        static_cast<double>(scored.events_anywhere) - own.events;
    if (added.events * kNeeded * std::max(of_own, 1.0) >
        own.events * std::max(more, 1.0)) {
      return false;
    }
  }
  return true;
}

void ConjunctionSearch::Trim(std::vector<State>* states) const {
  std::sort(states->begin(), states->end(), [](const State& a, const State& b) {
    if (a.raised != b.raised) return a.raised > b.raised;
    return a.scored.conjunction < b.scored.conjunction;
  });
  const auto same = [](const State& a, const State& b) {
    return a.scored.conjunction == b.scored.conjunction;
  };
  states->erase(std::unique(states->begin(), states->end(), same),
                states->end());
  if (states->size() > options_.beam) states->resize(options_.beam);
}

ScoredConjunction ConjunctionSearch::Best(const CauseRows& rows) {
  ScoredConjunction best;
  NodeCounts counts;
  population_.Count(rows, &counts);
  observations_anywhere_ = counts.total();
  State root;
  root.scored.events = counts.events_total;
  root.scored.observations = observations_anywhere_;
  root.scored.events_anywhere = counts.events_total;
  std::vector<State> beam;
  Extend(root, counts, rows, &beam, &best);
  for (size_t size = 1; size < options_.conditions_max; ++size) {
    Trim(&beam);
    std::vector<State> extended;
    for (const State& state : beam) {
      if (GainMax(state.scored) <= best.gain) continue;
      CauseRows inside = population_.Select(
          RowsAround(rows, state.scored.conjunction), state.scored.conjunction);
      population_.Count(inside, &counts);
      Extend(state, counts, rows, &extended, &best);
      if (size == 1) {
        rows_of_.emplace(state.scored.conjunction.nodes[0], std::move(inside));
      }
    }
    beam = std::move(extended);
  }
  // They are of these rows.
  events_anywhere_.clear();
  rows_of_.clear();
  return best;
}

ScoredConjunction ConjunctionSearch::Score(
    const CauseRows& rows, const Conjunction& conjunction) const {
  ScoredConjunction scored;
  scored.conjunction = conjunction;
  const auto places = population_.TestsOf(conjunction, /*shared=*/true);
  const auto events = population_.TestsOf(conjunction, /*shared=*/false);
  for (const uint32_t row : rows.events) {
    const int64_t weight = population_.weight(row);
    const bool place = CausePopulation::Pass(row, places);
    const bool event = CausePopulation::Pass(row, events);
    if (place) scored.observations += weight;
    if (event) scored.events_anywhere += weight;
    if (place && event) scored.events += weight;
  }
  for (const uint32_t row : rows.others) {
    if (CausePopulation::Pass(row, places)) {
      scored.observations += population_.weight(row);
    }
  }
  const int64_t anywhere = WeightOf(rows.events) + WeightOf(rows.others);
  Fill(anywhere, &scored);
  return scored;
}

ConjunctionSearch::Part ConjunctionSearch::MostUneven(
    const CauseRows& inside, const NodeCounts& outside,
    const Conjunction& found) const {
  NodeCounts counts;
  population_.Count(inside, &counts);
  const double scale = population_.findings_per_row();
  const EventCount all = {static_cast<double>(counts.events_total),
                          static_cast<double>(counts.total())};
  const bool has_place = population_.HasPlace(found);
  Part most;
  for (uint32_t node = 0; node < counts.events.size(); ++node) {
    const CausePopulation::Node& asked = population_.nodes()[node];
    if (counts.events[node] < options_.findings_min ||
        !population_.IsCondition(node)) {
      continue;
    }
    const auto events = static_cast<double>(counts.events[node]);
    double gain = -asked.cost - chance_cost_;
    if (asked.shared) {
      gain += RateGain({events, static_cast<double>(counts.observations(node))},
                       all) /
              scale;
    } else if (has_place) {
      const EventCount here = {events, all.events};
      const EventCount there = {static_cast<double>(outside.events[node]),
                                static_cast<double>(outside.events_total)};
      if (here.rate() > there.rate()) gain += ShareGain(here, there) / scale;
    }
    const bool possible =
        found.size < options_.conditions_max || HasDimensionOf(found, node);
    if (possible && gain > most.gain) most = {node, gain};
  }
  return most;
}

bool ConjunctionSearch::IsOnlyItsParts(const CauseRows& rows,
                                       const CauseRows& inside,
                                       const Conjunction& found,
                                       Part* first) const {
  CauseRows outside = population_.Outside(rows, found);
  NodeCounts outside_counts;
  population_.Count(outside, &outside_counts);
  CauseRows left = inside;
  for (size_t parts = 0; parts < kPartsMax; ++parts) {
    const Part part = MostUneven(left, outside_counts, found);
    if (part.gain <= 0) break;
    if (parts == 0) *first = part;
    const Conjunction taken = Conjunction{}.With(part.node);
    left = population_.Without(left, taken);
    // Of findings that are no event of what is left there are none to expect.
    if (!population_.nodes()[part.node].shared) {
      outside = population_.Without(outside, taken);
    }
  }
  if (first->gain <= 0) return false;
  const double scale = population_.findings_per_row();
  const EventCount seen = {
      static_cast<double>(WeightOf(left.events)) / scale,
      static_cast<double>(WeightOf(left.events) + WeightOf(left.others)) /
          scale};
  const EventCount whole = {
      static_cast<double>(WeightOf(inside.events)),
      static_cast<double>(WeightOf(inside.events) + WeightOf(inside.others))};
  double background = 0;
  // The share of events that is left elsewhere, once those kinds of them that
  // are uneven are gone.
  double kept = 1;
  if (population_.HasPlace(found)) {
    background = EventCount{static_cast<double>(WeightOf(outside.events)),
                            static_cast<double>(outside_counts.total())}
                     .rate();
    kept = static_cast<double>(WeightOf(outside.events)) /
           std::max(1.0, static_cast<double>(outside_counts.events_total));
  } else {
    background = population_.nodes()[found.nodes[0]].usual.count() /
                 std::max(whole.observations, 1.0);
  }
  const double limit = std::max(options_.risk_ratio_min * background,
                                kFractionOfWhole * kept * whole.rate());
  return FewEventsLog(seen, limit) <= kBackgroundLog;
}

Conjunction ConjunctionSearch::Refined(const Conjunction& found,
                                       uint32_t part) const {
  const auto& nodes = population_.nodes();
  for (size_t i = 0; i < found.size; ++i) {
    if (nodes[found.nodes[i]].dimension == nodes[part].dimension) {
      return found.Without(i).With(part);
    }
  }
  return found.With(part);
}

Conjunction ConjunctionSearch::Narrow(const CauseRows& rows,
                                      const Conjunction& found) const {
  Conjunction narrowed = found;
  // Each step takes a condition more or a level down.
  const int64_t steps_max =
      limits::kCauseConditionsMax * limits::kCauseLevelsMax;
  for (int64_t step = 0; step < steps_max; ++step) {
    const CauseRows inside = population_.Select(rows, narrowed);
    Part first;
    if (!IsOnlyItsParts(rows, inside, narrowed, &first)) break;
    const Conjunction refined = Refined(narrowed, first.node);
    if (refined == narrowed || Score(rows, refined).gain <= 0) break;
    narrowed = refined;
  }
  return narrowed;
}

std::vector<Conjunction> ConjunctionSearch::Alternatives(
    const CauseRows& rows, const Conjunction& conjunction,
    size_t count_max) const {
  const auto& nodes = population_.nodes();
  const ScoredConjunction own = Score(rows, conjunction);
  const auto events = static_cast<double>(own.events);
  const auto observations = static_cast<double>(own.observations);
  NodeCounts counts;
  population_.Count(population_.Select(rows, conjunction), &counts);
  std::vector<Conjunction> alternatives;
  for (uint32_t node = 0; node < nodes.size(); ++node) {
    if (static_cast<double>(counts.events[node]) < kSame * events ||
        !population_.IsCondition(node)) {
      continue;
    }
    for (size_t i = 0; i < conjunction.size; ++i) {
      const Conjunction less = conjunction.Without(i);
      if (nodes[conjunction.nodes[i]].shared != nodes[node].shared ||
          HasDimensionOf(less, node) || conjunction.nodes[i] == node) {
        continue;
      }
      const ScoredConjunction other = Score(rows, less.With(node));
      const auto ratio = [](double a, double b) {
        return std::min(a, b) / std::max({a, b, 1.0});
      };
      if (ratio(static_cast<double>(other.events), events) >= kSame &&
          ratio(static_cast<double>(other.observations), observations) >=
              kSame) {
        alternatives.push_back(other.conjunction);
      }
    }
  }
  std::sort(alternatives.begin(), alternatives.end());
  if (alternatives.size() > count_max) alternatives.resize(count_max);
  return alternatives;
}

}  // namespace concordat
