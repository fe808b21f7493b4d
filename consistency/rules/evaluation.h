// Evaluating rules: what holds of one entity at one instant, and why.
#ifndef CONCORDAT_CONSISTENCY_RULES_EVALUATION_H_
#define CONCORDAT_CONSISTENCY_RULES_EVALUATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/rules/evaluator.h"
#include "consistency/rules/facts.h"
#include "consistency/rules/lookups.h"
#include "consistency/rules/operand.h"
#include "consistency/rules/rule.h"
#include "graph/ids.h"
#include "graph/reading.h"

namespace concordat::rules {

enum class RuleOutcome : uint8_t {
  kHolds = 1,
  kViolated,
  // Something that it depends on is missing, unreadable or ambiguous.
  kUndecided,
  // Its `when` is false.
  kNotApplicable,
};

// "HOLDS"
absl::string_view RuleOutcomeName(RuleOutcome outcome);

struct Evaluation {
  RuleOutcome outcome = RuleOutcome::kUndecided;
  // Of kUndecided.
  Undecided undecided;
  // The evidence: all that was looked at, in that order.
  std::vector<UsedFact> facts;
  std::vector<UsedRelation> relations;
  // Where asked for: of `when`, then of `require`, the parts of each with what
  // they came to, a part after its own parts.
  std::vector<TraceStep> trace;
  // The first instant at which, without a write, the outcome or the evidence
  // may be another; the infinite future where there is none.
  absl::Time stable_until = absl::InfiniteFuture();
};

// What the rule says of an entity of its type, by its canonical id, at an
// instant of valid time. A pure function of the rule, the instant and what
// `facts` says. Errors: those of `facts`; INVALID_FIELD where the entity is of
// another type.
absl::StatusOr<Evaluation> EvaluateRule(const Rule& rule, const EntityId& root,
                                        absl::Time at, RuleFacts& facts,
                                        Trace trace = Trace::kOff);

// The rule's message about the entity, or its description where it has none;
// what is undecided is "unknown" in it.
// Personal: for people who may see the entity, never for logs. Errors: as
// EvaluateRule.
absl::StatusOr<std::string> WriteMessage(const Rule& rule, const EntityId& root,
                                         absl::Time at, RuleFacts& facts);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_EVALUATION_H_
