#include "server/audit/parallel.h"

#include <atomic>
#include <memory>

#include "graph/mutex.h"

namespace concordat {
namespace {

// What those who work together share. Helpers that come when all is done find
// it closed, and do not touch the work any more.
struct Shared {
  std::atomic<size_t> next = 0;
  Mutex mutex;
  CondVar left;
  size_t helping ABSL_GUARDED_BY(mutex) = 0;
  bool closed ABSL_GUARDED_BY(mutex) = false;
};

}  // namespace

void InParallel(Executor& executor, size_t workers_max, size_t parts,
                const std::function<void(size_t worker, size_t part)>& work) {
  const auto shared = std::make_shared<Shared>();
  const auto run = [&work, parts](Shared& with, size_t worker) {
    for (size_t part = with.next++; part < parts; part = with.next++) {
      work(worker, part);
    }
  };
  for (size_t worker = 1; worker < workers_max && worker < parts; ++worker) {
    const bool taken = executor.TrySubmit([shared, run, worker] {
      {
        MutexLock lock(&shared->mutex);
        if (shared->closed) return;
        ++shared->helping;
      }
      run(*shared, worker);
      MutexLock lock(&shared->mutex);
      --shared->helping;
      shared->left.NotifyAll();
    });
    if (!taken) break;
  }
  run(*shared, 0);
  MutexLock lock(&shared->mutex);
  shared->closed = true;
  while (shared->helping > 0) shared->left.Wait(&shared->mutex);
}

}  // namespace concordat
