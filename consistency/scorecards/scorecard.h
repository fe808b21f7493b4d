#ifndef CONCORDAT_CONSISTENCY_SCORECARDS_SCORECARD_H_
#define CONCORDAT_CONSISTENCY_SCORECARDS_SCORECARD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/scorecards/agreement.h"
#include "consistency/scorecards/score_rows.h"
#include "graph/store.h"

namespace concordat {

// Which counts, and what rows tell apart.
struct ScorecardQuery {
  // Empty: all.
  std::set<std::string, std::less<>> channels;
  std::set<std::string, std::less<>> attributes;
  // Hours since the Unix epoch, the last not included.
  int64_t begin = 0;
  int64_t end = 0;

  bool by_channel = false;
  bool by_attribute = false;
  // The length of what is told apart in time, in hours: 1, kHoursPerDay, or 0:
  // it is not.
  int64_t hours_each = 0;
  // The values of this label are told apart, and only claims that have it are
  // counted; by day, for which `begin` is taken back to the day's.
  std::optional<std::string> label;
};

struct ScorecardRow {
  // Where told apart; else empty, and 0.
  ScoreCell of;
  ClaimScore claims;
  // Not told apart by label, so of labels it has none.
  FindingCounts findings;
  // Of the last kBurnHours hours before `end`.
  std::array<Agreement, 3> recent;
  // Whether there is anything else of it.
  bool is_within = false;
};
// Windows in which it is told how fast an error budget is spent: short enough
// to wake somebody, long enough to open a ticket (Google, The Site Reliability
// Workbook, 2018, chapter 5).
inline constexpr std::array<int64_t, 3> kBurnHours = {1, 6, 72};

// What may contradict, and how it is kept to.
struct ObjectiveStatus {
  double budget = 0;  // claims
  int64_t spent = 0;
  double remaining = 1;              // 1 to below 0
  std::array<double, 3> burn_rates;  // by kBurnHours; 1: all by the end
};
// `agreement` is over 0 and below 1.
ObjectiveStatus StatusOf(const ScorecardRow& row, double agreement);

// In order of channel, entity type, attribute, label value and time; of what
// there is no count there is no row. The reader's newest state, also what of
// the log is not counted yet. Errors: the reader's, DATA_LOSS; LIMIT_EXCEEDED
// (scorecard_rows_max).
absl::StatusOr<std::vector<ScorecardRow>> ReadScorecard(
    const Reader& reader, const ScorecardQuery& query);

// The first hour of which anything was counted; nullopt: none. Errors: the
// reader's.
absl::StatusOr<std::optional<int64_t>> CountedSince(const Reader& reader);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_SCORECARDS_SCORECARD_H_
