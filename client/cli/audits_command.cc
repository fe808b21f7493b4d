// concordat audits run|list|show|compare|cancel|delete
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "client/audit/export_sender.h"
#include "client/cli/app.h"
#include "client/cli/audit_flags.h"
#include "client/cli/audit_text.h"
#include "client/cli/gate_flags.h"
#include "client/cli/sampling_flags.h"
#include "client/cli/stop_signals.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

constexpr absl::Duration kPollEvery = absl::Milliseconds(50);
constexpr absl::Duration kShowEvery = absl::Milliseconds(200);

struct RunFlags {
  AuditFlags audit;
  bool held = false;
  SamplingFlags sampling;
  GateFlags gates;
};

struct ListFlags {
  std::string channel;
  bool all = false;
};

// Shows how far an audit is, on a terminal.
class Progress final : public ExportObserver {
 public:
  explicit Progress(bool shows) : shows_(shows) {}
  ~Progress() override { Clear(); }

  void OnProblem(const RowProblem& problem) override {
    ++problems_;
    if (problems_ > kProblemsPrinted) return;
    Clear();
    std::fprintf(stderr, "line %lld: %s\n",
                 static_cast<long long>(problem.line), problem.reason.c_str());
  }

  void OnProgress(const std::string& audit_id,
                  const v1::AuditProgress& progress,
                  double share_sent) override {
    const absl::Time now = absl::Now();
    if (!shows_ || now - shown_ < kShowEvery) return;
    shown_ = now;
    std::string text =
        absl::StrFormat("audit %s: %s  %d rows  %.0f rows/s  %d findings",
                        audit_id, progress.phase(), progress.rows(),
                        progress.rows_per_second(), progress.findings());
    if (share_sent > 0 && share_sent < 1) {
      const absl::Duration left =
          (now - began_) * ((1 - share_sent) / share_sent);
      absl::StrAppendFormat(
          &text, "  %.0f%%, %s left", 100 * share_sent,
          absl::FormatDuration(absl::Ceil(left, absl::Seconds(1))));
    }
    std::fprintf(stderr, "\r\x1b[K%s", text.c_str());
    std::fflush(stderr);
    on_screen_ = true;
  }

  void Clear() {
    if (on_screen_) std::fputs("\r\x1b[K", stderr);
    on_screen_ = false;
  }
  int64_t problems() const { return problems_; }

 private:
  static constexpr int64_t kProblemsPrinted = 20;

  const bool shows_;
  const absl::Time began_ = absl::Now();
  absl::Time shown_ = absl::InfinitePast();
  bool on_screen_ = false;
  int64_t problems_ = 0;
};

// Audits what the server gets itself, and waits for the end.
absl::StatusOr<v1::Audit> RunHeld(Client& client, const v1::AuditSpec& spec,
                                  const std::function<bool()>& stopped,
                                  Progress& progress) {
  v1::StartAuditRequest request;
  *request.mutable_spec() = spec;
  CLIENT_ASSIGN_OR_RETURN(const v1::StartAuditResponse started,
                          client.StartAudit(request));
  v1::GetAuditRequest get;
  get.set_id(started.audit().id());
  v1::Audit audit = started.audit();
  while (audit.state() == v1::AUDIT_STATE_RUNNING) {
    WaitFor(kPollEvery);
    if (stopped()) {
      v1::CancelAuditRequest cancel;
      cancel.set_id(get.id());
      CLIENT_RETURN_IF_ERROR(client.CancelAudit(cancel).status());
    }
    CLIENT_ASSIGN_OR_RETURN(v1::GetAuditResponse response,
                            client.GetAudit(get));
    audit = std::move(*response.mutable_audit());
    const v1::AuditProgress& now = audit.progress();
    const double share = now.entities_total() == 0
                             ? -1
                             : static_cast<double>(now.entities()) /
                                   static_cast<double>(now.entities_total());
    progress.OnProgress(audit.id(), now, share);
  }
  if (audit.state() == v1::AUDIT_STATE_SUCCEEDED) return audit;
  return absl::AbortedError(absl::StrCat("the audit failed: ", audit.error()));
}

absl::StatusOr<int> Run(const App& app, const RunFlags& flags) {
  const int sources = (flags.held ? 1 : 0) + (flags.sampling.probe ? 1 : 0) +
                      (flags.audit.file.empty() ? 0 : 1);
  if (sources != 1)
    return UsageError("name the export's FILE, or --held, or --probe");
  CLIENT_ASSIGN_OR_RETURN(const Gates gates, GatesOf(flags.gates));
  ExportOptions options;
  CLIENT_ASSIGN_OR_RETURN(options.spec, AuditSpecOf(flags.audit));
  options.spec.set_subject_type(flags.audit.subject_type);
  CLIENT_RETURN_IF_ERROR(SetSampling(flags.sampling, &options.spec));
  std::atomic<bool> stopped = false;
  const StopSignals signals([&stopped] { stopped = true; });
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(options.input, ExportInputOf(flags.audit, *client));
  Progress progress(app.shows_progress());
  const ExportTarget target = {.open = [&client] { return client->RunAudit(); },
                               .wait = WaitFor,
                               .stopped = [&stopped] { return stopped.load(); },
                               .cancel =
                                   [&client](const std::string& audit_id) {
                                     v1::CancelAuditRequest request;
                                     request.set_id(audit_id);
                                     client->CancelAudit(request).IgnoreError();
                                   }};
  absl::StatusOr<v1::Audit> audit =
      flags.audit.file.empty()
          ? RunHeld(*client, options.spec, target.stopped, progress)
          : SendExport(options, target, &progress);
  progress.Clear();
  if (!audit.ok() && stopped)
    return absl::CancelledError(
        "the audit was cancelled; nothing is published");
  CLIENT_RETURN_IF_ERROR(audit.status());
  PrintAnswer(app.format(), *audit, AuditText(*audit));
  CLIENT_ASSIGN_OR_RETURN(const int code, JudgeAudit(gates, *client, *audit));
  return progress.problems() > 0 && code == kDone ? kRefused : code;
}

absl::StatusOr<int> List(const App& app, const ListFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(),
                      {"ID", "CHANNEL", "STATE", "STARTED", "ROWS", "AGREE",
                       "FINDINGS", "NEW", "FOR"});
  v1::ListAuditsRequest request;
  request.set_channel(flags.channel);
  if (!flags.all) {
    request.add_states(v1::AUDIT_STATE_RUNNING);
    request.add_states(v1::AUDIT_STATE_SUCCEEDED);
  }
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::ListAuditsResponse page,
                            client->ListAudits(request));
    for (const v1::Audit& audit : page.audits()) {
      const v1::AuditResult& result = audit.result();
      int64_t rows = 0;
      int64_t agree = 0;
      for (const v1::AuditCount& count : result.counts()) {
        rows += count.rows();
        if (count.verdict() == v1::VERDICT_AGREES) agree += count.rows();
      }
      int64_t fresh = 0;
      for (const v1::AuditChangeCount& count : result.changes())
        if (count.change() == v1::AUDIT_CHANGE_NEW) fresh += count.findings();
      const bool done = audit.has_result();
      printer.Add(
          audit, {audit.id(), audit.channel(),
                  ShortName(v1::AuditState_Name(audit.state()), "AUDIT_STATE_"),
                  FormatTime(audit.start_time()),
                  absl::StrCat(done ? result.rows() : audit.progress().rows()),
                  done ? ShareText(agree, rows) : "-",
                  done ? absl::StrCat(result.findings()) : "-",
                  done ? absl::StrCat(fresh) : "-", audit.description()});
    }
    printer.Flush();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return kDone;
}

absl::StatusOr<int> Show(const App& app, const std::string& id,
                         const GateFlags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const Gates gates, GatesOf(flags));
  v1::GetAuditRequest request;
  request.set_id(id);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetAuditResponse response,
                          client->GetAudit(request));
  PrintAnswer(app.format(), response.audit(), AuditText(response.audit()));
  if (!response.audit().has_result()) return kDone;
  return JudgeAudit(gates, *client, response.audit());
}

absl::StatusOr<int> Cancel(const App& app, const std::string& id) {
  v1::CancelAuditRequest request;
  request.set_id(id);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::CancelAuditResponse response,
                          client->CancelAudit(request));
  PrintAnswer(app.format(), response.audit(), AuditText(response.audit()));
  return kDone;
}

absl::StatusOr<int> Delete(const App& app, const std::string& id) {
  v1::DeleteAuditRequest request;
  request.set_id(id);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::DeleteAuditResponse response,
                          client->DeleteAudit(request));
  PrintAnswer(app.format(), response, absl::StrCat("audit ", id, " deleted\n"));
  return kDone;
}

void AddRun(App& app, CLI::App* noun) {
  const auto flags = std::make_shared<RunFlags>();
  CLI::App* const verb = app.Verb(
      noun, "run",
      "Hold a channel's whole export against the truth, and publish the result",
      "  concordat audits run billing export.csv.gz\n"
      "  concordat audits run billing export.csv --as-at 2026-11-20T02:00:00Z "
      "--fail-on 'new:contradicts>0'\n"
      "  concordat audits run shop wide.csv --mapping shop.yaml --attribute "
      "tier,email\n"
      "  zcat export.csv.gz | concordat audits run web - --subject-type "
      "customer",
      [&app, flags] { return Run(app, *flags); });
  AddAuditFlags(verb, flags->audit,
                "CSV (subject,attribute,value,...) or JSON lines; .gz is fine, "
                "- is standard input");
  verb->add_flag("--held", flags->held,
                 "No file: hold what its claims said last against the truth");
  AddSamplingOptions(verb, flags->sampling);
  AddGateFlags(verb, flags->gates);
}

}  // namespace

void AddAuditCommands(App& app) {
  CLI::App* const noun = app.Noun(
      "audits", "Complete comparisons of a channel's records with the truth");
  AddRun(app, noun);

  const auto list = std::make_shared<ListFlags>();
  CLI::App* verb = app.Verb(noun, "list", "Audits, the newest first",
                            "  concordat audits list --channel billing",
                            [&app, list] { return List(app, *list); });
  verb->add_option("--channel", list->channel, "Only of this channel");
  verb->add_flag("--all", list->all, "Also those that failed");

  const auto id = std::make_shared<std::string>();
  const auto gates = std::make_shared<GateFlags>();
  verb = app.Verb(noun, "show", "What an audit came to",
                  "  concordat audits show 17\n"
                  "  concordat audits show 17 --baseline 3 --fail-on "
                  "'reopened:any>0'",
                  [&app, id, gates] { return Show(app, *id, *gates); });
  verb->add_option("AUDIT", *id, "Its number")->required();
  AddGateFlags(verb, *gates);

  const auto cancelled = std::make_shared<std::string>();
  verb = app.Verb(noun, "cancel", "End an audit that runs",
                  "  concordat audits cancel 17",
                  [&app, cancelled] { return Cancel(app, *cancelled); });
  verb->add_option("AUDIT", *cancelled, "Its number")->required();

  const auto deleted = std::make_shared<std::string>();
  verb = app.Verb(noun, "delete", "Forget an audit with its findings",
                  "  concordat audits delete 17",
                  [&app, deleted] { return Delete(app, *deleted); });
  verb->add_option("AUDIT", *deleted, "Its number")->required();
}

}  // namespace concordat::client
