// The one conjunction of conditions that explains most of some observations.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_CONJUNCTION_SEARCH_H_
#define CONCORDAT_CONSISTENCY_CAUSES_CONJUNCTION_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "consistency/causes/cause_population.h"
#include "consistency/causes/risk.h"

namespace concordat {

// A conjunction with what is seen of it among some rows.
struct ScoredConjunction {
  Conjunction conjunction;
  int64_t events = 0;
  int64_t observations = 0;
  // Events of its kind anywhere.
  int64_t events_anywhere = 0;
  // Nats by which what is seen is likelier with it than without, less what it
  // takes to name it, less what chance may give. 0 or less: it is nothing.
  double gain = 0;
};

// Looks for the conjunction of the greatest gain, a scan statistic less a
// description length: of two that explain as well it takes the shorter one, and
// of a value and the whole that it is a part of the whole, of which there are
// fewer.
//
// Level by level, each taking the best `beam` of the last further (beam
// search; Lavrac et al., Subgroup discovery with CN2-SD, JMLR 2004), as long as
// even an extension that has all the events and no agreement would beat
// the best so far (optimistic estimates: Wrobel, PKDD 1997). A
// conjunction whose every single condition is no more likely to contradict than
// the rest is not found; in a population that one conjunction raises there is
// none such.
//
// The gain has in it a bound on chance: a scan statistic of x nats comes by
// chance with a probability of at most e^-x (Chernoff), and naming the
// conjunction costs at least the logarithm of how many there are like it, so
// this is Bonferroni's bound, weighted (Genovese, Roeder, Wasserman: False
// discovery control with p-value weighting, Biometrika 2006).
//
// Each condition must earn its place: without it, what is added must contradict
// no more than half as often. Else a place where several things that are no
// causes meet would be one.
//
// Not thread-safe.
class ConjunctionSearch {
 public:
  struct Options {
    int64_t findings_min = 1;
    double risk_ratio_min = 1;
    double chance_max = 0.05;
    size_t conditions_max = 1;
    size_t beam = 48;
  };

  // `population` must outlive it.
  ConjunctionSearch(const CausePopulation& population, const Options& options);

  // The best among `rows`, whose gain is 0 or less where there is none. Ties go
  // to the lower conjunction.
  ScoredConjunction Best(const CauseRows& rows);

  // What one conjunction comes to among `rows`.
  ScoredConjunction Score(const CauseRows& rows,
                          const Conjunction& conjunction) const;

  // Whether each of its conditions earns its place among `rows`.
  bool NeedsEach(const CauseRows& rows, const ScoredConjunction& scored) const;

  // The conjunction itself; or, where it explains something only because parts
  // of it do, the best of its parts, down to one that explains on its own.
  // What is left of it without those parts is then no more than background.
  Conjunction Narrow(const CauseRows& rows, const Conjunction& found) const;

  // Others that hold for the same findings and observations but for
  // one in twenty, with one condition exchanged; `count_max` at most,
  // ascending.
  std::vector<Conjunction> Alternatives(const CauseRows& rows,
                                        const Conjunction& conjunction,
                                        size_t count_max) const;

 private:
  struct State {
    ScoredConjunction scored;
    double raised = 0;  // RateGain, by which the beam is chosen
  };
  struct Part {
    uint32_t node = 0;
    double gain = 0;
  };

  double CostOf(const Conjunction& conjunction) const;
  // Fills in the gain; returns the scan statistic.
  double Fill(int64_t observations_anywhere, ScoredConjunction* scored) const;
  // The most that a conjunction of these events can gain.
  double GainMax(const ScoredConjunction& scored) const;
  // Adds the states that extend `state`, whose rows have `counts`, by one
  // condition, and may become the best; notes the best.
  void Extend(const State& state, const NodeCounts& counts,
              const CauseRows& rows, std::vector<State>* extended,
              ScoredConjunction* best);
  // Makes the best of `better` that needs each of its conditions the best.
  void Promote(const CauseRows& rows, std::vector<ScoredConjunction> better,
               ScoredConjunction* best) const;
  // Events and observations of a conjunction.
  EventCount CountOf(const CauseRows& rows,
                     const Conjunction& conjunction) const;
  // Keeps the best few, each once.
  void Trim(std::vector<State>* states) const;
  bool HasDimensionOf(const Conjunction& conjunction, uint32_t node) const;
  int64_t EventsAnywhere(const CauseRows& rows, const Conjunction& conjunction);
  // The least set of rows at hand that has all of the conjunction.
  const CauseRows& RowsAround(const CauseRows& rows,
                              const Conjunction& conjunction) const;
  // The part of `inside`, the rows of `found`, that differs most from the rest
  // of it; gain <= 0 where none does.
  Part MostUneven(const CauseRows& inside, const NodeCounts& outside,
                  const Conjunction& found) const;
  // Whether `found` without its uneven parts is no more than background.
  bool IsOnlyItsParts(const CauseRows& rows, const CauseRows& inside,
                      const Conjunction& found, Part* first) const;
  int64_t WeightOf(const std::vector<uint32_t>& rows) const;
  // `found` and a part of it.
  Conjunction Refined(const Conjunction& found, uint32_t part) const;

  const CausePopulation& population_;
  Options options_;
  double chance_cost_ = 0;
  int64_t observations_anywhere_ = 0;  // of one Best
  // Of one Best: events of conditions on findings, anywhere; and the rows of
  // single conditions in the beam.
  absl::flat_hash_map<uint64_t, int64_t> events_anywhere_;
  absl::flat_hash_map<uint32_t, CauseRows> rows_of_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_CONJUNCTION_SEARCH_H_
