#include "client/notify/mute_changes.h"

#include <algorithm>
#include <set>
#include <string>

#include "client/notify/finding_lookup.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

void Note(const v1::ListMutesResponse& mutes, v1::NotifyState& state) {
  state.clear_mutes();
  for (const v1::Mute& mute : mutes.mutes())
    if (!mute.has_ended_at()) state.add_mutes(mute.id());
}

// Findings of a mute's scope, in the states given.
v1::FindingFilter ScopeOf(const v1::Mute& mute, const ToldStates& states) {
  v1::FindingFilter filter = mute.scope();
  filter.clear_states();
  for (const v1::FindingState state : states) filter.add_states(state);
  return filter;
}

// Of a mute of something that the vocabulary has dropped since there are no
// findings any more, or they have been told of as resolved.
absl::Status UnlessGone(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? absl::OkStatus() : status;
}

absl::Status AddCovered(Client& client, const v1::Mute& mute,
                        std::vector<StateChange>& changes) {
  return ForEachFinding(client, ScopeOf(mute, {v1::FINDING_STATE_MUTED}),
                        [&](const v1::Finding& finding) {
                          // Another that lasts longer hid it before.
                          if (finding.mute_id() != mute.id()) return;
                          changes.push_back({.finding_id = finding.id(),
                                             .state = v1::FINDING_STATE_MUTED,
                                             .at = mute.put_at(),
                                             .revision = mute.revision()});
                        });
}

absl::Status AddUncovered(Client& client, const v1::Mute& mute,
                          const std::string& now, const ToldStates& told,
                          std::vector<StateChange>& changes) {
  ToldStates open;
  for (const v1::FindingState state : told)
    if (IsOpenState(state)) open.insert(state);
  if (open.empty()) return absl::OkStatus();
  return ForEachFinding(
      client, ScopeOf(mute, open), [&](const v1::Finding& finding) {
        changes.push_back({.finding_id = finding.id(),
                           .state = finding.state(),
                           .previous_state = v1::FINDING_STATE_MUTED,
                           .at = mute.ended_at(),
                           .revision = now});
      });
}

}  // namespace

absl::Status NoteMutes(Client& client, v1::NotifyState& state) {
  CLIENT_ASSIGN_OR_RETURN(const v1::ListMutesResponse mutes,
                          client.ListMutes({}));
  Note(mutes, state);
  return absl::OkStatus();
}

void RememberMute(const std::string& id, v1::NotifyState& state) {
  const auto& known = state.mutes();
  if (std::find(known.begin(), known.end(), id) == known.end())
    state.add_mutes(id);
}

absl::StatusOr<std::vector<StateChange>> MuteChanges(
    Client& client, const v1::ListMutesResponse& mutes, const ToldStates& told,
    v1::NotifyState& state) {
  const std::set<std::string> known(state.mutes().begin(), state.mutes().end());
  std::vector<StateChange> changes;
  for (const v1::Mute& mute : mutes.mutes()) {
    const bool was_known = known.count(mute.id()) > 0;
    if (mute.has_ended_at() && was_known) {
      CLIENT_RETURN_IF_ERROR(UnlessGone(
          AddUncovered(client, mute, mutes.revision(), told, changes)));
    }
    if (!mute.has_ended_at() && !was_known &&
        told.count(v1::FINDING_STATE_MUTED) > 0) {
      CLIENT_RETURN_IF_ERROR(UnlessGone(AddCovered(client, mute, changes)));
    }
  }
  Note(mutes, state);
  return changes;
}

}  // namespace concordat::client
