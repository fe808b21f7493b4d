// A set's symbols: what a party says of its set.
#ifndef CONCORDAT_CONSISTENCY_RECONCILIATION_SKETCH_H_
#define CONCORDAT_CONSISTENCY_RECONCILIATION_SKETCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consistency/reconciliation/item.h"
#include "consistency/reconciliation/ladder.h"
#include "consistency/reconciliation/power_sums.h"

namespace concordat::reconciliation {

// Of a set's endless sequence of symbols those from `begin` to before `end`.
struct SymbolRange {
  size_t begin = 0;
  size_t end = 0;

  friend bool operator==(const SymbolRange&, const SymbolRange&) = default;
};

// Of a whole set: how many items it has, and the sum of a hash of each. Two
// sets that differ have the same with odds of 2^-64.
struct SetSummary {
  uint64_t items = 0;
  uint64_t check = 0;

  friend bool operator==(const SetSummary&, const SetSummary&) = default;
};

// What the items of a set that are in one cell sum up to. All sums wrap.
struct Cell {
  uint64_t sum = 0;  // of their numbers
  // Of CheckOf each: the lowest byte counts them, so that it tells whose an
  // item is that is alone; the other 24 bits tell whether it is.
  uint32_t check = 0;

  friend bool operator==(const Cell&, const Cell&) = default;
};

uint32_t CheckOf(Item item);
uint64_t SummaryCheckOf(Item item);

// Some of a set's symbols: the first 32 are power sums, all others are cells,
// each the rarer the later it comes. Beside them the summary of the set.
//
// Putting an item in takes 40 ns for the power sums and some 5 ns for each of
// the cells that it is in, about 2.2 ln(1 + n / 34) of the first n; taking one
// out takes 300 ns. So a set of 10 million is encoded in a second without being
// held, and a sketch that is kept follows every change. Where more symbols are
// wanted than were kept, a sketch of the further range is made from the set.
//
// Sketches of one range add up: that of a set is the sum of those of its parts,
// and that of what two sets do not share is their difference.
//
// Takes 16 bytes a symbol, and 600. Not thread-safe; const methods are.
class Sketch {
 public:
  // Of the empty set. INVALID_FIELD where the range ends before it begins;
  // LIMIT_EXCEEDED where it ends beyond limits::kReconciliationSymbolsMax.
  static absl::StatusOr<Sketch> Create(SymbolRange range);

  const SymbolRange& range() const { return range_; }
  const SetSummary& summary() const { return summary_; }
  // Of symbols that are not in the range they mean nothing.
  PowerSums::Values power_sums() const { return power_sums_.values(); }
  absl::Span<const Cell> cells() const { return cells_; }

  // An item that is not in the set is inserted, one that is is removed: that is
  // for the caller to see to. A set that has an item twice does not decode.
  void Insert(Item item);
  void Remove(Item item);

  // INVALID_FIELD where `other` has another range.
  absl::Status Add(const Sketch& other);
  absl::Status Subtract(const Sketch& other);

  // Some of these symbols. INVALID_FIELD where `part` is not within range().
  absl::StatusOr<Sketch> Slice(SymbolRange part) const;

  // 8 bytes a power sum, 12 a cell, and at most 39.
  std::string Serialize() const;
  // INVALID_FIELD of anything but what Serialize gives; LIMIT_EXCEEDED. Takes
  // no more memory than a small multiple of `bytes`. What is read may be the
  // symbols of no set.
  static absl::StatusOr<Sketch> Parse(absl::string_view bytes);

 private:
  explicit Sketch(SymbolRange range);

  SymbolRange range_;
  CellRange cell_range_;
  SetSummary summary_;
  PowerSums power_sums_;
  std::vector<Cell> cells_;
};

}  // namespace concordat::reconciliation

#endif  // CONCORDAT_CONSISTENCY_RECONCILIATION_SKETCH_H_
