// Claims that were recorded as another's, by a link that was corrected since.
#ifndef CONCORDAT_CONSISTENCY_MISATTRIBUTED_CLAIMS_H_
#define CONCORDAT_CONSISTENCY_MISATTRIBUTED_CLAIMS_H_

#include <vector>

#include "absl/status/status.h"
#include "consistency/held_reader.h"
#include "graph/erasure.h"
#include "graph/ids.h"
#include "graph/store.h"

namespace concordat {

// Erases what channels said of a person while their own id, one of
// `record.names`, was taken for another's: it is sealed with that one's key,
// which stays. The values go from what is held, from findings and from the log,
// of which the time is read in which the link was wrong. Counts what it erases
// in `record`. `held_of` tells what is held. Errors: the transaction's.
absl::Status EraseMisattributedClaims(Transaction& tx, ErasureRecord& record,
                                      HeldLookup held_of);

// Erases from the log what was said of the person, all of whose ids are
// `members`, and lies open, as it was recorded when nothing said of the
// entity's type was personal. Reads the whole log. Errors: the transaction's.
absl::Status EraseOpenClaims(Transaction& tx,
                             const std::vector<EntityId>& members);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_MISATTRIBUTED_CLAIMS_H_
