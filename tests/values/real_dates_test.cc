// Real dates with their truth: the dates of rayyan_dates, cell by cell. The
// dirty file writes year, month, day and drops leading zeros; the clean one
// month, day, year.
//
// The data is not part of the project. It is looked for in
// $CONCORDAT_DATA_DIR, else in ../shared/data beside the sources.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "client/values/context.h"
#include "client/values/pair.h"
#include "gtest/gtest.h"

namespace concordat::values {
namespace {

namespace fs = std::filesystem;

// The cells of a line of CSV; none of the file's cells has a line break.
std::vector<std::string> CellsOf(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back().push_back(c);
    }
  }
  return cells;
}

// The dates in order of the lines.
std::vector<std::string> DatesOf(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  constexpr size_t kColumn = 8;
  std::vector<std::string> dates;
  std::string line;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = CellsOf(line);
    EXPECT_EQ(cells.size(), 11u) << path << " line " << dates.size() + 1;
    dates.push_back(cells.size() > kColumn ? cells[kColumn] : "");
  }
  EXPECT_EQ(dates.front(), "article_jcreated_at");
  return dates;
}

// Whether its first two numbers can be a month and a day in either order.
bool IsAmbiguous(const std::string& date) {
  const std::vector<std::string> parts = absl::StrSplit(date, '/');
  int first = 0;
  int second = 0;
  return parts.size() == 3 && absl::SimpleAtoi(parts[0], &first) &&
         absl::SimpleAtoi(parts[1], &second) && first <= 12 && second <= 12 &&
         first != second;
}

TEST(RealDatesTest, WhatMeansTheSameAgreesAndUndecidedIsAmbiguous) {
  const char* const named = std::getenv("CONCORDAT_DATA_DIR");
  const fs::path folder =
      (named != nullptr ? fs::path(named)
                        : fs::path(CONCORDAT_SOURCE_DIR) / "../shared/data") /
      "rayyan_dates";
  if (!fs::is_directory(folder)) GTEST_SKIP() << "there is no " << folder;
  const std::vector<std::string> dirty = DatesOf(folder / "dirty.csv");
  const std::vector<std::string> clean = DatesOf(folder / "clean.csv");
  ASSERT_EQ(dirty.size(), clean.size());
  const absl::StatusOr<PairContext> context = ParseContext(
      "date", "a.date_order=YMD;b.date_order=MDY;two_digit_year_pivot=2030");
  ASSERT_TRUE(context.ok()) << context.status();
  int undecided = 0;
  for (size_t i = 1; i < dirty.size(); ++i) {
    const PairJudgement judgement = JudgePair(*context, dirty[i], clean[i]);
    if (judgement.verdict == PairVerdict::kUndecided) {
      ++undecided;
      EXPECT_TRUE(IsAmbiguous(dirty[i])) << dirty[i] << judgement.reason;
    } else {
      EXPECT_EQ(judgement.verdict, PairVerdict::kSame)
          << dirty[i] << " and " << clean[i] << ": " << judgement.reason;
    }
  }
  // Written month first in the dirty file too: no year can come first there.
  EXPECT_EQ(undecided, 39);
}

}  // namespace
}  // namespace concordat::values
