// That the interval holds at all times at once, whenever one stops.
#include "consistency/sampling/confidence_sequence.h"

#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace concordat::sampling {
namespace {

TEST(ConfidenceSequenceTest, KnowsNothingBeforeAndAllAfter) {
  ConfidenceSequence sequence(40, 0.95);
  EXPECT_EQ(sequence.interval().low, 0);
  EXPECT_EQ(sequence.interval().high, 1);
  sequence.Add(30, 3);
  EXPECT_GE(sequence.interval().low, 3 / 40.0);
  EXPECT_LE(sequence.interval().high, 13 / 40.0);
  sequence.Add(10, 0);
  EXPECT_DOUBLE_EQ(sequence.interval().low, 3 / 40.0);
  EXPECT_DOUBLE_EQ(sequence.interval().high, 3 / 40.0);
}

// Every number of hits that a small population may have, tried by the formula
// as it stands in the paper, in products in the place of logarithms.
TEST(ConfidenceSequenceTest, IsTheFormulaByEnumeration) {
  constexpr int64_t kPopulation = 30;
  for (int64_t drawn = 1; drawn <= kPopulation; ++drawn) {
    for (int64_t hits = 0; hits <= drawn; ++hits) {
      ConfidenceSequence sequence(kPopulation, 0.9);
      sequence.Add(drawn, hits);
      double mixture = 0;
      std::vector<double> likelihoods;
      for (int64_t all = 0; all <= kPopulation; ++all) {
        double likelihood = 1;
        for (int64_t i = 0; i < hits; ++i) {
          likelihood *= static_cast<double>(all - i);
        }
        for (int64_t i = 0; i < drawn - hits; ++i) {
          likelihood *= static_cast<double>(kPopulation - all - i);
        }
        for (int64_t i = 0; i < drawn; ++i) {
          likelihood /= static_cast<double>(kPopulation - i);
        }
        likelihood = std::max(0.0, likelihood);
        if (all < hits || kPopulation - all < drawn - hits) likelihood = 0;
        likelihoods.push_back(likelihood);
        mixture += likelihood / (kPopulation + 1);
      }
      int64_t low = -1;
      int64_t high = -1;
      for (int64_t all = 0; all <= kPopulation; ++all) {
        if (likelihoods[static_cast<size_t>(all)] <= 0.1 * mixture) continue;
        if (low < 0) low = all;
        high = all;
      }
      ASSERT_DOUBLE_EQ(sequence.interval().low,
                       static_cast<double>(low) / kPopulation)
          << hits << " of " << drawn;
      ASSERT_DOUBLE_EQ(sequence.interval().high,
                       static_cast<double>(high) / kPopulation)
          << hits << " of " << drawn;
    }
  }
}

struct Case {
  std::string name;
  int64_t population;
  int64_t hits;
  // When somebody stops who wants the interval to be wrong, or to be narrow.
  std::function<bool(const Interval& interval, double truth)> stops;
};

// Draws a whole population in random order, and gives whether the interval was
// right at the time at which the case stops.
bool IsRight(const Case& one, std::mt19937_64& random) {
  const double truth =
      static_cast<double>(one.hits) / static_cast<double>(one.population);
  ConfidenceSequence sequence(one.population, 0.95);
  int64_t hits_left = one.hits;
  for (int64_t left = one.population; left > 0; --left) {
    std::uniform_int_distribution<int64_t> draw(0, left - 1);
    const bool is_hit = draw(random) < hits_left;
    if (is_hit) --hits_left;
    sequence.Add(1, is_hit ? 1 : 0);
    const Interval interval = sequence.interval();
    if (left > 1 && !one.stops(interval, truth)) continue;
    return interval.low <= truth + 1e-12 && truth <= interval.high + 1e-12;
  }
  return true;
}

TEST(ConfidenceSequenceTest, IsRightWhenSomebodyStopsToMakeItWrong) {
  constexpr int kRuns = 2000;
  const auto when_wrong = [](const Interval& interval, double truth) {
    return truth < interval.low - 1e-12 || truth > interval.high + 1e-12;
  };
  const auto when_narrow = [](const Interval& interval, double /*truth*/) {
    return interval.half_width() <= 0.1;
  };
  const auto when_decided = [](const Interval& interval, double /*truth*/) {
    return interval.low > 0.1 || interval.high < 0.1;
  };
  for (const Case& one : std::vector<Case>{
           {"rare, stopped when wrong", 400, 4, when_wrong},
           {"a tenth, stopped when wrong", 400, 40, when_wrong},
           {"half, stopped when wrong", 400, 200, when_wrong},
           {"a tenth, stopped when narrow", 400, 40, when_narrow},
           {"at the bound, stopped when decided", 400, 40, when_decided},
           {"most, stopped when wrong", 150, 140, when_wrong},
       }) {
    std::mt19937_64 random(3);
    int right = 0;
    for (int run = 0; run < kRuns; ++run) {
      if (IsRight(one, random)) ++right;
    }
    // Three standard errors of the simulation below 95%.
    EXPECT_GE(right, kRuns * 0.9354) << one.name;
  }
}

TEST(ConfidenceSequenceTest, StopsSoonWhereLittleIsWrong) {
  ConfidenceSequence sequence(1'000'000, 0.95);
  sequence.Add(2000, 4);
  EXPECT_LT(sequence.interval().high, 0.01);
  EXPECT_LT(sequence.interval().half_width(), 0.005);
  // A hundred thousand times as many need not be looked at one by one.
  ConfidenceSequence large(int64_t{4'000'000'000}, 0.95);
  large.Add(1'000'000, 300'000);
  EXPECT_NEAR(large.interval().low, 0.3, 0.003);
  EXPECT_NEAR(large.interval().high, 0.3, 0.003);
  EXPECT_LT(large.interval().low, 0.3);
  EXPECT_GT(large.interval().high, 0.3);
}

}  // namespace
}  // namespace concordat::sampling
