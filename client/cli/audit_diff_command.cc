// concordat audits diff
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "client/cli/app.h"
#include "client/cli/audit_flags.h"
#include "client/cli/audit_text.h"
#include "client/cli/gate_flags.h"
#include "client/cli/stop_signals.h"
#include "client/reconcile/differential_audit.h"
#include "client/reconcile/export_records.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  AuditFlags audit;
  std::string sketch;
  int64_t symbols = RecordSketch::kSymbols;
  GateFlags gates;
};

// A wish to stop, which cancels the audit that runs: nobody may hear from the
// server for a while. Thread-safe.
class Stopping {
 public:
  void Stop() {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopped_ = true;
    Cancel();
  }
  void Began(Client& client, const std::string& audit_id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    client_ = &client;
    audit_id_ = audit_id;
    if (stopped_) Cancel();
  }
  bool stopped() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return stopped_;
  }

 private:
  void Cancel() {
    if (client_ == nullptr) return;
    v1::CancelAuditRequest request;
    request.set_id(audit_id_);
    client_->CancelAudit(request).IgnoreError();
  }

  mutable std::mutex mutex_;
  bool stopped_ = false;
  Client* client_ = nullptr;
  std::string audit_id_;
};

// What it took, for people; on standard error, so that what is printed is the
// audit and nothing else.
void TellCost(const DifferentialAudit& done, bool was_kept,
              absl::Duration sketching, absl::Duration comparing) {
  std::fprintf(stderr, "sketch: %s in %.2f s\n",
               was_kept ? "read" : "made of the export",
               absl::ToDoubleSeconds(sketching));
  if (done.full_because.empty()) {
    std::fprintf(
        stderr,
        "compared in %.2f s: %lld symbols, %lld records differ from the "
        "truth, %lld values of the truth are not there\n",
        absl::ToDoubleSeconds(comparing),
        static_cast<long long>(done.figures.symbols()),
        static_cast<long long>(done.figures.only_channel()),
        static_cast<long long>(done.figures.only_truth()));
  } else {
    std::fprintf(stderr, "sent every record, in %.2f s: %s\n",
                 absl::ToDoubleSeconds(comparing), done.full_because.c_str());
  }
  std::fprintf(stderr, "%lld bytes sent, %lld received, %lld messages\n",
               static_cast<long long>(done.bytes_sent),
               static_cast<long long>(done.bytes_received),
               static_cast<long long>(done.rounds));
}

absl::StatusOr<std::shared_ptr<const SketchTerms>> TermsOf(
    Client& client, const std::string& channel) {
  v1::GetSketchTermsRequest request;
  request.set_channel(channel);
  CLIENT_ASSIGN_OR_RETURN(v1::GetSketchTermsResponse response,
                          client.GetSketchTerms(request));
  return SketchTerms::Create(std::move(*response.mutable_terms()));
}

absl::StatusOr<int> Diff(const App& app, const Flags& flags) {
  if (flags.audit.file == "-")
    return UsageError("the export is read twice: it must be a FILE");
  CLIENT_ASSIGN_OR_RETURN(const Gates gates, GatesOf(flags.gates));
  CLIENT_ASSIGN_OR_RETURN(const v1::AuditSpec spec, AuditSpecOf(flags.audit));
  // Before the client, whose threads leave the signals to it.
  Stopping stopping;
  std::unique_ptr<Client> client;
  const StopSignals signals([&stopping] { stopping.Stop(); });
  CLIENT_ASSIGN_OR_RETURN(client, app.Connect());
  ExportRecordsOptions options;
  CLIENT_ASSIGN_OR_RETURN(options.input, ExportInputOf(flags.audit, *client));
  options.input.channel = flags.audit.channel;
  options.subject_type = flags.audit.subject_type;
  options.symbols = static_cast<size_t>(flags.symbols);
  options.sketch_file = flags.sketch;
  int64_t told = 0;
  options.on_problem = [&told](const RowProblem& problem) {
    constexpr int64_t kProblemsPrinted = 20;
    if (++told > kProblemsPrinted) return;
    std::fprintf(stderr, "line %lld: %s\n",
                 static_cast<long long>(problem.line), problem.reason.c_str());
  };
  options.stopped = [&stopping] { return stopping.stopped(); };
  CLIENT_ASSIGN_OR_RETURN(std::shared_ptr<const SketchTerms> terms,
                          TermsOf(*client, flags.audit.channel));
  ExportRecords records(std::move(options));
  const absl::Time began = absl::Now();
  absl::Time sketched;
  const auto compare = [&]() -> absl::StatusOr<DifferentialAudit> {
    CLIENT_RETURN_IF_ERROR(records.Open(std::move(terms)));
    sketched = absl::Now();
    return RunDifferentialAudit(
        spec,
        {.client = client.get(),
         .stopped = [&stopping] { return stopping.stopped(); },
         .on_begin =
             [&](const std::string& id) { stopping.Began(*client, id); }},
        &records);
  };
  const absl::StatusOr<DifferentialAudit> done = compare();
  if (absl::IsCancelled(done.status()) && stopping.stopped())
    return absl::CancelledError(
        "the audit was cancelled; nothing is published");
  CLIENT_RETURN_IF_ERROR(done.status());
  TellCost(*done, records.was_kept(), sketched - began, absl::Now() - sketched);
  const int64_t unreadable = records.unreadable_rows();
  if (unreadable > 0)
    std::fprintf(stderr,
                 "%lld rows could not be read: they are not in the audit\n",
                 static_cast<long long>(unreadable));
  PrintAnswer(app.format(), done->audit, AuditText(done->audit));
  CLIENT_ASSIGN_OR_RETURN(const int code,
                          JudgeAudit(gates, *client, done->audit));
  return unreadable > 0 && code == kDone ? kRefused : code;
}

}  // namespace

void AddAuditDiffCommand(App& app) {
  CLI::App* const noun = app.Noun(
      "audits", "Complete comparisons of a channel's records with the truth");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "diff",
      "Hold an export against the truth by a sketch: only what differs is sent",
      "  concordat audits diff billing export.csv.gz\n"
      "  concordat audits diff web export.csv --subject-type customer "
      "--sketch web.sketch --fail-on 'new:contradicts>0'",
      [&app, flags] { return Diff(app, *flags); });
  AddAuditFlags(verb, flags->audit,
                "CSV (subject,attribute,value,...) or JSON lines; .gz is fine. "
                "Rows with said_at or as_of are always sent")
      ->required();
  verb->add_option("--sketch", flags->sketch,
                   "Keep the sketch in this file, and use it again while the "
                   "export is the same; as secret as the channel's key");
  verb->add_option("--symbols", flags->symbols,
                   "Symbols of the sketch: more find more differences")
      ->check(CLI::Range(int64_t{32}, int64_t{1} << 18))
      ->capture_default_str();
  AddGateFlags(verb, flags->gates);
}

}  // namespace concordat::client
