#include "tests/report/sample_report.h"

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/report/verdict_rules.h"

namespace concordat::client::report {
namespace {

constexpr int64_t kStart = 1'763'600'400;  // 2025-11-20T01:00:00Z

const std::string& Hostile(int64_t i) {
  const auto& texts = HostileTexts();
  return texts[static_cast<size_t>(i) % texts.size()];
}

// Personal, hostile and different from others.
std::string Personal(int64_t i) {
  return absl::StrCat(Hostile(i), kSecret, i, Hostile(i + 3));
}

v1::FindingState StateOf(int64_t i) {
  if (i % 11 == 3) return v1::FINDING_STATE_MUTED;
  return i % 2 == 0 ? v1::FINDING_STATE_OPEN : v1::FINDING_STATE_UNSPECIFIED;
}

const char* AttributeOf(int64_t i) {
  constexpr const char* kAttributes[] = {"tier", "email", "city"};
  return kAttributes[i % 3];
}

void AddCause(int64_t i, v1::AuditResult* result) {
  v1::Cause& cause = *result->add_causes();
  cause.set_id(absl::StrFormat("cause-%016x", i));
  cause.set_title(absl::StrCat("where app_version is ", Hostile(i)));
  v1::CauseCondition& condition = *cause.add_conditions();
  condition.set_dimension("label.app_version");
  condition.set_value(Hostile(i));
  cause.set_owner(Hostile(i + 1));
  cause.set_state(v1::CAUSE_STATE_OPEN);
  cause.set_change(v1::CAUSE_CHANGE_NEW);
  cause.mutable_first_time()->set_seconds(kStart);
  cause.set_findings(17);
  cause.set_share(0.25);
  cause.set_rate_inside(0.9);
  cause.set_risk_ratio(i == 0 ? std::numeric_limits<double>::infinity() : 12.4);
  cause.set_risk_ratio_low(3.1);
  cause.set_risk_ratio_high(40);
}

void AddCounts(const std::vector<v1::AuditFinding>& findings,
               v1::AuditResult* result) {
  std::map<std::pair<std::string, v1::Verdict>, int64_t> rows;
  std::map<std::pair<v1::AuditChange, v1::Verdict>, int64_t> changes;
  int64_t listed = 0;
  for (const v1::AuditFinding& finding : findings) {
    ++changes[{finding.change(), finding.verdict()}];
    if (finding.change() == v1::AUDIT_CHANGE_GONE) continue;
    ++listed;
    ++rows[{finding.attribute(), finding.verdict()}];
  }
  result->set_findings(listed);
  for (const char* attribute : {"tier", "email", "city"})
    rows[{attribute, v1::VERDICT_AGREES}] = 10 * listed;
  result->set_rows(31 * listed);
  for (const auto& [key, count] : rows) {
    v1::AuditCount& wire = *result->add_counts();
    wire.set_entity_type(key.first.empty() ? "" : "customer");
    wire.set_attribute(key.first);
    wire.set_verdict(key.second);
    wire.set_rows(count);
  }
  for (const auto& [key, count] : changes) {
    v1::AuditChangeCount& wire = *result->add_changes();
    wire.set_change(key.first);
    wire.set_verdict(key.second);
    wire.set_findings(count);
  }
}

void AddBreakdown(v1::AuditResult* result) {
  for (int i = 0; i < 40; ++i) {
    v1::AuditBreakdown& row = *result->add_breakdown();
    row.set_dimension(i < 20 ? "day" : "label.team");
    row.set_value(
        i < 20 ? absl::StrCat("2025-11-", absl::Dec(i + 1, absl::kZeroPad2))
               : absl::StrCat(Hostile(i), i));
    row.set_agree(1000);
    row.set_contradict(i * i);
  }
}

void AddPast(AuditReport* report) {
  for (int i = 0; i < 12; ++i) {
    HistoryPoint& point = report->history.emplace_back();
    point.audit_id = absl::StrCat(i + 1);
    point.at.set_seconds(kStart - (12 - i) * 86'400 * 7);
    point.agreement = AgreementOf(9'000 + 70 * i, 1'000 - 70 * i, 3);
    point.findings = 1'000 - 70 * i;
  }
  for (const char* channel : {"app", "web"}) {
    for (const char* attribute : {"city", "email", "tier"})
      report->channels.push_back(
          {channel, "customer", attribute, AgreementOf(990, 10, 0)});
  }
  v1::ScorecardRow& row = report->scorecard.emplace_back();
  row.set_entity_type("customer");
  row.set_attribute("tier");
  row.set_claims(12'345);
  *row.mutable_agreement() = AgreementOf(12'000, 345, 0);
  row.mutable_lag()->set_count(5);
  row.mutable_lag()->mutable_p95()->set_seconds(7'260);
  report->notes.emplace_back("Something is left out <b>here</b>.");
}

}  // namespace

const std::vector<std::string>& HostileTexts() {
  static const auto* const kTexts = new std::vector<std::string>{
      "<script>alert(1)</script>",
      "=cmd|'/C calc'!A0",
      "]]>",
      std::string("a\0b", 3),
      "\u202Egnp.exe",
      "-->",
      "\"' onmouseover='alert(1)' &amp;",
      "</script><!--<script>",
      "\u2028\u2029\u0085",
      "`code` ``|`` \\| pipe | cell",
      "@everyone #1 http://evil.example www.evil.example",
      "\xFF\xFE\xC3 broken \xED\xA0\x80",
      "{0} [x](javascript:alert(1)) ![](http://evil.example)",
      "+49 171 1234567",
      "\tTab",
      "line\r\nnext: line\n\n# heading\n",
      "\uFFFE\uFFFF\x1B[31m\x7F",
      std::string(5000, 'x'),
      "Zoë 東京 🎉"};
  return *kTexts;
}

absl::Status ListedFindings::ForEach(const FindingVisitor& visit) {
  for (const v1::AuditFinding& finding : findings_) {
    const absl::Status visited = visit(finding);
    if (!visited.ok()) return visited;
  }
  return absl::OkStatus();
}

v1::AuditFinding SampleFinding(int64_t i) {
  const auto& rules = VerdictRules();
  v1::AuditFinding finding;
  finding.set_id(absl::StrFormat("%032x", i));
  finding.set_verdict(rules[static_cast<size_t>(i) % rules.size()].verdict);
  finding.set_subject(absl::StrCat("w-", Personal(i + 1)));
  if (finding.verdict() != v1::VERDICT_UNKNOWN_SUBJECT) {
    finding.mutable_entity()->set_type("customer");
    finding.mutable_entity()->set_id(absl::StrCat("C", Personal(i)));
    finding.set_attribute(AttributeOf(i));
  }
  if (finding.verdict() == v1::VERDICT_NOT_ENTITLED)
    finding.set_further_verdict(v1::VERDICT_AGREES);
  finding.set_exposure(static_cast<v1::Exposure>(1 + i % 4));
  finding.mutable_said_at()->set_seconds(kStart - i % 1000);
  if (finding.verdict() != v1::VERDICT_MISSING) finding.set_said(Personal(i));
  if (finding.verdict() != v1::VERDICT_EXTRA &&
      finding.verdict() != v1::VERDICT_MISSING)
    finding.set_truth(Personal(i + 5));
  finding.mutable_true_since()->set_seconds(kStart - 86'400);
  if (finding.verdict() == v1::VERDICT_STALE)
    finding.set_lag_seconds(1 + i * 997 % 5'000'000);
  finding.set_explanation(absl::StrCat("web held \"", Personal(i), "\""));
  (*finding.mutable_labels())["app_version"] = "4.2";
  (*finding.mutable_labels())["team"] = Hostile(i);
  finding.set_line(i + 2);
  finding.set_rows(1 + i % 3);
  finding.set_change(static_cast<v1::AuditChange>(1 + i % 5));
  finding.set_first_audit_id("12");
  finding.set_state(StateOf(i));
  if (finding.state() == v1::FINDING_STATE_MUTED)
    finding.set_mute_reason(absl::StrCat("accepted until May ", Hostile(i)));
  if (i % 4 == 0) finding.set_cause_id(absl::StrFormat("cause-%016x", i % 3));
  return finding;
}

std::vector<v1::AuditFinding> SampleFindings(int64_t count) {
  std::vector<v1::AuditFinding> findings;
  for (int64_t i = 0; i < count; ++i) findings.push_back(SampleFinding(i));
  return findings;
}

AuditReport SampleReport(const std::vector<v1::AuditFinding>& findings,
                         FindingSource& shown) {
  AuditReport report;
  v1::Audit& audit = report.audit;
  audit.set_id("13");
  audit.set_state(v1::AUDIT_STATE_SUCCEEDED);
  audit.set_source(v1::AUDIT_SOURCE_EXPORT);
  audit.set_channel("web");
  audit.set_actor(HostileTexts()[0]);
  audit.set_description(HostileTexts()[9]);
  audit.mutable_scope()->add_attributes("tier");
  audit.set_revision("Ab7Bv-PIjcWO5wEEhzWHkw");
  audit.set_vocabulary_version(4);
  audit.mutable_as_at()->set_seconds(kStart);
  audit.mutable_start_time()->set_seconds(kStart + 60);
  audit.mutable_end_time()->set_seconds(kStart + 72);
  audit.mutable_end_time()->set_nanos(345'000'000);
  v1::AuditResult& result = *audit.mutable_result();
  AddCounts(findings, &result);
  result.set_entities_missing(50);
  result.set_previous_audit_id("12");
  v1::AuditMissing& missing = *result.add_missing();
  missing.set_entity_type("customer");
  missing.set_attribute("name");
  missing.set_entities(7);
  result.set_refused_rows(1);
  v1::AuditRefusedRow& refused = *result.add_refused();
  refused.set_line(5);
  refused.set_reason("UNKNOWN_ATTRIBUTE");
  refused.set_message("there is no attribute `nonsense`");
  for (int64_t i = 0; i < 3; ++i) AddCause(i, &result);
  AddBreakdown(&result);
  report.baseline_audit_id = "12";
  report.changes.assign(result.changes().begin(), result.changes().end());
  AddPast(&report);
  report.summary = *Summarize(shown, 3);
  return report;
}

std::string Rendered(Format format, const AuditReport& report,
                     FindingSource& findings, const RenderOptions& options) {
  std::string text;
  const absl::Status rendered = Render(format, report, findings, options,
                                       [&text](absl::string_view bytes) {
                                         absl::StrAppend(&text, bytes);
                                         return absl::OkStatus();
                                       });
  // The source and the sink have no errors.
  if (!rendered.ok()) std::abort();
  return text;
}

std::string SampleIn(Format format, int64_t findings, bool shows_values) {
  ListedFindings all(SampleFindings(findings));
  MaskedFindings masked(all);
  FindingSource& shown =
      shows_values ? static_cast<FindingSource&>(all) : masked;
  RenderOptions options;
  options.version = "1.2.3";
  options.artifact = "exports/web export.csv";
  options.shows_values = shows_values;
  return Rendered(format, SampleReport(all.all(), shown), shown, options);
}

}  // namespace concordat::client::report
