// concordat findings notify
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/cli/app.h"
#include "client/cli/finding_flags.h"
#include "client/cli/stop_signals.h"
#include "client/files.h"
#include "client/notify/command_delivery.h"
#include "client/notify/notifier.h"
#include "client/notify/signature.h"
#include "client/notify/webhook_delivery.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

constexpr int64_t kSmallFileMax = 1 << 16;

struct Flags {
  FindingFlags which;
  std::vector<std::string> on = {"open", "reopened", "resolved"};
  std::string state_file;
  std::string command;
  std::string webhook;
  std::string webhook_file;
  std::string header_file;
  std::string secret_file;
  std::string dead_letters;
  std::string timeout = "30s";
  std::string retry_for = "1h";
  std::string group_wait = "30s";
  bool each = false;
  size_t examples = 5;
  bool explanations = false;
  bool begin_with_open = false;
  bool once = false;
};

// An error of a file names its flag.
absl::Status OfFlag(absl::string_view flag, const absl::Status& status) {
  return UsageError(absl::StrCat(flag, ": ", status.message()));
}

absl::StatusOr<std::string> ReadFlagFile(absl::string_view flag,
                                         const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path, kSmallFileMax);
  if (!text.ok()) return OfFlag(flag, text.status());
  return text;
}

absl::StatusOr<std::unique_ptr<Delivery>> WebhookOf(const Flags& flags,
                                                    absl::Duration timeout) {
  WebhookOptions options;
  options.url = flags.webhook;
  options.timeout = timeout;
  options.user_agent = "concordat/" CONCORDAT_VERSION;
  if (!flags.webhook_file.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const std::string text,
                            ReadFlagFile("--webhook-file", flags.webhook_file));
    options.url = std::string(absl::StripAsciiWhitespace(text));
  }
  if (!flags.header_file.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const std::string text,
                            ReadFlagFile("--header-file", flags.header_file));
    absl::StatusOr<std::vector<std::string>> headers = ParseHeaders(text);
    if (!headers.ok()) return OfFlag("--header-file", headers.status());
    options.headers = *std::move(headers);
  }
  if (!flags.secret_file.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const std::string text,
                            ReadFlagFile("--secret-file", flags.secret_file));
    absl::StatusOr<std::string> key = SigningKey(text);
    if (!key.ok()) return OfFlag("--secret-file", key.status());
    options.signing_key = *std::move(key);
  }
  auto webhook = WebhookDelivery::Create(std::move(options), &absl::Now);
  if (!webhook.ok()) return UsageError(webhook.status().message());
  return std::unique_ptr<Delivery>(*std::move(webhook));
}

absl::StatusOr<std::unique_ptr<Delivery>> DeliveryOf(const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(
      const absl::Duration timeout,
      ParseDurationFlag("--deliver-timeout", flags.timeout));
  if (timeout < absl::Milliseconds(1) || timeout > absl::Hours(24))
    return UsageError("--deliver-timeout: from 1ms to 1d");
  if (flags.command.empty()) return WebhookOf(flags, timeout);
  return std::unique_ptr<Delivery>(
      std::make_unique<CommandDelivery>(flags.command, timeout));
}

absl::StatusOr<NotifierOptions> OptionsOf(const Flags& flags) {
  NotifierOptions options;
  CLIENT_ASSIGN_OR_RETURN(options.filter, FilterOf(flags.which));
  FindingFlags told;
  told.states = flags.on;
  CLIENT_ASSIGN_OR_RETURN(const v1::FindingFilter states, FilterOf(told));
  for (const int state : states.states())
    options.told.insert(static_cast<v1::FindingState>(state));
  options.grouping = {.each = flags.each,
                      .examples = flags.examples,
                      .explanations = flags.explanations};
  CLIENT_ASSIGN_OR_RETURN(options.group_wait,
                          ParseDurationFlag("--group-wait", flags.group_wait));
  CLIENT_ASSIGN_OR_RETURN(options.retry.retry_for,
                          ParseDurationFlag("--retry-for", flags.retry_for));
  options.begin_with_open = flags.begin_with_open;
  options.once = flags.once;
  return options;
}

// What a program reads is the notification; people read a line of it.
class Printer {
 public:
  explicit Printer(OutputFormat format)
      : printer_(format, {"ID", "WHAT", "CHANGED", "DELIVERED"}) {}

  void Print(const v1::Notification& notification, const Delivered& delivered) {
    const bool arrived = delivered.fate == Delivered::Fate::kDelivered;
    printer_.Add(
        notification,
        {notification.id(), notification.text(),
         notification.has_last_at() ? FormatTime(notification.last_at()) : "",
         arrived ? "yes" : "no, a dead letter"});
    printer_.Flush();
    std::fflush(stdout);
  }

 private:
  ListPrinter printer_;
};

Surroundings RealSurroundings(StopSource* stop) {
  const auto bits = std::make_shared<absl::BitGen>();
  return {.now = &absl::Now,
          .wait = [stop](absl::Duration wait) { return stop->Wait(wait); },
          .random = [bits] { return absl::Uniform(*bits, 0.0, 1.0); },
          .report =
              [](absl::string_view text) {
                std::fprintf(stderr, "%s\n", std::string(text).c_str());
              }};
}

absl::StatusOr<int> Notify(const App& app, const Flags& flags) {
  CLIENT_ASSIGN_OR_RETURN(NotifierOptions options, OptionsOf(flags));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Delivery> delivery,
                          DeliveryOf(flags));
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<StateFile> file,
                          StateFile::Open(flags.state_file));
  StopSource stop;
  const StopSignals signals([&stop] { stop.Request(); });
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  const DeadLetters dead_letters(flags.dead_letters);
  Printer printer(app.format());
  Notifier notifier(
      {.client = client.get(),
       .delivery = delivery.get(),
       .file = file.get(),
       .dead_letters = flags.dead_letters.empty() ? nullptr : &dead_letters,
       .stop = &stop},
      std::move(options), RealSurroundings(&stop),
      [&printer](const v1::Notification& notification,
                 const Delivered& delivered) {
        printer.Print(notification, delivered);
      });
  CLIENT_RETURN_IF_ERROR(notifier.Run());
  return kDone;
}

void AddDeliveryFlags(CLI::App* verb, Flags& flags) {
  CLI::Option_group* const to = verb->add_option_group("To");
  to->add_option("--exec", flags.command,
                 "Run this shell command with the document on standard input; "
                 "exit status 0: delivered");
  to->add_option("--webhook", flags.webhook, "POST the document to this URL");
  to->add_option("--webhook-file", flags.webhook_file,
                 "The same, the URL in a file: for one that is a secret");
  to->require_option(1);
  verb->add_option(
      "--header-file", flags.header_file,
      "Further headers of a webhook, `Name: value` a line, such as "
      "an Authorization");
  verb->add_option("--secret-file", flags.secret_file,
                   "Sign webhooks with the secret in this file "
                   "(webhook-signature, as standardwebhooks.com has it)");
  verb->add_option("--deliver-timeout", flags.timeout, "Of one attempt")
      ->capture_default_str();
  verb->add_option("--retry-for", flags.retry_for,
                   "How long to try again, at growing intervals of 1 s to 1 "
                   "min, or when the receiver's Retry-After says")
      ->capture_default_str();
  verb->add_option("--dead-letters", flags.dead_letters,
                   "Append what cannot be delivered to this file, and go on; "
                   "without it the command ends there");
}

void AddGroupFlags(CLI::App* verb, Flags& flags) {
  verb->add_option("--on", flags.on,
                   "Changes to these states: observed, open, reopened, "
                   "acknowledged, resolved, muted")
      ->delimiter(',')
      ->capture_default_str();
  verb->add_option("--group-wait", flags.group_wait,
                   "Gather changes for so long after the first of them: all of "
                   "one channel, attribute and verdict are one document")
      ->capture_default_str();
  verb->add_flag("--each", flags.each,
                 "A document for each change, at once, instead of groups");
  verb->add_option("--examples", flags.examples,
                   "How many findings a document lists, the worst first")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  verb->add_flag("--include-explanations", flags.explanations,
                 "With the explanation and the entity of each finding listed: "
                 "personal values leave the house");
}

}  // namespace

void AddNotifyCommand(App& app) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      app.Noun("findings", ""), "notify",
      "Tell somebody when findings open, come back or are resolved: a JSON "
      "document for each group of changes, to a command or a webhook. Each at "
      "least once and in order; told again, a document has the same `id`. "
      "Muted findings are not told of until the mute ends",
      "  concordat findings notify --state-file qa.state --exec ./tell-qa\n"
      "  concordat findings notify --state-file hook.state \\\n"
      "      --webhook https://hooks.example.com/concordat --secret-file key "
      "\\\n"
      "      --channel web --on open,reopened --dead-letters "
      "undelivered.jsonl\n"
      "  concordat findings notify --state-file cron.state --once --exec "
      "'mail -s findings qa'",
      [&app, flags] { return Notify(app, *flags); });
  verb->add_option("--state-file", flags->state_file,
                   "How far it came, and what waits to be delivered; made at "
                   "the first start, which begins with what comes from then on")
      ->required();
  verb->add_flag("--begin-with-open", flags->begin_with_open,
                 "At the first start, tell of what is open as well");
  verb->add_flag("--once", flags->once,
                 "Tell of what there is and end, for cron");
  AddDeliveryFlags(verb, *flags);
  AddGroupFlags(verb, *flags);
  AddScopeFlags(verb, flags->which);
}

}  // namespace concordat::client
