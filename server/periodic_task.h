#ifndef CONCORDAT_SERVER_PERIODIC_TASK_H_
#define CONCORDAT_SERVER_PERIODIC_TASK_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "graph/mutex.h"

namespace concordat {

// Does something now and then, in a thread of its own. Thread-safe.
class PeriodicTask {
 public:
  PeriodicTask() = default;
  // Stops.
  ~PeriodicTask() { Stop(); }
  PeriodicTask(const PeriodicTask&) = delete;
  PeriodicTask& operator=(const PeriodicTask&) = delete;

  // Once: does `task` at once, and `every` so long after it ended again.
  void Start(absl::Duration every, std::function<void()> task);
  // Waits for a task that goes on, which may ask IsStopping to end early.
  // Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsStopping() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // False once this is to stop.
  bool WaitFor(absl::Duration time) ABSL_LOCKS_EXCLUDED(mutex_);

  mutable Mutex mutex_;
  CondVar stopped_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_PERIODIC_TASK_H_
