#ifndef CONCORDAT_GRAPH_RELATION_RULES_H_
#define CONCORDAT_GRAPH_RELATION_RULES_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/edges.h"
#include "graph/facts.h"
#include "graph/identity.h"
#include "graph/ids.h"
#include "graph/limits.h"
#include "graph/revision.h"
#include "graph/schema.h"
#include "graph/store.h"

namespace concordat {

// Holds what a write says of relations against the cardinality and acyclicity
// that the vocabulary declares, per instant of valid time: two edges that hold
// one after the other never meet. Each change is judged by what was recorded
// before and by the changes before it, so a batch may end a relation and then
// begin another; what is in the store is not judged anew.
//
// Rules are of entities: the edges of all ids that merges make one count
// together, and partners that are one entity are one. Which ids these are is
// what was recorded before the batch.
//
// Only edges of the ends that may have one partner are read, or that could
// close a cycle; relations of which nothing is declared cost one lookup.
// Not thread-safe.
class RelationRules {
 public:
  // Both must outlive this. Records after `at` are not seen.
  RelationRules(const Reader* reader, const Schema* schema,
                Revision at = Revision::Latest())
      : identity_(*reader, at), schema_(*schema) {}

  // Takes the next change, which must outlive this; stamped (graph_writer.h),
  // so that it is newer than all before. Errors: CARDINALITY_EXCEEDED,
  // LIMIT_EXCEEDED (limits::kRelationCheckRowsMax and kRelationCheckStepsMax,
  // of all changes together), those of Identity.
  absl::Status Admit(const RelationRecord& change);

  // The names of the relations whose rules would be broken if the two were one
  // entity, though they are not while they are two; also of those that would
  // take more than the limits to check. In order. `a` and `b` are canonical ids
  // of one type. Errors: those of Identity but for LIMIT_EXCEEDED.
  absl::StatusOr<std::vector<std::string>> BrokenByMerge(const EntityId& a,
                                                         const EntityId& b);

 private:
  // Entities are told by their canonical ids. Edges of one relation on one side
  // of an entity, by their far end; what is in force of them, in order of edge
  // and start.
  using Around = std::map<EntityId, std::vector<RelationRecord>>;
  using Place = std::pair<std::pair<EntityId, std::string>, EdgeSide>;
  // A change to judge, with its ends' canonical ids.
  struct Candidate {
    const RelationRecord& change;
    const RelationType& type;
    EntityId from;
    EntityId to;
    // When the edge would hold and does not yet. Nothing else is looked at, so
    // that what is there in spite of the rules, because it was written before
    // they were declared, can be ended bit by bit.
    std::vector<ValidTime> times = {};
  };

  // What is in force of the candidate's edge.
  absl::StatusOr<std::vector<RelationRecord>> SameEdge(
      const Candidate& candidate);
  absl::Status CheckPartners(const Candidate& candidate, EdgeSide side);
  absl::Status CheckCycle(const Candidate& candidate);
  // Whether edges lead from the one to the other that all hold at one instant.
  absl::StatusOr<bool> Reaches(const EntityId& start, const EntityId& goal,
                               const std::string& relation, EdgeSide side,
                               const std::vector<ValidTime>& times);
  // Whether at some instant the two have different partners.
  absl::StatusOr<bool> Differ(const EntityId& a, const EntityId& b,
                              const std::string& relation, EdgeSide side);
  absl::StatusOr<bool> IsBrokenByMerge(const EntityId& a, const EntityId& b,
                                       const RelationType& type);
  // With the changes that were admitted. Valid as long as this is.
  absl::StatusOr<const Around*> EdgesAround(const EntityId& entity,
                                            const std::string& relation,
                                            EdgeSide side);
  void Add(const Candidate& candidate, EdgeSide side);
  absl::Status CheckRowsLeft() const;
  // Takes one off the steps that may still be made.
  absl::Status Step();

  const Identity identity_;
  const Schema& schema_;
  // One more than allowed: what is left then tells too many from just enough.
  int64_t rows_left_ = limits::kRelationCheckRowsMax + 1;
  int64_t steps_left_ = limits::kRelationCheckStepsMax;
  absl::flat_hash_map<Place, std::unique_ptr<Around>> loaded_;
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
