#include "server/ingest/held_worker.h"

#include <chrono>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace concordat {
namespace {

// Without a commit for so long, what waits for more does not wait any longer.
constexpr absl::Duration kIdleAfter = absl::Milliseconds(200);
// How long a commit waits where too many claims wait.
constexpr absl::Duration kPatience = absl::Milliseconds(20);

}  // namespace

void HeldWorker::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void HeldWorker::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void HeldWorker::Committed() {
  {
    MutexLock lock(&mutex_);
    committed_ = true;
    awaits_commit_ = false;
  }
  wake_.NotifyOne();
}

void HeldWorker::Await() {
  if (!view_->is_far_behind()) return;
  MutexLock lock(&mutex_);
  const auto until =
      std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(kPatience);
  while (view_->is_far_behind() && !awaits_commit_ && !stopping_ &&
         std::chrono::steady_clock::now() < until) {
    progress_.WaitUntil(&mutex_, until);
  }
}

bool HeldWorker::IsStopping() {
  MutexLock lock(&mutex_);
  return stopping_;
}

void HeldWorker::Loop() {
  bool waits_for_idle = true;
  while (true) {
    bool idle = false;
    {
      MutexLock lock(&mutex_);
      while (!stopping_ && !committed_ && !idle) {
        if (!waits_for_idle) {
          wake_.Wait(&mutex_);
        } else {
          idle = !wake_.WaitFor(&mutex_, kIdleAfter);
        }
      }
      if (stopping_) return;
      committed_ = false;
    }
    const bool did_something = PrepareAll(idle);
    // Once idle it has done what there was, until the next commit.
    waits_for_idle = !idle || did_something;
  }
}

bool HeldWorker::PrepareAll(bool idle) {
  bool did_something = false;
  while (!IsStopping()) {
    // An error shows in the next commit, which reads anew.
    const absl::StatusOr<bool> prepared = view_->Prepare(*store_, idle);
    if (!prepared.ok() || !*prepared) break;
    did_something = true;
    progress_.NotifyOne();
    prepared_();
  }
  MutexLock lock(&mutex_);
  awaits_commit_ = !committed_;
  progress_.NotifyOne();
  return did_something;
}

}  // namespace concordat
