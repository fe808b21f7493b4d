// Causes from run to run: which are the ones known before, which are new, and
// which are over.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_CAUSE_RECORDS_H_
#define CONCORDAT_CONSISTENCY_CAUSES_CAUSE_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "consistency/causes/cause.h"
#include "consistency/causes/cause_observations.h"
#include "consistency/causes/find_causes.h"

namespace concordat {

enum class CauseState : uint8_t {
  kOpen = 1,
  kClosed,
};

struct CauseRun {
  int64_t number = 0;  // greater than that of the run before
  absl::Time at = absl::UnixEpoch();

  friend bool operator==(const CauseRun&, const CauseRun&) = default;
};

// A cause as it is kept. A plain value.
struct CauseRecord {
  // Stays the same while the conditions become narrower or wider.
  std::string id;
  // One sentence; as of the last run in which it was open.
  std::string title;
  CauseConditions conditions;
  // Empty: nobody's, as a new one is. Whoever keeps the record may change it.
  std::string owner;
  CauseState state = CauseState::kOpen;
  CauseRun opened;  // for the first time
  CauseRun since;   // in this state since
  // As of the last run, or of that which closed it.
  CauseFigures figures;
  // Findings whose main cause it is; 0 unless the last run found it.
  int64_t members = 0;
  // The id of the cause that took it in; empty unless closed for that.
  std::string merged_into;
};

// What a run made of a record.
enum class CauseChange : uint8_t {
  kNew = 1,
  kOngoing,   // the same conditions, or none found and its rate not back
  kChanged,   // ongoing, with narrower, wider or equivalent conditions
  kReopened,  // was closed
  kClosed,    // its rate is back
  kMerged,    // closed: a cause that was found holds wherever it does
  kSilent,    // still open: nothing was observed where it holds
  kNone,      // was closed, and is
};

struct CauseUpdate {
  CauseRecord record;
  CauseChange change = CauseChange::kNew;
};

struct CauseFollowUp {
  // How much of the findings of two conditions must be in both (Jaccard) for
  // them to be one cause: where one implies the other, and where neither does.
  double overlap_nested_min = 0.5;
  double overlap_other_min = 0.8;
  // A rate is back where the risk ratio is at most this, or its interval
  // includes 1. Below what opens a cause, so that it does not flap.
  double back_ratio_max = 1.5;
  // As long as fewer observations than this are seen where it holds, a
  // rate is not taken to be back.
  int64_t back_observations_min = 30;
};

// The records after a run: of what was found, in that order; then the other
// earlier ones, in theirs.
//
// A found cause continues the earlier one of the same conditions, else that
// with which it shares enough findings, counted now; open ones before closed
// ones, the greatest overlap first, ties by id. It then keeps its id and owner.
// A new one's id hangs on its conditions (CauseId).
//
// An open cause that was not found closes when its rate is back, or when one
// that was found holds wherever it does. It does not close by silence. A cause
// without a base rate has no silence: it closes when its count is usual.
//
// `found` must be of `observations`. Pure: the same arguments give the same
// result. O(tuples) for each 64 earlier records. LIMIT_EXCEEDED
// (kCauseRecordsMax); INVALID_FIELD where an id is there twice.
absl::StatusOr<std::vector<CauseUpdate>> FollowUpCauses(
    absl::Span<const CauseRecord> earlier, const FoundCauses& found,
    const CauseObservations& observations, const CauseRun& run,
    const CauseFollowUp& options = {});

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_CAUSE_RECORDS_H_
