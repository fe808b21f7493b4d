#include "client/connection.h"

#include <grpcpp/alarm.h>
#include <grpcpp/channel.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/client_interceptor.h>
#include <grpcpp/support/status.h>

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/error.h"
#include "client/files.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

constexpr int kMessageBytesMax = 4 << 20;
constexpr char kDefaultPort[] = "7400";
constexpr int64_t kPemBytesMax = 1 << 20;

absl::Status BadAddress(absl::string_view address) {
  return absl::InvalidArgumentError(
      absl::StrCat("`", address,
                   "` is no server address: write host:port, such as "
                   "localhost:7400, or unix:/path/to/socket"));
}

bool StaysOnThisMachine(absl::string_view address) {
  for (const char* prefix : {"127.", "localhost", "[::1]", "unix:"}) {
    if (absl::StartsWith(address, prefix)) return true;
  }
  return false;
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(
    const ConnectionOptions& options) {
  const bool tls =
      options.tls || !options.ca_file.empty() || !options.cert_file.empty();
  if (!tls) {
    if (!options.bearer.empty() && !StaysOnThisMachine(options.address))
      return absl::InvalidArgumentError(
          "a key or token would leave this machine unencrypted; connect by "
          "TLS (--tls, --ca)");
    return grpc::InsecureChannelCredentials();
  }
  if (options.cert_file.empty() != options.cert_key_file.empty())
    return absl::InvalidArgumentError(
        "a client certificate needs its key, and a key its certificate");
  grpc::SslCredentialsOptions files;
  if (!options.ca_file.empty()) {
    CLIENT_ASSIGN_OR_RETURN(files.pem_root_certs,
                            ReadFile(options.ca_file, kPemBytesMax));
  }
  if (!options.cert_file.empty()) {
    CLIENT_ASSIGN_OR_RETURN(files.pem_cert_chain,
                            ReadFile(options.cert_file, kPemBytesMax));
    CLIENT_ASSIGN_OR_RETURN(files.pem_private_key,
                            ReadFile(options.cert_key_file, kPemBytesMax));
  }
  return grpc::SslCredentials(files);
}

// Says with each call who makes it and why.
class Introduction final : public grpc::experimental::Interceptor {
 public:
  explicit Introduction(const ConnectionOptions& options) : options_(options) {}

  void Intercept(
      grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            grpc::experimental::InterceptionHookPoints::
                PRE_SEND_INITIAL_METADATA)) {
      auto* const metadata = methods->GetSendInitialMetadata();
      if (!options_.bearer.empty())
        metadata->emplace("authorization",
                          absl::StrCat("Bearer ", options_.bearer));
      if (!options_.purpose.empty())
        metadata->emplace("concordat-purpose", options_.purpose);
    }
    methods->Proceed();
  }

 private:
  const ConnectionOptions& options_;
};

class IntroductionFactory final
    : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit IntroductionFactory(ConnectionOptions options)
      : options_(std::move(options)) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo*) override {
    return new Introduction(options_);
  }

 private:
  const ConnectionOptions options_;
};

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
  CLIENT_ASSIGN_OR_RETURN(
      const std::shared_ptr<grpc::ChannelCredentials> credentials,
      CredentialsOf(options));
  std::vector<
      std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
      interceptors;
  interceptors.push_back(std::make_unique<IntroductionFactory>(options));
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      target, credentials, arguments, std::move(interceptors));
}

absl::Status FromGrpc(const grpc::Status& status, absl::string_view address) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  if (!status.error_details().empty())
    return WithDetails(code, status.error_message(), status.error_details());
  if (code == absl::StatusCode::kUnavailable)
    return absl::UnavailableError(absl::StrCat(
        "cannot reach the server at ", address, ": ", status.error_message(),
        absl::StrContains(status.error_message(), "Socket closed")
            ? "; if it wants encrypted connections, say --tls or --ca FILE"
            : ""));
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
