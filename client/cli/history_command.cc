// concordat history list|show
#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/change_text.h"
#include "client/cli/fact_text.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

constexpr int64_t kPageSizeMax = 1000;

struct Flags {
  std::string revision;
  std::string request_id;
  int64_t limit = 20;
  bool all = false;
};

std::string KindText(v1::CommitKind kind) {
  return ShortName(v1::CommitKind_Name(kind), "COMMIT_KIND_");
}

absl::StatusOr<int> List(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  ListPrinter printer(app.format(), {"NUMBER", "AT", "KIND", "ITEMS", "ACTOR",
                                     "REQUEST", "REVISION"});
  v1::ListCommitsRequest request;
  int64_t left = flags.all ? INT64_MAX : flags.limit;
  do {
    request.set_page_size(
        static_cast<int>(std::min<int64_t>(left, kPageSizeMax)));
    CLIENT_ASSIGN_OR_RETURN(const v1::ListCommitsResponse page,
                            client->ListCommits(request));
    for (const v1::Commit& commit : page.commits()) {
      printer.Add(commit,
                  {absl::StrCat(commit.revision_number()),
                   FormatTime(commit.committed_at()), KindText(commit.kind()),
                   absl::StrCat(commit.items()), commit.actor(),
                   commit.request_id(), commit.revision()});
    }
    printer.Flush();
    left -= page.commits_size();
    request.set_page_token(page.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  if (!request.page_token().empty())
    std::fprintf(stderr, "there are more: --limit N or --all\n");
  return kDone;
}

std::string Describe(const v1::GetCommitResponse& response) {
  const v1::Commit& commit = response.commit();
  std::string text = absl::StrCat("revision ", commit.revision_number(), ", ",
                                  FormatTime(commit.committed_at()), ": ",
                                  KindText(commit.kind()), ", ", commit.items(),
                                  commit.items() == 1 ? " item" : " items");
  if (!commit.actor().empty()) absl::StrAppend(&text, ", by ", commit.actor());
  if (!commit.request_id().empty())
    absl::StrAppend(&text, ", request ", commit.request_id());
  absl::StrAppend(&text, "\ntoken ", commit.revision(), "\n");
  if (response.changes().empty()) return text;
  TableText changes({"CHANGE", "OF", "SAYS"}, TerminalWidth());
  std::vector<TableRow> rows;
  for (const v1::RecordedChange& change : response.changes())
    rows.push_back(
        {ChangeKindText(change.change()), ChangeSubjectText(change.change()),
         change.erased() ? kErased : ChangeValueText(change.change())});
  return absl::StrCat(text, "\n", changes.Page(rows));
}

absl::StatusOr<int> Show(const App& app, const Flags& flags) {
  if (flags.revision.empty() == flags.request_id.empty())
    return UsageError("name the commit by REVISION or by --request-id");
  v1::GetCommitRequest request;
  if (flags.revision.empty())
    request.set_request_id(flags.request_id);
  else
    request.set_revision(flags.revision);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetCommitResponse response,
                          client->GetCommit(request));
  PrintAnswer(app.format(), response, Describe(response));
  return kDone;
}

}  // namespace

void AddHistoryCommands(App& app) {
  CLI::App* const noun =
      app.Noun("history", "What happened to the store: its commits");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const list = app.Verb(noun, "list", "Commits, the newest first",
                                  "  concordat history list\n"
                                  "  concordat history list --all -o csv",
                                  [&app, flags] { return List(app, *flags); });
  list->add_option("--limit", flags->limit, "How many")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  list->add_flag("--all", flags->all, "All of them");
  CLI::App* const show = app.Verb(
      noun, "show", "One commit with all that it changed",
      "  concordat history show AZfJ-PiljofHUXo\n"
      "  concordat history show --request-id 7f9c…   # did my write arrive?",
      [&app, flags] { return Show(app, *flags); });
  show->add_option("REVISION", flags->revision, "Revision token");
  show->add_option("--request-id", flags->request_id,
                   "The request_id of the write");
}

}  // namespace concordat::client
