// concordat audits report
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/files.h"
#include "client/report/audit_report.h"
#include "client/report/collect.h"
#include "client/report/render.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  std::string audit;
  std::string baseline;
  std::vector<std::string> formats;
  std::string artifact;
  bool show_values = false;
  int64_t examples = 3;
  int64_t findings_max = 0;
};

// A format and where it goes.
struct Target {
  report::Format format;
  std::string path;  // empty: standard output
};

absl::StatusOr<std::vector<Target>> TargetsOf(const Flags& flags) {
  std::vector<Target> targets;
  for (const std::string& text : flags.formats) {
    const size_t equals = text.find('=');
    const absl::StatusOr<report::Format> format =
        report::ParseFormat(text.substr(0, equals));
    if (!format.ok())
      return UsageError(absl::StrCat("--format: ", format.status().message()));
    Target target = {
        *format, equals == std::string::npos ? "" : text.substr(equals + 1)};
    if (target.path.empty() && equals != std::string::npos)
      return UsageError(absl::StrCat("--format: `", text, "` names no file"));
    if (target.path == "-") target.path.clear();
    const bool is_taken = std::any_of(
        targets.begin(), targets.end(),
        [&](const Target& other) { return other.path == target.path; });
    if (is_taken)
      return UsageError(
          absl::StrCat("--format: two reports would go to ",
                       target.path.empty() ? "standard output" : target.path,
                       "; write FORMAT=FILE"));
    targets.push_back(std::move(target));
  }
  return targets;
}

absl::Status ToStandardOutput(absl::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size())
    return absl::DataLossError("cannot write standard output");
  return absl::OkStatus();
}

absl::Status Write(const Target& target, const report::AuditReport& model,
                   report::FindingSource& findings,
                   const report::RenderOptions& options) {
  if (target.path.empty()) {
    CLIENT_RETURN_IF_ERROR(report::Render(target.format, model, findings,
                                          options, ToStandardOutput));
    if (std::fflush(stdout) != 0)
      return absl::DataLossError("cannot write standard output");
    return absl::OkStatus();
  }
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<NewFile> file,
                          NewFile::Create(target.path));
  CLIENT_RETURN_IF_ERROR(report::Render(
      target.format, model, findings, options,
      [&file](absl::string_view bytes) { return file->Append(bytes); }));
  return file->Commit();
}

absl::StatusOr<int> Report(const App& app, const Flags& flags) {
  if (flags.examples < 0 || flags.findings_max < 0)
    return UsageError("--examples and --max-findings must not be negative");
  CLIENT_ASSIGN_OR_RETURN(const std::vector<Target> targets, TargetsOf(flags));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  const report::AuditChoice choice = {flags.audit, flags.baseline};
  CLIENT_ASSIGN_OR_RETURN(report::AuditReport model,
                          report::CollectReport(*client, choice));
  if (!flags.show_values) report::MaskCauses(model.audit.mutable_result());
  report::ServerFindings all(*client, choice);
  report::MaskedFindings masked(all);
  report::FindingSource& findings =
      flags.show_values ? static_cast<report::FindingSource&>(all) : masked;
  report::RenderOptions options;
  options.findings_max = flags.findings_max;
  options.artifact = flags.artifact;
  options.version = CONCORDAT_VERSION;
  options.shows_values = flags.show_values;
  const bool summarizes = std::any_of(
      targets.begin(), targets.end(),
      [](const Target& target) { return report::NeedsSummary(target.format); });
  if (summarizes) {
    CLIENT_ASSIGN_OR_RETURN(model.summary,
                            report::Summarize(findings, flags.examples));
  }
  for (const Target& target : targets)
    CLIENT_RETURN_IF_ERROR(Write(target, model, findings, options));
  return kDone;
}

}  // namespace

void AddAuditReportCommand(App& app) {
  CLI::App* const noun = app.Noun(
      "audits", "Complete comparisons of a channel's records with the truth");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "report", "What an audit came to, for people and for their tools",
      "  concordat audits report 17 --format html=report.html\n"
      "  concordat audits report 17 --format junit=audit.xml --format "
      "markdown\n"
      "  concordat audits report 17 --format sarif=audit.sarif --artifact "
      "exports/web.csv --max-findings 25000",
      [&app, flags] { return Report(app, *flags); });
  verb->add_option("AUDIT", flags->audit, "Its number")->required();
  verb->add_option("--format", flags->formats,
                   "html, junit, sarif, csv, jsonl or markdown; FORMAT=FILE "
                   "writes a file, else standard output; several are fine")
      ->required()
      ->allow_extra_args(false);
  verb->add_option("--baseline", flags->baseline,
                   "An earlier audit; default: the previous one");
  verb->add_flag("--show-values", flags->show_values,
                 "With who it is about and what is said and true of them; "
                 "without, all of that is masked");
  verb->add_option("--examples", flags->examples,
                   "So many findings of each attribute and verdict")
      ->capture_default_str();
  verb->add_option("--max-findings", flags->findings_max,
                   "List at most so many findings, new ones first; 0: 100000 "
                   "in html, else all");
  verb->add_option("--artifact", flags->artifact,
                   "Path of the audited file in the repository, for sarif");
}

}  // namespace concordat::client
