// concordat history export, import, compact
#include <cstdio>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "client/archive/archive_file.h"
#include "client/archive/history_import.h"
#include "client/cli/app.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

struct Flags {
  std::string file;
  std::string continued;
  std::string before;
  std::string older_than;
  bool dry_run = false;
};

absl::StatusOr<int> Export(const App& app, const Flags& flags) {
  v1::ArchiveLogRequest request;
  if (!flags.continued.empty())
    CLIENT_RETURN_IF_ERROR(ContinueFrom(flags.continued, &request));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(
      const ArchiveSummary summary,
      SaveArchive(flags.file, [&](const Client::ByteSink& sink) {
        return client->ArchiveLog(request, sink);
      }));
  PrintAnswer(
      app.format(), summary.footer,
      absl::StrCat("exported ", summary.footer.commits(),
                   " commits up to revision ", summary.footer.last_revision(),
                   ", ", summary.bytes, " bytes\n"));
  return kDone;
}

absl::StatusOr<int> Import(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  const bool shows = app.shows_progress();
  CLIENT_ASSIGN_OR_RETURN(
      const HistoryImported imported,
      ImportHistory(*client, flags.file, [shows](uint64_t recorded) {
        if (shows) {
          std::fprintf(stderr, "\r%llu commits",
                       static_cast<unsigned long long>(recorded));
        }
      }));
  if (shows) std::fprintf(stderr, "\r");
  v1::ImportLogResponse answer;
  answer.set_recorded(imported.recorded);
  answer.set_revision_number(imported.revision);
  PrintAnswer(app.format(), answer,
              absl::StrCat("imported ", imported.recorded,
                           " commits; the store is at revision ",
                           imported.revision, "\n"));
  return kDone;
}

std::string CompactText(const v1::CompactResponse& done, bool dry_run) {
  std::string text = absl::StrCat(
      dry_run ? "would remove " : "removed ", done.records_removed(),
      " facts, relations and links, ", done.rows_removed(),
      " rows in all; reads begin at revision ", done.revision_number(), " (",
      done.revision(), ")\n");
  if (!done.held_back_by().empty()) {
    absl::StrAppend(&text, "held back by the cursor ", done.held_back_by(),
                    ", which has not seen what is after it\n");
  }
  if (done.findings_without_evidence() > 0) {
    absl::StrAppend(&text, done.findings_without_evidence(),
                    dry_run ? " findings would lose" : " findings have lost",
                    " their evidence; their claims and explanations stay\n");
  }
  return text;
}

absl::StatusOr<int> Compact(const App& app, const Flags& flags) {
  v1::CompactRequest request;
  request.set_dry_run(flags.dry_run);
  if (flags.before.empty() == flags.older_than.empty()) {
    return UsageError("say what to keep: --before TOKEN or --older-than AGE");
  }
  if (!flags.before.empty()) {
    request.set_revision(flags.before);
  } else {
    CLIENT_ASSIGN_OR_RETURN(
        const absl::Duration age,
        ParseDurationFlag("--older-than", flags.older_than));
    request.mutable_age()->set_seconds(absl::ToInt64Seconds(age));
  }
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  const bool shows = app.shows_progress();
  CLIENT_ASSIGN_OR_RETURN(
      const v1::CompactResponse done,
      client->Compact(request, [shows](const v1::CompactResponse& step) {
        if (shows) {
          std::fprintf(stderr, "\r%llu rows seen",
                       static_cast<unsigned long long>(step.rows_seen()));
        }
      }));
  if (shows) std::fprintf(stderr, "\r");
  PrintAnswer(app.format(), done, CompactText(done, flags.dry_run));
  return kDone;
}

}  // namespace

void AddArchiveCommands(App& app) {
  CLI::App* const noun =
      app.Noun("history", "What happened to the store: its commits");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const exported = app.Verb(
      noun, "export",
      "Write all commits to a file: facts, relations, links, claims and "
      "vocabularies, with their revisions, times and actors. It holds the "
      "values of people in clear, and no erasure reaches it: destroy it once "
      "it was imported; for backups, see concordat backup log",
      "  concordat history export all.history\n"
      "  concordat history export more.history --continue-from all.history",
      [&app, flags] { return Export(app, *flags); });
  exported->add_option("FILE", flags->file, "The file to make")->required();
  exported->add_option("--continue-from", flags->continued,
                       "Only what came after the end of this history; import "
                       "the files one after the other");
  app.Verb(noun, "import",
           "Build the same store again from such a file: the same history, "
           "held claims and findings. Run it again where it broke off",
           "  concordat --server localhost:7401 history import all.history",
           [&app, flags] { return Import(app, *flags); })
      ->add_option("FILE", flags->file, "The file to read")
      ->required();
  CLI::App* const compact = app.Verb(
      noun, "compact",
      "Remove what no read at or after a revision can see. It cannot be undone",
      "  concordat history compact --older-than 365d --dry-run\n"
      "  concordat history compact --before \"$TOKEN\"",
      [&app, flags] { return Compact(app, *flags); });
  compact->add_option("--before", flags->before,
                      "Reads at this revision token and after it stay");
  compact->add_option("--older-than", flags->older_than,
                      "Reads at any time since so long ago stay: 90d, 36h");
  compact->add_flag("--dry-run", flags->dry_run, "Only say what would go");
}

}  // namespace concordat::client
