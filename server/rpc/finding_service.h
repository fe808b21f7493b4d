#ifndef CONCORDAT_SERVER_RPC_FINDING_SERVICE_H_
#define CONCORDAT_SERVER_RPC_FINDING_SERVICE_H_

#include "concordat/v1/findings.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.FindingService. Thread-safe.
class FindingServiceHandlers final
    : public v1::FindingService::CallbackService {
 public:
  // `context` must outlive this.
  explicit FindingServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* ListFindings(
      grpc::CallbackServerContext* rpc, const v1::ListFindingsRequest* request,
      v1::ListFindingsResponse* response) override;
  grpc::ServerUnaryReactor* GetFinding(
      grpc::CallbackServerContext* rpc, const v1::GetFindingRequest* request,
      v1::GetFindingResponse* response) override;
  grpc::ServerUnaryReactor* ReplayFindings(
      grpc::CallbackServerContext* rpc,
      const v1::ReplayFindingsRequest* request,
      v1::ReplayFindingsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateFindings(
      grpc::CallbackServerContext* rpc,
      const v1::UpdateFindingsRequest* request,
      v1::UpdateFindingsResponse* response) override;
  grpc::ServerUnaryReactor* PutMute(grpc::CallbackServerContext* rpc,
                                    const v1::PutMuteRequest* request,
                                    v1::PutMuteResponse* response) override;
  grpc::ServerUnaryReactor* LiftMute(grpc::CallbackServerContext* rpc,
                                     const v1::LiftMuteRequest* request,
                                     v1::LiftMuteResponse* response) override;
  grpc::ServerUnaryReactor* ListMutes(grpc::CallbackServerContext* rpc,
                                      const v1::ListMutesRequest* request,
                                      v1::ListMutesResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_FINDING_SERVICE_H_
