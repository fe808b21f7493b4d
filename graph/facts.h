// The records of the graph: facts, relations, links and what says which ids are
// one entity, as recorded.
#ifndef CONCORDAT_GRAPH_FACTS_H_
#define CONCORDAT_GRAPH_FACTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "graph/ids.h"
#include "graph/revision.h"

namespace concordat {

// True in the world from `from` until just before `to`, to the microsecond.
struct ValidTime {
  absl::Time from = absl::InfinitePast();
  absl::Time to = absl::InfiniteFuture();

  bool Covers(absl::Time t) const { return from <= t && t < to; }
};

// Who said so, why, and when we came to know it.
struct Provenance {
  std::string source;
  std::string actor;
  std::string reason;
  Revision revision;
  // Place within its revision.
  uint32_t ordinal = 0;
  absl::Time recorded_at;
};

// How far the source has checked a value. The values are those of
// concordat.v1.Validation, and in order: more is better.
enum class Validation : uint8_t {
  kNotSaid = 0,
  kInvalid,  // checked, and found wrong: mail to it came back
  kUnverified,
  kVerified,
};

// Known by entity, attribute, source and start: each source keeps its own.
struct FactRecord {
  EntityId entity;
  std::string attribute;
  // As written; nullopt: known to have none. Personal.
  std::optional<std::string> value;
  // Whether the value belongs to the person that the entity is: as its
  // attribute was marked when it was recorded.
  bool personal = false;
  // There was a value; the person was erased since. `value` is empty.
  bool erased = false;
  ValidTime valid;
  // Takes back every earlier record that starts at valid.from: of every source,
  // or with `one_source` only those of recorded.source.
  bool retraction = false;
  bool one_source = false;
  Validation validation = Validation::kNotSaid;
  Provenance recorded;
};

// The same rule of time as for facts: the record that was recorded last decides
// over one edge and start.
struct RelationRecord {
  EntityId from;
  std::string relation;
  EntityId to;
  ValidTime valid;
  bool retraction = false;
  Provenance recorded;
};

// The channel's own id -> the entity it names, over a stretch of valid time.
// The same rule of time as for facts: of the records of one id and start the
// newest decides, and at any instant the covering one that starts latest holds.
struct LinkRecord {
  std::string channel;
  std::string subject;
  EntityId entity;
  ValidTime valid;
  // Takes back the earlier records of the id that start at valid.from; all of
  // them where that is the infinite past.
  bool retraction = false;
  Provenance recorded;
};

// The duplicate's id names the same entity as the survivor's: a fact with a
// source, so that it can be taken back (a split). Nothing is moved: what is one
// entity is computed when it is read (graph/identity.h). Of the records of one
// duplicate the last decides.
struct MergeRecord {
  EntityId duplicate;
  // Of a split: whom it was merged into; filled in when it is recorded.
  EntityId survivor;
  // The duplicate is an entity of its own again.
  bool retraction = false;
  // Whoever wrote it wants it although it goes over a cap of the vocabulary.
  bool overrides_brakes = false;
  Provenance recorded;
};

// Two ids that must never name one entity. `a` sorts before `b`. The last
// record of a pair decides.
struct DistinctRecord {
  EntityId a;
  EntityId b;
  bool retraction = false;
  Provenance recorded;
};

// Whatever a write can record, in the order of the log's tags.
using Change = std::variant<FactRecord, RelationRecord, LinkRecord, MergeRecord,
                            DistinctRecord>;

inline const Provenance& RecordedOf(const Change& change) {
  return std::visit(
      [](const auto& record) -> const Provenance& { return record.recorded; },
      change);
}

// The value of the attribute now must be this, compared by meaning; nullopt:
// there must be none.
struct ValueIs {
  EntityId entity;
  std::string attribute;
  std::optional<std::string> value;
};

// Nothing of the entity was recorded after the revision.
struct UnchangedSince {
  EntityId entity;
  Revision revision;
};

// Something is, or nothing ever was, recorded of the entity.
struct EntityIsKnown {
  EntityId entity;
  bool known = true;
};

// The edge holds now, or does not.
struct RelationHolds {
  EntityId from;
  std::string relation;
  EntityId to;
  bool holds = true;
};

// The channel's own id names this entity now; nullopt: none.
struct LinkIs {
  std::string channel;
  std::string subject;
  std::optional<EntityId> entity;
};

using Precondition =
    std::variant<ValueIs, UnchangedSince, EntityIsKnown, RelationHolds, LinkIs>;

// Requests to end what holds just before `valid_to`. They are recorded as
// ordinary changes (graph/ends.h).
struct FactEnd {
  EntityId entity;
  std::string attribute;
  // nullopt: whatever source says so.
  std::optional<std::string> source;
  absl::Time valid_to;
  std::string reason;
};
struct RelationEnd {
  EntityId from;
  std::string relation;
  EntityId to;
  absl::Time valid_to;
  std::string reason;
};
struct LinkEnd {
  std::string channel;
  std::string subject;
  absl::Time valid_to;
  std::string reason;
};

struct End {
  // It stands after so many of the batch's changes and sees what they change.
  size_t after = 0;
  std::variant<FactEnd, RelationEnd, LinkEnd> what;
};

// One atomic write. Provenance of the changes other than source and reason is
// filled in when it is recorded.
struct WriteBatch {
  std::string request_id;
  std::string actor;
  std::vector<Change> changes;
  std::vector<Precondition> preconditions;
  // In order of `after`; the caller's list is the changes with these between
  // them.
  std::vector<End> ends = {};
  // Once the ends are changes (graph/ends.h): the place in the caller's list of
  // each change. Empty: there were no ends, and the places are those here.
  std::vector<size_t> places = {};
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_FACTS_H_
