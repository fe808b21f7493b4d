// concordat server info
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/cli/app.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

absl::StatusOr<int> ShowInfo(const App& app) {
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetServerInfoResponse info,
                          client->GetServerInfo());
  std::vector<TableRow> rows = {
      {"version", info.version()},
      {"engine", info.engine()},
      {"store", info.store_id()},
      {"revision", absl::StrCat(info.revision_number())},
      {"revision token", info.revision()},
      {"vocabulary", info.vocabulary_version() == 0
                         ? "none applied"
                         : absl::StrCat(info.vocabulary_name(), " version ",
                                        info.vocabulary_version())},
      {"uptime", absl::FormatDuration(absl::Seconds(info.uptime().seconds()))},
  };
  for (const auto& [name, limit] : std::map<std::string, int64_t>(
           info.limits().begin(), info.limits().end()))
    rows.push_back({absl::StrCat("limit ", name), absl::StrCat(limit)});
  for (const auto& [name, count] : std::map<std::string, int64_t>(
           info.counters().begin(), info.counters().end())) {
    rows.push_back({absl::StrCat("counter ", name), absl::StrCat(count)});
  }
  if (app.format() == OutputFormat::kTable ||
      app.format() == OutputFormat::kCsv) {
    ListPrinter printer(app.format(), {"NAME", "VALUE"});
    for (TableRow& row : rows) printer.Add(info, std::move(row));
    printer.Flush();
  } else {
    PrintAnswer(app.format(), info, "");
  }
  return kDone;
}

}  // namespace

void AddServerCommands(App& app) {
  CLI::App* const server = app.Noun("server", "The server itself");
  app.Verb(server, "info", "Version, store, revision, vocabulary and limits",
           "  concordat server info\n"
           "  concordat --server unix:/run/concordat.sock server info -o json",
           [&app] { return ShowInfo(app); });
}

}  // namespace concordat::client
