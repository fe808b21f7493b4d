// Findings as SARIF 2.1.0.
#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "client/report/json_writer.h"
#include "client/report/render.h"
#include "client/report/text.h"
#include "client/report/verdict_rules.h"

namespace concordat::client::report {
namespace {

constexpr absl::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json";

// Its name and version: partial fingerprints of another kind do not meet it.
constexpr absl::string_view kFingerprint = "concordatFinding/v1";

// A message. In its text brackets could be a link and braces a placeholder
// (SARIF 2.1.0, 3.11), so they are escaped.
void Message(JsonWriter& json, absl::string_view name, absl::string_view text) {
  json.Key(name);
  json.BeginObject();
  json.Member("text", absl::StrReplaceAll(text, {{"\\", "\\\\"},
                                                 {"[", "\\["},
                                                 {"]", "\\]"},
                                                 {"{", "{{"},
                                                 {"}", "}}"}}));
  json.EndObject();
}

// A path as a relative reference of RFC 3986.
std::string UriPath(absl::string_view path) {
  std::string uri;
  for (const char c : path) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
        absl::string_view("/-._~").find(c) != absl::string_view::npos)
      uri += c;
    else
      absl::StrAppendFormat(&uri, "%%%02X", static_cast<unsigned char>(c));
  }
  return uri;
}

void Tool(JsonWriter& json, const RenderOptions& options) {
  json.Key("tool");
  json.BeginObject();
  json.Key("driver");
  json.BeginObject();
  json.Member("name", "Concordat");
  json.OptionalMember("version", options.version);
  json.OptionalMember("semanticVersion", options.version);
  json.Key("rules");
  json.BeginArray();
  for (const VerdictRule& rule : VerdictRules()) {
    json.BeginObject();
    json.Member("id", rule.name);
    Message(json, "shortDescription", rule.sentence);
    Message(json, "fullDescription",
            absl::StrCat(rule.sentence, " ", rule.advice));
    Message(json, "help", rule.advice);
    json.Key("defaultConfiguration");
    json.BeginObject();
    json.Member("level", rule.level);
    json.EndObject();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  json.EndObject();
}

void Invocation(JsonWriter& json, const v1::Audit& audit) {
  json.Key("invocations");
  json.BeginArray();
  json.BeginObject();
  json.Key("executionSuccessful");
  json.Bool(true);
  json.OptionalMember("startTimeUtc",
                      TimeText(audit.has_start_time(), audit.start_time()));
  json.OptionalMember("endTimeUtc",
                      TimeText(audit.has_end_time(), audit.end_time()));
  json.Key("toolExecutionNotifications");
  json.BeginArray();
  for (const v1::AuditRefusedRow& row : audit.result().refused()) {
    json.BeginObject();
    json.Member("level", "error");
    Message(
        json, "message",
        absl::StrCat("line ", row.line(), " was not judged: ", row.message()));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  json.EndArray();
}

void RunProperties(JsonWriter& json, const AuditReport& report,
                   const RenderOptions& options) {
  const v1::Audit& audit = report.audit;
  json.Key("properties");
  json.BeginObject();
  json.Member("audit", audit.id());
  json.OptionalMember("baselineAudit", report.baseline_audit_id);
  json.Member("channel", audit.channel());
  json.Member("revision", audit.revision());
  json.NumberMember("vocabularyVersion",
                    static_cast<int64_t>(audit.vocabulary_version()));
  json.NumberMember("rows", audit.result().rows());
  json.NumberMember("refusedRows", audit.result().refused_rows());
  json.NumberMember("findings", audit.result().findings());
  if (options.findings_max > 0)
    json.NumberMember("findingsListedAtMost", options.findings_max);
  json.EndObject();
}

absl::string_view BaselineState(v1::AuditChange change) {
  switch (change) {
    case v1::AUDIT_CHANGE_NEW:
    case v1::AUDIT_CHANGE_REOPENED:
      return "new";
    case v1::AUDIT_CHANGE_UNCHANGED:
      return "unchanged";
    case v1::AUDIT_CHANGE_UPDATED:
      return "updated";
    case v1::AUDIT_CHANGE_GONE:
      return "absent";
    default:
      return "";
  }
}

void Locations(JsonWriter& json, const v1::AuditFinding& finding,
               const RenderOptions& options) {
  json.Key("locations");
  json.BeginArray();
  json.BeginObject();
  if (!options.artifact.empty()) {
    json.Key("physicalLocation");
    json.BeginObject();
    json.Key("artifactLocation");
    json.BeginObject();
    json.Member("uri", UriPath(options.artifact));
    json.EndObject();
    json.Key("region");
    json.BeginObject();
    json.NumberMember("startLine", std::max<int64_t>(finding.line(), 1));
    json.EndObject();
    json.EndObject();
  }
  json.Key("logicalLocations");
  json.BeginArray();
  json.BeginObject();
  json.OptionalMember("name", finding.attribute());
  const std::string whom = AboutWhom(finding);
  json.Member("fullyQualifiedName",
              finding.attribute().empty()
                  ? whom
                  : absl::StrCat(whom, "/", finding.attribute()));
  json.Member("kind", "member");
  json.EndObject();
  json.EndArray();
  json.EndObject();
  json.EndArray();
}

// All results have them or none: an empty array says that it is not muted.
void Suppressions(JsonWriter& json, const v1::AuditFinding& finding) {
  json.Key("suppressions");
  json.BeginArray();
  if (finding.state() == v1::FINDING_STATE_MUTED) {
    json.BeginObject();
    json.Member("kind", "external");
    json.Member("status", "accepted");
    json.OptionalMember("justification", finding.mute_reason());
    json.EndObject();
  }
  json.EndArray();
}

void ResultProperties(JsonWriter& json, const v1::AuditFinding& finding) {
  json.Key("properties");
  json.BeginObject();
  json.OptionalMember("change", ChangeName(finding.change()));
  if (finding.change() == v1::AUDIT_CHANGE_REOPENED) {
    json.Key("reopened");
    json.Bool(true);
  }
  json.OptionalMember("state", StateName(finding.state()));
  json.OptionalMember("exposure", ExposureName(finding.exposure()));
  json.OptionalMember("saidAt",
                      TimeText(finding.has_said_at(), finding.said_at()));
  if (finding.has_said()) json.Member("said", finding.said());
  if (finding.has_truth()) json.Member("truth", finding.truth());
  json.OptionalMember("trueSince",
                      TimeText(finding.has_true_since(), finding.true_since()));
  if (finding.lag_seconds() != 0)
    json.NumberMember("lagSeconds", finding.lag_seconds());
  json.OptionalMember("furtherVerdict", VerdictName(finding.further_verdict()));
  json.OptionalMember("firstAudit", finding.first_audit_id());
  json.OptionalMember("cause", finding.cause_id());
  const std::map<std::string, std::string> labels(finding.labels().begin(),
                                                  finding.labels().end());
  for (const auto& [name, value] : labels)
    json.Member(absl::StrCat("label.", name), value);
  json.EndObject();
}

void Result(JsonWriter& json, const v1::AuditFinding& finding,
            const RenderOptions& options) {
  const VerdictRule* const rule = FindVerdictRule(finding.verdict());
  json.BeginObject();
  if (rule == nullptr) {
    json.Member("ruleId", "UNKNOWN");
    json.Member("level", "none");
    Message(json, "message", "Of a kind that this program does not know.");
  } else {
    json.Member("ruleId", rule->name);
    json.NumberMember("ruleIndex", rule - VerdictRules().data());
    json.Member("level", rule->level);
    Message(
        json, "message",
        finding.explanation().empty() ? rule->sentence : finding.explanation());
  }
  Locations(json, finding, options);
  json.Key("partialFingerprints");
  json.BeginObject();
  json.Member(kFingerprint, finding.id());
  json.EndObject();
  json.OptionalMember("baselineState", BaselineState(finding.change()));
  json.NumberMember("occurrenceCount", std::max<int64_t>(finding.rows(), 1));
  Suppressions(json, finding);
  ResultProperties(json, finding);
  json.EndObject();
}

}  // namespace

absl::Status RenderSarif(const AuditReport& report, FindingSource& findings,
                         const RenderOptions& options, const ByteSink& sink) {
  const v1::Audit& audit = report.audit;
  Output out(sink);
  JsonWriter json(out);
  json.BeginObject();
  json.Member("$schema", kSchema);
  json.Member("version", "2.1.0");
  json.Key("runs");
  json.BeginArray();
  json.BeginObject();
  Tool(json, options);
  json.Key("automationDetails");
  json.BeginObject();
  json.Member("id",
              absl::StrCat("concordat/", audit.channel(), "/", audit.id()));
  Message(json, "description", Headline(report));
  json.EndObject();
  Invocation(json, audit);
  RunProperties(json, report, options);
  json.Member("columnKind", "unicodeCodePoints");
  json.Key("results");
  json.BeginArray();
  const int64_t total =
      audit.result().findings() + CountOf(report, v1::AUDIT_CHANGE_GONE);
  const absl::Status walked =
      ForEachAtMost(findings, total, options.findings_max,
                    [&](const v1::AuditFinding& finding) {
                      Result(json, finding, options);
                      return out.status();
                    });
  if (!walked.ok()) return walked;
  json.EndArray();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  out.Add("\n");
  return out.Finish();
}

}  // namespace concordat::client::report
