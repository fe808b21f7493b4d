#ifndef CONCORDAT_CONSISTENCY_HELD_UPGRADE_H_
#define CONCORDAT_CONSISTENCY_HELD_UPGRADE_H_

#include "absl/status/status.h"
#include "graph/store.h"

namespace concordat {

// What channels hold was one row a channel and entity in builds before, always
// as new as the log: such rows become a run, and what there is of the log is
// applied. Does nothing where there are none. Errors: the store's, after which
// nothing has changed.
absl::Status EnsureHeldRuns(Store& store);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_UPGRADE_H_
