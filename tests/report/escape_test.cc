// Text of others in each format: what it becomes, and that it stays text.
#include "client/report/escape.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "tests/report/sample_report.h"

namespace concordat::client::report {
namespace {

struct EscapeCase {
  const char* name;
  std::string text;
  std::string expected;
};

TEST(Disarmed, LeavesOnlyText) {
  for (const EscapeCase& test : std::vector<EscapeCase>{
           {"Plain", "Zoë 東京 🎉\t\r\n", "Zoë 東京 🎉\t\r\n"},
           {"Nul", std::string("a\0b", 3), "a\uFFFDb"},
           {"Escape", "\x1B[31m", "\uFFFD[31m"},
           {"Delete", "\x7F", "\uFFFD"},
           {"C1", "\u0085\u009B", "\uFFFD\uFFFD"},
           {"RightToLeft", "a\u202Eb\u2066c\u200F", "a\uFFFDb\uFFFDc\uFFFD"},
           {"NoCharacter", "\uFFFE\uFFFF\uFDD0", "\uFFFD\uFFFD\uFFFD"},
           {"BrokenEnd", "a\xC3", "a\uFFFD"},
           {"BrokenMiddle", "\xC3(", "\uFFFD("},
           {"Overlong", "\xC0\xAF", "\uFFFD\uFFFD"},
           {"OverlongThree", "\xE0\x80\xAF", "\uFFFD\uFFFD\uFFFD"},
           {"Surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
           {"TooLarge", "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"}}) {
    EXPECT_EQ(Disarmed(test.text), test.expected) << test.name;
  }
}

TEST(Markup, BreaksOutOfNothing) {
  for (const EscapeCase& test :
       std::vector<EscapeCase>{{"Script", "<script>", "&lt;script&gt;"},
                               {"Attribute", "\" x='", "&quot; x=&#39;"},
                               {"Ampersand", "&amp;", "&amp;amp;"},
                               {"Cdata", "]]>", "]]&gt;"},
                               {"Comment", "-->", "--&gt;"},
                               {"LineBreaks", "a\r\n\tb", "a&#13;&#10;&#9;b"},
                               {"Nul", std::string("\0", 1), "\uFFFD"},
                               {"Broken", "\xFF", "\uFFFD"}}) {
    EXPECT_EQ(Markup(test.text), test.expected) << test.name;
  }
}

TEST(Json, StandsInScripts) {
  for (const EscapeCase& test : std::vector<EscapeCase>{
           {"Quotes", "\"\\", R"("\"\\")"},
           {"Script", "</script>", R"("\u003c/script\u003e")"},
           {"Comment", "<!--", R"("\u003c!--")"},
           {"Ampersand", "&", R"("\u0026")"},
           {"LineSeparators", "\u2028\u2029", R"("\u2028\u2029")"},
           {"Nul", std::string("\0", 1), R"("\u0000")"},
           {"LineBreak", "\n\r", R"("\n\u000d")"},
           {"RightToLeft", "\u202E", R"("\u202e")"},
           {"Broken", "\xFF", "\"\uFFFD\""}}) {
    EXPECT_EQ(Json(test.text), test.expected) << test.name;
  }
}

TEST(Json, SaysAllOfTheText) {
  for (const std::string& text : HostileTexts()) {
    google::protobuf::Value value;
    ASSERT_TRUE(
        google::protobuf::util::JsonStringToMessage(Json(text), &value).ok());
    if (text.find('\xFF') == std::string::npos) {
      EXPECT_EQ(value.string_value(), text);
    }
  }
}

TEST(MarkdownCode, IsOneSpanInOneCell) {
  for (const EscapeCase& test :
       std::vector<EscapeCase>{{"Empty", "", ""},
                               {"Plain", "gold", "`gold`"},
                               {"Html", "<b>@x #1", "`<b>@x #1`"},
                               {"Ticks", "a`b", "`` a`b ``"},
                               {"MoreTicks", "``", "``` `` ```"},
                               {"Pipe", "a|b", "`a\\|b`"},
                               {"EscapedPipe", "a\\|b", "`a\\ \\|b`"},
                               {"LineBreaks", "a\r\nb", "`a  b`"},
                               {"Spaces", " a", "`  a `"}}) {
    EXPECT_EQ(MarkdownCode(test.text), test.expected) << test.name;
  }
}

TEST(IsFormula, KnowsWhatSpreadsheetsRun) {
  for (const char* formula :
       {"=1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "-",
        "+49171", "\uFF1D1", "\uFF0B1", "\uFF0D1", "\uFF20x", "--1", "-1."}) {
    EXPECT_TRUE(IsFormula(formula)) << formula;
  }
  for (const char* text : {"", "gold", "1", "-1", "-12.50", "a=1", "1-1"}) {
    EXPECT_FALSE(IsFormula(text)) << text;
  }
}

TEST(CsvCell, IsOneCellThatNothingRuns) {
  for (const EscapeCase& test : std::vector<EscapeCase>{
           {"Plain", "gold", "gold"},
           {"Comma", "a,b", "\"a,b\""},
           {"Quote", "a\"b", "\"a\"\"b\""},
           {"LineBreak", "a\nb", "\"a\nb\""},
           {"Semicolon", "a;b", "\"a;b\""},
           {"Space", " a", "\" a\""},
           {"Number", "-12.50", "-12.50"},
           {"Formula", "=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"},
           {"FormulaWithComma", "=A(1,2)", "\"'=A(1,2)\""},
           // What is disarmed must not become a formula by that.
           {"Nul", std::string("\0=1", 3), "\uFFFD=1"}}) {
    EXPECT_EQ(CsvCell(test.text), test.expected) << test.name;
  }
}

}  // namespace
}  // namespace concordat::client::report
