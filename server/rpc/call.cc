#include "server/rpc/call.h"

#include <chrono>
#include <optional>

namespace concordat {
namespace {

// version "-" trace-id "-" parent-id "-" flags (W3C Trace Context, level 1).
constexpr size_t kTraceParentBytes = 55;
constexpr size_t kTraceIdAt = 3;
constexpr size_t kTraceIdBytes = 32;

bool IsHex(absl::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

}  // namespace

std::string TraceIdOf(const grpc::ServerContextBase& context) {
  const auto& metadata = context.client_metadata();
  const auto header = metadata.find("traceparent");
  if (header == metadata.end() || header->second.size() < kTraceParentBytes) {
    return "";
  }
  const absl::string_view value(header->second.data(), header->second.size());
  const absl::string_view trace_id = value.substr(kTraceIdAt, kTraceIdBytes);
  return IsHex(trace_id) ? std::string(trace_id) : "";
}

absl::Status CheckStillWanted(const grpc::CallbackServerContext& rpc) {
  if (rpc.IsCancelled()) return absl::CancelledError("the caller has gone");
  if (std::chrono::system_clock::now() >= rpc.deadline()) {
    return absl::DeadlineExceededError("the deadline has passed");
  }
  return absl::OkStatus();
}

void LogFailure(Logger& logger, absl::string_view method,
                absl::string_view trace_id, const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  const bool ours = status.code() == absl::StatusCode::kInternal ||
                    status.code() == absl::StatusCode::kDataLoss;
  logger.Log(ours ? Severity::kError : Severity::kInfo, "call refused",
             {{"method", method},
              {"code", absl::StatusCodeToString(status.code())},
              {"reason", detail.has_value() ? ErrorReasonName(detail->reason)
                                            : absl::string_view()},
              {"field", detail.has_value() ? absl::string_view(detail->field)
                                           : absl::string_view()},
              {"trace_id", trace_id}});
}

}  // namespace concordat
