// Goal: what is counted is exact, and limits hold. Method: tables, and a random
// model of the counts that says what they must be.
#include "consistency/causes/cause_observations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/causes/dimensions.h"
#include "consistency/causes/risk.h"
#include "consistency/causes/usual_counts.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "tests/consistency/causes/cause_world.h"

namespace concordat {
namespace {

using testing::ElementsAre;

ErrorReason ReasonOf(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail.has_value() ? detail->reason : ErrorReason::kInternal;
}

TEST(DimensionsTest, ValuesAreNumberedAndKnowWhatTheyArePartOf) {
  Dimensions dimensions;
  ASSERT_EQ(*dimensions.AddDimension("app", DimensionRole::kShared), 0u);
  const DimensionValue four = *dimensions.AddValue(0, "4");
  const DimensionValue minor = *dimensions.AddValue(0, "4.2", four);
  const DimensionValue patch = *dimensions.AddValue(0, "4.2.1", minor);
  EXPECT_EQ(*dimensions.AddValue(0, "4.2", four), minor);
  EXPECT_EQ(dimensions.Find(0, "4.2.1"), patch);
  EXPECT_EQ(dimensions.Find(0, "4.3"), kNoDimensionValue);
  EXPECT_EQ(dimensions.level(0, patch), 2u);
  EXPECT_TRUE(dimensions.IsWithin(0, patch, four));
  EXPECT_FALSE(dimensions.IsWithin(0, four, patch));
  EXPECT_THAT(dimensions.level_sizes(0), ElementsAre(1, 1, 1));
  EXPECT_EQ(dimensions.FindDimension("app"), 0u);
  EXPECT_EQ(dimensions.FindDimension("channel"), dimensions.size());
}

TEST(DimensionsTest, RefusesWhatIsWrong) {
  Dimensions dimensions;
  ASSERT_TRUE(dimensions.AddDimension("app", DimensionRole::kShared).ok());
  const DimensionValue four = *dimensions.AddValue(0, "4");
  ASSERT_TRUE(dimensions.AddValue(0, "4.2", four).ok());
  const auto reason = [](const auto& result) {
    return ReasonOf(result.status());
  };
  EXPECT_EQ(reason(dimensions.AddValue(0, "4.2")), ErrorReason::kInvalidField);
  EXPECT_EQ(reason(dimensions.AddValue(0, "")), ErrorReason::kInvalidField);
  EXPECT_EQ(reason(dimensions.AddValue(0, "5", 17)),
            ErrorReason::kInvalidField);
  EXPECT_EQ(
      reason(dimensions.AddValue(0, std::string(limits::kIdBytesMax + 1, 'x'))),
      ErrorReason::kLimitExceeded);
  EXPECT_EQ(reason(dimensions.AddDimension("app", DimensionRole::kShared)),
            ErrorReason::kInvalidField);
  EXPECT_EQ(reason(dimensions.AddDimension("", DimensionRole::kShared)),
            ErrorReason::kInvalidField);
  DimensionValue whole = four;
  for (int64_t level = 1; level < limits::kCauseLevelsMax; ++level) {
    whole = *dimensions.AddValue(0, absl::StrCat("deep ", level), whole);
  }
  EXPECT_EQ(reason(dimensions.AddValue(0, "too deep", whole)),
            ErrorReason::kLimitExceeded);
  for (int64_t d = 1; d < limits::kCauseDimensionsMax; ++d) {
    ASSERT_TRUE(
        dimensions.AddDimension(absl::StrCat("d", d), DimensionRole::kDetail)
            .ok());
  }
  EXPECT_EQ(reason(dimensions.AddDimension("more", DimensionRole::kDetail)),
            ErrorReason::kLimitExceeded);
}

// A value stands before its parts, by name, whenever it was added.
TEST(DimensionOrderTest, IsThatOfTheNames) {
  Dimensions dimensions;
  ASSERT_TRUE(dimensions.AddDimension("app", DimensionRole::kShared).ok());
  const DimensionValue five = *dimensions.AddValue(0, "5");
  const DimensionValue four = *dimensions.AddValue(0, "4");
  const DimensionValue second = *dimensions.AddValue(0, "4.2", four);
  const DimensionValue first = *dimensions.AddValue(0, "4.1", four);
  const DimensionOrder order(dimensions, 0);
  EXPECT_THAT(order.at,
              ElementsAre(kNoDimensionValue, four, first, second, five));
  EXPECT_THAT(order.end, ElementsAre(5, 4, 3, 4, 5));
  EXPECT_EQ(order.place_of[second], 3u);
}

TEST(CauseObservationsTest, CountsEachTupleExactly) {
  Dimensions dimensions;
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(dimensions.AddDimension(name, DimensionRole::kShared).ok());
    for (int i = 0; i < 20; ++i) {
      ASSERT_TRUE(
          dimensions.AddValue(dimensions.size() - 1, absl::StrCat(i)).ok());
    }
  }
  CauseObservations observations(dimensions);
  CauseDice dice(20261123);
  std::map<std::vector<DimensionValue>, int64_t> model;
  int64_t total = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto count = static_cast<int64_t>(1 + dice.Below(3));
    std::vector<DimensionValue> batch;
    for (size_t k = dice.Below(40); k > 0; --k) {
      const auto any = [&] {
        return static_cast<DimensionValue>(dice.Below(21));
      };
      const std::vector<DimensionValue> tuple = {any(), any(), any()};
      batch.insert(batch.end(), tuple.begin(), tuple.end());
      model[tuple] += count;
      total += count;
    }
    ASSERT_TRUE(observations.AddFindings(batch, count).ok());
  }
  const TupleCounts& findings = observations.findings();
  EXPECT_EQ(findings.total(), total);
  ASSERT_EQ(findings.size(), model.size());
  for (size_t i = 0; i < findings.size(); ++i) {
    const DimensionValue* const tuple = findings.tuple(i);
    EXPECT_EQ(model[std::vector<DimensionValue>(tuple, tuple + 3)],
              findings.count(i));
  }
}

TEST(CauseObservationsTest, RefusesWhatIsWrong) {
  Dimensions dimensions;
  ASSERT_TRUE(dimensions.AddDimension("channel", DimensionRole::kShared).ok());
  ASSERT_TRUE(dimensions.AddDimension("kind", DimensionRole::kDetail).ok());
  ASSERT_TRUE(dimensions.AddValue(0, "chat").ok());
  ASSERT_TRUE(dimensions.AddValue(1, "STALE").ok());
  CauseObservations observations(dimensions);
  const auto refused = [](const absl::Status& status) {
    return ReasonOf(status) == ErrorReason::kInvalidField;
  };
  EXPECT_TRUE(refused(observations.AddFindings({1})));
  EXPECT_TRUE(refused(observations.AddFindings({1, 2})));
  EXPECT_TRUE(refused(observations.AddFindings({1, 1}, 0)));
  EXPECT_TRUE(refused(observations.AddAgreements({1, 1})));
  EXPECT_EQ(ReasonOf(observations.AddFindings(
                {1, 1}, limits::kCauseObservationsMax + 1)),
            ErrorReason::kLimitExceeded);
  EXPECT_TRUE(observations.AddFindings({1, 1}).ok());
  EXPECT_TRUE(observations.AddAgreements({1, 0}).ok());
  EXPECT_EQ(observations.findings().total(), 1);
  EXPECT_EQ(observations.agreements().total(), 1);
}

TEST(TupleCountsTest, HaveALimit) {
  TupleCounts counts(1);
  EXPECT_TRUE(counts.Add({1, 2, 3, 2, 1}, 1, 3));
  EXPECT_FALSE(counts.Add({1, 4}, 1, 3));
  EXPECT_EQ(counts.size(), 3u);
  EXPECT_EQ(counts.total(), 6);
}

// By hand: ln(RR) +- 1.96 sqrt(1/a - 1/n + 1/c - 1/m).
TEST(RiskTest, IntervalIsThatOfKatz) {
  const RiskRatio ratio = RiskRatioOf({20, 100}, {10, 200});
  EXPECT_DOUBLE_EQ(ratio.ratio, 4);
  EXPECT_NEAR(ratio.low, 4 / std::exp(1.959964 * std::sqrt(0.135)), 1e-9);
  EXPECT_NEAR(ratio.high, 4 * std::exp(1.959964 * std::sqrt(0.135)), 1e-9);
  EXPECT_EQ(RiskRatioOf({0, 0}, {10, 200}).ratio, 0);
  const RiskRatio none = RiskRatioOf({5, 10}, {0, 100});
  EXPECT_NEAR(none.ratio, (5.5 / 10.5) / (0.5 / 100.5), 1e-9);
  EXPECT_GT(none.low, 1);
}

TEST(RiskTest, GainsAreLikelihoodRatios) {
  EXPECT_EQ(RateGain({1, 100}, {10, 200}), 0);
  EXPECT_NEAR(RateGain({10, 10}, {10, 20}), 20 * std::log(2), 1e-9);
  EXPECT_NEAR(CountGain(10, 1), 10 * std::log(10) - 9, 1e-9);
  EXPECT_EQ(CountGain(1, 10), 0);
  EXPECT_NEAR(ShareGain({5, 10}, {5, 10}), 0, 1e-9);
  EXPECT_NEAR(FewEventsLog({0, 10}, 0.5), 10 * std::log(0.5), 1e-9);
  EXPECT_EQ(FewEventsLog({5, 10}, 0.5), 0);
}

struct UsualCase {
  const char* name;
  std::vector<int64_t> counts;
  double count;
  bool outlier;
};
void PrintTo(const UsualCase& test, std::ostream* out) { *out << test.name; }

class UsualCountTest : public testing::TestWithParam<UsualCase> {};

TEST_P(UsualCountTest, IsExceededByWhatStandsOut) {
  EXPECT_EQ(UsualCount(GetParam().counts).IsOutlier(GetParam().count),
            GetParam().outlier);
}

std::vector<int64_t> Zipf(int values) {
  std::vector<int64_t> counts;
  for (int k = 1; k <= values; ++k) counts.push_back(10'000 / k);
  return counts;
}

INSTANTIATE_TEST_SUITE_P(
    All, UsualCountTest,
    testing::Values(UsualCase{"AmongOnes", {1, 1, 1, 1, 2, 1, 200}, 200, true},
                    UsualCase{"TheOnlyOne", {200}, 200, true},
                    UsualCase{"OneOfOnes", {1, 1, 1, 1, 1}, 1, false},
                    UsualCase{
                        "AmongSome", {30, 40, 50, 20, 35, 45, 900}, 900, false},
                    UsualCase{"FirstByZipfsLaw", Zipf(40), 10'000, false}),
    [](const testing::TestParamInfo<UsualCase>& test) {
      return test.param.name;
    });

}  // namespace
}  // namespace concordat
