#include "consistency/stored_rule_facts.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "graph/identity.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Edges read at a time.
constexpr size_t kEdgesPerTurn = 256;

// Whether the edge holds at the instant; brings `stable_until` forward to where
// that changes.
bool HoldsAt(const Edge& edge, absl::Time at, absl::Time& stable_until) {
  bool holds = false;
  for (const RelationRecord& record : edge.in_force) {
    holds = holds || record.valid.Covers(at);
    for (const absl::Time change : {record.valid.from, record.valid.to}) {
      if (change > at) stable_until = std::min(stable_until, change);
    }
  }
  return holds;
}

}  // namespace

absl::StatusOr<rules::AttributeAt> StoredRuleFacts::ValueAt(
    const EntityId& entity, const Attribute& attribute, absl::Time at) {
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known,
                             knowledge_.About(entity));
  const auto found = known->find(attribute.name);
  return rules::AttributeAtOf(found == known->end() ? nullptr : &found->second,
                              vocabulary_.schema.habits, at);
}

absl::StatusOr<rules::Related> StoredRuleFacts::RelatedAt(
    const EntityId& entity, const RelationType& relation, EdgeSide side,
    absl::Time at, size_t limit) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             knowledge_.ClusterOf(entity));
  rules::Related related;
  std::set<EntityId> far;
  int64_t rows_left = limits::kWalkWorkMax;
  for (const EntityId& member : cluster.members) {
    EdgeCursor cursor(&reader_, knowledge_.revision(), member, relation.name,
                      side);
    while (!cursor.done() && far.size() <= limit) {
      std::vector<Edge> edges;
      CONCORDAT_RETURN_IF_ERROR(cursor.Next(kEdgesPerTurn, rows_left, edges));
      for (const Edge& edge : edges) {
        if (!HoldsAt(edge, at, related.stable_until)) continue;
        CONCORDAT_ASSIGN_OR_RETURN(EntityId canonical,
                                   knowledge_.CanonicalOf(edge.far));
        far.insert(std::move(canonical));
      }
      if (rows_left == 0) break;
    }
    related.more = related.more || !cursor.done();
  }
  related.more = related.more || far.size() > limit;
  for (const EntityId& one : far) {
    if (related.entities.size() == limit) break;
    related.entities.push_back(one);
  }
  return related;
}

}  // namespace concordat
