#ifndef CONCORDAT_SERVER_PROBE_TOKEN_BUCKET_H_
#define CONCORDAT_SERVER_PROBE_TOKEN_BUCKET_H_

#include <algorithm>

#include "absl/time/time.h"

namespace concordat {

// So many a second, after a pause up to `burst` at once. Time is given, and may
// stand still; where it goes back, nothing is gained. Not thread-safe.
class TokenBucket {
 public:
  // `per_second` 0: no limit. `burst` >= 1.
  TokenBucket(double per_second, double burst)
      : per_second_(per_second), burst_(burst), tokens_(burst) {}

  // Takes one where there is one.
  bool TryTake(absl::Time now) {
    if (per_second_ <= 0) return true;
    Fill(now);
    // What rounding leaves of one is one.
    if (tokens_ < 1 - 1e-9) return false;
    tokens_ -= 1;
    return true;
  }

  // What holds from now on.
  void SetRate(double per_second, double burst, absl::Time now) {
    Fill(now);
    per_second_ = per_second;
    burst_ = burst;
    tokens_ = std::min(tokens_, burst_);
  }

 private:
  void Fill(absl::Time now) {
    if (now <= filled_at_) return;
    const double seconds = absl::ToDoubleSeconds(now - filled_at_);
    if (filled_at_ != absl::InfinitePast()) {
      tokens_ = std::min(burst_, tokens_ + seconds * per_second_);
    }
    filled_at_ = now;
  }

  double per_second_;
  double burst_;
  double tokens_;
  absl::Time filled_at_ = absl::InfinitePast();
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_PROBE_TOKEN_BUCKET_H_
