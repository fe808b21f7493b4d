// Compaction: the removal of history, declared by whoever runs a store, in
// steps that writes go on between, and that a crash may come between.
#ifndef CONCORDAT_CONSISTENCY_COMPACTION_H_
#define CONCORDAT_CONSISTENCY_COMPACTION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// How far a compaction is.
struct CompactionProgress {
  // Reads at this revision and after it stay as they are.
  Revision before;
  uint8_t stage = 0;
  std::string next;  // where the stage goes on
  bool done = false;
  uint64_t rows_seen = 0;
  uint64_t rows_removed = 0;
  uint64_t records_removed = 0;
  // The cursor that kept it from what was asked for; empty: none did. Known to
  // whoever began it only.
  std::string held_back_by;
};

// The one that was begun and is not done. Errors: the reader's.
absl::StatusOr<std::optional<CompactionProgress>> FindCompaction(
    const Reader& reader);

// How far a compaction to `before` may go: to the oldest cursor, where that is
// older. Errors: the reader's.
absl::StatusOr<CompactionProgress> RespectCursors(const Reader& reader,
                                                  Revision before);

// From here on nothing before the revision is served, and the log begins after
// it; the removing follows. Goes no further than RespectCursors says. In place
// of one that was begun with an earlier revision. `before` is at most the
// newest revision, and what channels hold was applied up to it
// (HeldView::ApplyAll). Errors: the transaction's.
absl::StatusOr<CompactionProgress> BeginCompaction(Transaction& tx,
                                                   Revision before);

// One step: looks at about `rows_max` rows and removes what goes. Requests, and
// when they were committed, are remembered for `kRequestsKept` before `now`,
// compacted or not.
// Errors: the transaction's, after which `progress` is as it was.
inline constexpr absl::Duration kRequestsKept = absl::Hours(48);
absl::Status StepCompaction(Transaction& tx, absl::Time now, size_t rows_max,
                            CompactionProgress& progress);

// The same, but only counts. Begin with a progress that has `before` alone.
absl::Status SurveyCompaction(const Reader& reader, absl::Time now,
                              size_t rows_max, CompactionProgress& progress);

// The newest revision of at or before a time, by the clock of the commits: what
// was known then. At least `oldest`, the oldest that can be read. Errors: the
// reader's.
absl::StatusOr<Revision> RevisionAt(const Reader& reader, absl::Time time);

// Findings whose newest judgement is of before the revision: after a compaction
// they have no evidence. A pass over all findings.
absl::StatusOr<uint64_t> CountFindingsJudgedBefore(const Reader& reader,
                                                   Revision before);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_COMPACTION_H_
