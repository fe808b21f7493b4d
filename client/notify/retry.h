// Attempts until something is delivered, at growing intervals.
#ifndef CONCORDAT_CLIENT_NOTIFY_RETRY_H_
#define CONCORDAT_CLIENT_NOTIFY_RETRY_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/notify/delivery.h"

namespace concordat::client {

struct RetryPolicy {
  // Between attempts: doubles from the first to the second.
  absl::Duration wait_first = absl::Seconds(1);
  absl::Duration wait_max = absl::Minutes(1);
  // From the first attempt to the last.
  absl::Duration retry_for = absl::Hours(1);
};

// Longest wait that a receiver can ask for.
inline constexpr absl::Duration kRetryAfterMax = absl::Hours(1);

// The world around: time, chance, and who watches.
struct Surroundings {
  std::function<absl::Time()> now;
  // Waits; false: the work is to end.
  std::function<bool(absl::Duration)> wait;
  // 0 to 1.
  std::function<double()> random;
  // Tells people of a difficulty.
  std::function<void(absl::string_view)> report;
};

// How long to wait after so many attempts, at least one: between a half and the
// whole of what doubling comes to, by `random` from 0 to 1, so that many who
// failed at once do not come back at once.
absl::Duration BackoffOf(const RetryPolicy& policy, uint32_t attempts,
                         double random);

// How it ended.
struct Delivered {
  enum class Fate {
    kDelivered,
    kRefused,
    kGivenUp,  // after RetryPolicy::retry_for
    kStopped,  // the work is to end; nobody knows whether it arrived
  };
  Fate fate = Fate::kDelivered;
  uint32_t attempts = 0;
  std::string problem;  // of the last attempt
};

// Attempts to deliver until it is, is refused, or has taken too long.
Delivered DeliverPatiently(Delivery& delivery, const Parcel& parcel,
                           const RetryPolicy& policy, const Surroundings& with);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_RETRY_H_
