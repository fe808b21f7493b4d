// Writers and watchers at random against a server that may go away, for the
// checker to look at what came of it.
#ifndef CONCORDAT_TESTS_WATCH_RUN_H_
#define CONCORDAT_TESTS_WATCH_RUN_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "concordat/v1/watch.pb.h"
#include "graph/mutex.h"
#include "grpcpp/channel.h"
#include "tests/watch/checker.h"
#include "tests/watch/wire.h"

namespace concordat::watch {

using Random = std::mt19937;

// CONCORDAT_TEST_SEED, or a new one; the same for the whole process.
unsigned Seed();

// Where the server is now. Thread-safe.
class Address {
 public:
  using Channel = std::shared_ptr<grpc::Channel>;

  // nullptr: it is away.
  void Set(Channel channel) ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits while it is away.
  Channel Get() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Mutex mutex_;
  CondVar there_;
  Channel channel_ ABSL_GUARDED_BY(mutex_);
};

// A thread that writes batches and reports claims until it has written
// `batches`. A write that got no answer is sent again under the same
// request_id.
class Writer {
 public:
  Writer(Address* address, int number, int batches);
  void Join() {
    if (thread_.joinable()) thread_.join();
  }

  // What was acknowledged: request_id and revision. After Join.
  const std::map<std::string, uint64_t>& acknowledged() const {
    return acknowledged_;
  }

 private:
  void Run(int batches);
  void WriteBatch();
  // False where it was refused, and nothing was written.
  bool Write(const v1::WriteKnowledgeRequest& request);
  void ReportClaims();

  Address* const address_;
  const int number_;
  Random random_;
  int next_ = 0;
  std::map<std::string, uint64_t> acknowledged_;
  std::thread thread_;
};

// A filter at random: from everything to one entity.
v1::WatchFilter MakeFilter(Random& random);

// A thread that watches, with connections that it breaks now and then, and
// keeps what came. It ends when everything up to a revision has come.
class Follower {
 public:
  enum class Start { kNow, kSnapshot };

  // Starts after `token`, where it is not empty. Breaks the connection after
  // one of `breaks` responses; 0: after none.
  Follower(Address* address, v1::WatchFilter filter, Start start,
           std::string token, int breaks, unsigned seed);
  // Until everything up to `revision` has come.
  void EndAt(uint64_t revision) { end_ = revision; }
  void Join() { thread_.join(); }

  // After Join.
  const v1::WatchFilter& filter() const { return filter_; }
  const Trace& trace() const { return trace_; }
  // Rows of the snapshot that was completed, and its revision.
  const std::vector<v1::WatchEvent>& snapshot() const { return snapshot_; }
  const std::string& snapshot_revision() const { return snapshot_revision_; }
  int connections() const { return connections_; }

 private:
  void Run(Start start);
  v1::WatchRequest NextRequest(Start start);
  // Over one connection; whether it is at its end.
  bool Follow(const v1::WatchRequest& request);

  Address* const address_;
  const v1::WatchFilter filter_;
  const int breaks_;
  Random random_;
  std::atomic<uint64_t> end_ = 0;
  std::string token_;
  Trace trace_;
  std::vector<v1::WatchEvent> snapshot_;
  std::string snapshot_revision_;
  int connections_ = 0;
  std::thread thread_;
};

// Fails where a guarantee was broken, or an acknowledged write is not in the
// log at its revision.
void ExpectAllKept(const WrittenLog& log,
                   const std::vector<std::unique_ptr<Writer>>& writers,
                   const std::vector<std::unique_ptr<Follower>>& followers);

}  // namespace concordat::watch

#endif  // CONCORDAT_TESTS_WATCH_RUN_H_
