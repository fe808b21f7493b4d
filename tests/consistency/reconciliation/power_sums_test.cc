#include "consistency/reconciliation/power_sums.h"

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "tests/consistency/reconciliation/sets.h"

namespace concordat::reconciliation {
namespace {

PowerSums::Values SumsOf(const Sides& sides) {
  PowerSums sums;
  for (const Item item : sides.theirs) sums.Insert(item);
  for (const Item item : sides.ours) sums.Remove(item);
  return sums.values();
}

int64_t SurplusOf(const Sides& sides) {
  return static_cast<int64_t>(sides.theirs.size()) -
         static_cast<int64_t>(sides.ours.size());
}

std::optional<Difference> Decode(const Sides& sides, size_t sums) {
  const PowerSums::Values values = SumsOf(sides);
  return DecodePowerSums(absl::MakeConstSpan(values).first(sums),
                         SurplusOf(sides));
}

TEST(PowerSumsTest, AreWhatTheirNameSays) {
  std::mt19937_64 random(1);
  const Sides sides = RandomSides(300, random);
  const PowerSums::Values sums = SumsOf(sides);
  for (size_t i = 0; i < kPowerSums; ++i) {
    uint64_t sum = 0;
    for (const Item item : sides.theirs) {
      sum = Add(sum, Power(item.number(), i + 1));
    }
    for (const Item item : sides.ours) {
      sum = Subtract(sum, Power(item.number(), i + 1));
    }
    EXPECT_EQ(sums[i], sum) << i;
  }
}

TEST(PowerSumsTest, AddUp) {
  std::mt19937_64 random(1);
  PowerSums whole;
  PowerSums part;
  PowerSums rest;
  for (const Item item : RandomItems(200, random)) {
    whole.Insert(item);
    (random() % 2 == 0 ? part : rest).Insert(item);
  }
  part.Add(rest);
  EXPECT_EQ(part.values(), whole.values());
  part.Subtract(rest);
  part.Add(rest);
  whole.Subtract(part);
  EXPECT_EQ(whole.values(), PowerSums::Values{});
  EXPECT_EQ(PowerSums(part.values()).values(), part.values());
}

TEST(PowerSumsTest, AsManyItemsAsSumsAreFoundOnWhicheverSide) {
  std::mt19937_64 random(1);
  for (size_t theirs = 0; theirs <= kPowerSums; ++theirs) {
    for (size_t ours = 0; theirs + ours <= kPowerSums; ++ours) {
      const Sides sides{RandomItems(theirs, random), RandomItems(ours, random)};
      // With just enough, and where there are more.
      for (const size_t sums : {theirs + ours, kPowerSums}) {
        const std::optional<Difference> found = Decode(sides, sums);
        ASSERT_TRUE(found.has_value()) << theirs << " " << ours << " " << sums;
        const Difference expected = sides.Sorted();
        EXPECT_EQ(found->only_theirs, expected.only_theirs);
        EXPECT_EQ(found->only_ours, expected.only_ours);
      }
    }
  }
}

TEST(PowerSumsTest, OfMoreItemsItSaysSo) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    // From four on, so that polynomials of their degrees seldom split; one sum
    // is spare.
    const size_t sums = 4 + random() % (kPowerSums - 3);
    const Sides sides = RandomSides(sums + 1 + random() % 40, random);
    if ((static_cast<int64_t>(sums) - SurplusOf(sides)) % 2 == 0) continue;
    EXPECT_EQ(Decode(sides, sums), std::nullopt);
  }
}

TEST(PowerSumsTest, NumbersThatAreOfNoSetsAreNotDecoded) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 500; ++trial) {
    PowerSums::Values values = {};
    const uint64_t kind = random() % 3;
    for (uint64_t& value : values) {
      value = kind == 0 ? random() % kModulus : kind == 1 ? random() % 2 : 5;
    }
    const auto surplus = static_cast<int64_t>(random() % 80) - 40;
    const auto found = DecodePowerSums(values, surplus);
    if (!found.has_value()) continue;
    // Then they are of those sets.
    PowerSums again;
    for (const Item item : found->only_theirs) again.Insert(item);
    for (const Item item : found->only_ours) again.Remove(item);
    EXPECT_EQ(again.values(), values);
  }
}

TEST(PowerSumsTest, ASurplusThatIsNotTheirsDecodesToNothingElse) {
  std::mt19937_64 random(1);
  const Sides sides{RandomItems(5, random), RandomItems(4, random)};
  const PowerSums::Values values = SumsOf(sides);
  for (const int64_t surplus :
       {int64_t{0}, int64_t{2}, int64_t{-32}, int64_t{32}, int64_t{33},
        INT64_MAX, INT64_MIN, int64_t{-1}}) {
    EXPECT_EQ(DecodePowerSums(values, surplus), std::nullopt) << surplus;
  }
}

}  // namespace
}  // namespace concordat::reconciliation
