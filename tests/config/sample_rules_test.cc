// Goal: each rule of config/vocabularies/rules.yaml holds in one world and is
// violated in another, and tells people so.
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <ostream>
#include <string>

#include "config/vocabulary_loader.h"
#include "consistency/rules/affected.h"
#include "consistency/rules/evaluation.h"
#include "gtest/gtest.h"
#include "tests/consistency/rules/rule_fixture.h"

namespace concordat::rules {
namespace {

const Vocabulary& Sample() {
  static const auto* const kVocabulary = [] {
    std::ifstream stream(CONCORDAT_SOURCE_DIR
                         "/config/vocabularies/rules.yaml");
    const LoadedVocabulary loaded =
        LoadVocabulary(std::string(std::istreambuf_iterator<char>(stream), {}),
                       "rules.yaml", 1);
    EXPECT_TRUE(ToStatus(loaded).ok()) << ToStatus(loaded);
    return new std::shared_ptr<const Vocabulary>(loaded.vocabulary);
  }();
  return **kVocabulary;
}

struct SampleCase {
  const char* rule;
  const char* root;
  // What both worlds have, then what makes it hold, or be violated.
  std::function<void(FakeFacts&)> common;
  std::function<void(FakeFacts&)> holding;
  std::function<void(FakeFacts&)> violated;
  // Of the violated world.
  const char* message;
};
void PrintTo(const SampleCase& test, std::ostream* out) { *out << test.rule; }

class SampleRuleTest : public testing::TestWithParam<SampleCase> {
 protected:
  static constexpr char kAt[] = "2026-06-15T12:00:00Z";

  Evaluation Evaluate(FakeFacts& facts) {
    const Rule& rule = Sample().rules.at(GetParam().rule);
    auto evaluation =
        EvaluateRule(rule, Id(GetParam().root), Day(kAt), facts, Trace::kOn);
    EXPECT_TRUE(evaluation.ok()) << evaluation.status();
    return *std::move(evaluation);
  }
};

TEST_P(SampleRuleTest, HoldsAndIsViolated) {
  const SampleCase& test = GetParam();
  FakeFacts holding(Sample().schema);
  test.common(holding);
  test.holding(holding);
  const Evaluation holds = Evaluate(holding);
  EXPECT_EQ(RuleOutcomeName(holds.outcome), "HOLDS") << holds.undecided.Text();

  FakeFacts world(Sample().schema);
  test.common(world);
  test.violated(world);
  const Evaluation violated = Evaluate(world);
  EXPECT_EQ(RuleOutcomeName(violated.outcome), "VIOLATED")
      << violated.undecided.Text();
  EXPECT_FALSE(violated.facts.empty());
  EXPECT_EQ(violated.trace.back().value, "false");
  const auto message = WriteMessage(Sample().rules.at(test.rule), Id(test.root),
                                    Day(kAt), world);
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(*message, test.message);
}

TEST_P(SampleRuleTest, WhatItLookedAtLeadsBackToIt) {
  FakeFacts facts(Sample().schema);
  GetParam().common(facts);
  GetParam().violated(facts);
  for (const UsedFact& fact : Evaluate(facts).facts) {
    const auto affected = AffectedRoots(
        Sample().rule_index,
        {RuleChange(AttributeChange{fact.entity, fact.attribute})}, Day(kAt),
        facts);
    ASSERT_TRUE(affected.ok());
    bool found = false;
    for (const AffectedRoot& root : affected->roots) {
      found = found || (root.rule->name == GetParam().rule &&
                        root.root == Id(GetParam().root));
    }
    EXPECT_TRUE(found) << fact.entity.type << "." << fact.attribute;
  }
}

const SampleCase kCases[] = {
    {"order_total", "order/o1",
     [](FakeFacts& facts) {
       facts.Relate("order/o1", "has_line", "line/l1")
           .Relate("order/o1", "has_line", "line/l2")
           .Set("line/l1", "amount", "40 EUR")
           .Set("line/l2", "amount", "12 EUR");
     },
     [](FakeFacts& facts) { facts.Set("order/o1", "total", "52.00 EUR"); },
     [](FakeFacts& facts) { facts.Set("order/o1", "total", "50 EUR"); },
     "The order says 50 EUR; its lines (40 EUR, 12 EUR) come to 52 EUR."},
    {"balance", "customer/c1",
     [](FakeFacts& facts) {
       facts.Relate("customer/c1", "billed", "invoice/i1")
           .Relate("customer/c1", "billed", "invoice/i2")
           .Set("invoice/i1", "total", "100 EUR")
           .Set("invoice/i2", "total", "30 EUR")
           .Set("customer/c1", "balance_due", "30 EUR");
     },
     [](FakeFacts& facts) {
       facts.Relate("customer/c1", "paid", "payment/p1")
           .Set("payment/p1", "amount", "100 EUR");
     },
     [](FakeFacts&) {},
     "The balance says 30 EUR; billed were 130 EUR, paid 0."},
    {"gold_has_spent", "customer/c1",
     [](FakeFacts& facts) {
       facts.Set("customer/c1", "tier", "gold")
           .Relate("customer/c1", "placed", "order/o1")
           .Relate("customer/c1", "placed", "order/o2")
           .Set("order/o1", "total", "1500 EUR")
           .Set("order/o1", "status", "delivered")
           .Set("order/o1", "placed_on", "2026-01-10")
           .Set("order/o2", "total", "600 EUR")
           .Set("order/o2", "status", "delivered");
     },
     [](FakeFacts& facts) { facts.Set("order/o2", "placed_on", "2025-06-15"); },
     [](FakeFacts& facts) { facts.Set("order/o2", "placed_on", "2025-06-14"); },
     "The customer is gold without having bought for 2,000 EUR."},
    {"no_campaign_after_withdrawal", "customer/c1",
     [](FakeFacts& facts) {
       facts
           .Set("customer/c1", "marketing_consent", "granted",
                {Day("2026-01-01")})
           .Set("customer/c1", "marketing_consent", "withdrawn",
                {Day("2026-06-01")})
           .Relate("customer/c1", "took_part_in", "interaction/i1")
           .Set("interaction/i1", "purpose", "campaign");
     },
     [](FakeFacts& facts) {
       facts.Set("interaction/i1", "at", "2026-06-01T20:00:00Z");
     },
     [](FakeFacts& facts) {
       facts.Set("interaction/i1", "at", "2026-06-10T09:00:00Z");
     },
     "Consent was withdrawn at 2026-06-01T00:00:00Z; advertising was shown at "
     "2026-06-10T09:00:00Z."},
    {"gold_pays_no_delivery", "order/o1",
     [](FakeFacts& facts) {
       facts.Relate("customer/c1", "placed", "order/o1")
           .Set("customer/c1", "tier", "gold")
           .Set("order/o1", "status", "placed");
     },
     [](FakeFacts& facts) { facts.Set("order/o1", "delivery_fee", "0 EUR"); },
     [](FakeFacts& facts) {
       facts.Set("order/o1", "delivery_fee", "4.90 EUR");
     },
     "A gold customer is charged 4.9 EUR for delivery."},
    {"solved_for_the_customer", "case/k1",
     [](FakeFacts& facts) {
       facts.Set("case/k1", "status", "solved", {Day("2026-06-10")})
           .Relate("case/k1", "has_feedback", "feedback/f1")
           .Set("feedback/f1", "resolved", "no");
     },
     [](FakeFacts& facts) {
       facts.Set("feedback/f1", "given_at", "2026-06-09T10:00:00Z");
     },
     [](FakeFacts& facts) {
       facts.Set("feedback/f1", "given_at", "2026-06-11T10:00:00Z");
     },
     "The case is solved since 2026-06-10T00:00:00Z; the customer says that it "
     "is not."},
    {"not_asked_again", "interaction/i2",
     [](FakeFacts& facts) {
       facts.Relate("customer/c1", "took_part_in", "interaction/i1")
           .Relate("customer/c1", "took_part_in", "interaction/i2")
           .Set("interaction/i1", "at", "2026-06-01T10:00:00Z")
           .Set("interaction/i1", "told", "address; birth_date")
           .Set("interaction/i2", "at", "2026-06-02T10:00:00Z");
     },
     [](FakeFacts& facts) {
       facts.Set("interaction/i2", "asked", "meter_reading");
     },
     [](FakeFacts& facts) { facts.Set("interaction/i2", "asked", "address"); },
     "The customer was asked again for address."},
};
INSTANTIATE_TEST_SUITE_P(Samples, SampleRuleTest, testing::ValuesIn(kCases),
                         [](const auto& test) {
                           return std::string(test.param.rule);
                         });

TEST(SampleRulesTest, EachHasACase) {
  EXPECT_EQ(Sample().rules.size(), std::size(kCases));
}

}  // namespace
}  // namespace concordat::rules
