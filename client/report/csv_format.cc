// Findings as CSV.
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/report/escape.h"
#include "client/report/render.h"
#include "client/report/text.h"
#include "client/report/verdict_rules.h"

namespace concordat::client::report {
namespace {

constexpr absl::string_view kHeader =
    "finding_id,entity_type,entity_id,subject,attribute,verdict,"
    "further_verdict,change,state,exposure,said_at,said,truth,true_since,"
    "lag_seconds,line,rows,first_audit_id,cause_id,mute_reason,erased,labels,"
    "explanation\r\n";

// `region=EU app_version=4.2`, sorted by name.
std::string LabelsText(const v1::AuditFinding& finding) {
  const std::map<std::string, std::string> sorted(finding.labels().begin(),
                                                  finding.labels().end());
  return absl::StrJoin(sorted, " ", absl::PairFormatter("="));
}

// The record; numbers and what cannot be a formula go as they are.
std::string Record(const v1::AuditFinding& finding) {
  return absl::StrCat(
      absl::StrCat(
          CsvCell(finding.id()), ",", CsvCell(finding.entity().type()), ",",
          CsvCell(finding.entity().id()), ",", CsvCell(finding.subject()), ",",
          CsvCell(finding.attribute()), ",", VerdictName(finding.verdict()),
          ",", VerdictName(finding.further_verdict()), ","),
      absl::StrCat(
          ChangeName(finding.change()), ",", StateName(finding.state()), ",",
          ExposureName(finding.exposure()), ",",
          TimeText(finding.has_said_at(), finding.said_at()), ",",
          CsvCell(finding.said()), ",", CsvCell(finding.truth()), ",",
          TimeText(finding.has_true_since(), finding.true_since()), ","),
      absl::StrCat(
          finding.lag_seconds(), ",", finding.line(), ",", finding.rows(), ",",
          CsvCell(finding.first_audit_id()), ",", CsvCell(finding.cause_id()),
          ",", CsvCell(finding.mute_reason()), ",",
          finding.erased() ? "true," : "false,", CsvCell(LabelsText(finding)),
          ",", CsvCell(finding.explanation()), "\r\n"));
}

}  // namespace

absl::Status RenderCsv(const AuditReport& report, FindingSource& findings,
                       const RenderOptions& options, const ByteSink& sink) {
  Output out(sink);
  out.Add(kHeader);
  const int64_t total =
      report.audit.result().findings() + CountOf(report, v1::AUDIT_CHANGE_GONE);
  const absl::Status walked =
      ForEachAtMost(findings, total, options.findings_max,
                    [&out](const v1::AuditFinding& finding) {
                      out.Add(Record(finding));
                      return out.status();
                    });
  return walked.ok() ? out.Finish() : walked;
}

}  // namespace concordat::client::report
