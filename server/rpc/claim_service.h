#ifndef CONCORDAT_SERVER_RPC_CLAIM_SERVICE_H_
#define CONCORDAT_SERVER_RPC_CLAIM_SERVICE_H_

#include "concordat/v1/claims.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.ClaimService. Thread-safe.
class ClaimServiceHandlers final
    : public v1::ClaimService::WithRawCallbackMethod_ReportClaims<
          v1::ClaimService::WithRawCallbackMethod_StreamClaims<
              v1::ClaimService::WithCallbackMethod_CheckClaim<
                  v1::ClaimService::WithCallbackMethod_ListHeldClaims<
                      v1::ClaimService::WithCallbackMethod_ListUnconfirmed<
                          v1::ClaimService::Service>>>>> {
 public:
  // `context` must outlive this.
  explicit ClaimServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* ReportClaims(grpc::CallbackServerContext* rpc,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StreamClaims(
      grpc::CallbackServerContext* rpc) override;
  grpc::ServerUnaryReactor* CheckClaim(
      grpc::CallbackServerContext* rpc, const v1::CheckClaimRequest* request,
      v1::CheckClaimResponse* response) override;
  grpc::ServerUnaryReactor* ListHeldClaims(
      grpc::CallbackServerContext* rpc,
      const v1::ListHeldClaimsRequest* request,
      v1::ListHeldClaimsResponse* response) override;
  grpc::ServerUnaryReactor* ListUnconfirmed(
      grpc::CallbackServerContext* rpc,
      const v1::ListUnconfirmedRequest* request,
      v1::ListUnconfirmedResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_CLAIM_SERVICE_H_
