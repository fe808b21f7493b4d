#include "client/cli/write_change.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "client/status_macros.h"

namespace concordat::client {

CLI::Option* AddWriteFlags(CLI::App* verb, WriteFlags& flags) {
  verb->add_option("--actor", flags.actor,
                   "Who writes (default: the user at the keyboard)");
  verb->add_option("--request-id", flags.request_id,
                   "A retry with the same id has one effect");
  return verb->add_option("--reason", flags.reason, "Why; kept in history");
}

absl::StatusOr<int> WriteChange(const App& app, const WriteFlags& flags,
                                const v1::Change& change,
                                const std::string& done) {
  v1::WriteKnowledgeRequest request;
  request.set_actor(flags.actor.empty() ? UserName() : flags.actor);
  request.set_request_id(flags.request_id);
  *request.add_changes() = change;
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::WriteKnowledgeResponse response,
                          client->WriteKnowledge(request));
  PrintAnswer(app.format(), response,
              absl::StrCat(done, response.replayed() ? " (already before)" : "",
                           "\nrevision ", response.revision(), "\n"));
  return kDone;
}

}  // namespace concordat::client
