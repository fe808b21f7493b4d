#ifndef CONCORDAT_SERVER_MEMORY_GAUGE_H_
#define CONCORDAT_SERVER_MEMORY_GAUGE_H_

#include <atomic>
#include <cstdint>
#include <functional>

#include "absl/status/status.h"

namespace concordat {

// What the process has of memory, and may have; in bytes, 0: not known.
struct MemoryState {
  uint64_t used = 0;
  uint64_t max = 0;
};

// Of this process: what is resident, and the least of what its control group
// and the machine give it.
MemoryState ReadMemoryState();

// Whether there is memory left for another call. Above nine tenths of what
// there is calls are refused, until it is below eight and a half: a server that
// the kernel kills serves nobody. Thread-safe.
class MemoryGauge {
 public:
  using Read = std::function<MemoryState()>;

  // `max`: instead of what the machine says; 0: that.
  MemoryGauge(Read read, uint64_t max) : read_(std::move(read)), max_(max) {}

  // Looks again; now and then, by one thread.
  void Look();
  // Errors: OVERLOADED.
  absl::Status Admit() const;

  MemoryState state() const { return {used_.load(), limit_.load()}; }
  bool refusing() const { return refusing_.load(); }

 private:
  const Read read_;
  const uint64_t max_;
  std::atomic<uint64_t> used_ = 0;
  std::atomic<uint64_t> limit_ = 0;
  std::atomic<bool> refusing_ = false;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_MEMORY_GAUGE_H_
