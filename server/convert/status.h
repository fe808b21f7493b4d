// The one mapping from the error catalogue to the wire.
#ifndef CONCORDAT_SERVER_CONVERT_STATUS_H_
#define CONCORDAT_SERVER_CONVERT_STATUS_H_

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"

namespace concordat::convert {

// With ErrorInfo (reason, metadata), BadRequest where a field is wrong, and
// RetryInfo where trying again helps. A status that is not of the catalogue
// becomes INTERNAL without its text.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// The same as a gRPC status with grpc-status-details-bin.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_STATUS_H_
