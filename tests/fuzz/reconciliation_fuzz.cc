// Symbols from a peer. Whatever arrives as a sketch is refused, or is written
// again as the same bytes; and whatever symbols it has, looking for what two
// sets do not share ends in an error, in more being wanted, or in a difference
// that has these symbols.
//
// Input: how many symbols are given at a time, then a sketch.
#include <algorithm>
#include <cstdint>
#include <optional>

#include "consistency/reconciliation/reconciler.h"
#include "consistency/reconciliation/sketch.h"
#include "graph/errors.h"
#include "tests/fuzz/input.h"

namespace concordat::reconciliation {
namespace {

void CheckRefusal(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  CONCORDAT_FUZZ_CHECK(detail.has_value());
  CONCORDAT_FUZZ_CHECK(detail->reason == ErrorReason::kInvalidField ||
                       detail->reason == ErrorReason::kLimitExceeded);
}

void CheckDifference(const Difference& found, const Sketch& given) {
  CONCORDAT_FUZZ_CHECK(
      std::is_sorted(found.only_theirs.begin(), found.only_theirs.end()));
  CONCORDAT_FUZZ_CHECK(
      std::is_sorted(found.only_ours.begin(), found.only_ours.end()));
  Sketch again = *Sketch::Create(given.range());
  for (const Item item : found.only_theirs) again.Insert(item);
  for (const Item item : found.only_ours) again.Remove(item);
  CONCORDAT_FUZZ_CHECK(again.Serialize() == given.Serialize());
}

void Reconcile(const Sketch& given, size_t step) {
  Reconciler reconciler;
  while (reconciler.symbols() < given.range().end && !reconciler.done()) {
    const size_t begin = reconciler.symbols();
    const size_t end = std::min(begin + step, given.range().end);
    const absl::Status added = reconciler.Add(*given.Slice({begin, end}));
    if (!added.ok()) return CheckRefusal(added);
  }
  if (!reconciler.done()) return;
  const Sketch used = *given.Slice({0, reconciler.symbols()});
  CheckDifference(reconciler.difference(), used);
}

}  // namespace
}  // namespace concordat::reconciliation

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  using namespace concordat::reconciliation;
  fuzz::Input input(data, size);
  const size_t step = 1 + input.Byte();
  const auto sketch = Sketch::Parse(input.Rest());
  if (!sketch.ok()) {
    CheckRefusal(sketch.status());
    return 0;
  }
  // Numbers of the head may be written longer than they need be.
  const auto again = Sketch::Parse(sketch->Serialize());
  CONCORDAT_FUZZ_CHECK(again.ok());
  CONCORDAT_FUZZ_CHECK(again->Serialize() == sketch->Serialize());
  if (sketch->range().begin == 0) Reconcile(*sketch, step);
  return 0;
}
