// The `concordat` command line: what all commands share.
#ifndef CONCORDAT_CLIENT_CLI_APP_H_
#define CONCORDAT_CLIENT_CLI_APP_H_

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/cli/connection_flags.h"
#include "client/cli/output.h"
#include "client/client.h"

namespace concordat::client {

// How the program ends.
enum ExitCode : int {
  kDone = 0,
  kFound = 1,  // Something to act on, where --fail-on asks.
  kUsage = 2,
  kUnreachable = 3,
  kRefused = 4,  // By the server, or invalid.
};

// Flags of every command.
struct GlobalFlags {
  ConnectionFlags connection;
  std::string output = "table";
  bool no_progress = false;
};

// What a command does once its line is understood: the exit code, or an error.
using Action = std::function<absl::StatusOr<int>()>;

// The commands and their flags. Not thread-safe.
class App {
 public:
  App();

  // `concordat NOUN`, made when first asked for.
  CLI::App* Noun(const std::string& name, const std::string& description);

  // `concordat NOUN VERB`. `examples` go under its --help, one a line.
  CLI::App* Verb(CLI::App* noun, const std::string& name,
                 const std::string& description, const std::string& examples,
                 Action action);

  // A client of the server that --server, --context, the saved context or the
  // default names, in this order.
  absl::StatusOr<std::unique_ptr<Client>> Connect() const;

  const GlobalFlags& flags() const { return flags_; }
  OutputFormat format() const;
  // Progress is shown: standard error is a terminal, and nobody forbade it.
  bool shows_progress() const;

  CLI::App& cli() { return cli_; }

  // Runs the command line and reports its errors.
  int Run(int argc, const char* const* argv);

 private:
  int ReportUsage(const CLI::ParseError& error);

  CLI::App cli_;
  GlobalFlags flags_;
  Action action_;  // Of the verb that was given.
};

// An error of the command line itself: exit code kUsage.
absl::Status UsageError(absl::string_view message);

// The exit code of an error, which is printed.
int ReportError(const absl::Status& status);

// `TYPE/ID`.
absl::StatusOr<v1::EntityRef> ParseEntity(const std::string& text);
std::string EntityText(const v1::EntityRef& entity);

// A flag's time; a usage error names `flag`.
absl::Status ParseTimeFlag(absl::string_view flag, const std::string& text,
                           google::protobuf::Timestamp* time);

// The same, or how long before `now`: `24h`, `7d`.
absl::StatusOr<absl::Time> ParseInstantFlag(absl::string_view flag,
                                            const std::string& text,
                                            absl::Time now);

// How long: `90d`, `36h`, `30m`; not negative. A usage error names `flag`.
absl::StatusOr<absl::Duration> ParseDurationFlag(absl::string_view flag,
                                                 absl::string_view text);

// Latest, or as known at a revision token where it is not empty.
v1::ReadConsistency ConsistencyAt(const std::string& revision);

// Who is at the keyboard, for the history of what is written.
std::string UserName();

// The commands, one group a file.
void AddServerCommands(App& app);
void AddVocabularyCommands(App& app);
void AddBacktestCommand(App& app);
void AddEntityCommands(App& app);
void AddNeighbourCommands(App& app);
void AddTimelineCommands(App& app);
void AddWhyCommand(App& app);
void AddImportCommands(App& app);
void AddExportCommands(App& app);
void AddEndCommands(App& app);
void AddCheckCommand(App& app);
void AddAnswerCommands(App& app);
void AddAuditCommands(App& app);
void AddAuditCauseCommands(App& app);
void AddAuditDiffCommand(App& app);
void AddAuditFindingCommands(App& app);
void AddProbeCommands(App& app);
void AddAuditReportCommand(App& app);
void AddReliabilityCommands(App& app);
void AddScorecardCommands(App& app);
void AddFindingCommands(App& app);
void AddFindingUpdateCommands(App& app);
void AddNotifyCommand(App& app);
void AddDigestCommand(App& app);
void AddCounterfactualCommand(App& app);
void AddMuteCommands(App& app);
void AddUnconfirmedCommand(App& app);
void AddPrivacyCommands(App& app);
void AddArchiveCommands(App& app);
void AddBackupCommands(App& app);
void AddHistoryCommands(App& app);
void AddIdentityCommands(App& app);
void AddValueCommands(App& app);
void AddPairFileCommand(App& app);
void AddSimulateCommands(App& app);
void AddWatchCommands(App& app);
void AddAccessCommands(App& app);
void AddContextCommands(App& app);
void AddCompletionCommand(App& app);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLI_APP_H_
