#include "consistency/reconciliation/pace.h"

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>

#include "consistency/reconciliation/reconciler.h"
#include "gtest/gtest.h"
#include "tests/consistency/reconciliation/sets.h"

namespace concordat::reconciliation {
namespace {

struct Asked {
  size_t symbols = 0;
  size_t rounds = 0;
};

// Asks as a server does, until it is known what differs.
Asked Ask(const Sides& sides) {
  Reconciler reconciler;
  Pace pace;
  Asked asked;
  size_t end = Pace::kFirst;
  while (!reconciler.done() && asked.rounds < 200) {
    const Sketch difference = sides.Symbols({reconciler.symbols(), end});
    pace.Add(difference);
    EXPECT_TRUE(reconciler.Add(difference).ok());
    EXPECT_FALSE(pace.NeedsMoreThan(
        3 * (sides.theirs.size() + sides.ours.size()) + 100));
    asked.symbols = end;
    ++asked.rounds;
    end = pace.NextEnd();
    EXPECT_GT(end, reconciler.symbols());
  }
  EXPECT_EQ(reconciler.difference().only_theirs, sides.Sorted().only_theirs);
  EXPECT_EQ(reconciler.difference().only_ours, sides.Sorted().only_ours);
  return asked;
}

struct PaceCase {
  size_t differing;
  int sets;
  // The most that differing items may take each, on average, and rounds.
  double symbols_max;
  double rounds_max;
};

void PrintTo(const PaceCase& test, std::ostream* out) {
  *out << test.differing;
}

class PaceTest : public testing::TestWithParam<PaceCase> {};

TEST_P(PaceTest, AsksForLittleMoreThanIsNeeded) {
  const PaceCase& test = GetParam();
  std::mt19937_64 random(test.differing);
  double symbols = 0;
  double rounds = 0;
  for (int i = 0; i < test.sets; ++i) {
    const Asked asked = Ask(RandomSides(test.differing, random));
    symbols += static_cast<double>(asked.symbols);
    rounds += static_cast<double>(asked.rounds);
  }
  EXPECT_LE(symbols / test.sets / static_cast<double>(test.differing),
            test.symbols_max);
  EXPECT_LE(rounds / test.sets, test.rounds_max);
  RecordProperty("symbols_each",
                 std::to_string(symbols / test.sets /
                                static_cast<double>(test.differing)));
  RecordProperty("rounds", std::to_string(rounds / test.sets));
}

INSTANTIATE_TEST_SUITE_P(
    Differing, PaceTest,
    testing::Values(PaceCase{10, 20, 1.5, 3}, PaceCase{20, 20, 1.5, 6},
                    PaceCase{32, 20, 1.1, 7}, PaceCase{50, 40, 1.5, 20},
                    PaceCase{100, 40, 1.5, 25}, PaceCase{300, 20, 1.5, 25},
                    PaceCase{1000, 10, 1.4, 25}, PaceCase{2000, 10, 1.35, 25},
                    PaceCase{20000, 3, 1.3, 30}),
    [](const testing::TestParamInfo<PaceCase>& of) {
      return "Of" + std::to_string(of.param.differing);
    });

TEST(PaceTest, WhatOneSideHasMoreIsKnownAtOnce) {
  std::mt19937_64 random(7);
  const Sides sides{RandomItems(5000, random), {}};
  Pace pace;
  pace.Add(sides.Symbols({0, Pace::kFirst}));
  EXPECT_TRUE(pace.NeedsMoreThan(5000));
  EXPECT_FALSE(pace.NeedsMoreThan(6000));
}

TEST(PaceTest, EqualSetsNeedNothing) {
  Pace pace;
  pace.Add(*Sketch::Create({0, 40}));
  EXPECT_FALSE(pace.NeedsMoreThan(0));
  EXPECT_GT(pace.NextEnd(), 40U);
}

}  // namespace
}  // namespace concordat::reconciliation
