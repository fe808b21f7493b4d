#include "client/cli/app.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "client/error.h"
#include "client/status_macros.h"
#include "client/times.h"
#include "proto/did_you_mean.h"

namespace concordat::client {
namespace {

constexpr char kUsagePayload[] = "concordat/usage";

constexpr char kAbout[] =
    "Concordat: does every channel tell your customers the truth?";

constexpr char kFooter[] =
    "Exit codes: 0 done, 1 found something to act on (--fail-on), 2 usage,\n"
    "3 cannot reach the server, 4 refused or invalid.\n"
    "`concordat NOUN VERB --help` shows examples.";

// The innermost command that was given.
const CLI::App* InnermostOf(const CLI::App* app) {
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

std::vector<std::string> CommandsOf(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command :
       app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

// Flags that `app` and those around it take, with their dashes.
std::vector<std::string> FlagsOf(const CLI::App* app) {
  std::vector<std::string> names;
  for (; app != nullptr; app = app->get_parent())
    for (const CLI::Option* option : app->get_options())
      for (const std::string& name : option->get_lnames())
        names.push_back(absl::StrCat("--", name));
  return names;
}

}  // namespace

App::App() : cli_(kAbout, "concordat") {
  cli_.require_subcommand(1);
  cli_.footer(kFooter);
  cli_.set_version_flag("--version", CONCORDAT_VERSION);
  cli_.set_help_all_flag("--help-all", "Print help of all commands");
  AddConnectionFlags(cli_, flags_.connection);
  cli_.add_option("-o,--output", flags_.output,
                  "table, json, yaml or csv; lists in json are one object a "
                  "line")
      ->check(CLI::IsMember({"table", "json", "yaml", "csv"}))
      ->capture_default_str();
  cli_.add_flag("--no-progress", flags_.no_progress, "Show no progress");
}

CLI::App* App::Noun(const std::string& name, const std::string& description) {
  for (CLI::App* known : cli_.get_subcommands([](CLI::App*) { return true; }))
    if (known->get_name() == name) return known;
  CLI::App* const noun = cli_.add_subcommand(name, description);
  noun->require_subcommand(1);
  noun->fallthrough();
  return noun;
}

CLI::App* App::Verb(CLI::App* noun, const std::string& name,
                    const std::string& description, const std::string& examples,
                    Action action) {
  CLI::App* const verb = noun->add_subcommand(name, description);
  verb->fallthrough();
  verb->footer("Examples:\n" + examples);
  verb->callback([this, action = std::move(action)] { action_ = action; });
  return verb;
}

absl::StatusOr<std::unique_ptr<Client>> App::Connect() const {
  CLIENT_ASSIGN_OR_RETURN(const ConnectionOptions options,
                          ConnectionOf(flags_.connection));
  auto client = Client::Create(options);
  if (!client.ok()) return UsageError(client.status().message());
  return client;
}

OutputFormat App::format() const {
  if (flags_.output == "json") return OutputFormat::kJson;
  if (flags_.output == "yaml") return OutputFormat::kYaml;
  if (flags_.output == "csv") return OutputFormat::kCsv;
  return OutputFormat::kTable;
}

bool App::shows_progress() const {
  return !flags_.no_progress && isatty(STDERR_FILENO) != 0;
}

int App::ReportUsage(const CLI::ParseError& error) {
  const CLI::App* const at = InnermostOf(&cli_);
  std::string problem = error.what();
  std::string hint;
  // What was not understood, if anything: a command or a flag.
  const std::vector<std::string> rest = cli_.remaining(true);
  if (!rest.empty()) {
    const std::string name = rest.front().substr(0, rest.front().find('='));
    const bool is_flag = name.rfind("-", 0) == 0;
    hint = DidYouMean(name, is_flag ? FlagsOf(at) : CommandsOf(*at));
    if (!is_flag && !CommandsOf(*at).empty())
      problem = absl::StrCat("there is no command `", name, "`");
  }
  std::string command = at->get_name();
  for (const CLI::App* up = at->get_parent(); up != nullptr;
       up = up->get_parent())
    command = absl::StrCat(up->get_name(), " ", command);
  std::fprintf(stderr, "concordat: %s%s\nTry `%s --help`.\n", problem.c_str(),
               hint.c_str(), command.c_str());
  return kUsage;
}

int App::Run(int argc, const char* const* argv) {
  try {
    cli_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version arrive here too, as success.
    if (error.get_exit_code() == 0) return cli_.exit(error);
    return ReportUsage(error);
  }
  const absl::StatusOr<int> code = action_();
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!code.ok()) return ReportError(code.status());
  if (!written)
    return ReportError(absl::DataLossError("cannot write standard output"));
  return *code;
}

absl::Status UsageError(absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kUsagePayload, absl::Cord());
  return status;
}

int ReportError(const absl::Status& status) {
  std::fprintf(stderr, "concordat: %s\n", Describe(status).c_str());
  if (status.GetPayload(kUsagePayload).has_value()) return kUsage;
  return IsUnreachable(status) ? kUnreachable : kRefused;
}

absl::StatusOr<v1::EntityRef> ParseEntity(const std::string& text) {
  const size_t slash = text.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == text.size())
    return UsageError(absl::StrCat("`", text,
                                   "` is no entity: write TYPE/ID, such as "
                                   "customer/c-17"));
  v1::EntityRef entity;
  entity.set_type(text.substr(0, slash));
  entity.set_id(text.substr(slash + 1));
  return entity;
}

std::string EntityText(const v1::EntityRef& entity) {
  return absl::StrCat(entity.type(), "/", entity.id());
}

absl::Status ParseTimeFlag(absl::string_view flag, const std::string& text,
                           google::protobuf::Timestamp* time) {
  if (ParseTime(text, time)) return absl::OkStatus();
  return UsageError(absl::StrCat(
      flag, ": `", text,
      "` is no time: write RFC 3339, such as 2026-03-01T12:00:00Z, or a date"));
}

absl::StatusOr<absl::Time> ParseInstantFlag(absl::string_view flag,
                                            const std::string& text,
                                            absl::Time now) {
  google::protobuf::Timestamp time;
  if (ParseTime(text, &time))
    return absl::FromUnixSeconds(time.seconds()) +
           absl::Nanoseconds(time.nanos());
  const absl::StatusOr<absl::Duration> before = ParseDurationFlag(flag, text);
  if (before.ok()) return now - *before;
  return UsageError(absl::StrCat(
      flag, ": `", text,
      "` is neither how long ago, such as 24h or 7d, nor a time, such as "
      "2026-03-01T12:00:00Z"));
}

absl::StatusOr<absl::Duration> ParseDurationFlag(absl::string_view flag,
                                                 absl::string_view text) {
  absl::Duration duration;
  absl::string_view days = text;
  int64_t count = 0;
  if (absl::ConsumeSuffix(&days, "d") && absl::SimpleAtoi(days, &count)) {
    duration = absl::Hours(24) * count;
  } else if (!absl::ParseDuration(text, &duration)) {
    return UsageError(absl::StrCat(flag, ": `", text,
                                   "` is no duration: write 90d, 36h or 30m"));
  }
  if (duration < absl::ZeroDuration())
    return UsageError(absl::StrCat(flag, ": must not be negative"));
  return duration;
}

v1::ReadConsistency ConsistencyAt(const std::string& revision) {
  v1::ReadConsistency consistency;
  if (revision.empty())
    consistency.set_latest(true);
  else
    consistency.set_exactly_at(revision);
  return consistency;
}

std::string UserName() {
  const passwd* const user = getpwuid(getuid());
  return user != nullptr ? user->pw_name : absl::StrCat("uid ", getuid());
}

}  // namespace concordat::client
