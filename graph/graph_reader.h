#ifndef CONCORDAT_GRAPH_GRAPH_READER_H_
#define CONCORDAT_GRAPH_GRAPH_READER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/facts.h"
#include "graph/ids.h"
#include "graph/limits.h"
#include "graph/link_timeline.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// The graph as it was known at a revision, read from one state of a store.
// Not thread-safe (the reader is not). Every method can fail with the reader's
// errors, and with LIMIT_EXCEEDED where an entity has more records than
// limits::kFactsPerEntityMax.
class GraphReader {
 public:
  // `reader` must outlive this. Records after `at` are not seen.
  GraphReader(const Reader& reader, Revision at) : reader_(reader), at_(at) {}

  Revision revision() const { return at_; }
  const Reader& reader() const { return reader_; }

  // Every record of the entity's facts, retractions included, in order of
  // attribute, start and revision.
  absl::StatusOr<std::vector<FactRecord>> FactsOf(const EntityId& entity) const;
  // The same of one attribute.
  absl::StatusOr<std::vector<FactRecord>> FactsOf(
      const EntityId& entity, absl::string_view attribute) const;

  // Those that are neither replaced nor taken back.
  absl::StatusOr<std::vector<FactRecord>> FactsInForceOf(
      const EntityId& entity) const;

  // Relations in force from or to the entity, each the newest record of its
  // edge and start. Each holds where its valid time covers the instant.
  absl::StatusOr<std::vector<RelationRecord>> RelationsOf(
      const EntityId& entity) const;

  // Every record of one edge, retractions included, in order of start and
  // revision.
  absl::StatusOr<std::vector<RelationRecord>> RecordsOfEdge(
      const EntityId& from, absl::string_view relation,
      const EntityId& to) const;

  // Whom the channel's own id names when; without spans where it was never
  // linked or all its links were taken back.
  absl::StatusOr<LinkTimeline> LinkTimelineOf(absl::string_view channel,
                                              absl::string_view subject) const;
  // Every record of the channel's own id, retractions included, in order of
  // revision.
  absl::StatusOr<std::vector<LinkRecord>> RecordsOfLink(
      absl::string_view channel, absl::string_view subject) const;
  // The entity that the channel's own id names at an instant of valid time.
  absl::StatusOr<std::optional<EntityId>> ResolveLink(
      absl::string_view channel, absl::string_view subject,
      absl::Time valid_at) const;

  // Links in force that name the entity, at any time.
  absl::StatusOr<std::vector<LinkRecord>> LinksOf(const EntityId& entity) const;
  // Those that hold at an instant of valid time.
  absl::StatusOr<std::vector<LinkRecord>> LinksAt(const EntityId& entity,
                                                  absl::Time valid_at) const;

  using LinkName = std::pair<std::string, std::string>;  // channel, subject
  // The names that were linked to the entity at some time, whatever the
  // revision.
  absl::StatusOr<std::vector<LinkName>> NamesOnceOf(
      const EntityId& entity) const;

  // Ids whose attribute had this normal form at some time: at most `ids_max`.
  // Check each against its timeline.
  absl::StatusOr<std::vector<EntityId>> EntitiesOnceIdentifiedBy(
      absl::string_view type, absl::string_view attribute,
      absl::string_view normal,
      int64_t ids_max = limits::kEntitiesPerIdentifierMax + 1) const;

  // Whether any fact of the type was recorded; of one attribute of it, where
  // `attribute` is not empty. Costs a pass over the facts of the type.
  absl::StatusOr<bool> HoldsFacts(absl::string_view type,
                                  absl::string_view attribute) const;

  // Whether anything was recorded of the entity.
  absl::StatusOr<bool> Exists(const EntityId& entity) const;
  // Revision of the newest record of the entity; 0 where there is none.
  absl::StatusOr<Revision> LastChange(const EntityId& entity) const;

  // A page of a list. `next` is where the following page starts; empty at the
  // end. `start` is empty or the `next` of the page before. A page of one of
  // the lists of a whole type or store (List...) may hold fewer items than
  // asked for, even none, and still have a `next`: it ends where it has looked
  // at limits::kListRowsMax rows.
  template <typename T>
  struct Page {
    std::vector<T> items;
    std::string next;
  };

  // Every id of the type of which something is recorded; those that are merged
  // into another only where asked for.
  absl::StatusOr<Page<EntityId>> ListEntities(
      absl::string_view type, absl::string_view start, size_t limit,
      bool include_merged = false) const;
  // Merges in force, in order of the duplicate; all types where `type` is
  // empty.
  absl::StatusOr<Page<MergeRecord>> ListMerges(absl::string_view type,
                                               absl::string_view start,
                                               size_t limit) const;
  // An instant of valid time; nullopt: all of it.
  using ValidAt = std::optional<absl::Time>;

  // Facts in force of every source; all types where `type` is empty. With
  // `valid_at` what each source says then.
  absl::StatusOr<Page<FactRecord>> ListFacts(
      absl::string_view type, absl::string_view start, size_t limit,
      ValidAt valid_at = std::nullopt) const;
  // With `valid_at` those that hold then.
  absl::StatusOr<Page<RelationRecord>> ListRelations(
      absl::string_view start, size_t limit,
      ValidAt valid_at = std::nullopt) const;
  // All channels where `channel` is empty. With `valid_at` those that hold
  // then.
  absl::StatusOr<Page<LinkRecord>> ListLinks(
      absl::string_view channel, absl::string_view start, size_t limit,
      ValidAt valid_at = std::nullopt) const;

  // Everything that was recorded about the entity: its facts, relations from
  // and to it, links that name it and what took such a link away from it. In
  // order of revision and ordinal.
  absl::StatusOr<Page<Change>> HistoryOf(const EntityId& entity,
                                         absl::string_view start,
                                         size_t limit) const;

 private:
  // Every record, retractions included, of the edges under a key; of those
  // from or to the entity.
  absl::StatusOr<std::vector<RelationRecord>> EdgesUnder(
      absl::string_view prefix) const;
  absl::StatusOr<std::vector<RelationRecord>> EdgesOf(
      const EntityId& entity) const;

  // Records of links that gave the entity a name or may have taken one away,
  // in order of name and revision.
  absl::StatusOr<std::vector<LinkRecord>> LinkChangesOf(
      const EntityId& entity) const;

  // The first entity id of `type` after `after` that has a row in `space`.
  absl::StatusOr<std::optional<std::string>> NextEntityIn(
      Space space, absl::string_view type, absl::string_view after) const;

  const Reader& reader_;
  const Revision at_;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_GRAPH_READER_H_
