#include "client/cli/values_text.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/fact_text.h"
#include "client/cli/output.h"

namespace concordat::client {
namespace {

constexpr char kAllTypes[] = "(all)";
// In the order of the columns.
constexpr const char* kVerdicts[] = {"SAME", "PARTIAL", "DIFFERENT",
                                     "UNDECIDED"};

TableRow RowOf(const v1::ReadingStep* a, const v1::ReadingStep* b) {
  return {a != nullptr ? a->rule() : b->rule(), a != nullptr ? a->result() : "",
          b != nullptr ? b->result() : ""};
}

// Both traces, in order; a rule that both know is one row. Traces are short.
std::vector<TableRow> Traces(const v1::ReadValue& a, const v1::ReadValue& b) {
  std::vector<TableRow> rows;
  auto next_b = b.steps().begin();
  for (const v1::ReadingStep& step : a.steps()) {
    const auto same = std::find_if(next_b, b.steps().end(),
                                   [&step](const v1::ReadingStep& other) {
                                     return other.rule() == step.rule();
                                   });
    if (same == b.steps().end()) {
      rows.push_back(RowOf(&step, nullptr));
      continue;
    }
    for (; next_b != same; ++next_b) rows.push_back(RowOf(nullptr, &*next_b));
    rows.push_back(RowOf(&step, &*same));
    ++next_b;
  }
  for (; next_b != b.steps().end(); ++next_b)
    rows.push_back(RowOf(nullptr, &*next_b));
  return rows;
}

std::string Written(const v1::ReadValue& value) {
  return value.has_raw() ? value.raw() : kAbsent;
}

// What the value means, as far as that is known.
std::string Meaning(const v1::ReadValue& value) {
  if (!value.problem().empty()) return "cannot be read";
  return value.normal().empty() ? kAbsent : value.normal();
}

std::string Share(bool known, double share) {
  return known ? absl::StrFormat("%.2f%%", 100 * share) : "-";
}

}  // namespace

std::string PairVerdictText(v1::Likeness likeness) {
  switch (likeness) {
    case v1::LIKENESS_COARSER:
    case v1::LIKENESS_FINER:
    case v1::LIKENESS_OVERLAPPING:
      return "PARTIAL";
    default:
      return ShortName(v1::Likeness_Name(likeness), "LIKENESS_");
  }
}

std::string PairReasonText(const v1::ExplainValuesResponse& response) {
  std::string sentence;
  if (response.likeness() == v1::LIKENESS_COARSER)
    sentence = "a says less than b";
  else if (response.likeness() == v1::LIKENESS_FINER)
    sentence = "a says more than b";
  else if (response.likeness() == v1::LIKENESS_OVERLAPPING)
    sentence = "each says something that the other does not";
  if (!response.reason().empty())
    absl::StrAppend(&sentence, sentence.empty() ? "" : ": ", response.reason());
  return sentence;
}

std::string ExplanationText(const v1::ExplainValuesResponse& response) {
  std::string text = absl::StrCat(PairVerdictText(response.likeness()), "\n");
  const std::string reason = PairReasonText(response);
  if (!reason.empty()) absl::StrAppend(&text, reason, "\n");
  std::vector<TableRow> rows = {
      {"as written", Written(response.a()), Written(response.b())}};
  for (TableRow& row : Traces(response.a(), response.b()))
    rows.push_back(std::move(row));
  rows.push_back({"means", Meaning(response.a()), Meaning(response.b())});
  const std::string type =
      response.attribute().empty()
          ? response.type()
          : absl::StrCat(response.attribute(), " (", response.type(), ")");
  TableText table({type, "A", "B"}, TerminalWidth());
  absl::StrAppend(&text, "\n", table.Page(rows));
  if (response.vocabulary_version() != 0)
    absl::StrAppend(&text, "\nvocabulary version ",
                    response.vocabulary_version(), "\n");
  return text;
}

std::string ConfusionText(const v1::PairReport& report) {
  if (report.confusion().empty()) return "";
  std::vector<TableRow> cells;
  std::vector<TableRow> scores;
  for (const v1::PairConfusion& confusion : report.confusion()) {
    std::string type = confusion.type().empty() ? kAllTypes : confusion.type();
    scores.push_back({type, absl::StrCat(confusion.labelled()),
                      absl::StrCat(confusion.missed()),
                      Share(confusion.has_different_precision(),
                            confusion.different_precision()),
                      Share(confusion.has_different_recall(),
                            confusion.different_recall())});
    std::map<std::pair<std::string, std::string>, int32_t> counts;
    for (const v1::ConfusionCell& cell : confusion.cells())
      counts[{cell.label(), cell.verdict()}] = cell.pairs();
    for (const char* label : kVerdicts) {
      TableRow row = {type, label};
      int32_t pairs = 0;
      for (const char* verdict : kVerdicts) {
        row.push_back(absl::StrCat(counts[{label, verdict}]));
        pairs += counts[{label, verdict}];
      }
      if (pairs == 0) continue;
      cells.push_back(std::move(row));
      // Said once.
      type.clear();
    }
  }
  TableText matrix({"TYPE", "LABELLED", kVerdicts[0], kVerdicts[1],
                    kVerdicts[2], kVerdicts[3]},
                   TerminalWidth());
  TableText quality({"TYPE", "PAIRS", "MISSED", "PRECISION OF DIFFERENT",
                     "RECALL OF DIFFERENT"},
                    TerminalWidth());
  return absl::StrCat(matrix.Page(cells), "\n", quality.Page(scores));
}

}  // namespace concordat::client
