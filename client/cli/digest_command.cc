// concordat findings digest
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "client/cli/app.h"
#include "client/cli/finding_flags.h"
#include "client/notify/digest.h"
#include "client/status_macros.h"
#include "client/times.h"

namespace concordat::client {
namespace {

struct Flags {
  FindingFlags which;
  std::string since = "24h";
  std::string until;
  size_t examples = 3;
};

TableRow RowOf(const v1::DigestGroup& group) {
  return {
      group.channel(),
      group.rule().empty() ? group.attribute()
                           : absl::StrCat("rule ", group.rule()),
      group.verdict(),
      absl::StrCat(group.opened()),
      absl::StrCat(group.reopened()),
      absl::StrCat(group.resolved()),
      absl::StrCat(group.still_open()),
      absl::StrCat(group.muted()),
      group.has_oldest() ? FormatTime(group.oldest()) : "",
      group.still_open() > 0 ? absl::StrFormat("%.2f", group.worst_harm()) : "",
      absl::StrJoin(group.worst(), " ")};
}

// The groups, then the total; in JSON and YAML one answer.
void Print(OutputFormat format, const v1::FindingDigest& digest) {
  if (format == OutputFormat::kJson || format == OutputFormat::kYaml) {
    PrintAnswer(format, digest, "");
    return;
  }
  ListPrinter printer(
      format, {"CHANNEL", "ATTRIBUTE", "VERDICT", "OPENED", "REOPENED",
               "RESOLVED", "STILL OPEN", "MUTED", "OLDEST", "HARM", "WORST"});
  for (const v1::DigestGroup& group : digest.groups())
    printer.Add(group, RowOf(group));
  TableRow total = RowOf(digest.total());
  total[0] = "total";
  printer.Add(digest.total(), std::move(total));
  printer.Flush();
  // On standard error, so that what a program reads stays pure.
  std::fprintf(stderr, "from %s to %s; open and muted as of now\n",
               FormatTime(digest.since()).c_str(),
               FormatTime(digest.until()).c_str());
}

absl::StatusOr<int> Digest(const App& app, const Flags& flags) {
  DigestOptions options;
  const absl::Time now = absl::Now();
  CLIENT_ASSIGN_OR_RETURN(options.filter, FilterOf(flags.which));
  CLIENT_ASSIGN_OR_RETURN(options.since,
                          ParseInstantFlag("--since", flags.since, now));
  options.until = now;
  if (!flags.until.empty()) {
    CLIENT_ASSIGN_OR_RETURN(options.until,
                            ParseInstantFlag("--until", flags.until, now));
  }
  if (options.until < options.since)
    return UsageError("--until: must not be before --since");
  options.examples = flags.examples;
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  CLIENT_ASSIGN_OR_RETURN(const v1::FindingDigest digest,
                          MakeDigest(*client, options));
  Print(app.format(), digest);
  return kDone;
}

}  // namespace

void AddDigestCommand(App& app) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      app.Noun("findings", ""), "digest",
      "What a day brought, by channel, attribute and verdict, the most harmful "
      "first: how many opened, came back, were resolved, and are still open. "
      "Reads the log of that time, which takes a second for some 500,000 "
      "claims, and lists all that is open",
      "  concordat findings digest\n"
      "  concordat findings digest --since 7d --channel web,app\n"
      "  concordat findings digest --since 2026-03-01 --until 2026-04-01 -o "
      "json",
      [&app, flags] { return Digest(app, *flags); });
  verb->add_option("--since", flags->since,
                   "How long ago, or a time; as far back as the log goes")
      ->capture_default_str();
  verb->add_option("--until", flags->until,
                   "Count no changes from then on (default: now)");
  verb->add_option("--examples", flags->examples,
                   "How many of the worst to name of each group")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  AddScopeFlags(verb, flags->which);
}

}  // namespace concordat::client
