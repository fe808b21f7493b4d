// What mutes do to how findings are shown. A mute is not written to findings,
// so that no watch tells of it.
#ifndef CONCORDAT_CLIENT_NOTIFY_MUTE_CHANGES_H_
#define CONCORDAT_CLIENT_NOTIFY_MUTE_CHANGES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/client.h"
#include "client/notify/state_changes.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {

// Notes which mutes are in force. Errors: ListMutes'.
absl::Status NoteMutes(Client& client, v1::NotifyState& state);

// Notes that this mute is in force.
void RememberMute(const std::string& id, v1::NotifyState& state);

// What changed by mutes since `state` was noted, which is brought up to date:
// findings that a new mute covers are MUTED; those that are open and that none
// covers any more are what they were, for nobody was told of them meanwhile.
// `mutes`: all, those that ended too; what the state is brought up to date
// with. Errors: ListFindings'.
absl::StatusOr<std::vector<StateChange>> MuteChanges(
    Client& client, const v1::ListMutesResponse& mutes, const ToldStates& told,
    v1::NotifyState& state);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_MUTE_CHANGES_H_
