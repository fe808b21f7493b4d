// concordat audits causes, assign
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/app.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct ListFlags {
  std::string audit;
  bool all = false;
};

struct AssignFlags {
  std::string audit;
  std::string cause;
  std::string owner;
};

std::string RateText(double rate) {
  return absl::StrFormat("%.2f%%", 100 * rate);
}

absl::StatusOr<int> List(const App& app, const ListFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::GetAuditRequest request;
  request.set_id(flags.audit);
  CLIENT_ASSIGN_OR_RETURN(const v1::GetAuditResponse answer,
                          client->GetAudit(request));
  if (answer.audit().state() != v1::AUDIT_STATE_SUCCEEDED) {
    return absl::FailedPreconditionError(absl::StrCat(
        "audit ", flags.audit, " is ",
        ShortName(v1::AuditState_Name(answer.audit().state()), "AUDIT_STATE_"),
        ": only one that succeeded has causes"));
  }
  ListPrinter printer(app.format(),
                      {"CAUSE", "FINDINGS", "INSIDE", "OUTSIDE", "TIMES",
                       "SINCE AUDIT", "CHANGE", "OWNER", "CONDITIONS"});
  for (const v1::Cause& cause : answer.audit().result().causes()) {
    if (!flags.all && cause.state() != v1::CAUSE_STATE_OPEN) continue;
    std::string conditions;
    for (const v1::CauseCondition& condition : cause.conditions()) {
      absl::StrAppend(&conditions, conditions.empty() ? "" : ", ",
                      condition.dimension(), " ", condition.value());
    }
    printer.Add(
        cause,
        {cause.id(), absl::StrCat(cause.findings()),
         RateText(cause.rate_inside()), RateText(cause.rate_outside()),
         absl::StrFormat("%.1f", cause.risk_ratio()), cause.since_audit_id(),
         cause.change() == v1::CAUSE_CHANGE_UNSPECIFIED
             ? "-"
             : ShortName(v1::CauseChange_Name(cause.change()), "CAUSE_CHANGE_"),
         cause.owner(), conditions});
  }
  printer.Flush();
  return kDone;
}

absl::StatusOr<int> Assign(const App& app, const AssignFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::AssignCauseRequest request;
  request.set_audit_id(flags.audit);
  request.set_cause_id(flags.cause);
  request.set_owner(flags.owner);
  CLIENT_ASSIGN_OR_RETURN(const v1::AssignCauseResponse answer,
                          client->AssignCause(request));
  PrintAnswer(
      app.format(), answer.cause(),
      absl::StrCat(answer.cause().id(), " is looked after by ",
                   flags.owner.empty() ? "nobody" : Printable(flags.owner),
                   "\n"));
  return kDone;
}

}  // namespace

void AddAuditCauseCommands(App& app) {
  CLI::App* const noun = app.Noun(
      "audits", "Complete comparisons of a channel's records with the truth");
  const auto list = std::make_shared<ListFlags>();
  CLI::App* verb =
      app.Verb(noun, "causes", "What explains where the findings are",
               "  concordat audits causes 17\n"
               "  concordat audits findings 17 --cause cause-0123456789abcdef",
               [&app, list] { return List(app, *list); });
  verb->add_option("AUDIT", list->audit, "Its number")->required();
  verb->add_flag("--all", list->all, "Also those whose rate is back");

  const auto assign = std::make_shared<AssignFlags>();
  verb = app.Verb(noun, "assign", "Gives a cause to somebody to look after",
                  "  concordat audits assign 17 cause-0123456789abcdef "
                  "--owner web-team",
                  [&app, assign] { return Assign(app, *assign); });
  verb->add_option("AUDIT", assign->audit, "Its number")->required();
  verb->add_option("CAUSE", assign->cause, "Its id")->required();
  verb->add_option("--owner", assign->owner,
                   "Who looks after it; empty: nobody")
      ->required();
}

}  // namespace concordat::client
