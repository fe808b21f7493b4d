#ifndef CONCORDAT_GRAPH_RELATION_RULES_H_
#define CONCORDAT_GRAPH_RELATION_RULES_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/edges.h"
#include "graph/facts.h"
#include "graph/ids.h"
#include "graph/schema.h"
#include "graph/store.h"

namespace concordat {

// Holds what a write says of relations against the cardinality and acyclicity
// that the vocabulary declares, per instant of valid time: two edges that hold
// one after the other never meet. Each change is judged by what was recorded
// before and by the changes before it, so a batch may end a relation and then
// begin another; what is in the store is not judged anew.
//
// Only edges of the ends that may have one partner are read, or that could
// close a cycle; relations of which nothing is declared cost one lookup.
// Not thread-safe.
class RelationRules {
 public:
  // Both must outlive this.
  RelationRules(const Reader* reader, const Schema* schema)
      : reader_(*reader), schema_(*schema) {}

  // Takes the next change, which must outlive this; stamped (graph_writer.h),
  // so that it is newer than all before. Errors: CARDINALITY_EXCEEDED,
  // LIMIT_EXCEEDED (limits::kRelationCheckRowsMax), the reader's.
  absl::Status Admit(const RelationRecord& change);

 private:
  // Edges of one relation on one side of an entity, by their far end.
  using Around = std::map<EntityId, std::vector<RelationRecord>>;
  using Place = std::pair<std::pair<EntityId, std::string>, EdgeSide>;

  // When the change's edge would hold and does not yet. Nothing else is looked
  // at, so that what is there in spite of the rules, because it was written
  // before they were declared, can be ended bit by bit.
  absl::StatusOr<std::vector<ValidTime>> NewTimesOf(
      const RelationRecord& change, const RelationType& type);
  // What is in force of the change's edge.
  absl::StatusOr<std::vector<RelationRecord>> SameEdge(
      const RelationRecord& change, const RelationType& type);
  absl::Status CheckPartners(const RelationRecord& change,
                             const RelationType& type, EdgeSide side,
                             const std::vector<ValidTime>& times);
  absl::Status CheckCycle(const RelationRecord& change,
                          const RelationType& type,
                          const std::vector<ValidTime>& times);
  // With the changes that were admitted.
  absl::StatusOr<const Around*> EdgesAround(const EntityId& entity,
                                            const std::string& relation,
                                            EdgeSide side);
  void Add(const RelationRecord& change, EdgeSide side);
  absl::Status Spend(int64_t edges);

  const Reader& reader_;
  const Schema& schema_;
  // Rows that the check of this change may still look at.
  int64_t rows_left_ = 0;
  absl::flat_hash_map<Place, Around> loaded_;
  // Of places that are not loaded.
  absl::flat_hash_map<Place, std::vector<const RelationRecord*>> admitted_;
  // All that were admitted, by edge.
  absl::flat_hash_map<std::tuple<EntityId, std::string, EntityId>,
                      std::vector<const RelationRecord*>>
      edges_;
};

// The changes of a stamped batch, in order. An error names the change that it
// is about.
absl::Status CheckRelations(const Reader& reader, const Schema& schema,
                            const WriteBatch& batch);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_RELATION_RULES_H_
