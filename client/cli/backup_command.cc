// concordat backup create, verify, log
#include "absl/strings/str_cat.h"
#include "client/archive/archive_file.h"
#include "client/cli/app.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

struct Flags {
  std::string file;
  std::string keys;
  std::string after;
  std::string continued;
};

const char* ContentText(v1::ArchiveContent content) {
  switch (content) {
    case v1::ARCHIVE_CONTENT_BACKUP:
      return "backup";
    case v1::ARCHIVE_CONTENT_LOG:
      return "history";
    default:
      return "unknown";
  }
}

void PrintSummary(const App& app, const std::string& file,
                  const ArchiveSummary& summary) {
  const v1::ArchiveHeader& header = summary.header;
  const v1::ArchiveFooter& footer = summary.footer;
  std::vector<TableRow> rows = {{"file", file},
                                {"holds", ContentText(header.content())},
                                {"bytes", absl::StrCat(summary.bytes)},
                                {"blocks", absl::StrCat(footer.blocks() + 1)}};
  if (header.content() == v1::ARCHIVE_CONTENT_LOG) {
    rows.push_back({"after revision", absl::StrCat(header.after_revision())});
    rows.push_back({"last revision", absl::StrCat(footer.last_revision())});
    rows.push_back({"commits", absl::StrCat(footer.commits())});
  } else {
    rows.push_back({"store", header.store_id()});
    rows.push_back({"revision", absl::StrCat(header.revision())});
    rows.push_back({"created", FormatTime(header.created_at())});
    for (const auto& space : footer.spaces()) {
      rows.push_back(
          {absl::StrCat("rows of ", space.name()), absl::StrCat(space.rows())});
    }
  }
  ListPrinter printer(app.format(), {"NAME", "VALUE"});
  if (app.format() == OutputFormat::kTable ||
      app.format() == OutputFormat::kCsv) {
    for (TableRow& row : rows) printer.Add(header, std::move(row));
  } else {
    printer.Add(header, {});
    printer.Add(footer, {});
  }
  printer.Flush();
}

absl::StatusOr<int> Create(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  v1::BackupRequest request;
  const auto download = [&](const Client::ByteSink& sink) {
    return client->Backup(request, sink);
  };
  CLIENT_ASSIGN_OR_RETURN(const ArchiveSummary backup,
                          SaveArchive(flags.file, download));
  // After the backup, so that it has the key of everything in it.
  if (!flags.keys.empty()) {
    request.set_content(v1::ARCHIVE_CONTENT_KEYS);
    CLIENT_RETURN_IF_ERROR(SaveKeys(flags.keys, download));
  }
  PrintSummary(app, flags.file, backup);
  return kDone;
}

absl::StatusOr<int> Verify(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const ArchiveSummary summary,
                          VerifyArchiveFile(flags.file));
  PrintSummary(app, flags.file, summary);
  return kDone;
}

absl::StatusOr<int> Log(const App& app, const Flags& flags) {
  v1::ArchiveLogRequest request;
  request.set_sealed(true);
  if (!flags.continued.empty()) {
    CLIENT_RETURN_IF_ERROR(ContinueFrom(flags.continued, &request));
  } else if (!flags.after.empty()) {
    request.set_after_revision(flags.after);
  }
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(
      const ArchiveSummary log,
      SaveArchive(flags.file, [&](const Client::ByteSink& sink) {
        return client->ArchiveLog(request, sink);
      }));
  PrintSummary(app, flags.file, log);
  return kDone;
}

}  // namespace

void AddBackupCommands(App& app) {
  CLI::App* const noun =
      app.Noun("backup", "Everything in a store, as files that prove whole");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const create = app.Verb(
      noun, "create", "Back up the store as it is now, while it is used",
      "  concordat backup create monday.backup --keys monday.keys\n"
      "  concordatd restore --data-dir new-data --from monday.backup --keys "
      "monday.keys",
      [&app, flags] { return Create(app, *flags); });
  create->add_option("FILE", flags->file, "The file to make")->required();
  create->add_option("--keys", flags->keys,
                     "Also make this file of the subjects' keys, without which "
                     "personal values cannot be read. Keep it apart, and only "
                     "the newest: an older one knows who was erased since");
  CLI::App* const verify =
      app.Verb(noun, "verify",
               "Check every byte of a file, and say what is in it; needs no "
               "server",
               "  concordat backup verify monday.backup",
               [&app, flags] { return Verify(app, *flags); });
  verify->add_option("FILE", flags->file, "A backup, a log or a history")
      ->required();
  CLI::App* const log = app.Verb(
      noun, "log", "Archive the commits that came after a backup or a log",
      "  concordat backup log 0001.log --continue-from monday.backup\n"
      "  concordat backup log 0002.log --continue-from 0001.log\n"
      "  concordatd restore --data-dir new-data --from monday.backup \\\n"
      "    --log 0001.log --log 0002.log --until 2026-03-10T12:00:00Z",
      [&app, flags] { return Log(app, *flags); });
  log->add_option("FILE", flags->file, "The file to make")->required();
  CLI::Option* const after = log->add_option(
      "--after", flags->after, "After this revision token (default: all)");
  log->add_option("--continue-from", flags->continued,
                  "After the end of this backup or log")
      ->excludes(after);
}

}  // namespace concordat::client
