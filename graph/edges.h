// The edges of one entity, read step by step, so that whoever has enough of
// them need not read the rest: an entity may have millions.
#ifndef CONCORDAT_GRAPH_EDGES_H_
#define CONCORDAT_GRAPH_EDGES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/facts.h"
#include "graph/ids.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// Which end of its edges an entity is.
enum class EdgeSide : uint8_t { kOutgoing, kIncoming };

// All that is in force of one edge: two entities and a relation.
struct Edge {
  EntityId far;
  // In order of start; not empty.
  std::vector<RelationRecord> in_force;
};

// The order of records of relations: edge, start, recording.
bool InEdgeOrder(const RelationRecord& a, const RelationRecord& b);

// Leaves of records, which are in order of edge, start and recording, those in
// force: of each edge and start the newest, unless that is a retraction.
void KeepInForce(std::vector<RelationRecord>& records);

// The edges of one relation on one side of an entity, as known at a revision,
// in order of the far end. Not thread-safe.
class EdgeCursor {
 public:
  // `reader` must outlive this. Records after `at` are not seen.
  EdgeCursor(const Reader* reader, Revision at, EntityId entity,
             std::string relation, EdgeSide side);

  // Adds the next edges to `edges`, at most `edges_max` of them. Takes each row
  // that it reads off `rows_left`, and ends where none is left. Edges of which
  // nothing is in force cost their rows and are not added. Errors: the
  // reader's.
  absl::Status Next(size_t edges_max, int64_t& rows_left,
                    std::vector<Edge>& edges);
  // There are no more.
  bool done() const { return done_; }

  const std::string& relation() const { return relation_; }
  EdgeSide side() const { return side_; }

 private:
  absl::Status NextOutgoing(size_t edges_max, int64_t& rows_left,
                            std::vector<Edge>& edges);
  absl::Status NextIncoming(size_t edges_max, int64_t& rows_left,
                            std::vector<Edge>& edges);

  const Reader* reader_;
  Revision at_;
  EntityId entity_;
  std::string relation_;
  EdgeSide side_;
  // Where to read on, and what ends it.
  std::string begin_;
  std::string end_;
  bool done_ = false;
};

// The relations that the entity had edges of on the side at some time, in order
// of name. Looks at one row of each. Errors: the reader's.
absl::StatusOr<std::vector<std::string>> RelationsAround(const Reader& reader,
                                                         const EntityId& entity,
                                                         EdgeSide side);

// Whether anything was recorded of an edge from or to the entity until `at`,
// retractions included. Errors: the reader's.
absl::StatusOr<bool> HasEdgeRecord(const Reader& reader, Revision at,
                                   const EntityId& entity);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_EDGES_H_
