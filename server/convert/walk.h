// Walks through relations between the wire and the domain.
#ifndef CONCORDAT_SERVER_CONVERT_WALK_H_
#define CONCORDAT_SERVER_CONVERT_WALK_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/knowledge.pb.h"
#include "graph/neighbourhood.h"
#include "graph/paths.h"
#include "graph/schema.h"
#include "graph/walk.h"

namespace concordat::convert {

// At `now`, where the request names no instant; its revision is the caller's to
// set. Errors: INVALID_FIELD, LIMIT_EXCEEDED, UNKNOWN_RELATION,
// UNKNOWN_ENTITY_TYPE, each with its field.
absl::StatusOr<NeighbourhoodQuery> FromWire(
    const v1::GetNeighbourhoodRequest& request, const Schema& schema,
    absl::Time now);
absl::StatusOr<PathsQuery> FromWire(const v1::FindPathsRequest& request,
                                    const Schema& schema, absl::Time now);

void ToWire(const WalkedEdge& edge, const Schema& schema,
            v1::WalkedRelation* wire);
void ToWire(const WalkCut& cut, v1::WalkCut* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_WALK_H_
