#include "consistency/reconciliation/pace.h"

#include <algorithm>
#include <cmath>

#include "consistency/reconciliation/item.h"
#include "consistency/reconciliation/ladder.h"
#include "consistency/reconciliation/power_sums.h"

namespace concordat::reconciliation {
namespace {

// Symbols that an item takes, where many differ; never much fewer.
constexpr double kSymbolsEach = 1.13;
constexpr double kSymbolsEachMin = 1.05;
// Enough for an estimate: of more, the last ones, in whose counts of a byte
// fewer items have to fit.
constexpr size_t kCellsEnough = 512;
// Cells that one is asked for at a time beyond what is known to be needed: a
// share of those that there are.
constexpr size_t kStepShare = 11;
constexpr size_t kStepMin = 3;
// How sure to be that as many are needed.
constexpr double kCareful = 1.5;
constexpr double kSure = 4;

// How many cells of the range an item is in on average.
double CellsOfOne(SymbolRange range) {
  constexpr uint64_t kSample = 2000;
  const size_t begin = std::max(range.begin, kPowerSums) - kPowerSums;
  const size_t end = std::max(range.end, kPowerSums) - kPowerSums;
  const CellRange cells(begin, end);
  size_t count = 0;
  for (uint64_t i = 1; i <= kSample; ++i) {
    cells.ForEach(Item::FromHash(Mix(i)), [&](size_t) { ++count; });
  }
  return static_cast<double>(count) / static_cast<double>(kSample);
}

}  // namespace

void Pace::Add(const Sketch& difference) {
  symbols_ = difference.range().end;
  surplus_ =
      static_cast<double>(static_cast<int64_t>(difference.summary().items));
  const absl::Span<const Cell> cells = difference.cells();
  if (cells.empty()) return;
  const double of_one = CellsOfOne(difference.range());
  // What one side has more is in each cell with one sign.
  const double mean = surplus_ * of_one / static_cast<double>(cells.size());
  double squares = 0;
  for (const Cell& cell : cells) {
    const auto count = static_cast<int8_t>(cell.check & 0xff);
    squares += (count - mean) * (count - mean);
  }
  parts_.push_back({squares, of_one, cells.size()});
}

Pace::Estimate Pace::Estimated() const {
  double squares = 0;
  double of_one = 0;
  size_t cells = 0;
  for (auto part = parts_.rbegin();
       part != parts_.rend() && cells < kCellsEnough; ++part) {
    squares += part->squares;
    of_one += part->of_one;
    cells += part->cells;
  }
  if (of_one <= 0) return {};
  return {squares / of_one, std::sqrt(2.0 / static_cast<double>(cells))};
}

double Pace::AtLeast(double deviations) const {
  const Estimate estimate = Estimated();
  return std::max(std::abs(surplus_),
                  estimate.items * (1 - deviations * estimate.error));
}

size_t Pace::NextEnd() const {
  // Of so few each differing item takes one.
  if (symbols_ < kPowerSums) {
    const size_t next = symbols_ + std::max<size_t>(kStepMin, symbols_ / 3);
    return std::abs(surplus_) >= static_cast<double>(kPowerSums)
               ? kPowerSums
               : std::min(next, kPowerSums);
  }
  const size_t step = std::max(kStepMin, symbols_ / kStepShare);
  const double known = std::min(AtLeast(kCareful) * kSymbolsEach,
                                static_cast<double>(kSymbolsMax));
  // Where all is unknown, not too far at once.
  const size_t far = symbols_ * 8;
  return std::max(symbols_ + step,
                  std::min(far, static_cast<size_t>(std::max(known, 0.0))));
}

bool Pace::NeedsMoreThan(size_t symbols) const {
  return AtLeast(kSure) * kSymbolsEachMin > static_cast<double>(symbols);
}

}  // namespace concordat::reconciliation
