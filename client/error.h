// The server's errors as the client holds them: an absl::Status whose payload
// keeps the google.rpc.Status, so that reason, fields and waiting time are not
// lost on the way to whoever prints or retries.
#ifndef CONCORDAT_CLIENT_ERROR_H_
#define CONCORDAT_CLIENT_ERROR_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace google::rpc {
class Status;
}  // namespace google::rpc

namespace concordat::client {

// What a server's error says beside its code and message.
struct ErrorDetails {
  // Name of concordat.v1.ErrorReason without prefix; empty: not from Concordat.
  std::string reason;
  // Facts about it: `limit`, `known`, …
  std::map<std::string, std::string> metadata;
  // (field, what is wrong and what would be right), in the server's order.
  std::vector<std::pair<std::string, std::string>> fields;
  // When to try again; zero: not said.
  absl::Duration retry_after;
};

// The same error as absl::Status. OK where the code is 0.
absl::Status ToStatus(const google::rpc::Status& error);

// Like absl::Status(code, message), with `serialized`, a google.rpc.Status as
// `grpc-status-details-bin` carries it, kept for DetailsOf.
absl::Status WithDetails(absl::StatusCode code, absl::string_view message,
                         const std::string& serialized);

// Details of an error made by the functions above; empty for any other.
ErrorDetails DetailsOf(const absl::Status& status);

// What somebody who meets `reason` can do, one sentence; empty where the
// error's own message says it all.
absl::string_view Advice(absl::string_view reason);

// The error on several lines, as people read it: message, reason, fields, what
// to do. Ends without a line break.
std::string Describe(const absl::Status& status);

// The server could not be reached, or did not answer in time.
bool IsUnreachable(const absl::Status& status);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_ERROR_H_
