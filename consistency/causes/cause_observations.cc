#include "consistency/causes/cause_observations.h"

#include <algorithm>
#include <array>
#include <utility>

#include "graph/errors.h"
#include "graph/limits.h"

namespace concordat {
namespace {

// Tuples whose slots are fetched together.
constexpr size_t kBatch = 16;
constexpr size_t kSlotsMin = 1024;
// An odd number without pattern: 2^64 divided by the golden ratio (Knuth, The
// Art of Computer Programming, 6.4).
constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;

}  // namespace

uint32_t TupleCounts::HashOf(const DimensionValue* tuple) const {
  uint64_t hash = width_;
  size_t i = 0;
  for (; i + 1 < width_; i += 2) {
    hash = (hash ^ (uint64_t{tuple[i]} << 32 | tuple[i + 1])) * kMultiplier;
    hash ^= hash >> 32;
  }
  if (i < width_) hash = (hash ^ tuple[i]) * kMultiplier;
  return static_cast<uint32_t>(hash ^ hash >> 32);
}

void TupleCounts::Grow() {
  std::vector<Slot> slots(std::max(kSlotsMin, slots_.size() * 2));
  const size_t mask = slots.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.number == 0) continue;
    size_t at = slot.hash & mask;
    while (slots[at].number != 0) at = (at + 1) & mask;
    slots[at] = slot;
  }
  slots_ = std::move(slots);
}

bool TupleCounts::Add(absl::Span<const DimensionValue> tuples, int64_t count,
                      int64_t tuples_max) {
  std::array<uint32_t, kBatch> hashes;
  const DimensionValue* tuple = tuples.data();
  for (size_t left = tuples.size() / width_; left > 0;) {
    const size_t batch = std::min(left, kBatch);
    while ((counts_.size() + batch) * 2 > slots_.size()) Grow();
    const size_t mask = slots_.size() - 1;
    for (size_t i = 0; i < batch; ++i) {
      hashes[i] = HashOf(tuple + i * width_);
      __builtin_prefetch(&slots_[hashes[i] & mask]);
    }
    for (size_t i = 0; i < batch; ++i, tuple += width_) {
      size_t at = hashes[i] & mask;
      while (slots_[at].number != 0 &&
             (slots_[at].hash != hashes[i] ||
              !std::equal(tuple, tuple + width_,
                          values_.data() + (slots_[at].number - 1) * width_))) {
        at = (at + 1) & mask;
      }
      if (slots_[at].number == 0) {
        if (static_cast<int64_t>(size()) >= tuples_max) return false;
        values_.insert(values_.end(), tuple, tuple + width_);
        counts_.push_back(0);
        slots_[at] = {hashes[i], static_cast<uint32_t>(counts_.size())};
      }
      counts_[slots_[at].number - 1] += count;
      total_ += count;
    }
    left -= batch;
  }
  return true;
}

CauseObservations::CauseObservations(const Dimensions& dimensions)
    : dimensions_(dimensions),
      findings_(dimensions.size()),
      agreements_(dimensions.size()) {}

CauseObservations::Values CauseObservations::Largest(bool agreements) const {
  Values largest = {};
  for (size_t d = 0; d < dimensions_.size(); ++d) {
    const bool has = !agreements || dimensions_.is_shared(d);
    if (has) largest[d] = static_cast<DimensionValue>(dimensions_.values(d));
  }
  return largest;
}

absl::Status CauseObservations::AddFindings(
    absl::Span<const DimensionValue> tuples, int64_t count) {
  return Add(tuples, count, Largest(/*agreements=*/false), &findings_);
}

absl::Status CauseObservations::AddAgreements(
    absl::Span<const DimensionValue> tuples, int64_t count) {
  return Add(tuples, count, Largest(/*agreements=*/true), &agreements_);
}

absl::Status CauseObservations::Add(absl::Span<const DimensionValue> tuples,
                                    int64_t count, const Values& largest,
                                    TupleCounts* counts) {
  const size_t width = dimensions_.size();
  if (width == 0 || tuples.size() % width != 0) {
    return errors::InvalidField("tuples", "needs one value of each dimension");
  }
  const auto added = static_cast<int64_t>(tuples.size() / width);
  if (count < 1) return errors::InvalidField("count", "must be 1 or more");
  // Both factors are checked, so that nothing overflows.
  const int64_t room = limits::kCauseObservationsMax - counts->total();
  if (added > 0 && count > room / added) {
    return errors::LimitExceeded("cause_observations_max",
                                 limits::kCauseObservationsMax + 1,
                                 limits::kCauseObservationsMax);
  }
  for (size_t i = 0; i < tuples.size(); i += width) {
    for (size_t d = 0; d < width; ++d) {
      if (tuples[i + d] > largest[d]) {
        return errors::InvalidField("tuples",
                                    "has a value that its dimension lacks, or "
                                    "an agreement says what only findings do");
      }
    }
  }
  if (!counts->Add(tuples, count, limits::kCauseTuplesMax)) {
    return errors::LimitExceeded("cause_tuples_max",
                                 static_cast<int64_t>(counts->size()) + 1,
                                 limits::kCauseTuplesMax);
  }
  return absl::OkStatus();
}

}  // namespace concordat
