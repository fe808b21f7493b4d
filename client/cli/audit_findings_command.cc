// concordat audits findings
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  std::string audit;
  std::string baseline;
  std::vector<std::string> changes;
  std::vector<std::string> verdicts;
  std::vector<std::string> attributes;
  std::vector<std::string> causes;
  int64_t limit = 0;
};

template <typename Enum, typename Parse>
absl::Status AddEnums(const std::vector<std::string>& names,
                      const std::string& flag, const std::string& prefix,
                      Parse parse, google::protobuf::RepeatedField<int>* to) {
  for (const std::string& name : names) {
    Enum value;
    if (!parse(absl::StrCat(prefix, absl::AsciiStrToUpper(name)), &value))
      return UsageError(absl::StrCat(flag, ": there is no `", name, "`"));
    to->Add(value);
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::ListAuditFindingsRequest> RequestOf(const Flags& flags) {
  v1::ListAuditFindingsRequest request;
  request.set_audit_id(flags.audit);
  request.set_baseline_audit_id(flags.baseline);
  request.set_page_size(1000);
  v1::AuditFindingFilter& filter = *request.mutable_filter();
  CLIENT_RETURN_IF_ERROR(AddEnums<v1::AuditChange>(
      flags.changes, "--change", "AUDIT_CHANGE_",
      [](const std::string& name, v1::AuditChange* value) {
        return v1::AuditChange_Parse(name, value);
      },
      filter.mutable_changes()));
  CLIENT_RETURN_IF_ERROR(AddEnums<v1::Verdict>(
      flags.verdicts, "--verdict", "VERDICT_",
      [](const std::string& name, v1::Verdict* value) {
        return v1::Verdict_Parse(name, value);
      },
      filter.mutable_verdicts()));
  filter.mutable_attributes()->Add(flags.attributes.begin(),
                                   flags.attributes.end());
  filter.mutable_cause_ids()->Add(flags.causes.begin(), flags.causes.end());
  return request;
}

absl::StatusOr<int> List(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(v1::ListAuditFindingsRequest request,
                          RequestOf(flags));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(),
                      {"ENTITY", "ATTRIBUTE", "VERDICT", "SINCE BASELINE",
                       "STATE", "LINE", "EXPLANATION"});
  int64_t left = flags.limit;
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::ListAuditFindingsResponse page,
                            client->ListAuditFindings(request));
    for (const v1::AuditFinding& finding : page.findings()) {
      printer.Add(finding,
                  {finding.has_entity() ? EntityText(finding.entity())
                                        : finding.subject(),
                   finding.attribute(),
                   ShortName(v1::Verdict_Name(finding.verdict()), "VERDICT_"),
                   finding.change() == v1::AUDIT_CHANGE_UNSPECIFIED
                       ? "-"
                       : ShortName(v1::AuditChange_Name(finding.change()),
                                   "AUDIT_CHANGE_"),
                   finding.state() == v1::FINDING_STATE_UNSPECIFIED
                       ? "-"
                       : ShortName(v1::FindingState_Name(finding.state()),
                                   "FINDING_STATE_"),
                   finding.line() == 0 ? "-" : absl::StrCat(finding.line()),
                   finding.explanation()});
      if (--left == 0) break;
    }
    printer.Flush();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && left != 0);
  return kDone;
}

}  // namespace

void AddAuditFindingCommands(App& app) {
  CLI::App* const noun = app.Noun(
      "audits", "Complete comparisons of a channel's records with the truth");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb =
      app.Verb(noun, "findings", "What an audit found, by entity and attribute",
               "  concordat audits findings 17 --change new,reopened\n"
               "  concordat audits findings 17 --verdict stale -o csv",
               [&app, flags] { return List(app, *flags); });
  verb->add_option("AUDIT", flags->audit, "Its number")->required();
  verb->add_option("--baseline", flags->baseline,
                   "An earlier audit; default: the previous one");
  verb->add_option("--change", flags->changes,
                   "Only what is new, unchanged, updated, gone or reopened")
      ->delimiter(',');
  verb->add_option("--verdict", flags->verdicts, "Only these verdicts")
      ->delimiter(',');
  verb->add_option("--attribute", flags->attributes, "Only these attributes")
      ->delimiter(',');
  verb->add_option("--cause", flags->causes,
                   "Only those of which these are the main cause, by id")
      ->delimiter(',');
  verb->add_option("--limit", flags->limit, "At most so many; 0: all");
}

}  // namespace concordat::client
