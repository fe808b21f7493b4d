// Findings as JSON lines.
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/report/escape.h"
#include "client/report/json_writer.h"
#include "client/report/render.h"
#include "client/report/text.h"

namespace concordat::client::report {
namespace {

// Proto JSON writes 64-bit numbers as strings and leaves out zeros.
void Integer(JsonWriter& json, absl::string_view name, int64_t number) {
  if (number != 0) json.Member(name, absl::StrCat(number));
}

template <typename Enum>
void EnumMember(JsonWriter& json, absl::string_view name, Enum value,
                const std::string& value_name) {
  if (static_cast<int>(value) == 0) return;
  // Of a newer server there may be values without a name here.
  if (value_name.empty())
    json.NumberMember(name, static_cast<int>(value));
  else
    json.Member(name, value_name);
}

void Labels(JsonWriter& json, const v1::AuditFinding& finding) {
  if (finding.labels().empty()) return;
  // A map of a message has no order of its own.
  const std::map<std::string, std::string> sorted(finding.labels().begin(),
                                                  finding.labels().end());
  json.Key("labels");
  json.BeginObject();
  for (const auto& [name, value] : sorted) json.Member(name, value);
  json.EndObject();
}

// In the order of the message's fields.
void Finding(JsonWriter& json, const v1::AuditFinding& finding) {
  json.BeginObject();
  json.OptionalMember("id", finding.id());
  if (finding.has_entity()) {
    json.Key("entity");
    json.BeginObject();
    json.OptionalMember("type", finding.entity().type());
    json.OptionalMember("id", finding.entity().id());
    json.EndObject();
  }
  json.OptionalMember("subject", finding.subject());
  json.OptionalMember("attribute", finding.attribute());
  EnumMember(json, "verdict", finding.verdict(),
             v1::Verdict_Name(finding.verdict()));
  EnumMember(json, "furtherVerdict", finding.further_verdict(),
             v1::Verdict_Name(finding.further_verdict()));
  EnumMember(json, "exposure", finding.exposure(),
             v1::Exposure_Name(finding.exposure()));
  json.OptionalMember("saidAt",
                      TimeText(finding.has_said_at(), finding.said_at()));
  if (finding.has_said()) json.Member("said", finding.said());
  if (finding.has_truth()) json.Member("truth", finding.truth());
  json.OptionalMember("trueSince",
                      TimeText(finding.has_true_since(), finding.true_since()));
  Integer(json, "lagSeconds", finding.lag_seconds());
  json.OptionalMember("explanation", finding.explanation());
  Labels(json, finding);
  Integer(json, "line", finding.line());
  Integer(json, "rows", finding.rows());
  EnumMember(json, "change", finding.change(),
             v1::AuditChange_Name(finding.change()));
  json.OptionalMember("firstAuditId", finding.first_audit_id());
  if (finding.erased()) {
    json.Key("erased");
    json.Bool(true);
  }
  EnumMember(json, "state", finding.state(),
             v1::FindingState_Name(finding.state()));
  json.OptionalMember("muteReason", finding.mute_reason());
  json.OptionalMember("causeId", finding.cause_id());
  EnumMember(json, "withheld", finding.withheld(),
             v1::Withheld_Name(finding.withheld()));
  json.EndObject();
}

}  // namespace

absl::Status RenderJsonLines(const AuditReport& report, FindingSource& findings,
                             const RenderOptions& options,
                             const ByteSink& sink) {
  Output out(sink);
  const int64_t total =
      report.audit.result().findings() + CountOf(report, v1::AUDIT_CHANGE_GONE);
  const absl::Status walked =
      ForEachAtMost(findings, total, options.findings_max,
                    [&out](const v1::AuditFinding& finding) {
                      JsonWriter json(out);
                      Finding(json, finding);
                      out.Add("\n");
                      return out.status();
                    });
  return walked.ok() ? out.Finish() : walked;
}

}  // namespace concordat::client::report
