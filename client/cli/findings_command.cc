// concordat findings list|show
#include <algorithm>
#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/judgement_text.h"
#include "client/status_macros.h"
#include "client/times.h"
#include "proto/did_you_mean.h"

namespace concordat::client {
namespace {

constexpr int kPageSizeMax = 1000;

struct Flags {
  std::vector<std::string> channels;
  std::vector<std::string> attributes;
  std::vector<std::string> verdicts;
  std::vector<std::string> states;
  std::vector<std::string> families;
  std::string entity;
  int64_t limit = 100;
  bool all = false;
  bool count = false;
  std::vector<std::string> fail_on;
  std::string id;
};

// The number of an enum's value from its name without prefix, in any case.
absl::StatusOr<int> ParseName(const google::protobuf::EnumDescriptor& type,
                              absl::string_view prefix,
                              const std::string& name) {
  const std::string upper = absl::AsciiStrToUpper(name);
  std::vector<std::string> known;
  for (int i = 1; i < type.value_count(); ++i) {
    known.push_back(ShortName(type.value(i)->name(), prefix));
    if (known.back() == upper) return type.value(i)->number();
  }
  return UsageError(absl::StrCat("`", name, "` is not one of the values",
                                 DidYouMean(upper, known)));
}

absl::StatusOr<v1::FindingFilter> FilterOf(const Flags& flags) {
  v1::FindingFilter filter;
  filter.mutable_channels()->Add(flags.channels.begin(), flags.channels.end());
  filter.mutable_attributes()->Add(flags.attributes.begin(),
                                   flags.attributes.end());
  for (const std::string& name : flags.verdicts) {
    CLIENT_ASSIGN_OR_RETURN(const v1::Verdict verdict, ParseVerdict(name));
    filter.add_verdicts(verdict);
  }
  for (const std::string& name : flags.states) {
    CLIENT_ASSIGN_OR_RETURN(
        const int state,
        ParseName(*v1::FindingState_descriptor(), "FINDING_STATE_", name));
    filter.add_states(static_cast<v1::FindingState>(state));
  }
  for (const std::string& name : flags.families) {
    CLIENT_ASSIGN_OR_RETURN(
        const int family,
        ParseName(*v1::FindingFamily_descriptor(), "FINDING_FAMILY_", name));
    filter.add_families(static_cast<v1::FindingFamily>(family));
  }
  if (!flags.entity.empty()) {
    CLIENT_ASSIGN_OR_RETURN(*filter.mutable_entity(),
                            ParseEntity(flags.entity));
  }
  return filter;
}

std::string StateText(v1::FindingState state) {
  return ShortName(v1::FindingState_Name(state), "FINDING_STATE_");
}

TableRow RowOf(const v1::Finding& finding) {
  return {finding.id(),
          StateText(finding.state()),
          VerdictText(finding.verdict()),
          ShortName(v1::Exposure_Name(finding.exposure()), "EXPOSURE_"),
          finding.channel(),
          EntityText(finding.entity()),
          finding.attribute(),
          absl::StrCat(finding.count()),
          FormatTime(finding.last_said_at()),
          finding.explanation()};
}

absl::StatusOr<int> List(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const FailOn fail_on, FailOn::Parse(flags.fail_on));
  v1::ListFindingsRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_filter(), FilterOf(flags));
  request.set_count_total(flags.count);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(
      app.format(), {"ID", "STATE", "VERDICT", "EXPOSURE", "CHANNEL", "ENTITY",
                     "ATTRIBUTE", "COUNT", "LAST SAID", "EXPLANATION"});
  int64_t left = flags.all ? INT64_MAX : flags.limit;
  bool found = false;
  int64_t total = -1;
  do {
    request.set_page_size(
        static_cast<int>(std::min<int64_t>(left, kPageSizeMax)));
    CLIENT_ASSIGN_OR_RETURN(const v1::ListFindingsResponse page,
                            client->ListFindings(request));
    for (const v1::Finding& finding : page.findings()) {
      printer.Add(finding, RowOf(finding));
      found =
          found || fail_on.Matches(finding.verdict(), v1::VERDICT_UNSPECIFIED);
    }
    printer.Flush();
    if (request.count_total()) total = page.total();
    request.set_count_total(false);
    left -= page.findings_size();
    request.set_page_token(page.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  // On standard error, so that what a program reads stays pure.
  if (total >= 0)
    std::fprintf(stderr, "%lld findings match\n",
                 static_cast<long long>(total));
  if (!request.page_token().empty())
    std::fprintf(stderr, "there are more: --limit N or --all\n");
  return found ? kFound : kDone;
}

std::string Occasions(const v1::Finding& finding) {
  const std::string last = FormatTime(finding.last_said_at());
  if (finding.count() == 1) return absl::StrCat("once, on ", last);
  return absl::StrCat(finding.count(), " times from ",
                      FormatTime(finding.first_said_at()), " to ", last);
}

// What there is to say of the newest judgement.
std::string EvidenceText(const v1::GetFindingResponse& response) {
  if (response.finding().erased())
    return "the person was erased, and the values with it\n";
  if (!response.evidence_compacted())
    return JudgementText(response.judgement());
  return absl::StrCat(response.finding().explanation(),
                      "\nthe history that this rests on was compacted\n");
}

std::string Describe(const v1::GetFindingResponse& response) {
  const v1::Finding& finding = response.finding();
  std::string text =
      absl::StrCat("finding ", finding.id(), ": ", StateText(finding.state()),
                   "\n", finding.channel(), " about ",
                   EntityText(finding.entity()), " ", finding.attribute(), ", ",
                   Occasions(finding), "\n\n", EvidenceText(response), "\n");
  TableText history({"AT", "STATE", "VERDICT", "ACTOR"}, TerminalWidth());
  std::vector<TableRow> rows;
  for (const v1::FindingEvent& event : response.history())
    rows.push_back({FormatTime(event.at()), StateText(event.state()),
                    VerdictText(event.verdict()), event.actor()});
  return absl::StrCat(text, history.Page(rows));
}

absl::StatusOr<int> Show(const App& app, const Flags& flags) {
  v1::GetFindingRequest request;
  request.set_id(flags.id);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetFindingResponse response,
                          client->GetFinding(request));
  PrintAnswer(app.format(), response, Describe(response));
  return kDone;
}

void AddList(App& app, CLI::App* noun) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "list", "Contradictions, worst first; those that are open",
      "  concordat findings list\n"
      "  concordat findings list --channel web --verdict STALE,CONTRADICTS\n"
      "  concordat findings list --state resolved --all -o csv\n"
      "  concordat findings list --fail-on any",
      [&app, flags] { return List(app, *flags); });
  verb->add_option("--channel", flags->channels, "Only these channels")
      ->delimiter(',');
  verb->add_option("--attribute", flags->attributes, "Only these attributes")
      ->delimiter(',');
  verb->add_option("--verdict", flags->verdicts, "Only these verdicts")
      ->delimiter(',');
  verb->add_option("--state", flags->states,
                   "Only these states: observed, open, acknowledged, muted, "
                   "resolved, reopened")
      ->delimiter(',');
  verb->add_option("--family", flags->families, "disagreement or disclosure")
      ->delimiter(',');
  verb->add_option("--entity", flags->entity, "Only this entity, TYPE/ID");
  verb->add_option("--limit", flags->limit, "How many")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_flag("--all", flags->all, "All of them");
  verb->add_flag("--count", flags->count, "Also count all that match");
  verb->add_option("--fail-on", flags->fail_on,
                   "Exit with 1 where one is listed with these verdicts; "
                   "`any`: whatever is wrong")
      ->delimiter(',');
}

}  // namespace

void AddFindingCommands(App& app) {
  CLI::App* const noun =
      app.Noun("findings", "Contradictions that live until they are gone");
  AddList(app, noun);
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb =
      app.Verb(noun, "show", "One finding with evidence and history",
               "  concordat findings show 6f1e…",
               [&app, flags] { return Show(app, *flags); });
  verb->add_option("ID", flags->id, "Id of the finding")->required();
}

}  // namespace concordat::client
