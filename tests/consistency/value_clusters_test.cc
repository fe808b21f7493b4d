#include "consistency/fusion/value_clusters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"

namespace concordat {
namespace {

using testing::ElementsAreArray;

constexpr std::nullopt_t kNoSide = std::nullopt;

// The values of readings, each by somebody who writes as `habits` say.
class Readings {
 public:
  Readings(const Attribute& attribute, const WritingHabits& habits,
           const std::vector<const char*>& values)
      : habits_(habits) {
    for (const char* value : values) {
      readings_.push_back(ReadValue(attribute, value, habits_));
    }
    for (const Reading& reading : readings_) {
      written_.push_back({&reading, &habits_});
    }
  }

  const std::vector<WrittenReading>& written() const { return written_; }

 private:
  WritingHabits habits_;
  std::deque<Reading> readings_;
  std::vector<WrittenReading> written_;
};

WritingHabits Habits() {
  WritingHabits habits;
  habits.decimal_mark = '.';
  habits.language = "en";
  habits.absence_tokens = {"n/a"};
  return habits;
}

struct ClusterCase {
  const char* name;
  ValueType type;
  // Of numbers; "" for none.
  const char* tolerance;
  std::vector<const char*> values;
  std::vector<std::optional<size_t>> clusters;
};
void PrintTo(const ClusterCase& test, std::ostream* out) { *out << test.name; }

class ClusterValuesTest : public testing::TestWithParam<ClusterCase> {};

TEST_P(ClusterValuesTest, GroupsByMeaning) {
  const ClusterCase& test = GetParam();
  Attribute attribute;
  attribute.type = test.type;
  WritingHabits habits = Habits();
  if (*test.tolerance != '\0') {
    Attribute decimal;
    decimal.type = ValueType::kDecimal;
    habits.tolerance_abs = std::get<Decimal>(
        ReadValue(decimal, test.tolerance, Habits()).value->scalar());
  }
  const Readings readings(attribute, habits, test.values);
  const auto clusters = ClusterValues(attribute, readings.written());
  ASSERT_TRUE(clusters.ok()) << clusters.status();
  EXPECT_THAT(clusters->of, ElementsAreArray(test.clusters));
  for (size_t value = 0; value < clusters->leaders.size(); ++value) {
    EXPECT_EQ(clusters->of[clusters->leaders[value]], value);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ClusterValuesTest,
    testing::Values(ClusterCase{"WritingsOfOneTime",
                                ValueType::kTimeOfDay,
                                "",
                                {"7:10 a.m.", "07:10", "7:45 p.m."},
                                {0, 0, 1}},
                    ClusterCase{"WhatMostWriteComesFirst",
                                ValueType::kInteger,
                                "",
                                {"3", "5", "5"},
                                {1, 0, 0}},
                    ClusterCase{"AbsentAndUnreadableTakeNoSide",
                                ValueType::kDate,
                                "",
                                {"n/a", "", "2026-01-02", "soon"},
                                {kNoSide, kNoSide, 0, kNoSide}},
                    // 10 is within 1 of both 9 and 11, which are not within 1
                    // of each other: the value that most write leads.
                    ClusterCase{"ToleranceIsNotTransitive",
                                ValueType::kDecimal,
                                "1",
                                {"9", "10", "10", "11", "12"},
                                {0, 0, 0, 0, 1}},
                    ClusterCase{"OfEqualsTheFirstByWritingLeads",
                                ValueType::kDecimal,
                                "1",
                                {"9", "10", "8"},
                                {0, 0, 1}},
                    ClusterCase{"ACoarserAddressJoinsTheOnlyFinerOne",
                                ValueType::kPostalAddress,
                                "",
                                {"2407 Hill St, Raleigh", "2407 Hill St"},
                                {0, 0}},
                    ClusterCase{"ACoarserNameOfTwoTakesNoSide",
                                ValueType::kPersonName,
                                "",
                                {"John Smith", "J. Smith", "Jane Smith"},
                                {1, kNoSide, 0}},
                    ClusterCase{"Nothing", ValueType::kText, "", {}, {}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ClusterValuesTest, ValuesAreLimited) {
  Attribute attribute;
  attribute.type = ValueType::kInteger;
  std::deque<std::string> numbers;
  std::vector<const char*> values;
  for (int i = 0; i <= limits::kFusionValuesPerItemMax; ++i) {
    values.push_back(numbers.emplace_back(absl::StrCat(i)).c_str());
  }
  const Readings readings(attribute, Habits(), values);
  EXPECT_EQ(
      DetailOf(ClusterValues(attribute, readings.written()).status())->reason,
      ErrorReason::kLimitExceeded);
}

TEST(FindClusterTest, TheAuthoritysValueIsLookedUp) {
  Attribute attribute;
  attribute.type = ValueType::kTimeOfDay;
  const Readings said(attribute, Habits(), {"7:10 a.m.", "07:10", "19:45"});
  const auto clusters = ClusterValues(attribute, said.written());
  ASSERT_TRUE(clusters.ok());
  const Readings held(attribute, Habits(), {"7:45 pm", "8:00", "n/a"});
  const auto find = [&](size_t index) {
    return FindCluster(attribute, said.written(), *clusters,
                       held.written()[index]);
  };
  EXPECT_EQ(find(0), 1);
  EXPECT_EQ(find(1), std::nullopt);
  EXPECT_EQ(find(2), std::nullopt);
}

}  // namespace
}  // namespace concordat
