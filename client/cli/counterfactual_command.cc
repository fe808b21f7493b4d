// concordat findings counterfactual
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/cli/app.h"
#include "client/cli/finding_flags.h"
#include "client/cli/judgement_text.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

constexpr int kPageSizeMax = 1000;

struct Flags {
  FindingFlags which;
  std::string channel;
  std::string source;
  int examples = 10;
  bool fail_on_opening = false;
};

std::string OutcomeText(v1::CounterfactualOutcome outcome) {
  return absl::AsciiStrToLower(ShortName(
      v1::CounterfactualOutcome_Name(outcome), "COUNTERFACTUAL_OUTCOME_"));
}

// All pages as one.
class Sum {
 public:
  explicit Sum(int examples) : examples_(examples) {}

  void Add(const v1::CounterfactualResponse& page) {
    for (const v1::CounterfactualCount& count : page.counts()) {
      v1::CounterfactualCount& sum =
          counts_[{count.outcome(), count.family(), count.channel(),
                   count.attribute(), count.rule(), count.verdict()}];
      const int64_t before = sum.count();
      sum = count;
      sum.set_count(before + count.count());
      by_outcome_[count.outcome()] += count.count();
    }
    for (const v1::CounterfactualExample& example : page.examples()) {
      if (shown_[example.outcome()]++ < examples_)
        *result_.add_examples() = example;
    }
    result_.set_findings_looked_at(result_.findings_looked_at() +
                                   page.findings_looked_at());
    result_.set_claims_looked_at(result_.claims_looked_at() +
                                 page.claims_looked_at());
    result_.set_revision(page.revision());
  }

  v1::CounterfactualResponse Take() {
    for (const auto& entry : counts_) *result_.add_counts() = entry.second;
    return result_;
  }
  int64_t Of(v1::CounterfactualOutcome outcome) { return by_outcome_[outcome]; }

 private:
  const int examples_;
  v1::CounterfactualResponse result_;
  std::map<std::tuple<int, int, std::string, std::string, std::string, int>,
           v1::CounterfactualCount>
      counts_;
  std::map<int, int64_t> by_outcome_;
  std::map<int, int> shown_;
};

TableRow RowOf(const v1::CounterfactualCount& count) {
  return {OutcomeText(count.outcome()), count.channel(),
          count.rule().empty() ? count.attribute()
                               : absl::StrCat("rule ", count.rule()),
          VerdictText(count.verdict()), absl::StrCat(count.count())};
}

TableRow CountHeader() {
  return {"OUTCOME", "CHANNEL", "ATTRIBUTE", "VERDICT", "COUNT"};
}

std::string Describe(const v1::CounterfactualResponse& result, Sum& sum) {
  TableText counts(CountHeader(), TerminalWidth());
  std::vector<TableRow> rows;
  for (const v1::CounterfactualCount& count : result.counts())
    rows.push_back(RowOf(count));
  std::string text = rows.empty() ? "" : absl::StrCat(counts.Page(rows), "\n");
  TableText examples({"OUTCOME", "FINDING", "CHANNEL", "ENTITY", "ATTRIBUTE",
                      "VERDICT", "IF RIGHT", "EXPLANATION"},
                     TerminalWidth());
  rows.clear();
  for (const v1::CounterfactualExample& example : result.examples()) {
    rows.push_back(
        {OutcomeText(example.outcome()), example.finding_id(),
         example.channel(), EntityText(example.entity()),
         example.rule().empty() ? example.attribute()
                                : absl::StrCat("rule ", example.rule()),
         VerdictText(example.verdict()), VerdictText(example.assumed_verdict()),
         example.explanation()});
  }
  if (!rows.empty()) absl::StrAppend(&text, examples.Page(rows), "\n");
  absl::StrAppend(&text, sum.Of(v1::COUNTERFACTUAL_OUTCOME_CLOSES),
                  " would close, ", sum.Of(v1::COUNTERFACTUAL_OUTCOME_STAYS),
                  " stay, ", sum.Of(v1::COUNTERFACTUAL_OUTCOME_UNTOLD),
                  " cannot be told, ", sum.Of(v1::COUNTERFACTUAL_OUTCOME_OPENS),
                  " would open; looked at ", result.findings_looked_at(),
                  " findings and ", result.claims_looked_at(), " claims\n");
  return text;
}

absl::StatusOr<int> Suppose(const App& app, const Flags& flags) {
  v1::CounterfactualRequest request;
  if (flags.channel.empty() == flags.source.empty())
    return UsageError("say who is right: --if-right or --if-source-right");
  if (flags.source.empty()) {
    request.set_channel(flags.channel);
  } else {
    request.set_source(flags.source);
  }
  CLIENT_ASSIGN_OR_RETURN(*request.mutable_filter(), FilterOf(flags.which));
  request.set_page_size(kPageSizeMax);
  request.set_examples(flags.examples);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<Client> client, app.Connect());
  Sum sum(flags.examples);
  do {
    CLIENT_ASSIGN_OR_RETURN(const v1::CounterfactualResponse page,
                            client->Counterfactual(request));
    sum.Add(page);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  const v1::CounterfactualResponse result = sum.Take();
  if (app.format() == OutputFormat::kCsv) {
    ListPrinter printer(app.format(), CountHeader());
    for (const v1::CounterfactualCount& count : result.counts())
      printer.Add(count, RowOf(count));
    printer.Flush();
  } else {
    PrintAnswer(app.format(), result, Describe(result, sum));
  }
  return flags.fail_on_opening && sum.Of(v1::COUNTERFACTUAL_OUTCOME_OPENS) > 0
             ? kFound
             : kDone;
}

}  // namespace

void AddCounterfactualCommand(App& app) {
  CLI::App* const noun =
      app.Noun("findings", "Contradictions that live until they are gone");
  const auto flags = std::make_shared<Flags>();
  CLI::App* const verb =
      app.Verb(noun, "counterfactual",
               "Which findings would close, and open, had somebody been right",
               "  concordat findings counterfactual --if-right billing\n"
               "  concordat findings counterfactual --if-source-right crm \\\n"
               "    --attribute tier -o csv",
               [&app, flags] { return Suppose(app, *flags); });
  verb->add_option("--if-right", flags->channel, "The channel that is right");
  verb->add_option("--if-source-right", flags->source,
                   "The source of facts that is right");
  AddFilterFlags(verb, flags->which);
  verb->add_option("--examples", flags->examples, "How many of each outcome")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  verb->add_flag("--fail-on-opening", flags->fail_on_opening,
                 "Exit with 1 where a finding would open");
}

}  // namespace concordat::client
