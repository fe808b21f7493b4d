// Goal: an answer holds until `stable_until` without a write, and
// `stable_until` is where it changes, not merely before.
#include <algorithm>
#include <ostream>
#include <random>
#include <string>

#include "consistency/rules/evaluation.h"
#include "gtest/gtest.h"
#include "tests/consistency/rules/rule_fixture.h"

namespace concordat::rules {
namespace {

constexpr char kNow[] = "2026-06-15T12:00:00Z";

struct HorizonCase {
  const char* name;
  std::string text;
  // "": for ever.
  std::string until;
};
void PrintTo(const HorizonCase& test, std::ostream* out) { *out << test.name; }

FakeFacts World() {
  FakeFacts facts(RuleSchema());
  facts
      .Set("customer/c1", "points", "5", {Day("2026-01-01"), Day("2026-08-01")})
      .Set("customer/c1", "tier", "gold", {Day("2026-07-01")})
      .Set("customer/c1", "last_login", "2026-06-15T10:00:00Z")
      .Set("customer/c1", "born", "2026-06-10")
      .Set("customer/c1", "consent", "withdrawn", {Day("2026-06-01T06:00:00Z")})
      .Relate("customer/c1", "placed", "order/o1",
              {Day("2026-01-01"), Day("2026-09-01")})
      .Relate("customer/c1", "placed", "order/o2", {Day("2026-08-15")})
      .Set("order/o1", "total", "5 EUR");
  return facts;
}

class StableUntilTest : public testing::TestWithParam<HorizonCase> {};

TEST_P(StableUntilTest, IsWhereSomethingEndsOrFlips) {
  FakeFacts facts = World();
  const Rule rule = MakeRule(RuleSchema(), "customer", "", GetParam().text);
  const auto evaluation =
      EvaluateRule(rule, Id("customer/c1"), Day(kNow), facts);
  ASSERT_TRUE(evaluation.ok()) << evaluation.status();
  const absl::Time until =
      GetParam().until.empty() ? absl::InfiniteFuture() : Day(GetParam().until);
  EXPECT_EQ(evaluation->stable_until, until)
      << absl::FormatTime(evaluation->stable_until, absl::UTCTimeZone());
}

const HorizonCase kCases[] = {
    {"NothingMoves", "consent == \"withdrawn\"", ""},
    {"AValueEnds", "points == 5", "2026-08-01"},
    {"AValueBegins", "has(tier)", "2026-07-01"},
    {"AnUndecidedValueBegins", "tier == \"gold\"", "2026-07-01"},
    {"ARelationBegins", "count(placed) == 1", "2026-08-15"},
    {"WhatWasNotLookedAtDoesNotCount", "points == 5 || has(tier)",
     "2026-08-01"},
    {"NotYet", "now() - last_login < 3h", "2026-06-15T13:00:00Z"},
    {"NotYetOrSame", "now() - last_login <= 3h", "2026-06-15T13:00:00.000001Z"},
    {"Since", "now() > last_login + 3h", "2026-06-15T13:00:00.000001Z"},
    {"SinceOrAt", "now() >= last_login + 3h", "2026-06-15T13:00:00Z"},
    {"Never", "now() > last_login + 1h", ""},
    {"Equal", "now() == last_login + 2h", "2026-06-15T12:00:00.000001Z"},
    {"EqualLater", "now() == last_login + 4h", "2026-06-15T14:00:00Z"},
    {"EqualNever", "now() == last_login + 1h", ""},
    {"BackToFront", "last_login + 3h > now()", "2026-06-15T13:00:00Z"},
    {"DaysPass", "days(now() - changed_at(consent)) < 30",
     "2026-06-16T06:00:00Z"},
    {"TheDayEnds", "date(now()) == born + 5d", "2026-06-16"},
    {"ADayAgo", "date(now() - 1d) == born + 4d", "2026-06-16"},
    {"Earlier", "now() - changed_at(consent) > 14d || now() > last_login", ""},
    {"Doubled", "2 * (now() - last_login) < 6h", "2026-06-15T13:00:00Z"},
    {"Absolute", "abs(last_login + 4h - now()) > 1h", "2026-06-15T13:00:00Z"},
    {"TheLeast", "min([now() - last_login, 3h]) < 3h", "2026-06-15T13:00:00Z"},
};
INSTANTIATE_TEST_SUITE_P(Horizon, StableUntilTest, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

// Goes from one `stable_until` to the next; between two of them nothing may
// change, at whatever instants it is asked.
TEST(StableUntilModelTest, NothingChangesBeforeIt) {
  FakeFacts facts = World();
  std::mt19937_64 random(20260615);
  int flips = 0;
  for (const char* text :
       {"points == 5", "has(tier)", "count(placed) < 2",
        "now() - last_login < 70d && points == 5",
        "days(now() - changed_at(consent)) in [14, 16, 17, 40]",
        "date(now()) in [born, born + 5d, born + 20d, born + 90d]",
        "tier == \"gold\" || now() < last_login + 1d",
        "abs(now() - last_login - 20d) < 5d",
        "max([now() - last_login, 40d]) > 40d"}) {
    const Rule rule = MakeRule(RuleSchema(), "customer", "", text);
    absl::Time at = Day("2026-05-25");
    for (int step = 0; step < 200 && at < Day("2026-10-01"); ++step) {
      const auto now = EvaluateRule(rule, Id("customer/c1"), at, facts);
      ASSERT_TRUE(now.ok());
      ASSERT_GT(now->stable_until, at) << text;
      const absl::Time end = std::min(now->stable_until, Day("2026-10-01"));
      const int64_t width = absl::ToInt64Microseconds(end - at);
      for (int i = 0; i < 20; ++i) {
        const int64_t offset =
            i == 0
                ? width - 1
                : static_cast<int64_t>(random() % static_cast<uint64_t>(width));
        const auto later = EvaluateRule(rule, Id("customer/c1"),
                                        at + absl::Microseconds(offset), facts);
        ASSERT_TRUE(later.ok());
        ASSERT_EQ(later->outcome, now->outcome) << text << " at " << at;
      }
      const auto next = EvaluateRule(rule, Id("customer/c1"), end, facts);
      flips += next->outcome != now->outcome ? 1 : 0;
      at = end;
    }
  }
  EXPECT_GT(flips, 15);
}

}  // namespace
}  // namespace concordat::rules
