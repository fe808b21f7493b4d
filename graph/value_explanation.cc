#include "graph/value_explanation.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/timeline.h"

namespace concordat {
namespace {

using Outcome = ValueCandidate::Outcome;

std::string TimeText(absl::Time time) {
  if (time == absl::InfinitePast()) return "ever";
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

std::string SourceText(const FactRecord& fact) {
  return fact.recorded.source.empty() ? "the unnamed source"
                                      : fact.recorded.source;
}

absl::string_view ValidationText(Validation validation) {
  switch (validation) {
    case Validation::kNotSaid:
      return "not said";
    case Validation::kInvalid:
      return "invalid";
    case Validation::kUnverified:
      return "unverified";
    case Validation::kVerified:
      return "verified";
  }
  return "not said";
}

std::string PriorityText(const FactRecord& fact, const Survivorship& rule) {
  const size_t place = PriorityOf(fact.recorded.source, rule);
  return place > rule.sources.size()
             ? absl::StrCat(SourceText(fact), " is not listed")
             : absl::StrCat(SourceText(fact), " is no. ", place);
}

std::string StepText(DecidedBy by, const FactRecord& winner,
                     const FactRecord& loser, const Survivorship& rule) {
  switch (by) {
    case DecidedBy::kInvalid:
    case DecidedBy::kValidation:
      return absl::StrCat("validation: ", SourceText(winner), " ",
                          ValidationText(winner.validation), ", ",
                          SourceText(loser), " ",
                          ValidationText(loser.validation));
    case DecidedBy::kPriority:
      return absl::StrCat("priority: ", PriorityText(winner, rule), ", ",
                          PriorityText(loser, rule), " of ",
                          absl::StrJoin(rule.sources, ", "));
    case DecidedBy::kRecency:
    case DecidedBy::kStart:
      return absl::StrCat(by == DecidedBy::kRecency ? "recency: " : "start: ",
                          SourceText(winner), " since ",
                          TimeText(winner.valid.from), ", ", SourceText(loser),
                          " since ", TimeText(loser.valid.from));
    case DecidedBy::kRevision:
      return absl::StrCat("recording: ", SourceText(winner), " at revision ",
                          winner.recorded.revision.number(), ", ",
                          SourceText(loser), " at ",
                          loser.recorded.revision.number());
  }
  return "";
}

// The questions that the rule asks, in order.
std::vector<DecidedBy> QuestionsOf(const Survivorship& rule) {
  std::vector<DecidedBy> questions;
  if (rule.declared()) questions.push_back(DecidedBy::kInvalid);
  for (const SurvivorshipCriterion criterion : rule.by) {
    questions.push_back(ToDecidedBy(criterion));
  }
  questions.push_back(DecidedBy::kStart);
  questions.push_back(DecidedBy::kRevision);
  return questions;
}

void ExplainLoss(const FactRecord& winner, const Survivorship& rule,
                 ValueCandidate& loser) {
  const DecidedBy decided_by = Compete(winner, loser.fact, rule).by;
  for (const DecidedBy by : QuestionsOf(rule)) {
    const bool decided = by == decided_by;
    loser.steps.push_back(
        {by, decided, StepText(by, winner, loser.fact, rule)});
    if (decided) break;
  }
  loser.outcome = Outcome::kLost;
  loser.words = absl::StrCat("lost to ", SourceText(winner), " by ",
                             loser.steps.back().words);
}

// What a source says, from its own facts.
ValueCandidate CandidateOf(std::vector<FactRecord> facts, absl::Time valid_at) {
  const Timeline timeline(std::move(facts));
  ValueCandidate candidate;
  const TimelineSpan* span = timeline.At(valid_at);
  if (span == nullptr) {
    candidate.outcome = Outcome::kNotThen;
    span = &timeline.spans().front();
    for (const TimelineSpan& other : timeline.spans()) {
      if (other.valid.to <= valid_at) span = &other;
    }
    const bool ended = span->valid.to <= valid_at;
    candidate.words =
        absl::StrCat("says nothing of this instant: ",
                     ended ? absl::StrCat("its last value before it ended at ",
                                          TimeText(span->valid.to))
                           : absl::StrCat("its first value starts at ",
                                          TimeText(span->valid.from)));
  }
  candidate.fact = timeline.FactOf(*span);
  candidate.valid = span->valid;
  return candidate;
}

}  // namespace

std::vector<ValueCandidate> ExplainValue(std::vector<FactRecord> records,
                                         const Survivorship& rule,
                                         absl::Time valid_at) {
  std::map<std::string, std::vector<FactRecord>> by_source;
  for (FactRecord& fact : FactsInForce(std::move(records))) {
    by_source[fact.recorded.source].push_back(std::move(fact));
  }
  std::vector<ValueCandidate> candidates;
  candidates.reserve(by_source.size());
  for (auto& [source, facts] : by_source) {
    candidates.push_back(CandidateOf(std::move(facts), valid_at));
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&rule](const ValueCandidate& a, const ValueCandidate& b) {
                     const bool a_speaks = a.outcome != Outcome::kNotThen;
                     const bool b_speaks = b.outcome != Outcome::kNotThen;
                     if (!a_speaks || !b_speaks) return a_speaks && !b_speaks;
                     return Compete(a.fact, b.fact, rule).first_wins;
                   });
  for (ValueCandidate& candidate : candidates) {
    if (candidate.outcome == Outcome::kNotThen) break;
    if (&candidate != &candidates.front()) {
      ExplainLoss(candidates.front().fact, rule, candidate);
      continue;
    }
    candidate.outcome = Outcome::kWon;
    candidate.words =
        candidates.size() == 1 ? "no other source says anything" : "won";
  }
  return candidates;
}

}  // namespace concordat
