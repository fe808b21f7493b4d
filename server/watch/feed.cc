#include "server/watch/feed.h"

#include <algorithm>

#include "graph/errors.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Events that one round reads: the lock is held while filters are asked.
constexpr size_t kRoundEvents = 2048;
// Commits that a watcher takes from the tail at a time.
constexpr size_t kTakenMax = 256;
// Rounds begin at least so far apart: what is committed meanwhile shares a
// snapshot of the store and wakes a watcher once. Far below the 10 ms within
// which an event is to be delivered.
constexpr std::chrono::milliseconds kRoundInterval(2);
constexpr std::chrono::hours kLongest(1);

}  // namespace

WatchFeed::WatchFeed(Store* store, const TokenMint* tokens,
                     WatchOptions options)
    : store_(store), tokens_(tokens), options_(options) {}

WatchFeed::~WatchFeed() { Stop(); }

absl::Status WatchFeed::Start() {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_->Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(*reader));
  Committed(head);
  {
    MutexLock lock(&mutex_);
    Jump(head);
  }
  thread_ = std::thread([this] { Loop(); });
  return absl::OkStatus();
}

void WatchFeed::BeginStop() {
  std::vector<std::shared_ptr<Watcher>> watchers;
  {
    MutexLock lock(&mutex_);
    refusing_ = true;
    const SteadyTime soon = std::chrono::steady_clock::now() +
                            absl::ToChronoNanoseconds(options_.farewell);
    for (auto& [id, entry] : watchers_) {
      if (entry.idle) EndIdle(entry);
      watchers.push_back(entry.watcher);
      timers_.emplace(soon, id);
    }
  }
  for (const std::shared_ptr<Watcher>& watcher : watchers) watcher->Stop();
  Nudge();
}

void WatchFeed::Stop() {
  {
    MutexLock lock(&mutex_);
    refusing_ = true;
  }
  {
    MutexLock lock(&news_mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void WatchFeed::Committed(Revision head) {
  MutexLock lock(&news_mutex_);
  head_ = std::max(head_, head);
  if (nudged_ || !anyone_idle_) return;
  nudged_ = true;
  wake_.NotifyOne();
}

void WatchFeed::Forget() {
  MutexLock lock(&mutex_);
  ++forgotten_;
  Jump(fed_);
}

void WatchFeed::Nudge() {
  MutexLock lock(&news_mutex_);
  nudged_ = true;
  wake_.NotifyOne();
}

Revision WatchFeed::head() {
  MutexLock lock(&news_mutex_);
  return head_;
}

absl::StatusOr<WatchFeed::Id> WatchFeed::Add(std::shared_ptr<Watcher> watcher,
                                             SteadyTime first_timer) {
  Id id = 0;
  {
    MutexLock lock(&mutex_);
    if (refusing_) return errors::ShuttingDown();
    const auto open = static_cast<int64_t>(watchers_.size());
    if (open >= options_.watchers_max) {
      return errors::Overloaded(open, options_.watchers_max);
    }
    id = next_id_++;
    watchers_[id].watcher = std::move(watcher);
    timers_.emplace(first_timer, id);
  }
  Nudge();
  return id;
}

void WatchFeed::Remove(Id id) {
  std::shared_ptr<Watcher> last;  // goes after the lock
  MutexLock lock(&mutex_);
  const auto found = watchers_.find(id);
  if (found == watchers_.end()) return;
  if (found->second.idle) EndIdle(found->second);
  last = std::move(found->second.watcher);
  watchers_.erase(found);
}

// A commit that comes now either sees that somebody is idle, or is seen by who
// asks for the head after this.
void WatchFeed::BeginIdle(Entry& entry, Revision seen) {
  entry.idle = true;
  entry.seen = seen;
  index_.Add(entry.watcher->filter(), &entry);
  ++idle_;
  anyone_idle_ = true;
}

void WatchFeed::EndIdle(Entry& entry) {
  index_.Remove(entry.watcher->filter(), &entry);
  entry.idle = false;
  --idle_;
  anyone_idle_ = idle_ > 0;
}

WatchFeed::Next WatchFeed::GoOn(Id id, Revision position) {
  Next next;
  bool has_news = false;
  {
    MutexLock lock(&mutex_);
    const auto found = watchers_.find(id);
    if (found == watchers_.end() || refusing_) return next;
    if (position < tail_begin_) {
      next.kind = Next::Kind::kBehind;
      return next;
    }
    if (position < fed_) {
      next.kind = Next::Kind::kTail;
      const auto begin =
          tail_.begin() +
          static_cast<ptrdiff_t>(position.number() - tail_begin_.number());
      const auto left = static_cast<size_t>(tail_.end() - begin);
      const auto count = static_cast<ptrdiff_t>(std::min(left, kTakenMax));
      next.commits.assign(begin, begin + count);
      return next;
    }
    // Nobody was idle, so the feed has not read on; what others have seen
    // meanwhile need not be read for this one.
    if (idle_ == 0 && position > fed_) Jump(position);
    BeginIdle(found->second, position);
    has_news = head() > fed_;
  }
  if (has_news) Nudge();
  return next;
}

std::optional<Revision> WatchFeed::TakeIdle(Id id) {
  MutexLock lock(&mutex_);
  const auto found = watchers_.find(id);
  if (found == watchers_.end() || !found->second.idle) return std::nullopt;
  EndIdle(found->second);
  return std::max(found->second.seen, fed_);
}

absl::Status WatchFeed::TakeSnapshotPlace() {
  MutexLock lock(&mutex_);
  if (snapshots_ >= options_.snapshots_max) {
    return errors::Overloaded(snapshots_, options_.snapshots_max);
  }
  ++snapshots_;
  return absl::OkStatus();
}

void WatchFeed::ReturnSnapshotPlace() {
  MutexLock lock(&mutex_);
  --snapshots_;
}

WatchFeed::Counters WatchFeed::counters() const {
  MutexLock lock(&mutex_);
  return {.open = static_cast<int64_t>(watchers_.size()),
          .stalled = stalled_.load(std::memory_order_relaxed),
          .responses = responses_.load(std::memory_order_relaxed),
          .tail_bytes = static_cast<int64_t>(tail_bytes_)};
}

WatchFeed::Work WatchFeed::WaitForWork(SteadyTime next_round) {
  while (true) {
    SteadyTime until = std::chrono::steady_clock::now() + kLongest;
    bool has_news = false;
    {
      MutexLock lock(&mutex_);
      if (!timers_.empty()) until = std::min(until, timers_.top().first);
      has_news = idle_ > 0 && head() > fed_;
    }
    if (has_news) until = std::min(until, next_round);
    MutexLock lock(&news_mutex_);
    // Of news that it knows of it need not be told again.
    while (!stopping_ && (has_news || !nudged_) &&
           std::chrono::steady_clock::now() < until) {
      wake_.WaitUntil(&news_mutex_, until);
    }
    if (stopping_) return {.stop = true, .read = false};
    nudged_ = false;
    const SteadyTime now = std::chrono::steady_clock::now();
    if (now >= until)
      return {.stop = false, .read = has_news && now >= next_round};
  }
}

void WatchFeed::Loop() {
  SteadyTime next_round = SteadyTime::min();
  while (true) {
    const Work work = WaitForWork(next_round);
    if (work.stop) return;
    const SteadyTime now = std::chrono::steady_clock::now();
    if (work.read) {
      next_round = now + kRoundInterval;
      ReadRound();
    }
    RunTimers(now);
  }
}

absl::StatusOr<LogPage> WatchFeed::ReadAfter(Revision after) const {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store_->Snapshot());
  return ReadLog(*reader, *tokens_, after, kRoundEvents);
}

void WatchFeed::ReadRound() {
  Revision after;
  int64_t forgotten = 0;
  {
    MutexLock lock(&mutex_);
    after = fed_;
    forgotten = forgotten_;
  }
  const absl::StatusOr<LogPage> page = ReadAfter(after);
  std::vector<Woken> woken;
  {
    MutexLock lock(&mutex_);
    // Somebody may have had it jump, or forget, meanwhile.
    if (fed_ != after || forgotten_ != forgotten) return;
    if (page.ok()) {
      woken = Append(*page);
    } else {
      woken = TakeAllIdle();
      Jump(std::max(fed_, head()));
    }
  }
  for (const Woken& one : woken) {
    if (page.ok()) {
      one.watcher->Wake(one.seen);
    } else {
      one.watcher->Fail(page.status());
    }
  }
}

std::vector<WatchFeed::Woken> WatchFeed::Append(const LogPage& page) {
  std::vector<Woken> woken;
  for (const std::shared_ptr<const LogCommit>& commit : page) {
    FindWoken(*commit, woken);
    tail_.push_back(commit);
    tail_bytes_ += commit->weight;
    fed_ = commit->revision;
  }
  while (tail_bytes_ > options_.tail_bytes_max && !tail_.empty()) {
    tail_bytes_ -= tail_.front()->weight;
    tail_begin_ = tail_.front()->revision;
    tail_.pop_front();
  }
  return woken;
}

void WatchFeed::FindWoken(const LogCommit& commit, std::vector<Woken>& woken) {
  std::vector<Entry*> found;
  for (const LogEvent& event : commit.events) {
    if (idle_ == found.size()) break;
    const EventSubject subject = event.Subject();
    index_.ForEachCandidate(subject, [&](Entry* entry) {
      if (!entry->idle || entry->seen >= commit.revision ||
          !entry->watcher->filter().Matches(subject)) {
        return;
      }
      entry->idle = false;
      found.push_back(entry);
    });
  }
  for (Entry* entry : found) {
    EndIdle(*entry);
    woken.push_back({entry->watcher, std::max(entry->seen, fed_)});
  }
}

std::vector<WatchFeed::Woken> WatchFeed::TakeAllIdle() {
  std::vector<Woken> woken;
  for (auto& [id, entry] : watchers_) {
    if (!entry.idle) continue;
    EndIdle(entry);
    woken.push_back({entry.watcher, entry.seen});
  }
  return woken;
}

void WatchFeed::Jump(Revision position) {
  tail_.clear();
  tail_bytes_ = 0;
  tail_begin_ = position;
  fed_ = position;
}

void WatchFeed::RunTimers(SteadyTime now) {
  std::vector<std::pair<Id, std::shared_ptr<Watcher>>> due;
  {
    MutexLock lock(&mutex_);
    while (!timers_.empty() && timers_.top().first <= now) {
      const Id id = timers_.top().second;
      timers_.pop();
      const auto found = watchers_.find(id);
      if (found != watchers_.end()) due.emplace_back(id, found->second.watcher);
    }
  }
  for (const auto& [id, watcher] : due) {
    const SteadyTime next = watcher->OnTimer(now);
    MutexLock lock(&mutex_);
    timers_.emplace(next, id);
  }
}

}  // namespace concordat
