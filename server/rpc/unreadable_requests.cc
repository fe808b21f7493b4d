#include "server/rpc/unreadable_requests.h"

#include "graph/errors.h"
#include "server/convert/status.h"

namespace concordat {
namespace {

using grpc::experimental::InterceptionHookPoints;

// One a call.
class Explainer final : public grpc::experimental::Interceptor {
 public:
  void Intercept(
      grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_MESSAGE) &&
        methods->GetRecvMessage() == nullptr) {
      unreadable_ = true;
    }
    if (unreadable_ && methods->QueryInterceptionHookPoint(
                           InterceptionHookPoints::PRE_SEND_STATUS)) {
      methods->ModifySendStatus(
          convert::ToGrpcStatus(errors::UnreadableMessage()));
    }
    methods->Proceed();
  }

 private:
  bool unreadable_ = false;
};

class ExplainerFactory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    using Type = grpc::experimental::ServerRpcInfo::Type;
    return info->type() == Type::UNARY ? new Explainer : nullptr;
  }
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
ExplainUnreadableRequests() {
  return std::make_unique<ExplainerFactory>();
}

}  // namespace concordat
