#include "client/cli/gate_flags.h"

#include <cstdio>
#include <utility>

#include "client/cli/app.h"
#include "client/cli/audit_text.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

absl::StatusOr<std::vector<Gate>> ParseGates(
    const std::vector<std::string>& texts) {
  std::vector<Gate> gates;
  for (const std::string& text : texts) {
    absl::StatusOr<Gate> gate = Gate::Parse(text);
    if (!gate.ok()) return UsageError(gate.status().message());
    gates.push_back(*std::move(gate));
  }
  return gates;
}

}  // namespace

void AddGateFlags(CLI::App* verb, GateFlags& flags) {
  verb->add_option("--baseline", flags.baseline,
                   "Compare with this earlier audit; default: the previous one "
                   "of the same channel and scope");
  verb->add_option("--fail-on", flags.fail_on,
                   "Exit with 1 where this holds: [CHANGE:]VERDICT OP N[%], "
                   "`new:contradicts>0`, `any>0.5%`, `missing_entities>0`")
      ->delimiter(',');
  verb->add_option("--warn-on", flags.warn_on, "The same, but only say so")
      ->delimiter(',');
}

absl::StatusOr<Gates> GatesOf(const GateFlags& flags) {
  Gates gates;
  gates.baseline = flags.baseline;
  CLIENT_ASSIGN_OR_RETURN(gates.fail_on, ParseGates(flags.fail_on));
  CLIENT_ASSIGN_OR_RETURN(gates.warn_on, ParseGates(flags.warn_on));
  return gates;
}

absl::StatusOr<int> JudgeAudit(const Gates& gates, Client& client,
                               const v1::Audit& audit) {
  std::vector<v1::AuditChangeCount> changes(audit.result().changes().begin(),
                                            audit.result().changes().end());
  if (!gates.baseline.empty()) {
    v1::CompareAuditsRequest request;
    request.set_audit_id(audit.id());
    request.set_baseline_audit_id(gates.baseline);
    CLIENT_ASSIGN_OR_RETURN(const v1::CompareAuditsResponse compared,
                            client.CompareAudits(request));
    changes.assign(compared.changes().begin(), compared.changes().end());
    std::fprintf(stderr, "since audit %s: %s\n", gates.baseline.c_str(),
                 ChangesText(compared.changes()).c_str());
  }
  for (const Gate& gate : gates.warn_on) {
    if (!gate.Holds(audit.result(), changes)) continue;
    std::fprintf(stderr, "warning: %s\n",
                 gate.Explain(audit.result(), changes).c_str());
  }
  int code = kDone;
  for (const Gate& gate : gates.fail_on) {
    if (!gate.Holds(audit.result(), changes)) continue;
    std::fprintf(stderr, "failed: %s\n",
                 gate.Explain(audit.result(), changes).c_str());
    code = kFound;
  }
  return code;
}

}  // namespace concordat::client
