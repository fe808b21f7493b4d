// Commands that write one change.
#ifndef CONCORDAT_CLIENT_CLI_WRITE_CHANGE_H_
#define CONCORDAT_CLIENT_CLI_WRITE_CHANGE_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/cli/app.h"
#include "concordat/v1/knowledge.pb.h"

namespace concordat::client {

struct WriteFlags {
  std::string reason;
  std::string actor;
  std::string request_id;
};

// --reason, which it gives, --actor and --request-id.
CLI::Option* AddWriteFlags(CLI::App* verb, WriteFlags& flags);

// Writes the change, and says `done` and the revision.
absl::StatusOr<int> WriteChange(const App& app, const WriteFlags& flags,
                                const v1::Change& change,
                                const std::string& done);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_WRITE_CHANGE_H_
