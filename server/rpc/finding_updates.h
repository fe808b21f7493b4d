// What people do to findings: each call is planned in the state of the commit
// that records it, so that nothing comes between.
#ifndef CONCORDAT_SERVER_RPC_FINDING_UPDATES_H_
#define CONCORDAT_SERVER_RPC_FINDING_UPDATES_H_

#include "absl/status/status.h"
#include "concordat/v1/findings.pb.h"
#include "grpcpp/grpcpp.h"
#include "server/rpc/service_context.h"

namespace concordat {

// Each answers the call when it is done; all must outlive that.
grpc::ServerUnaryReactor* StartUpdateFindings(
    const ServiceContext& context, grpc::CallbackServerContext* rpc,
    const v1::UpdateFindingsRequest& request,
    v1::UpdateFindingsResponse* response);
grpc::ServerUnaryReactor* StartPutMute(const ServiceContext& context,
                                       grpc::CallbackServerContext* rpc,
                                       const v1::PutMuteRequest& request,
                                       v1::PutMuteResponse* response);
grpc::ServerUnaryReactor* StartLiftMute(const ServiceContext& context,
                                        grpc::CallbackServerContext* rpc,
                                        const v1::LiftMuteRequest& request,
                                        v1::LiftMuteResponse* response);

absl::Status ListMutesNow(const ServiceContext& context,
                          const v1::ListMutesRequest& request,
                          v1::ListMutesResponse* response);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_FINDING_UPDATES_H_
