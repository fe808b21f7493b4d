#ifndef CONCORDAT_SERVER_RPC_VALUE_SERVICE_H_
#define CONCORDAT_SERVER_RPC_VALUE_SERVICE_H_

#include "concordat/v1/values.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.ValueService. Thread-safe.
class ValueServiceHandlers final : public v1::ValueService::CallbackService {
 public:
  // `context` must outlive this.
  explicit ValueServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* ExplainValues(
      grpc::CallbackServerContext* rpc, const v1::ExplainValuesRequest* request,
      v1::ExplainValuesResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_VALUE_SERVICE_H_
