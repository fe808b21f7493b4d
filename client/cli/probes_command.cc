// concordat probes ask|run|list
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/cli/app.h"
#include "client/cli/audit_text.h"
#include "client/cli/fact_text.h"
#include "client/cli/judgement_text.h"
#include "client/cli/stop_signals.h"
#include "client/import/row_mapper.h"
#include "client/probe/probe_script.h"
#include "client/probe/probe_summary.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

struct AskFlags {
  std::string subject;
  std::string attribute;
  std::string question;
  std::vector<std::string> channels;
  int wait_seconds = 0;
  bool record = false;
  std::string exposure;
  std::string ask_id;
  std::vector<std::string> fail_on;
  bool fail_on_split = false;
};

struct ScriptFlags {
  std::string file;
  int wait_seconds = 0;
  bool record = false;
  std::string exposure;
  std::string run_id;
  std::vector<std::string> fail_on;
  double phi_min = 0;
};

std::string OutcomeText(v1::ProbeOutcome outcome) {
  return ShortName(v1::ProbeOutcome_Name(outcome), "PROBE_OUTCOME_");
}

std::string LatencyText(const v1::ChannelAnswer& answer) {
  const absl::Duration latency = absl::Seconds(answer.latency().seconds()) +
                                 absl::Nanoseconds(answer.latency().nanos());
  return absl::StrFormat("%.0f ms", absl::ToDoubleMilliseconds(latency));
}

TableRow RowOf(const v1::ChannelAnswer& answer) {
  std::string said;
  std::string why = answer.spoken();
  if (answer.outcome() == v1::PROBE_OUTCOME_ANSWERED) {
    said = ClaimText(answer.claim());
    if (answer.judgement().verdict() != v1::VERDICT_AGREES)
      why = answer.judgement().explanation();
  } else if (answer.has_error()) {
    why = answer.error().message();
  }
  return {answer.channel(),
          OutcomeText(answer.outcome()),
          said,
          VerdictText(answer.judgement().verdict()),
          answer.value_number() == 0 ? "" : absl::StrCat(answer.value_number()),
          LatencyText(answer),
          why};
}

const TableRow& AnswerHeader() {
  static const auto* const kHeader = new TableRow{
      "CHANNEL", "OUTCOME", "SAID", "VERDICT", "VALUE", "TOOK", "WHY"};
  return *kHeader;
}

std::string AskText(const v1::AskChannelsRequest& request,
                    const v1::AskChannelsResponse& response) {
  std::string text = absl::StrCat(EntityText(request.entity()), " ",
                                  request.attribute(), ": ");
  if (!response.has_truth()) {
    text += "the graph is silent\n";
  } else {
    absl::StrAppend(&text,
                    response.truth().has_raw()
                        ? Printable(response.truth().raw())
                        : std::string(kAbsent),
                    "\n");
  }
  TableText table(AnswerHeader(), TerminalWidth());
  std::vector<TableRow> rows;
  for (const v1::ChannelAnswer& answer : response.answers())
    rows.push_back(RowOf(answer));
  absl::StrAppend(&text, table.Page(rows));
  if (response.answered() > 1)
    absl::StrAppend(&text, response.answered(), " answered and ",
                    response.all_agree() ? "all agree" : "do not all agree",
                    " with each other\n");
  return text;
}

absl::Status SetRecording(bool record, const std::string& exposure_name,
                          v1::AskChannelsRequest* request) {
  request->set_record(record);
  v1::Exposure exposure = v1::EXPOSURE_UNSPECIFIED;
  if (!exposure_name.empty() && !ParseExposure(exposure_name, &exposure))
    return UsageError(absl::StrCat("--exposure: ", kExposureReason));
  request->set_exposure(exposure);
  return absl::OkStatus();
}

bool IsFound(const FailOn& fail_on, const v1::AskChannelsResponse& response) {
  for (const v1::ChannelAnswer& answer : response.answers()) {
    if (answer.has_judgement() &&
        fail_on.Matches(answer.judgement().verdict(),
                        answer.judgement().further_verdict()))
      return true;
  }
  return false;
}

absl::StatusOr<int> Ask(const App& app, const AskFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const FailOn fail_on, FailOn::Parse(flags.fail_on));
  v1::AskChannelsRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(),
                          ParseEntity(flags.subject));
  request.set_attribute(flags.attribute);
  request.set_question(flags.question);
  request.mutable_channels()->Add(flags.channels.begin(), flags.channels.end());
  request.set_wait_seconds(flags.wait_seconds);
  request.set_ask_id(flags.ask_id);
  CLIENT_RETURN_IF_ERROR(SetRecording(flags.record, flags.exposure, &request));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::AskChannelsResponse response,
                          client->AskChannels(request));
  PrintAnswer(app.format(), response, AskText(request, response));
  const bool is_split = response.answered() > 1 && !response.all_agree();
  return IsFound(fail_on, response) || (flags.fail_on_split && is_split)
             ? kFound
             : kDone;
}

std::string SummaryText(const v1::ProbeRunSummary& summary) {
  TableText table(
      {"CHANNEL", "ANSWERED", "AGREE", "DECLINED", "UNKNOWN", "FAILED"}, 0);
  std::vector<TableRow> rows;
  for (const v1::ProbedChannel& channel : summary.channels())
    rows.push_back({channel.channel(), absl::StrCat(channel.answered()),
                    ShareText(channel.agree(), channel.answered()),
                    absl::StrCat(channel.declined()),
                    absl::StrCat(channel.unknown()),
                    absl::StrCat(channel.failed())});
  std::string text = table.Page(rows);
  absl::StrAppend(&text, summary.questions(), " questions");
  if (summary.failed() > 0)
    absl::StrAppend(&text, ", ", summary.failed(), " could not be asked");
  absl::StrAppend(&text, "; of ", summary.compared(),
                  " that two channels or more answered, all agreed on ",
                  summary.all_agree(), ": phi ",
                  ShareText(summary.all_agree(), summary.compared()), "\n");
  return text;
}

absl::StatusOr<v1::AskChannelsRequest> RequestOf(
    const ScriptFlags& flags, const v1::ScriptedQuestion& question,
    int number) {
  v1::AskChannelsRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_entity(),
                          ParseEntity(question.subject()));
  request.set_attribute(question.attribute());
  request.set_question(question.question());
  *request.mutable_channels() = question.channels();
  request.set_wait_seconds(flags.wait_seconds);
  if (!flags.run_id.empty())
    request.set_ask_id(absl::StrCat(flags.run_id, "/", number));
  CLIENT_RETURN_IF_ERROR(SetRecording(flags.record, flags.exposure, &request));
  return request;
}

// Whether what went wrong with one question leaves the others to be asked.
bool IsOfTheQuestion(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) ||
         absl::IsFailedPrecondition(status);
}

absl::StatusOr<int> RunScript(const App& app, const ScriptFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const FailOn fail_on, FailOn::Parse(flags.fail_on));
  CLIENT_ASSIGN_OR_RETURN(const v1::ProbeScript script,
                          ReadProbeScript(flags.file));
  std::atomic<bool> stopped = false;
  const StopSignals signals([&stopped] { stopped = true; });
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ProbeSummary summary;
  bool found = false;
  const bool shows = app.shows_progress();
  for (int i = 0; i < script.questions_size() && !stopped; ++i) {
    const v1::ScriptedQuestion& question = script.questions(i);
    CLIENT_ASSIGN_OR_RETURN(const v1::AskChannelsRequest request,
                            RequestOf(flags, question, i));
    const absl::StatusOr<v1::AskChannelsResponse> response =
        client->AskChannels(request);
    if (!response.ok()) {
      if (!IsOfTheQuestion(response.status())) return response.status();
      std::fprintf(stderr, "question %d: %s\n", i + 1,
                   std::string(response.status().message()).c_str());
      summary.AddFailed();
      continue;
    }
    summary.Add(*response);
    found = found || IsFound(fail_on, *response);
    if (shows)
      std::fprintf(stderr, "\r\x1b[K%d of %d questions", i + 1,
                   script.questions_size());
  }
  if (shows) std::fputs("\r\x1b[K", stderr);
  const v1::ProbeRunSummary total = summary.Summary();
  PrintAnswer(app.format(), total, SummaryText(total));
  if (stopped) return absl::CancelledError("stopped before the script's end");
  found = found || (total.compared() > 0 && total.phi() < flags.phi_min);
  if (found) return kFound;
  return total.failed() > 0 ? kRefused : kDone;
}

absl::StatusOr<int> List(const App& app) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::ListProbesResponse response,
                          client->ListProbes());
  ListPrinter printer(app.format(), {"CHANNEL", "ADDRESS", "RATE", "AT A TIME",
                                     "BATCH", "FAILURES", "RESTS UNTIL"});
  for (const v1::Probe& probe : response.probes()) {
    const double rate = probe.requests_per_second_max();
    printer.Add(
        probe,
        {probe.channel(), probe.address(),
         rate == 0 ? "-" : absl::StrFormat("%g/s", rate),
         absl::StrCat(probe.concurrent_requests_max()),
         absl::StrCat(probe.subjects_per_request_max()),
         absl::StrCat(probe.failures()),
         probe.has_rests_until() ? FormatTime(probe.rests_until()) : "-"});
  }
  printer.Flush();
  return kDone;
}

template <typename Flags>
void AddSharedOptions(CLI::App* verb, Flags& flags) {
  verb->add_option("--wait", flags.wait_seconds,
                   "Seconds to wait for all channels, 1 to 120; default: 15");
  verb->add_flag("--record", flags.record, "Report the answers as claims");
  verb->add_option("--exposure", flags.exposure,
                   "With --record: held, shown, told or heard; default: held");
  verb->add_option("--fail-on", flags.fail_on,
                   "Exit with 1 where a verdict is one of these, or `any`")
      ->delimiter(',');
}

}  // namespace

void AddProbeCommands(App& app) {
  CLI::App* const noun =
      app.Noun("probes", "Ask channels what they would tell a customer");
  const auto ask = std::make_shared<AskFlags>();
  CLI::App* verb =
      app.Verb(noun, "ask", "Ask several channels the same question",
               "  concordat probes ask customer/4711 --attribute tier\n"
               "  concordat probes ask customer/4711 --attribute delivery_date "
               "--question 'When does my parcel come?' --channel web,chat "
               "--fail-on-split",
               [&app, ask] { return Ask(app, *ask); });
  verb->add_option("SUBJECT", ask->subject, "Who asks: TYPE/ID")->required();
  verb->add_option("--attribute", ask->attribute, "What it is about")
      ->required();
  verb->add_option("--question", ask->question, "As a customer would put it");
  verb->add_option("--channel", ask->channels,
                   "Only these channels; default: all that have a probe")
      ->delimiter(',');
  verb->add_option("--ask-id", ask->ask_id,
                   "With --record: so that a retry is recorded once");
  verb->add_flag("--fail-on-split", ask->fail_on_split,
                 "Exit with 1 where channels do not agree with each other");
  AddSharedOptions(verb, *ask);

  const auto script = std::make_shared<ScriptFlags>();
  verb = app.Verb(noun, "run", "Ask all questions of a script",
                  "  concordat probes run questions.yaml --phi-min 0.95\n"
                  "  concordat probes run questions.csv -o json",
                  [&app, script] { return RunScript(app, *script); });
  verb->add_option("SCRIPT", script->file,
                   "YAML (questions: [{subject, attribute, question}]) or CSV "
                   "(subject,attribute,question)")
      ->required();
  verb->add_option("--phi-min", script->phi_min,
                   "Exit with 1 where all channels agree on fewer, 0 to 1")
      ->check(CLI::Range(0.0, 1.0));
  verb->add_option("--run-id", script->run_id,
                   "With --record: so that a second run is recorded once");
  AddSharedOptions(verb, *script);

  app.Verb(noun, "list", "Channels that can be asked, and how they are",
           "  concordat probes list", [&app] { return List(app); });
}

}  // namespace concordat::client
