// concordat facts|relations|links|claims import
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/import_report.h"
#include "client/error.h"
#include "client/files.h"
#include "client/import/importer.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

constexpr int64_t kMappingBytesMax = 1 << 20;
constexpr char kCheckpointSuffix[] = ".concordat-resume";

struct Flags {
  std::vector<std::string> files;
  std::string mapping;
  std::string rejects;
  std::string results;
  std::string actor = UserName();
  bool resume = false;
  std::vector<std::string> fail_on;
};

absl::StatusOr<std::optional<Mapping>> MappingOf(const Flags& flags,
                                                 ItemKind kind) {
  if (flags.mapping.empty()) return std::optional<Mapping>();
  CLIENT_ASSIGN_OR_RETURN(const std::string yaml,
                          ReadFile(flags.mapping, kMappingBytesMax));
  CLIENT_ASSIGN_OR_RETURN(Mapping mapping, ParseMapping(yaml, flags.mapping));
  if (mapping.kind != kind)
    return absl::InvalidArgumentError(
        absl::StrCat(flags.mapping, " maps ", NameOf(mapping.kind),
                     ": use `concordat ", NameOf(mapping.kind), " import`"));
  return std::optional<Mapping>(std::move(mapping));
}

std::set<std::string, std::less<>> EntityTypesOf(
    const v1::Vocabulary& vocabulary) {
  std::set<std::string, std::less<>> types;
  for (const auto& [name, type] : vocabulary.entity_types()) types.insert(name);
  return types;
}

// Alias -> name; not an alias that means different attributes of different
// entity types.
absl::flat_hash_map<std::string, std::string> AttributeNamesOf(
    const v1::Vocabulary& vocabulary) {
  absl::flat_hash_map<std::string, std::string> names;
  std::set<std::string> ambiguous;
  for (const auto& [type_name, type] : vocabulary.entity_types())
    for (const auto& [name, attribute] : type.attributes())
      for (const std::string& alias : attribute.aliases())
        if (names.emplace(alias, name).first->second != name)
          ambiguous.insert(alias);
  for (const std::string& alias : ambiguous) names.erase(alias);
  return names;
}

absl::StatusOr<int> Import(const App& app, ItemKind kind, const Flags& flags) {
  ImportReportOptions report_options;
  report_options.rejects_path = flags.rejects;
  report_options.results_path = flags.results;
  report_options.shows_progress = app.shows_progress();
  CLIENT_ASSIGN_OR_RETURN(report_options.fail_on, FailOn::Parse(flags.fail_on));
  ImportOptions options;
  CLIENT_ASSIGN_OR_RETURN(options.input.mapping, MappingOf(flags, kind));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  // Also finds out whether the server is there and has a vocabulary, before
  // the first row is read.
  CLIENT_ASSIGN_OR_RETURN(const v1::GetVocabularyResponse in_force,
                          client->GetVocabulary(v1::GetVocabularyRequest()));
  options.input.entity_types = EntityTypesOf(in_force.vocabulary());
  report_options.attribute_names = AttributeNamesOf(in_force.vocabulary());
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<ImportReporter> reporter,
                          ImportReporter::Create(std::move(report_options)));
  options.input.kind = kind;
  options.actor = flags.actor;
  options.resume = flags.resume;
  const ImportTarget target = {[&client] { return client->StreamClaims(); },
                               [&client] { return client->StreamKnowledge(); },
                               WaitFor};
  for (const std::string& file : flags.files) {
    const bool is_stdin = file == "-";
    if (is_stdin && flags.resume)
      return UsageError("--resume needs a file: standard input has no place");
    options.input.path = file;
    options.checkpoint_path =
        is_stdin ? "" : absl::StrCat(file, kCheckpointSuffix);
    reporter->Begin(file);
    const absl::StatusOr<ImportReport> report =
        ImportFile(options, target, reporter.get());
    if (!report.ok()) {
      reporter->Finish(app.format(), false).IgnoreError();
      const bool is_passing = IsUnreachable(report.status()) ||
                              absl::IsResourceExhausted(report.status());
      if (is_passing && !is_stdin)
        std::fprintf(stderr, "%s: stopped; go on with --resume\n",
                     file.c_str());
      // A file's own problem says which file it is.
      absl::Status status(report.status().code(),
                          absl::StrCat(file, ": ", report.status().message()));
      report.status().ForEachPayload(
          [&status](absl::string_view url, const absl::Cord& payload) {
            status.SetPayload(url, payload);
          });
      return status;
    }
    reporter->End(*report);
  }
  CLIENT_RETURN_IF_ERROR(
      reporter->Finish(app.format(), kind == ItemKind::kClaims));
  if (reporter->has_problems()) return kRefused;
  return reporter->has_found() ? kFound : kDone;
}

constexpr char kHelp[] =
    "Import CSV with a header or JSON lines; - is standard input, .gz is fine";

void AddImport(App& app, ItemKind kind, const std::string& noun_description,
               const std::string& examples) {
  CLI::App* const noun = app.Noun(std::string(NameOf(kind)), noun_description);
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb =
      app.Verb(noun, "import", kHelp, examples,
               [&app, kind, flags] { return Import(app, kind, *flags); });
  verb->add_option("FILE", flags->files, "Files, or -")->required();
  if (kind != ItemKind::kRelations)
    verb->add_option("--mapping", flags->mapping,
                     "Mapping file (YAML) for a file of another shape");
  verb->add_flag("--resume", flags->resume,
                 "Go on where an earlier run stopped");
  verb->add_option("--rejects", flags->rejects,
                   "CSV of every row or item that was not imported");
  if (kind == ItemKind::kClaims) {
    verb->add_option("--results", flags->results,
                     "CSV with the status and the verdict of every claim");
    verb->add_option("--fail-on", flags->fail_on,
                     "Exit with 1 where a claim gets these verdicts; `any`: "
                     "whatever is wrong")
        ->delimiter(',');
  } else {
    verb->add_option("--actor", flags->actor, "Who writes, for the history")
        ->capture_default_str();
  }
}

}  // namespace

void AddImportCommands(App& app) {
  AddImport(
      app, ItemKind::kFacts, "What is true",
      "  concordat facts import facts.csv\n"
      "  concordat facts import --mapping golden.yaml golden.csv.gz\n"
      "Columns: entity_type,entity_id,attribute,value[,valid_from,\n"
      "valid_to,source,reason,validation]; an empty value: there is none.");
  AddImport(app, ItemKind::kRelations, "Relations between entities",
            "  concordat relations import relations.csv\n"
            "Columns: from_type,from_id,relation,to_type,to_id[,valid_from,\n"
            "valid_to,source,reason]");
  AddImport(
      app, ItemKind::kLinks, "Which entity a channel's own id names",
      "  concordat links import links.csv\n"
      "  concordat links import --mapping xref.yaml xref.csv\n"
      "Columns: channel,subject,entity_type,entity_id[,source,valid_from,\n"
      "valid_to,reason]");
  AddImport(app, ItemKind::kClaims, "What channels report",
            "  concordat claims import claims.csv --results results.csv\n"
            "  zcat claims.csv.gz | concordat claims import -\n"
            "  concordat claims import --mapping web.yaml export.csv --resume\n"
            "Columns: channel,subject,attribute,value[,said_at,as_of,exposure,"
            "\nclaim_id,label.NAME …]; an empty value: there is none.");
}

}  // namespace concordat::client
