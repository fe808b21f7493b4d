// How the client finds and talks to a server: addresses, channels and the way
// back from gRPC's status to absl's.
#ifndef CONCORDAT_CLIENT_CONNECTION_H_
#define CONCORDAT_CLIENT_CONNECTION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace grpc {
class Channel;
class Status;
}  // namespace grpc

namespace concordat::client {

inline constexpr char kDefaultAddress[] = "localhost:7400";

// Which server, and how long to wait for it.
struct ConnectionOptions {
  // `host:port`, `host` (port 7400), `[v6]:port` or `unix:/path`.
  std::string address = kDefaultAddress;
  // Encrypt the connection; so it is also where one of the following files is
  // named.
  bool tls = false;
  // PEM file of the authorities that are believed; empty: the machine's.
  std::string ca_file;
  // Client certificate and its key, PEM files.
  std::string cert_file;
  std::string cert_key_file;
  // An API key or a token (JWT) that says who calls: goes only over connections
  // that are encrypted or stay on this machine.
  std::string bearer;
  // Why it asks (`purposes` of the vocabulary); empty: it does not say.
  std::string purpose;
  // Longest wait for the answer to one call. Streams have no such bound.
  absl::Duration timeout = absl::Seconds(30);
};

// The gRPC target of an address. INVALID_ARGUMENT where it is not one.
absl::StatusOr<std::string> TargetOf(absl::string_view address);

// A channel for messages of up to 4 MiB either way. Connects when first used; a
// server that is not there fails the call at once instead of waiting.
// INVALID_ARGUMENT where a file cannot be read, or what says who calls would
// leave this machine unencrypted.
absl::StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(
    const ConnectionOptions& options);

// gRPC's status with its details. Where no server answered, the message says
// which address was tried.
absl::Status FromGrpc(const grpc::Status& status, absl::string_view address);

// Waits before the next try.
void WaitFor(absl::Duration duration);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CONNECTION_H_
