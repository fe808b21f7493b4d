// A summary in Markdown.
#include <string>

#include "client/report/escape.h"
#include "client/report/render.h"
#include "client/report/text.h"
#include "client/report/verdict_rules.h"

namespace concordat::client::report {
namespace {

constexpr int kCausesShown = 10;

void AddVerdict(const AuditReport& report, Output& out) {
  const v1::AuditResult& result = report.audit.result();
  const v1::Agreement agreement = AgreementOf(result);
  out.Add("## Audit ", MarkdownCode(report.audit.id()), " of ",
          MarkdownCode(report.audit.channel()), "\n\n");
  if (agreement.agree() + agreement.contradict() == 0) {
    out.Add("Nothing could be judged.");
  } else if (result.has_estimate()) {
    out.Add("**", SampleText(result.estimate()), "** ",
            Grouped(agreement.contradict()), " of ",
            Grouped(agreement.agree() + agreement.contradict()),
            " rows that were looked at contradict.");
  } else {
    out.Add("**", Percent(agreement.rate()), " agree** (95% interval ",
            Percent(agreement.low()), " to ", Percent(agreement.high()),
            "): ", Grouped(agreement.contradict()), " of ",
            Grouped(agreement.agree() + agreement.contradict()),
            " judged rows contradict.");
  }
  out.Add("\n\n| | |\n|---|---:|\n| rows | ", Grouped(result.rows()),
          " |\n| findings | ", Grouped(result.findings()), " |\n");
  if (report.summary.muted > 0)
    out.Add("| of them muted | ", Grouped(report.summary.muted), " |\n");
  if (result.entities_missing() > 0)
    out.Add("| entities missing | ", Grouped(result.entities_missing()),
            " |\n");
  if (result.refused_rows() > 0)
    out.Add("| rows refused | ", Grouped(result.refused_rows()), " |\n");
}

void AddChanges(const AuditReport& report, Output& out) {
  if (report.baseline_audit_id.empty()) {
    out.Add("\nThere is no earlier audit to compare with.\n");
    return;
  }
  out.Add("\nSince audit ", MarkdownCode(report.baseline_audit_id), ": **",
          Grouped(CountOf(report, v1::AUDIT_CHANGE_NEW)), " new**, **",
          Grouped(CountOf(report, v1::AUDIT_CHANGE_REOPENED)), " reopened**, ",
          Grouped(CountOf(report, v1::AUDIT_CHANGE_UPDATED)), " updated, ",
          Grouped(CountOf(report, v1::AUDIT_CHANGE_UNCHANGED)), " unchanged, ",
          Grouped(CountOf(report, v1::AUDIT_CHANGE_GONE)), " gone.\n");
}

int64_t ChangesOf(const FindingKind& kind, v1::AuditChange change) {
  const auto found = kind.changes.find(change);
  return found == kind.changes.end() ? 0 : found->second;
}

void AddKinds(const AuditReport& report, Output& out) {
  if (report.summary.findings == 0) {
    out.Add("\nNo findings.\n");
    return;
  }
  out.Add(
      "\n| Attribute | Verdict | Findings | New | Reopened | Muted |\n"
      "|---|---|---:|---:|---:|---:|\n");
  for (const FindingKind& kind : report.summary.kinds) {
    if (kind.findings == 0) continue;
    out.Add("| ", MarkdownCode(AttributeText(kind.entity_type, kind.attribute)),
            " | ", VerdictName(kind.verdict), " | ", Grouped(kind.findings),
            " | ", Grouped(ChangesOf(kind, v1::AUDIT_CHANGE_NEW)), " | ",
            Grouped(ChangesOf(kind, v1::AUDIT_CHANGE_REOPENED)), " | ",
            Grouped(kind.muted), " |\n");
  }
}

void AddCauses(const AuditReport& report, Output& out) {
  int causes = 0;
  for (const v1::Cause& cause : report.audit.result().causes()) {
    if (cause.state() != v1::CAUSE_STATE_OPEN) continue;
    if (++causes == 1)
      out.Add(
          "\n### Causes\n\n| Cause | Findings | Times as often | Owner |\n"
          "|---|---:|---:|---|\n");
    if (causes > kCausesShown) continue;
    out.Add("| ", MarkdownCode(cause.title()), " | ", Grouped(cause.findings()),
            " | ", RatioText(cause.risk_ratio()), " | ",
            MarkdownCode(cause.owner()), " |\n");
  }
  if (causes > kCausesShown)
    out.Add("\n", Grouped(causes - kCausesShown),
            " more causes are in the audit.\n");
}

void AddExamples(const AuditReport& report, const RenderOptions& options,
                 Output& out) {
  bool begun = false;
  for (const FindingKind& kind : report.summary.kinds) {
    for (const v1::AuditFinding& finding : kind.examples) {
      if (!begun)
        out.Add(
            "\n<details><summary>Examples</summary>\n\n"
            "| Finding | About | Attribute | Verdict | Said | Truth | Line "
            "|\n|---|---|---|---|---|---|---:|\n");
      begun = true;
      out.Add("| ", MarkdownCode(finding.id()), " | ",
              MarkdownCode(AboutWhom(finding)), " | ",
              MarkdownCode(AttributeText(kind.entity_type, kind.attribute)),
              " | ", VerdictName(kind.verdict), " | ",
              MarkdownCode(SaidText(finding)), " | ",
              MarkdownCode(TruthText(finding)), " | ", finding.line(), " |\n");
    }
  }
  if (!begun) return;
  out.Add("\n</details>\n");
  if (options.shows_values) out.Add("\nThis report has personal values.\n");
}

}  // namespace

absl::Status RenderMarkdown(const AuditReport& report,
                            const RenderOptions& options,
                            const ByteSink& sink) {
  Output out(sink);
  AddVerdict(report, out);
  AddChanges(report, out);
  AddKinds(report, out);
  AddCauses(report, out);
  AddExamples(report, options, out);
  return out.Finish();
}

}  // namespace concordat::client::report
