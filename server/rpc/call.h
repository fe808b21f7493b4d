// One shape for every unary call: the handler runs on the executor, its status
// is mapped in one place, failures are logged with the caller's trace.
#ifndef CONCORDAT_SERVER_RPC_CALL_H_
#define CONCORDAT_SERVER_RPC_CALL_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "graph/errors.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "server/convert/status.h"
#include "server/rpc/served_call.h"
#include "server/rpc/service_context.h"

namespace concordat {

// The trace id of the caller's W3C `traceparent` header; empty where there is
// none or it is malformed.
std::string TraceIdOf(const grpc::ServerContextBase& context);

// Logs a failure: method, code, reason and trace, no values.
void LogFailure(Logger& logger, absl::string_view method,
                absl::string_view trace_id, const absl::Status& status);

// Whether the call may go on with this request: it is admitted, and what the
// request is about is the caller's matter. What the request says in `actor` is
// replaced by who it is: the caller, and behind a slash on whose behalf, where
// the request says so. May read the store. Errors: AccessControl's.
absl::Status Admit(const ServiceContext& context,
                   const grpc::CallbackServerContext& rpc,
                   const google::protobuf::Message& request);

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

// Admits the request and runs `work`, both on the executor, with the reactor
// that it must finish.
template <typename Work>
grpc::ServerUnaryReactor* OnExecutor(const ServiceContext& context,
                                     grpc::CallbackServerContext* rpc,
                                     absl::string_view method,
                                     const google::protobuf::Message* request,
                                     Work work) {
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  // Who may not call does not wait in the queue of those who may.
  if (const absl::Status& admission = ServedCall::Of(*rpc).admission;
      !admission.ok()) {
    return FinishCall(context, rpc, method, reactor, admission);
  }
  const bool taken = context.executor->TrySubmit(
      [&context, rpc, method, request, reactor, work = std::move(work)] {
        absl::Status admitted = CheckStillWanted(*rpc);
        if (admitted.ok()) admitted = Admit(context, *rpc, *request);
        if (admitted.ok()) return work(reactor);
        FinishCall(context, rpc, method, reactor, admitted);
      });
  if (!taken) {
    const auto places = static_cast<int64_t>(context.executor->queue_max());
    FinishCall(context, rpc, method, reactor,
               errors::Overloaded(places, places));
  }
  return reactor;
}

// The same with a `handler` that returns absl::Status.
template <typename Handler>
grpc::ServerUnaryReactor* RunCall(const ServiceContext& context,
                                  grpc::CallbackServerContext* rpc,
                                  absl::string_view method,
                                  const google::protobuf::Message* request,
                                  Handler handler) {
  return OnExecutor(context, rpc, method, request,
                    [&context, rpc, method, handler = std::move(handler)](
                        grpc::ServerUnaryReactor* reactor) {
                      FinishCall(context, rpc, method, reactor, handler());
                    });
}

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_CALL_H_
