// Saved servers: `contexts.yaml` in the user's configuration folder.
#ifndef CONCORDAT_CLIENT_CLI_CONTEXTS_H_
#define CONCORDAT_CLIENT_CLI_CONTEXTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {

// $XDG_CONFIG_HOME/concordat/contexts.yaml, or below ~/.config.
// FAILED_PRECONDITION where neither is known.
absl::StatusOr<std::string> ContextsPath();

// None where there is no file. INVALID_ARGUMENT names what is wrong in it.
absl::StatusOr<v1::ContextsFile> LoadContexts(const std::string& path);

// Replaces the file, and makes its folder; both for the owner only.
absl::Status SaveContexts(const std::string& path,
                          const v1::ContextsFile& contexts);

// The context `name`; empty: the current one, and where there is none the
// default address. NOT_FOUND where there is no such context.
absl::StatusOr<v1::SavedContext> ContextOf(const v1::ContextsFile& contexts,
                                           const std::string& name);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_CONTEXTS_H_
