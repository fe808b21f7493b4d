#ifndef CONCORDAT_SERVER_PROBE_PROBE_CLIENT_H_
#define CONCORDAT_SERVER_PROBE_PROBE_CLIENT_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/probe.grpc.pb.h"
#include "graph/clock.h"
#include "graph/mutex.h"
#include "grpcpp/client_context.h"
#include "server/probe/call_gate.h"
#include "server/probe/probe_options.h"

namespace concordat {

// What became of one call.
template <typename Response>
struct ProbeReply {
  absl::StatusOr<Response> response;
  int attempts = 0;
  // With all waiting, in real time.
  absl::Duration took;
};

// Asks the backend of one channel, no faster than it may be asked, and as often
// as is worth it. What waits is bounded. Thread-safe.
class ProbeClient {
 public:
  // What a call gives back to wait no more; 0 is none.
  using CallId = CallGate::CallId;
  template <typename Response>
  using Done = std::function<void(ProbeReply<Response>)>;

  // `clock` must outlive this; it paces, the deadline of an attempt is real
  // time.
  ProbeClient(const ProbeOptions& options, const Clock* clock);
  // Stop() must have been called.
  ~ProbeClient();
  ProbeClient(const ProbeClient&) = delete;
  ProbeClient& operator=(const ProbeClient&) = delete;

  // Each: `done` is called once, from another thread or at once, with the
  // answer as it came, or PROBE_FAILED, OVERLOADED, CANCELLED, SHUTTING_DOWN.
  // It must not block. No attempt begins at `give_up_at` or later, or takes
  // longer than until then.
  CallId Describe(absl::Time give_up_at, Done<v1::DescribeProbeResponse> done);
  CallId FetchRecords(v1::FetchRecordsRequest request, absl::Time give_up_at,
                      Done<v1::FetchRecordsResponse> done);
  CallId WouldSay(v1::WouldSayRequest request, absl::Time give_up_at,
                  Done<v1::WouldSayResponse> done);
  // Nobody waits for it any more: `done` comes soon, with CANCELLED. Nothing
  // where it came already.
  void Cancel(CallId call) ABSL_LOCKS_EXCLUDED(mutex_);

  // Keeps to what the backend says of itself, where that is less.
  void Restrict(const v1::DescribeProbeResponse& described)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Begins what is due by now. Called every now and then.
  void Tick() ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends all that goes on, and waits for it. Idempotent.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  const std::string& channel() const { return options_.channel; }
  // Subjects of one call, and calls that go on at a time.
  int subjects_max() const ABSL_LOCKS_EXCLUDED(mutex_);
  int concurrent_max() const ABSL_LOCKS_EXCLUDED(mutex_);

  struct State {
    std::string address;
    double per_second = 0;
    int concurrent_max = 0;
    int subjects_max = 0;
    absl::Duration deadline;
    int failures = 0;
    absl::Time rests_until = absl::InfinitePast();
    int64_t calls = 0;
  };
  State state() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // One call, of whatever kind.
  struct Call {
    virtual ~Call() = default;
    // Begins an attempt with `context`; `ended` is called from another thread.
    virtual void Attempt(v1::ChannelProbeService::Stub& stub,
                         grpc::ClientContext* context,
                         std::function<void(grpc::Status)> ended) = 0;
    // Tells whoever waits; `status` OK: with the answer.
    virtual void Finish(const absl::Status& status, int attempts) = 0;

    absl::Time give_up_at;
    const std::chrono::steady_clock::time_point begun_at =
        std::chrono::steady_clock::now();
    std::unique_ptr<grpc::ClientContext> context;  // of an attempt
    bool is_cancelled = false;
  };
  template <typename Request, typename Response, typename Method>
  struct TypedCall;
  // Calls that are over, to be told so without the lock.
  struct Over {
    std::shared_ptr<Call> call;
    absl::Status status;
    int attempts = 0;
  };

  CallId Begin(std::shared_ptr<Call> call, absl::Time give_up_at)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Attempts what is due, and tells those whose calls are over.
  void Go() ABSL_LOCKS_EXCLUDED(mutex_);
  void OnEnded(CallId id, const grpc::Status& status)
      ABSL_LOCKS_EXCLUDED(mutex_);

  const ProbeOptions options_;
  const Clock& clock_;
  const std::unique_ptr<v1::ChannelProbeService::Stub> stub_;

  mutable Mutex mutex_;
  CondVar idle_;
  CallGate gate_ ABSL_GUARDED_BY(mutex_);
  std::map<CallId, std::shared_ptr<Call>> calls_ ABSL_GUARDED_BY(mutex_);
  CallId next_ ABSL_GUARDED_BY(mutex_) = 1;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  int subjects_max_ ABSL_GUARDED_BY(mutex_);
  absl::Duration deadline_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_PROBE_PROBE_CLIENT_H_
