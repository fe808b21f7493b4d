#include "client/report/html_sections.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/report/escape.h"
#include "client/report/svg.h"
#include "client/report/text.h"
#include "client/report/verdict_rules.h"

namespace concordat::client::report {
namespace {

void AddTile(absl::string_view name, const std::string& value,
             absl::string_view style, Output& out) {
  out.Add("<li><strong class=\"", style, "\">", Markup(value), "</strong> ",
          name, "</li>\n");
}

void AddFact(absl::string_view name, const std::string& value, Output& out) {
  if (!value.empty())
    out.Add("<dt>", name, "</dt><dd>", Markup(value), "</dd>\n");
}

std::string SourceText(v1::AuditSource source) {
  switch (source) {
    case v1::AUDIT_SOURCE_EXPORT:
      return "an export";
    case v1::AUDIT_SOURCE_HELD:
      return "what its claims said last";
    case v1::AUDIT_SOURCE_PROBE:
      return "what it answered";
    case v1::AUDIT_SOURCE_DIFFERENTIAL:
      return "a sketch of its records, and those that differ";
    case v1::AUDIT_SOURCE_UNSPECIFIED:
    case v1::AuditSource_INT_MIN_SENTINEL_DO_NOT_USE_:
    case v1::AuditSource_INT_MAX_SENTINEL_DO_NOT_USE_:
      break;
  }
  return "";
}

std::string ScopeText(const v1::AuditScope& scope) {
  std::vector<std::string> parts(scope.entity_types().begin(),
                                 scope.entity_types().end());
  parts.insert(parts.end(), scope.attributes().begin(),
               scope.attributes().end());
  return parts.empty() ? "all that its contract names"
                       : absl::StrJoin(parts, ", ");
}

void AddChangeTiles(const AuditReport& report, Output& out) {
  struct Tile {
    v1::AuditChange change;
    absl::string_view name;
    absl::string_view style;
  };
  for (const Tile& tile : std::initializer_list<Tile>{
           {v1::AUDIT_CHANGE_NEW, "new", "bad"},
           {v1::AUDIT_CHANGE_REOPENED, "reopened", "bad"},
           {v1::AUDIT_CHANGE_UPDATED, "updated", ""},
           {v1::AUDIT_CHANGE_UNCHANGED, "unchanged", ""},
           {v1::AUDIT_CHANGE_GONE, "gone", "good"}}) {
    const int64_t count = CountOf(report, tile.change);
    AddTile(tile.name, Grouped(count), count > 0 ? tile.style : "", out);
  }
}

void AddFacts(const AuditReport& report, Output& out) {
  const v1::Audit& audit = report.audit;
  out.Add("<dl class=\"facts\">\n");
  AddFact("For", audit.description(), out);
  AddFact("Asked for by", audit.actor(), out);
  AddFact("Audited", SourceText(audit.source()), out);
  AddFact("Limited to", ScopeText(audit.scope()), out);
  AddFact("As at", TimeText(audit.has_as_at(), audit.as_at()), out);
  AddFact("Ran from", TimeText(audit.has_start_time(), audit.start_time()),
          out);
  AddFact("To", TimeText(audit.has_end_time(), audit.end_time()), out);
  AddFact("Revision of the truth", audit.revision(), out);
  AddFact("Vocabulary version", absl::StrCat(audit.vocabulary_version()), out);
  AddFact("Compared with audit", report.baseline_audit_id, out);
  out.Add("</dl>\n");
}

std::string LagLabel(size_t bucket) {
  static constexpr absl::string_view kLabels[LagHistogram::kBuckets] = {
      "up to 1 min", "10 min", "1 h",     "6 h",   "1 day",
      "3 days",      "7 days", "28 days", "longer"};
  return std::string(kLabels[bucket]);
}

void AddHistory(const AuditReport& report, Output& out) {
  out.Add("<h2 id=\"history\">Agreement over time</h2>\n");
  std::vector<PlotPoint> points;
  for (const HistoryPoint& past : report.history) {
    const v1::Agreement& agreement = past.agreement;
    if (agreement.agree() + agreement.contradict() == 0) continue;
    points.push_back(
        {static_cast<double>(past.at.seconds()), agreement.rate(),
         agreement.low(), agreement.high(),
         absl::StrCat("audit ", past.audit_id, ", ", TimeText(true, past.at),
                      ": ", Percent(agreement.rate()), " (",
                      Percent(agreement.low()), " to ",
                      Percent(agreement.high()), "), ", Grouped(past.findings),
                      " findings")});
  }
  std::sort(points.begin(), points.end(),
            [](const PlotPoint& a, const PlotPoint& b) { return a.x < b.x; });
  if (points.empty()) {
    out.Add("<p>Nothing could be judged.</p>\n");
    return;
  }
  google::protobuf::Timestamp first;
  google::protobuf::Timestamp last;
  first.set_seconds(static_cast<int64_t>(points.front().x));
  last.set_seconds(static_cast<int64_t>(points.back().x));
  out.Add(SharePlot(points, TimeText(true, first), TimeText(true, last),
                    "plot-history",
                    "Agreement of each audit with its 95% interval"));
  out.Add(
      "<p class=\"soft\">Audits of this channel and scope, with 95% "
      "intervals. An audit that was repeated with the same result is one "
      "point.</p>\n");
}

void AddLags(const AuditReport& report, Output& out) {
  out.Add("<h2 id=\"lags\">How late what is stale is</h2>\n");
  std::vector<PlotBar> bars;
  int64_t all = 0;
  for (size_t i = 0; i < LagHistogram::kBuckets; ++i) {
    bars.push_back({LagLabel(i), report.summary.lags.findings[i]});
    all += bars.back().count;
  }
  if (all == 0) {
    out.Add("<p>Nothing is stale.</p>\n");
    return;
  }
  out.Add(BarPlot(bars, "plot-lags",
                  "Stale findings by the time since they were superseded"));
}

}  // namespace

void AddVerdictSection(const AuditReport& report, const RenderOptions& options,
                       Output& out) {
  const v1::AuditResult& result = report.audit.result();
  const v1::Agreement agreement = AgreementOf(result);
  out.Add("<header>\n<h1>Audit ", Markup(report.audit.id()), " of ",
          Markup(report.audit.channel()), "</h1>\n");
  const int64_t judged = agreement.agree() + agreement.contradict();
  if (judged == 0)
    out.Add("<p>Nothing could be judged.</p>\n");
  else if (result.has_estimate())
    out.Add("<p><strong>", SampleText(result.estimate()), "</strong> ",
            Grouped(agreement.contradict()), " of ", Grouped(judged),
            " rows that were looked at contradict.</p>\n");
  else
    out.Add("<p><strong>", Percent(agreement.rate()),
            "</strong> of what could be judged agrees (95% interval ",
            Percent(agreement.low()), " to ", Percent(agreement.high()),
            "): ", Grouped(agreement.contradict()), " of ", Grouped(judged),
            " rows contradict.</p>\n");
  if (options.shows_values)
    out.Add(
        "<p class=\"warning\" role=\"note\">This report has personal "
        "values.</p>\n");
  out.Add("</header>\n<ul class=\"tiles\">\n");
  AddTile("rows", Grouped(result.rows()), "", out);
  AddTile("findings", Grouped(result.findings()), "", out);
  if (!report.baseline_audit_id.empty()) AddChangeTiles(report, out);
  if (report.summary.muted > 0)
    AddTile("muted", Grouped(report.summary.muted), "", out);
  AddTile(result.has_estimate() ? "entities of the sample missing"
                                : "entities missing",
          Grouped(result.entities_missing()),
          result.entities_missing() > 0 ? "bad" : "", out);
  if (result.refused_rows() > 0)
    AddTile("rows refused", Grouped(result.refused_rows()), "bad", out);
  if (result.rows_out_of_scope() > 0)
    AddTile("rows out of scope", Grouped(result.rows_out_of_scope()), "", out);
  out.Add("</ul>\n");
  if (report.baseline_audit_id.empty())
    out.Add("<p>There is no earlier audit to compare with.</p>\n");
  AddFacts(report, out);
  for (const std::string& note : report.notes)
    out.Add("<p class=\"soft\">", Markup(note), "</p>\n");
}

void AddPlotSections(const AuditReport& report, Output& out) {
  AddHistory(report, out);
  AddLags(report, out);
}

void AddExampleSection(const AuditReport& report, Output& out) {
  out.Add("<h2 id=\"examples\">Examples</h2>\n");
  bool any = false;
  for (const FindingKind& kind : report.summary.kinds) {
    if (kind.examples.empty()) continue;
    any = true;
    const VerdictRule* const rule = FindVerdictRule(kind.verdict);
    out.Add("<h3>", Markup(AttributeText(kind.entity_type, kind.attribute)),
            ": ", VerdictName(kind.verdict), " (", Grouped(kind.findings),
            ")</h3>\n");
    if (rule != nullptr)
      out.Add("<p class=\"soft\">", Markup(rule->sentence), " ",
              Markup(rule->advice), "</p>\n");
    out.Add(
        "<div class=\"scroll\"><table>\n<thead><tr>"
        "<th scope=\"col\">Finding</th><th scope=\"col\">About</th>"
        "<th scope=\"col\">The channel says</th>"
        "<th scope=\"col\">The truth</th>"
        "<th scope=\"col\">Said at</th><th scope=\"col\">Explanation</th>"
        "</tr></thead>\n<tbody>\n");
    for (const v1::AuditFinding& finding : kind.examples)
      out.Add("<tr><th scope=\"row\" class=\"id\">", Markup(finding.id()),
              "</th><td class=\"v\">", Markup(AboutWhom(finding)),
              "</td><td class=\"v\">", Markup(SaidText(finding)),
              "</td><td class=\"v\">", Markup(TruthText(finding)),
              absl::StrCat("</td><td class=\"t\">",
                           TimeText(finding.has_said_at(), finding.said_at()),
                           "</td><td class=\"v\">"),
              Markup(finding.explanation()), "</td></tr>\n");
    out.Add("</tbody></table></div>\n");
  }
  if (!any) out.Add("<p>There are no findings.</p>\n");
}

}  // namespace concordat::client::report
