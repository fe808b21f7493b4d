#include "consistency/scorecards/scorecard.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "consistency/claim_records.h"
#include "consistency/held_runs.h"
#include "consistency/rows.h"
#include "consistency/scorecards/claim_tally.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// What of the log is not in the rows yet.
absl::StatusOr<ClaimTally> TallyOfTail(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(const HeldManifest manifest,
                             ReadHeldManifest(reader));
  ClaimTally tally;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kClaims, KeyWriter().At(manifest.applied.Next()).bytes(), "",
      [&](absl::string_view, absl::string_view value) {
        rows::ClaimsDecoder in(value);
        while (const rows::JudgedView* judged = in.NextView()) {
          tally.Add(*judged);
        }
        problem = in.Finish();
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return tally;
}

// Cells become rows.
class Scorecard {
 public:
  explicit Scorecard(const ScorecardQuery& query) : query_(query) {}

  // Also of hours before those that are asked for, which burned.
  void AddClaims(const ScoreCell& cell, const ClaimScore& score) {
    if (!IsOf(cell) || cell.hour >= query_.end) return;
    if (IsWithin(cell)) RowOf(cell).claims.Add(score);
    if (query_.hours_each != 0 || query_.label.has_value() ||
        cell.hour < query_.end - kBurnHours.back()) {
      return;
    }
    ScorecardRow& row = RowOf(cell);
    const Agreement agreement = AgreementOf(score.counts);
    for (size_t i = 0; i < kBurnHours.size(); ++i) {
      if (cell.hour < query_.end - kBurnHours[i]) continue;
      row.recent[i].agree += agreement.agree;
      row.recent[i].contradict += agreement.contradict;
      row.recent[i].undecided += agreement.undecided;
    }
  }
  void AddFindings(const ScoreCell& cell, const FindingCounts& counts) {
    if (IsOf(cell) && IsWithin(cell)) RowOf(cell).findings.Add(counts);
  }

  absl::StatusOr<std::vector<ScorecardRow>> TakeRows() {
    const auto size = static_cast<int64_t>(rows_.size());
    if (size > limits::kScorecardRowsMax) {
      return errors::LimitExceeded("scorecard_rows_max", size,
                                   limits::kScorecardRowsMax,
                                   "rows of the scorecard");
    }
    std::vector<ScorecardRow> rows;
    rows.reserve(rows_.size());
    for (auto& entry : rows_) {
      if (entry.second.is_within) rows.push_back(std::move(entry.second));
    }
    return rows;
  }

 private:
  using Key =
      std::tuple<std::string, std::string, std::string, std::string, int64_t>;

  bool IsWithin(const ScoreCell& cell) const {
    return cell.hour >= query_.begin && cell.hour < query_.end;
  }
  bool IsOf(const ScoreCell& cell) const {
    const auto has = [](const auto& names, const std::string& name) {
      return names.empty() || names.contains(name);
    };
    return has(query_.channels, cell.channel) &&
           has(query_.attributes, cell.attribute) &&
           (query_.label.has_value() ? cell.label == *query_.label
                                     : cell.label.empty());
  }

  ScorecardRow& RowOf(const ScoreCell& cell) {
    ScoreCell of;
    if (query_.by_channel) of.channel = cell.channel;
    if (query_.by_attribute) {
      of.entity_type = cell.entity_type;
      of.attribute = cell.attribute;
    }
    if (query_.label.has_value()) of.value = cell.value;
    if (query_.hours_each != 0) {
      of.hour = cell.hour - cell.hour % query_.hours_each;
    }
    const Key key(of.channel, of.entity_type, of.attribute, of.value, of.hour);
    // TakeRows says that there are too many.
    const bool is_full =
        static_cast<int64_t>(rows_.size()) > limits::kScorecardRowsMax;
    if (is_full && !rows_.contains(key)) return rows_.begin()->second;
    ScorecardRow& row = rows_[key];
    row.of = std::move(of);
    row.is_within = row.is_within || IsWithin(cell);
    return row;
  }

  const ScorecardQuery& query_;
  std::map<Key, ScorecardRow> rows_;
};

}  // namespace

ObjectiveStatus StatusOf(const ScorecardRow& row, double agreement) {
  const double allowed = 1 - agreement;
  const Agreement all = AgreementOf(row.claims.counts);
  ObjectiveStatus status;
  status.budget = allowed * static_cast<double>(all.judged());
  status.spent = all.contradict;
  if (status.budget > 0) {
    status.remaining = 1 - static_cast<double>(status.spent) / status.budget;
  }
  for (size_t i = 0; i < row.recent.size(); ++i) {
    const auto judged = static_cast<double>(row.recent[i].judged());
    status.burn_rates[i] =
        judged == 0
            ? 0
            : static_cast<double>(row.recent[i].contradict) / judged / allowed;
  }
  return status;
}

absl::StatusOr<std::vector<ScorecardRow>> ReadScorecard(
    const Reader& reader, const ScorecardQuery& asked) {
  ScorecardQuery query = asked;
  query.begin = std::max<int64_t>(query.begin, 0);
  if (query.label.has_value()) query.begin -= query.begin % kHoursPerDay;
  Scorecard scorecard(query);
  const auto add = [&scorecard](const ScoreCell& cell,
                                const ClaimScore& score) {
    scorecard.AddClaims(cell, score);
  };
  const bool by_label = query.label.has_value();
  CONCORDAT_RETURN_IF_ERROR(rows::VisitClaimScores(
      reader, by_label,
      std::clamp<int64_t>(query.end - kBurnHours.back(), 0, query.begin),
      query.end, add));
  if (!by_label) {
    CONCORDAT_RETURN_IF_ERROR(rows::VisitFindingCounts(
        reader, query.begin, query.end,
        [&scorecard](const ScoreCell& cell, const FindingCounts& counts) {
          scorecard.AddFindings(cell, counts);
        }));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const ClaimTally tail, TallyOfTail(reader));
  tail.Visit(add);
  return scorecard.TakeRows();
}

absl::StatusOr<std::optional<int64_t>> CountedSince(const Reader& reader) {
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<int64_t> first,
                             rows::FirstHourCounted(reader));
  if (first.has_value()) return first;
  CONCORDAT_ASSIGN_OR_RETURN(const ClaimTally tail, TallyOfTail(reader));
  tail.Visit([&first](const ScoreCell& cell, const ClaimScore&) {
    if (!first.has_value() || cell.hour < *first) first = cell.hour;
  });
  return first;
}

}  // namespace concordat
