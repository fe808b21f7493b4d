#ifndef CONCORDAT_SERVER_RPC_ACCESS_SERVICE_H_
#define CONCORDAT_SERVER_RPC_ACCESS_SERVICE_H_

#include "concordat/v1/access.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.AccessService. Thread-safe.
class AccessServiceHandlers final : public v1::AccessService::CallbackService {
 public:
  // `context` must outlive this.
  explicit AccessServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* GetCaller(grpc::CallbackServerContext* rpc,
                                      const v1::GetCallerRequest* request,
                                      v1::GetCallerResponse* response) override;
  grpc::ServerUnaryReactor* ListAccesses(
      grpc::CallbackServerContext* rpc, const v1::ListAccessesRequest* request,
      v1::ListAccessesResponse* response) override;
  grpc::ServerUnaryReactor* VerifyAccessLog(
      grpc::CallbackServerContext* rpc,
      const v1::VerifyAccessLogRequest* request,
      v1::VerifyAccessLogResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_ACCESS_SERVICE_H_
