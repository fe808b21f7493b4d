// What audits rest on: two writings with one print mean the same.
#include "consistency/audits/prints.h"

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/values/pair_file.h"
#include "graph/reading.h"
#include "gtest/gtest.h"

namespace concordat::values {
namespace {

using audits::kNoPrint;
using audits::PrintOfReading;
using audits::PrintOfWriting;

std::vector<PairRow> AllPairs() {
  std::vector<PairRow> all;
  for (const char* name : {"pairs.tsv", "postal_address_pairs.tsv"}) {
    std::ifstream file(
        absl::StrCat(CONCORDAT_SOURCE_DIR "/tests/values/", name));
    absl::StatusOr<std::vector<PairRow>> rows = ReadPairs(file);
    EXPECT_TRUE(rows.ok()) << rows.status();
    if (rows.ok())
      std::move(rows->begin(), rows->end(), std::back_inserter(all));
  }
  return all;
}

// Of every two writings of one type and context, not only the labelled pairs.
TEST(PrintsTest, ReadingsOfOnePrintAreTheSame) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>>
      writings;
  for (const PairRow& row : AllPairs()) {
    auto& of = writings[{row.type, row.context}];
    of.push_back(row.a);
    of.push_back(row.b);
  }
  int equal = 0;
  for (const auto& [about, texts] : writings) {
    absl::StatusOr<PairContext> context =
        ParseContext(about.first, about.second);
    ASSERT_TRUE(context.ok()) << context.status();
    context->b = context->a;
    std::map<uint64_t, std::vector<std::string>> by_print;
    for (const std::string& text : texts) {
      const uint64_t print = PrintOfReading(
          context->attribute, ReadValue(context->attribute, text, context->a));
      if (print != kNoPrint) by_print[print].push_back(text);
    }
    for (const auto& [print, same] : by_print) {
      for (const std::string& other : same) {
        if (other == same.front()) continue;
        ++equal;
        EXPECT_EQ(JudgePair(*context, same.front(), other).verdict,
                  PairVerdict::kSame)
            << about.first << " [" << about.second << "]: " << same.front()
            << " | " << other;
      }
    }
  }
  EXPECT_GT(equal, 200);
}

TEST(PrintsTest, WritingsOfOnePrintAreReadAlike) {
  int alike = 0;
  for (const PairRow& row : AllPairs()) {
    const absl::StatusOr<PairContext> context =
        ParseContext(row.type, row.context);
    ASSERT_TRUE(context.ok()) << context.status();
    const Attribute& attribute = context->attribute;
    for (const std::string& raw : {row.a, row.b}) {
      const Reading reading = ReadValue(attribute, raw, context->a);
      for (const std::string& other :
           {absl::AsciiStrToUpper(raw), absl::AsciiStrToLower(raw),
            absl::StrCat(" ", raw, "\t "), absl::StrCat("\n", raw)}) {
        if (PrintOfWriting(attribute.type, raw) !=
            PrintOfWriting(attribute.type, other)) {
          continue;
        }
        ++alike;
        const Reading another = ReadValue(attribute, other, context->a);
        EXPECT_EQ(another.value, reading.value)
            << row.type << " [" << row.context << "]: `" << raw << "` | `"
            << other << "`";
        EXPECT_EQ(another.absent, reading.absent) << row.type << ": " << raw;
      }
    }
  }
  EXPECT_GT(alike, 2000);
}

struct WritingCase {
  const char* name;
  ValueType type;
  const char* a;
  const char* b;
  bool same;
};

class WritingPrintTest : public testing::TestWithParam<WritingCase> {};

TEST_P(WritingPrintTest, IsOrIsNotTheSame) {
  const WritingCase& test = GetParam();
  EXPECT_EQ(
      PrintOfWriting(test.type, test.a) == PrintOfWriting(test.type, test.b),
      test.same);
}

INSTANTIATE_TEST_SUITE_P(
    Writings, WritingPrintTest,
    testing::Values(
        WritingCase{"Case", ValueType::kText, "Gold", "gOLD", true},
        WritingCase{"CaseBeyondEightBytes", ValueType::kText,
                    "[Customer@Example.org]", "[cUSTOMER@eXAMPLE.ORG]", true},
        WritingCase{"NotLetters", ValueType::kText, "@[`{", "`{@[", false},
        WritingCase{"NeighboursOfLetters", ValueType::kText, "@", "`", false},
        WritingCase{"SpaceAround", ValueType::kText, " gold\t", "gold", true},
        WritingCase{"SpaceWithin", ValueType::kText, "a b", "ab", false},
        WritingCase{"NotAsciiCase", ValueType::kText, "É", "é", false},
        WritingCase{"UnitsTellCase", ValueType::kQuantity, "1 Mg", "1 mg",
                    false},
        WritingCase{"Other", ValueType::kText, "gold", "golf", false},
        WritingCase{"Empty", ValueType::kText, "", "  ", true}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace concordat::values
