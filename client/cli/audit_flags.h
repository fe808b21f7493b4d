// The flags by which a command says what to audit.
#ifndef CONCORDAT_CLIENT_CLI_AUDIT_FLAGS_H_
#define CONCORDAT_CLIENT_CLI_AUDIT_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/app.h"
#include "client/client.h"
#include "client/import/item_reader.h"
#include "concordat/v1/audits.pb.h"

namespace concordat::client {

struct AuditFlags {
  std::string channel;
  std::string file;  // empty: none
  std::string mapping;
  std::string subject_type;
  std::string as_at;
  std::string revision;
  std::vector<std::string> types;
  std::vector<std::string> attributes;
  std::string actor = UserName();
  std::string description;
};

// Adds CHANNEL, FILE, of which `about_file` says what it may be, and the flags.
// Gives the option of FILE. `flags` must outlive `verb`.
CLI::Option* AddAuditFlags(CLI::App* verb, AuditFlags& flags,
                           const std::string& about_file);

// What to audit against what, without `subject_type`. Errors: those of usage.
absl::StatusOr<v1::AuditSpec> AuditSpecOf(const AuditFlags& flags);

// How FILE is read. Errors: those of usage, of the mapping file and of the
// server.
absl::StatusOr<ItemReaderOptions> ExportInputOf(const AuditFlags& flags,
                                                Client& client);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_AUDIT_FLAGS_H_
