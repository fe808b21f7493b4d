// The flags that say which server, and who asks it.
#ifndef CONCORDAT_CLIENT_CLI_CONNECTION_FLAGS_H_
#define CONCORDAT_CLIENT_CLI_CONNECTION_FLAGS_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "client/connection.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {

struct ConnectionFlags {
  // A server by its address, or by the name of a context.
  std::string server;
  std::string context;
  // What else a context may say; what a flag says counts more.
  v1::SavedContext said;
  double timeout_seconds = 30;
};

// The flags that a context may hold too.
void AddSavedFlags(CLI::App& app, v1::SavedContext& said);
// All of them.
void AddConnectionFlags(CLI::App& app, ConnectionFlags& flags);

// Which server and who asks, with what files and the environment say:
// CONCORDAT_API_KEY and CONCORDAT_TOKEN, for a key or a token that stands in no
// file. Errors: INVALID_ARGUMENT, NOT_FOUND.
absl::StatusOr<ConnectionOptions> ConnectionOf(const ConnectionFlags& flags);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_CONNECTION_FLAGS_H_
