// concordat why
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/app.h"
#include "client/cli/fact_text.h"
#include "client/cli/output.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  std::string entity;
  std::string attribute;
  std::string valid_at;
  std::string at_revision;
};

std::string OutcomeText(const v1::ValueCandidate& candidate) {
  return ShortName(v1::CandidateOutcome_Name(candidate.outcome()),
                   "CANDIDATE_OUTCOME_");
}

std::string RuleText(const v1::ExplainValueResponse& response) {
  if (response.rule_by().empty())
    return "no rule declared: the later start, then the later recorded";
  std::string text = absl::StrJoin(response.rule_by(), ", ");
  if (!response.rule_sources().empty())
    absl::StrAppend(&text, " (", absl::StrJoin(response.rule_sources(), ", "),
                    ")");
  return text;
}

// The value, the rule, and what became of each source's word.
std::string Describe(const v1::ExplainValueResponse& response) {
  const bool has_value =
      !response.candidates().empty() &&
      response.candidates(0).outcome() == v1::CANDIDATE_OUTCOME_WON;
  std::string text =
      absl::StrCat(EntityText(response.entity()), " ", response.attribute(),
                   " at ", FormatTime(response.valid_at()), ": ",
                   has_value ? ValueText(response.candidates(0).fact())
                             : std::string("nothing is known"),
                   "\nrule: ", RuleText(response), "; vocabulary version ",
                   response.vocabulary_version(), "\n");
  if (response.candidates().empty()) return text;
  TableText table({"SOURCE", "VALUE", "SINCE", "UNTIL", "OUTCOME", "WHY"},
                  TerminalWidth());
  std::vector<TableRow> rows;
  for (const v1::ValueCandidate& candidate : response.candidates())
    rows.push_back({candidate.fact().fact().source(),
                    ValueText(candidate.fact()), SinceText(candidate.valid()),
                    UntilText(candidate.valid()), OutcomeText(candidate),
                    candidate.explanation()});
  absl::StrAppend(&text, "\n", table.Page(rows));
  return text;
}

absl::StatusOr<int> Why(const App& app, const Flags& flags) {
  v1::ExplainValueRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(), ParseEntity(flags.entity));
  request.set_attribute(flags.attribute);
  *request.mutable_consistency() = ConsistencyAt(flags.at_revision);
  if (!flags.valid_at.empty())
    CLIENT_RETURN_IF_ERROR(ParseTimeFlag("--valid-at", flags.valid_at,
                                         request.mutable_valid_at()));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::ExplainValueResponse response,
                          client->ExplainValue(request));
  if (app.format() != OutputFormat::kCsv) {
    PrintAnswer(app.format(), response, Describe(response));
    return kDone;
  }
  ListPrinter printer(app.format(), {"source", "value", "valid_from",
                                     "valid_to", "outcome", "explanation"});
  for (const v1::ValueCandidate& candidate : response.candidates())
    printer.Add(
        candidate,
        {candidate.fact().fact().source(), candidate.fact().fact().value(),
         candidate.valid().has_from() ? SinceText(candidate.valid()) : "",
         UntilText(candidate.valid()), OutcomeText(candidate),
         candidate.explanation()});
  printer.Flush();
  return kDone;
}

}  // namespace

void AddWhyCommand(App& app) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const command = app.Verb(
      &app.cli(), "why",
      "Why an attribute has its value: what each source says, and which won",
      "  concordat why customer/c-17 email\n"
      "  concordat why customer/c-17 email --valid-at 2026-01-01 -o json",
      [&app, flags] { return Why(app, *flags); });
  command->add_option("ENTITY", flags->entity, "TYPE/ID")->required();
  command->add_option("ATTRIBUTE", flags->attribute, "Attribute or alias")
      ->required();
  command->add_option(
      "--valid-at", flags->valid_at,
      "Instant of valid time: RFC 3339 or a date (default: now)");
  command->add_option("--at-revision", flags->at_revision,
                      "As known at this revision token (default: latest)");
}

}  // namespace concordat::client
