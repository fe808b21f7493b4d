#include "consistency/reconciliation/ladder.h"

#include <algorithm>

namespace concordat::reconciliation {
namespace {

using ladder::kKindCount;
using ladder::kKinds;

static_assert(kKindCount == 3 &&
              kKinds[0].share + kKinds[1].share + kKinds[2].share == 1024);

int RungOf(size_t cell) {
  const auto after =
      std::upper_bound(ladder::kStarts.begin(), ladder::kStarts.end(), cell);
  return static_cast<int>(after - ladder::kStarts.begin()) - 1;
}

}  // namespace

CellRange::CellRange(size_t begin, size_t end) : begin_(begin), end_(end) {
  if (begin >= end) return;
  rungs_begin_ = RungOf(begin);
  rungs_end_ = RungOf(end - 1) + 1;
  for (size_t i = 0; i < kKindCount; ++i) {
    const int before = rungs_begin_ - kKinds[i].first;
    const int last = rungs_end_ - 1 - kKinds[i].first;
    if (last < 0) continue;
    steps_[i] = {static_cast<uint32_t>(std::max(before, 0) / kKinds[i].rungs),
                 static_cast<uint32_t>(last / kKinds[i].rungs + 1)};
  }
}

size_t CellRange::cells_max() const {
  uint32_t most = 0;
  for (const Steps& steps : steps_) {
    most = std::max(most, steps.end - steps.begin);
  }
  return most;
}

}  // namespace concordat::reconciliation
