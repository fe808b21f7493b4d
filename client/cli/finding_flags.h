// What commands about findings share: which findings, and how they are shown.
#ifndef CONCORDAT_CLIENT_CLI_FINDING_FLAGS_H_
#define CONCORDAT_CLIENT_CLI_FINDING_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/cli/app.h"
#include "concordat/v1/findings.pb.h"

namespace concordat::client {

// Which findings a command is about.
struct FindingFlags {
  std::vector<std::string> ids;
  std::vector<std::string> channels;
  std::vector<std::string> attributes;
  std::vector<std::string> rules;
  std::vector<std::string> verdicts;
  std::vector<std::string> families;
  std::vector<std::string> labels;
  std::string entity;
  std::vector<std::string> states;
  std::vector<std::string> assignees;
};

// What findings are about: --channel, --attribute, --rule, --verdict, --family,
// --label, --entity.
void AddScopeFlags(CLI::App* verb, FindingFlags& flags);
// And how they are: --state, --assignee.
void AddFilterFlags(CLI::App* verb, FindingFlags& flags);

// A usage error names the flag and what would be right.
absl::StatusOr<v1::FindingFilter> FilterOf(const FindingFlags& flags);

// `REOPENED`.
std::string StateText(v1::FindingState state);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_FINDING_FLAGS_H_
