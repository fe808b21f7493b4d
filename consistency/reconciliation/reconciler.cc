#include "consistency/reconciliation/reconciler.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat::reconciliation {
namespace {

constexpr absl::string_view kField = "sketch";

bool MayBeAlone(const Cell& cell) {
  const uint32_t count = cell.check & UINT8_MAX;
  return count == 1 || count == UINT8_MAX;
}

bool IsEmpty(const Cell& cell) { return cell == Cell{}; }

// Without those that were found on both sides, in error and then to correct it.
// False where one was found twice.
bool Settle(std::vector<Item>& theirs, std::vector<Item>& ours) {
  std::sort(theirs.begin(), theirs.end());
  std::sort(ours.begin(), ours.end());
  std::vector<Item> both;
  std::set_intersection(theirs.begin(), theirs.end(), ours.begin(), ours.end(),
                        std::back_inserter(both));
  for (std::vector<Item>* side : {&theirs, &ours}) {
    std::vector<Item> rest;
    std::set_difference(side->begin(), side->end(), both.begin(), both.end(),
                        std::back_inserter(rest));
    *side = std::move(rest);
    if (std::adjacent_find(side->begin(), side->end()) != side->end()) {
      return false;
    }
  }
  return true;
}

}  // namespace

absl::Status Reconciler::Add(const Sketch& difference) {
  if (done_) return absl::OkStatus();
  if (difference.range().begin != symbols_) {
    return errors::InvalidField(kField, "must begin after the last symbol");
  }
  if (symbols_ == 0) {
    of_ = summary_ = difference.summary();
  } else if (!(difference.summary() == of_)) {
    return errors::PreconditionFailed(
        "the sets are those of the first symbols");
  }
  Append(difference);
  CONCORDAT_RETURN_IF_ERROR(Peel());
  DecodeRest();
  return absl::OkStatus();
}

void Reconciler::Append(const Sketch& difference) {
  const SymbolRange& range = difference.range();
  if (range.begin < kPowerSums) {
    PowerSums::Values sums = power_sums_.values();
    const PowerSums::Values given = difference.power_sums();
    const size_t end = std::min(range.end, kPowerSums);
    std::copy(given.begin() + range.begin, given.begin() + end,
              sums.begin() + range.begin);
    power_sums_ = PowerSums(sums);
  }
  symbols_ = range.end;
  const size_t first = cells_.size();
  cells_.insert(cells_.end(), difference.cells().begin(),
                difference.cells().end());
  waits_.resize(cells_.size());
  for (size_t i = first; i < cells_.size(); ++i) {
    if (!IsEmpty(cells_[i])) ++cells_not_empty_;
    See(i);
  }
  all_cells_ = CellRange(0, cells_.size());
  const CellRange added(first, cells_.size());
  for (const Found& found : found_) TakeOutOfCells(found, added);
}

// Each cell waits once only, or there might be more of them than fit.
void Reconciler::See(size_t cell) {
  if (!MayBeAlone(cells_[cell]) || waits_[cell]) return;
  waits_[cell] = true;
  to_see_.push_back(static_cast<uint32_t>(cell));
}

void Reconciler::TakeOutOfCells(const Found& found, const CellRange& range) {
  const uint64_t number = found.item.number();
  const uint32_t check = CheckOf(found.item);
  range.ForEach(found.item, [&](size_t at) {
    Cell& cell = cells_[at];
    cells_not_empty_ -= IsEmpty(cell) ? 0 : 1;
    cell.sum -= found.theirs ? number : -number;
    cell.check -= found.theirs ? check : -check;
    cells_not_empty_ += IsEmpty(cell) ? 0 : 1;
    See(at);
  });
}

void Reconciler::TakeOut(const Found& found) {
  if (found.theirs) {
    summary_.items -= 1;
    summary_.check -= SummaryCheckOf(found.item);
    power_sums_.Remove(found.item);
  } else {
    summary_.items += 1;
    summary_.check += SummaryCheckOf(found.item);
    power_sums_.Insert(found.item);
  }
  TakeOutOfCells(found, all_cells_);
}

std::optional<Reconciler::Found> Reconciler::AloneIn(size_t cell) const {
  const Cell& in = cells_[cell];
  if (!MayBeAlone(in)) return std::nullopt;
  const bool theirs = (in.check & UINT8_MAX) == 1;
  const std::optional<Item> item = Item::FromNumber(theirs ? in.sum : -in.sum);
  if (!item.has_value() || CheckOf(*item) != (theirs ? in.check : -in.check)) {
    return std::nullopt;
  }
  bool here = false;
  CellRange(cell, cell + 1).ForEach(*item, [&here](size_t) { here = true; });
  if (!here) return std::nullopt;
  return Found{*item, theirs};
}

// Each item that is found empties a cell. With symbols of two sets none is
// filled again, but for errors; with others it might go on for ever.
absl::Status Reconciler::Peel() {
  while (!to_see_.empty()) {
    const size_t cell = to_see_.back();
    to_see_.pop_back();
    waits_[cell] = false;
    const std::optional<Found> found = AloneIn(cell);
    if (!found.has_value()) continue;
    if (found_.size() >= 2 * cells_.size()) {
      return errors::InvalidField(kField, "the symbols are of no two sets");
    }
    found_.push_back(*found);
    TakeOut(*found);
  }
  return absl::OkStatus();
}

void Reconciler::DecodeRest() {
  const size_t sums = std::min(symbols_, kPowerSums);
  // So few items cannot be in so many cells: no need to look.
  if (cells_not_empty_ > sums * all_cells_.cells_max()) return;
  const PowerSums::Values values = power_sums_.values();
  const std::optional<Difference> rest =
      DecodePowerSums(absl::MakeConstSpan(values).first(sums),
                      static_cast<int64_t>(summary_.items));
  if (!rest.has_value()) return;
  std::vector<Found> found;
  for (const Item item : rest->only_theirs) found.push_back({item, true});
  for (const Item item : rest->only_ours) found.push_back({item, false});
  Finish(found);
}

void Reconciler::Finish(const std::vector<Found>& rest) {
  for (const Found& found : rest) TakeOut(found);
  if (cells_not_empty_ == 0 && summary_ == SetSummary{}) {
    Difference all;
    for (const std::vector<Found>* some : {&std::as_const(found_), &rest}) {
      for (const Found& found : *some) {
        (found.theirs ? all.only_theirs : all.only_ours).push_back(found.item);
      }
    }
    if (Settle(all.only_theirs, all.only_ours)) {
      found_.insert(found_.end(), rest.begin(), rest.end());
      difference_ = std::move(all);
      done_ = true;
    }
  }
  if (!done_) {
    for (const Found& found : rest) TakeOut({found.item, !found.theirs});
  }
  for (const uint32_t cell : to_see_) waits_[cell] = false;
  to_see_.clear();
}

}  // namespace concordat::reconciliation
