// The erasure of a person: what is kept of it, and what it does to the graph.
//
// A personal value is sealed with its subject's key (graph/personal.h). To
// erase a person is to put nothing in the key's place, for ever, and to remove
// what was derived from the values: identifiers, fingerprints of requests. Ids,
// links, dates, counts and the fact of the erasure stay.
#ifndef CONCORDAT_GRAPH_ERASURE_H_
#define CONCORDAT_GRAPH_ERASURE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/facts.h"
#include "graph/graph_reader.h"
#include "graph/graph_writer.h"
#include "graph/ids.h"
#include "graph/revision.h"
#include "graph/schema.h"
#include "graph/store.h"

namespace concordat {

// What is asked for by an erasure.
struct ErasureRequest {
  EntityId entity;
  std::string actor;
  // Why, such as the number of the person's request. Not personal.
  std::string reason;
  // May be empty; only kept.
  std::string request_id;
  // What the caller has seen: PRECONDITION_FAILED if more was recorded since of
  // any id of the person, or of which ids these are.
  std::optional<Revision> unchanged_since;
};

// That a person was erased. Holds no value.
struct ErasureRecord {
  EntityId entity;
  Revision revision;
  absl::Time at;
  std::string actor;
  std::string reason;
  std::string request_id;
  // Values of facts, of claims that channels held, and findings that can no
  // longer be read.
  uint64_t facts = 0;
  uint64_t held_claims = 0;
  uint64_t findings = 0;
  // Channel and the channel's own id: what was linked to the person at some
  // time, whose unresolved claims were erased as well.
  std::vector<std::pair<std::string, std::string>> names;
};

// Marks a value as personal that lies open and whose attribute is personal, or
// not known. True where it did.
bool MarkPersonal(const Schema& schema, FactRecord& fact);

// Refuses a batch that records something of a person who was erased: facts,
// links and relations to that person, what ends one of these (graph/ends.h, so
// of a batch whose ends are resolved), and merges with another. To retract is
// allowed. Errors: ERASED with the field, the reader's.
absl::Status CheckNotErased(const Reader& reader, const WriteBatch& batch);

// Erases the entity's values from the graph and fills in the record's facts and
// names; the caller puts the record.
absl::Status EraseFromGraph(Transaction& tx, const Schema& schema,
                            ErasureRecord& record);

namespace rows {

// What seals a subject's values: `key` is empty where the subject was erased.
absl::Status PutSubjectKey(Transaction& tx, absl::string_view subject,
                           absl::string_view key);
absl::StatusOr<std::string> ParseSubjectKey(absl::string_view value);
// Puts an empty key for the record's entity and for each of its names.
absl::Status EraseSubjectKeys(Transaction& tx, const ErasureRecord& record);

// What is stored of an erasure, without its entity.
std::string EncodeErasure(const ErasureRecord& record);
absl::StatusOr<ErasureRecord> ParseErasure(const EntityId& entity,
                                           absl::string_view value);
// Under its entity, and in the order of revisions.
absl::Status PutErasure(Transaction& tx, const ErasureRecord& record);
absl::StatusOr<std::optional<ErasureRecord>> GetErasure(const Reader& reader,
                                                        const EntityId& entity);
// The entities that were erased at the revision.
absl::StatusOr<std::vector<EntityId>> ErasedAt(const Reader& reader,
                                               Revision revision);
// A spare look at each: whether anybody was erased at all.
absl::StatusOr<bool> HoldsErasures(const Reader& reader);
// In order of revision; up to `at`.
absl::StatusOr<GraphReader::Page<ErasureRecord>> ListErasures(
    const Reader& reader, Revision at, absl::string_view start, size_t limit);

}  // namespace rows
}  // namespace concordat

#endif  // CONCORDAT_GRAPH_ERASURE_H_
