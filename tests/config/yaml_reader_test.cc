#include "proto/yaml_reader.h"

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/vocabulary.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/did_you_mean.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct ProblemCase {
  const char* name;
  std::string yaml;
  int line;
  const char* field;
  const char* message;
};
void PrintTo(const ProblemCase& test, std::ostream* out) { *out << test.name; }

class YamlProblemTest : public testing::TestWithParam<ProblemCase> {};

// Each text has exactly one thing wrong with it.
TEST_P(YamlProblemTest, IsReportedOnceWithLineAndField) {
  v1::Vocabulary message;
  const YamlResult result = ReadYaml(GetParam().yaml, message);
  ASSERT_THAT(result.problems, SizeIs(1));
  EXPECT_EQ(result.problems[0].line, GetParam().line);
  EXPECT_EQ(result.problems[0].field, GetParam().field);
  EXPECT_THAT(result.problems[0].message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, YamlProblemTest,
    testing::Values(
        ProblemCase{"Empty", "", 0, "", "is empty"},
        ProblemCase{"OnlyComment", "# nothing\n", 0, "", "is empty"},
        ProblemCase{"TabIndent", "name: a\nwriting:\n\tlocale: de-DE\n", 3, "",
                    "tab"},
        ProblemCase{"Unclosed", "name: a\nsources: [b, c\n", 3, "",
                    "is not YAML"},
        ProblemCase{"UnclosedQuote", "name: a\ndescription: \"b\n", 2,
                    "description", "never closed"},
        ProblemCase{"UnclosedSingleQuote", "name: 'it''s\n", 1, "name",
                    "never closed"},
        ProblemCase{"NotUtf8", "name: a\n# caf\xE9\n", 2, "", "UTF-8"},
        ProblemCase{"OverlongUtf8", "name: a\n# \xC0\xAF\n", 2, "", "UTF-8"},
        ProblemCase{"SurrogateUtf8", "# \xED\xA0\x80\nname: a\n", 1, "",
                    "UTF-8"},
        ProblemCase{"NulByte", std::string("name: a\nb: \0\n", 12), 2, "",
                    "NUL"},
        ProblemCase{"EscapedNul", "name: \"a\\0b\"\n", 1, "name", "NUL"},
        ProblemCase{"SecondDocument", "name: a\n---\nname: b\n", 2, "",
                    "second document"},
        ProblemCase{"DuplicateKey", "name: a\ndescription: b\nname: c\n", 3,
                    "name", "twice, first on line 1"},
        ProblemCase{"NullKey", "name: a\n~: b\n", 2, "", "key"},
        ProblemCase{"MapAsKey", "name: a\n? {b: c}\n: d\n", 2, "", "key"},
        ProblemCase{"LongKey",
                    absl::StrCat("name: a\n", std::string(300, 'k'), ": b\n"),
                    2, "", "300 bytes; at most 256"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Sharing, YamlProblemTest,
    testing::Values(
        ProblemCase{"Anchor", "channels:\n  a: &x {partner: true}\n", 2,
                    "channels.a", "anchors"},
        ProblemCase{"UndefinedAlias", "name: *x\n", 1, "", "anchor"},
        ProblemCase{"MergeKey", "writing:\n  <<: {locale: a}\n", 2, "writing",
                    "merge keys"},
        ProblemCase{"Tag", "name: !!str 1\n", 1, "name", "tags"},
        ProblemCase{"CustomTag", "writing: !x {locale: a}\n", 1, "writing",
                    "tags"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Types, YamlProblemTest,
    testing::Values(
        ProblemCase{"NotAMap", "- a\n", 1, "", "must be a map of fields"},
        ProblemCase{"ScalarForMessage", "writing: de-DE\n", 1, "writing",
                    "must be a map of fields, not a single value"},
        ProblemCase{"ScalarForMap", "channels: web\n", 1, "channels",
                    "must be a map by name"},
        ProblemCase{"ListForMapsValue", "channels:\n  web: [a]\n", 2,
                    "channels.web", "not a list"},
        ProblemCase{"ScalarForList", "name: a\nsources: crm\n", 2, "sources",
                    "must be a list"},
        ProblemCase{"NothingForList", "sources:\nname: a\n", 1, "sources",
                    "not nothing"},
        ProblemCase{"MapInList", "sources:\n- a\n- {b: c}\n", 3, "sources[1]",
                    "must be a single value, not a map"},
        ProblemCase{"ListForText", "name: [a]\n", 1, "name",
                    "must be a single value, not a list"},
        ProblemCase{"NullForText", "name: null\n", 1, "name",
                    "put the text null in quotes"},
        ProblemCase{"Bool", "channels:\n  web:\n    partner: yes\n", 3,
                    "channels.web.partner", "must be true or false, not `yes`"},
        ProblemCase{"Int", "writing: {two_digit_year_pivot: 20.5}\n", 1,
                    "writing.two_digit_year_pivot",
                    "whole number from -2147483648 to 2147483647"},
        ProblemCase{"IntOutOfRange",
                    "writing: {two_digit_year_pivot: 2147483648}\n", 1,
                    "writing.two_digit_year_pivot", "whole number"},
        ProblemCase{"UnknownField", "name: a\nchanels: {}\n", 2, "chanels",
                    "did you mean `channels`?"},
        ProblemCase{"UnknownFieldNotNear", "code_lists:\n  t: {zzz: 1}\n", 2,
                    "code_lists.t.zzz", "there is description, codes"},
        ProblemCase{"Duration", "channels:\n  web:\n    promise: 5 min\n", 3,
                    "channels.web.promise", "must be a duration"},
        ProblemCase{"DurationWithoutUnit", "channels: {web: {promise: 90}}\n",
                    1, "channels.web.promise", "not `90`"},
        ProblemCase{"DurationDescending", "channels: {web: {promise: 1m1h}}\n",
                    1, "channels.web.promise", "must be a duration"},
        ProblemCase{"DurationNegative", "channels: {web: {promise: -1h}}\n", 1,
                    "channels.web.promise", "must not be negative"},
        ProblemCase{"DurationTooLong",
                    "channels: {web: {promise: 9999999999d}}\n", 1,
                    "channels.web.promise", "must be a duration"},
        ProblemCase{"DeepPath",
                    "channels:\n  web:\n    contract:\n      customer:\n"
                    "        attributes:\n          tier:\n"
                    "            promise: soon\n",
                    7, "channels.web.contract.customer.attributes.tier.promise",
                    "must be a duration"},
        ProblemCase{"QuotedKeyInPath", "channels: {\"a.b \\\"c\": 1}\n", 1,
                    "channels[\"a.b \\\"c\"]", "must be a map"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(YamlReaderTest, ReadsEveryKindOfField) {
  v1::Vocabulary message;
  const YamlResult result = ReadYaml(
      "\xEF\xBB\xBF# with a byte order mark\r\n"
      "name: no\r\n"
      "description: \"Caf\\u00e9 \\\"x\\\"\"\r\n"
      "sources: [off, 007, '', ~x]\r\n"
      "writing: {two_digit_year_pivot: 2030, code_aliases: {y: on}}\r\n"
      "channels:\r\n"
      "  web: {partner: true, promise: 1h30m}\r\n"
      "  app:\r\n",
      message);
  ASSERT_THAT(result.problems, IsEmpty());
  EXPECT_EQ(message.name(), "no");
  EXPECT_EQ(message.description(), "Caf\xC3\xA9 \"x\"");
  EXPECT_THAT(message.sources(), ElementsAre("off", "007", "", "~x"));
  EXPECT_EQ(message.writing().two_digit_year_pivot(), 2030);
  EXPECT_EQ(message.writing().code_aliases().at("y"), "on");
  EXPECT_TRUE(message.channels().at("web").partner());
  EXPECT_EQ(message.channels().at("web").promise().seconds(), 5400);
  EXPECT_TRUE(message.channels().contains("app"));
}

TEST(YamlReaderTest, ReadsEnumsTimesAndRepeatedMessages) {
  v1::ReportClaimsRequest message;
  const YamlResult result = ReadYaml(
      "claims:\n"
      "- {exposure: told, said_at: '2026-11-21T14:30:00.25+01:00'}\n"
      "- {exposure: EXPOSURE_SHOWN, labels: {team: a}}\n",
      message);
  ASSERT_THAT(result.problems, IsEmpty());
  ASSERT_EQ(message.claims_size(), 2);
  EXPECT_EQ(message.claims(0).exposure(), v1::EXPOSURE_TOLD);
  EXPECT_EQ(message.claims(0).said_at().seconds(), 1795267800);
  EXPECT_EQ(message.claims(0).said_at().nanos(), 250'000'000);
  EXPECT_EQ(message.claims(1).exposure(), v1::EXPOSURE_SHOWN);
  EXPECT_EQ(message.claims(1).labels().at("team"), "a");
}

TEST(YamlReaderTest, RefusesWrongEnumsAndTimes) {
  v1::ReportClaimsRequest message;
  const YamlResult result = ReadYaml(
      "claims:\n"
      "- exposure: whispered\n"
      "- said_at: 2026-11-21\n",
      message);
  ASSERT_THAT(result.problems, SizeIs(2));
  EXPECT_EQ(result.problems[0].field, "claims[0].exposure");
  EXPECT_THAT(result.problems[0].message,
              HasSubstr("must be one of held, shown, told, heard"));
  EXPECT_EQ(result.problems[1].field, "claims[1].said_at");
  EXPECT_EQ(result.problems[1].line, 3);
  EXPECT_THAT(result.problems[1].message, HasSubstr("RFC 3339"));
}

TEST(YamlReaderTest, RefusesTwoMembersOfAOneof) {
  v1::ReadConsistency message;
  const auto* oneof = message.GetDescriptor()->oneof_decl(0);
  ASSERT_GE(oneof->field_count(), 2);
  const auto write = [](const google::protobuf::FieldDescriptor& field) {
    const bool is_text =
        field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING;
    return absl::StrCat(field.name(), ": ", is_text ? "x" : "true", "\n");
  };
  const YamlResult result = ReadYaml(
      absl::StrCat(write(*oneof->field(0)), write(*oneof->field(1))), message);
  ASSERT_THAT(result.problems, SizeIs(1));
  EXPECT_EQ(result.problems[0].line, 2);
  EXPECT_THAT(result.problems[0].message, HasSubstr(oneof->field(0)->name()));
}

TEST(YamlReaderTest, CollectsAllProblemsInOrderOfLine) {
  v1::Vocabulary message;
  const YamlResult result = ReadYaml(
      "nam: a\n"
      "sources: x\n"
      "channels:\n"
      "  web: {partner: 1}\n"
      "description: !t b\n",
      message);
  std::vector<int> lines;
  for (const YamlProblem& problem : result.problems) {
    lines.push_back(problem.line);
  }
  EXPECT_THAT(lines, ElementsAre(1, 2, 4, 5));
}

TEST(YamlReaderTest, NeverExpandsAliases) {
  std::string yaml = "channels:\n  a0: &a0 {partner: true}\n";
  for (int i = 1; i < 100; ++i) {
    absl::StrAppend(&yaml, "  a", i, ": &a", i, " {x: [*a", i - 1, ", *a",
                    i - 1, "]}\n");
  }
  v1::Vocabulary message;
  const YamlResult result = ReadYaml(yaml, message);
  EXPECT_THAT(result.problems, SizeIs(100));
  for (const YamlProblem& problem : result.problems) {
    EXPECT_THAT(problem.message, HasSubstr("anchors"));
  }
}

TEST(YamlReaderTest, LimitsBytesDepthAndProblems) {
  v1::Vocabulary message;
  YamlOptions options;
  options.max_bytes = 10;
  YamlResult result = ReadYaml("name: abcde\n", message, options);
  ASSERT_THAT(result.problems, SizeIs(1));
  EXPECT_THAT(result.problems[0].message,
              HasSubstr("has 12 bytes; at most 10"));

  // Around our limit, around yaml-cpp's, and far beyond.
  for (const int depth : {33, 400, 501, 200'000}) {
    result =
        ReadYaml(absl::StrCat(std::string(depth, '['), std::string(depth, ']')),
                 message);
    ASSERT_FALSE(result.ok()) << depth;
    EXPECT_THAT(result.problems[0].message,
                HasSubstr("nested more than 32 deep"))
        << depth;
  }

  options = {};
  options.max_problems = 3;
  result = ReadYaml("a: 1\nb: 1\nc: 1\nd: 1\n", message, options);
  ASSERT_THAT(result.problems, SizeIs(3));
  EXPECT_EQ(result.problems[1].field, "b");
  EXPECT_THAT(result.problems[2].message, HasSubstr("more problems"));
}

TEST(YamlReaderTest, KnowsLinesAndOrderOfWhatItRead) {
  v1::Vocabulary message;
  const YamlResult result = ReadYaml(
      "name: a\n"
      "code_lists:\n"
      "  tier:\n"
      "    codes:\n"
      "      silver: {}\n"
      "      gold plus:\n"
      "        aliases:\n"
      "        - or\n"
      "        - oro\n",
      message);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.LineOf("name"), 1);
  const std::string gold = YamlPath("code_lists.tier.codes", "gold plus");
  EXPECT_EQ(gold, "code_lists.tier.codes[\"gold plus\"]");
  EXPECT_EQ(result.LineOf(gold), 6);
  EXPECT_EQ(result.LineOf(YamlPath(YamlPath(gold, "aliases"), 1)), 9);
  EXPECT_EQ(result.LineOf("code_lists.tier.description"), 3);
  EXPECT_TRUE(result.Has(gold));
  EXPECT_FALSE(result.Has("code_lists.tier.description"));
  EXPECT_THAT(result.KeysOf("code_lists.tier.codes"),
              ElementsAre("silver", "gold plus"));
  EXPECT_THAT(result.KeysOf("channels"), IsEmpty());
  EXPECT_EQ(result.LineOf("code_lists[\"x"), 0);
}

TEST(YamlReaderTest, QuotesMayHoldAnything) {
  v1::Vocabulary message;
  const YamlResult result = ReadYaml(
      "# \xC3\xA9\xC3\xA9\n"
      "name: 'it''s \"x'\n"
      "description: \"a \\\" 'b \\\\\"\n"
      "sources: ['', \"\", '''']\n",
      message);
  ASSERT_THAT(result.problems, IsEmpty());
  EXPECT_EQ(message.name(), "it's \"x");
  EXPECT_EQ(message.description(), "a \" 'b \\");
  EXPECT_THAT(message.sources(), ElementsAre("", "", "'"));
}

TEST(YamlDurationTest, IsReadAsWritten) {
  for (const absl::string_view text :
       {"0s", "90s", "15m", "4h", "1d", "1h30m", "1d1s", "3650d"}) {
    v1::Vocabulary message;
    const YamlResult result =
        ReadYaml(absl::StrCat("channels: {a: {promise: ", text, "}}"), message);
    ASSERT_THAT(result.problems, IsEmpty()) << text;
    const auto& promise = message.channels().at("a").promise();
    // 90 seconds have a unit that is larger.
    const absl::string_view written = text == "90s" ? "1m30s" : text;
    EXPECT_EQ(WriteYamlDuration(promise), written);
  }
}

TEST(DidYouMeanTest, SuggestsWhatIsNear) {
  const std::vector<std::string> known = {"email", "phone"};
  EXPECT_EQ(DidYouMean("emial", known), "; did you mean `email`?");
  EXPECT_EQ(DidYouMean("PHONE", known), "; did you mean `phone`?");
  EXPECT_EQ(DidYouMean("tier", known), "; there is email, phone");
  EXPECT_EQ(DidYouMean("tier", {}), "");
  EXPECT_EQ(DidYouMean("x", std::vector<std::string>(50, "long_name")), "");
}

TEST(WriteYamlProblemTest, LeavesOutWhatThereIsNot) {
  EXPECT_EQ(WriteYamlProblem("v.yaml", {3, "a.b", "is wrong"}),
            "v.yaml:3: a.b: is wrong");
  EXPECT_EQ(WriteYamlProblem("v.yaml", {0, "", "is empty"}),
            "v.yaml: is empty");
  EXPECT_EQ(WriteYamlProblem("", {0, "", "is empty"}), "is empty");
}

}  // namespace
}  // namespace concordat
