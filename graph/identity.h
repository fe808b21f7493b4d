// Which ids are one entity.
//
// A merge says that a duplicate's id names the same entity as a survivor's.
// Nothing is moved by it: every record keeps the id that it was written to, and
// what is one entity is computed when it is read, from the merges in force at
// the revision. So a split gives back exactly what was there, with all that was
// written to either id in between, and a read at an earlier revision sees the
// identity of then.
//
//   c-3 --> c-2 --> c-1        ids of one cluster; c-1 is the canonical one
//
// Merges form trees: an id is merged into at most one other, never in a circle
// (graph/merge_brakes.h refuses that). Splitting c-2 from c-1 leaves c-3 with
// c-2. Ids are never reused: one that was merged away goes on to name the
// cluster, for reads and for writes.
#ifndef CONCORDAT_GRAPH_IDENTITY_H_
#define CONCORDAT_GRAPH_IDENTITY_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/facts.h"
#include "graph/graph_reader.h"
#include "graph/ids.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// The ids of one entity.
struct Cluster {
  EntityId canonical;
  // With the canonical one, in order; never empty.
  std::vector<EntityId> members;

  bool Has(const EntityId& entity) const;
};

// Identity as known at a revision, read from one state of a store. Not
// thread-safe (the reader is not). Every method can fail with the reader's
// errors, and with LIMIT_EXCEEDED where an entity has more records than
// limits::kFactsPerEntityMax, those of all its ids together.
class Identity {
 public:
  // `reader` must outlive this. Records after `at` are not seen.
  Identity(const Reader& reader, Revision at)
      : reader_(reader), graph_(reader, at) {}

  const GraphReader& graph() const { return graph_; }

  // Whether anything was ever merged in this store, at any revision: false
  // means that every id is an entity of its own.
  absl::StatusOr<bool> AnyMerges() const;
  // The merge in force that leads from this id to another.
  absl::StatusOr<std::optional<MergeRecord>> MergeOf(
      const EntityId& duplicate) const;
  // The merges in force from the id to its canonical one, in that order.
  absl::StatusOr<std::vector<MergeRecord>> PathOf(const EntityId& entity) const;
  // The id itself where it is merged into no other, known or not.
  absl::StatusOr<EntityId> CanonicalOf(const EntityId& entity) const;
  absl::StatusOr<Cluster> ClusterOf(const EntityId& entity) const;

  // Every merge and split that joined an id to a member or took one away, in
  // order of revision.
  absl::StatusOr<std::vector<MergeRecord>> HistoryOf(
      const Cluster& cluster) const;
  // Every declaration that a member and another id are distinct, those taken
  // back and the taking back included, in order of revision.
  absl::StatusOr<std::vector<DistinctRecord>> DistinctHistoryOf(
      const Cluster& cluster) const;
  // The declarations in force that forbid the two to be one.
  absl::StatusOr<std::vector<DistinctRecord>> DistinctBetween(
      const Cluster& a, const Cluster& b) const;

  // As the methods of GraphReader, of all members together.
  absl::StatusOr<std::vector<FactRecord>> FactsOf(const Cluster& cluster) const;
  absl::StatusOr<std::vector<FactRecord>> FactsOf(
      const Cluster& cluster, absl::string_view attribute) const;
  absl::StatusOr<std::vector<RelationRecord>> RelationsOf(
      const Cluster& cluster) const;
  // Every record of the edges from a member of the one to a member of the
  // other, retractions included, in order of edge, start and revision.
  absl::StatusOr<std::vector<RelationRecord>> RecordsOfEdges(
      const Cluster& from, absl::string_view relation, const Cluster& to) const;
  absl::StatusOr<std::vector<LinkRecord>> LinksOf(const Cluster& cluster) const;
  absl::StatusOr<std::vector<LinkRecord>> LinksAt(const Cluster& cluster,
                                                  absl::Time valid_at) const;
  absl::StatusOr<bool> Exists(const Cluster& cluster) const;
  // Merges, splits and declarations count as changes of the members too.
  absl::StatusOr<Revision> LastChange(const Cluster& cluster) const;

  // Everything that was recorded about the members, with what made them one.
  // In order of revision and ordinal.
  absl::StatusOr<GraphReader::Page<Change>> ChangesOf(const Cluster& cluster,
                                                      absl::string_view start,
                                                      size_t limit) const;

  // What a Timeline is made of, from all records of a cluster's attribute (or
  // of several attributes): as among the facts of one entity, but a retraction
  // takes back only what was known under its id when it was recorded. Else a
  // merge would have one id's old retraction take back the other's facts.
  absl::StatusOr<std::vector<FactRecord>> AsOneEntity(
      std::vector<FactRecord> records) const;

  // The canonical ids of the entities whose attribute had this normal form at
  // some time; nullopt where these are more than `entities_max`, at most
  // limits::kEntitiesPerIdentifierMax: the value is generic. Check each against
  // its timeline.
  absl::StatusOr<std::optional<std::vector<EntityId>>> EntitiesNamedBy(
      absl::string_view type, absl::string_view attribute,
      absl::string_view normal, int64_t entities_max) const;

 private:
  absl::StatusOr<std::vector<MergeRecord>> RecordsOfMerge(
      const EntityId& duplicate) const;
  // Ids that were merged into this one at some time.
  absl::StatusOr<std::vector<EntityId>> OnceMergedInto(
      const EntityId& survivor) const;

  const Reader& reader_;
  const GraphReader graph_;
  mutable std::optional<bool> any_merges_;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_IDENTITY_H_
