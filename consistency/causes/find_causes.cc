#include "consistency/causes/find_causes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "absl/status/status.h"
#include "consistency/causes/cause_matches.h"
#include "consistency/causes/cause_population.h"
#include "consistency/causes/conjunction_search.h"
#include "graph/errors.h"
#include "graph/limits.h"

namespace concordat {
namespace {

static_assert(limits::kCausesMax <= int64_t{kCauseSetMax});

// Below it a dimension might have more conditions than a code tells apart:
// levels / share.
constexpr double kShareMin = 0.0002;
static_assert(limits::kCauseLevelsMax / kShareMin < UINT16_MAX);
constexpr size_t kRowsMin = 1000;
// Times that each cause is sought anew beside the others.
constexpr int kRounds = 3;

absl::Status Check(const CauseOptions& options) {
  if (options.findings_min < 1) {
    return errors::InvalidField("findings_min", "must be 1 or more");
  }
  if (!(options.share_min >= kShareMin && options.share_min <= 1)) {
    return errors::InvalidField("share_min", "must be 0.0002 to 1");
  }
  if (!(options.risk_ratio_min >= 1 && std::isfinite(options.risk_ratio_min))) {
    return errors::InvalidField("risk_ratio_min", "must be 1 or more");
  }
  if (!(options.chance_max > 0 && options.chance_max <= 1)) {
    return errors::InvalidField("chance_max", "must be over 0, at most 1");
  }
  if (options.conditions_max < 1 ||
      options.conditions_max > size_t{limits::kCauseConditionsMax}) {
    return errors::InvalidField("conditions_max", "must be 1 to 4");
  }
  if (options.causes_max < 1 ||
      options.causes_max > size_t{limits::kCausesMax}) {
    return errors::InvalidField("causes_max", "must be 1 to 64");
  }
  if (std::min(options.finding_rows_max, options.agreement_rows_max) <
      kRowsMin) {
    return errors::InvalidField("rows_max", "must be 1000 or more");
  }
  return absl::OkStatus();
}

int64_t FindingsMin(int64_t findings, const CauseOptions& options) {
  const double share = options.share_min * static_cast<double>(findings);
  return std::max(options.findings_min, static_cast<int64_t>(std::ceil(share)));
}

// One run.
class CauseFinder {
 public:
  CauseFinder(const CausePopulation& population,
              const ConjunctionSearch::Options& options, size_t causes_max)
      : population_(population),
        search_(population, options),
        causes_max_(causes_max) {}

  std::vector<Conjunction> Find() {
    AddMore();
    for (int round = 0; round < kRounds; ++round) {
      const bool revised = Revise();
      const bool merged = Merge();
      const bool dropped = DropIdle();
      if (!revised && !merged && !dropped) break;
      AddMore();
    }
    DropIdle();
    return causes_;
  }

  // Alternatives of a cause among what the others leave.
  std::vector<CauseConditions> AlternativesOf(size_t index) {
    std::vector<CauseConditions> alternatives;
    for (const Conjunction& other : search_.Alternatives(
             LeftBy(OnlyOf(index)), causes_[index], kCauseAlternativesMax)) {
      alternatives.push_back(population_.ConditionsOf(other));
    }
    return alternatives;
  }

 private:
  static CauseSet OnlyOf(size_t index) { return CauseSet{1} << index; }

  // Notes which rows the cause at `index` takes.
  void Take(size_t index) {
    if (taken_.empty()) taken_.resize(population_.rows());
    const Conjunction& cause = causes_[index];
    const auto place = population_.TestsOf(cause, /*shared=*/true);
    const auto event = population_.TestsOf(cause, /*shared=*/false);
    const auto note = [&](uint32_t row, bool takes) {
      taken_[row] &= ~OnlyOf(index);
      if (takes) taken_[row] |= OnlyOf(index);
    };
    for (const uint32_t row : population_.all().events) {
      note(row, CausePopulation::Pass(row, place) &&
                    CausePopulation::Pass(row, event));
    }
    for (const uint32_t row : population_.all().others) {
      note(row, event.empty() && CausePopulation::Pass(row, place));
    }
  }

  void Set(std::vector<Conjunction> causes) {
    causes_ = std::move(causes);
    taken_.clear();
    for (size_t i = 0; i < causes_.size(); ++i) Take(i);
  }

  // What all causes leave, but for those of a set.
  CauseRows LeftBy(CauseSet but) const {
    if (taken_.empty()) return population_.all();
    CauseRows left;
    for (const uint32_t row : population_.all().events) {
      if ((taken_[row] & ~but) == 0) left.events.push_back(row);
    }
    for (const uint32_t row : population_.all().others) {
      if ((taken_[row] & ~but) == 0) left.others.push_back(row);
    }
    return left;
  }

  // Greedily: the best of what is left, and again.
  void AddMore() {
    CauseRows rows = LeftBy(0);
    while (causes_.size() < causes_max_) {
      const ScoredConjunction best = search_.Best(rows);
      if (best.gain <= 0) break;
      causes_.push_back(search_.Narrow(rows, best.conjunction));
      Take(causes_.size() - 1);
      rows = population_.Without(rows, causes_.back());
    }
  }

  // What was found first was found among what the later ones explain.
  // Whether any is another now.
  bool Revise() {
    if (causes_.size() < 2) return false;
    bool revised = false;
    for (size_t i = 0; i < causes_.size(); ++i) {
      const CauseRows rows = LeftBy(OnlyOf(i));
      // Beside the same others the same would come out as before.
      if (!sought_.emplace(causes_[i], rows.events.size(), rows.others.size())
               .second) {
        continue;
      }
      const ScoredConjunction now = search_.Score(rows, causes_[i]);
      const ScoredConjunction best = search_.Best(rows);
      if (best.gain <= std::max(now.gain, 0.0)) continue;
      const Conjunction narrowed = search_.Narrow(rows, best.conjunction);
      if (narrowed == causes_[i]) continue;
      causes_[i] = narrowed;
      Take(i);
      revised = true;
    }
    return revised;
  }

  // Puts a wider cause in the place of two or more that it implies, where it
  // explains as well: in pieces was found what was not seen whole beside the
  // other causes. Whether any was.
  bool Merge() {
    bool merged = false;
    while (MergeOne()) merged = true;
    return merged;
  }

  bool MergeOne() {
    for (const Conjunction& cause : causes_) {
      for (const Conjunction& wider : population_.Wider(cause)) {
        CauseSet pieces = 0;
        std::vector<Conjunction> others;
        for (size_t i = 0; i < causes_.size(); ++i) {
          if (population_.Implies(causes_[i], wider)) {
            pieces |= OnlyOf(i);
          } else {
            others.push_back(causes_[i]);
          }
        }
        if (others.size() + 2 > causes_.size()) continue;
        if (!ExplainsAsWell(wider, pieces)) continue;
        others.push_back(wider);
        Set(std::move(others));
        return true;
      }
    }
    return false;
  }

  bool ExplainsAsWell(const Conjunction& whole, CauseSet pieces) const {
    CauseRows rows = LeftBy(pieces);
    const double gain = search_.Score(rows, whole).gain;
    double in_pieces = 0;
    for (size_t i = 0; i < causes_.size(); ++i) {
      if ((pieces & OnlyOf(i)) == 0) continue;
      in_pieces += std::max(0.0, search_.Score(rows, causes_[i]).gain);
      rows = population_.Without(rows, causes_[i]);
    }
    return gain > 0 && gain >= in_pieces;
  }

  // What a cause explains of what the others leave; 0 or less: nothing.
  double GainOf(size_t index) const {
    const CauseRows rows = LeftBy(OnlyOf(index));
    const ScoredConjunction own = search_.Score(rows, causes_[index]);
    return search_.NeedsEach(rows, own) ? own.gain : std::min(own.gain, 0.0);
  }

  // Drops the causes that explain nothing which the others do not, the least
  // first. Whether any was.
  bool DropIdle() {
    bool dropped = false;
    while (!causes_.empty()) {
      size_t least = 0;
      double gain = 0;
      for (size_t i = 0; i < causes_.size(); ++i) {
        const double own = GainOf(i);
        if (i == 0 || own < gain) {
          least = i;
          gain = own;
        }
      }
      if (gain > 0) break;
      std::vector<Conjunction> kept = causes_;
      kept.erase(kept.begin() + static_cast<ptrdiff_t>(least));
      Set(std::move(kept));
      dropped = true;
    }
    return dropped;
  }

  const CausePopulation& population_;
  ConjunctionSearch search_;
  size_t causes_max_;
  std::vector<Conjunction> causes_;
  // By row: who takes it.
  std::vector<CauseSet> taken_;
  // Causes that were sought anew, and how many rows the others left them.
  std::set<std::tuple<Conjunction, size_t, size_t>> sought_;
};

// The figures, in the order in which findings are given out, and who gets how
// many.
void CountExactly(const CauseObservations& observations,
                  std::vector<FoundCause>* causes) {
  std::vector<CauseConditions> conditions;
  conditions.reserve(causes->size());
  for (const FoundCause& cause : *causes)
    conditions.push_back(cause.conditions);
  const MatchCounts counts(observations, conditions, conditions);
  for (size_t i = 0; i < causes->size(); ++i) {
    (*causes)[i].figures = counts.Figures(i);
  }
  std::vector<size_t> order(causes->size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const FoundCause& first = (*causes)[a];
    const FoundCause& second = (*causes)[b];
    if (first.figures.risk_ratio.ratio != second.figures.risk_ratio.ratio) {
      return first.figures.risk_ratio.ratio > second.figures.risk_ratio.ratio;
    }
    return first.conditions < second.conditions;
  });
  for (const auto& [satisfied, findings] : counts.FindingsBySet()) {
    for (const size_t i : order) {
      if ((satisfied >> i & 1) == 0) continue;
      (*causes)[i].members += findings;
      break;
    }
  }
  std::vector<FoundCause> ordered;
  ordered.reserve(order.size());
  for (const size_t i : order) ordered.push_back(std::move((*causes)[i]));
  *causes = std::move(ordered);
}

}  // namespace

absl::StatusOr<FoundCauses> FindCauses(const CauseObservations& observations,
                                       const CauseOptions& options) {
  if (absl::Status status = Check(options); !status.ok()) return status;
  FoundCauses found;
  found.findings = observations.findings().total();
  found.agreements = observations.agreements().total();
  found.unexplained = found.findings;
  if (found.findings == 0) return found;
  const int64_t findings_min = FindingsMin(found.findings, options);
  const CausePopulation population(
      observations, {.findings_min = findings_min,
                     .finding_rows_max = options.finding_rows_max,
                     .agreement_rows_max = options.agreement_rows_max});
  found.sampled = observations.findings().size() > options.finding_rows_max ||
                  observations.agreements().size() > options.agreement_rows_max;
  CauseFinder finder(population,
                     {.findings_min = findings_min,
                      .risk_ratio_min = options.risk_ratio_min,
                      .chance_max = options.chance_max,
                      .conditions_max = options.conditions_max},
                     options.causes_max);
  const std::vector<Conjunction> conjunctions = finder.Find();
  for (size_t i = 0; i < conjunctions.size(); ++i) {
    FoundCause& cause = found.causes.emplace_back();
    cause.conditions = population.ConditionsOf(conjunctions[i]);
    cause.alternatives = finder.AlternativesOf(i);
  }
  CountExactly(observations, &found.causes);
  for (const FoundCause& cause : found.causes) {
    found.unexplained -= cause.members;
  }
  return found;
}

}  // namespace concordat
