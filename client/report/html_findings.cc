// The table of findings and the data behind it.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/report/escape.h"
#include "client/report/html_sections.h"
#include "client/report/json_writer.h"
#include "client/report/text.h"
#include "client/report/verdict_rules.h"

namespace concordat::client::report {
namespace {

struct Column {
  absl::string_view key;
  absl::string_view title;
  absl::string_view style;
};

constexpr Column kColumns[] = {
    {"id", "Finding", "id"},        {"who", "About", "v"},
    {"attribute", "Attribute", ""}, {"verdict", "Verdict", ""},
    {"change", "Change", ""},       {"state", "State", ""},
    {"said", "Said", "v"},          {"truth", "Truth", "v"},
    {"said_at", "Said at", "t"},    {"lag", "Lag, s", "n"},
    {"exposure", "Exposure", ""},   {"cause", "Cause", "v"},
    {"line", "Line", "n"}};

// Names that rows refer to by number, in the order in which they came.
class Names {
 public:
  // The number of `key`, which is shown as `name`.
  size_t NumberOf(const std::string& key, const std::string& name) {
    const auto [place, is_new] = numbers_.emplace(key, names_.size());
    if (is_new) names_.push_back(name);
    return place->second;
  }
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::map<std::string, size_t> numbers_;
  std::vector<std::string> names_;
};

// Titles of causes by id.
using Titles = std::map<std::string, std::string>;

struct Dictionaries {
  Names attributes;
  Names causes;
  Titles titles;
};

std::string TitleOf(const Titles& titles, const std::string& cause_id) {
  const auto found = titles.find(cause_id);
  return found == titles.end() ? cause_id : found->second;
}

std::string AttributeOf(const v1::AuditFinding& finding) {
  return AttributeText(finding.entity().type(), finding.attribute());
}

// Texts that are many: rows have their number, which saves most of the page's
// size.
constexpr absl::string_view kTexts[] = {kMasked, kNotInAudit, kErased};

// A personal value; what is none comes last in any order.
std::string Value(const std::string& text) {
  if (text == kNoValue) return "null";
  const auto* const found =
      std::find(std::begin(kTexts), std::end(kTexts), text);
  return found == std::end(kTexts) ? Json(Disarmed(text))
                                   : absl::StrCat(found - std::begin(kTexts));
}

std::string OrNull(int64_t number) {
  return number == 0 ? "null" : absl::StrCat(number);
}

std::string Who(const v1::AuditFinding& finding) {
  const bool is_masked = finding.has_entity() ? finding.entity().id() == kMasked
                                              : finding.subject() == kMasked;
  return is_masked ? Value(kMasked) : Json(Disarmed(AboutWhom(finding)));
}

// One row, in the order of kColumns.
std::string Row(const v1::AuditFinding& finding, Dictionaries* names) {
  const std::string attribute = AttributeOf(finding);
  const std::string cause =
      finding.cause_id().empty()
          ? "null"
          : absl::StrCat(names->causes.NumberOf(
                finding.cause_id(),
                TitleOf(names->titles, finding.cause_id())));
  return absl::StrCat(
      absl::StrCat("[", Json(finding.id()), ",", Who(finding), ",",
                   names->attributes.NumberOf(attribute, attribute), ",",
                   static_cast<int>(finding.verdict()), ",",
                   OrNull(finding.change()), ",", OrNull(finding.state()), ","),
      absl::StrCat(
          Value(SaidText(finding)), ",", Value(TruthText(finding)), ",",
          finding.has_said_at() ? absl::StrCat(finding.said_at().seconds())
                                : "null",
          ",", OrNull(finding.lag_seconds()), ","),
      absl::StrCat(OrNull(finding.exposure()), ",", cause, ",",
                   OrNull(finding.line()), "]"));
}

template <typename NameOf>
std::vector<std::string> EnumNames(int max, NameOf name_of) {
  std::vector<std::string> names;
  for (int i = 0; i <= max; ++i) names.emplace_back(name_of(i));
  return names;
}

void AddNames(JsonWriter& json, const std::vector<std::string>& names,
              bool is_ordered) {
  json.Key("names");
  json.BeginArray();
  for (const std::string& name : names) json.String(Disarmed(name));
  json.EndArray();
  json.Key("ordered");
  json.Bool(is_ordered);
}

void AddFlag(JsonWriter& json, absl::string_view name) {
  json.Key(name);
  json.Bool(true);
}

void AddColumn(JsonWriter& json, const Column& column,
               const Dictionaries& names) {
  json.BeginObject();
  json.Member("key", column.key);
  json.Member("style", column.style);
  const absl::string_view key = column.key;
  if (key == "attribute") AddNames(json, names.attributes.names(), false);
  if (key == "cause") AddNames(json, names.causes.names(), false);
  if (key == "verdict")
    AddNames(json,
             EnumNames(v1::Verdict_MAX,
                       [](int i) {
                         return VerdictName(static_cast<v1::Verdict>(i));
                       }),
             true);
  if (key == "change")
    AddNames(json,
             EnumNames(v1::AuditChange_MAX,
                       [](int i) {
                         return ChangeName(static_cast<v1::AuditChange>(i));
                       }),
             true);
  if (key == "state")
    AddNames(json,
             EnumNames(v1::FindingState_MAX,
                       [](int i) {
                         return StateName(static_cast<v1::FindingState>(i));
                       }),
             true);
  if (key == "exposure")
    AddNames(json,
             EnumNames(v1::Exposure_MAX,
                       [](int i) {
                         return ExposureName(static_cast<v1::Exposure>(i));
                       }),
             true);
  if (key == "said" || key == "truth") json.Member("none", kNoValue);
  if (key == "said" || key == "truth" || key == "who") AddFlag(json, "texts");
  if (key == "said_at") AddFlag(json, "time");
  json.EndObject();
}

// The same row without the script.
void AddStaticRow(const v1::AuditFinding& finding, const Titles& titles,
                  Output& out) {
  const auto cell = [&out](absl::string_view style, const std::string& text) {
    out.Add("<td class=\"", style, "\">", Markup(text), "</td>");
  };
  out.Add("<tr><th scope=\"row\" class=\"id\">", Markup(finding.id()), "</th>");
  cell("v", AboutWhom(finding));
  cell("", AttributeOf(finding));
  cell("", std::string(VerdictName(finding.verdict())));
  cell("", std::string(ChangeName(finding.change())));
  cell("", std::string(StateName(finding.state())));
  cell("v", SaidText(finding));
  cell("v", TruthText(finding));
  cell("t", TimeText(finding.has_said_at(), finding.said_at()));
  cell("n",
       finding.lag_seconds() == 0 ? "" : absl::StrCat(finding.lag_seconds()));
  cell("", std::string(ExposureName(finding.exposure())));
  cell("v", TitleOf(titles, finding.cause_id()));
  cell("n", finding.line() == 0 ? "" : absl::StrCat(finding.line()));
  out.Add("</tr>\n");
}

void AddControls(Output& out) {
  out.Add(
      "<div class=\"controls\" id=\"controls\" role=\"search\" hidden>\n"
      "<label>Contains <input id=\"words\" type=\"search\"></label>\n");
  for (const Column& column : kColumns) {
    const absl::string_view key = column.key;
    if (key != "attribute" && key != "verdict" && key != "change" &&
        key != "state" && key != "cause")
      continue;
    out.Add("<label>", column.title, " <select id=\"by-", key,
            "\"><option value=\"\">all</option></select></label>\n");
  }
  out.Add("</div>\n");
}

void AddTable(const AuditReport& report, const Titles& titles, Output& out) {
  out.Add(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
      "aria-label=\"Findings\"><table id=\"table\">\n"
      "<caption class=\"soft\">Findings</caption>\n<thead><tr>");
  for (const Column& column : kColumns)
    out.Add("<th scope=\"col\"", column.style == "n" ? " class=\"n\"" : "", ">",
            column.title, "</th>");
  out.Add("</tr></thead>\n<tbody id=\"rows\">\n");
  for (const v1::AuditFinding& finding : report.summary.head)
    AddStaticRow(finding, titles, out);
  out.Add(
      "</tbody></table></div>\n"
      "<div class=\"controls\" id=\"pages\" hidden>"
      "<button type=\"button\" id=\"back\">Back</button>"
      "<button type=\"button\" id=\"on\">On</button></div>\n");
}

// What the table has of how many, with the script and without.
void AddExtent(const AuditReport& report, int64_t max, Output& out) {
  const int64_t all = report.summary.all();
  if (all > max)
    out.Add("<p>The page has ", Grouped(max), " of ", Grouped(all),
            " findings, new ones first; all of them are in the other "
            "formats.</p>\n");
  const auto head = static_cast<int64_t>(report.summary.head.size());
  if (all > head)
    out.Add("<noscript><p>The first ", Grouped(head), " of ", Grouped(all),
            "; the others take JavaScript, or another format.</p>"
            "</noscript>\n");
  out.Add(
      "<p id=\"status\" class=\"soft\" role=\"status\" "
      "aria-live=\"polite\"></p>\n");
}

}  // namespace

absl::Status AddFindingSection(const AuditReport& report,
                               FindingSource& findings,
                               const RenderOptions& options, Output& out) {
  const int64_t max = options.findings_max == 0 ? RenderOptions::kHtmlFindings
                                                : options.findings_max;
  Dictionaries names;
  for (const v1::Cause& cause : report.audit.result().causes())
    names.titles[cause.id()] = cause.title();
  out.Add("<h2 id=\"all-findings\">Findings</h2>\n");
  AddControls(out);
  AddExtent(report, max, out);
  AddTable(report, names.titles, out);
  out.Add("<script type=\"application/json\" id=\"findings\">{\"texts\":[");
  for (const absl::string_view text : kTexts)
    out.Add(text == kTexts[0] ? "" : ",", Json(text));
  out.Add("],\"rows\":[");
  absl::string_view comma = "\n";
  const absl::Status walked =
      ForEachAtMost(findings, report.summary.all(), max,
                    [&](const v1::AuditFinding& finding) {
                      out.Add(comma, Row(finding, &names));
                      comma = ",\n";
                      return out.status();
                    });
  if (!walked.ok()) return walked;
  out.Add("],\n\"columns\":");
  JsonWriter json(out);
  json.BeginArray();
  for (const Column& column : kColumns) AddColumn(json, column, names);
  json.EndArray();
  out.Add("}</script>\n");
  return absl::OkStatus();
}

}  // namespace concordat::client::report
