// Which cells of a sketch an item is in.
#ifndef CONCORDAT_CONSISTENCY_RECONCILIATION_LADDER_H_
#define CONCORDAT_CONSISTENCY_RECONCILIATION_LADDER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "consistency/reconciliation/item.h"
#include "consistency/reconciliation/power_sums.h"
#include "graph/limits.h"

namespace concordat::reconciliation {

inline constexpr size_t kSymbolsMax = limits::kReconciliationSymbolsMax;
// Symbols beyond the power sums.
inline constexpr size_t kCellsMax = kSymbolsMax - kPowerSums;

// The cells are cut into rungs, whose width is an eleventh of what lies
// before them, counted from kLead. An item takes steps of so many rungs and is
// in one cell of each step, so in a share of the cells that falls with their
// number, as in a rateless IBLT (Yang, Gilad, Alizadeh, "Practical rateless set
// reconciliation", SIGCOMM 2024). But this takes whole numbers only, which are
// the same on every machine, and items are of three kinds, for irregular codes
// are better (Luby et al., "Efficient erasure correcting codes", IEEE Trans.
// Inf. Theory 2001): those that are in many cells are found early and
// uncover those that are in few.
//
// The numbers are what a seeded random search found to need the fewest symbols
// for the worst number of differing items, given that power sums find the last
// 32. On the wire they are part of the version.
namespace ladder {

inline constexpr size_t kLead = 34;
inline constexpr size_t kRungsOfLead = 11;

struct Kind {
  uint32_t share;  // of 1024 items; those of all kinds are 1024
  int rungs;       // of a step
  int first;       // the rung where the first step begins; may lie before 0
};
inline constexpr Kind kKinds[] = {
    {.share = 327, .rungs = 17, .first = 11},
    {.share = 457, .rungs = 8, .first = -4},
    {.share = 240, .rungs = 2, .first = -1},
};
inline constexpr size_t kKindCount = std::size(kKinds);

constexpr size_t NextStart(size_t start) {
  return start + (kLead + start) / kRungsOfLead;
}
constexpr size_t CountRungs() {
  size_t rungs = 0;
  for (size_t start = 0; start < kCellsMax; start = NextStart(start)) ++rungs;
  return rungs;
}
inline constexpr size_t kRungs = CountRungs();

// The first cell of each rung, and the end of the last.
constexpr std::array<uint32_t, kRungs + 1> MakeStarts() {
  std::array<uint32_t, kRungs + 1> starts = {};
  for (size_t i = 0; i < kRungs; ++i) {
    starts[i + 1] = static_cast<uint32_t>(NextStart(starts[i]));
  }
  return starts;
}
inline constexpr std::array<uint32_t, kRungs + 1> kStarts = MakeStarts();

// A number from 0 to `end` - 1, from a random one of 32 bits.
constexpr uint32_t Below(uint32_t end, uint64_t random) {
  return static_cast<uint32_t>(random * end >> 32);
}

}  // namespace ladder

// Of what an item's cells are drawn from; other numbers of the item are drawn
// as Mix of what is before it.
constexpr uint64_t SeedOf(Item item) { return Mix(item.number()); }

// Finds the cells of items within a range. A value; thread-safe.
class CellRange {
 public:
  // begin <= end <= kCellsMax
  CellRange(size_t begin, size_t end);

  // Calls visit(size_t cell) for each that the item is in, in order. 10 ns each
  // step of the ladder.
  template <typename Visit>
  void ForEach(Item item, Visit visit) const {
    const uint64_t seed = SeedOf(item);
    const size_t kind = KindOf(seed);
    const auto rungs = static_cast<uint32_t>(ladder::kKinds[kind].rungs);
    for (uint32_t step = steps_[kind].begin; step < steps_[kind].end; ++step) {
      const uint64_t random = Mix(seed + step);
      const int rung =
          ladder::kKinds[kind].first + static_cast<int>(step * rungs) +
          static_cast<int>(ladder::Below(rungs, random & UINT32_MAX));
      if (rung < rungs_begin_ || rung >= rungs_end_) continue;
      const uint32_t start = ladder::kStarts[static_cast<size_t>(rung)];
      const uint32_t width =
          ladder::kStarts[static_cast<size_t>(rung) + 1] - start;
      const size_t cell = start + ladder::Below(width, random >> 32);
      if (cell >= begin_ && cell < end_) visit(cell);
    }
  }

  // Of one item.
  size_t cells_max() const;

 private:
  struct Steps {
    uint32_t begin = 0;
    uint32_t end = 0;
  };

  static constexpr size_t KindOf(uint64_t seed) {
    const uint32_t chosen = seed >> 54;
    if (chosen < ladder::kKinds[0].share) return 0;
    return chosen < ladder::kKinds[0].share + ladder::kKinds[1].share ? 1 : 2;
  }

  size_t begin_;
  size_t end_;
  // The rungs that have cells of the range, and each kind's steps to them.
  int rungs_begin_ = 0;
  int rungs_end_ = 0;
  std::array<Steps, ladder::kKindCount> steps_ = {};
};

}  // namespace concordat::reconciliation

#endif  // CONCORDAT_CONSISTENCY_RECONCILIATION_LADDER_H_
