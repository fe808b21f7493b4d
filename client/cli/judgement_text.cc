#include "client/cli/judgement_text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "client/cli/app.h"
#include "client/cli/fact_text.h"
#include "client/cli/output.h"
#include "client/status_macros.h"
#include "proto/did_you_mean.h"

namespace concordat::client {
namespace {

constexpr char kPrefix[] = "VERDICT_";

std::string Lasting(int64_t seconds) {
  return absl::FormatDuration(absl::Seconds(seconds));
}

// A side of the comparison: as written, and how it was read.
void AppendSide(absl::string_view name, const v1::ReadValue& value,
                std::string* text) {
  absl::StrAppend(text, name, ": ", Printable(RawText(value)), "\n");
  for (const v1::ReadingStep& step : value.steps())
    absl::StrAppend(text, "    ", step.rule(), ": ", Printable(step.result()),
                    "\n");
  if (!value.problem().empty())
    absl::StrAppend(text, "    cannot be read: ", value.problem(), "\n");
  else if (value.normal() != value.raw() && !value.normal().empty())
    absl::StrAppend(text, "    means: ", Printable(value.normal()), "\n");
}

}  // namespace

std::string VerdictText(v1::Verdict verdict) {
  if (verdict == v1::VERDICT_UNSPECIFIED) return "";
  return ShortName(v1::Verdict_Name(verdict), kPrefix);
}

std::string JudgementText(const v1::Judgement& judgement) {
  std::string text = VerdictText(judgement.verdict());
  if (judgement.further_verdict() != v1::VERDICT_UNSPECIFIED)
    absl::StrAppend(&text, " (judged further: ",
                    VerdictText(judgement.further_verdict()), ")");
  absl::StrAppend(&text, "\n", Printable(judgement.explanation()), "\n");
  if (!judgement.note().empty())
    absl::StrAppend(&text, "note: ", judgement.note(), "\n");
  text += "\n";
  if (judgement.has_entity())
    absl::StrAppend(&text, "about: ", EntityText(judgement.entity()), " ",
                    judgement.attribute(), "\n");
  AppendSide("claimed", judgement.claimed(), &text);
  if (judgement.has_truth()) AppendSide("truth", judgement.truth(), &text);
  if (judgement.has_superseded_at())
    absl::StrAppend(&text,
                    "superseded: ", FormatTime(judgement.superseded_at()), ", ",
                    Lasting(judgement.lag_seconds()), " before\n");
  if (judgement.lead_seconds() != 0)
    absl::StrAppend(&text, "true in: ", Lasting(judgement.lead_seconds()),
                    "\n");
  if (judgement.promise_seconds() != 0)
    absl::StrAppend(&text, "promise: ", Lasting(judgement.promise_seconds()),
                    "\n");
  if (!judgement.confused_with().empty())
    absl::StrAppend(&text, "confused with: ", judgement.confused_with(), "\n");
  if (judgement.has_other_entity())
    absl::StrAppend(&text, "true of: ", EntityText(judgement.other_entity()),
                    "\n");
  if (!judgement.facts().empty()) {
    TableText facts(
        {"FACT OF", "ATTRIBUTE", "VALUE", "SINCE", "UNTIL", "SOURCE"},
        TerminalWidth());
    std::vector<TableRow> rows;
    for (const v1::EvidenceFact& fact : judgement.facts())
      rows.push_back({EntityText(fact.entity()), fact.attribute(),
                      fact.has_value() ? RawText(fact.value()) : kAbsent,
                      SinceText(fact.valid()), UntilText(fact.valid()),
                      fact.source()});
    absl::StrAppend(&text, "\n", facts.Page(rows));
  }
  absl::StrAppend(&text, "\nvocabulary version ",
                  judgement.vocabulary_version(), ", revision ",
                  judgement.revision(), "\n");
  return text;
}

absl::StatusOr<v1::Verdict> ParseVerdict(const std::string& name) {
  const std::string upper = ShortName(absl::AsciiStrToUpper(name), kPrefix);
  v1::Verdict verdict = v1::VERDICT_UNSPECIFIED;
  if (v1::Verdict_Parse(absl::StrCat(kPrefix, upper), &verdict) &&
      verdict != v1::VERDICT_UNSPECIFIED)
    return verdict;
  std::vector<std::string> known;
  for (int number = 1; v1::Verdict_IsValid(number); ++number)
    known.push_back(VerdictText(static_cast<v1::Verdict>(number)));
  return UsageError(absl::StrCat("there is no verdict `", name, "`",
                                 DidYouMean(upper, known)));
}

absl::StatusOr<FailOn> FailOn::Parse(const std::vector<std::string>& names) {
  FailOn fail_on;
  for (const std::string& name : names) {
    if (absl::AsciiStrToLower(name) == "any") {
      fail_on.any_ = true;
      continue;
    }
    CLIENT_ASSIGN_OR_RETURN(const v1::Verdict verdict, ParseVerdict(name));
    fail_on.verdicts_.push_back(verdict);
  }
  return fail_on;
}

bool FailOn::Matches(v1::Verdict verdict, v1::Verdict further) const {
  const auto matches = [this](v1::Verdict one) {
    return std::find(verdicts_.begin(), verdicts_.end(), one) !=
           verdicts_.end();
  };
  if (matches(verdict) || matches(further)) return true;
  // A change on its way is no mistake yet, and silence is nobody's.
  const bool right =
      verdict == v1::VERDICT_UNSPECIFIED || verdict == v1::VERDICT_AGREES ||
      verdict == v1::VERDICT_PARTIAL || verdict == v1::VERDICT_PROPAGATING ||
      verdict == v1::VERDICT_UNVERIFIABLE;
  return any_ && !right;
}

}  // namespace concordat::client
