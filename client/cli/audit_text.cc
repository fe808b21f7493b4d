#include "client/cli/audit_text.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/output.h"
#include "client/cli/sampling_flags.h"

namespace concordat::client {
namespace {

constexpr int kRefusedShown = 10;
constexpr int kCausesShown = 10;

std::string VerdictName(v1::Verdict verdict) {
  return ShortName(v1::Verdict_Name(verdict), "VERDICT_");
}

std::string ChangeName(v1::AuditChange change) {
  return ShortName(v1::AuditChange_Name(change), "AUDIT_CHANGE_");
}

// The rows of a result by attribute.
std::string CountsText(const v1::AuditResult& result) {
  std::map<std::pair<std::string, std::string>, std::map<v1::Verdict, int64_t>>
      attributes;
  std::map<v1::Verdict, int64_t> totals;
  for (const v1::AuditCount& count : result.counts()) {
    attributes[{count.entity_type(), count.attribute()}][count.verdict()] +=
        count.rows();
    totals[count.verdict()] += count.rows();
  }
  TableRow header = {"ATTRIBUTE", "ROWS", "AGREE"};
  for (const auto& [verdict, count] : totals) {
    if (verdict != v1::VERDICT_AGREES) header.push_back(VerdictName(verdict));
  }
  TableText table(header, 0);
  std::vector<TableRow> rows;
  const auto add = [&](const std::string& name,
                       std::map<v1::Verdict, int64_t> counts) {
    int64_t all = 0;
    for (const auto& [verdict, count] : counts) all += count;
    TableRow row = {name, absl::StrCat(all),
                    ShareText(counts[v1::VERDICT_AGREES], all)};
    for (const auto& [verdict, count] : totals) {
      if (verdict != v1::VERDICT_AGREES)
        row.push_back(absl::StrCat(counts[verdict]));
    }
    rows.push_back(std::move(row));
  };
  for (const auto& [name, counts] : attributes) {
    add(name.second.empty() ? "(about nobody)"
                            : absl::StrCat(name.first, ".", name.second),
        counts);
  }
  if (attributes.size() > 1) add("all", totals);
  return table.Page(rows);
}

// Those that are at work.
std::string CausesText(const v1::AuditResult& result) {
  std::string text;
  int shown = 0;
  for (const v1::Cause& cause : result.causes()) {
    if (cause.state() != v1::CAUSE_STATE_OPEN) continue;
    if (++shown > kCausesShown) continue;
    absl::StrAppend(&text, "cause ", cause.id(), ": ", Printable(cause.title()),
                    cause.owner().empty() ? "" : ", of ",
                    Printable(cause.owner()),
                    cause.change() == v1::CAUSE_CHANGE_SILENT
                        ? "; before, for nothing was seen of it now\n"
                        : "\n");
  }
  if (shown > kCausesShown)
    absl::StrAppend(&text, "... more with `audits causes`\n");
  if (shown > 0)
    absl::StrAppend(&text, result.unexplained_findings(),
                    " findings that no cause explains\n");
  return text;
}

}  // namespace

std::string ShareText(int64_t part, int64_t whole) {
  if (whole == 0) return "-";
  return absl::StrFormat(
      "%.2f%%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string ChangesText(
    const google::protobuf::RepeatedPtrField<v1::AuditChangeCount>& changes) {
  std::map<v1::AuditChange, int64_t> sums;
  for (const v1::AuditChangeCount& count : changes)
    sums[count.change()] += count.findings();
  std::string text;
  for (const auto& [change, findings] : sums)
    absl::StrAppend(&text, text.empty() ? "" : ", ", findings, " ",
                    ChangeName(change));
  return text.empty() ? "none" : text;
}

std::string AuditText(const v1::Audit& audit) {
  std::string text = absl::StrCat(
      "audit ", audit.id(), " of ", audit.channel(), ": ",
      ShortName(v1::AuditState_Name(audit.state()), "AUDIT_STATE_"), "\n");
  if (!audit.error().empty())
    absl::StrAppend(&text, "error: ", Printable(audit.error()), "\n");
  if (audit.state() == v1::AUDIT_STATE_RUNNING)
    absl::StrAppend(&text, audit.progress().phase(), ": ",
                    audit.progress().rows(), " rows, ",
                    audit.progress().findings(), " findings\n");
  if (!audit.has_result()) return text;
  const v1::AuditResult& result = audit.result();
  absl::StrAppend(&text, CountsText(result));
  for (const v1::AuditMissing& missing : result.missing())
    absl::StrAppend(&text, missing.entities(), " have no row about ",
                    missing.entity_type(), ".", missing.attribute(), "\n");
  absl::StrAppend(&text, result.entities_covered(), " entities covered, ",
                  result.entities_missing(), " missing");
  if (result.refused_rows() > 0)
    absl::StrAppend(&text, ", ", result.refused_rows(), " rows refused");
  if (result.rows_out_of_scope() > 0)
    absl::StrAppend(&text, ", ", result.rows_out_of_scope(),
                    " rows out of scope");
  absl::StrAppend(&text, "\n");
  if (result.has_estimate())
    absl::StrAppend(&text, EstimateText(result.estimate()));
  absl::StrAppend(&text, result.findings(), " findings");
  if (!result.previous_audit_id().empty())
    absl::StrAppend(&text, ", since audit ", result.previous_audit_id(), ": ",
                    ChangesText(result.changes()));
  absl::StrAppend(&text, "\n");
  absl::StrAppend(&text, CausesText(result));
  for (int i = 0; i < std::min(result.refused_size(), kRefusedShown); ++i)
    absl::StrAppend(&text, "line ", result.refused(i).line(),
                    " refused: ", Printable(result.refused(i).message()), "\n");
  if (result.refused_size() > kRefusedShown)
    absl::StrAppend(&text, "... more with -o json\n");
  return text;
}

}  // namespace concordat::client
