// Files of pairs, line by line.
#include "client/values/pair_file.h"

#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat::values {
namespace {

using testing::HasSubstr;

constexpr char kHeader[] = "id\ttype\tcontext\ta\tb\tlabel\treason\n";

absl::StatusOr<std::vector<PairRow>> Read(const std::string& text) {
  std::istringstream input(text);
  return ReadPairs(input);
}

TEST(PairFileTest, TakesFieldsAsTheyStand) {
  const auto rows =
      Read(std::string(kHeader) +
           "t-1\ttext\tconfusables=on\t \"a\" \t a,b\tSAME\twhite space\n"
           "t-2\tdate\t\t2026-01-02\t\t\t\n");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 2u);
  const PairRow& first = rows->front();
  EXPECT_EQ(first.line, 2);
  EXPECT_EQ(first.id, "t-1");
  EXPECT_EQ(first.type, "text");
  EXPECT_EQ(first.context, "confusables=on");
  EXPECT_EQ(first.a, " \"a\" ");
  EXPECT_EQ(first.b, " a,b");
  EXPECT_EQ(first.label, PairVerdict::kSame);
  EXPECT_EQ(first.reason, "white space");
  EXPECT_EQ(rows->back().line, 3);
  EXPECT_EQ(rows->back().b, "");
  EXPECT_EQ(rows->back().label, std::nullopt);
}

TEST(PairFileTest, TakesColumnsInAnyOrderAndPassesOthersOver) {
  const auto rows =
      Read("b\tnote\ta\tcontext\ttype\tid\n2\tx\t1\t\tinteger\tn");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 1u);
  EXPECT_EQ(rows->front().a, "1");
  EXPECT_EQ(rows->front().b, "2");
  EXPECT_EQ(rows->front().label, std::nullopt);
}

TEST(PairFileTest, TakesFilesOfOtherSystems) {
  const auto rows = Read(
      "\xef\xbb\xbfid\ttype\tcontext\ta\tb\tlabel\r\n"
      "1\ttext\t\ta\tb\tDIFFERENT\r\n"
      "\r\n"
      "2\ttext\t\ta\tA\tSAME");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ(rows->front().id, "1");
  EXPECT_EQ(rows->front().label, PairVerdict::kDifferent);
  EXPECT_EQ(rows->back().line, 4);
}

struct BadFile {
  const char* name;
  std::string text;
  const char* message;
};
void PrintTo(const BadFile& test, std::ostream* out) { *out << test.name; }

class BadFileTest : public testing::TestWithParam<BadFile> {};

TEST_P(BadFileTest, IsRefusedWithLineAndColumn) {
  const auto rows = Read(GetParam().text);
  ASSERT_FALSE(rows.ok());
  EXPECT_THAT(std::string(rows.status().message()),
              HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFileTest,
    testing::Values(
        BadFile{"Empty", "", "the file is empty; the header is id, type"},
        BadFile{"EmptyHeader", "\n", "line 1, column `id`: is missing"},
        BadFile{"MissingColumn", "id\ttype\ta\tb\n",
                "line 1, column `context`: is missing"},
        BadFile{"ColumnTwice", "id\ttype\tcontext\ta\ta\tb\n",
                "line 1, column `a`: is there twice"},
        BadFile{"CommasForTabs", "id,type,context,a,b\n", "separated by tabs"},
        BadFile{"TooFewFields", std::string(kHeader) + "1\ttext\t\ta\tb\n",
                "line 2: has 5 fields where the header has 7"},
        BadFile{"TooManyFields",
                std::string(kHeader) + "\n1\ttext\t\ta\tb\tSAME\t\t\n",
                "line 3: has 8 fields"},
        BadFile{"UnknownLabel",
                std::string(kHeader) + "1\ttext\t\ta\tb\tEQUAL\t\n",
                "line 2, column `label`: a label is SAME"},
        BadFile{"LowerCaseLabel",
                std::string(kHeader) + "1\ttext\t\ta\tb\tsame\t\n",
                "line 2, column `label`: a label is SAME"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ConfusionTest, CountsAndScores) {
  Confusion none;
  EXPECT_EQ(none.total(), 0);
  EXPECT_EQ(none.DifferentPrecision(), std::nullopt);
  EXPECT_EQ(none.DifferentRecall(), std::nullopt);

  Confusion confusion;
  confusion.Add(PairVerdict::kSame, PairVerdict::kSame);
  confusion.Add(PairVerdict::kPartial, PairVerdict::kDifferent);
  for (int i = 0; i < 3; ++i) {
    confusion.Add(PairVerdict::kDifferent, PairVerdict::kDifferent);
  }
  confusion.Add(PairVerdict::kDifferent, PairVerdict::kUndecided);
  Confusion twice = confusion;
  twice.Add(confusion);
  EXPECT_EQ(confusion.total(), 6);
  EXPECT_EQ(confusion.missed(), 2);
  EXPECT_EQ(twice.total(), 12);
  EXPECT_EQ(twice.count(PairVerdict::kDifferent, PairVerdict::kUndecided), 2);
  EXPECT_EQ(confusion.DifferentPrecision(), 0.75);
  EXPECT_EQ(twice.DifferentRecall(), 0.75);
}

}  // namespace
}  // namespace concordat::values
