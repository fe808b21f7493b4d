// The page: what its policy allows, what its data says, that text stays text.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/report/html_assets.h"
#include "client/report/render.h"
#include "client/report/svg.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/sha256.h"
#include "tests/report/sample_report.h"

namespace concordat::client::report {
namespace {

using testing::HasSubstr;
using testing::Not;

size_t CountOf(absl::string_view text, absl::string_view part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != absl::string_view::npos;
       at = text.find(part, at + 1))
    ++count;
  return count;
}

// What stands between two marks; fails where they are not there once.
std::string Between(const std::string& text, const std::string& begin,
                    const std::string& end) {
  EXPECT_EQ(CountOf(text, begin), 1U) << begin;
  const size_t from = text.find(begin) + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

google::protobuf::Value DataOf(const std::string& page) {
  google::protobuf::Value data;
  const auto parsed = google::protobuf::util::JsonStringToMessage(
      Between(page, "<script type=\"application/json\" id=\"findings\">",
              "</script>"),
      &data);
  EXPECT_TRUE(parsed.ok()) << parsed.ToString();
  return data;
}

TEST(Html, AllowsItsOwnScriptAndStyleAndNothingElse) {
  const std::string page = SampleIn(Format::kHtml, 100, true);
  const std::string policy =
      Between(page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
  const auto hash = [](const std::string& text) {
    return absl::StrCat("'sha256-",
                        absl::Base64Escape(Sha256().Add(text).Finish()), "'");
  };
  EXPECT_EQ(
      policy,
      absl::StrCat("default-src 'none'; base-uri 'none'; form-action "
                   "'none'; style-src ",
                   hash(Between(page, "<style>", "</style>")), "; script-src ",
                   hash(Between(page, "<script>", "</script>"))));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}

TEST(Html, LoadsNothing) {
  const std::string page = SampleIn(Format::kHtml, 100, false);
  for (const char* mark : {" src=", " href=", "url(", "@import", "<iframe",
                           "<img", "<link", " onclick", " style="})
    EXPECT_THAT(page, Not(HasSubstr(mark)));
}

TEST(Html, TextOfOthersIsNeverMarkup) {
  const std::string page = SampleIn(Format::kHtml, 300, true);
  EXPECT_EQ(CountOf(page, "<script"), 2U);
  EXPECT_EQ(CountOf(page, "</script"), 2U);
  EXPECT_EQ(CountOf(page, "<!--"), 0U);
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  // Within the data it cannot end an attribute, for there is none.
  EXPECT_THAT(page.substr(0, page.find("<script type=")),
              Not(HasSubstr("' onmouseover=")));
  EXPECT_THAT(page, Not(HasSubstr("\u202E")));
  EXPECT_EQ(page.find('\0'), std::string::npos);
  EXPECT_THAT(page, Not(HasSubstr("<b>here</b>")));
}

TEST(Html, HasEverySection) {
  const std::string page = SampleIn(Format::kHtml, 300, false);
  for (const char* id :
       {"history", "lags", "verdicts", "channels", "breakdown", "causes",
        "scorecard", "missing", "refused", "examples", "all-findings"})
    EXPECT_THAT(page, HasSubstr(absl::StrCat("<h2 id=\"", id, "\">")));
  EXPECT_EQ(CountOf(page, "<svg"), 2U);
  EXPECT_EQ(CountOf(page, "role=\"img\""), 2U);
  EXPECT_THAT(page, HasSubstr("∞"));
  // Tags that are opened are closed.
  for (const char* tag : {"table", "thead", "tbody", "tr", "td", "ul", "li",
                          "dl", "main", "div", "svg", "p", "h2", "h3"})
    EXPECT_EQ(CountOf(page, absl::StrCat("<", tag, " ")) +
                  CountOf(page, absl::StrCat("<", tag, ">")),
              CountOf(page, absl::StrCat("</", tag, ">")))
        << tag;
}

TEST(Html, HasEveryFindingAsData) {
  const auto data = DataOf(SampleIn(Format::kHtml, 300, true));
  const auto& rows = data.struct_value().fields().at("rows").list_value();
  const auto& columns = data.struct_value().fields().at("columns").list_value();
  ASSERT_EQ(rows.values_size(), 300);
  for (int i = 0; i < 300; ++i) {
    const auto& row = rows.values(i).list_value();
    ASSERT_EQ(row.values_size(), columns.values_size());
    EXPECT_EQ(row.values(0).string_value(), SampleFinding(i).id());
  }
}

TEST(Html, SaysHowManyItLeavesOut) {
  ListedFindings findings(SampleFindings(300));
  const AuditReport report = SampleReport(findings.all(), findings);
  RenderOptions options;
  options.findings_max = 100;
  const std::string page = Rendered(Format::kHtml, report, findings, options);
  EXPECT_THAT(page, HasSubstr("The page has 100 of 300 findings"));
  const auto data = DataOf(page);
  EXPECT_EQ(data.struct_value().fields().at("rows").list_value().values_size(),
            100);
}

TEST(Html, SaysThatItIsOfASample) {
  ListedFindings findings(SampleFindings(30));
  AuditReport report = SampleReport(findings.all(), findings);
  v1::AuditEstimate& estimate =
      *report.audit.mutable_result()->mutable_estimate();
  estimate.set_rate(0.012);
  estimate.set_low(0.01);
  estimate.set_high(0.0143);
  estimate.set_confidence(0.95);
  estimate.set_sampled(10'000);
  estimate.set_population(2'500'000);
  constexpr char kSays[] =
      "Something is wrong with 1.20% of 2,500,000 entities (95% interval "
      "1.00% to 1.43%), by a sample of 10,000.";
  for (const Format format : {Format::kHtml, Format::kMarkdown, Format::kJunit})
    EXPECT_THAT(Rendered(format, report, findings, RenderOptions()),
                HasSubstr(kSays));
  EXPECT_THAT(Headline(report), HasSubstr("a sample, 1.20% of entities wrong"));
}

// The table has those that are at work; of others only what became of them.
TEST(Html, CausesThatAreOverAreNoExplanation) {
  ListedFindings findings(SampleFindings(30));
  AuditReport report = SampleReport(findings.all(), findings);
  auto& causes = *report.audit.mutable_result()->mutable_causes();
  causes.Clear();
  const auto add = [&](const char* title, v1::CauseChange change) {
    v1::Cause& cause = *causes.Add();
    cause.set_id(absl::StrCat("cause-", title));
    cause.set_title(title);
    cause.set_state(v1::CAUSE_STATE_CLOSED);
    cause.set_change(change);
  };
  add("just over", v1::CAUSE_CHANGE_CLOSED);
  add("long over", v1::CAUSE_CHANGE_UNSPECIFIED);
  const std::string page =
      Rendered(Format::kHtml, report, findings, RenderOptions());
  EXPECT_THAT(page, HasSubstr("No condition explains the findings."));
  EXPECT_THAT(page, HasSubstr("just over"));
  EXPECT_THAT(page, Not(HasSubstr("long over")));
  EXPECT_THAT(page, Not(HasSubstr("UNSPECIFIED")));
  EXPECT_THAT(Rendered(Format::kMarkdown, report, findings, RenderOptions()),
              Not(HasSubstr("Causes")));
}

TEST(Html, WarnsOfPersonalValues) {
  EXPECT_THAT(SampleIn(Format::kHtml, 1, true),
              HasSubstr("This report has personal values."));
  EXPECT_THAT(SampleIn(Format::kHtml, 1, false),
              Not(HasSubstr("This report has personal values.")));
}

TEST(SharePlot, StaysWithinItsFrame) {
  EXPECT_EQ(SharePlot({}, "", "", "p", "t"), "");
  for (const std::vector<PlotPoint>& points :
       std::vector<std::vector<PlotPoint>>{
           {{5, 1, 1, 1, "one"}},
           {{5, 0, 0, 0, "none"}, {5, 1, 1, 1, "same time"}},
           {{0, 0.5, 0.1, 0.9, "<"}, {1e9, 0.999, 0.998, 1, ">"}}}) {
    const std::string svg = SharePlot(points, "a", "b", "p", "t<");
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
    EXPECT_THAT(svg, Not(HasSubstr("=\"-")));
    EXPECT_THAT(svg, HasSubstr("t&lt;"));
    EXPECT_EQ(CountOf(svg, "<circle"), points.size());
  }
}

TEST(BarPlot, ShowsEveryCount) {
  const std::string svg =
      BarPlot({{"a", 0}, {"b", 1'000'000}, {"c<", 1}}, "p", "t");
  EXPECT_EQ(CountOf(svg, "<rect"), 3U);
  EXPECT_THAT(svg, HasSubstr("1,000,000"));
  EXPECT_THAT(svg, HasSubstr("c&lt;"));
  EXPECT_THAT(svg, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace concordat::client::report
