#ifndef CONCORDAT_SERVER_RPC_ANSWER_SERVICE_H_
#define CONCORDAT_SERVER_RPC_ANSWER_SERVICE_H_

#include "concordat/v1/answers.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.AnswerService. Thread-safe.
class AnswerServiceHandlers final : public v1::AnswerService::CallbackService {
 public:
  // `context` must outlive this.
  explicit AnswerServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* CheckAnswer(
      grpc::CallbackServerContext* rpc, const v1::CheckAnswerRequest* request,
      v1::CheckAnswerResponse* response) override;
  grpc::ServerUnaryReactor* GetCustomerView(
      grpc::CallbackServerContext* rpc,
      const v1::GetCustomerViewRequest* request,
      v1::GetCustomerViewResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_ANSWER_SERVICE_H_
