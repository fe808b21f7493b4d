// concordat vocabulary backtest
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/finding_flags.h"
#include "client/cli/judgement_text.h"
#include "client/files.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

// Longer files are the server's to refuse, but not to be read into memory.
constexpr int64_t kFileBytesMax = 4 << 20;

struct Flags {
  std::string file;
  std::string since;
  std::string until;
  int examples = 3;
  bool all = false;
  bool fail_on_change = false;
  bool fail_on_raised = false;
};

TableRow RowOf(const v1::BacktestGroup& group) {
  return {ShortName(v1::FindingFamily_Name(group.family()), "FINDING_FAMILY_"),
          group.channel(),
          group.rule().empty() ? group.attribute()
                               : absl::StrCat("rule ", group.rule()),
          VerdictText(group.verdict()),
          absl::StrCat(group.raised()),
          absl::StrCat(group.vanished()),
          absl::StrCat(group.changed()),
          absl::StrCat(group.same()),
          absl::StrCat(group.open_in_force()),
          absl::StrCat(group.open_candidate())};
}

TableRow GroupHeader() {
  return {"FAMILY",   "CHANNEL", "ATTRIBUTE", "VERDICT",  "RAISED",
          "VANISHED", "CHANGED", "SAME",      "OPEN NOW", "OPEN THEN"};
}

bool Differs(const v1::BacktestGroup& group) {
  return group.raised() + group.vanished() + group.changed() > 0 ||
         group.open_in_force() != group.open_candidate();
}

// A table of the rows, and how many others there are.
std::string TableOf(TableRow header, const std::vector<TableRow>& rows,
                    size_t others, absl::string_view name) {
  std::string text;
  if (!rows.empty())
    text = TableText(std::move(header), TerminalWidth()).Page(rows);
  if (others > 0)
    absl::StrAppend(&text, others, " ", name, others == 1 ? "" : "s",
                    " without a difference (--all)\n");
  return text.empty() ? text : absl::StrCat(text, "\n");
}

std::string GroupText(const v1::BacktestResponse& result, bool all) {
  std::vector<TableRow> rows;
  for (const v1::BacktestGroup& group : result.groups())
    if (all || Differs(group)) rows.push_back(RowOf(group));
  const size_t others = result.groups_size() - rows.size();
  return TableOf(GroupHeader(), rows, others, "group");
}

std::string WeekText(const v1::BacktestResponse& result, bool all) {
  std::vector<TableRow> rows;
  for (const v1::BacktestWeek& week : result.weeks()) {
    if (all || week.in_force() != week.candidate())
      rows.push_back({week.week(), absl::StrCat(week.in_force()),
                      absl::StrCat(week.candidate())});
  }
  const size_t others = result.weeks_size() - rows.size();
  return TableOf({"WEEK", "RAISED NOW", "RAISED THEN"}, rows, others, "week");
}

std::string ExampleText(const v1::BacktestResponse& result) {
  TableText table({"DIFFERENCE", "VERDICT", "CHANNEL", "ENTITY", "ATTRIBUTE",
                   "EXPLANATION"},
                  TerminalWidth());
  std::vector<TableRow> rows;
  for (const v1::BacktestExample& example : result.examples()) {
    const bool raised = !example.has_in_force();
    const bool vanished = !example.has_candidate();
    const v1::Finding& shown =
        vanished ? example.in_force() : example.candidate();
    rows.push_back(
        {raised     ? "raised"
         : vanished ? "vanished"
                    : "changed",
         raised || vanished
             ? VerdictText(shown.verdict())
             : absl::StrCat(VerdictText(example.in_force().verdict()), " -> ",
                            VerdictText(shown.verdict())),
         shown.channel(), EntityText(shown.entity()),
         shown.rule().empty() ? shown.attribute()
                              : absl::StrCat("rule ", shown.rule()),
         shown.explanation()});
  }
  return rows.empty() ? "" : absl::StrCat(table.Page(rows), "\n");
}

std::string SummaryText(const v1::BacktestSummary& summary) {
  std::string text = absl::StrCat(
      summary.raised(), " raised, ", summary.vanished(), " vanished, ",
      summary.changed(), " changed, ", summary.same(), " the same; open ",
      summary.open_in_force(), " now, ", summary.open_candidate(), " then\n",
      "replayed ", summary.claims(), " claims of ", summary.commits(),
      " commits against vocabulary version ", summary.vocabulary_version(),
      "\n");
  if (summary.claims_refused() > 0)
    absl::StrAppend(&text, summary.claims_refused(),
                    " claims would have been refused\n");
  if (summary.claims_refused_in_force() > 0)
    absl::StrAppend(&text, summary.claims_refused_in_force(),
                    " claims would be refused by the version in force\n");
  if (summary.claims_erased() > 0)
    absl::StrAppend(&text, summary.claims_erased(),
                    " claims were erased with their person, and raise "
                    "nothing\n");
  return text;
}

void Print(const App& app, bool all, const v1::BacktestResponse& result) {
  if (app.format() == OutputFormat::kCsv) {
    ListPrinter printer(app.format(), GroupHeader());
    for (const v1::BacktestGroup& group : result.groups())
      printer.Add(group, RowOf(group));
    return printer.Flush();
  }
  PrintAnswer(app.format(), result,
              absl::StrCat(GroupText(result, all), WeekText(result, all),
                           ExampleText(result), SummaryText(result.summary())));
}

// One line on standard error, over the one before.
void ShowProgress(const v1::BacktestProgress& progress) {
  std::fprintf(stderr,
               "\rreplayed %llu of %llu commits, compared %llu findings",
               static_cast<unsigned long long>(progress.commits()),
               static_cast<unsigned long long>(progress.commits_total()),
               static_cast<unsigned long long>(progress.findings_compared()));
}

absl::StatusOr<int> Backtest(const App& app, const Flags& flags) {
  v1::BacktestRequest request;
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_yaml(),
                          ReadFile(flags.file, kFileBytesMax));
  request.set_file_name(flags.file == "-" ? "standard input" : flags.file);
  if (!flags.since.empty()) {
    CLIENT_RETURN_IF_ERROR(
        ParseTimeFlag("--since", flags.since, request.mutable_since()));
  }
  if (!flags.until.empty()) {
    CLIENT_RETURN_IF_ERROR(
        ParseTimeFlag("--until", flags.until, request.mutable_until()));
  }
  request.set_examples(flags.examples);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  bool shown = false;
  const absl::StatusOr<v1::BacktestResponse> result =
      client->Backtest(request, [&](const v1::BacktestProgress& progress) {
        if (!app.shows_progress()) return;
        shown = true;
        ShowProgress(progress);
      });
  if (shown) std::fprintf(stderr, "\n");
  CLIENT_RETURN_IF_ERROR(result.status());
  Print(app, flags.all, *result);
  const v1::BacktestSummary& summary = result->summary();
  const bool raised = summary.raised() > 0;
  const bool changed =
      raised || summary.vanished() > 0 || summary.changed() > 0;
  return (flags.fail_on_raised && raised) || (flags.fail_on_change && changed)
             ? kFound
             : kDone;
}

}  // namespace

void AddBacktestCommand(App& app) {
  CLI::App* const noun =
      app.Noun("vocabulary", "Entity types, attributes, channels, contracts");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb = app.Verb(
      noun, "backtest",
      "Replay recorded history under a file: what it would have raised",
      "  concordat vocabulary backtest retail.yaml\n"
      "  concordat vocabulary backtest retail.yaml --since "
      "2026-03-01T00:00:00Z\n"
      "  concordat vocabulary backtest retail.yaml --fail-on-raised -o csv",
      [&app, flags] { return Backtest(app, *flags); });
  verb->add_option("FILE", flags->file, "YAML file, - for standard input")
      ->required();
  verb->add_option("--since", flags->since,
                   "Count only what was said first at this time or later "
                   "(RFC 3339)");
  verb->add_option("--until", flags->until,
                   "Count only what was said first before this time");
  verb->add_option("--examples", flags->examples,
                   "How many of each kind in each group")
      ->check(CLI::Range(0, 20))
      ->capture_default_str();
  verb->add_flag("--all", flags->all,
                 "In a table, also the groups and weeks without a difference");
  verb->add_flag("--fail-on-change", flags->fail_on_change,
                 "Exit with 1 where any finding would differ");
  verb->add_flag("--fail-on-raised", flags->fail_on_raised,
                 "Exit with 1 where any finding would be raised");
}

}  // namespace concordat::client
