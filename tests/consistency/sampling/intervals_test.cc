// Sample sizes and intervals, held against published figures and simulations.
#include "consistency/sampling/intervals.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "consistency/sampling/allocation.h"
#include "gtest/gtest.h"

namespace concordat::sampling {
namespace {

constexpr int64_t kEndless = int64_t{1} << 60;

TEST(NormalQuantileTest, IsTheTables) {
  struct Row {
    double confidence;
    double z;
  };
  // Abramowitz and Stegun, table 26.5.
  for (const Row& row :
       {Row{0.5, 0.674489750196}, Row{0.8, 1.281551565545},
        Row{0.9, 1.644853626951}, Row{0.95, 1.959963984540},
        Row{0.99, 2.575829303549}, Row{0.9999, 3.890591886413}}) {
    EXPECT_NEAR(NormalQuantileOf(row.confidence), row.z, 1e-10);
  }
}

TEST(SampleSizeTest, IsCochrans) {
  struct Row {
    int64_t population;
    double precision;
    double confidence;
    int64_t size;
  };
  for (const Row& row : {
           Row{kEndless, 0.05, 0.95, 385},
           Row{kEndless, 0.01, 0.95, 9604},
           Row{kEndless, 0.03, 0.99, 1844},
           Row{1000, 0.05, 0.95, 278},
           Row{10'000, 0.05, 0.95, 370},
           Row{1'000'000, 0.01, 0.95, 9513},
           Row{100, 0.01, 0.95, 99},
           Row{10, 0.0001, 0.95, 10},
           Row{1, 0.05, 0.95, 1},
           Row{0, 0.05, 0.95, 0},
       }) {
    EXPECT_EQ(SampleSizeFor(row.population, row.precision, row.confidence),
              row.size)
        << row.population << " " << row.precision;
  }
}

TEST(SampleSizeTest, GivesTheWishedWidthWhateverComesOut) {
  for (const int64_t population : {50, 1000, 123'456}) {
    for (const double precision : {0.02, 0.05, 0.2}) {
      const int64_t size = SampleSizeFor(population, precision, 0.95);
      for (int64_t hits = 0; hits <= size; ++hits) {
        ASSERT_LE(WilsonOf(hits, size, population, 0.95).half_width(),
                  precision * (1 + 1e-9))
            << hits << " of " << size << " of " << population;
      }
    }
  }
}

TEST(WilsonTest, IsWhatNewcombePublished) {
  struct Row {
    int64_t hits;
    int64_t sampled;
    double low;
    double high;
  };
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  for (const Row& row :
       {Row{81, 263, 0.2553, 0.3662}, Row{15, 148, 0.0624, 0.1605},
        Row{0, 20, 0.0, 0.1611}, Row{1, 29, 0.0061, 0.1718}}) {
    const Interval interval = WilsonOf(row.hits, row.sampled, kEndless, 0.95);
    EXPECT_NEAR(interval.low, row.low, 5e-5);
    EXPECT_NEAR(interval.high, row.high, 5e-5);
  }
}

TEST(WilsonTest, KnowsWhatWasSeenWhole) {
  EXPECT_EQ(WilsonOf(3, 10, 10, 0.95).low, 0.3);
  EXPECT_EQ(WilsonOf(3, 10, 10, 0.95).high, 0.3);
  EXPECT_EQ(WilsonOf(0, 0, 10, 0.95).low, 0);
  EXPECT_EQ(WilsonOf(0, 0, 10, 0.95).high, 1);
  const Interval most = WilsonOf(3, 9, 10, 0.95);
  EXPECT_LT(most.half_width(), WilsonOf(3, 9, 1000, 0.95).half_width() / 2);
}

TEST(StratifiedTest, IsCochransByHand) {
  const std::vector<StratumCount> strata = {{"a", 1000, 100, 10},
                                            {"b", 3000, 100, 40}};
  const StratifiedRate estimate = EstimateStratified(strata, 0.95);
  EXPECT_NEAR(estimate.rate, 0.25 * 0.1 + 0.75 * 0.4, 1e-12);
  const double variance =
      0.0625 * 0.9 * 0.09 / 99 + 0.5625 * (1 - 1.0 / 30) * 0.24 / 99;
  EXPECT_NEAR(estimate.variance, variance, 1e-15);
  // Wide enough an effective sample that Wilson is near the normal interval.
  EXPECT_NEAR(estimate.interval.half_width(), 1.96 * std::sqrt(variance),
              0.002);
  EXPECT_LT(estimate.interval.low, estimate.rate);
  EXPECT_GT(estimate.interval.high, estimate.rate);
}

TEST(StratifiedTest, IsWilsonsWhereThereIsOneStratum) {
  for (const int64_t hits : {0, 1, 17, 50}) {
    const Interval one =
        EstimateStratified(std::vector<StratumCount>{{"", 1000, 50, hits}},
                           0.95)
            .interval;
    const Interval wilson = WilsonOf(hits, 50, 1000, 0.95);
    EXPECT_NEAR(one.low, wilson.low, 0.004) << hits;
    EXPECT_NEAR(one.high, wilson.high, 0.004) << hits;
  }
}

TEST(StratifiedTest, SaysWhatNobodyLookedAt) {
  const StratifiedRate estimate = EstimateStratified(
      std::vector<StratumCount>{{"a", 50, 50, 5}, {"b", 50, 0, 0}}, 0.95);
  EXPECT_DOUBLE_EQ(estimate.rate, 0.1);
  EXPECT_DOUBLE_EQ(estimate.interval.low, 0.05);
  EXPECT_DOUBLE_EQ(estimate.interval.high, 0.55);
  const StratifiedRate none =
      EstimateStratified(std::vector<StratumCount>{{"a", 50, 0, 0}}, 0.95);
  EXPECT_EQ(none.interval.high, 1);
  EXPECT_EQ(EstimateStratified({}, 0.95).interval.high, 1);
}

// Hits among `sampled` of a stratum of which a part are hits.
int64_t Draw(int64_t population, int64_t hits, int64_t sampled,
             std::mt19937_64& random) {
  int64_t found = 0;
  for (int64_t i = 0; i < sampled; ++i) {
    std::uniform_int_distribution<int64_t> one(0, population - i - 1);
    if (one(random) < hits - found) ++found;
  }
  return found;
}

struct World {
  std::string name;
  std::vector<StratumCount> strata;  // `hits` of the population
  int64_t size;
};

double TrueRate(const World& world) {
  double hits = 0;
  double all = 0;
  for (const StratumCount& stratum : world.strata) {
    hits += static_cast<double>(stratum.hits);
    all += static_cast<double>(stratum.population);
  }
  return hits / all;
}

std::vector<StratumCount> Sample(const World& world, const Allocated& sizes,
                                 std::mt19937_64& random) {
  std::vector<StratumCount> sample = world.strata;
  for (size_t i = 0; i < sample.size(); ++i) {
    const int64_t hits = sample[i].hits;
    sample[i].sampled = sizes[i];
    sample[i].hits = Draw(sample[i].population, hits, sizes[i], random);
  }
  return sample;
}

std::vector<World> Worlds() {
  return {
      {"alike", {{"a", 5000, 0, 500}, {"b", 5000, 0, 500}}, 400},
      {"rare", {{"a", 50'000, 0, 250}, {"b", 10'000, 0, 50}}, 1000},
      {"concentrated",
       {{"a", 20'000, 0, 20},
        {"b", 3000, 0, 900},
        {"c", 7000, 0, 70},
        {"d", 300, 0, 150}},
       600},
      {"small", {{"a", 200, 0, 10}, {"b", 100, 0, 30}, {"c", 60, 0, 1}}, 120},
  };
}

// Seeds are fixed: the shares are the same in each run.
TEST(StratifiedTest, IntervalsHoldTheTruthAsOftenAsTheySay) {
  constexpr int kRuns = 4000;
  for (const World& world : Worlds()) {
    std::mt19937_64 random(1);
    const double truth = TrueRate(world);
    const Allocated sizes = DivideProportionally(world.strata, world.size);
    int covered = 0;
    for (int run = 0; run < kRuns; ++run) {
      const Interval interval =
          EstimateStratified(Sample(world, sizes, random), 0.95).interval;
      if (interval.low <= truth && truth <= interval.high) ++covered;
    }
    // Three standard errors of the simulation below 95%.
    EXPECT_GE(covered, kRuns * 0.94) << world.name;
  }
}

// As Neyman's allocation may have it: of most entities few are looked at, and
// little is wrong with them.
TEST(StratifiedTest, WhatIsRareWhereFewAreLookedAtIsNotForgotten) {
  constexpr int kRuns = 4000;
  const World world = {
      "disproportionate", {{"a", 90'000, 0, 450}, {"b", 10'000, 0, 3000}}, 400};
  std::mt19937_64 random(3);
  int covered = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Interval interval =
        EstimateStratified(Sample(world, {200, 200}, random), 0.95).interval;
    const double truth = TrueRate(world);
    if (interval.low <= truth && truth <= interval.high) ++covered;
  }
  EXPECT_GE(covered, kRuns * 0.94);
}

TEST(StratifiedTest, NeymanIsTighterWhereStrataDifferAndStillTrue) {
  constexpr int kRuns = 4000;
  const World world = Worlds()[2];
  std::mt19937_64 random(2);
  const double truth = TrueRate(world);
  double proportional = 0;
  double neyman = 0;
  int covered = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Allocated even = DivideProportionally(world.strata, world.size);
    proportional +=
        EstimateStratified(Sample(world, even, random), 0.95).variance;
    // A pilot of a fifth, then the rest on top of it.
    const Allocated first = DivideProportionally(world.strata, world.size / 5);
    std::vector<StratumCount> sample = Sample(world, first, random);
    const Allocated sizes = DivideAsNeyman(sample, world.size);
    for (size_t i = 0; i < sample.size(); ++i) {
      StratumCount& stratum = sample[i];
      ASSERT_GE(sizes[i], stratum.sampled);
      stratum.hits += Draw(stratum.population - stratum.sampled,
                           world.strata[i].hits - stratum.hits,
                           sizes[i] - stratum.sampled, random);
      stratum.sampled = sizes[i];
    }
    const StratifiedRate estimate = EstimateStratified(sample, 0.95);
    neyman += estimate.variance;
    if (estimate.interval.low <= truth && truth <= estimate.interval.high) {
      ++covered;
    }
  }
  EXPECT_LT(neyman, 0.75 * proportional);
  EXPECT_GE(covered, kRuns * 0.94);
}

}  // namespace
}  // namespace concordat::sampling
