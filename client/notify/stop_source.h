#ifndef CONCORDAT_CLIENT_NOTIFY_STOP_SOURCE_H_
#define CONCORDAT_CLIENT_NOTIFY_STOP_SOURCE_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <utility>

#include "absl/time/time.h"

namespace concordat::client {

// Somebody wants the work to end: ends waiting, and calls what ends the rest.
// Thread-safe.
class StopSource {
 public:
  // Calls what OnStop was given, within the caller's thread.
  void Request() {
    std::lock_guard<std::mutex> lock(mutex_);
    requested_ = true;
    if (on_stop_) on_stop_();
    changed_.notify_all();
  }

  bool requested() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return requested_;
  }

  // `action` is called when a stop is requested, at once where it was; nullptr:
  // nothing is. It must not call this. Once this returns, the action before is
  // not running.
  void OnStop(std::function<void()> action) {
    std::lock_guard<std::mutex> lock(mutex_);
    on_stop_ = std::move(action);
    if (requested_ && on_stop_) on_stop_();
  }

  // Waits for so long, or until a stop is requested: then false.
  bool Wait(absl::Duration duration) {
    std::unique_lock<std::mutex> lock(mutex_);
    return !changed_.wait_for(lock, absl::ToChronoNanoseconds(duration),
                              [this] { return requested_; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool requested_ = false;         // under mutex_
  std::function<void()> on_stop_;  // under mutex_
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_STOP_SOURCE_H_
