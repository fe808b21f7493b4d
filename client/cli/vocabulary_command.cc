// concordat vocabulary validate|diff|apply|get
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/connection.h"
#include "client/files.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

// Longer files are the server's to refuse, but not to be read into memory.
constexpr int64_t kFileBytesMax = 4 << 20;

struct Flags {
  std::string file;
  std::string reason;
  std::string actor = UserName();
  int64_t expected_version = -1;
  uint64_t version = 0;
  bool fail_on_change = false;
  bool wait = false;
};

// The name under which messages speak of the file.
std::string NameOf(const std::string& file) {
  return file == "-" ? "standard input" : file;
}

absl::StatusOr<int> Validate(const App& app, const Flags& flags) {
  v1::ValidateVocabularyRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_yaml(),
                          ReadFile(flags.file, kFileBytesMax));
  request.set_file_name(NameOf(flags.file));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::ValidateVocabularyResponse response,
                          client->ValidateVocabulary(request));
  if (response.problems().empty()) {
    PrintAnswer(app.format(), response,
                absl::StrCat(request.file_name(), " is valid\n"));
    return kDone;
  }
  ListPrinter printer(app.format(), {"LINE", "FIELD", "PROBLEM"});
  for (const v1::VocabularyProblem& problem : response.problems())
    printer.Add(problem, {absl::StrCat(problem.line()), problem.field(),
                          problem.message()});
  printer.Flush();
  return kRefused;
}

absl::StatusOr<int> Diff(const App& app, const Flags& flags) {
  v1::DiffVocabularyRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_yaml(),
                          ReadFile(flags.file, kFileBytesMax));
  request.set_file_name(NameOf(flags.file));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::DiffVocabularyResponse response,
                          client->DiffVocabulary(request));
  if (response.changes().empty()) {
    PrintAnswer(app.format(), response,
                absl::StrCat("nothing would change in version ",
                             response.version(), "\n"));
    return kDone;
  }
  ListPrinter printer(app.format(), {"CHANGE", "FIELD", "BEFORE", "AFTER"});
  for (const v1::VocabularyChange& change : response.changes()) {
    const std::string what = change.before().empty()  ? "added"
                             : change.after().empty() ? "removed"
                                                      : "changed";
    printer.Add(change,
                {what, change.field(), change.before(), change.after()});
  }
  printer.Flush();
  return flags.fail_on_change ? kFound : kDone;
}

// Until all that was judged before is judged again.
absl::Status AwaitRejudgement(Client& client) {
  constexpr absl::Duration kLookAgainAfter = absl::Milliseconds(200);
  while (true) {
    CLIENT_ASSIGN_OR_RETURN(const v1::GetServerInfoResponse info,
                            client.GetServerInfo());
    const auto rejudging = info.counters().find("rejudging");
    if (rejudging == info.counters().end() || rejudging->second == 0) {
      return absl::OkStatus();
    }
    WaitFor(kLookAgainAfter);
  }
}

absl::StatusOr<int> Apply(const App& app, const Flags& flags) {
  v1::ApplyVocabularyRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_yaml(),
                          ReadFile(flags.file, kFileBytesMax));
  request.set_file_name(NameOf(flags.file));
  request.set_actor(flags.actor);
  request.set_reason(flags.reason);
  if (flags.expected_version >= 0)
    request.set_expected_version(static_cast<uint64_t>(flags.expected_version));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::ApplyVocabularyResponse response,
                          client->ApplyVocabulary(request));
  if (flags.wait) CLIENT_RETURN_IF_ERROR(AwaitRejudgement(*client));
  PrintAnswer(
      app.format(), response,
      absl::StrCat("version ", response.version(),
                   response.unchanged()      ? " was in force already\n"
                   : response.version() == 1 ? " is in force\n"
                   : flags.wait
                       ? " is in force, and all was judged by it\n"
                       : " is in force; what was judged before is judged "
                         "again in the background\n"));
  return kDone;
}

absl::StatusOr<int> Get(const App& app, const Flags& flags) {
  v1::GetVocabularyRequest request;
  request.set_version(flags.version);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::GetVocabularyResponse response,
                          client->GetVocabulary(request));
  // The text as it was applied, comments and all, is its YAML.
  PrintAnswer(app.format() == OutputFormat::kJson ? OutputFormat::kJson
                                                  : OutputFormat::kTable,
              response, response.yaml());
  return kDone;
}

}  // namespace

void AddVocabularyCommands(App& app) {
  CLI::App* const noun =
      app.Noun("vocabulary", "Entity types, attributes, channels, contracts");
  const auto flags = std::make_shared<Flags>();
  CLI::App* verb =
      app.Verb(noun, "validate", "Say whether a vocabulary file is valid",
               "  concordat vocabulary validate retail.yaml",
               [&app, flags] { return Validate(app, *flags); });
  verb->add_option("FILE", flags->file, "YAML file, - for standard input")
      ->required();

  verb = app.Verb(noun, "diff", "Show what applying a file would change",
                  "  concordat vocabulary diff retail.yaml\n"
                  "  concordat vocabulary diff retail.yaml --fail-on-change",
                  [&app, flags] { return Diff(app, *flags); });
  verb->add_option("FILE", flags->file, "YAML file, - for standard input")
      ->required();
  verb->add_flag("--fail-on-change", flags->fail_on_change,
                 "Exit with 1 where something would change");

  verb = app.Verb(
      noun, "apply", "Make a file the vocabulary in force",
      "  concordat vocabulary apply retail.yaml --reason 'new loyalty tiers'",
      [&app, flags] { return Apply(app, *flags); });
  verb->add_option("FILE", flags->file, "YAML file, - for standard input")
      ->required();
  verb->add_option("--actor", flags->actor, "Who applies it")
      ->capture_default_str();
  verb->add_option("--reason", flags->reason, "Why");
  verb->add_flag("--wait", flags->wait,
                 "Until what was judged before is judged again");
  verb->add_option("--expected-version", flags->expected_version,
                   "Refuse unless this version is in force")
      ->check(CLI::NonNegativeNumber);

  verb = app.Verb(noun, "get", "Print a version as it was applied",
                  "  concordat vocabulary get > retail.yaml\n"
                  "  concordat vocabulary get --at-version 3",
                  [&app, flags] { return Get(app, *flags); });
  verb->add_option("--at-version", flags->version,
                   "Version; the one in force otherwise");
}

}  // namespace concordat::client
