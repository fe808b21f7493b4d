#ifndef CONCORDAT_SERVER_RPC_RELIABILITY_SERVICE_H_
#define CONCORDAT_SERVER_RPC_RELIABILITY_SERVICE_H_

#include "concordat/v1/reliability.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.ReliabilityService. Thread-safe.
class ReliabilityServiceHandlers final
    : public v1::ReliabilityService::CallbackService {
 public:
  // `context` must outlive this.
  explicit ReliabilityServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* ListReliability(
      grpc::CallbackServerContext* rpc,
      const v1::ListReliabilityRequest* request,
      v1::ListReliabilityResponse* response) override;
  grpc::ServerUnaryReactor* SuggestValue(
      grpc::CallbackServerContext* rpc, const v1::SuggestValueRequest* request,
      v1::SuggestValueResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_RELIABILITY_SERVICE_H_
