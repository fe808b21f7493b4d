// What ReadValue does around the readers of single types: bytes, absence,
// annotations, code lists, sets, steps.
#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "graph/limits.h"
#include "graph/reading.h"
#include "graph/text.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

Attribute Of(ValueType type) {
  Attribute attribute;
  attribute.name = "attribute";
  attribute.type = type;
  return attribute;
}

// Every type, with "\0", invalid UTF-8 and nothing.
TEST(ReadValueTest, JudgesBytesBeforeTypes) {
  const WritingHabits habits;
  for (int type = 0; type <= static_cast<int>(ValueType::kEmail); ++type) {
    const Attribute attribute = Of(static_cast<ValueType>(type));
    SCOPED_TRACE(ValueTypeName(attribute.type));
    EXPECT_EQ(ReadValue(attribute, "1\xff", habits).problem,
              "the value is not UTF-8 text");
    EXPECT_EQ(ReadValue(attribute, absl::string_view("1\0", 2), habits).problem,
              "the value has a NUL character");
    const std::string too_long(limits::kValueBytesMax + 1, '1');
    EXPECT_FALSE(ReadValue(attribute, too_long, habits).readable());
    EXPECT_TRUE(ReadValue(attribute, "", habits).absent);
    EXPECT_FALSE(ReadValue(attribute, "", habits).rewritten);
    EXPECT_TRUE(ReadValue(attribute, " \xc2\xa0\t", habits).absent);
    EXPECT_TRUE(ReadValue(attribute, " ", habits).rewritten);
  }
}

// A problem says what is expected; it never repeats the value.
TEST(ReadValueTest, ProblemsNeverQuoteTheValue) {
  const WritingHabits habits;
  for (int type = 1; type <= static_cast<int>(ValueType::kEmail); ++type) {
    Attribute attribute = Of(static_cast<ValueType>(type));
    // Without a list, any code is one.
    const CodeList list;
    attribute.code_list = &list;
    SCOPED_TRACE(ValueTypeName(attribute.type));
    const Reading reading = ReadValue(attribute, "zyxwv-98127", habits);
    ASSERT_FALSE(reading.readable());
    EXPECT_NE(reading.problem, "");
    EXPECT_FALSE(absl::StrContains(reading.problem, "zyxwv"));
    EXPECT_FALSE(absl::StrContains(reading.problem, "98127"));
  }
}

TEST(ReadValueTest, AbsenceTokensAreFolded) {
  WritingHabits habits;
  habits.absence_tokens = {"n/a", "Not Available", "UNBEK\xc3\x84NNT"};
  for (const ValueType type :
       {ValueType::kText, ValueType::kCode, ValueType::kTimeOfDay}) {
    SCOPED_TRACE(ValueTypeName(type));
    for (const char* raw :
         {"N/A", " not  available ", "unbek\xc3\xa4nnt", "n/a"}) {
      const Reading reading = ReadValue(Of(type), raw, habits);
      EXPECT_TRUE(reading.absent) << raw;
      EXPECT_TRUE(reading.rewritten);
      EXPECT_FALSE(reading.value.has_value());
    }
  }
  EXPECT_FALSE(ReadValue(Of(ValueType::kText), "n/a yet", habits).absent);
}

TEST(ReadValueTest, AbsenceBesideADateIsAbsenceOfATimeOnly) {
  WritingHabits habits;
  habits.absence_tokens = {"Not Available"};
  for (const char* raw : {"Dec 02 Not Available", "not available 12/02/2011",
                          "Fri Not Available"}) {
    EXPECT_TRUE(ReadValue(Of(ValueType::kTimeOfDay), raw, habits).absent)
        << raw;
    EXPECT_FALSE(ReadValue(Of(ValueType::kText), raw, habits).absent) << raw;
  }
  for (const char* raw :
       {"7:10 Not Available", "soon Not Available", "Dec 02Not Available"}) {
    EXPECT_FALSE(ReadValue(Of(ValueType::kTimeOfDay), raw, habits).readable())
        << raw;
  }
}

struct AnnotationCase {
  const char* name;
  ValueType type;
  std::string raw;
  std::string canonical;  // empty: not readable
};
void PrintTo(const AnnotationCase& test, std::ostream* out) {
  *out << test.name;
}

class AnnotationTest : public testing::TestWithParam<AnnotationCase> {};

TEST_P(AnnotationTest, IsSetAside) {
  WritingHabits habits;
  habits.annotations = {"(Estimated)", "Delayed", "*", "(gesch\xc3\x84tzt)"};
  const Reading reading =
      ReadValue(Of(GetParam().type), GetParam().raw, habits);
  if (GetParam().canonical.empty()) {
    EXPECT_FALSE(reading.readable());
    return;
  }
  ASSERT_TRUE(reading.value.has_value()) << reading.problem;
  EXPECT_EQ(reading.value->Canonical(), GetParam().canonical);
}

INSTANTIATE_TEST_SUITE_P(
    All, AnnotationTest,
    testing::Values(
        AnnotationCase{"After", ValueType::kTimeOfDay, "7:10 (estimated)",
                       "07:10"},
        AnnotationCase{"Before", ValueType::kTimeOfDay, "DELAYED 7:10",
                       "07:10"},
        AnnotationCase{"Between", ValueType::kTimeOfDay,
                       "7:10 (Estimated) Dec 2", "07:10"},
        AnnotationCase{"Several", ValueType::kTimeOfDay,
                       "*7:10* (Estimated) Delayed", "07:10"},
        AnnotationCase{"NotAscii", ValueType::kTimeOfDay,
                       "7:10 (Gesch\xc3\xa4tzt)", "07:10"},
        AnnotationCase{"PartOfAWord", ValueType::kTimeOfDay, "7:10 Delayedish",
                       ""},
        AnnotationCase{"Alone", ValueType::kTimeOfDay, "Delayed", ""},
        AnnotationCase{"AloneIsText", ValueType::kText, "Delayed", "delayed"},
        AnnotationCase{"TextEnd", ValueType::kText, "Gate 5 *", "gate 5"},
        AnnotationCase{"TextInside", ValueType::kText, "5 * 3", "5 * 3"},
        AnnotationCase{"Number", ValueType::kInteger, "42*", "42"}),
    [](const testing::TestParamInfo<AnnotationCase>& each) {
      return std::string(each.param.name);
    });

class CodeTest : public testing::Test {
 protected:
  CodeTest() {
    list_.name = "tiers";
    list_.codes = {"GOLD", "GOLD_PLUS", "SILVER"};
    list_.by_writing[FoldCode("GOLD")] = "GOLD";
    list_.by_writing[FoldCode("GOLD_PLUS")] = "GOLD_PLUS";
    list_.by_writing[FoldCode("SILVER")] = "SILVER";
    list_.by_writing[FoldCode("Argent")] = "SILVER";
    attribute_ = Of(ValueType::kCode);
    attribute_.code_list = &list_;
  }

  std::string Read(absl::string_view raw) {
    const Reading reading = ReadValue(attribute_, raw, habits_);
    return reading.value.has_value() ? reading.value->Canonical() : "";
  }

  CodeList list_;
  Attribute attribute_;
  WritingHabits habits_;
};

TEST_F(CodeTest, FindsCodesAndAliases) {
  EXPECT_EQ(Read("GOLD"), "GOLD");
  EXPECT_EQ(Read("gold"), "GOLD");
  EXPECT_EQ(Read(" Gold - Plus "), "GOLD_PLUS");
  EXPECT_EQ(Read("argent"), "SILVER");
  EXPECT_EQ(Read("bronze"), "");
}

TEST_F(CodeTest, TheWritersOwnWordsComeFirst) {
  habits_.code_aliases = {{"G1", "gold"},
                          {"Argent", "GOLD"},
                          {"\xc3\x89lite Plus", "GOLD_PLUS"},
                          {"silver", "a code of another list"}};
  EXPECT_EQ(Read("g1"), "GOLD");
  EXPECT_EQ(Read("ARGENT"), "GOLD");
  EXPECT_EQ(Read("\xc3\xa9lite-plus"), "GOLD_PLUS");
  EXPECT_EQ(Read("silver"), "SILVER");
}

TEST_F(CodeTest, ProblemListsTheCodes) {
  EXPECT_EQ(ReadValue(attribute_, "bronze", habits_).problem,
            "a code of tiers expected, one of: GOLD, GOLD_PLUS, SILVER; add "
            "the writing to the aliases of the code that it means");
}

TEST_F(CodeTest, OnlyTheWritingDiffers) {
  EXPECT_FALSE(ReadValue(attribute_, "GOLD", habits_).rewritten);
  EXPECT_TRUE(ReadValue(attribute_, "Gold", habits_).rewritten);
}

class SetTest : public testing::Test {
 protected:
  SetTest() {
    attribute_ = Of(ValueType::kText);
    attribute_.is_set = true;
  }

  Attribute attribute_;
  WritingHabits habits_;
};

TEST_F(SetTest, SplitsTrimsAndDropsEmptyMembers) {
  const Reading reading = ReadValue(attribute_, " b; A;;a ;", habits_);
  ASSERT_TRUE(reading.value.has_value());
  EXPECT_TRUE(reading.value->is_many());
  EXPECT_EQ(reading.value->Canonical(), "a; b");
  EXPECT_TRUE(reading.rewritten);
  EXPECT_FALSE(ReadValue(attribute_, "a; b", habits_).rewritten);
}

TEST_F(SetTest, UsesTheDeclaredSeparator) {
  habits_.set_separator = " | ";
  EXPECT_EQ(ReadValue(attribute_, "x;y | z", habits_).value->Canonical(),
            "x;y; z");
  habits_.set_separator = "\n";
  EXPECT_EQ(ReadValue(attribute_, "x\ny", habits_).value->members().size(), 2u);
  habits_.set_separator = "";
  EXPECT_EQ(ReadValue(attribute_, "x;y", habits_).value->members().size(), 2u);
}

TEST_F(SetTest, NoMembersAreAbsence) {
  habits_.absence_tokens = {"none", "-;-"};
  for (const char* raw : {"", ";;", " ; ", "none", "None;none", "-;-"}) {
    EXPECT_TRUE(ReadValue(attribute_, raw, habits_).absent) << raw;
  }
  EXPECT_EQ(ReadValue(attribute_, "none; a", habits_).value->Canonical(), "a");
}

TEST_F(SetTest, OneUnreadableMemberIsUnreadable) {
  attribute_.type = ValueType::kInteger;
  const Reading reading = ReadValue(attribute_, "1;;two;3", habits_);
  EXPECT_FALSE(reading.readable());
  EXPECT_TRUE(absl::StartsWith(reading.problem, "member 2: "))
      << reading.problem;
}

TEST_F(SetTest, HasALimit) {
  std::string raw;
  for (int i = 0; i < limits::kSetMembersMax; ++i) {
    absl::StrAppend(&raw, i, ";");
  }
  EXPECT_TRUE(ReadValue(attribute_, raw, habits_).readable());
  absl::StrAppend(&raw, "one more");
  EXPECT_TRUE(absl::StrContains(ReadValue(attribute_, raw, habits_).problem,
                                "at most 256"));
}

// The patterns of a public data set: departure and arrival times of one
// evening's flights as thirty-eight web sites showed them.
struct FlightCase {
  const char* raw;
  const char* canonical;  // empty: absent
};

constexpr FlightCase kFlights[] = {
    {"", ""},
    {"6:36 p.m.", "18:36"},
    {"7:39 a.m.", "07:39"},
    {"11:12 a.m.", "11:12"},
    {"12:50 p.m.", "12:50"},
    {"7:40aDec 1", "07:40"},
    {"11:20aDec 1", "11:20"},
    {"Not Available", ""},
    {"Contact Airline", ""},
    {"3:29 p.m. (Estimated runway)", "15:29"},
    {"12:15 a.m. Dec 02", "00:15"},
    {"7:15 p.m. (Estimated)", "19:15"},
    {"11/30 7:53 p.m.", "19:53"},
    {"5:50 a.m. Dec 02", "05:50"},
    {"Thu  12:18", "12:18"},
    {"Thu  6:50", "06:50"},
    {"12:15 a.m.  Fri 02-Dec-2011", "00:15"},
    {"12/2/11 5:11 a.m.", "05:11"},
    {"12/2/11 12:01 a.m.", "00:01"},
    {"5:11 a.m.Dec 02", "05:11"},
    {"1:50 p.m. (+8:00)", "13:50"},
    {"9:05 a.m. (-00:00)", "09:05"},
    {"Dec 02 Not Available", ""},
    {"Dec 02 Contact Airline", ""},
    {"3:20 p.m. (runway)", "15:20"},
    {"3:20 p.m. (Runway)", "15:20"},
    {"Dec 02 12:15 a.m.", "00:15"},
    {"1:48 p.m.            Delayed", "13:48"},
    {"11:08 p.m.            On Time", "23:08"},
    {"12/02/2011 5:50 a.m.", "05:50"},
    {"12/2/2011 12:29 a.m.", "00:29"},
    {"11/30/2011 11:34 p.m.", "23:34"},
    {"7:55P 12-01-11", "19:55"},
    {"11:10A 12-01-11", "11:10"},
    {"9:04A", "09:04"},
    {"12:30", "12:30"},
    {"12:00noon", "12:00"},
    {"Fri Dec 2 12:29 a.m.", "00:29"},
    {"10:39 p.m.&nbsp(Estimated)", "22:39"},
    {"10:39 p.m.&nbsp;(Estimated)", "22:39"},
    {"10:30 p.m.*", "22:30"},
};

TEST(FlightsTest, EveryPatternIsReadableOrAbsent) {
  WritingHabits habits;
  habits.annotations = {"(Estimated runway)",
                        "(Estimated)",
                        "(runway)",
                        "Delayed",
                        "On Time",
                        "*"};
  habits.absence_tokens = {"Not Available", "Contact Airline"};
  for (const FlightCase& test : kFlights) {
    SCOPED_TRACE(test.raw);
    const Reading reading =
        ReadValue(Of(ValueType::kTimeOfDay), test.raw, habits);
    EXPECT_EQ(reading.problem, "");
    EXPECT_EQ(reading.absent, test.canonical[0] == '\0');
    EXPECT_EQ(reading.value.has_value() ? reading.value->Canonical() : "",
              test.canonical);
  }
}

bool HasRule(const Reading& reading, absl::string_view rule) {
  return std::any_of(
      reading.steps.begin(), reading.steps.end(),
      [&](const ReadingStep& step) { return step.rule == rule; });
}

TEST(StepsTest, TellWhatWasSetAside) {
  WritingHabits habits;
  habits.annotations = {"(Estimated)"};
  const Reading time =
      ReadValue(Of(ValueType::kTimeOfDay),
                " 2:45P 12-01-11 (+8:00) (Estimated)", habits, Trace::kOn);
  ASSERT_TRUE(time.value.has_value()) << time.problem;
  for (const char* rule : {"white space", "annotation", "date beside the time",
                           "offset beside the time", "12-hour clock"}) {
    EXPECT_TRUE(HasRule(time, rule)) << rule;
  }
  EXPECT_EQ(time.steps.back().result, "14:45");
  EXPECT_TRUE(HasRule(
      ReadValue(Of(ValueType::kTimeOfDay), "Thu 7:45", habits, Trace::kOn),
      "24-hour clock"));
  EXPECT_TRUE(HasRule(
      ReadValue(Of(ValueType::kDate), "2026-11-21T07:45Z", habits, Trace::kOn),
      "time beside the date"));
}

TEST(StepsTest, CanonicalWritingsNeedNone) {
  EXPECT_TRUE(
      ReadValue(Of(ValueType::kDate), "2026-11-21", WritingHabits(), Trace::kOn)
          .steps.empty());
}

}  // namespace
}  // namespace concordat
