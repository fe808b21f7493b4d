#ifndef CONCORDAT_CONSISTENCY_STORED_RULE_FACTS_H_
#define CONCORDAT_CONSISTENCY_STORED_RULE_FACTS_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/knowledge.h"
#include "consistency/rules/facts.h"
#include "consistency/vocabulary.h"
#include "graph/edges.h"
#include "graph/ids.h"
#include "graph/schema.h"
#include "graph/store.h"

namespace concordat {

// The graph in a store, for rules. Not thread-safe.
class StoredRuleFacts : public rules::RuleFacts {
 public:
  // All must outlive this. `knowledge` reads from `reader`, at its revision.
  StoredRuleFacts(const Reader& reader, const Vocabulary& vocabulary,
                  StoredKnowledge& knowledge)
      : reader_(reader), vocabulary_(vocabulary), knowledge_(knowledge) {}

  absl::StatusOr<rules::AttributeAt> ValueAt(const EntityId& entity,
                                             const Attribute& attribute,
                                             absl::Time at) override;
  // Where limits::kWalkWorkMax rows of the entity's edges do not suffice, those
  // that were found, and that there are more.
  absl::StatusOr<rules::Related> RelatedAt(const EntityId& entity,
                                           const RelationType& relation,
                                           EdgeSide side, absl::Time at,
                                           size_t limit) override;

 private:
  const Reader& reader_;
  const Vocabulary& vocabulary_;
  StoredKnowledge& knowledge_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_STORED_RULE_FACTS_H_
