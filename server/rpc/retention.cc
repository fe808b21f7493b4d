#include "server/rpc/retention.h"

#include <chrono>

#include "server/rpc/call.h"
#include "server/rpc/compaction_call.h"

namespace concordat {

void Retention::Start() {
  if (options_.kept == absl::InfiniteDuration()) return;
  thread_ = std::thread([this] { Loop(); });
}

void Retention::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  stopped_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void Retention::Loop() {
  while (true) {
    const absl::Status compacted =
        CompactOlder(context_, running_, options_.kept);
    if (!compacted.ok()) {
      LogFailure(*context_.logger, "retention", "", compacted);
    }
    const auto until = std::chrono::steady_clock::now() +
                       absl::ToChronoMilliseconds(options_.every);
    MutexLock lock(&mutex_);
    while (!stopping_ && std::chrono::steady_clock::now() < until) {
      stopped_.WaitUntil(&mutex_, until);
    }
    if (stopping_) return;
  }
}

}  // namespace concordat
