#include "graph/survivorship.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <tuple>

#include "absl/container/flat_hash_map.h"

namespace concordat {
namespace {

// What was not said is as good as what was not checked: nobody knows more.
int StandingOf(Validation validation) {
  switch (validation) {
    case Validation::kInvalid:
      return 0;
    case Validation::kNotSaid:
    case Validation::kUnverified:
      return 1;
    case Validation::kVerified:
      return 2;
  }
  return 1;
}

// Negative where the first wins, positive where the second does.
int CompareBy(SurvivorshipCriterion criterion, const FactRecord& first,
              const FactRecord& second, const Survivorship& rule) {
  switch (criterion) {
    case SurvivorshipCriterion::kPriority:
      return static_cast<int>(PriorityOf(first.recorded.source, rule)) -
             static_cast<int>(PriorityOf(second.recorded.source, rule));
    case SurvivorshipCriterion::kRecency:
      return first.valid.from == second.valid.from  ? 0
             : first.valid.from > second.valid.from ? -1
                                                    : 1;
    case SurvivorshipCriterion::kValidation:
      return StandingOf(second.validation) - StandingOf(first.validation);
  }
  return 0;
}

bool AreOfOneSource(const std::vector<FactRecord>& facts) {
  return std::all_of(facts.begin(), facts.end(), [&](const FactRecord& fact) {
    return fact.recorded.source == facts.front().recorded.source;
  });
}

// The choice of a sweep: the candidate of every source, the best first.
class BestSource {
 public:
  BestSource(const std::vector<FactRecord>& facts, const Survivorship& rule)
      : facts_(facts), candidates_([&facts, &rule](size_t a, size_t b) {
          const Contest contest = Compete(facts[a], facts[b], rule);
          const Contest reverse = Compete(facts[b], facts[a], rule);
          // Facts of one place of recording: any order will do.
          if (contest.first_wins == reverse.first_wins) return a > b;
          return contest.first_wins;
        }) {}

  void Enter(size_t fact) {
    std::set<size_t>& covering = covering_[facts_[fact].recorded.source];
    if (!covering.empty()) candidates_.erase(*covering.rbegin());
    covering.insert(fact);
    candidates_.insert(*covering.rbegin());
  }
  void Leave(size_t fact) {
    std::set<size_t>& covering = covering_[facts_[fact].recorded.source];
    candidates_.erase(*covering.rbegin());
    covering.erase(fact);
    if (!covering.empty()) candidates_.insert(*covering.rbegin());
  }
  std::optional<size_t> Holds() const {
    if (candidates_.empty()) return std::nullopt;
    return *candidates_.begin();
  }

 private:
  const std::vector<FactRecord>& facts_;
  // By source: its facts that cover the instant, in order of start.
  absl::flat_hash_map<absl::string_view, std::set<size_t>> covering_;
  std::set<size_t, std::function<bool(size_t, size_t)>> candidates_;
};

}  // namespace

absl::string_view SurvivorshipCriterionName(SurvivorshipCriterion criterion) {
  switch (criterion) {
    case SurvivorshipCriterion::kPriority:
      return "priority";
    case SurvivorshipCriterion::kRecency:
      return "recency";
    case SurvivorshipCriterion::kValidation:
      return "validation";
  }
  return "";
}

DecidedBy ToDecidedBy(SurvivorshipCriterion criterion) {
  switch (criterion) {
    case SurvivorshipCriterion::kPriority:
      return DecidedBy::kPriority;
    case SurvivorshipCriterion::kRecency:
      return DecidedBy::kRecency;
    case SurvivorshipCriterion::kValidation:
      return DecidedBy::kValidation;
  }
  return DecidedBy::kRevision;
}

size_t PriorityOf(absl::string_view source, const Survivorship& rule) {
  const auto found =
      std::find(rule.sources.begin(), rule.sources.end(), source);
  return static_cast<size_t>(found - rule.sources.begin()) + 1;
}

Contest Compete(const FactRecord& first, const FactRecord& second,
                const Survivorship& rule) {
  if (rule.declared()) {
    const bool first_invalid = first.validation == Validation::kInvalid;
    const bool second_invalid = second.validation == Validation::kInvalid;
    if (first_invalid != second_invalid) {
      return {second_invalid, DecidedBy::kInvalid};
    }
    for (const SurvivorshipCriterion criterion : rule.by) {
      const int compared = CompareBy(criterion, first, second, rule);
      if (compared != 0) return {compared < 0, ToDecidedBy(criterion)};
    }
  }
  if (first.valid.from != second.valid.from) {
    return {first.valid.from > second.valid.from, DecidedBy::kStart};
  }
  return {std::tie(first.recorded.revision, first.recorded.ordinal) >
              std::tie(second.recorded.revision, second.recorded.ordinal),
          DecidedBy::kRevision};
}

std::vector<TimelineSpan> Survivors(const std::vector<FactRecord>& facts,
                                    const Survivorship& rule) {
  if (facts.size() == 1) {  // most attributes, and nothing to sweep
    return {{facts.front().valid, 0}};
  }
  // Without a rule it does not matter whose the facts are, and with one source
  // no rule is asked.
  if (!rule.declared() || AreOfOneSource(facts)) {
    LatestStart latest;
    return Sweep(facts, latest);
  }
  BestSource best(facts, rule);
  return Sweep(facts, best);
}

}  // namespace concordat
