#include "client/import/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/client/temporary_file.h"

namespace concordat::client {
namespace {

// Every event of a file on one line each: `2: a|b` or `3! reason`.
std::vector<std::string> EventsOf(const std::string& text,
                                  char delimiter = ',') {
  const TemporaryFile file(text);
  auto source = ByteSource::Open(file.path());
  EXPECT_TRUE(source.ok());
  LineReader lines(*std::move(source));
  CsvReader csv(&lines, delimiter);
  std::vector<std::string> events;
  while (true) {
    const auto event = csv.Next();
    EXPECT_TRUE(event.ok()) << event.status();
    if (!event.ok() || *event == CsvReader::Event::kEnd) return events;
    if (*event == CsvReader::Event::kBad)
      events.push_back(absl::StrCat(csv.bad_line(), "! ", csv.problem()));
    else
      events.push_back(absl::StrCat(csv.row().line, ": ",
                                    absl::StrJoin(csv.row().cells, "|")));
  }
}

struct Case {
  std::string name;
  std::string text;
  std::vector<std::string> events;
};

void PrintTo(const Case& test, std::ostream* out) { *out << test.name; }

class CsvReaderTest : public testing::TestWithParam<Case> {};

TEST_P(CsvReaderTest, Reads) {
  EXPECT_EQ(EventsOf(GetParam().text), GetParam().events);
}

const std::string kLong(kRecordBytesMax, 'x');

INSTANTIATE_TEST_SUITE_P(
    Cases, CsvReaderTest,
    testing::ValuesIn(std::vector<Case>{
        {"Nothing", "", {}},
        {"Plain", "a,b\n1,2\n", {"1: a|b", "2: 1|2"}},
        {"NoLastLineBreak", "a,b\n1,2", {"1: a|b", "2: 1|2"}},
        {"CrLf", "a,b\r\n1,2\r\n", {"1: a|b", "2: 1|2"}},
        {"ByteOrderMark",
         "\xEF\xBB\xBF"
         "a,b\n",
         {"1: a|b"}},
        {"EmptyCells", ",\n", {"1: |"}},
        {"BlankLinesAreSkipped", "a\n\n\r\nb\n", {"1: a", "4: b"}},
        {"SpacesBelongToTheCell", " a , b\n", {"1:  a | b"}},
        {"Quotes", "\"a,b\",\"c\"\"d\"\n", {"1: a,b|c\"d"}},
        {"QuotedLineBreak", "\"a\nb\",c\nd,e\n", {"1: a\nb|c", "3: d|e"}},
        {"QuotedCrLf", "\"a\r\nb\"\r\nc\r\n", {"1: a\r\nb", "3: c"}},
        {"QuotedNoLastLineBreak", "\"a\"", {"1: a"}},
        {"QuoteInsideACell",
         "a\nb\"c\nd\n",
         {"1: a",
          "2! a quote stands inside a cell: quote the whole cell and double "
          "the quote",
          "3: d"}},
        {"UnterminatedQuote",
         "a\n\"b\nc\n",
         {"1: a",
          "2! a quote is opened and never closed (lines 2 to 3 were "
          "skipped)"}},
        {"LoneCarriageReturn",
         "a\rb\nc\n",
         {"1! a carriage return without line feed stands inside the line",
          "2: c"}},
        {"Nul",
         std::string("a\n\0b\nc\n", 7),
         {"1: a", "2! the line holds a NUL byte; the file must be UTF-8 text",
          "3: c"}},
        {"BrokenUtf8",
         "a\n\xC3(\nc\n",
         {"1: a", "2! the line is not valid UTF-8", "3: c"}},
        {"OverlongUtf8", "\xC0\xAF\n", {"1! the line is not valid UTF-8"}},
        {"Surrogate", "\xED\xA0\x80\n", {"1! the line is not valid UTF-8"}},
        {"Unicode", "Zoë,東京,🎉\n", {"1: Zoë|東京|🎉"}},
        {"LongestLine",
         kLong.substr(1) + "\nb\n",
         {absl::StrCat("1: ", kLong.substr(1)), "2: b"}},
        {"LineTooLong",
         absl::StrCat("a\n", kLong, kLong, kLong, "\nb\n"),
         {"1: a", "2! the line is longer than 1048576 bytes", "3: b"}},
    }),
    [](const testing::TestParamInfo<Case>& test) { return test.param.name; });

TEST(CsvReader, QuoteOverTooManyLinesEnds) {
  std::string text = "\"";
  while (text.size() < kRecordBytesMax + 100) text += "some words\n";
  const std::vector<std::string> events = EventsOf(text);
  ASSERT_FALSE(events.empty());
  EXPECT_THAT(events[0],
              testing::StartsWith("1! a quote is not closed within 1048576"));
}

TEST(CsvReader, TakesAnotherDelimiter) {
  EXPECT_EQ(EventsOf("a;b,c\n", ';'), std::vector<std::string>{"1: a|b,c"});
}

TEST(LineReader, GoesOnWhereItStopped) {
  const TemporaryFile file("\xEF\xBB\xBFone\ntwo\nthree\n");
  LineReader first(*ByteSource::Open(file.path()));
  ASSERT_EQ(*first.Next(), LineReader::Event::kLine);
  ASSERT_EQ(*first.Next(), LineReader::Event::kLine);
  EXPECT_EQ(first.position().offset, 11);
  LineReader second(*ByteSource::Open(file.path()));
  ASSERT_TRUE(second.SkipTo(first.position().offset).ok());
  ASSERT_EQ(*second.Next(), LineReader::Event::kLine);
  EXPECT_EQ(second.line(), "three\n");
  EXPECT_EQ(second.position().line, 3);
  EXPECT_TRUE(absl::IsOutOfRange(second.SkipTo(1000)));
}

}  // namespace
}  // namespace concordat::client
