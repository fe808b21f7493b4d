#ifndef CONCORDAT_SERVER_RPC_SERVER_SERVICE_H_
#define CONCORDAT_SERVER_RPC_SERVER_SERVICE_H_

#include "concordat/v1/server.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.ServerService. Thread-safe.
class ServerServiceHandlers final : public v1::ServerService::CallbackService {
 public:
  // `context` must outlive this.
  explicit ServerServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* GetServerInfo(
      grpc::CallbackServerContext* rpc, const v1::GetServerInfoRequest* request,
      v1::GetServerInfoResponse* response) override;

  grpc::ServerUnaryReactor* CompareRevisions(
      grpc::CallbackServerContext* rpc,
      const v1::CompareRevisionsRequest* request,
      v1::CompareRevisionsResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_SERVER_SERVICE_H_
