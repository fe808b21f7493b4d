#ifndef CONCORDAT_CLIENT_WATCH_H_
#define CONCORDAT_CLIENT_WATCH_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/connection.h"
#include "concordat/v1/watch.pb.h"

namespace concordat::client {

// How a watch copes with a server that is gone for a while.
struct WatchPatience {
  // From the first failure to giving up.
  absl::Duration give_up_after = absl::Minutes(10);
  // Between tries: doubles from the first to the second.
  absl::Duration wait_first = absl::Milliseconds(50);
  absl::Duration wait_max = absl::Seconds(5);
  // How it waits; for tests.
  std::function<void(absl::Duration)> wait = WaitFor;
};

// A watch that goes on by itself where it broke off: no event is lost and none
// comes twice, as long as the server keeps the log. Not thread-safe, but for
// Cancel.
class Watch {
 public:
  virtual ~Watch() = default;

  // Waits for the next response. Commits are whole: the parts of one that the
  // server had to split are put together, so `partial` is never set.
  //
  // Errors: those of WatchService.Watch that going on does not mend; before the
  // first response also that no server answers; CANCELLED after Cancel. There
  // is nothing after an error.
  virtual absl::StatusOr<v1::WatchResponse> Next() = 0;

  // The token that this watch, or another, goes on after: everything up to it
  // was returned by Next. Empty before the end of a snapshot.
  virtual const std::string& revision() const = 0;

  // How often a snapshot broke off and began anew. When this changes, the rows
  // returned before are void.
  virtual int64_t snapshots_restarted() const = 0;
  // How often the watch went on over a new connection or call.
  virtual int64_t resumed() const = 0;

  // Has Next end soon. From any thread.
  virtual void Cancel() = 0;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_WATCH_H_
