#ifndef CONCORDAT_SERVER_RPC_WATCH_STREAM_H_
#define CONCORDAT_SERVER_RPC_WATCH_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "graph/mutex.h"
#include "graph/revision.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/executor.h"
#include "server/telemetry/logger.h"
#include "server/watch/feed.h"
#include "server/watch/snapshot_rows.h"

namespace concordat {

// What a client asked for.
struct WatchSpec {
  enum class Start { kNow, kAfter, kSince, kSnapshot, kCursor };
  WatchFilter filter;
  Start start = Start::kNow;
  Revision after;      // for kAfter
  absl::Time since;    // for kSince
  std::string cursor;  // for kCursor
  absl::Duration progress_interval = absl::Seconds(10);
};

// What the streams of a server share. All must outlive them, and the executor
// must have a place for each.
struct WatchSurroundings {
  Store* store;
  const TokenMint* tokens;
  WatchFeed* feed;
  Executor* executor;
  Logger* logger;
};

// One watch. Its whole state is a position in the log, and there is at most one
// response on its way, so one that does not read costs no more than that. It
// goes on from three places: gRPC's thread when a response was taken, the
// feed's when something matches, the executor's when it reads the log or a
// snapshot. Keeps itself alive until gRPC is done with it.
class WatchStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                          public Watcher,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  // Starts a watch; the call ends with `refusal` where it is an error.
  static WatchStream* Open(const WatchSurroundings& surroundings,
                           grpc::CallbackServerContext* rpc,
                           std::string trace_id, WatchSpec spec,
                           const absl::Status& refusal);

  // For Open.
  WatchStream(const WatchSurroundings& surroundings,
              grpc::CallbackServerContext* rpc, std::string trace_id,
              WatchSpec spec);

  const WatchFilter& filter() const override { return spec_.filter; }
  void Wake(Revision seen) override;
  void Fail(const absl::Status& status) override;
  void Stop() override;
  SteadyTime OnTimer(SteadyTime now) override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // Runs `work`, which needs the store, on the executor. Until it calls
  // WorkDone, nothing else goes on.
  void Submit(void (WatchStream::*work)())
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Begin() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status TryBegin() ABSL_LOCKS_EXCLUDED(mutex_);
  void ReadSnapshot() ABSL_LOCKS_EXCLUDED(mutex_);
  void ReadLogPage() ABSL_LOCKS_EXCLUDED(mutex_);

  // Whatever comes next, unless something is going on.
  void GoOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes as much of the commits as one response holds; false where nothing
  // of them matches, and they have been passed.
  bool Deliver(const LogPage& page) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Adds what matches from next_event_ on; true where the response is full.
  bool AddCommit(const LogCommit& commit, convert::WatchResponseWriter& out)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Send(convert::WatchResponseWriter& out, convert::WatchContent content)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendBookmark() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Gives the snapshot's state of the store back.
  void DropSnapshot() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The token to resume after; empty before the end of a snapshot.
  std::string Resume() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  SteadyTime NextTimer(SteadyTime now) const;

  const WatchSurroundings with_;
  grpc::CallbackServerContext* const rpc_;  // until OnDone
  const std::string trace_id_;
  const WatchSpec spec_;
  std::shared_ptr<WatchStream> self_;  // until OnDone

  Mutex mutex_;
  WatchFeed::Id id_ ABSL_GUARDED_BY(mutex_) = 0;
  // What is going on; at most one of the three.
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool working_ ABSL_GUARDED_BY(mutex_) = false;
  bool idle_ ABSL_GUARDED_BY(mutex_) = false;
  // gRPC was told the status; nothing is written after it.
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;

  // Everything up to it was delivered, and of the commit after it the events
  // before next_event_.
  Revision position_ ABSL_GUARDED_BY(mutex_);
  size_t next_event_ ABSL_GUARDED_BY(mutex_) = 0;
  // Events that a read of the log takes: more where few match.
  size_t page_events_ ABSL_GUARDED_BY(mutex_);
  // While it reads one. Only `working_` may use what it points to.
  std::unique_ptr<SnapshotRows> snapshot_ ABSL_GUARDED_BY(mutex_);
  bool holds_snapshot_place_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyTime snapshot_until_ ABSL_GUARDED_BY(mutex_);

  SteadyTime write_began_ ABSL_GUARDED_BY(mutex_);
  SteadyTime last_sent_ ABSL_GUARDED_BY(mutex_);
  // When the rest of an ended watch is dropped.
  SteadyTime drop_at_ ABSL_GUARDED_BY(mutex_);
  grpc::ByteBuffer outgoing_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_WATCH_STREAM_H_
