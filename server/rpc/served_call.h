// What the server knows of a call beside its request: who makes it, and whether
// he may.
#ifndef CONCORDAT_SERVER_RPC_SERVED_CALL_H_
#define CONCORDAT_SERVER_RPC_SERVED_CALL_H_

#include <chrono>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/server_context.h"
#include "server/access/caller.h"
#include "server/access/quotas.h"

namespace concordat {

// A method of the API, as it is served.
struct ServedMethod {
  const google::protobuf::MethodDescriptor* descriptor;
  // Who may call it.
  RoleSet roles;
  // Its responses may have to be cut.
  bool is_cut;
};

// The context of every call of the API. AccessControl fills it before the
// handler is called; the handler reads it. Until then the call is refused.
class ServedCall final : public grpc::CallbackServerContext {
 public:
  // Of a context that the server made (ServedCallAllocator).
  static ServedCall& Of(grpc::ServerContextBase* rpc) {
    return static_cast<ServedCall&>(*rpc);
  }
  static const ServedCall& Of(const grpc::ServerContextBase& rpc) {
    return static_cast<const ServedCall&>(rpc);
  }

  ServedCall();
  ~ServedCall() override;

  // nullptr: not a method of the API.
  const ServedMethod* method = nullptr;
  // Why the call may not go on; OK: it may, and `call` says whose it is.
  absl::Status admission;
  Call call;
  // By the machine's clock, as deadlines are.
  const std::chrono::system_clock::time_point began =
      std::chrono::system_clock::now();
  // Where the call is counted; nullptr: nowhere.
  Quotas* quotas = nullptr;
};

// Has gRPC make ServedCalls.
class ServedCallAllocator final : public grpc::ContextAllocator {
 public:
  grpc::CallbackServerContext* NewCallbackServerContext() override {
    return new ServedCall;
  }
  // Of calls of methods that there are not. gRPC releases contexts here even
  // where it made them itself, and frees those once more.
  grpc::GenericCallbackServerContext* NewGenericCallbackServerContext()
      override {
    return new grpc::GenericCallbackServerContext;
  }
  void Release(grpc::CallbackServerContext* context) override {
    delete context;
  }
  void Release(grpc::GenericCallbackServerContext* context) override {
    delete context;
  }
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_SERVED_CALL_H_
