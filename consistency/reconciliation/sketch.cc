#include "consistency/reconciliation/sketch.h"

#include <algorithm>

#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat::reconciliation {
namespace {

constexpr uint64_t kVersion = 1;
constexpr absl::string_view kField = "sketch";
constexpr size_t kSumBytes = 8;
constexpr size_t kCellCheckBytes = 4;

size_t PowerSumsOf(SymbolRange range) {
  return std::min(range.end, kPowerSums) - std::min(range.begin, kPowerSums);
}
size_t CellAt(size_t symbol) {
  return std::max(symbol, kPowerSums) - kPowerSums;
}

size_t BytesOf(SymbolRange range) {
  const size_t power_sums = PowerSumsOf(range);
  return power_sums * kSumBytes +
         (range.end - range.begin - power_sums) * (kSumBytes + kCellCheckBytes);
}

absl::Status CheckRange(SymbolRange range) {
  if (range.end > kSymbolsMax) {
    return errors::LimitExceeded(
        "reconciliation_symbols_max",
        static_cast<int64_t>(std::min<size_t>(range.end, INT64_MAX)),
        limits::kReconciliationSymbolsMax, kField);
  }
  if (range.begin > range.end) {
    return errors::InvalidField(kField, "the symbols end before they begin");
  }
  return absl::OkStatus();
}

// Little-endian.
void Append(uint64_t number, size_t bytes, std::string& to) {
  for (size_t i = 0; i < bytes; ++i) {
    to.push_back(static_cast<char>(number >> (8 * i)));
  }
}
// There are as many bytes.
uint64_t Take(size_t bytes, absl::string_view& from) {
  uint64_t number = 0;
  for (size_t i = 0; i < bytes; ++i) {
    number |= uint64_t{static_cast<uint8_t>(from[i])} << (8 * i);
  }
  from.remove_prefix(bytes);
  return number;
}

}  // namespace

// The ladder draws from what follows the seed.
uint32_t CheckOf(Item item) {
  return static_cast<uint32_t>(Mix(SeedOf(item) - 1) << 8) | 1;
}
uint64_t SummaryCheckOf(Item item) { return Mix(SeedOf(item) - 2); }

Sketch::Sketch(SymbolRange range)
    : range_(range),
      cell_range_(CellAt(range.begin), CellAt(range.end)),
      cells_(CellAt(range.end) - CellAt(range.begin)) {}

absl::StatusOr<Sketch> Sketch::Create(SymbolRange range) {
  CONCORDAT_RETURN_IF_ERROR(CheckRange(range));
  return Sketch(range);
}

void Sketch::Insert(Item item) {
  summary_.items += 1;
  summary_.check += SummaryCheckOf(item);
  if (range_.begin < kPowerSums) power_sums_.Insert(item);
  const uint32_t check = CheckOf(item);
  const size_t first = CellAt(range_.begin);
  cell_range_.ForEach(item, [&](size_t at) {
    cells_[at - first].sum += item.number();
    cells_[at - first].check += check;
  });
}

void Sketch::Remove(Item item) {
  summary_.items -= 1;
  summary_.check -= SummaryCheckOf(item);
  if (range_.begin < kPowerSums) power_sums_.Remove(item);
  const uint32_t check = CheckOf(item);
  const size_t first = CellAt(range_.begin);
  cell_range_.ForEach(item, [&](size_t at) {
    cells_[at - first].sum -= item.number();
    cells_[at - first].check -= check;
  });
}

absl::Status Sketch::Add(const Sketch& other) {
  if (!(range_ == other.range_)) {
    return errors::InvalidField(kField, "must have the same symbols");
  }
  summary_.items += other.summary_.items;
  summary_.check += other.summary_.check;
  power_sums_.Add(other.power_sums_);
  for (size_t i = 0; i < cells_.size(); ++i) {
    cells_[i].sum += other.cells_[i].sum;
    cells_[i].check += other.cells_[i].check;
  }
  return absl::OkStatus();
}

absl::Status Sketch::Subtract(const Sketch& other) {
  if (!(range_ == other.range_)) {
    return errors::InvalidField(kField, "must have the same symbols");
  }
  summary_.items -= other.summary_.items;
  summary_.check -= other.summary_.check;
  power_sums_.Subtract(other.power_sums_);
  for (size_t i = 0; i < cells_.size(); ++i) {
    cells_[i].sum -= other.cells_[i].sum;
    cells_[i].check -= other.cells_[i].check;
  }
  return absl::OkStatus();
}

absl::StatusOr<Sketch> Sketch::Slice(SymbolRange part) const {
  CONCORDAT_RETURN_IF_ERROR(CheckRange(part));
  if (part.begin < range_.begin || part.end > range_.end) {
    return errors::InvalidField(kField, "does not have these symbols");
  }
  Sketch slice(part);
  slice.summary_ = summary_;
  slice.power_sums_ = power_sums_;
  std::copy_n(cells_.begin() + static_cast<ptrdiff_t>(CellAt(part.begin) -
                                                      CellAt(range_.begin)),
              slice.cells_.size(), slice.cells_.begin());
  return slice;
}

std::string Sketch::Serialize() const {
  Encoder head;
  head.Unsigned(kVersion)
      .Unsigned(range_.begin)
      .Unsigned(range_.end)
      .Unsigned(summary_.items);
  std::string bytes = head.Take();
  bytes.reserve(bytes.size() + kSumBytes + BytesOf(range_));
  Append(summary_.check, kSumBytes, bytes);
  const PowerSums::Values sums = power_sums_.values();
  for (size_t i = range_.begin; i < std::min(range_.end, kPowerSums); ++i) {
    Append(sums[i], kSumBytes, bytes);
  }
  for (const Cell& cell : cells_) {
    Append(cell.sum, kSumBytes, bytes);
    Append(cell.check, kCellCheckBytes, bytes);
  }
  return bytes;
}

absl::StatusOr<Sketch> Sketch::Parse(absl::string_view bytes) {
  Decoder head(bytes);
  const uint64_t version = head.Unsigned();
  if (!head.failed() && version != kVersion) {
    return errors::InvalidField(kField, "is of a version that is not known");
  }
  const size_t begin = head.Unsigned();
  const size_t end = head.Unsigned();
  const uint64_t items = head.Unsigned();
  if (head.failed()) return errors::InvalidField(kField, "is cut off");
  const SymbolRange range{begin, end};
  CONCORDAT_RETURN_IF_ERROR(CheckRange(range));
  absl::string_view rest = head.rest();
  if (rest.size() != kSumBytes + BytesOf(range)) {
    return errors::InvalidField(kField,
                                "has not as many bytes as its symbols take");
  }
  Sketch sketch(range);
  sketch.summary_ = {items, Take(kSumBytes, rest)};
  PowerSums::Values sums = {};
  for (size_t i = range.begin; i < std::min(range.end, kPowerSums); ++i) {
    sums[i] = Take(kSumBytes, rest);
    if (sums[i] >= kModulus) {
      return errors::InvalidField(kField, "a power sum is out of range");
    }
  }
  sketch.power_sums_ = PowerSums(sums);
  for (Cell& cell : sketch.cells_) {
    cell.sum = Take(kSumBytes, rest);
    cell.check = static_cast<uint32_t>(Take(kCellCheckBytes, rest));
  }
  return sketch;
}

}  // namespace concordat::reconciliation
