#ifndef CONCORDAT_SERVER_SYSTEM_CLOCK_H_
#define CONCORDAT_SERVER_SYSTEM_CLOCK_H_

#include "absl/time/clock.h"
#include "graph/clock.h"

namespace concordat {

// The machine's wall clock, to the microsecond. Thread-safe.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override {
    return absl::FromUnixMicros(absl::ToUnixMicros(absl::Now()));
  }
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_SYSTEM_CLOCK_H_
