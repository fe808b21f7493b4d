#include "server/rpc/call.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "absl/strings/str_cat.h"
#include "graph/status_macros.h"
#include "server/rpc/access_control.h"

namespace concordat {
namespace {

// version "-" trace-id "-" parent-id "-" flags (W3C Trace Context, level 1).
constexpr size_t kTraceParentBytes = 55;
constexpr size_t kTraceIdAt = 3;
constexpr size_t kTraceIdBytes = 32;

// Longer than that nobody waits for one answer, whatever his deadline.
constexpr std::chrono::minutes kCallDurationMax(5);

bool IsHex(absl::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == absl::string_view::npos;
}

// Writes who it is into `actor`, of the message or of one in it.
void StampActor(const std::string& name, google::protobuf::Message& message) {
  using google::protobuf::FieldDescriptor;
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* const field = type.field(i);
    if (field->is_repeated()) continue;
    if (field->name() == "actor") {
      const std::string stated = reflection.GetString(message, field);
      reflection.SetString(&message, field,
                           stated.empty() || stated == name
                               ? name
                               : absl::StrCat(name, "/", stated));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
               reflection.HasField(message, field)) {
      StampActor(name, *reflection.MutableMessage(&message, field));
    }
  }
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

absl::Status Admit(const ServiceContext& context,
                   const grpc::CallbackServerContext& rpc,
                   const google::protobuf::Message& request) {
  const ServedCall& call = ServedCall::Of(rpc);
  CONCORDAT_RETURN_IF_ERROR(call.admission);
  CONCORDAT_RETURN_IF_ERROR(context.access->Check(call, request));
  const Caller& caller = *call.call.caller;
  if (!caller.development && caller.by != RecognisedBy::kInProcess) {
    // gRPC made the request for this call alone, and gives it away as constant.
    StampActor(caller.name, const_cast<google::protobuf::Message&>(request));
  }
  return absl::OkStatus();
}

absl::Status CheckStillWanted(const grpc::CallbackServerContext& rpc) {
  if (rpc.IsCancelled()) return absl::CancelledError("the caller has gone");
  const auto latest =
      std::min(rpc.deadline(), ServedCall::Of(rpc).began + kCallDurationMax);
  if (std::chrono::system_clock::now() >= latest) {
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
