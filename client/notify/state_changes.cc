#include "client/notify/state_changes.h"

#include <utility>

#include "absl/strings/string_view.h"

namespace concordat::client {
namespace {

bool IsTold(const v1::WatchedFinding& finding, const ToldStates& told) {
  if (told.count(finding.state()) == 0) return false;
  if (finding.state() == finding.previous_state()) return false;
  const bool is_taken_back = finding.state() == v1::FINDING_STATE_OPEN &&
                             IsOpenState(finding.previous_state());
  if (is_taken_back) return false;
  const bool never_shown =
      finding.state() == v1::FINDING_STATE_RESOLVED &&
      finding.previous_state() == v1::FINDING_STATE_OBSERVED;
  return !never_shown || told.count(v1::FINDING_STATE_OBSERVED) > 0;
}

void AddChanges(
    const google::protobuf::RepeatedPtrField<v1::WatchEvent>& events,
    const ToldStates& told, std::vector<StateChange>& changes) {
  for (const v1::WatchEvent& event : events) {
    if (!event.has_finding() || !IsTold(event.finding(), told)) continue;
    const v1::WatchedFinding& finding = event.finding();
    changes.push_back({.finding_id = finding.id(),
                       .state = finding.state(),
                       .previous_state = finding.previous_state(),
                       .at = finding.at(),
                       .revision = finding.revision(),
                       .ordinal = event.ordinal()});
  }
}

}  // namespace

std::vector<StateChange> StateChangesOf(const v1::WatchResponse& response,
                                        const ToldStates& told) {
  std::vector<StateChange> changes;
  AddChanges(response.snapshot(), told, changes);
  for (const v1::WatchedCommit& commit : response.commits())
    AddChanges(commit.events(), told, changes);
  return changes;
}

std::string StateName(v1::FindingState state) {
  constexpr absl::string_view kPrefix = "FINDING_STATE_";
  if (state == v1::FINDING_STATE_UNSPECIFIED) return "";
  return v1::FindingState_Name(state).substr(kPrefix.size());
}

bool IsOpenState(v1::FindingState state) {
  return state == v1::FINDING_STATE_OPEN ||
         state == v1::FINDING_STATE_ACKNOWLEDGED ||
         state == v1::FINDING_STATE_REOPENED;
}

}  // namespace concordat::client
