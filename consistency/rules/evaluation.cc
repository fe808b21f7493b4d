#include "consistency/rules/evaluation.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat::rules {
namespace {

absl::Status CheckRoot(const Rule& rule, const EntityId& root) {
  if (root.type == rule.on) return absl::OkStatus();
  return errors::InvalidField(
      "", absl::StrCat("the rule is on ", rule.on, ", not on ", root.type));
}

RuleOutcome OutcomeOf(const Operand& truth) {
  if (truth.undecided() != nullptr) return RuleOutcome::kUndecided;
  return truth.IsTruth(true) ? RuleOutcome::kHolds : RuleOutcome::kViolated;
}

std::string WriteForPeople(const Result& result) {
  std::vector<std::string> words;
  for (const Operand& item : result.items) {
    words.push_back(item.undecided() != nullptr ? "unknown" : Write(item));
  }
  if (result.open.has_value()) words.push_back("unknown");
  return words.empty() ? "none" : absl::StrJoin(words, ", ");
}

}  // namespace

absl::string_view RuleOutcomeName(RuleOutcome outcome) {
  switch (outcome) {
    case RuleOutcome::kHolds:
      return "HOLDS";
    case RuleOutcome::kViolated:
      return "VIOLATED";
    case RuleOutcome::kUndecided:
      return "UNDECIDED";
    case RuleOutcome::kNotApplicable:
      return "NOT_APPLICABLE";
  }
  return "";
}

absl::StatusOr<Evaluation> EvaluateRule(const Rule& rule, const EntityId& root,
                                        absl::Time at, RuleFacts& facts,
                                        Trace trace) {
  CONCORDAT_RETURN_IF_ERROR(CheckRoot(rule, root));
  Evaluation evaluation;
  Lookups lookups(facts, at);
  std::vector<TraceStep>* const steps =
      trace == Trace::kOn ? &evaluation.trace : nullptr;
  Operand applies = TruthOperand(true);
  if (rule.when.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const Result when, Evaluator(*rule.when, root, lookups, steps).Run());
    applies = when.one();
  }
  if (applies.IsTruth(false)) {
    evaluation.outcome = RuleOutcome::kNotApplicable;
  } else {
    CONCORDAT_ASSIGN_OR_RETURN(
        const Result require,
        Evaluator(rule.require, root, lookups, steps).Run());
    // `when` implies `require`: what holds does so whether it must or not.
    const Operand holds = Or(Not(applies), require.one());
    evaluation.outcome = OutcomeOf(holds);
    if (const Undecided* why = holds.undecided()) evaluation.undecided = *why;
  }
  evaluation.stable_until = lookups.horizon().stable_until();
  evaluation.facts = lookups.TakeFacts();
  evaluation.relations = lookups.TakeRelations();
  return evaluation;
}

absl::StatusOr<std::string> WriteMessage(const Rule& rule, const EntityId& root,
                                         absl::Time at, RuleFacts& facts) {
  CONCORDAT_RETURN_IF_ERROR(CheckRoot(rule, root));
  if (rule.message.empty()) return rule.description;
  Lookups lookups(facts, at);
  std::string message;
  for (const MessagePart& part : rule.message) {
    message.append(part.text);
    if (!part.value.has_value()) continue;
    CONCORDAT_ASSIGN_OR_RETURN(
        const Result value,
        Evaluator(*part.value, root, lookups, nullptr).Run());
    message.append(WriteForPeople(value));
  }
  return message;
}

}  // namespace concordat::rules
