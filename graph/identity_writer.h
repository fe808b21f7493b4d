#ifndef CONCORDAT_GRAPH_IDENTITY_WRITER_H_
#define CONCORDAT_GRAPH_IDENTITY_WRITER_H_

#include <vector>

#include "absl/status/status.h"
#include "graph/facts.h"
#include "graph/graph_writer.h"
#include "graph/ids.h"
#include "graph/schema.h"
#include "graph/store.h"

namespace concordat {

// Whether RecordIdentity may refuse the changes: then they have to be recorded
// in a transaction of their own (graph/staged_transaction.h).
bool IsRefusedLate(const Schema& schema, const std::vector<Change>& changes);

// Records the merges, splits and declarations of a stamped batch, one after
// another, and checks its links against their channels' caps. The batch's
// facts, relations and links must be in `tx` already: the brakes count them,
// wherever in the batch they stand. Fills in whom a split was merged into. Adds
// to `remerged` (see WriteOutcome). Of a batch that was admitted before nothing
// is refused.
// Errors, at changes[i].merge and so on: NOT_FOUND where nothing is known of an
// entity, or there is no merge to split; DECLARED_DISTINCT, MERGE_REFUSED,
// LIMIT_EXCEEDED (cluster_members_max); the transaction's.
absl::Status RecordIdentity(Transaction& tx, const Schema& schema,
                            CommitStamp stamp, Admission admission,
                            WriteBatch& batch, std::vector<EntityId>& remerged);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_IDENTITY_WRITER_H_
