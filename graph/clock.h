#ifndef CONCORDAT_GRAPH_CLOCK_H_
#define CONCORDAT_GRAPH_CLOCK_H_

#include "absl/time/time.h"

namespace concordat {

// The seam for wall-clock time: injected, so that tests decide what time it
// is. Thread-safe. Nothing is ever ordered by it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_CLOCK_H_
