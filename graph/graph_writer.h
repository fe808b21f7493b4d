#ifndef CONCORDAT_GRAPH_GRAPH_WRITER_H_
#define CONCORDAT_GRAPH_GRAPH_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "graph/facts.h"
#include "graph/ids.h"
#include "graph/revision.h"
#include "graph/schema.h"
#include "graph/store.h"

namespace concordat {

// The place and time of a commit in progress.
struct CommitStamp {
  Revision revision;
  absl::Time at;
};

// Whether a batch has still to be admitted: it is a request; or it was admitted
// when it was recorded first, and is recorded again from a log.
enum class Admission : uint8_t { kRequested, kGranted };

// An attribute of an entity whose timeline a write has changed.
struct TouchedAttribute {
  EntityId entity;
  std::string attribute;
};

struct WriteOutcome {
  // Where it was recorded: the stamp's revision, or where replayed the earlier
  // one.
  Revision revision;
  // When it was recorded, by the stamp's clock.
  absl::Time at;
  // The request had been written before; nothing was written now.
  bool replayed = false;
  std::vector<TouchedAttribute> touched;
  // Ids that it made one entity with others or several entities of one: their
  // clusters before or after, whichever is larger. In order.
  std::vector<EntityId> remerged;
  // Channel and subject of the links it changed.
  std::vector<std::pair<std::string, std::string>> touched_links;
};

// Records a validated batch at the stamp's revision. Either everything is
// written or, where an error is returned that is not the store's, nothing. A
// batch that was admitted before is held against nothing: who was erased, what
// is declared of relations and which brakes there are may have changed since;
// it has neither request_id nor preconditions nor ends.
// Errors: PRECONDITION_FAILED, REQUEST_ID_REUSED, ERASED, those of ResolveEnds
// (graph/ends.h), CheckRelations (graph/relation_rules.h) and RecordIdentity
// (graph/identity_writer.h), LIMIT_EXCEEDED (limits::kWriteCheckRowsMax), the
// transaction's.
absl::StatusOr<WriteOutcome> RecordBatch(
    Transaction& tx, const Schema& schema, WriteBatch batch, CommitStamp stamp,
    Admission admission = Admission::kRequested);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_GRAPH_WRITER_H_
