#ifndef CONCORDAT_SERVER_PROBE_PROBE_BOOK_H_
#define CONCORDAT_SERVER_PROBE_PROBE_BOOK_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/clock.h"
#include "server/periodic_task.h"
#include "server/probe/probe_client.h"
#include "server/probe/probe_options.h"

namespace concordat {

// The channels that can be asked. Thread-safe.
class ProbeBook {
 public:
  // `clock` must outlive this. Of several of one channel the last counts.
  ProbeBook(const std::vector<ProbeOptions>& options, const Clock* clock);
  ~ProbeBook() { Stop(); }
  ProbeBook(const ProbeBook&) = delete;
  ProbeBook& operator=(const ProbeBook&) = delete;

  // Begins to keep time.
  void Start();
  // Ends every call, and waits for it. Idempotent.
  void Stop();

  // By channel, in order; constant.
  const std::map<std::string, std::unique_ptr<ProbeClient>, std::less<>>&
  clients() const {
    return clients_;
  }
  // Valid as long as this. Errors: PRECONDITION_FAILED: it has no probe.
  absl::StatusOr<ProbeClient*> Require(absl::string_view channel) const;

 private:
  std::map<std::string, std::unique_ptr<ProbeClient>, std::less<>> clients_;
  PeriodicTask ticks_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_PROBE_PROBE_BOOK_H_
