#include "server/audit/csv_records.h"

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

// "1:a|b" of each record; "2!problem" of each that is none.
std::vector<std::string> Read(const std::string& bytes) {
  CsvRecords records(bytes, 1, ',');
  std::vector<std::string> read;
  while (true) {
    switch (records.Next()) {
      case CsvRecords::Event::kEnd:
        return read;
      case CsvRecords::Event::kBad:
        read.push_back(absl::StrCat(records.line(), "!"));
        break;
      case CsvRecords::Event::kRecord:
        read.push_back(absl::StrCat(records.line(), ":",
                                    absl::StrJoin(records.cells(), "|")));
    }
  }
}

using Strings = std::vector<std::string>;

struct CsvCase {
  const char* name;
  const char* bytes;
  Strings read;
};

class CsvRecordsTest : public testing::TestWithParam<CsvCase> {};

TEST_P(CsvRecordsTest, AreRead) {
  EXPECT_EQ(Read(GetParam().bytes), GetParam().read);
}

INSTANTIATE_TEST_SUITE_P(
    Csv, CsvRecordsTest,
    testing::Values(
        CsvCase{"Plain", "a,b\nc,d\n", {"1:a|b", "2:c|d"}},
        CsvCase{"NoLastLineBreak", "a,b\nc,d", {"1:a|b", "2:c|d"}},
        CsvCase{"CrLf", "a,b\r\nc,d\r\n", {"1:a|b", "2:c|d"}},
        CsvCase{"EmptyCells", ",\na,\n,b\n", {"1:|", "2:a|", "3:|b"}},
        CsvCase{"BlankLines", "\n\na\n\r\nb\n", {"3:a", "5:b"}},
        CsvCase{"Quoted", "\"a,b\",c\n", {"1:a,b|c"}},
        CsvCase{"QuotedLast", "a,\"b\"\nc,\"d\"", {"1:a|b", "2:c|d"}},
        CsvCase{"QuotedEmpty", "\"\",a\n", {"1:|a"}},
        CsvCase{"DoubledQuotes", "\"a\"\"b\"\"\",c\n", {"1:a\"b\"|c"}},
        CsvCase{"LineBreakWithin", "\"a\nb\",c\nd,e\n", {"1:a\nb|c", "3:d|e"}},
        CsvCase{"CrLfAfterQuote", "\"a\"\r\nb\r\n", {"1:a", "2:b"}},
        CsvCase{"WhiteSpaceBelongsToCells", " a , b \n", {"1: a | b "}},
        CsvCase{"QuoteWithin", "a\"b,c\nd,e\n", {"1!", "2:d|e"}},
        CsvCase{"AfterClosingQuote", "\"a\"b,c\nd,e\n", {"1!", "2:d|e"}},
        CsvCase{"NeverClosed", "\"a,b\nc,d\n", {"1!", "2:c|d"}},
        CsvCase{"Nothing", "", {}}, CsvCase{"OneCell", "a", {"1:a"}}),
    [](const auto& test) { return std::string(test.param.name); });

std::string Quoted(const std::string& cell) {
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

// However they are cut into parts, records are what they are.
TEST(CsvRecordsRandomTest, PartsGiveWhatTheWholeGives) {
  std::mt19937 random(11);
  const auto pick = [&](size_t below) { return random() % below; };
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (size_t row = 1 + pick(40); row > 0; --row) {
      for (size_t cell = 1 + pick(4); cell > 0; --cell) {
        std::string text;
        for (size_t i = pick(90); i > 0; --i) text += "ab,\"\n x"[pick(7)];
        const bool plain = text.find_first_of(",\"\n") == std::string::npos;
        bytes += plain && !text.empty() && pick(2) == 0 ? text : Quoted(text);
        bytes += cell == 1 ? "\n" : ",";
      }
    }
    const Strings whole = Read(bytes);
    Strings parts;
    std::string rest;
    int64_t line = 1;
    size_t at = 0;
    while (at < bytes.size() || !rest.empty()) {
      const size_t size = std::min(bytes.size() - at, 1 + pick(200));
      rest += bytes.substr(at, size);
      at += size;
      size_t end = EndOfCsvRecords(rest);
      if (end == std::string::npos) {
        ASSERT_LT(at, bytes.size());
        continue;
      }
      CsvRecords records(absl::string_view(rest).substr(0, end), line, ',');
      while (records.Next() == CsvRecords::Event::kRecord) {
        parts.push_back(absl::StrCat(records.line(), ":",
                                     absl::StrJoin(records.cells(), "|")));
      }
      line = records.next_line();
      rest.erase(0, end);
    }
    EXPECT_EQ(parts, whole);
  }
}

}  // namespace
}  // namespace concordat
