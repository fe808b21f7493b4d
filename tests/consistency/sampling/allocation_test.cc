#include "consistency/sampling/allocation.h"

#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace concordat::sampling {
namespace {

int64_t SumOf(const Allocated& given) {
  return std::accumulate(given.begin(), given.end(), int64_t{0});
}

TEST(AllocationTest, FollowsSizes) {
  const std::vector<StratumCount> strata = {
      {"a", 6000}, {"b", 3000}, {"c", 1000}};
  EXPECT_EQ(DivideProportionally(strata, 100), (Allocated{60, 30, 10}));
  EXPECT_EQ(DivideProportionally(strata, 20'000),
            (Allocated{6000, 3000, 1000}));
}

TEST(AllocationTest, GivesEachStratumTwo) {
  const std::vector<StratumCount> strata = {
      {"a", 1'000'000}, {"b", 30}, {"c", 1}};
  EXPECT_EQ(DivideProportionally(strata, 100), (Allocated{97, 2, 1}));
  EXPECT_EQ(DivideProportionally(strata, 1), (Allocated{2, 2, 1}));
}

TEST(AllocationTest, ALargerSampleNeverGivesFewerToAnyStratum) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<StratumCount> strata(1 + random() % 12);
    int64_t all = 0;
    for (StratumCount& stratum : strata) {
      stratum.population = static_cast<int64_t>(random() % 400);
      all += stratum.population;
    }
    Allocated before = DivideProportionally(strata, 0);
    for (int64_t size = 1; size <= all; ++size) {
      const Allocated now = DivideProportionally(strata, size);
      for (size_t i = 0; i < strata.size(); ++i) {
        ASSERT_GE(now[i], before[i]) << "of " << size;
        ASSERT_LE(now[i], strata[i].population);
      }
      ASSERT_GE(SumOf(now), size);
      before = now;
    }
    EXPECT_EQ(SumOf(before), all);
  }
}

TEST(AllocationTest, NeymanFollowsDeviations) {
  // 98 of 998, and 498 of 998 hits: deviations of 0.3 and 0.5.
  const std::vector<StratumCount> strata = {{"a", 50'000, 998, 99},
                                            {"b", 30'000, 998, 499}};
  const Allocated given = DivideAsNeyman(strata, 20'000);
  EXPECT_EQ(SumOf(given), 20'000);
  EXPECT_NEAR(static_cast<double>(given[0]) / 20'000, 0.5, 0.002);
  // What was looked at up to now stays.
  EXPECT_EQ(DivideAsNeyman(strata, 100), (Allocated{998, 998}));
}

TEST(AllocationTest, NeymanDoesNotLeaveAStratumThatShowedNothing) {
  const std::vector<StratumCount> strata = {{"a", 10'000, 10, 0},
                                            {"b", 10'000, 10, 5}};
  const Allocated given = DivideAsNeyman(strata, 1000);
  EXPECT_GT(given[0], 250);
  EXPECT_GT(given[1], given[0]);
}

}  // namespace
}  // namespace concordat::sampling
