// The flags by which a command holds an audit against conditions.
#ifndef CONCORDAT_CLIENT_CLI_GATE_FLAGS_H_
#define CONCORDAT_CLIENT_CLI_GATE_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/audit/gates.h"
#include "client/cli/app.h"
#include "client/client.h"
#include "concordat/v1/audits.pb.h"

namespace concordat::client {

struct GateFlags {
  std::string baseline;
  std::vector<std::string> fail_on;
  std::vector<std::string> warn_on;
};

// Adds --baseline, --fail-on and --warn-on. `flags` must outlive `verb`.
void AddGateFlags(CLI::App* verb, GateFlags& flags);

struct Gates {
  std::string baseline;  // empty: the previous audit
  std::vector<Gate> fail_on;
  std::vector<Gate> warn_on;
};

// Errors: those of usage.
absl::StatusOr<Gates> GatesOf(const GateFlags& flags);

// Says on standard error which of them hold, and what became of findings since
// a named baseline. kFound where one of `fail_on` does, else kDone.
absl::StatusOr<int> JudgeAudit(const Gates& gates, Client& client,
                               const v1::Audit& audit);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_GATE_FLAGS_H_
