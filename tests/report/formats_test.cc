// Reports read back: by the JSON of protobuf, by our CSV reader, by hand.
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/import/csv_reader.h"
#include "client/report/escape.h"
#include "client/report/render.h"
#include "client/report/text.h"
#include "client/report/verdict_rules.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/temporary_file.h"
#include "tests/report/sample_report.h"

namespace concordat::client::report {
namespace {

using google::protobuf::ListValue;
using google::protobuf::Struct;
using google::protobuf::Value;
using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageDifferencer;
using testing::HasSubstr;

constexpr int64_t kFindings = 200;

constexpr Format kFormats[] = {Format::kHtml,      Format::kJunit,
                               Format::kSarif,     Format::kCsv,
                               Format::kJsonLines, Format::kMarkdown};

const Value& Member(const Value& value, const std::string& name) {
  static const auto* const kNothing = new Value();
  const auto found = value.struct_value().fields().find(name);
  return found == value.struct_value().fields().end() ? *kNothing
                                                      : found->second;
}

Value ParseJson(const std::string& text) {
  Value value;
  const auto parsed = JsonStringToMessage(text, &value);
  EXPECT_TRUE(parsed.ok()) << parsed.ToString();
  return value;
}

using Records = std::vector<std::vector<std::string>>;

Records ParseCsv(const std::string& text) {
  const TemporaryFile file(text);
  LineReader lines(*ByteSource::Open(file.path()));
  CsvReader csv(&lines, ',');
  Records records;
  while (true) {
    const auto event = csv.Next();
    EXPECT_TRUE(event.ok()) << event.status();
    if (!event.ok() || *event == CsvReader::Event::kEnd) return records;
    EXPECT_EQ(*event, CsvReader::Event::kRow) << csv.problem();
    if (*event != CsvReader::Event::kRow) return records;
    records.emplace_back(csv.row().cells.begin(), csv.row().cells.end());
  }
}

TEST(Formats, AreFoundByName) {
  EXPECT_EQ(*ParseFormat("sarif"), Format::kSarif);
  EXPECT_THAT(ParseFormat("pdf").status().message(), HasSubstr("html, junit"));
}

TEST(Formats, HaveNoPersonalValueUnlessAskedFor) {
  for (const Format format : kFormats) {
    const int number = static_cast<int>(format);
    EXPECT_FALSE(absl::StrContains(SampleIn(format, kFindings, false), kSecret))
        << number;
    EXPECT_TRUE(absl::StrContains(SampleIn(format, kFindings, true), kSecret))
        << number;
  }
}

TEST(Formats, AreTheSameBytesEachTime) {
  for (const Format format : kFormats)
    EXPECT_EQ(SampleIn(format, kFindings, true),
              SampleIn(format, kFindings, true))
        << static_cast<int>(format);
}

TEST(Formats, EndWithTheSinksError) {
  ListedFindings findings(SampleFindings(kFindings));
  const AuditReport report = SampleReport(findings.all(), findings);
  for (const Format format : kFormats) {
    const absl::Status rendered = Render(
        format, report, findings, RenderOptions(), [](absl::string_view) {
          return absl::DataLossError("the disk is full");
        });
    EXPECT_TRUE(absl::IsDataLoss(rendered)) << static_cast<int>(format);
  }
}

TEST(Formats, ShowAnAuditInWhichNothingWasFound) {
  ListedFindings none({});
  AuditReport report;
  report.audit.set_id("1");
  report.audit.set_channel("web");
  report.summary = *Summarize(none, 3);
  for (const Format format : kFormats)
    EXPECT_EQ(Rendered(format, report, none, RenderOptions()).empty(),
              format == Format::kJsonLines);
  EXPECT_THAT(Rendered(Format::kMarkdown, report, none, RenderOptions()),
              HasSubstr("Nothing could be judged"));
}

TEST(JsonLines, AreTheFindingsThemselves) {
  ListedFindings findings(SampleFindings(kFindings));
  const AuditReport report = SampleReport(findings.all(), findings);
  std::vector<std::string> lines = absl::StrSplit(
      Rendered(Format::kJsonLines, report, findings, RenderOptions()), '\n');
  ASSERT_EQ(lines.size(), kFindings + 1);
  EXPECT_EQ(lines.back(), "");
  for (int64_t i = 0; i < kFindings; ++i) {
    v1::AuditFinding read;
    const auto parsed = JsonStringToMessage(lines[i], &read);
    ASSERT_TRUE(parsed.ok()) << parsed.ToString();
    const v1::AuditFinding& written = findings.all()[i];
    if (!absl::StrContains(lines[i], "\uFFFD")) {
      EXPECT_TRUE(MessageDifferencer::Equals(read, written))
          << read.ShortDebugString();
    }
  }
}

// Every field of the message is written: one that is added must be, too.
TEST(JsonLines, HaveEveryField) {
  v1::AuditFinding finding = SampleFinding(1);
  finding.set_said("silver");
  finding.set_truth("gold");
  finding.set_subject("w-1");
  finding.mutable_entity()->set_id("C1");
  finding.set_explanation("web held \"silver\"");
  finding.set_lag_seconds(5);
  finding.set_further_verdict(v1::VERDICT_AGREES);
  finding.set_erased(true);
  finding.set_state(v1::FINDING_STATE_MUTED);
  finding.set_mute_reason("accepted");
  finding.set_cause_id("cause-1");
  finding.set_withheld(v1::WITHHELD_ALL_BUT_YEAR);
  const auto* const message = finding.GetDescriptor();
  for (int i = 0; i < message->field_count(); ++i) {
    const auto* const field = message->field(i);
    ASSERT_TRUE(field->is_repeated()
                    ? finding.GetReflection()->FieldSize(finding, field) > 0
                    : finding.GetReflection()->HasField(finding, field))
        << "set " << field->name() << " above";
  }
  ListedFindings one({finding});
  const AuditReport report = SampleReport(one.all(), one);
  v1::AuditFinding read;
  ASSERT_TRUE(
      JsonStringToMessage(
          Rendered(Format::kJsonLines, report, one, RenderOptions()), &read)
          .ok());
  EXPECT_TRUE(MessageDifferencer::Equals(read, finding))
      << read.ShortDebugString();
}

TEST(Csv, HasARecordForEachFindingAndNoFormula) {
  const Records records = ParseCsv(SampleIn(Format::kCsv, kFindings, true));
  ASSERT_EQ(records.size(), kFindings + 1);
  ASSERT_EQ(records[0].size(), 23U);
  std::map<std::string, size_t> column;
  for (size_t i = 0; i < records[0].size(); ++i) column[records[0][i]] = i;
  for (int64_t i = 0; i < kFindings; ++i) {
    const auto& record = records[i + 1];
    ASSERT_EQ(record.size(), 23U);
    for (const std::string& cell : record)
      EXPECT_FALSE(IsFormula(cell)) << cell;
    const v1::AuditFinding finding = SampleFinding(i);
    EXPECT_EQ(record[column["finding_id"]], finding.id());
    EXPECT_EQ(record[column["verdict"]], VerdictName(finding.verdict()));
    EXPECT_EQ(record[column["change"]], ChangeName(finding.change()));
    EXPECT_EQ(record[column["line"]], absl::StrCat(finding.line()));
    EXPECT_EQ(record[column["lag_seconds"]],
              absl::StrCat(finding.lag_seconds()));
  }
}

TEST(Csv, EndsRecordsAsTheStandardSays) {
  const std::string csv = SampleIn(Format::kCsv, 1, false);
  EXPECT_TRUE(absl::EndsWith(csv, "\r\n"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2);
}

class SarifTest : public testing::Test {
 protected:
  const Value sarif_ = ParseJson(SampleIn(Format::kSarif, kFindings, true));
  const Value run_ = Member(sarif_, "runs").list_value().values(0);
  const ListValue results_ = Member(run_, "results").list_value();
};

TEST_F(SarifTest, SaysWhatBecameOfEachFinding) {
  ASSERT_EQ(results_.values_size(), kFindings);
  const std::map<v1::AuditChange, std::string> states = {
      {v1::AUDIT_CHANGE_NEW, "new"},
      {v1::AUDIT_CHANGE_UNCHANGED, "unchanged"},
      {v1::AUDIT_CHANGE_UPDATED, "updated"},
      {v1::AUDIT_CHANGE_GONE, "absent"},
      {v1::AUDIT_CHANGE_REOPENED, "new"}};
  for (int i = 0; i < kFindings; ++i) {
    const Value& result = results_.values(i);
    const v1::AuditFinding finding = SampleFinding(i);
    EXPECT_EQ(Member(result, "baselineState").string_value(),
              states.at(finding.change()));
    EXPECT_EQ(Member(Member(result, "properties"), "reopened").bool_value(),
              finding.change() == v1::AUDIT_CHANGE_REOPENED);
    EXPECT_EQ(
        Member(Member(result, "partialFingerprints"), "concordatFinding/v1")
            .string_value(),
        finding.id());
    const ListValue& suppressions = Member(result, "suppressions").list_value();
    ASSERT_EQ(suppressions.values_size(),
              finding.state() == v1::FINDING_STATE_MUTED ? 1 : 0);
    if (suppressions.values_size() == 1) {
      EXPECT_EQ(Member(suppressions.values(0), "kind").string_value(),
                "external");
      EXPECT_THAT(
          Member(suppressions.values(0), "justification").string_value(),
          HasSubstr("accepted until May"));
    }
  }
}

TEST_F(SarifTest, RefersToItsRules) {
  const ListValue& rules =
      Member(Member(Member(run_, "tool"), "driver"), "rules").list_value();
  ASSERT_EQ(static_cast<size_t>(rules.values_size()), VerdictRules().size());
  for (int i = 0; i < kFindings; ++i) {
    const Value& result = results_.values(i);
    const int index =
        static_cast<int>(Member(result, "ruleIndex").number_value());
    ASSERT_LT(index, rules.values_size());
    EXPECT_EQ(Member(result, "ruleId").string_value(),
              Member(rules.values(index), "id").string_value());
    EXPECT_EQ(Member(result, "ruleId").string_value(),
              VerdictName(SampleFinding(i).verdict()));
    EXPECT_EQ(
        Member(result, "level").string_value(),
        Member(Member(rules.values(index), "defaultConfiguration"), "level")
            .string_value());
  }
}

TEST_F(SarifTest, EscapesLinksPlaceholdersAndPaths) {
  for (const Value& result : results_.values()) {
    const std::string& text =
        Member(Member(result, "message"), "text").string_value();
    EXPECT_FALSE(absl::StrContains(text, " [x]"));
    EXPECT_FALSE(absl::StrContains(text, "{0} "));
    const Value& place = Member(
        Member(result, "locations").list_value().values(0), "physicalLocation");
    EXPECT_EQ(Member(Member(place, "artifactLocation"), "uri").string_value(),
              "exports/web%20export.csv");
  }
  EXPECT_EQ(Member(sarif_, "version").string_value(), "2.1.0");
}

TEST(Sarif, ListsNoMoreThanIsAskedFor) {
  ListedFindings findings(SampleFindings(kFindings));
  const AuditReport report = SampleReport(findings.all(), findings);
  RenderOptions options;
  options.findings_max = 7;
  const Value sarif =
      ParseJson(Rendered(Format::kSarif, report, findings, options));
  const ListValue& results =
      Member(Member(sarif, "runs").list_value().values(0), "results")
          .list_value();
  ASSERT_EQ(results.values_size(), 7);
  for (const Value& result : results.values())
    EXPECT_NE(Member(result, "baselineState").string_value(), "unchanged");
}

TEST(Markdown, KeepsTextOfOthersInCodeSpans) {
  const std::string text = SampleIn(Format::kMarkdown, kFindings, true);
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    // Outside of code spans there are no marks but ours.
    std::string outside;
    for (size_t at = 0; at < line.size();) {
      if (line[at] != '`') {
        outside += line[at++];
        continue;
      }
      const size_t run = line.find_first_not_of('`', at);
      ASSERT_NE(run, absl::string_view::npos) << line;
      const std::string fence(run - at, '`');
      size_t end = line.find(fence, run);
      while (end != absl::string_view::npos &&
             (line[end - 1] == '`' || (end + fence.size() < line.size() &&
                                       line[end + fence.size()] == '`')))
        end = line.find(fence, end + 1);
      ASSERT_NE(end, absl::string_view::npos) << line;
      at = end + fence.size();
    }
    for (const char* mark : {"SECRET", "@everyone", "http://", "<script", "]("})
      EXPECT_FALSE(absl::StrContains(outside, mark)) << line;
  }
}

TEST(Markdown, HasTheSameCellsInEachRowOfATable) {
  size_t cells = 0;
  const std::string text = SampleIn(Format::kMarkdown, kFindings, true);
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (!absl::StartsWith(line, "|")) {
      cells = 0;
      continue;
    }
    size_t bars = 0;
    for (size_t at = 0; at < line.size(); ++at) {
      // As GFM takes rows apart: a backslash covers what follows it.
      if (line[at] == '\\')
        ++at;
      else if (line[at] == '|')
        ++bars;
    }
    if (cells == 0) cells = bars;
    EXPECT_EQ(bars, cells) << line;
  }
}

TEST(Junit, FailsWhereThereAreFindingsThatAreNotMuted) {
  std::vector<v1::AuditFinding> all;
  for (int i = 0; i < 4; ++i) {
    v1::AuditFinding& finding = all.emplace_back();
    finding.mutable_entity()->set_type("customer");
    finding.set_attribute(i < 2 ? "tier" : "email");
    finding.set_verdict(v1::VERDICT_STALE);
    finding.set_change(v1::AUDIT_CHANGE_NEW);
    if (i != 0) finding.set_state(v1::FINDING_STATE_MUTED);
  }
  all.emplace_back().set_change(v1::AUDIT_CHANGE_GONE);
  all.back().set_verdict(v1::VERDICT_MISSING);
  ListedFindings findings(all);
  const AuditReport report = SampleReport(all, findings);
  const std::string xml =
      Rendered(Format::kJunit, report, findings, RenderOptions());
  EXPECT_THAT(xml, HasSubstr("<failure type=\"STALE\" message=\"2 findings, 2 "
                             "new, 0 reopened, 1 muted\">"));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"2 findings, 2 new, 0 "
                             "reopened, 2 muted\">"));
  EXPECT_THAT(xml, HasSubstr("<error type=\"REFUSED\""));
  EXPECT_THAT(xml, HasSubstr(" failures=\"1\" errors=\"1\" time=\"12.345\">"));
}

}  // namespace
}  // namespace concordat::client::report
