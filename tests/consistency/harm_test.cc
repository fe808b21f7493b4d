// Goal: a score lists its terms, the worse stands first, and that does not
// change with time.
#include "consistency/harm.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "consistency/harm_terms.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

absl::Time Day(int day) { return absl::UnixEpoch() + absl::Hours(24 * day); }

TEST(DescendingKeyTest, OfAGreaterNumberItSortsBefore) {
  const std::vector<double> descending = {1e300, 1000.5, 1000, 1,     0.001,
                                          0,     -0.001, -1,   -1000, -1e300};
  for (size_t i = 1; i < descending.size(); ++i) {
    EXPECT_LT(DescendingKey(descending[i - 1]), DescendingKey(descending[i]))
        << descending[i];
  }
  EXPECT_EQ(DescendingKey(2.5).size(), 8u);
}

TEST(HarmTest, ListsWhatGivesPointsTheMostFirst) {
  const Harm harm = MakeHarm({{HarmTerm::kExposure, 30, 0.4},
                              {HarmTerm::kVerdict, 20, 1},
                              {HarmTerm::kMoney, 10, 0}},
                             Day(0), absl::Hours(24));
  ASSERT_EQ(harm.parts.size(), 2u);
  EXPECT_EQ(harm.parts[0].term, HarmTerm::kVerdict);
  EXPECT_EQ(harm.parts[1].term, HarmTerm::kExposure);
  EXPECT_DOUBLE_EQ(harm.points(), 32);
}

TEST(HarmTest, HalvesEachHalfLife) {
  const Harm harm =
      MakeHarm({{HarmTerm::kVerdict, 20, 1}}, Day(10), absl::Hours(48));
  EXPECT_DOUBLE_EQ(harm.RecencyAt(Day(5)), 1);
  EXPECT_DOUBLE_EQ(harm.RecencyAt(Day(10)), 1);
  EXPECT_DOUBLE_EQ(harm.RecencyAt(Day(12)), 0.5);
  EXPECT_DOUBLE_EQ(harm.RecencyAt(Day(16)), 0.125);
  const Harm lasting = MakeHarm({{HarmTerm::kVerdict, 20, 1}}, Day(10),
                                absl::InfiniteDuration());
  EXPECT_DOUBLE_EQ(lasting.RecencyAt(Day(1000)), 1);
}

// Whenever two are compared, the one with the greater order has more left.
TEST(HarmTest, TheOrderIsThatOfWhatIsLeft) {
  std::mt19937_64 random(20261122);
  const absl::Duration half_life = absl::Hours(24 * 30);
  for (int i = 0; i < 1000; ++i) {
    const auto any = [&] {
      return MakeHarm({{HarmTerm::kExposure, 1.0 + random() % 100,
                        (1 + random() % 100) / 100.0}},
                      Day(static_cast<int>(random() % 100)), half_life);
    };
    const Harm a = any();
    const Harm b = any();
    const absl::Time now = Day(100 + static_cast<int>(random() % 200));
    const double left_of_a = a.points() * a.RecencyAt(now);
    const double left_of_b = b.points() * b.RecencyAt(now);
    if (std::abs(left_of_a - left_of_b) < 1e-9) continue;
    EXPECT_EQ(a.order > b.order, left_of_a > left_of_b);
  }
}

// --- The terms --------------------------------------------------------------

Reading Amount(int64_t cents, const std::string& currency) {
  Reading reading;
  reading.value = Value(Money{{cents, 2}, currency});
  return reading;
}

struct MoneyCase {
  const char* name;
  std::optional<Reading> said;
  std::optional<Reading> truth;
  double share;
};
void PrintTo(const MoneyCase& money, std::ostream* out) { *out << money.name; }

class MoneyTermTest : public testing::TestWithParam<MoneyCase> {};

TEST_P(MoneyTermTest, IsTheDifference) {
  const MoneyCase& c = GetParam();
  Judgement judgement;
  if (c.said.has_value()) judgement.claimed = *c.said;
  if (c.truth.has_value()) judgement.truth = EvidenceFact{.reading = *c.truth};
  Vocabulary vocabulary;
  vocabulary.harm.full_money = {100, 0};
  const Harm harm = HarmOf(Finding(), judgement, KnownEntity(), vocabulary);
  const auto part = std::find_if(
      harm.parts.begin(), harm.parts.end(),
      [](const HarmPart& p) { return p.term == HarmTerm::kMoney; });
  EXPECT_DOUBLE_EQ(part == harm.parts.end() ? 0 : part->share, c.share);
}

INSTANTIATE_TEST_SUITE_P(
    Amounts, MoneyTermTest,
    testing::Values(
        MoneyCase{"Difference", Amount(4000, "EUR"), Amount(6500, "EUR"), 0.25},
        MoneyCase{"EitherWay", Amount(6500, "EUR"), Amount(4000, "EUR"), 0.25},
        MoneyCase{"AtMostAll", Amount(99900, "EUR"), Amount(0, "EUR"), 1},
        MoneyCase{"NotThere", std::nullopt, Amount(5000, "EUR"), 0.5},
        MoneyCase{"NotTrue", Amount(5000, "EUR"), std::nullopt, 0.5},
        MoneyCase{"OtherCurrency", Amount(5000, "EUR"), Amount(5000, "USD"),
                  0.5},
        MoneyCase{"NoMoney", std::nullopt, std::nullopt, 0}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(HarmTermsTest, ADisclosureIsGraveAndOfLegalWeight) {
  Finding finding;
  finding.subject.family = FindingFamily::kDisclosure;
  finding.verdict = Verdict::kNotEntitled;
  finding.exposure = Exposure::kTold;
  const Harm harm = HarmOf(finding, Judgement(), KnownEntity(), Vocabulary());
  // Told 30, verdict 20, attribute 50 % of 20, legal 10.
  EXPECT_DOUBLE_EQ(harm.points(), 70);
}

}  // namespace
}  // namespace concordat
