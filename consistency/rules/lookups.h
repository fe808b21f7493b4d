#ifndef CONCORDAT_CONSISTENCY_RULES_LOOKUPS_H_
#define CONCORDAT_CONSISTENCY_RULES_LOOKUPS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/rules/facts.h"
#include "consistency/rules/operand.h"
#include "graph/edges.h"
#include "graph/ids.h"
#include "graph/limits.h"
#include "graph/schema.h"

namespace concordat::rules {

// What was known of an attribute when a rule was evaluated. Personal.
struct UsedFact {
  EntityId entity;
  std::string attribute;
  AttributeAt found;
};

// Where a relation led when a rule was evaluated.
struct UsedRelation {
  EntityId entity;
  std::string relation;
  EdgeSide side = EdgeSide::kOutgoing;
  Related found;
};

// What the expressions of one rule share while they are evaluated for one
// entity at one instant: each thing is looked up once, what was looked up is
// the evidence, and the limits are those of the whole evaluation. Not
// thread-safe.
class Lookups {
 public:
  // `facts` must outlive this.
  Lookups(RuleFacts& facts, absl::Time at) : facts_(facts), horizon_(at) {}

  Horizon& horizon() { return horizon_; }
  const Horizon& horizon() const { return horizon_; }

  // Both stay valid. Errors: those of RuleFacts.
  absl::StatusOr<const AttributeAt*> ValueAt(const EntityId& entity,
                                             const Attribute& attribute);
  // At most as many entities as may still be looked at.
  absl::StatusOr<const Related*> RelatedAt(const EntityId& entity,
                                           const RelationType& relation,
                                           EdgeSide side);

  // Counts a step; false where no more may be made.
  bool Step() { return ++steps_ <= limits::kRuleStepsMax; }
  bool exhausted() const { return steps_ > limits::kRuleStepsMax; }

  // In the order in which they were asked for.
  std::vector<UsedFact> TakeFacts();
  std::vector<UsedRelation> TakeRelations();

 private:
  using FactKey = std::tuple<EntityId, std::string>;
  using RelationKey = std::tuple<EntityId, std::string, EdgeSide>;

  RuleFacts& facts_;
  Horizon horizon_;
  int64_t steps_ = 0;
  int64_t related_ = 0;
  // Deques: what is in them does not move.
  std::deque<UsedFact> used_facts_;
  std::deque<UsedRelation> used_relations_;
  absl::flat_hash_map<FactKey, size_t> fact_places_;
  absl::flat_hash_map<RelationKey, size_t> relation_places_;
};

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_LOOKUPS_H_
