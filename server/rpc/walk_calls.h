// The calls of KnowledgeService that walk through relations.
#ifndef CONCORDAT_SERVER_RPC_WALK_CALLS_H_
#define CONCORDAT_SERVER_RPC_WALK_CALLS_H_

#include "absl/status/status.h"
#include "concordat/v1/knowledge.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// Each as its method of KnowledgeService says. Thread-safe.
absl::Status GetNeighbourhoodNow(const ServiceContext& context,
                                 const v1::GetNeighbourhoodRequest& request,
                                 v1::GetNeighbourhoodResponse* response);
absl::Status FindPathsNow(const ServiceContext& context,
                          const v1::FindPathsRequest& request,
                          v1::FindPathsResponse* response);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_WALK_CALLS_H_
