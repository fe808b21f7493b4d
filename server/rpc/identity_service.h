#ifndef CONCORDAT_SERVER_RPC_IDENTITY_SERVICE_H_
#define CONCORDAT_SERVER_RPC_IDENTITY_SERVICE_H_

#include "concordat/v1/identity.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.IdentityService. Thread-safe.
class IdentityServiceHandlers final
    : public v1::IdentityService::CallbackService {
 public:
  // `context` must outlive this.
  explicit IdentityServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* ExplainIdentity(
      grpc::CallbackServerContext* rpc,
      const v1::ExplainIdentityRequest* request,
      v1::ExplainIdentityResponse* response) override;
  grpc::ServerUnaryReactor* ListMerges(
      grpc::CallbackServerContext* rpc, const v1::ListMergesRequest* request,
      v1::ListMergesResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_IDENTITY_SERVICE_H_
