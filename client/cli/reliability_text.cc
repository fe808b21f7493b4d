#include "client/cli/reliability_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/fact_text.h"
#include "client/cli/judgement_text.h"
#include "client/cli/output.h"
#include "client/times.h"

namespace concordat::client {
namespace {

std::string Percent(double share) {
  return absl::StrFormat("%.0f%%", 100 * share);
}

// `98% of 1204 reports`, or that it is assumed.
std::string ReliabilityText(const v1::Side& side) {
  return side.samples() < 1
             ? absl::StrCat(Percent(side.reliability()), " (assumed)")
             : absl::StrFormat("%s of %.0f", Percent(side.reliability()),
                               side.samples());
}

std::string BeliefText(const v1::Suggestion& suggestion) {
  if (!suggestion.has_decided()) return "UNDECIDED";
  const v1::ValueProbability& value = suggestion.values(suggestion.decided());
  return absl::StrCat("probably ", Printable(value.value().raw()));
}

}  // namespace

std::string SidesText(const google::protobuf::RepeatedPtrField<v1::Side>& sides,
                      const v1::Suggestion& suggestion) {
  TableText table(
      {"CHANNEL", "SAYS", "SAID AT", "VERDICT", "IS RIGHT IN", "COUNTS"},
      TerminalWidth());
  std::vector<TableRow> rows;
  for (const v1::Side& side : sides) {
    rows.push_back({side.claim().channel(), ClaimText(side.claim()),
                    FormatTime(side.claim().said_at()),
                    VerdictText(side.verdict()), ReliabilityText(side),
                    absl::StrFormat("%.2f", side.weight())});
  }
  std::string text = rows.empty()
                         ? "no channel says anything that can be read\n"
                         : table.Page(rows);
  absl::StrAppend(&text, BeliefText(suggestion));
  const char* separator = ": ";
  for (const v1::ValueProbability& value : suggestion.values()) {
    absl::StrAppend(&text, separator, Printable(value.value().raw()), " ",
                    Percent(value.probability()));
    separator = ", ";
  }
  absl::StrAppend(&text, separator, "none of these ",
                  Percent(suggestion.none()), "\n");
  if (suggestion.authority_wrong() > 0)
    absl::StrAppend(&text, "that the graph is wrong: ",
                    Percent(suggestion.authority_wrong()), "\n");
  if (!suggestion.has_learned_at())
    text += "nothing was learned of the channels yet\n";
  return text;
}

}  // namespace concordat::client
