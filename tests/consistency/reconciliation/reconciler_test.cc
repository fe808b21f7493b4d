// Goal: what two sets do not share is found, all of it and nothing else, from
// few symbols whatever their number; and symbols of no sets end in an error or
// in more being wanted, soon.
#include "consistency/reconciliation/reconciler.h"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "graph/errors.h"
#include "gtest/gtest.h"
#include "tests/consistency/reconciliation/sets.h"

namespace concordat::reconciliation {
namespace {

void ExpectFinds(const Reconciler& reconciler, const Sides& sides) {
  const Difference expected = sides.Sorted();
  EXPECT_EQ(reconciler.difference().only_theirs, expected.only_theirs);
  EXPECT_EQ(reconciler.difference().only_ours, expected.only_ours);
}

std::optional<ErrorReason> ReasonOf(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return std::nullopt;
  return detail->reason;
}

TEST(ReconcilerTest, SetsThatAreTheSameNeedTheirSummaryOnly) {
  std::mt19937_64 random(1);
  const std::vector<Item> items = RandomItems(1000, random);
  Sketch difference = SketchOf(items, {0, 0});
  ASSERT_TRUE(difference.Subtract(SketchOf(items, {0, 0})).ok());
  Reconciler reconciler;
  EXPECT_FALSE(reconciler.done());
  ASSERT_TRUE(reconciler.Add(difference).ok());
  EXPECT_TRUE(reconciler.done());
  ExpectFinds(reconciler, {});
}

TEST(ReconcilerTest, FindsWhatLargeSetsDoNotShare) {
  std::mt19937_64 random(1);
  const std::vector<Item> shared = RandomItems(20'000, random);
  const Sides sides{RandomItems(300, random), RandomItems(200, random)};
  const SymbolRange range{0, 900};
  Sketch theirs = SketchOf(shared, range);
  Sketch ours = theirs;
  ASSERT_TRUE(theirs.Add(SketchOf(sides.theirs, range)).ok());
  ASSERT_TRUE(ours.Add(SketchOf(sides.ours, range)).ok());
  Sketch difference = *Sketch::Parse(theirs.Serialize());
  ASSERT_TRUE(difference.Subtract(ours).ok());
  Reconciler reconciler;
  ASSERT_TRUE(reconciler.Add(difference).ok());
  ASSERT_TRUE(reconciler.done());
  ExpectFinds(reconciler, sides);
  EXPECT_EQ(reconciler.found(), 500u);
}

TEST(ReconcilerTest, AsManySymbolsAsItemsWhereTheyAreFew) {
  std::mt19937_64 random(1);
  for (size_t items = 0; items <= kPowerSums; ++items) {
    for (int trial = 0; trial < 3; ++trial) {
      const Sides sides = RandomSides(items, random);
      Reconciler reconciler;
      ASSERT_TRUE(reconciler.Add(sides.Symbols({0, 0})).ok());
      EXPECT_EQ(SymbolsWanted(sides, 64, reconciler), items);
      ExpectFinds(reconciler, sides);
    }
  }
}

// However they are cut, all that are on one side or on both.
TEST(ReconcilerTest, SymbolsMayComeInAnyPortions) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    Sides sides = RandomSides(random() % 300, random);
    if (trial % 4 == 0) sides.ours.clear();
    if (trial % 4 == 1) sides.theirs.clear();
    const Sketch all = sides.Symbols({0, 2000});
    const size_t portion_max = 1 + random() % 200;
    Reconciler reconciler;
    while (!reconciler.done() && reconciler.symbols() < 2000) {
      const size_t begin = reconciler.symbols();
      const size_t end =
          std::min<size_t>(2000, begin + random() % (portion_max + 1));
      ASSERT_TRUE(reconciler.Add(*all.Slice({begin, end})).ok());
    }
    ASSERT_TRUE(reconciler.done());
    ExpectFinds(reconciler, sides);
  }
}

// The mean over trials of the symbols that were needed to be done.
TEST(ReconcilerTest, NeedsFewSymbols) {
  const struct {
    size_t items;
    int trials;
    double symbols_max;  // each item's
  } cases[] = {
      {1, 4, 1.0},    {2, 4, 1.0},     {5, 4, 1.0},     {10, 4, 1.0},
      {20, 4, 1.0},   {32, 4, 1.0},    {33, 60, 1.2},   {35, 60, 1.3},
      {40, 60, 1.45}, {50, 60, 1.45},  {60, 60, 1.45},  {80, 60, 1.45},
      {100, 60, 1.4}, {150, 40, 1.4},  {200, 40, 1.45}, {300, 20, 1.45},
      {400, 20, 1.4}, {500, 20, 1.4},  {1000, 6, 1.3},  {2000, 4, 1.25},
      {5000, 2, 1.2}, {10000, 1, 1.2},
  };
  for (const auto& test : cases) {
    std::mt19937_64 random(test.items);
    size_t symbols = 0;
    size_t most = 0;
    for (int trial = 0; trial < test.trials; ++trial) {
      const Sides sides = RandomSides(test.items, random);
      Reconciler reconciler;
      const size_t wanted =
          SymbolsWanted(sides, 4 * test.items + 100, reconciler);
      ASSERT_TRUE(reconciler.done()) << test.items;
      ExpectFinds(reconciler, sides);
      symbols += wanted;
      most = std::max(most, wanted);
    }
    const auto items = static_cast<double>(test.items);
    const double mean = static_cast<double>(symbols) / test.trials / items;
    EXPECT_LE(mean, test.symbols_max) << test.items;
    std::cout << test.items << " items: " << mean << " symbols each, at most "
              << static_cast<double>(most) / items << "\n";
  }
}

TEST(ReconcilerTest, TwoThousandItemsTakeThirtyKilobytes) {
  std::mt19937_64 random(1);
  const Sides sides = RandomSides(2000, random);
  Reconciler reconciler;
  const size_t symbols = SymbolsWanted(sides, 4000, reconciler);
  ASSERT_TRUE(reconciler.done());
  EXPECT_LE(sides.Symbols({0, symbols}).Serialize().size(), 30'000u);
}

TEST(ReconcilerTest, SymbolsThatAreNotTheNextAreRefused) {
  std::mt19937_64 random(1);
  const Sides sides = RandomSides(100, random);
  Reconciler reconciler;
  ASSERT_TRUE(reconciler.Add(sides.Symbols({0, 40})).ok());
  for (const SymbolRange& range : {SymbolRange{0, 40}, SymbolRange{41, 50}}) {
    EXPECT_EQ(ReasonOf(reconciler.Add(sides.Symbols(range))),
              ErrorReason::kInvalidField);
  }
  // And change nothing.
  ASSERT_TRUE(reconciler.Add(sides.Symbols({40, 400})).ok());
  EXPECT_TRUE(reconciler.done());
  ExpectFinds(reconciler, sides);
  // What was on its way is ignored.
  EXPECT_TRUE(reconciler.Add(sides.Symbols({0, 40})).ok());
}

TEST(ReconcilerTest, SymbolsOfASetThatChangedAreRefused) {
  std::mt19937_64 random(1);
  Sides sides = RandomSides(100, random);
  Reconciler reconciler;
  ASSERT_TRUE(reconciler.Add(sides.Symbols({0, 40})).ok());
  sides.theirs.push_back(Item::FromHash(1));
  EXPECT_EQ(ReasonOf(reconciler.Add(sides.Symbols({40, 400}))),
            ErrorReason::kPreconditionFailed);
}

TEST(ReconcilerTest, AnItemTwiceIsNeverTakenForADifference) {
  std::mt19937_64 random(1);
  for (const size_t others : {0, 5, 200}) {
    Sides sides = RandomSides(others, random);
    const Item item = Item::FromHash(random());
    sides.theirs.push_back(item);
    sides.theirs.push_back(item);
    Reconciler reconciler;
    SymbolsWanted(sides, 1000, reconciler);
    EXPECT_FALSE(reconciler.done()) << others;
  }
}

// Symbols that were changed, or made to lead it astray. They end, and what is
// then given as found keeps to all of them: nothing of it is made up.
class HostileSymbols {
 public:
  explicit HostileSymbols(uint64_t seed) : random_(seed) {}

  Sketch Make() {
    const size_t symbols = random_() % 600;
    const Sides sides = RandomSides(random_() % 300, random_);
    std::string bytes = sides.Symbols({0, symbols}).Serialize();
    const uint64_t kind = random_() % 4;
    const size_t changes = kind == 0 ? 1 : random_() % 200;
    for (size_t i = 0; i < changes; ++i) {
      const size_t at = bytes.size() - 1 - random_() % (bytes.size() / 2);
      if (kind < 2) {
        bytes[at] = static_cast<char>(random_());
      } else if (at >= 400 && at + 12 <= bytes.size()) {
        PutAlone(bytes, at);
      }
    }
    auto parsed = Sketch::Parse(bytes);
    return parsed.ok() ? *std::move(parsed) : sides.Symbols({0, symbols});
  }

 private:
  // Where a cell may be: an item alone, with its right check.
  void PutAlone(std::string& bytes, size_t at) {
    const Item item = Item::FromHash(random_());
    const bool theirs = random_() % 2 == 0;
    const uint64_t sum = theirs ? item.number() : -item.number();
    const uint32_t check = theirs ? CheckOf(item) : -CheckOf(item);
    for (size_t i = 0; i < 8; ++i) {
      bytes[at + i] = static_cast<char>(sum >> (8 * i));
    }
    for (size_t i = 0; i < 4; ++i) {
      bytes[at + 8 + i] = static_cast<char>(check >> (8 * i));
    }
  }

  std::mt19937_64 random_;
};

TEST(ReconcilerTest, HostileSymbolsEnd) {
  HostileSymbols hostile(1);
  int done = 0;
  for (int trial = 0; trial < 500; ++trial) {
    const Sketch symbols = hostile.Make();
    Reconciler reconciler;
    const absl::Status status = reconciler.Add(symbols);
    if (!status.ok()) {
      EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidField);
    } else if (reconciler.done()) {
      ++done;
      const Sides found{reconciler.difference().only_theirs,
                        reconciler.difference().only_ours};
      EXPECT_EQ(found.Symbols(symbols.range()).cells(), symbols.cells());
      EXPECT_EQ(found.Symbols(symbols.range()).summary(), symbols.summary());
    }
  }
  std::cout << done << " of 500 were of some sets\n";
}

// All cells have one item, each another of those that are in the cell: taking
// it out of its other cells gives them two, and the last ones their first.
TEST(ReconcilerTest, CellsThatFillEachOtherEnd) {
  std::mt19937_64 random(1);
  constexpr size_t kCells = 2000;
  std::string bytes = Sketch::Create({0, kPowerSums + kCells})->Serialize();
  const size_t first = bytes.size() - 12 * kCells;
  std::vector<bool> filled(kCells);
  for (const Item item : RandomItems(20'000, random)) {
    std::vector<size_t> in;
    CellRange(0, kCells).ForEach(item, [&](size_t at) { in.push_back(at); });
    const size_t cell = in[random() % in.size()];
    if (filled[cell]) continue;
    filled[cell] = true;
    const uint32_t check = CheckOf(item);
    for (size_t i = 0; i < 12; ++i) {
      bytes[first + 12 * cell + i] = static_cast<char>(
          i < 8 ? item.number() >> (8 * i) : check >> (8 * (i - 8)));
    }
  }
  Reconciler reconciler;
  const absl::Status status = reconciler.Add(*Sketch::Parse(bytes));
  EXPECT_FALSE(reconciler.done());
  if (!status.ok()) {
    EXPECT_EQ(ReasonOf(status), ErrorReason::kInvalidField);
  }
  EXPECT_LE(reconciler.found(), 2 * kCells);
}

}  // namespace
}  // namespace concordat::reconciliation
