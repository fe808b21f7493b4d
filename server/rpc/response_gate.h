#ifndef CONCORDAT_SERVER_RPC_RESPONSE_GATE_H_
#define CONCORDAT_SERVER_RPC_RESPONSE_GATE_H_

#include <memory>

#include "grpcpp/support/server_interceptor.h"
#include "server/rpc/access_control.h"

namespace concordat {

// The one way in and the one way out of every call of the API: AccessControl is
// asked whose call it is before the handler sees it, and of each message, from
// whichever handler, what of it may leave. Who cannot see everything is told so
// by the initial metadata `concordat-sight: partial`. `control` must outlive
// the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
GuardResponses(const AccessControl* control);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_RESPONSE_GATE_H_
