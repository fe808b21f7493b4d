#include "server/periodic_task.h"

#include <chrono>
#include <utility>

namespace concordat {

void PeriodicTask::Start(absl::Duration every, std::function<void()> task) {
  thread_ = std::thread([this, every, task = std::move(task)] {
    do {
      task();
    } while (WaitFor(every));
  });
}

void PeriodicTask::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  stopped_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

bool PeriodicTask::IsStopping() const {
  MutexLock lock(&mutex_);
  return stopping_;
}

bool PeriodicTask::WaitFor(absl::Duration time) {
  const auto until =
      std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(time);
  MutexLock lock(&mutex_);
  while (!stopping_ && std::chrono::steady_clock::now() < until) {
    stopped_.WaitUntil(&mutex_, until);
  }
  return !stopping_;
}

}  // namespace concordat
