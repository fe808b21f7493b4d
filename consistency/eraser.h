// The erasure of a person, from the graph and from what channels said of it.
#ifndef CONCORDAT_CONSISTENCY_ERASER_H_
#define CONCORDAT_CONSISTENCY_ERASER_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "consistency/held_reader.h"
#include "consistency/vocabulary.h"
#include "graph/erasure.h"
#include "graph/graph_writer.h"
#include "graph/store.h"

namespace concordat {

struct ErasureOutcome {
  // First that of the entity that was asked for, then those of the other ids of
  // the same person.
  std::vector<ErasureRecord> records;
  // The entity had been erased before; nothing was changed now.
  bool replayed = false;
};

// Erases the entity at the stamp's revision: the values of its facts, of the
// claims about it and of its findings. What is known of claims that arrived
// before their subject was linked to it, or while it was linked to another by
// mistake, goes too; for the latter the log of that time is read. Ids, states,
// verdicts, counts and dates stay, and the erasure is recorded. Either
// everything is written or, where an error is returned that is not the store's,
// nothing. `held_of` tells what is held; what is erased of it is put beside
// what the revision judged anew. Errors: NOT_FOUND where nothing is known of
// the entity, PRECONDITION_FAILED, REQUEST_ID_REUSED, LIMIT_EXCEEDED with a
// precondition on an entity of more than limits::kFactsPerEntityMax records,
// the transaction's.
absl::StatusOr<ErasureOutcome> EraseSubject(Transaction& tx,
                                            const Vocabulary& vocabulary,
                                            const ErasureRequest& request,
                                            CommitStamp stamp,
                                            HeldLookup held_of);

// Erases what there is of the record's entity, which may be nothing, and puts
// the record as it is: as a log says that it went. Errors: the transaction's.
absl::Status EraseAsRecorded(Transaction& tx, const Vocabulary& vocabulary,
                             const ErasureRecord& record, HeldLookup held_of);

// Erases whom a later state of the store knows to be erased and this one does
// not: those that were erased together at a new revision after the head, with a
// commit of their own and what was counted then. Gives how many records that
// made. Errors: the transaction's.
absl::StatusOr<uint64_t> EraseUnknown(Transaction& tx,
                                      const Vocabulary& vocabulary,
                                      std::vector<ErasureRecord> erasures);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_ERASER_H_
