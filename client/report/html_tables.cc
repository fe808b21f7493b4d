// Heat maps, causes, scorecards and gaps.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/report/escape.h"
#include "client/report/html_sections.h"
#include "client/report/text.h"
#include "client/report/verdict_rules.h"

namespace concordat::client::report {
namespace {

// Rows of one table of circumstances.
constexpr size_t kBreakdownShown = 30;

// The class of a cell by the share that is bad in it.
absl::string_view HeatOf(double share) {
  if (share <= 0) return "n";
  if (share < 0.001) return "n h1";
  if (share < 0.01) return "n h2";
  if (share < 0.1) return "n h3";
  return "n h4";
}

// The last `numbers` columns are of numbers.
void BeginTable(absl::string_view caption,
                const std::vector<std::string>& columns, size_t numbers,
                Output& out) {
  out.Add("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"",
          caption, "\"><table>\n<caption>", caption, "</caption>\n<thead><tr>");
  for (size_t i = 0; i < columns.size(); ++i)
    out.Add("<th scope=\"col\"",
            i + numbers < columns.size() ? "" : " class=\"n\"", ">",
            Markup(columns[i]), "</th>");
  out.Add("</tr></thead>\n<tbody>\n");
}

void EndTable(Output& out) { out.Add("</tbody></table></div>\n"); }

void AddNumber(const std::string& text, Output& out) {
  out.Add("<td class=\"n\">", Markup(text), "</td>");
}

using AttributeName = std::pair<std::string, std::string>;

void AddVerdictHeat(const v1::AuditResult& result, Output& out) {
  std::map<AttributeName, std::map<v1::Verdict, int64_t>> attributes;
  std::map<v1::Verdict, int64_t> totals;
  for (const v1::AuditCount& count : result.counts()) {
    attributes[{count.entity_type(), count.attribute()}][count.verdict()] +=
        count.rows();
    totals[count.verdict()] += count.rows();
  }
  out.Add("<h2 id=\"verdicts\">Attributes and verdicts</h2>\n");
  std::vector<std::string> columns = {"Attribute", "Rows"};
  for (const auto& [verdict, rows] : totals)
    columns.emplace_back(VerdictName(verdict));
  BeginTable(
      "Rows by attribute and verdict; the stronger the colour, the greater "
      "the share that contradicts",
      columns, columns.size() - 1, out);
  for (const auto& [name, verdicts] : attributes) {
    int64_t all = 0;
    for (const auto& [verdict, rows] : verdicts) all += rows;
    out.Add("<tr><th scope=\"row\">",
            Markup(AttributeText(name.first, name.second)), "</th>");
    AddNumber(Grouped(all), out);
    for (const auto& [verdict, total] : totals) {
      const auto found = verdicts.find(verdict);
      const int64_t rows = found == verdicts.end() ? 0 : found->second;
      const double share = static_cast<double>(rows) / static_cast<double>(all);
      const bool is_bad = BearingOf(verdict) == Bearing::kContradicts;
      out.Add("<td class=\"", is_bad ? HeatOf(share) : "n", "\" title=\"",
              Percent(share), "\">", Grouped(rows), "</td>");
    }
    out.Add("</tr>\n");
  }
  EndTable(out);
}

void AddChannelHeat(const AuditReport& report, Output& out) {
  std::map<AttributeName, std::map<std::string, const v1::Agreement*>> rows;
  std::map<std::string, bool> channels;
  for (const ChannelAttribute& one : report.channels) {
    rows[{one.entity_type, one.attribute}][one.channel] = &one.agreement;
    channels[one.channel] = true;
  }
  if (rows.empty()) return;
  out.Add("<h2 id=\"channels\">Channels and attributes</h2>\n");
  std::vector<std::string> columns = {"Attribute"};
  for (const auto& [channel, is_there] : channels) columns.push_back(channel);
  BeginTable(
      "Agreement in the newest audit of each channel up to this one; "
      "the stronger the colour, the more contradicts",
      columns, columns.size() - 1, out);
  for (const auto& [name, agreements] : rows) {
    out.Add("<tr><th scope=\"row\">",
            Markup(AttributeText(name.first, name.second)), "</th>");
    for (const auto& [channel, is_there] : channels) {
      const auto found = agreements.find(channel);
      if (found == agreements.end() ||
          found->second->agree() + found->second->contradict() == 0) {
        out.Add("<td class=\"n\">-</td>");
        continue;
      }
      const v1::Agreement& agreement = *found->second;
      out.Add("<td class=\"", HeatOf(1 - agreement.rate()), "\" title=\"",
              Percent(agreement.low()), " to ", Percent(agreement.high()),
              "\">", Percent(agreement.rate()), "</td>");
    }
    out.Add("</tr>\n");
  }
  EndTable(out);
}

// `day`; `app_version` of `label.app_version`.
std::string DimensionText(absl::string_view dimension) {
  return std::string(absl::StripPrefix(dimension, "label."));
}

void AddBreakdown(const v1::AuditResult& result, Output& out) {
  std::map<std::string, std::vector<const v1::AuditBreakdown*>> dimensions;
  for (const v1::AuditBreakdown& row : result.breakdown())
    dimensions[row.dimension()].push_back(&row);
  if (dimensions.empty()) return;
  out.Add("<h2 id=\"breakdown\">By circumstance</h2>\n");
  for (auto& [dimension, rows] : dimensions) {
    const size_t all = rows.size();
    std::stable_sort(
        rows.begin(), rows.end(),
        [](const v1::AuditBreakdown* a, const v1::AuditBreakdown* b) {
          return a->contradict() > b->contradict();
        });
    if (rows.size() > kBreakdownShown) rows.resize(kBreakdownShown);
    // Days are read in their order; of others, the worst come first.
    if (dimension == "day")
      std::sort(rows.begin(), rows.end(),
                [](const v1::AuditBreakdown* a, const v1::AuditBreakdown* b) {
                  return a->value() < b->value();
                });
    BeginTable(Markup(absl::StrCat("By ", DimensionText(dimension))),
               {DimensionText(dimension), "Rows", "Contradict", "Agree"}, 3,
               out);
    for (const v1::AuditBreakdown* const row : rows) {
      const v1::Agreement agreement =
          AgreementOf(row->agree(), row->contradict(), 0);
      out.Add("<tr><th scope=\"row\">", Markup(row->value()), "</th>");
      AddNumber(Grouped(row->agree() + row->contradict()), out);
      AddNumber(Grouped(row->contradict()), out);
      out.Add("<td class=\"", HeatOf(1 - agreement.rate()), "\" title=\"",
              Percent(agreement.low()), " to ", Percent(agreement.high()),
              "\">", Percent(agreement.rate()), "</td></tr>\n");
    }
    EndTable(out);
    if (all > rows.size())
      out.Add("<p class=\"soft\">The ", rows.size(),
              " with most contradictions of ",
              Grouped(static_cast<int64_t>(all)), ".</p>\n");
  }
  if (result.breakdown_truncated())
    out.Add(
        "<p class=\"soft\">Some circumstances were too many to be told "
        "apart.</p>\n");
}

std::string ConditionsText(const v1::Cause& cause) {
  return absl::StrJoin(cause.conditions(), ", ",
                       [](std::string* text, const v1::CauseCondition& one) {
                         absl::StrAppend(text, one.dimension(), " = ",
                                         one.value());
                       });
}

std::string CauseChangeText(const v1::Cause& cause) {
  const std::string& change = v1::CauseChange_Name(cause.change());
  return std::string(absl::StripPrefix(change, "CAUSE_CHANGE_"));
}

std::string OwnerText(const v1::Cause& cause) {
  return cause.owner().empty() ? "nobody" : cause.owner();
}

void AddCauses(const std::vector<const v1::Cause*>& causes, int64_t unexplained,
               Output& out) {
  BeginTable("What explains the findings, most out of the ordinary first",
             {"Cause", "Conditions", "Change", "Owner", "Since", "Findings",
              "Share", "Rate inside", "Rate outside", "Times as often"},
             5, out);
  for (const v1::Cause* const cause : causes) {
    out.Add("<tr id=\"", Markup(cause->id()), "\"><th scope=\"row\">",
            Markup(cause->title()), "</th><td class=\"v\">",
            Markup(ConditionsText(*cause)), "</td><td>",
            Markup(CauseChangeText(*cause)), "</td><td class=\"v\">",
            Markup(OwnerText(*cause)), "</td><td class=\"t\">",
            TimeText(cause->has_first_time(), cause->first_time()), "</td>");
    AddNumber(Grouped(cause->findings()), out);
    AddNumber(Percent(cause->share()), out);
    AddNumber(Percent(cause->rate_inside()), out);
    AddNumber(Percent(cause->rate_outside()), out);
    AddNumber(absl::StrCat(RatioText(cause->risk_ratio()), " (",
                           RatioText(cause->risk_ratio_low()), " to ",
                           RatioText(cause->risk_ratio_high()), ")"),
              out);
    out.Add("</tr>\n");
  }
  EndTable(out);
  out.Add("<p class=\"soft\">", Grouped(unexplained),
          " findings are explained by none. Intervals are of 95%.</p>\n");
}

std::string QuantilesText(const v1::DurationQuantiles& quantiles) {
  if (quantiles.count() == 0) return "-";
  return absl::StrCat(SecondsText(quantiles.p50().seconds()), " / ",
                      SecondsText(quantiles.p95().seconds()), " / ",
                      SecondsText(quantiles.p99().seconds()));
}

void AddScorecardRow(const v1::ScorecardRow& row, Output& out) {
  const v1::Agreement& agreement = row.agreement();
  out.Add("<tr><th scope=\"row\">",
          Markup(AttributeText(row.entity_type(), row.attribute())), "</th>");
  AddNumber(Grouped(row.claims()), out);
  if (agreement.agree() + agreement.contradict() == 0)
    AddNumber("-", out);
  else
    out.Add("<td class=\"", HeatOf(1 - agreement.rate()), "\" title=\"",
            Percent(agreement.low()), " to ", Percent(agreement.high()), "\">",
            Percent(agreement.rate()), "</td>");
  AddNumber(QuantilesText(row.lag()), out);
  AddNumber(Grouped(row.findings_opened()), out);
  AddNumber(Percent(row.repeat_rate()), out);
  AddNumber(QuantilesText(row.time_to_fix()), out);
  out.Add("</tr>\n");
}

}  // namespace

void AddHeatSections(const AuditReport& report, Output& out) {
  AddVerdictHeat(report.audit.result(), out);
  AddChannelHeat(report, out);
  AddBreakdown(report.audit.result(), out);
}

void AddCauseSection(const AuditReport& report, Output& out) {
  const v1::AuditResult& result = report.audit.result();
  std::vector<const v1::Cause*> open;
  std::vector<const v1::Cause*> over;  // since the audit before
  for (const v1::Cause& cause : result.causes()) {
    if (cause.state() == v1::CAUSE_STATE_OPEN) {
      open.push_back(&cause);
    } else if (cause.change() != v1::CAUSE_CHANGE_UNSPECIFIED) {
      over.push_back(&cause);
    }
  }
  out.Add("<h2 id=\"causes\">Causes</h2>\n");
  if (open.empty()) out.Add("<p>No condition explains the findings.</p>\n");
  if (!open.empty()) AddCauses(open, result.unexplained_findings(), out);
  if (over.empty()) return;
  BeginTable("Causes that are over since the audit before",
             {"Cause", "Conditions", "What became of it", "Owner"}, 0, out);
  for (const v1::Cause* const cause : over)
    out.Add("<tr><th scope=\"row\">", Markup(cause->title()),
            "</th><td class=\"v\">", Markup(ConditionsText(*cause)),
            "</td><td>", Markup(CauseChangeText(*cause)),
            "</td><td class=\"v\">", Markup(OwnerText(*cause)), "</td></tr>\n");
  EndTable(out);
}

void AddScorecardSection(const AuditReport& report, Output& out) {
  if (report.scorecard.empty()) return;
  out.Add(
      "<h2 id=\"scorecard\">The channel's claims in the 28 days "
      "before</h2>\n");
  BeginTable("Scorecard by attribute; times are p50 / p95 / p99",
             {"Attribute", "Claims", "Agree", "Change to first agreement",
              "Findings opened", "Came back", "Time to fix"},
             6, out);
  for (const v1::ScorecardRow& row : report.scorecard)
    AddScorecardRow(row, out);
  EndTable(out);
}

void AddGapSection(const AuditReport& report, Output& out) {
  const v1::AuditResult& result = report.audit.result();
  if (!result.missing().empty()) {
    out.Add("<h2 id=\"missing\">Required, and not in the export</h2>\n");
    BeginTable("Entities that have rows, but none about the attribute",
               {"Attribute", "Entities"}, 1, out);
    for (const v1::AuditMissing& missing : result.missing()) {
      out.Add("<tr><th scope=\"row\">",
              Markup(AttributeText(missing.entity_type(), missing.attribute())),
              "</th>");
      AddNumber(Grouped(missing.entities()), out);
      out.Add("</tr>\n");
    }
    EndTable(out);
  }
  if (result.refused().empty()) return;
  out.Add("<h2 id=\"refused\">Rows that were refused</h2>\n");
  BeginTable("The first of them", {"Line", "Reason", "What is wrong"}, 0, out);
  for (const v1::AuditRefusedRow& row : result.refused())
    out.Add("<tr><th scope=\"row\" class=\"n\">", row.line(), "</th><td>",
            Markup(row.reason()), "</td><td class=\"v\">",
            Markup(row.message()), "</td></tr>\n");
  EndTable(out);
}

}  // namespace concordat::client::report
