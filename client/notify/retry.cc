#include "client/notify/retry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace concordat::client {

absl::Duration BackoffOf(const RetryPolicy& policy, uint32_t attempts,
                         double random) {
  absl::Duration whole = policy.wait_first;
  for (uint32_t i = 1; i < attempts && whole < policy.wait_max; ++i) whole *= 2;
  whole = std::min(whole, policy.wait_max);
  return whole / 2 + whole / 2 * random;
}

Delivered DeliverPatiently(Delivery& delivery, const Parcel& parcel,
                           const RetryPolicy& policy,
                           const Surroundings& with) {
  const absl::Time began = with.now();
  Delivered result;
  while (true) {
    Outcome outcome = delivery.Deliver(parcel);
    ++result.attempts;
    result.problem = std::move(outcome.problem);
    if (outcome.kind == Outcome::Kind::kDelivered) return result;
    if (outcome.kind == Outcome::Kind::kRefused) {
      result.fate = Delivered::Fate::kRefused;
      return result;
    }
    if (with.now() - began >= policy.retry_for) {
      result.fate = Delivered::Fate::kGivenUp;
      return result;
    }
    const absl::Duration wait =
        std::max(BackoffOf(policy, result.attempts, with.random()),
                 std::min(outcome.retry_after, kRetryAfterMax));
    with.report(absl::StrCat(
        result.problem, "; attempt ", result.attempts + 1, " in ",
        absl::FormatDuration(absl::Trunc(wait, absl::Milliseconds(100)))));
    if (!with.wait(wait)) {
      result.fate = Delivered::Fate::kStopped;
      return result;
    }
  }
}

}  // namespace concordat::client
