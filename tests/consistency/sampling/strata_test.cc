#include "consistency/sampling/strata.h"

#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/limits.h"
#include "gtest/gtest.h"

namespace concordat::sampling {
namespace {

using Strings = std::vector<std::string>;

TEST(StrataTest, OneEachTheLargestFirst) {
  const std::vector<ValueCount> values = {
      {"north", {}, 20}, {"", {}, 15}, {"south", {}, 70}};
  const Strata strata = GroupValues(values);
  EXPECT_EQ(strata.names, (Strings{"south", "north", ""}));
  EXPECT_EQ(strata.populations, (std::vector<int64_t>{70, 20, 15}));
  EXPECT_EQ(strata.of, (std::vector<uint32_t>{1, 2, 0}));
}

// What would show who somebody is, or say little, is no stratum.
TEST(StrataTest, SmallOnesAreMadeOne) {
  const std::vector<ValueCount> values = {
      {"a", {}, 9}, {"b", {}, 10}, {"c", {}, 1}, {"d", {}, 0}};
  const Strata strata = GroupValues(values);
  EXPECT_EQ(strata.names, (Strings{"b", "(other)"}));
  EXPECT_EQ(strata.populations, (std::vector<int64_t>{10, 10}));
  EXPECT_EQ(strata.of, (std::vector<uint32_t>{1, 0, 1, 1}));
}

TEST(StrataTest, ThereAreNoMoreThanTheLimit) {
  std::vector<ValueCount> values;
  for (int i = 0; i < 1000; ++i) {
    values.push_back({absl::StrCat("v", i), {}, 10 + i});
  }
  const Strata strata = GroupValues(values);
  ASSERT_EQ(strata.names.size(), limits::kSampleStrataMax);
  EXPECT_EQ(strata.names.front(), "v999");
  EXPECT_EQ(strata.names.back(), "(other)");
  EXPECT_EQ(std::accumulate(strata.populations.begin(),
                            strata.populations.end(), int64_t{0}),
            1000 * 10 + 999 * 500);
}

TEST(StrataTest, OfManyNumbersClassesAreMade) {
  std::vector<ValueCount> values = {{"", {}, 30}};
  for (const int number : {100, 20, 30, 10, 40, 50, 60, 70, 80, 90}) {
    values.push_back({absl::StrCat(number), number, 10});
  }
  const Strata strata = GroupValues(values);
  EXPECT_EQ(strata.names, (Strings{"", "[10, 30)", "[30, 50)", "[50, 70)",
                                   "[70, 90)", "[90, 100]"}));
  EXPECT_EQ(strata.populations, (std::vector<int64_t>{30, 20, 20, 20, 20, 20}));
  EXPECT_EQ(strata.of[0], 0);
  EXPECT_EQ(strata.of[1], 5);  // 100
  EXPECT_EQ(strata.of[4], 1);  // 10
}

TEST(StrataTest, OneNumberThatMostHaveFillsItsClass) {
  std::vector<ValueCount> values = {{"0", 0.0, 900}};
  for (int i = 1; i <= 10; ++i) {
    values.push_back({absl::StrCat(i), i, 10});
  }
  const Strata strata = GroupValues(values);
  EXPECT_EQ(strata.populations[0], 900);
  EXPECT_EQ(std::accumulate(strata.populations.begin(),
                            strata.populations.end(), int64_t{0}),
            1000);
  for (size_t i = 1; i < values.size(); ++i) EXPECT_NE(strata.of[i], 0);
}

TEST(StrataTest, FewNumbersStayAsTheyAre) {
  EXPECT_EQ(GroupValues(std::vector<ValueCount>{{"1", 1.0, 10}, {"2", 2.0, 20}})
                .names,
            (Strings{"2", "1"}));
  EXPECT_TRUE(GroupValues({}).names.empty());
}

TEST(StrataTest, AmountsInAnotherCurrencyAreAmongNoNumbers) {
  std::vector<ValueCount> values = {{"5 USD", {}, 50}, {"6 USD", {}, 1}};
  for (int i = 0; i < 10; ++i) {
    values.push_back({absl::StrCat(i, " EUR"), i, 20});
  }
  EXPECT_EQ(
      GroupValues(values).names,
      (Strings{"5 USD", "[0 EUR, 2 EUR)", "[2 EUR, 4 EUR)", "[4 EUR, 6 EUR)",
               "[6 EUR, 8 EUR)", "[8 EUR, 9 EUR]", kOtherStrata}));
}

}  // namespace
}  // namespace concordat::sampling
