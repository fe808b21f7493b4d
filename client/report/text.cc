#include "client/report/text.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "client/times.h"

namespace concordat::client::report {
namespace {

// Where there may be a value that whoever asked for the report may not see.
constexpr char kWithheld[] = "(withheld)";

// The name of an enum's value; empty where it is `unspecified` or unknown.
absl::string_view Short(absl::string_view name, absl::string_view prefix) {
  if (!absl::ConsumePrefix(&name, prefix) || name == "UNSPECIFIED") return "";
  return name;
}

}  // namespace

std::string Grouped(int64_t number) {
  std::string text = absl::StrCat(number);
  const size_t first = number < 0 ? 1 : 0;
  for (size_t at = text.size(); at > first + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string Percent(double share) {
  double percent = 100 * share;
  if (share < 1) percent = std::min(percent, 99.99);
  if (share > 0) percent = std::max(percent, 0.01);
  return absl::StrFormat("%.2f%%", percent);
}

std::string SecondsText(int64_t seconds) {
  struct Unit {
    int64_t seconds;
    absl::string_view name;
  };
  constexpr Unit kUnits[] = {
      {86'400, " d"}, {3'600, " h"}, {60, " min"}, {1, " s"}};
  std::string text;
  int shown = 0;
  for (const Unit& unit : kUnits) {
    const int64_t count = seconds / unit.seconds;
    seconds %= unit.seconds;
    if (shown > 0) ++shown;
    if (count > 0) {
      absl::StrAppend(&text, text.empty() ? "" : " ", count, unit.name);
      shown = std::max(shown, 1);
    }
    if (shown == 2) break;
  }
  return text.empty() ? "0 s" : text;
}

std::string RatioText(double ratio) {
  return std::isfinite(ratio) ? absl::StrFormat("%.1f", ratio) : "∞";
}

std::string TimeText(bool is_set, const google::protobuf::Timestamp& time) {
  return is_set ? FormatTime(time) : "";
}

absl::string_view ChangeName(v1::AuditChange change) {
  if (!v1::AuditChange_IsValid(change)) return "";
  return Short(v1::AuditChange_Name(change), "AUDIT_CHANGE_");
}

absl::string_view StateName(v1::FindingState state) {
  if (!v1::FindingState_IsValid(state)) return "";
  return Short(v1::FindingState_Name(state), "FINDING_STATE_");
}

absl::string_view ExposureName(v1::Exposure exposure) {
  if (!v1::Exposure_IsValid(exposure)) return "";
  return Short(v1::Exposure_Name(exposure), "EXPOSURE_");
}

std::string AttributeText(absl::string_view entity_type,
                          absl::string_view attribute) {
  if (entity_type.empty() && attribute.empty()) return "nobody known";
  if (attribute.empty()) return std::string(entity_type);
  if (entity_type.empty()) return std::string(attribute);
  return absl::StrCat(entity_type, ".", attribute);
}

std::string AboutWhom(const v1::AuditFinding& finding) {
  if (!finding.has_entity()) return finding.subject();
  return absl::StrCat(finding.entity().type(), "/", finding.entity().id());
}

std::string SaidText(const v1::AuditFinding& finding) {
  if (finding.has_said()) return finding.said();
  if (finding.withheld() != v1::WITHHELD_UNSPECIFIED) return kWithheld;
  if (finding.erased()) return std::string(kErased);
  const bool is_known = finding.verdict() != v1::VERDICT_UNKNOWN_SUBJECT;
  return std::string(is_known ? kNoValue : kNotInAudit);
}

std::string TruthText(const v1::AuditFinding& finding) {
  if (finding.has_truth()) return finding.truth();
  if (finding.withheld() != v1::WITHHELD_UNSPECIFIED) return kWithheld;
  if (finding.erased()) return std::string(kErased);
  const bool is_known = finding.verdict() != v1::VERDICT_UNKNOWN_SUBJECT &&
                        finding.verdict() != v1::VERDICT_MISSING;
  return std::string(is_known ? kNoValue : kNotInAudit);
}

}  // namespace concordat::client::report
