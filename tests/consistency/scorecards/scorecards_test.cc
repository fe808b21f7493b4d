// What scorecards are computed from: intervals, quantiles, exact counts.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/scorecards/agreement.h"
#include "consistency/scorecards/claim_tally.h"
#include "consistency/scorecards/concord.h"
#include "consistency/scorecards/duration_histogram.h"
#include "consistency/scorecards/scorecard.h"
#include "gtest/gtest.h"
#include "tests/consistency/world.h"

namespace concordat {
namespace {

TEST(ShareTest, IsWilsonsInterval) {
  struct Case {
    int64_t part;
    int64_t whole;
    double low;
    double high;
  };
  for (const Case& test : {
           Case{0, 10, 0, 0.277533},
           Case{5, 10, 0.236593, 0.763407},
           Case{10, 10, 0.722467, 1},
           Case{950, 1000, 0.934686, 0.961870},
           Case{0, 0, 0, 0},
       }) {
    SCOPED_TRACE(absl::StrCat(test.part, " of ", test.whole));
    const Share share = ShareOf(test.part, test.whole);
    EXPECT_NEAR(share.low, test.low, 1e-6);
    EXPECT_NEAR(share.high, test.high, 1e-6);
  }
}

TEST(DurationHistogramTest, QuantilesAreRightToABucket) {
  std::mt19937_64 random(7);
  std::vector<int64_t> seconds;
  DurationHistogram one;
  DurationHistogram other;
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<int64_t>(
        std::exp(std::uniform_real_distribution<>(0, 16)(random)) - 1);
    seconds.push_back(value);
    (i % 3 == 0 ? one : other).Add(absl::Seconds(value));
  }
  one.Add(other);
  Encoder out;
  one.Encode(out);
  Decoder in(out.bytes());
  const DurationHistogram read = DurationHistogram::Decode(in);
  EXPECT_TRUE(in.Finish("histogram").ok());
  std::sort(seconds.begin(), seconds.end());
  EXPECT_EQ(read.count(), 20'000);
  EXPECT_EQ(absl::ToInt64Seconds(read.max()), seconds.back());
  for (const double share : {0.01, 0.5, 0.95, 0.99, 1.0}) {
    const int64_t exact =
        seconds[static_cast<size_t>(std::ceil(share * 20'000)) - 1];
    const int64_t given = absl::ToInt64Seconds(read.Quantile(share));
    EXPECT_GE(given, exact) << share;
    EXPECT_LE(static_cast<double>(given), static_cast<double>(exact) * 1.032)
        << share;
  }
}

TEST(DurationHistogramTest, SmallOnesAreExact) {
  DurationHistogram histogram;
  for (int i = 0; i < 10; ++i) histogram.Add(absl::Seconds(i));
  EXPECT_EQ(histogram.Quantile(0.5), absl::Seconds(4));
  EXPECT_EQ(DurationHistogram().Quantile(0.5), absl::ZeroDuration());
  histogram.Add(-absl::Seconds(3));
  EXPECT_EQ(histogram.count(), 11);
}

using CellKey = std::tuple<int64_t, std::string, std::string, std::string,
                           std::string, std::string>;

CellKey KeyOf(const ScoreCell& cell) {
  return {cell.hour,      cell.channel, cell.entity_type,
          cell.attribute, cell.label,   cell.value};
}

// Against counting each by itself, in any order of channels and hours.
TEST(ClaimTallyTest, CountsAsCountingOneByOne) {
  std::mt19937 random(11);
  const auto any = [&random](int count) {
    return std::uniform_int_distribution<>(0, count - 1)(random);
  };
  ClaimTally tally;
  std::map<CellKey, ClaimCounts> expected;
  const EntityId entity{"customer", "ada"};
  for (int i = 0; i < 5000; ++i) {
    const std::string channel = absl::StrCat("c", any(3));
    const std::string region = absl::StrCat("r", any(4));
    const int64_t hour = 480'000 + any(30);
    const auto verdict = static_cast<Verdict>(1 + any(kVerdictsMax - 1));
    const bool known = any(10) > 0;
    const std::string attribute = absl::StrCat("a", any(3));
    ReportedClaim claim;
    claim.channel = channel;
    if (any(2) == 0) claim.labels.emplace_back("region", region);
    const rows::JudgedView judged{
        .claim = claim,
        .received_at = absl::UnixEpoch() + absl::Hours(hour) + absl::Minutes(5),
        .verdict = verdict,
        .further = std::nullopt,
        .about = known ? &entity : nullptr,
        .attribute = attribute};
    tally.Add(judged);
    const std::string type = known ? "customer" : "";
    const std::string name = known ? attribute : "";
    ++expected[{hour, channel, type, name, "", ""}]
              [static_cast<size_t>(verdict)];
    if (!claim.labels.empty()) {
      ++expected[{hour - hour % 24, channel, type, name, "region", region}]
                [static_cast<size_t>(verdict)];
    }
  }
  std::map<CellKey, ClaimCounts> counted;
  tally.Visit([&](const ScoreCell& cell, const ClaimScore& score) {
    EXPECT_TRUE(counted.emplace(KeyOf(cell), score.counts).second);
  });
  EXPECT_EQ(counted, expected);
}

TEST(ClaimTallyTest, TooManyValuesAreCountedTogether) {
  ClaimTally tally;
  const int all = static_cast<int>(ClaimTally::kCellsOfLabelMax) + 500;
  for (int i = 0; i < all; ++i) {
    const std::string value = absl::StrCat("v", i);
    ReportedClaim claim;
    claim.channel = "web";
    claim.labels.emplace_back("session", value);
    tally.Add({.claim = claim,
               .received_at = absl::FromUnixSeconds(3600),
               .verdict = Verdict::kAgrees,
               .further = std::nullopt});
  }
  int64_t together = 0;
  int64_t claims = 0;
  tally.Visit([&](const ScoreCell& cell, const ClaimScore& score) {
    const ClaimCounts& counts = score.counts;
    if (cell.label.empty()) return;
    claims += counts[static_cast<size_t>(Verdict::kAgrees)];
    if (cell.value.empty()) {
      together += counts[static_cast<size_t>(Verdict::kAgrees)];
    }
  });
  EXPECT_EQ(claims, all);
  EXPECT_EQ(together, 500);
}

TEST(ObjectiveTest, BudgetIsWhatMayContradict) {
  ScorecardRow row;
  row.claims.counts[static_cast<size_t>(Verdict::kAgrees)] = 990;
  row.claims.counts[static_cast<size_t>(Verdict::kStale)] = 10;
  row.claims.counts[static_cast<size_t>(Verdict::kUnverifiable)] = 500;
  row.recent[0] = {.agree = 90, .contradict = 10, .undecided = 0};
  const ObjectiveStatus status = StatusOf(row, 0.98);
  EXPECT_NEAR(status.budget, 20, 1e-9);
  EXPECT_EQ(status.spent, 10);
  EXPECT_NEAR(status.remaining, 0.5, 1e-9);
  EXPECT_NEAR(status.burn_rates[0], 5, 1e-9);
  EXPECT_EQ(status.burn_rates[1], 0);
}

// Of a world: the same before and after what is held goes into the store, and
// after a restart.
class ScorecardOfWorldTest : public testing::Test {
 protected:
  std::vector<ScorecardRow> Rows(bool by_attribute = true) {
    ScorecardQuery query{.channels = {},
                         .attributes = {},
                         .begin = HoursOf(Noon()) - 1000,
                         .end = HoursOf(Noon()) + 1000,
                         .by_channel = true,
                         .by_attribute = by_attribute};
    const auto rows = ReadScorecard(**world_.store().Snapshot(), query);
    EXPECT_TRUE(rows.ok());
    return rows.ok() ? *rows : std::vector<ScorecardRow>();
  }
  std::vector<std::string> Described() {
    std::vector<std::string> described;
    for (const ScorecardRow& row : Rows()) {
      const Agreement agreement = AgreementOf(row.claims.counts);
      described.push_back(absl::StrCat(
          row.of.channel, " ", row.of.attribute, " ", agreement.agree, " ",
          agreement.contradict, " ", agreement.undecided, " opened ",
          row.findings.opened, " resolved ", row.findings.resolved));
    }
    return described;
  }

  World world_;
};

TEST_F(ScorecardOfWorldTest, CountsSurviveWhateverWritesThem) {
  world_.SetNow(Noon() + absl::Hours(5));
  world_.Write({MakeFact("tier", "gold")});
  world_.Report({MakeClaim("web", "tier", "gold")});
  world_.Report({MakeClaim("web", "tier", "silver", Noon() + absl::Hours(1))});
  world_.Report({MakeClaim("shop", "tier", "gold"),
                 MakeClaim("web", "tier", "gold", Noon() + absl::Hours(2))});
  const std::vector<std::string> expected = {
      "shop tier 1 0 0 opened 0 resolved 0",
      "web tier 2 1 0 opened 1 resolved 1"};
  EXPECT_EQ(Described(), expected);
  world_.Restart();
  EXPECT_EQ(Described(), expected);
  world_.ApplyHeld();
  EXPECT_EQ(Described(), expected);
  world_.Restart();
  world_.Report({MakeClaim("shop", "tier", "gold", Noon() + absl::Hours(3))});
  EXPECT_EQ(Described()[0], "shop tier 2 0 0 opened 0 resolved 0");
  world_.ApplyHeld();
  EXPECT_EQ(Described()[0], "shop tier 2 0 0 opened 0 resolved 0");
}

TEST_F(ScorecardOfWorldTest, LagIsUpToTheFirstThatAgrees) {
  world_.Write({MakeFact("tier", "silver")});
  const absl::Time changed = Noon() + absl::Hours(1);
  world_.SetNow(changed);
  world_.Write({MakeFact("tier", "gold", {changed, absl::InfiniteFuture()})});
  world_.SetNow(changed + absl::Hours(5));
  // What was said before the change was right, and says nothing of it.
  world_.Report({MakeClaim("web", "tier", "silver", Noon())});
  world_.Report(
      {MakeClaim("web", "tier", "silver", changed + absl::Minutes(30))});
  world_.Report({MakeClaim("web", "tier", "gold", changed + absl::Hours(2))});
  world_.Report({MakeClaim("web", "tier", "gold", changed + absl::Hours(4))});
  world_.Report(
      {MakeClaim("shop", "tier", "gold", changed + absl::Seconds(7))});
  std::map<std::string, DurationHistogram> lags;
  for (const ScorecardRow& row : Rows()) {
    lags[row.of.channel].Add(row.claims.lag);
  }
  EXPECT_EQ(lags["web"].count(), 1);
  EXPECT_EQ(lags["web"].max(), absl::Hours(2));
  EXPECT_EQ(lags["shop"].count(), 1);
  EXPECT_EQ(lags["shop"].max(), absl::Seconds(7));
}

TEST_F(ScorecardOfWorldTest, ConcordIsOfWhatSeveralHold) {
  world_.Write({MakeFact("tier", "gold"), MakeFact("tier", "gold", {}, kBob)});
  Claim of_bob = MakeClaim("web", "tier", "gold");
  of_bob.entity = kBob;
  Claim also_of_bob = MakeClaim("shop", "tier", "silver");
  also_of_bob.entity = kBob;
  world_.Report({MakeClaim("web", "tier", "gold"),
                 MakeClaim("shop", "tier", "oro"), of_bob, also_of_bob,
                 MakeClaim("web", "email", "a@b.example")});
  const auto concord =
      MeasureConcord(**world_.store().Snapshot(), {}, [] { return true; });
  ASSERT_TRUE(concord.ok());
  ASSERT_EQ(concord->size(), 1);
  const Concord& tier = concord->at({"customer", "tier"});
  EXPECT_EQ(tier.held_by_several, 2);
  EXPECT_EQ(tier.agreed, 1);
  const auto of_one =
      MeasureConcord(**world_.store().Snapshot(), {"web"}, [] { return true; });
  ASSERT_TRUE(of_one.ok());
  EXPECT_TRUE(of_one->empty());
}

}  // namespace
}  // namespace concordat
