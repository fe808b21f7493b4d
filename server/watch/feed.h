#ifndef CONCORDAT_SERVER_WATCH_FEED_H_
#define CONCORDAT_SERVER_WATCH_FEED_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "graph/limits.h"
#include "graph/mutex.h"
#include "graph/revision.h"
#include "graph/revision_token.h"
#include "graph/store.h"
#include "server/watch/filter.h"
#include "server/watch/index.h"
#include "server/watch/log_page.h"

namespace concordat {

// Intervals are measured by the steady clock, not by the injected one, which
// says when things were recorded: how long a client may take nothing has
// nothing to do with that.
using SteadyTime = std::chrono::steady_clock::time_point;

struct WatchOptions {
  // A write that is not taken for so long ends the watch.
  absl::Duration stall_timeout = absl::Seconds(5);
  // From the end of a watch that the server ends, until what its client has
  // not read is dropped.
  absl::Duration farewell = absl::Seconds(1);
  int64_t watchers_max = limits::kWatchersMax;
  int64_t snapshots_max = limits::kWatchSnapshotsMax;
  absl::Duration snapshot_max = absl::Seconds(limits::kWatchSnapshotSecondsMax);
  size_t tail_bytes_max = limits::kWatchTailBytesMax;
};

// Someone who follows the log at his own speed. He is *idle* where he has seen
// all that the feed has, and then the feed looks out for him; else he pulls.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual const WatchFilter& filter() const = 0;
  // He is no longer idle: something after `seen` matches, nothing up to it.
  virtual void Wake(Revision seen) = 0;
  // The log cannot be read. He is no longer idle.
  virtual void Fail(const absl::Status& status) = 0;
  // The server stops.
  virtual void Stop() = 0;
  // Called when the time that the call before returned has come.
  virtual SteadyTime OnTimer(SteadyTime now) = 0;
};

// Tells watchers of commits. One thread reads each new commit once, keeps the
// newest in memory for all, and looks up in an index of filters whom it
// concerns. It reads only while somebody is idle, so that a server without
// watchers, or whose watchers are all busy, pays nothing. Thread-safe. It calls
// watchers from its thread and without its lock.
class WatchFeed {
 public:
  using Id = uint64_t;

  // Both must outlive this.
  WatchFeed(Store* store, const TokenMint* tokens, WatchOptions options);
  // Stop() must have been called.
  ~WatchFeed();

  const WatchOptions& options() const { return options_; }

  absl::Status Start();
  // Tells every watcher to stop, and refuses new ones.
  void BeginStop();
  // Joins. Idempotent.
  void Stop();

  // There is a commit up to `head`. Takes no lock that is held for long.
  void Committed(Revision head) ABSL_LOCKS_EXCLUDED(news_mutex_);

  // Drops the recent commits that are kept in memory: after something of them
  // was erased from the log. Watches read it from there again.
  void Forget() ABSL_LOCKS_EXCLUDED(mutex_);

  // Errors: OVERLOADED, SHUTTING_DOWN. `first_timer`: when to call OnTimer.
  absl::StatusOr<Id> Add(std::shared_ptr<Watcher> watcher,
                         SteadyTime first_timer) ABSL_LOCKS_EXCLUDED(mutex_);
  void Remove(Id id) ABSL_LOCKS_EXCLUDED(mutex_);

  // What a watcher that has seen everything up to `position` does next.
  struct Next {
    enum class Kind {
      kIdle,    // nothing: he will be woken
      kTail,    // take these
      kBehind,  // read the log himself: the tail starts later
    };
    Kind kind = Kind::kIdle;
    LogPage commits;
  };
  Next GoOn(Id id, Revision position) ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends being idle; gives what he has seen. nullopt where he was not idle.
  std::optional<Revision> TakeIdle(Id id) ABSL_LOCKS_EXCLUDED(mutex_);

  // A place among those that hold a snapshot. Errors: OVERLOADED.
  absl::Status TakeSnapshotPlace() ABSL_LOCKS_EXCLUDED(mutex_);
  void ReturnSnapshotPlace() ABSL_LOCKS_EXCLUDED(mutex_);

  void CountResponse() { responses_.fetch_add(1, std::memory_order_relaxed); }
  void CountStalled() { stalled_.fetch_add(1, std::memory_order_relaxed); }

  struct Counters {
    int64_t open = 0;
    int64_t stalled = 0;
    int64_t responses = 0;
    int64_t tail_bytes = 0;
  };
  Counters counters() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Entry {
    std::shared_ptr<Watcher> watcher;
    bool idle = false;
    Revision seen;  // while idle: at least this
  };
  struct Woken {
    std::shared_ptr<Watcher> watcher;
    Revision seen;
  };
  using Timer = std::pair<SteadyTime, Id>;

  void Loop() ABSL_LOCKS_EXCLUDED(mutex_);
  // Reads what is new and wakes whom it concerns.
  void ReadRound() ABSL_LOCKS_EXCLUDED(mutex_);
  void RunTimers(SteadyTime now) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<LogPage> ReadAfter(Revision after) const;
  std::vector<Woken> Append(const LogPage& page)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FindWoken(const LogCommit& commit, std::vector<Woken>& woken)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<Woken> TakeAllIdle() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Forgets the tail; it goes on after `position`.
  void Jump(Revision position) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void BeginIdle(Entry& entry, Revision seen)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndIdle(Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // What the thread has to do next.
  struct Work {
    bool stop = false;
    bool read = false;
  };
  Work WaitForWork(SteadyTime next_round)
      ABSL_LOCKS_EXCLUDED(mutex_, news_mutex_);
  void Nudge() ABSL_LOCKS_EXCLUDED(news_mutex_);
  Revision head() ABSL_LOCKS_EXCLUDED(news_mutex_);

  Store* const store_;
  const TokenMint* const tokens_;
  const WatchOptions options_;

  std::atomic<int64_t> stalled_ = 0;
  std::atomic<int64_t> responses_ = 0;

  // What the thread waits for. Taken after mutex_.
  Mutex news_mutex_ ABSL_ACQUIRED_AFTER(mutex_);
  CondVar wake_;
  Revision head_ ABSL_GUARDED_BY(news_mutex_);
  bool nudged_ ABSL_GUARDED_BY(news_mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(news_mutex_) = false;
  // Whether a commit is news to anybody: idle_ > 0, for Committed to ask.
  std::atomic<bool> anyone_idle_ = false;

  mutable Mutex mutex_;
  // The tail holds the commits after tail_begin_ up to fed_.
  Revision tail_begin_ ABSL_GUARDED_BY(mutex_);
  Revision fed_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<const LogCommit>> tail_ ABSL_GUARDED_BY(mutex_);
  size_t tail_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // How often it was forgotten: what was read before must not be kept after.
  int64_t forgotten_ ABSL_GUARDED_BY(mutex_) = 0;

  std::map<Id, Entry> watchers_ ABSL_GUARDED_BY(mutex_);
  Id next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  WatchIndex<Entry*> index_ ABSL_GUARDED_BY(mutex_);  // those who are idle
  size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_
      ABSL_GUARDED_BY(mutex_);
  int64_t snapshots_ ABSL_GUARDED_BY(mutex_) = 0;
  bool refusing_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_WATCH_FEED_H_
