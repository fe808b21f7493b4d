#ifndef CONCORDAT_SERVER_RPC_UNREADABLE_REQUESTS_H_
#define CONCORDAT_SERVER_RPC_UNREADABLE_REQUESTS_H_

#include <memory>

#include "grpcpp/support/server_interceptor.h"

namespace concordat {

// Says INVALID_ARGUMENT with the usual details of a unary call whose request
// cannot be parsed, for instance because a string is not valid UTF-8: gRPC
// itself would answer UNIMPLEMENTED without a word. Streams parse their
// requests themselves (ordered_stream.h).
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
ExplainUnreadableRequests();

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_UNREADABLE_REQUESTS_H_
