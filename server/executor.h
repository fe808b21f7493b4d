#ifndef CONCORDAT_SERVER_EXECUTOR_H_
#define CONCORDAT_SERVER_EXECUTOR_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "graph/mutex.h"

namespace concordat {

// A bounded pool of threads for work that may block on storage, so that gRPC's
// own threads never do. Thread-safe.
class Executor {
 public:
  // `queue_max`: tasks that may wait.
  Executor(int threads, size_t queue_max);
  // Runs what waits, then joins.
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // False where the queue is full or the executor is stopping; `task` was then
  // not taken.
  bool TrySubmit(std::function<void()> task) ABSL_LOCKS_EXCLUDED(mutex_);

  size_t queue_max() const { return queue_max_; }

 private:
  void Work() ABSL_LOCKS_EXCLUDED(mutex_);

  const size_t queue_max_;
  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // constant after construction
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_EXECUTOR_H_
