// One shape for every unary call: the handler runs on the executor, its status
// is mapped in one place, failures are logged with the caller's trace.
#ifndef CONCORDAT_SERVER_RPC_CALL_H_
#define CONCORDAT_SERVER_RPC_CALL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "graph/errors.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "server/convert/status.h"
#include "server/rpc/service_context.h"

namespace concordat {

// The trace id of the caller's W3C `traceparent` header; empty where there is
// none or it is malformed.
std::string TraceIdOf(const grpc::ServerContextBase& context);

// Logs a failure: method, code, reason and trace, no values.
void LogFailure(Logger& logger, absl::string_view method,
                absl::string_view trace_id, const absl::Status& status);

// Answers with `status`.
inline grpc::ServerUnaryReactor* FinishCall(const ServiceContext& context,
                                            grpc::CallbackServerContext* rpc,
                                            absl::string_view method,
                                            grpc::ServerUnaryReactor* reactor,
                                            const absl::Status& status) {
  if (!status.ok()) {
    LogFailure(*context.logger, method, TraceIdOf(*rpc), status);
  }
  reactor->Finish(convert::ToGrpcStatus(status));
  return reactor;
}

// CANCELLED, DEADLINE_EXCEEDED: nobody waits for the answer any more.
absl::Status CheckStillWanted(const grpc::CallbackServerContext& rpc);

// Runs `work` on the executor, with the reactor that it must finish.
template <typename Work>
grpc::ServerUnaryReactor* OnExecutor(const ServiceContext& context,
                                     grpc::CallbackServerContext* rpc,
                                     absl::string_view method, Work work) {
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  const bool taken = context.executor->TrySubmit(
      [reactor, work = std::move(work)] { work(reactor); });
  if (!taken) {
    const auto places = static_cast<int64_t>(context.executor->queue_max());
    FinishCall(context, rpc, method, reactor,
               errors::Overloaded(places, places));
  }
  return reactor;
}

// Runs `handler`, which returns absl::Status, on the executor.
template <typename Handler>
grpc::ServerUnaryReactor* RunCall(const ServiceContext& context,
                                  grpc::CallbackServerContext* rpc,
                                  absl::string_view method, Handler handler) {
  return OnExecutor(context, rpc, method,
                    [&context, rpc, method, handler = std::move(handler)](
                        grpc::ServerUnaryReactor* reactor) {
                      absl::Status status = CheckStillWanted(*rpc);
                      if (status.ok()) status = handler();
                      FinishCall(context, rpc, method, reactor, status);
                    });
}

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_CALL_H_
