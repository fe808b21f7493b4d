#include "client/report/audit_report.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "client/report/text.h"
#include "client/report/verdict_rules.h"
#include "client/status_macros.h"

namespace concordat::client::report {
namespace {

using KindKey = std::tuple<std::string, std::string, v1::Verdict>;

void AddExample(const v1::AuditFinding& finding, int64_t examples,
                std::vector<v1::AuditFinding>* kept) {
  if (static_cast<int64_t>(kept->size()) >= examples) {
    if (kept->empty() || !IsFresh(finding) || IsFresh(kept->back())) return;
    kept->pop_back();
  }
  const auto place = IsFresh(finding)
                         ? std::find_if(kept->begin(), kept->end(),
                                        [](const v1::AuditFinding& one) {
                                          return !IsFresh(one);
                                        })
                         : kept->end();
  kept->insert(place, finding);
}

void AddLag(int64_t seconds, LagHistogram* lags) {
  const auto bound = std::lower_bound(LagHistogram::kBounds.begin(),
                                      LagHistogram::kBounds.end(), seconds);
  ++lags->findings[static_cast<size_t>(bound - LagHistogram::kBounds.begin())];
}

}  // namespace

absl::StatusOr<FindingSummary> Summarize(FindingSource& source,
                                         int64_t examples) {
  FindingSummary summary;
  std::map<KindKey, FindingKind> kinds;
  const absl::Status walked =
      source.ForEach([&](const v1::AuditFinding& finding) {
        if (summary.head.size() < FindingSummary::kHeadMax)
          summary.head.push_back(finding);
        FindingKind& kind = kinds[{finding.entity().type(), finding.attribute(),
                                   finding.verdict()}];
        ++kind.changes[finding.change()];
        if (finding.change() == v1::AUDIT_CHANGE_GONE) {
          ++summary.gone;
          return absl::OkStatus();
        }
        ++summary.findings;
        ++kind.findings;
        if (finding.state() == v1::FINDING_STATE_MUTED) {
          ++summary.muted;
          ++kind.muted;
        }
        if (finding.verdict() == v1::VERDICT_STALE)
          AddLag(finding.lag_seconds(), &summary.lags);
        AddExample(finding, examples, &kind.examples);
        return absl::OkStatus();
      });
  CLIENT_RETURN_IF_ERROR(walked);
  for (auto& [key, kind] : kinds) {
    std::tie(kind.entity_type, kind.attribute, kind.verdict) = key;
    summary.kinds.push_back(std::move(kind));
  }
  return summary;
}

v1::Agreement AgreementOf(int64_t agree, int64_t contradict,
                          int64_t undecided) {
  v1::Agreement result;
  result.set_agree(agree);
  result.set_contradict(contradict);
  result.set_undecided(undecided);
  const auto judged = static_cast<double>(agree + contradict);
  if (judged == 0) return result;
  constexpr double kZ = 1.959963984540054;  // of 95%
  const double rate = static_cast<double>(agree) / judged;
  const double shrink = 1 + kZ * kZ / judged;
  const double middle = (rate + kZ * kZ / (2 * judged)) / shrink;
  const double half =
      kZ *
      std::sqrt(rate * (1 - rate) / judged + kZ * kZ / (4 * judged * judged)) /
      shrink;
  result.set_rate(rate);
  // At both ends rounding must not leave out what was measured.
  result.set_low(std::clamp(middle - half, 0.0, rate));
  result.set_high(std::clamp(middle + half, rate, 1.0));
  return result;
}

v1::Agreement AgreementOf(const v1::AuditResult& result) {
  int64_t agree = 0;
  int64_t contradict = 0;
  int64_t undecided = 0;
  for (const v1::AuditCount& count : result.counts()) {
    switch (BearingOf(count.verdict())) {
      case Bearing::kAgrees:
        agree += count.rows();
        break;
      case Bearing::kContradicts:
        contradict += count.rows();
        break;
      case Bearing::kSaysNothing:
        undecided += count.rows();
    }
  }
  return AgreementOf(agree, contradict, undecided);
}

std::string SampleText(const v1::AuditEstimate& estimate) {
  return absl::StrCat("Something is wrong with ", Percent(estimate.rate()),
                      " of ", Grouped(estimate.population()), " entities (",
                      absl::StrFormat("%g", 100 * estimate.confidence()),
                      "% interval ", Percent(estimate.low()), " to ",
                      Percent(estimate.high()), "), by a sample of ",
                      Grouped(estimate.sampled()), ".");
}

void MaskCauses(v1::AuditResult* result) {
  for (v1::Cause& cause : *result->mutable_causes()) {
    for (v1::CauseCondition& condition : *cause.mutable_conditions()) {
      if (condition.dimension() != "said") continue;
      // An attribute and a code.
      const std::string code =
          condition.value().substr(condition.value().find(' ') + 1);
      const std::string masked =
          absl::StrReplaceAll(cause.title(), {{code, kMasked}});
      cause.set_title(masked == cause.title() ? cause.id() : masked);
      condition.set_value(
          absl::StrReplaceAll(condition.value(), {{code, kMasked}}));
    }
  }
}

int64_t CountOf(const AuditReport& report, v1::AuditChange change) {
  int64_t findings = 0;
  for (const v1::AuditChangeCount& count : report.changes) {
    if (count.change() == change) findings += count.findings();
  }
  return findings;
}

std::string Headline(const AuditReport& report) {
  const v1::Agreement agreement = AgreementOf(report.audit.result());
  std::string text = absl::StrCat("Audit ", report.audit.id(), " of ",
                                  report.audit.channel(), ": ");
  const v1::AuditResult& result = report.audit.result();
  if (agreement.agree() + agreement.contradict() == 0)
    absl::StrAppend(&text, "nothing could be judged");
  else if (result.has_estimate())
    absl::StrAppend(&text, "a sample, ", Percent(result.estimate().rate()),
                    " of entities wrong");
  else
    absl::StrAppend(&text, Percent(agreement.rate()), " agree");
  const int64_t findings = result.findings();
  absl::StrAppend(&text, ", ", Grouped(findings),
                  findings == 1 ? " finding" : " findings");
  if (!report.baseline_audit_id.empty()) {
    absl::StrAppend(
        &text, ", ", Grouped(CountOf(report, v1::AUDIT_CHANGE_NEW)), " new, ",
        Grouped(CountOf(report, v1::AUDIT_CHANGE_REOPENED)), " reopened");
  }
  return text;
}

}  // namespace concordat::client::report
