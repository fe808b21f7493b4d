// concordat findings list|show|replay
#include <algorithm>
#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/app.h"
#include "client/cli/finding_flags.h"
#include "client/cli/judgement_text.h"
#include "client/cli/reliability_text.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

constexpr int kPageSizeMax = 1000;

struct Flags {
  FindingFlags which;
  int64_t limit = 100;
  bool all = false;
  bool count = false;
  std::vector<std::string> fail_on;
  std::string id;
};

// `52`, or `0.17` of what was said long ago.
std::string ScoreText(double score) {
  return absl::StrFormat(score < 10 ? "%.2f" : "%.0f", score);
}

// Of a finding about several channels, that it is.
std::string ChannelText(const v1::Finding& finding) {
  return finding.family() == v1::FINDING_FAMILY_CONFLICT ||
                 finding.family() == v1::FINDING_FAMILY_AUTHORITY_SUSPECT
             ? "(several)"
             : finding.channel();
}

TableRow RowOf(const v1::Finding& finding) {
  return {finding.id(),
          ScoreText(finding.harm().score()),
          StateText(finding.state()),
          VerdictText(finding.verdict()),
          ShortName(v1::Exposure_Name(finding.exposure()), "EXPOSURE_"),
          ChannelText(finding),
          EntityText(finding.entity()),
          finding.rule().empty() ? finding.attribute()
                                 : absl::StrCat("rule ", finding.rule()),
          absl::StrCat(finding.count()),
          FormatTime(finding.last_said_at()),
          finding.assignee(),
          finding.explanation()};
}

absl::StatusOr<int> List(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const FailOn fail_on, FailOn::Parse(flags.fail_on));
  v1::ListFindingsRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_filter(), FilterOf(flags.which));
  request.set_count_total(flags.count);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(
      app.format(),
      {"ID", "HARM", "STATE", "VERDICT", "EXPOSURE", "CHANNEL", "ENTITY",
       "ATTRIBUTE", "COUNT", "LAST SAID", "ASSIGNEE", "EXPLANATION"});
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

// The rule's message, its steps and what it read.
std::string RuleText(const v1::GetFindingResponse& response) {
  const v1::RuleEvidence& evidence = response.rule_evidence();
  std::string text = absl::StrCat(response.finding().explanation(), "\n");
  if (!evidence.description().empty())
    absl::StrAppend(&text, "rule: ", evidence.description(), "\n");
  for (const v1::RuleStep& step : evidence.steps()) {
    absl::StrAppend(&text, std::string(2 * step.depth() + 2, ' '),
                    step.expression(), " = ", step.value());
    if (!step.element().empty())
      absl::StrAppend(&text, "  (", step.element(), ")");
    absl::StrAppend(&text, "\n");
  }
  for (const v1::EvidenceFact& fact : evidence.facts()) {
    absl::StrAppend(
        &text, "fact: ", EntityText(fact.entity()), " ", fact.attribute(), " ",
        fact.has_value() ? fact.value().normal() : "is not known",
        fact.source().empty() ? "" : absl::StrCat(", by ", fact.source()),
        "\n");
  }
  return text;
}

// What there is to say of the newest judgement.
std::string EvidenceText(const v1::GetFindingResponse& response) {
  if (response.finding().erased())
    return "the person was erased, and the values with it\n";
  if (response.has_rule_evidence()) return RuleText(response);
  if (response.has_suggestion())
    return absl::StrCat(Printable(response.finding().explanation()), "\n\n",
                        SidesText(response.sides(), response.suggestion()));
  if (!response.evidence_compacted())
    return JudgementText(response.judgement());
  return absl::StrCat(response.finding().explanation(),
                      "\nthe history that this rests on was compacted\n");
}

// `harm 44, faded from 62: exposure 30 of 30, verdict 17 of 20, …`
std::string HarmText(const v1::Harm& harm) {
  std::string text = absl::StrCat("harm ", ScoreText(harm.score()));
  if (harm.recency() < 1)
    absl::StrAppendFormat(&text, ", faded from %.0f", harm.points());
  const char* separator = ": ";
  for (const v1::HarmPart& part : harm.parts()) {
    absl::StrAppendFormat(&text, "%s%s %.0f of %.0f", separator,
                          absl::AsciiStrToLower(ShortName(
                              v1::HarmTerm_Name(part.term()), "HARM_TERM_")),
                          part.weight() * part.share(), part.weight());
    separator = ", ";
  }
  return text;
}

// What people, or time, have made of it.
std::string LifeText(const v1::Finding& finding) {
  std::string text;
  if (!finding.assignee().empty())
    absl::StrAppend(&text, "looked after by ", finding.assignee(), "\n");
  if (!finding.mute_id().empty())
    absl::StrAppend(&text, "hidden by ", finding.mute_id(),
                    " (concordat mutes list)\n");
  if (finding.has_confirm_at())
    absl::StrAppend(&text, "waits to be confirmed until ",
                    FormatTime(finding.confirm_at()), "\n");
  if (finding.vindicated())
    absl::StrAppend(&text,
                    "vindicated: the channel was right before the graph\n");
  return text;
}

std::string EventText(const v1::FindingEvent& event) {
  if (event.erased()) return "(erased)";
  std::string text = event.comment();
  if (event.has_assignee())
    text = absl::StrCat("assigned to ",
                        event.assignee().empty() ? "nobody" : event.assignee(),
                        text.empty() ? "" : ": ", text);
  if (event.vindicated()) text = "vindicated";
  return text;
}

// `web about customer/c-17 tier`, or `rule order_total of order/o-1`
std::string SubjectText(const v1::Finding& finding) {
  if (finding.family() == v1::FINDING_FAMILY_RULE) {
    return absl::StrCat("rule ", finding.rule(), " of ",
                        EntityText(finding.entity()));
  }
  if (finding.family() == v1::FINDING_FAMILY_CONFLICT) {
    return absl::StrCat("channels differ about ", EntityText(finding.entity()),
                        " ", finding.attribute());
  }
  if (finding.family() == v1::FINDING_FAMILY_AUTHORITY_SUSPECT) {
    return absl::StrCat("all channels are against the graph about ",
                        EntityText(finding.entity()), " ", finding.attribute());
  }
  return absl::StrCat(finding.channel(), " about ",
                      EntityText(finding.entity()), " ", finding.attribute());
}

std::string Describe(const v1::GetFindingResponse& response) {
  const v1::Finding& finding = response.finding();
  std::string text =
      absl::StrCat("finding ", finding.id(), ": ", StateText(finding.state()),
                   "\n", SubjectText(finding), ", ", Occasions(finding), "\n",
                   HarmText(finding.harm()), "\n", LifeText(finding), "\n",
                   EvidenceText(response), "\n");
  TableText history({"AT", "STATE", "VERDICT", "ACTOR", "WHAT"},
                    TerminalWidth());
  std::vector<TableRow> rows;
  for (const v1::FindingEvent& event : response.history())
    rows.push_back({FormatTime(event.at()), StateText(event.state()),
                    VerdictText(event.verdict()), event.actor(),
                    EventText(event)});
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

absl::StatusOr<int> Replay(const App& app, const Flags& flags) {
  v1::ReplayFindingsRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_filter(), FilterOf(flags.which));
  request.set_page_size(kPageSizeMax);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(), {"ID", "RECORDED", "REPLAYED"});
  int64_t replayed = 0;
  int64_t unreplayable = 0;
  int64_t differences = 0;
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::ReplayFindingsResponse page,
                            client->ReplayFindings(request));
    for (const v1::ReplayDifference& difference : page.differences()) {
      printer.Add(difference,
                  {difference.id(), VerdictText(difference.recorded()),
                   VerdictText(difference.replayed())});
    }
    replayed += page.replayed();
    unreplayable += page.unreplayable();
    differences += page.differences_size();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  printer.Flush();
  std::fprintf(stderr,
               "%lld findings judged again, %lld came out otherwise; %lld rest "
               "on history that is gone\n",
               static_cast<long long>(replayed),
               static_cast<long long>(differences),
               static_cast<long long>(unreplayable));
  return differences > 0 ? kFound : kDone;
}

void AddReplay(App& app, CLI::App* noun) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "replay",
      "Judge findings again, each as of when it was judged; exit with 1 if one "
      "comes out otherwise",
      "  concordat findings replay 6f1e…\n"
      "  concordat findings replay --state open,resolved",
      [&app, flags] { return Replay(app, *flags); });
  verb->add_option("ID", flags->which.ids, "Ids of findings");
  AddFilterFlags(verb, flags->which);
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
  AddFilterFlags(verb, flags->which);
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
  AddReplay(app, noun);
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb =
      app.Verb(noun, "show", "One finding with evidence and history",
               "  concordat findings show 6f1e…",
               [&app, flags] { return Show(app, *flags); });
  verb->add_option("ID", flags->id, "Id of the finding")->required();
}

}  // namespace concordat::client
