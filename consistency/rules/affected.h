// Which rules of which entities a change may concern. The cost is that of the
// neighbourhood of what changed, whatever the size of the store.
#ifndef CONCORDAT_CONSISTENCY_RULES_AFFECTED_H_
#define CONCORDAT_CONSISTENCY_RULES_AFFECTED_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "consistency/rules/facts.h"
#include "consistency/rules/rule.h"
#include "consistency/rules/rule_index.h"
#include "graph/ids.h"

namespace concordat::rules {

// One rule is to be evaluated for one entity.
struct AffectedRoot {
  const Rule* rule = nullptr;
  EntityId root;
};

struct Affected {
  // In order of the rules' names, then of ids, each once.
  std::vector<AffectedRoot> roots;
  // Rules of which more entities are concerned than limits::kRuleAffectedMax:
  // all entities of their type are to be checked, in the background. In order
  // of name.
  std::vector<const Rule*> incomplete;
};

// Every rule and entity of which the outcome, the evidence or `stable_until` at
// the instant may be another after the changes than before. `facts` knows the
// changes; it is asked only for relations, backwards from what changed to the
// entities that rules are on. Errors: those of `facts`.
absl::StatusOr<Affected> AffectedRoots(const RuleIndex& index,
                                       absl::Span<const RuleChange> changes,
                                       absl::Time at, RuleFacts& facts);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_AFFECTED_H_
