#ifndef CONCORDAT_CLIENT_NOTIFY_NOTIFIER_H_
#define CONCORDAT_CLIENT_NOTIFY_NOTIFIER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "client/client.h"
#include "client/notify/dead_letters.h"
#include "client/notify/delivery.h"
#include "client/notify/groups.h"
#include "client/notify/retry.h"
#include "client/notify/state_changes.h"
#include "client/notify/state_file.h"
#include "client/notify/stop_source.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {

struct NotifierOptions {
  // Which findings, whatever their states.
  v1::FindingFilter filter;
  ToldStates told;
  GroupingOptions grouping;
  // How long changes are gathered after the first of them.
  absl::Duration group_wait = absl::Seconds(30);
  // Without a state file's place: begin with what is open, not with what comes.
  bool begin_with_open = false;
  // Ends when everything recorded by now was told.
  bool once = false;
  RetryPolicy retry;
};

// Tells somebody of changes of state, each at least once and in their order:
//
//   watch -> what matches -> groups -> outbox, in the state file -> delivery
//
// The state file is moved on and given what is to be told in one step, so that
// after a crash nothing is lost, and what may have been told is told again
// under the same id. Not thread-safe; the stop source is.
class Notifier {
 public:
  // What it works with. All must outlive it.
  struct Parts {
    Client* client = nullptr;
    Delivery* delivery = nullptr;
    StateFile* file = nullptr;
    // nullptr: what cannot be delivered ends the work.
    const DeadLetters* dead_letters = nullptr;
    StopSource* stop = nullptr;
  };
  // Told of each notification once it was delivered, or is a dead letter.
  using OnTold = std::function<void(const v1::Notification&, const Delivered&)>;

  Notifier(Parts parts, NotifierOptions options, Surroundings with,
           OnTold on_told);

  // Until a stop is requested, or with `once` until all is told. Errors: the
  // server's that going on does not mend, the files'; FAILED_PRECONDITION where
  // a notification cannot be delivered.
  absl::Status Run();

 private:
  // Reads how far it came, and delivers what was to be.
  absl::Status Begin();
  // Whether to begin anew after `status`, having waited.
  bool GoesOnAfter(const absl::Status& status);
  // One watch to its end.
  absl::Status Follow();
  absl::Status FollowWatch(Watch& watch, const std::string& until);
  absl::Status Take(const v1::WatchResponse& response);
  v1::WatchRequest Request() const;

  bool IsDue(const v1::WatchResponse& response) const;
  // Adds what changed by mutes, once the watch has come so far.
  absl::Status AddMuteChanges(const std::string& revision);
  // Looks up what changed, and adds what matches to the groups.
  absl::Status LookUp();
  absl::Status LookUp(absl::Span<const StateChange> changes);
  // Makes what was gathered up to `revision` into notifications, and delivers
  // them.
  absl::Status Flush(const std::string& revision);
  absl::Status EmptyOutbox();
  absl::Status Bury(const v1::Notification& notification,
                    const Delivered& delivered);
  void Forget();

  const Parts parts_;
  const NotifierOptions options_;
  const Surroundings with_;
  const OnTold on_told_;

  v1::NotifyState state_;  // as it is in the file
  bool begun_ = false;     // there is such a file
  // The place in the log is gone, and a snapshot is taken instead.
  bool resynchronised_ = false;
  uint32_t failures_ = 0;             // since the last success
  std::vector<StateChange> changes_;  // not looked up yet
  Groups groups_;
  // What is to be told of mutes once the watch has come to where they were
  // listed: what lies before then tells of findings itself.
  std::optional<v1::ListMutesResponse> mutes_;
  // Findings that were told of as open since mutes were looked at.
  std::set<std::string> told_open_;
  // When the first of them came; nullopt: there is none.
  std::optional<absl::Time> gathering_since_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_NOTIFIER_H_
