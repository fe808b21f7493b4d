// What scorecards are made of, and the layout of its rows: exact counts by the
// hour of the server's clock.
//
//   "c" hour revision              -> ClaimScores of some claims of the hour
//   "l" day revision               -> the same, by label
//   "f" hour channel type attribute -> FindingCounts
//
// Hours and days count from the Unix epoch. Counts of claims follow from the
// log and are written behind it, with each run of what is held: those of claims
// after the run before, up to the revision, which is its HeldManifest::applied.
// They add up. Counts of findings are written with what they count.
#ifndef CONCORDAT_CONSISTENCY_SCORECARDS_SCORE_ROWS_H_
#define CONCORDAT_CONSISTENCY_SCORECARDS_SCORE_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/scorecards/agreement.h"
#include "consistency/scorecards/duration_histogram.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// What counts are of. `attribute` is the canonical name; it and `entity_type`
// are empty where a claim was about nobody who is known.
struct ScoreCell {
  int64_t hour = 0;  // of a label: the first of the day
  std::string channel;
  std::string entity_type;
  std::string attribute;
  // Empty: of all claims.
  std::string label;
  // Empty: of values that were too many to be told apart.
  std::string value;
};

// What became of the findings of a channel.
struct FindingCounts {
  int64_t opened = 0;
  int64_t reopened = 0;
  int64_t resolved = 0;
  // From opening to being resolved, of those that were wrong.
  DurationHistogram time_to_fix;

  void Add(const FindingCounts& other);
};

// How claims came out.
struct ClaimScore {
  ClaimCounts counts{};
  // From a change of the truth to the channel's first claim that agrees with
  // it. Not told apart by label, so of labels it has none.
  DurationHistogram lag;

  void Add(const ClaimScore& other);
};
using ClaimScores = std::vector<std::pair<ScoreCell, ClaimScore>>;

int64_t HoursOf(absl::Time time);
inline constexpr int64_t kHoursPerDay = 24;

namespace rows {

inline constexpr Space kScores{33, "scores"};

// `scores` are of one hour, or of one day by label; what was put before of that
// and the revision is replaced.
absl::Status PutClaimScores(Transaction& tx, Revision through,
                            const ClaimScores& scores);
// Adds to what there is of the cell.
absl::Status AddFindingCounts(Transaction& tx, const ScoreCell& cell,
                              const FindingCounts& counts);

// Visits what was put of hours from `begin` to before `end`, in order of time;
// `by_label`: of days. A cell may come several times. Errors: the reader's,
// DATA_LOSS.
absl::Status VisitClaimScores(
    const Reader& reader, bool by_label, int64_t begin, int64_t end,
    absl::FunctionRef<void(const ScoreCell& cell, const ClaimScore& score)>
        visit);
absl::Status VisitFindingCounts(
    const Reader& reader, int64_t begin, int64_t end,
    absl::FunctionRef<void(const ScoreCell& cell, const FindingCounts& counts)>
        visit);

// The first hour in which claims were counted; nullopt: none.
absl::StatusOr<std::optional<int64_t>> FirstHourCounted(const Reader& reader);

}  // namespace rows
}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_SCORECARDS_SCORE_ROWS_H_
