// concordat audits diff
#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/app.h"
#include "client/cli/audit_text.h"
#include "client/cli/stop_signals.h"
#include "client/files.h"
#include "client/import/wide_rows.h"
#include "client/reconcile/differential_audit.h"
#include "client/reconcile/export_records.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

constexpr int64_t kMappingBytesMax = 1 << 20;

struct Flags {
  std::string channel;
  std::string file;
  std::string sketch;
  int64_t symbols = RecordSketch::kSymbols;
  std::string mapping;
  std::string subject_type;
  std::string as_at;
  std::string revision;
  std::vector<std::string> types;
  std::vector<std::string> attributes;
  std::string actor = UserName();
  std::string description;
};

absl::StatusOr<v1::AuditSpec> SpecOf(const Flags& flags) {
  v1::AuditSpec spec;
  spec.set_channel(flags.channel);
  spec.set_actor(flags.actor);
  spec.set_description(flags.description);
  *spec.mutable_consistency() = ConsistencyAt(flags.revision);
  if (!flags.as_at.empty())
    CLIENT_RETURN_IF_ERROR(
        ParseTimeFlag("--as-at", flags.as_at, spec.mutable_as_at()));
  spec.mutable_scope()->mutable_entity_types()->Add(flags.types.begin(),
                                                    flags.types.end());
  spec.mutable_scope()->mutable_attributes()->Add(flags.attributes.begin(),
                                                  flags.attributes.end());
  return spec;
}

absl::StatusOr<ExportRecordsOptions> OptionsOf(const Flags& flags,
                                               Client& client) {
  ExportRecordsOptions options;
  options.input.path = flags.file;
  options.input.kind = ItemKind::kClaims;
  options.input.channel = flags.channel;
  options.subject_type = flags.subject_type;
  options.symbols = static_cast<size_t>(flags.symbols);
  options.sketch_file = flags.sketch;
  if (!flags.mapping.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const std::string yaml,
                            ReadFile(flags.mapping, kMappingBytesMax));
    CLIENT_ASSIGN_OR_RETURN(options.input.mapping,
                            ParseMapping(yaml, flags.mapping));
    if (options.input.mapping->kind != ItemKind::kClaims)
      return UsageError(absl::StrCat(flags.mapping, " does not map claims"));
  }
  CLIENT_ASSIGN_OR_RETURN(const v1::GetVocabularyResponse in_force,
                          client.GetVocabulary(v1::GetVocabularyRequest()));
  for (const auto& [name, type] : in_force.vocabulary().entity_types())
    options.input.entity_types.insert(name);
  return options;
}

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

absl::StatusOr<int> Diff(const App& app, const Flags& flags) {
  if (flags.file == "-")
    return UsageError("the export is read twice: it must be a FILE");
  CLIENT_ASSIGN_OR_RETURN(const v1::AuditSpec spec, SpecOf(flags));
  std::atomic<bool> stopped = false;
  const StopSignals signals([&stopped] { stopped = true; });
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(ExportRecordsOptions options,
                          OptionsOf(flags, *client));
  int64_t problems = 0;
  options.on_problem = [&problems](const RowProblem& problem) {
    constexpr int64_t kProblemsPrinted = 20;
    if (++problems > kProblemsPrinted) return;
    std::fprintf(stderr, "line %lld: %s\n",
                 static_cast<long long>(problem.line), problem.reason.c_str());
  };
  v1::GetSketchTermsRequest request;
  request.set_channel(flags.channel);
  CLIENT_ASSIGN_OR_RETURN(v1::GetSketchTermsResponse response,
                          client->GetSketchTerms(request));
  CLIENT_ASSIGN_OR_RETURN(
      std::shared_ptr<const SketchTerms> terms,
      SketchTerms::Create(std::move(*response.mutable_terms())));
  const absl::Time began = absl::Now();
  ExportRecords records(std::move(options));
  CLIENT_RETURN_IF_ERROR(records.Open(std::move(terms)));
  const absl::Time sketched = absl::Now();
  absl::StatusOr<DifferentialAudit> done =
      RunDifferentialAudit(spec,
                           {.client = client.get(),
                            .stopped = [&stopped] { return stopped.load(); }},
                           &records);
  if (!done.ok() && stopped)
    return absl::CancelledError(
        "the audit was cancelled; nothing is published");
  CLIENT_RETURN_IF_ERROR(done.status());
  TellCost(*done, records.was_kept(), sketched - began, absl::Now() - sketched);
  PrintAnswer(app.format(), done->audit, AuditText(done->audit));
  return problems > 0 ? kRefused : kDone;
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
      "--sketch web.sketch",
      [&app, flags] { return Diff(app, *flags); });
  verb->add_option("CHANNEL", flags->channel, "Whose export it is")->required();
  verb->add_option("FILE", flags->file,
                   "CSV (subject,attribute,value,...) or JSON lines; .gz is "
                   "fine")
      ->required();
  verb->add_option("--sketch", flags->sketch,
                   "Keep the sketch in this file, and use it again while the "
                   "export is the same; as secret as the channel's key");
  verb->add_option("--symbols", flags->symbols,
                   "Symbols of the sketch: more find more differences")
      ->check(CLI::Range(int64_t{32}, int64_t{1} << 18))
      ->capture_default_str();
  verb->add_option("--mapping", flags->mapping,
                   "Mapping file (YAML) for a file of another shape");
  verb->add_option("--subject-type", flags->subject_type,
                   "Subjects are ids of the graph, of entities of this type; "
                   "default: the channel's own ids");
  verb->add_option("--as-at", flags->as_at,
                   "When the export was made; default: now");
  verb->add_option("--at", flags->revision,
                   "Hold it against the truth as known at this revision token");
  verb->add_option("--type", flags->types, "Only these entity types")
      ->delimiter(',');
  verb->add_option("--attribute", flags->attributes, "Only these attributes")
      ->delimiter(',');
  verb->add_option("--actor", flags->actor, "Who asks for it")
      ->capture_default_str();
  verb->add_option("--description", flags->description, "What it is for");
}

}  // namespace concordat::client
