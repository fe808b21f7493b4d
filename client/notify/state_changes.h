// Changes of state among what a watch of findings tells.
#ifndef CONCORDAT_CLIENT_NOTIFY_STATE_CHANGES_H_
#define CONCORDAT_CLIENT_NOTIFY_STATE_CHANGES_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "concordat/v1/findings.pb.h"
#include "concordat/v1/watch.pb.h"

namespace concordat::client {

// A finding came to another state.
struct StateChange {
  std::string finding_id;
  v1::FindingState state = v1::FINDING_STATE_UNSPECIFIED;
  // UNSPECIFIED: it is new, or nobody knows.
  v1::FindingState previous_state = v1::FINDING_STATE_UNSPECIFIED;
  // Unset: a snapshot does not say.
  google::protobuf::Timestamp at;
  std::string revision;
  // Tells two changes of one finding in one commit from each other.
  uint32_t ordinal = 0;
};

// The states to be told of.
using ToldStates = std::set<v1::FindingState>;

// What changed its state, to one of `told`, in the order of the response; rows
// of a snapshot count as changes. Not a change: another verdict, or what people
// say. What was OBSERVED and is resolved was never shown, so that its end is
// told only where OBSERVED is told.
std::vector<StateChange> StateChangesOf(const v1::WatchResponse& response,
                                        const ToldStates& told);

// `REOPENED`; empty for UNSPECIFIED.
std::string StateName(v1::FindingState state);

// People are shown it as something to act on.
bool IsOpenState(v1::FindingState state);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_STATE_CHANGES_H_
