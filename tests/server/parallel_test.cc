#include "server/audit/parallel.h"

#include <atomic>
#include <vector>

#include "graph/mutex.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

TEST(InParallelTest, DoesEachPartOnce) {
  Executor executor(3, 10);
  std::vector<std::atomic<int>> done(500);
  std::vector<std::atomic<int>> busy(4);
  InParallel(executor, 4, done.size(), [&](size_t worker, size_t part) {
    EXPECT_EQ(busy[worker]++, 0);
    ++done[part];
    --busy[worker];
  });
  for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
}

TEST(InParallelTest, OfNothingThereIsNothingToDo) {
  Executor executor(1, 10);
  InParallel(executor, 4, 0, [](size_t, size_t) { ADD_FAILURE(); });
}

// One thread, which works already: nobody comes to help, and all is done. Those
// who would have helped come when the work is gone.
TEST(InParallelTest, DoesNotWaitForThreadsThatAreBusy) {
  Mutex mutex;
  CondVar changed;
  int parts = 0;
  bool ended = false;
  {
    Executor executor(1, 10);
    ASSERT_TRUE(executor.TrySubmit([&] {
      InParallel(executor, 4, 7, [&](size_t worker, size_t) {
        EXPECT_EQ(worker, 0U);
        MutexLock lock(&mutex);
        ++parts;
      });
      MutexLock lock(&mutex);
      ended = true;
      changed.NotifyAll();
    }));
    MutexLock lock(&mutex);
    while (!ended) changed.Wait(&mutex);
  }
  EXPECT_EQ(parts, 7);
}

// Neither do they where there is no room for them.
TEST(InParallelTest, DoesAllItselfWhereTheQueueIsFull) {
  Executor executor(1, 0);
  std::atomic<int> parts = 0;
  InParallel(executor, 4, 9, [&](size_t, size_t) { ++parts; });
  EXPECT_EQ(parts, 9);
}

}  // namespace
}  // namespace concordat
