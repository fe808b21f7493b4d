// Finds what one of two sets has and the other lacks, from few symbols of each.
#ifndef CONCORDAT_CONSISTENCY_RECONCILIATION_RECONCILER_H_
#define CONCORDAT_CONSISTENCY_RECONCILIATION_RECONCILER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "consistency/reconciliation/item.h"
#include "consistency/reconciliation/ladder.h"
#include "consistency/reconciliation/power_sums.h"
#include "consistency/reconciliation/sketch.h"

namespace concordat::reconciliation {

// Takes the symbols of two sets, theirs less ours, from the first on, until
// they say where the sets differ:
//
//   Reconciler reconciler;
//   while (!reconciler.done()) {
//     Sketch difference = ...;  // theirs, from reconciler.symbols() on
//     CONCORDAT_RETURN_IF_ERROR(difference.Subtract(ours));  // of that range
//     CONCORDAT_RETURN_IF_ERROR(reconciler.Add(difference));
//   }
//
// Nobody need know how many items differ: for up to 32 it is done with as many
// symbols, for more with 1.13 to 1.37 times as many on average (README.md).
// Where that was not enough, half as many again is a good number to ask for.
//
// An item that is alone in a cell, by the cell's check, is taken out of all its
// cells, which leaves others alone: peeling (Eppstein et al., "What's the
// difference?", SIGCOMM 2011). Where that gets stuck, what it left of the power
// sums is decoded, up to 32 items at once. They stand for the densest cells of
// a rateless IBLT, which serve the last items only, and need one symbol an item
// where those need two. All sums have signs, so they tell whose an item is.
//
// A wrong difference would have to be of sets with these symbols and summaries:
// odds of 2^-64. That an item is found in a cell where it is not (24 bits of
// check, and the cell must be one of the item's) has odds of some 10^-6 with
// 2,000 differing items, and ends in INVALID_FIELD; so do, or in never being
// done, two records that are one item. Another key of the items helps.
//
// A peer may send any numbers. Of n symbols so far Add takes O(n log n) time,
// all together, beside 10 microseconds to a few milliseconds each for the power
// sums, and 100 bytes of memory each at most. Who knows the items' key can make
// symbols for any difference he likes: only_theirs is the peer's word, and
// only_ours must be looked up among the own items.
//
// Not thread-safe.
class Reconciler {
 public:
  Reconciler() = default;

  // The next symbols, theirs less ours; after done() they are ignored.
  // INVALID_FIELD where they do not begin at symbols(), or are of no two sets:
  // then, or where it is not done after limits::kReconciliationSymbolsMax, the
  // sets must be compared otherwise. PRECONDITION_FAILED where the summaries
  // are of other sets than those before: start again.
  absl::Status Add(const Sketch& difference);

  // How many have been given.
  size_t symbols() const { return symbols_; }
  // Of those to be found how many were, so far.
  size_t found() const { return found_.size(); }
  bool done() const { return done_; }
  // Once done().
  const Difference& difference() const { return difference_; }

 private:
  struct Found {
    Item item;
    bool theirs;
  };

  void Append(const Sketch& difference);
  // Subtracts the item from everything that is left.
  void TakeOut(const Found& found);
  void TakeOutOfCells(const Found& found, const CellRange& range);
  // Has the cell looked at where one item may be alone in it.
  void See(size_t cell);
  std::optional<Found> AloneIn(size_t cell) const;
  absl::Status Peel();
  // Of what peeling leaves.
  void DecodeRest();
  void Finish(const std::vector<Found>& rest);

  size_t symbols_ = 0;
  SetSummary of_;  // as given with the first symbols
  // What is left of it all without what was found. Items that were found
  // before all power sums are here would be missing in later ones: there are
  // none, for cells come later.
  SetSummary summary_;
  PowerSums power_sums_;
  std::vector<Cell> cells_;
  CellRange all_cells_ = CellRange(0, 0);
  size_t cells_not_empty_ = 0;

  std::vector<Found> found_;
  // Cells that are to be looked at, and of each cell whether it is one.
  std::vector<uint32_t> to_see_;
  std::vector<bool> waits_;
  bool done_ = false;
  Difference difference_;
};

}  // namespace concordat::reconciliation

#endif  // CONCORDAT_CONSISTENCY_RECONCILIATION_RECONCILER_H_
