#ifndef CONCORDAT_SERVER_PROBE_CALL_GATE_H_
#define CONCORDAT_SERVER_PROBE_CALL_GATE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/probe/token_bucket.h"

namespace concordat {

// How calls to one backend are paced, and when they are given up.
struct CallPolicy {
  double per_second = 0;  // 0: no limit
  int concurrent_max = 4;
  int attempts_max = 5;  // of one call
  // Before the second attempt of a call, and at most; doubled in between. Each
  // is made shorter by chance, by half at most.
  absl::Duration pause_min = absl::Milliseconds(200);
  absl::Duration pause_max = absl::Seconds(20);
  // So many attempts that fail one after the other, whatever the call, end all
  // that waits; the backend is then left alone for a while.
  int failures_max = 10;
  absl::Duration rest = absl::Seconds(30);
  size_t waiting_max = 1024;
};

// Whether another attempt may help.
bool IsWorthRepeating(const absl::Status& status);

// Decides when which call to a backend is attempted: rate, concurrency,
// repeats, and a circuit that opens when nothing works any more. Knows neither
// threads nor the network; time and chance are given. Not thread-safe.
class CallGate {
 public:
  using CallId = uint64_t;

  // `chance` gives numbers of [0, 1).
  CallGate(std::string channel, const CallPolicy& policy,
           std::function<double()> chance);

  // Takes a call to be attempted, not after `give_up_at`. Errors: OVERLOADED;
  // PROBE_FAILED while the backend is left alone.
  absl::Status Add(CallId call, absl::Time give_up_at, absl::Time now);
  // Calls whose attempt begins now.
  std::vector<CallId> TakeDue(absl::Time now);
  // Calls that nobody attempts any more, with why.
  std::vector<std::pair<CallId, absl::Status>> TakeGivenUp(absl::Time now);

  // How an attempt ended. nullopt: there will be another, no sooner than
  // `retry_after` from now; else the call is over, with OK or PROBE_FAILED. Of
  // `status` the code counts.
  std::optional<absl::Status> Finish(CallId call, const absl::Status& status,
                                     absl::Duration retry_after,
                                     absl::Time now);
  // The caller wants it no more. False: an attempt goes on.
  bool Remove(CallId call);

  // What is stricter than the policy from now on; 0: nothing.
  void Restrict(double per_second, int concurrent_max, absl::Time now);

  double per_second() const { return per_second_; }
  int concurrent_max() const { return concurrent_max_; }
  size_t calls() const { return calls_.size(); }
  int attempts(CallId call) const;
  int failures() const { return failures_; }
  // InfinitePast: it is not left alone.
  absl::Time rests_until(absl::Time now) const;

 private:
  struct Call {
    int attempts = 0;
    bool is_running = false;
    absl::Time not_before = absl::InfinitePast();
    absl::Time give_up_at;
  };

  absl::Duration PauseAfter(int attempts);
  // Gives up everything that waits.
  void Open(absl::string_view code, absl::Time now);

  const std::string channel_;
  const CallPolicy policy_;
  const std::function<double()> chance_;
  double per_second_;
  int concurrent_max_;
  TokenBucket tokens_;
  std::map<CallId, Call> calls_;  // in the order in which they came
  int running_ = 0;
  int failures_ = 0;  // one after the other
  absl::Time rests_until_ = absl::InfinitePast();
  absl::Status why_it_rests_;
  std::vector<std::pair<CallId, absl::Status>> given_up_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_PROBE_CALL_GATE_H_
