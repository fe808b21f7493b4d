// Named places in the code where a test makes an error or the death of the
// process happen. Each is a line such as
//
//   CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kApplyFacts));
//
// which costs one relaxed load while nothing is armed. Nothing is armed but by
// an explicit call: a test's, or `concordatd --failpoints`.
//
// To add one: a row here and one in failpoints.cc, the line at its place, and
// tests/faults/failpoint_test.cc, which walks them all, reaches it. A name that
// has no place in the code fails that test.
#ifndef CONCORDAT_GRAPH_FAILPOINTS_H_
#define CONCORDAT_GRAPH_FAILPOINTS_H_

#include <atomic>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat {

enum class Failpoint : uint8_t {
  // A commit, in order: the group is taken, the engine begins, every job has
  // run, the engine is about to write and sync, it has synced, callers are
  // about to be answered.
  kCommitBeforeRun,
  kCommitBegin,
  kCommitAfterRun,
  kCommitBeforeSync,
  kCommitAfterSync,
  kCommitBeforeAnswer,
  // Before rows of the kind are put.
  kApplyFacts,
  kApplyRelation,
  kApplyLink,
  kApplyIdentifier,
  kApplyRequest,
  kApplyCommit,
  kApplyHead,
  kApplyHeld,
  kApplyFinding,
  kApplyClaims,
  kApplyClaimKeys,
  kApplyVocabulary,
  // Around folding the log into the database.
  kCheckpointBefore,
  kCheckpointAfter,
  // Opening a store of an older layout: around each step, around the renaming
  // of a rewritten file, before the tables of new spaces.
  kMigrationBeforeStep,
  kMigrationAfterStep,
  kMigrationBeforeReplace,
  kMigrationAfterReplace,
  kMigrationBeforeTables,
  // Around a step of a compaction, and before it is begun by recording the new
  // oldest revision.
  kCompactionPageBegin,
  kCompactionPageEnd,
  kCompactionBeforeMark,
  // Before pages of a watch's snapshot are read, before a response is handed to
  // the stream, after the stream has taken it.
  kWatchSnapshotPage,
  kWatchBeforeSend,
  kWatchAfterSend,
};

// What there is to know of one.
struct FailpointInfo {
  Failpoint point;
  // "area.place", both [a-z_]+.
  absl::string_view name;
  // Whether an error may come from there. What follows an acknowledged step
  // can only be died at.
  bool fails;
};

// Every failpoint, in the order of the enumeration.
absl::Span<const FailpointInfo> AllFailpoints();

enum class FailpointAction {
  kError,  // UNAVAILABLE StorageUnavailable, which names the failpoint.
  kCrash,  // SIGKILL to this process: what kill -9 at this instant does.
};

// Lets it happen once, at the `at_hit`-th hit (from 1) from now on. Replaces
// what was armed at this failpoint. INVALID_ARGUMENT for an error at a place
// that cannot fail, or an at_hit below 1. Thread-safe, as all of these are.
absl::Status ArmFailpoint(Failpoint point, FailpointAction action,
                          int64_t at_hit = 1);
// Arms all of a list such as "commit.before_sync=crash@3,apply.facts=error".
// INVALID_ARGUMENT, which says what is wrong, where it is no such list; then
// some may be armed.
absl::Status ArmFailpoints(absl::string_view list);
// Counts the hits of every failpoint from now on, without arming any.
void CountFailpoints();
// Disarms all, stops counting and forgets the counts.
void DisarmFailpoints();
// The hits since counting or arming began.
int64_t FailpointHits(Failpoint point);

namespace internal {
extern std::atomic<bool> failpoints_active;
absl::Status HitActiveFailpoint(Failpoint point);
}  // namespace internal

// At a place that can fail.
inline absl::Status HitFailpoint(Failpoint point) {
  if (!internal::failpoints_active.load(std::memory_order_relaxed)) [[likely]] {
    return absl::OkStatus();
  }
  return internal::HitActiveFailpoint(point);
}

// At a place that can only be died at.
inline void PassFailpoint(Failpoint point) {
  HitFailpoint(point).IgnoreError();
}

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_FAILPOINTS_H_
