#ifndef CONCORDAT_CONSISTENCY_SCORECARDS_FINDING_TALLY_H_
#define CONCORDAT_CONSISTENCY_SCORECARDS_FINDING_TALLY_H_

#include <optional>

#include "absl/status/status.h"
#include "consistency/findings.h"
#include "graph/graph_writer.h"
#include "graph/store.h"

namespace concordat {

// Counts for scorecards that a finding about one channel opened, came back or
// was resolved; other changes, and other findings, are not counted. Its events
// up to this change must be written. Errors: the transaction's.
absl::Status CountFindingChange(Transaction& tx, CommitStamp stamp,
                                const Finding& finding,
                                const std::optional<Finding>& before);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_SCORECARDS_FINDING_TALLY_H_
