#ifndef CONCORDAT_CONSISTENCY_SCORECARDS_CLAIM_TALLY_H_
#define CONCORDAT_CONSISTENCY_SCORECARDS_CLAIM_TALLY_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "consistency/claim_records.h"
#include "consistency/scorecards/score_rows.h"
#include "graph/store.h"

namespace concordat {

// Counts claims of a part of the log for scorecards (score_rows.h). A few
// nanoseconds a claim, and some fifty for each of its labels. Not thread-safe.
class ClaimTally {
 public:
  // Of one label, so that one of which every claim has another value does not
  // take the room of the others: values that come later are counted together.
  static constexpr size_t kCellsOfLabelMax = 1 << 13;
  // Of all labels: those of which there is nothing by then are not counted.
  static constexpr size_t kLabelCellsMax = 1 << 16;

  void Add(const rows::JudgedView& judged);
  // How many were added.
  int64_t claims() const { return claims_; }
  void Clear();

  void Visit(
      absl::FunctionRef<void(const ScoreCell& cell, const ClaimScore& score)>
          visit) const;
  // Writes them as those up to a place in the log. Reads nothing. Errors: the
  // transaction's.
  absl::Status WriteTo(Transaction& tx, Revision through) const;

 private:
  struct Cell {
    ScoreCell of;
    ClaimScore score;
    // The cell of the claim that came after one of this before: the next one
    // is mostly of that again.
    size_t next = 0;
  };

  static bool Is(const rows::JudgedView& judged, int64_t hour,
                 const Cell& cell);
  Cell& CellOf(const rows::JudgedView& judged, int64_t hour);
  void AddLabel(const rows::JudgedView& judged, int64_t hour,
                absl::string_view label, absl::string_view value);

  std::vector<Cell> cells_;
  absl::flat_hash_map<std::string, size_t> by_key_;
  size_t last_ = 0;
  int64_t claims_ = 0;
  absl::flat_hash_map<std::string, Cell> labels_;
  absl::flat_hash_map<std::string, size_t> cells_of_label_;
  std::string key_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_SCORECARDS_CLAIM_TALLY_H_
