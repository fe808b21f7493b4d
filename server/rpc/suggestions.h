#ifndef CONCORDAT_SERVER_RPC_SUGGESTIONS_H_
#define CONCORDAT_SERVER_RPC_SUGGESTIONS_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "concordat/v1/reliability.pb.h"
#include "consistency/sides.h"
#include "google/protobuf/repeated_field.h"
#include "graph/ids.h"
#include "server/rpc/reliability_learner.h"

namespace concordat {

// What each side says, counts and rests on, and what is probably true of the
// entity by all that spoke within `window` of the newest. Errors:
// LIMIT_EXCEEDED.
absl::Status Suggest(const LearnedReliability& learned, const EntityId& entity,
                     const Sides& sides, absl::Duration window,
                     google::protobuf::RepeatedPtrField<v1::Side>* wire_sides,
                     v1::Suggestion* suggestion);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_SUGGESTIONS_H_
