#include "server/memory_gauge.h"

#include <sys/sysinfo.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "graph/errors.h"

namespace concordat {
namespace {

// A first number of a file of the kernel's; 0: it has none, such as `max`.
uint64_t NumberIn(const std::string& path, int position) {
  std::ifstream file(path);
  uint64_t number = 0;
  for (int i = 0; i <= position; ++i) {
    if (!(file >> number)) return 0;
  }
  return number;
}

}  // namespace

MemoryState ReadMemoryState() {
  MemoryState state;
  // statm: pages in all, pages that are resident (proc(5)).
  state.used = NumberIn("/proc/self/statm", 1) *
               static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  struct sysinfo machine {};
  if (sysinfo(&machine) == 0) {
    state.max = static_cast<uint64_t>(machine.totalram) * machine.mem_unit;
  }
  // The control group of a service is its whole tree, as it sees it.
  const uint64_t group = NumberIn("/sys/fs/cgroup/memory.max", 0);
  if (group != 0) state.max = std::min(state.max, group);
  return state;
}

void MemoryGauge::Look() {
  const MemoryState now = read_();
  const uint64_t limit = max_ == 0 ? now.max : max_;
  used_ = now.used;
  limit_ = limit;
  if (limit == 0) return;
  if (now.used >= limit / 10 * 9) refusing_ = true;
  if (now.used < limit / 20 * 17) refusing_ = false;
}

absl::Status MemoryGauge::Admit() const {
  if (!refusing()) return absl::OkStatus();
  return errors::Overloaded(static_cast<int64_t>(used_ >> 20),
                            static_cast<int64_t>((limit_ >> 20) / 10 * 9));
}

}  // namespace concordat
