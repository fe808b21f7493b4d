// `concordat values ...` without a server, as users run it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/app.h"
#include "client/cli/values_text.h"
#include "tests/client/run_command.h"
#include "tests/client/temporary_file.h"

namespace concordat::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Printed RunValues(const std::vector<std::string>& words) {
  App app;
  AddValueCommands(app);
  AddPairFileCommand(app);
  // Names that values may have as well.
  AddServerCommands(app);
  std::vector<std::string> line = {"values"};
  line.insert(line.end(), words.begin(), words.end());
  return RunCommand(app, line);
}

// Lines of words, without the spaces that align them.
std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<absl::string_view> cells =
        absl::StrSplit(line, "  ", absl::SkipWhitespace());
    std::string joined;
    for (absl::string_view cell : cells) {
      while (!cell.empty() && cell.front() == ' ') cell.remove_prefix(1);
      absl::StrAppend(&joined, joined.empty() ? "" : "|", cell);
    }
    lines.push_back(joined);
  }
  return lines;
}

// ---- explain ---------------------------------------------------------------

TEST(ValuesExplain, ShowsTheVerdictAndBothTraces) {
  const Printed same = RunValues({"explain", "date", "03.04.2026", "2026-04-03",
                                  "--context", "a.locale=de_DE"});
  EXPECT_EQ(same.exit_code, 0) << same.error;
  const std::vector<std::string> lines = Lines(same.out);
  ASSERT_GE(lines.size(), 4u) << same.out;
  EXPECT_EQ(lines[0], "SAME");
  EXPECT_THAT(lines, testing::Contains("date|A|B"));
  EXPECT_THAT(lines, testing::Contains("as written|03.04.2026|2026-04-03"));
  EXPECT_EQ(lines.back(), "means|2026-04-03|2026-04-03");
}

TEST(ValuesExplain, SaysWhatWouldDecide) {
  const Printed unclear =
      RunValues({"explain", "date", "03/04/2026", "2026-04-03"});
  EXPECT_EQ(unclear.exit_code, 0);
  EXPECT_THAT(unclear.out, StartsWith("UNDECIDED\na: "));
  EXPECT_EQ(Lines(unclear.out).back(), "means|cannot be read|2026-04-03");
}

TEST(ValuesExplain, TakesContextsOneByOneAndTogether) {
  for (const std::vector<std::string>& context :
       {std::vector<std::string>{"--context", "currency=EUR", "--context",
                                 "a.locale=de_DE", "money", "40,50", "40.50"},
        {"money", "40,50", "40.50", "--context", "currency=EUR;a.locale=de_DE"},
        {"money", "--context=currency=EUR", "40,50", "40.50",
         "--context=a.locale=de_DE"}}) {
    std::vector<std::string> words = {"explain", "-o", "csv"};
    words.insert(words.end(), context.begin(), context.end());
    const Printed printed = RunValues(words);
    EXPECT_EQ(printed.exit_code, 0) << printed.error;
    EXPECT_THAT(printed.out, HasSubstr("\nSAME,")) << printed.out;
    EXPECT_THAT(printed.out, HasSubstr(",40.5 EUR,40.5 EUR\n"));
  }
}

TEST(ValuesExplain, PrintsForPrograms) {
  const Printed json =
      RunValues({"explain", "integer", "12", "13", "--output", "json"});
  EXPECT_EQ(json.exit_code, 0) << json.error;
  EXPECT_THAT(json.out, HasSubstr("\"likeness\": \"LIKENESS_DIFFERENT\""));
  EXPECT_THAT(json.out, HasSubstr("\"raw\": \"13\""));
  const Printed yaml =
      RunValues({"explain", "integer", "12", "12", "--output", "yaml"});
  EXPECT_THAT(yaml.out, StartsWith("likeness: LIKENESS_SAME\n"));
}

TEST(ValuesExplain, TakesValuesThatLookLikeSomethingElse) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"explain", "text", "values", "server"},
        {"explain", "decimal", "-12", "-12.0"},
        {"explain", "text", "--", "--server", "--context"},
        {"explain", "text", "", ""}}) {
    const Printed printed = RunValues(words);
    EXPECT_EQ(printed.exit_code, 0) << words[2] << ": " << printed.error;
  }
}

TEST(ValuesExplain, RefusesWhatItDoesNotKnow) {
  const Printed type = RunValues({"explain", "mony", "1", "2"});
  EXPECT_EQ(type.exit_code, 2);
  EXPECT_THAT(type.error, HasSubstr("there are text, code"));
  const Printed key =
      RunValues({"explain", "money", "1", "2", "--context", "curency=EUR"});
  EXPECT_EQ(key.exit_code, 2);
  EXPECT_THAT(key.error, HasSubstr("no context key `curency`"));
  EXPECT_EQ(RunValues({"explain", "money", "1"}).exit_code, 2);
  const Printed channel =
      RunValues({"explain", "money", "1", "2", "--other-channel", "app"});
  EXPECT_EQ(channel.exit_code, 2);
  EXPECT_THAT(channel.error, HasSubstr("need --channel"));
}

v1::ReadingStep Step(const std::string& rule, const std::string& result) {
  v1::ReadingStep step;
  step.set_rule(rule);
  step.set_result(result);
  return step;
}

TEST(ExplanationText, PutsTheSameRuleOnOneLine) {
  v1::ExplainValuesResponse response;
  response.set_likeness(v1::LIKENESS_FINER);
  response.set_reason("one has a suffix");
  response.set_type("person_name");
  response.set_attribute("full_name");
  response.set_vocabulary_version(3);
  *response.mutable_a()->add_steps() = Step("white space", "Ann Lee Jr.");
  *response.mutable_a()->add_steps() = Step("suffix", "ann lee, jr");
  *response.mutable_b()->add_steps() = Step("honorific", "Ann  Lee");
  *response.mutable_b()->add_steps() = Step("white space", "Ann Lee");
  response.mutable_a()->set_raw(" Ann Lee Jr.");
  response.mutable_a()->set_normal("ann lee, jr");
  EXPECT_THAT(
      Lines(ExplanationText(response)),
      ElementsAre("PARTIAL", "a says more than b: one has a suffix",
                  "full_name (person_name)|A|B",
                  "as written|Ann Lee Jr.|(none)", "honorific|Ann|Lee",
                  "white space|Ann Lee Jr.|Ann Lee", "suffix|ann lee, jr",
                  "means|ann lee, jr|(none)", "vocabulary version 3"));
}

// ---- types -----------------------------------------------------------------

TEST(ValuesTypes, ListsTypesAndKeys) {
  const Printed printed = RunValues({"types", "-o", "csv"});
  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_THAT(printed.out, StartsWith("KIND,NAME,MEANING\ntype,text,"));
  EXPECT_THAT(printed.out, HasSubstr("\ntype,postal_address,"));
  EXPECT_THAT(printed.out, HasSubstr("\ncontext,region,"));
}

// ---- compare ---------------------------------------------------------------

constexpr char kHeader[] = "id\ttype\tcontext\ta\tb\tlabel\treason\n";
constexpr char kPairs[] =
    "d-1\tdate\t\t2026-01-02\t2026-01-02\tSAME\tequal\n"
    "d-2\tdate\t\t2026-01-02\t2026-01-03\tDIFFERENT\tanother day\n"
    "c-1\tcode\taliases=gold:GOLD|Or\tOr\tgold\tSAME\talias\n"
    "d-3\tdate\tlocale=de_DE\t03.04.2026\t2026-04-03\t\tno label\n";
// Labelled wrongly on purpose.
constexpr char kMissed[] = "d-4\tdate\t\t2026-01-02\t2026-01-04\tSAME\twrong\n";

TEST(ValuesCompare, PrintsALineAPairAndTheConfusion) {
  const TemporaryFile file(absl::StrCat(kHeader, kPairs));
  const Printed printed = RunValues({"compare", file.path()});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  const std::vector<std::string> lines = Lines(printed.out);
  ASSERT_EQ(lines.size(), 15u) << printed.out;
  EXPECT_EQ(lines[0], "ID|TYPE|VERDICT|LABEL|REASON");
  EXPECT_THAT(lines[1], StartsWith("d-1|date|SAME|SAME"));
  EXPECT_THAT(lines[2], StartsWith("d-2|date|DIFFERENT|DIFFERENT"));
  EXPECT_THAT(lines[3], StartsWith("c-1|code|SAME|SAME"));
  EXPECT_THAT(lines[4], StartsWith("d-3|date|SAME"));
  EXPECT_EQ(lines[5], "TYPE|LABELLED|SAME|PARTIAL|DIFFERENT|UNDECIDED");
  EXPECT_EQ(lines[6], "code|SAME|1|0|0|0");
  EXPECT_EQ(lines[7], "date|SAME|1|0|0|0");
  EXPECT_EQ(lines[8], "DIFFERENT|0|0|1|0");
  EXPECT_EQ(lines[9], "(all)|SAME|2|0|0|0");
  EXPECT_EQ(lines[10], "DIFFERENT|0|0|1|0");
  EXPECT_EQ(lines[11],
            "TYPE|PAIRS|MISSED|PRECISION OF DIFFERENT|RECALL OF DIFFERENT");
  EXPECT_EQ(lines[12], "code|1|0|-|-");
  EXPECT_EQ(lines[13], "date|2|0|100.00%|100.00%");
}

TEST(ValuesCompare, AMissedPairIsSomethingToActOn) {
  const TemporaryFile file(absl::StrCat(kHeader, kPairs, kMissed));
  const Printed printed = RunValues({"compare", file.path(), "--only-missed"});
  EXPECT_EQ(printed.exit_code, 1);
  const std::vector<std::string> lines = Lines(printed.out);
  EXPECT_THAT(lines[1], StartsWith("d-4|date|DIFFERENT|SAME"));
  EXPECT_EQ(lines[2], "TYPE|LABELLED|SAME|PARTIAL|DIFFERENT|UNDECIDED");
  EXPECT_EQ(lines.back(), "(all)|4|1|50.00%|100.00%");

  const Printed summary = RunValues({"compare", file.path(), "--summary"});
  EXPECT_EQ(summary.exit_code, 1);
  EXPECT_THAT(summary.out, StartsWith("TYPE "));
  EXPECT_THAT(summary.out, Not(HasSubstr("d-4")));
}

TEST(ValuesCompare, KeepsOutputForProgramsParsable) {
  const TemporaryFile file(absl::StrCat(kHeader, kPairs, kMissed));
  const Printed csv = RunValues({"compare", file.path(), "-o", "csv"});
  EXPECT_EQ(csv.exit_code, 1);
  EXPECT_THAT(csv.out, StartsWith("ID,TYPE,VERDICT,LABEL,REASON\nd-1,date,"));
  EXPECT_EQ(Lines(csv.out).size(), 6u) << csv.out;
  EXPECT_THAT(csv.error, HasSubstr("PRECISION OF DIFFERENT"));

  const Printed json = RunValues({"compare", file.path(), "-o", "json"});
  EXPECT_EQ(json.exit_code, 1);
  EXPECT_THAT(json.error, IsEmpty());
  EXPECT_THAT(json.out, StartsWith("{\n \"pairs\": ["));
  EXPECT_THAT(json.out, HasSubstr("\"confusion\": ["));
  EXPECT_THAT(json.out, HasSubstr("\"differentPrecision\": 0.5"));
  EXPECT_THAT(json.out, testing::EndsWith("}\n"));
}

TEST(ValuesCompare, NeedsNoLabels) {
  const TemporaryFile file("b\ta\tcontext\ttype\tid\r\n1\t1\t\tinteger\tx\r\n");
  const Printed printed = RunValues({"compare", file.path()});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(Lines(printed.out), ElementsAre("ID|TYPE|VERDICT|LABEL|REASON",
                                              StartsWith("x|integer|SAME")));
}

TEST(ValuesCompare, ReadsGzip) {
  std::string bytes;
  ASSERT_TRUE(absl::Base64Unescape(
      "H4sIAAAAAAAC/"
      "8tM4SypLEjlTM7PK0mtKOFM5EziMuRMSSxJ5eQ0MjAy0zUw1DUwQmJyAQBC0Ya8MgAAAA==",
      &bytes));
  const TemporaryFile file(bytes);
  const Printed printed = RunValues({"compare", file.path()});
  EXPECT_EQ(printed.exit_code, 0) << printed.error;
  EXPECT_THAT(printed.out, HasSubstr("SAME"));
}

TEST(ValuesCompare, ABadFileIsNamedWithLineAndColumn) {
  const struct {
    std::string text;
    const char* message;
  } cases[] = {
      {"", "the file is empty"},
      {"id\ttype\n", "line 1, column `context`: is missing"},
      {absl::StrCat(kHeader, "1\tmony\t\t1\t2\t\t\n"),
       "line 2, column `type`: there is no type `mony`"},
      {absl::StrCat(kHeader, kPairs, "1\tmoney\tcurency=EUR\t1\t2\t\t\n"),
       "line 6, column `context`: there is no context key `curency`"},
      {absl::StrCat(kHeader, "1\tmoney\t\t1\t2\tYES\t\n"),
       "line 2, column `label`: a label is"},
      {absl::StrCat(kHeader, "1\ttext\t\t\xff\t2\t\t\n"),
       "line 2: the line is not valid UTF-8"},
      {absl::StrCat(kHeader, std::string((1 << 20) + 1, 'x')),
       "line 2: has more than the 1048576 bytes"}};
  for (const auto& bad : cases) {
    const TemporaryFile file(bad.text);
    const Printed printed = RunValues({"compare", file.path()});
    EXPECT_EQ(printed.exit_code, 2) << bad.message;
    EXPECT_THAT(printed.error, HasSubstr(file.path())) << bad.message;
    EXPECT_THAT(printed.error, HasSubstr(bad.message));
  }
  EXPECT_EQ(RunValues({"compare", "/nowhere/pairs.tsv"}).exit_code, 2);
}

}  // namespace
}  // namespace concordat::client
