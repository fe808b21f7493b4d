#include "server/convert/status.h"

#include <optional>

#include "google/rpc/error_details.pb.h"
#include "graph/errors.h"

namespace concordat::convert {
namespace {

constexpr char kDomain[] = "concordat";
constexpr int64_t kRetryMillis = 100;

bool HelpsToRetry(ErrorReason reason) {
  return reason == ErrorReason::kOverloaded ||
         reason == ErrorReason::kShuttingDown ||
         reason == ErrorReason::kStorageUnavailable ||
         reason == ErrorReason::kQuotaExceeded ||
         reason == ErrorReason::kAccessLogUnavailable;
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status rpc;
  if (status.ok()) return rpc;
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) {
    return ToRpcStatus(errors::Internal("an error without a reason"));
  }
  rpc.set_code(static_cast<int>(status.code()));
  rpc.set_message(std::string(status.message()));

  google::rpc::ErrorInfo info;
  info.set_reason(std::string(ErrorReasonName(detail->reason)));
  info.set_domain(kDomain);
  for (const auto& [name, value] : detail->metadata) {
    (*info.mutable_metadata())[name] = value;
  }
  rpc.add_details()->PackFrom(info);
  if (!detail->field.empty()) {
    google::rpc::BadRequest bad;
    auto* violation = bad.add_field_violations();
    violation->set_field(detail->field);
    violation->set_description(std::string(status.message()));
    rpc.add_details()->PackFrom(bad);
  }
  if (HelpsToRetry(detail->reason)) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_nanos(kRetryMillis * 1'000'000);
    rpc.add_details()->PackFrom(retry);
  }
  return rpc;
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  // Of calls that nobody waits for any more, and gRPC's own words for it.
  if (absl::IsCancelled(status) || absl::IsDeadlineExceeded(status)) {
    return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                        std::string(status.message()));
  }
  const google::rpc::Status rpc = ToRpcStatus(status);
  return grpc::Status(static_cast<grpc::StatusCode>(rpc.code()), rpc.message(),
                      rpc.SerializeAsString());
}

}  // namespace concordat::convert
