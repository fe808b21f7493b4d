#ifndef CONCORDAT_SERVER_INGEST_HELD_WORKER_H_
#define CONCORDAT_SERVER_INGEST_HELD_WORKER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "consistency/held_view.h"
#include "graph/mutex.h"
#include "graph/store.h"

namespace concordat {

// Makes ready what brings the view of what channels hold up to date, in a
// thread of its own, so that the one that commits only puts it there.
class HeldWorker {
 public:
  // `prepared` is called, from the thread, when there is something to commit.
  // All must outlive this.
  HeldWorker(Store* store, HeldView* view, std::function<void()> prepared)
      : store_(store), view_(view), prepared_(std::move(prepared)) {}
  ~HeldWorker() { Stop(); }
  HeldWorker(const HeldWorker&) = delete;
  HeldWorker& operator=(const HeldWorker&) = delete;

  void Start();
  // Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);
  // Something was committed.
  void Committed() ABSL_LOCKS_EXCLUDED(mutex_);
  // Where too many claims wait: until they do not, it can only go on after a
  // commit, or a moment has passed.
  void Await() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Loop() ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsStopping() ABSL_LOCKS_EXCLUDED(mutex_);
  // Does what there is to do before a commit; true where something was.
  bool PrepareAll(bool idle) ABSL_LOCKS_EXCLUDED(mutex_);

  Store* const store_;
  HeldView* const view_;
  const std::function<void()> prepared_;
  Mutex mutex_;
  CondVar wake_;
  CondVar progress_;
  bool committed_ ABSL_GUARDED_BY(mutex_) = false;
  bool awaits_commit_ ABSL_GUARDED_BY(mutex_) = true;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_INGEST_HELD_WORKER_H_
