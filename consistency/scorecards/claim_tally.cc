#include "consistency/scorecards/claim_tally.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

absl::string_view TypeOf(const rows::JudgedView& judged) {
  return judged.about == nullptr ? absl::string_view() : judged.about->type;
}

// What it is about, where that is known.
absl::string_view AttributeOf(const rows::JudgedView& judged) {
  return judged.about == nullptr ? absl::string_view() : judged.attribute;
}

// Keys have parts that end with a zero byte.
bool FitsKey(absl::string_view text) {
  return text.find('\0') == absl::string_view::npos;
}

ScoreCell ScoreCellOf(const rows::JudgedView& judged, int64_t hour) {
  return {.hour = hour,
          .channel = std::string(judged.claim.channel),
          .entity_type = std::string(TypeOf(judged)),
          .attribute = std::string(AttributeOf(judged)),
          .label = {},
          .value = {}};
}

KeyWriter KeyOf(const rows::JudgedView& judged, int64_t hour,
                std::string memory) {
  KeyWriter key(std::move(memory));
  key.Number(static_cast<uint64_t>(hour)).String(judged.claim.channel);
  key.String(TypeOf(judged)).String(AttributeOf(judged));
  return key;
}

}  // namespace

bool ClaimTally::Is(const rows::JudgedView& judged, int64_t hour,
                    const Cell& cell) {
  return cell.of.hour == hour && cell.of.channel == judged.claim.channel &&
         cell.of.attribute == AttributeOf(judged) &&
         cell.of.entity_type == TypeOf(judged);
}

ClaimTally::Cell& ClaimTally::CellOf(const rows::JudgedView& judged,
                                     int64_t hour) {
  if (!cells_.empty()) {
    const size_t expected = cells_[last_].next;
    if (Is(judged, hour, cells_[expected])) return cells_[last_ = expected];
  }
  key_ = KeyOf(judged, hour, std::move(key_)).Take();
  const auto [known, is_new] = by_key_.try_emplace(key_, cells_.size());
  if (is_new) cells_.push_back({.of = ScoreCellOf(judged, hour)});
  cells_[last_].next = known->second;
  return cells_[last_ = known->second];
}

void ClaimTally::Add(const rows::JudgedView& judged) {
  ++claims_;
  if (!FitsKey(judged.claim.channel) || !FitsKey(AttributeOf(judged))) return;
  const int64_t hour = HoursOf(judged.received_at);
  const auto verdict = static_cast<size_t>(judged.verdict);
  if (verdict >= ClaimCounts().size()) return;
  ClaimScore& score = CellOf(judged, hour).score;
  ++score.counts[verdict];
  if (judged.lag.has_value()) score.lag.Add(*judged.lag);
  for (const auto& [label, value] : judged.claim.labels) {
    AddLabel(judged, hour - hour % kHoursPerDay, label, value);
  }
}

void ClaimTally::AddLabel(const rows::JudgedView& judged, int64_t hour,
                          absl::string_view label, absl::string_view value) {
  if (label.empty() || !FitsKey(label)) return;
  if (!FitsKey(value)) value = "";
  const auto key_of = [&](absl::string_view known) {
    key_ =
        KeyOf(judged, hour, std::move(key_)).String(label).String(known).Take();
  };
  key_of(value);
  auto cell = labels_.find(key_);
  if (cell == labels_.end()) {
    if (labels_.size() >= kLabelCellsMax) return;
    size_t& cells = cells_of_label_[label];
    if (cells >= kCellsOfLabelMax) key_of(value = "");
    const auto [added, is_new] = labels_.try_emplace(key_);
    cell = added;
    if (is_new) {
      ++cells;
      cell->second.of = ScoreCellOf(judged, hour);
      cell->second.of.label = std::string(label);
      cell->second.of.value = std::string(value);
    }
  }
  ++cell->second.score.counts[static_cast<size_t>(judged.verdict)];
}

void ClaimTally::Clear() {
  cells_.clear();
  by_key_.clear();
  labels_.clear();
  cells_of_label_.clear();
  last_ = 0;
}

void ClaimTally::Visit(
    absl::FunctionRef<void(const ScoreCell& cell, const ClaimScore& score)>
        visit) const {
  for (const Cell& cell : cells_) visit(cell.of, cell.score);
  for (const auto& [key, cell] : labels_) visit(cell.of, cell.score);
}

absl::Status ClaimTally::WriteTo(Transaction& tx, Revision through) const {
  // By whether it is by label, and the hour; in order of cells, so that the
  // same claims give the same rows.
  std::map<std::pair<bool, int64_t>, ClaimScores> scores;
  Visit([&scores](const ScoreCell& cell, const ClaimScore& score) {
    scores[{!cell.label.empty(), cell.hour}].emplace_back(cell, score);
  });
  for (auto& entry : scores) {
    std::sort(
        entry.second.begin(), entry.second.end(),
        [](const auto& a, const auto& b) {
          return std::tie(a.first.channel, a.first.entity_type,
                          a.first.attribute, a.first.label, a.first.value) <
                 std::tie(b.first.channel, b.first.entity_type,
                          b.first.attribute, b.first.label, b.first.value);
        });
    CONCORDAT_RETURN_IF_ERROR(rows::PutClaimScores(tx, through, entry.second));
  }
  return absl::OkStatus();
}

}  // namespace concordat
