#include "client/connection.h"

#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/status.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/error.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

constexpr int kMessageBytesMax = 4 << 20;
constexpr char kDefaultPort[] = "7400";

absl::Status BadAddress(absl::string_view address) {
  return absl::InvalidArgumentError(
      absl::StrCat("`", address,
                   "` is no server address: write host:port, such as "
                   "localhost:7400, or unix:/path/to/socket"));
}

}  // namespace

absl::StatusOr<std::string> TargetOf(absl::string_view address) {
  if (absl::StartsWith(address, "unix:"))
    return address.size() > 5 ? absl::StatusOr<std::string>(address)
                              : BadAddress(address);
  if (address.empty() || address.find_first_of(" \t/") != address.npos)
    return BadAddress(address);
  const size_t bracket = address.rfind(']');
  const size_t colon = address.rfind(':');
  const bool has_port =
      colon != address.npos && (bracket == address.npos || colon > bracket);
  if (!has_port) return absl::StrCat("dns:///", address, ":", kDefaultPort);
  int port = 0;
  if (colon == 0 || !absl::SimpleAtoi(address.substr(colon + 1), &port) ||
      port < 1 || port > 65535)
    return BadAddress(address);
  return absl::StrCat("dns:///", address);
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(
    const ConnectionOptions& options) {
  CLIENT_ASSIGN_OR_RETURN(const std::string target, TargetOf(options.address));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  arguments.SetMaxSendMessageSize(kMessageBytesMax);
  // A proxy of the environment is meant for the web, not for this.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(),
                                   arguments);
}

absl::Status FromGrpc(const grpc::Status& status, absl::string_view address) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  if (!status.error_details().empty())
    return WithDetails(code, status.error_message(), status.error_details());
  if (code == absl::StatusCode::kUnavailable)
    return absl::UnavailableError(absl::StrCat(
        "cannot reach the server at ", address, ": ", status.error_message()));
  if (code == absl::StatusCode::kDeadlineExceeded)
    return absl::DeadlineExceededError(absl::StrCat(
        "the server at ", address, " did not answer in time (--timeout)"));
  return absl::Status(code, status.error_message());
}

void WaitFor(absl::Duration duration) {
  grpc::CompletionQueue queue;
  grpc::Alarm alarm;
  alarm.Set(&queue, absl::ToChronoTime(absl::Now() + duration), nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
}

}  // namespace concordat::client
