// Goal: what a rule comes to, the evidence that it leaves, and what people are
// told.
#include "consistency/rules/rule.h"

#include <string>
#include <vector>

#include "consistency/rules/evaluation.h"
#include "gmock/gmock.h"
#include "graph/errors.h"
#include "gtest/gtest.h"
#include "tests/consistency/rules/rule_fixture.h"

namespace concordat::rules {
namespace {

using testing::ElementsAre;
using testing::FieldsAre;
using testing::SizeIs;

const absl::Time kAt = absl::FromUnixSeconds(1'781'524'800);  // 2026-06-15

Evaluation Evaluate(const Rule& rule, const std::string& root,
                    FakeFacts& facts) {
  auto evaluation = EvaluateRule(rule, Id(root), kAt, facts, Trace::kOn);
  EXPECT_TRUE(evaluation.ok()) << evaluation.status();
  return *std::move(evaluation);
}

FakeFacts Order(const std::string& total) {
  FakeFacts facts(RuleSchema());
  facts.Set("order/o1", "total", total, {Day("2026-05-01"), Day("2026-07-01")})
      .Relate("order/o1", "has_line", "line/l1")
      .Relate("order/o1", "has_line", "line/l2")
      .Set("line/l1", "amount", "40 EUR")
      .Set("line/l2", "amount", "12 EUR");
  return facts;
}

Rule Totals() {
  return MakeRule(RuleSchema(), "order", "", "total == sum(has_line.amount)",
                  "The lines ({has_line.amount}) come to "
                  "{sum(has_line.amount)}, the order to {total}; status "
                  "{status}, placed by {placed_by}.");
}

TEST(RuleTest, HoldsWhereItsConditionDoes) {
  FakeFacts facts = Order("52.00 EUR");
  EXPECT_EQ(Evaluate(Totals(), "order/o1", facts).outcome, RuleOutcome::kHolds);
}

TEST(RuleTest, AViolationShowsEachPart) {
  FakeFacts facts = Order("50 EUR");
  const Evaluation evaluation = Evaluate(Totals(), "order/o1", facts);
  EXPECT_EQ(evaluation.outcome, RuleOutcome::kViolated);
  std::vector<std::string> steps;
  for (const TraceStep& step : evaluation.trace) {
    steps.push_back(std::string(static_cast<size_t>(step.depth), ' ') +
                    step.expression + " = " + step.value);
  }
  EXPECT_THAT(steps,
              ElementsAre(" total = 50 EUR", "   has_line = [line/l1, line/l2]",
                          "  has_line.amount = [40 EUR, 12 EUR]",
                          " sum(has_line.amount) = 52 EUR",
                          "total == sum(has_line.amount) = false"));
}

TEST(RuleTest, TheEvidenceIsAllThatWasLookedAt) {
  FakeFacts facts = Order("50 EUR");
  const Evaluation evaluation = Evaluate(Totals(), "order/o1", facts);
  ASSERT_THAT(evaluation.facts, SizeIs(3));
  const UsedFact& total = evaluation.facts[0];
  EXPECT_EQ(total.entity, Id("order/o1"));
  EXPECT_EQ(total.attribute, "total");
  EXPECT_EQ(total.found.reading.value->Canonical(), "50 EUR");
  EXPECT_EQ(total.found.valid.from, Day("2026-05-01"));
  EXPECT_EQ(total.found.revision, Revision(1));
  EXPECT_EQ(total.found.source, "crm");
  EXPECT_EQ(evaluation.facts[2].entity, Id("line/l2"));
  ASSERT_THAT(evaluation.relations, SizeIs(1));
  EXPECT_EQ(evaluation.relations[0].relation, "has_line");
  EXPECT_THAT(evaluation.relations[0].found.entities,
              ElementsAre(Id("line/l1"), Id("line/l2")));
  EXPECT_EQ(evaluation.stable_until, Day("2026-07-01"));
}

TEST(RuleTest, EachThingIsLookedUpOnce) {
  FakeFacts facts = Order("52 EUR");
  const Rule rule =
      MakeRule(RuleSchema(), "order", "has(total)",
               "total > 0 && has_line.all(l, l.amount <= total) && "
               "sum(has_line.amount) == total && count(has_line) == 2");
  EXPECT_EQ(Evaluate(rule, "order/o1", facts).outcome, RuleOutcome::kHolds);
  EXPECT_EQ(facts.calls, 4);  // total, has_line, two amounts
}

TEST(RuleTest, OnlyTheMemberThatDecidesIsTraced) {
  FakeFacts facts = Order("52 EUR");
  const Rule rule = MakeRule(RuleSchema(), "order", "",
                             "has_line.all(l, l.amount > \"20 EUR\")");
  const Evaluation evaluation = Evaluate(rule, "order/o1", facts);
  EXPECT_EQ(evaluation.outcome, RuleOutcome::kViolated);
  EXPECT_THAT(
      evaluation.trace,
      ElementsAre(
          FieldsAre(1, "has_line", "[line/l1, line/l2]", ""),
          FieldsAre(2, "l.amount", "12 EUR", "line/l2"),
          FieldsAre(1, "l.amount > \"20 EUR\"", "false", "line/l2"),
          FieldsAre(0, "has_line.all(l, l.amount > \"20 EUR\")", "false", "")));
}

TEST(RuleTest, AMessageSaysWhatIsUnknown) {
  FakeFacts facts = Order("50 EUR");
  const auto message = WriteMessage(Totals(), Id("order/o1"), kAt, facts);
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(*message,
            "The lines (40 EUR, 12 EUR) come to 52 EUR, the order to 50 EUR; "
            "status unknown, placed by unknown.");
}

TEST(RuleTest, WithoutAMessageTheDescriptionIsTold) {
  FakeFacts facts = Order("50 EUR");
  Rule rule = MakeRule(RuleSchema(), "order", "", "has(total)");
  rule.description = "An order has a total.";
  const auto message = WriteMessage(rule, Id("order/o1"), kAt, facts);
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(*message, "An order has a total.");
}

TEST(RuleTest, ItsConditionOfUseComesFirst) {
  FakeFacts facts(RuleSchema());
  facts.Set("customer/c1", "tier", "silver").Set("customer/c1", "points", "5");
  const Rule rule =
      MakeRule(RuleSchema(), "customer", "tier == \"gold\"", "points > 100");
  const Evaluation silver = Evaluate(rule, "customer/c1", facts);
  EXPECT_EQ(silver.outcome, RuleOutcome::kNotApplicable);
  EXPECT_THAT(silver.facts, SizeIs(1));
  facts.Set("customer/c1", "tier", "gold", {Day("2026-01-01")});
  EXPECT_EQ(Evaluate(rule, "customer/c1", facts).outcome,
            RuleOutcome::kViolated);
}

TEST(RuleTest, WithoutKnowingWhetherItAppliesItMayHoldButIsNotViolated) {
  FakeFacts facts(RuleSchema());
  facts.Set("customer/c1", "points", "5");
  const Rule rule =
      MakeRule(RuleSchema(), "customer", "tier == \"gold\"", "points > 100");
  const Evaluation open = Evaluate(rule, "customer/c1", facts);
  EXPECT_EQ(open.outcome, RuleOutcome::kUndecided);
  EXPECT_EQ(open.undecided.reason, UndecidedReason::kNoValue);
  EXPECT_EQ(open.undecided.of, "customer.tier");
  facts.Set("customer/c1", "points", "500", {Day("2026-01-01")});
  EXPECT_EQ(Evaluate(rule, "customer/c1", facts).outcome, RuleOutcome::kHolds);
}

TEST(RuleTest, AnEntityOfAnotherTypeIsRefused) {
  FakeFacts facts(RuleSchema());
  const auto evaluation = EvaluateRule(Totals(), Id("line/l1"), kAt, facts);
  EXPECT_EQ(DetailOf(evaluation.status())->reason, ErrorReason::kInvalidField);
}

class FailingFacts : public RuleFacts {
 public:
  absl::StatusOr<AttributeAt> ValueAt(const EntityId&, const Attribute&,
                                      absl::Time) override {
    return errors::StorageUnavailable("down");
  }
  absl::StatusOr<Related> RelatedAt(const EntityId&, const RelationType&,
                                    EdgeSide, absl::Time, size_t) override {
    return errors::StorageUnavailable("down");
  }
};

TEST(RuleTest, WhatCannotBeReadIsAnErrorAndNotUndecided) {
  FailingFacts facts;
  for (const char* require :
       {"has(total)", "total == sum(has_line.amount)", "has(placed_by)",
        "has_line.all(l, true)", "changed_at(total) < now()"}) {
    const Rule rule = MakeRule(RuleSchema(), "order", "", require);
    EXPECT_FALSE(EvaluateRule(rule, Id("order/o1"), kAt, facts).ok());
  }
}

TEST(ChangedAtTest, AConfirmedValueDidNotChange) {
  FakeFacts facts(RuleSchema());
  facts.Set("customer/c1", "tier", "gold", {Day("2026-01-01"), kAt})
      .Set("customer/c1", "tier", "GOLD", {Day("2026-02-01"), kAt})
      .Set("customer/c1", "tier", "oro", {Day("2026-03-01")});
  const Attribute& tier =
      *RuleSchema().FindEntityType("customer")->FindAttribute("tier");
  const auto found = facts.ValueAt(Id("customer/c1"), tier, kAt);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->changed_at, Day("2026-01-01"));
  EXPECT_EQ(found->valid.from, Day("2026-03-01"));
}

TEST(ChangedAtTest, AGapOrAnotherValueIsAChange) {
  const Attribute& tier =
      *RuleSchema().FindEntityType("customer")->FindAttribute("tier");
  FakeFacts gap(RuleSchema());
  gap.Set("customer/c1", "tier", "gold", {Day("2026-01-01"), Day("2026-02-01")})
      .Set("customer/c1", "tier", "gold", {Day("2026-03-01")});
  EXPECT_EQ(gap.ValueAt(Id("customer/c1"), tier, kAt)->changed_at,
            Day("2026-03-01"));
  // In the gap it is known that there is none, until it begins again.
  const auto none = gap.ValueAt(Id("customer/c1"), tier, Day("2026-02-10"));
  EXPECT_EQ(none->state, Timeline::State::kNone);
  EXPECT_EQ(none->valid.from, Day("2026-02-01"));
  EXPECT_EQ(none->valid.to, Day("2026-03-01"));
  FakeFacts back(RuleSchema());
  back.Set("customer/c1", "tier", "gold", {Day("2026-01-01")})
      .Set("customer/c1", "tier", "silver", {Day("2026-02-01")})
      .Set("customer/c1", "tier", "gold", {Day("2026-03-01")});
  EXPECT_EQ(back.ValueAt(Id("customer/c1"), tier, kAt)->changed_at,
            Day("2026-03-01"));
}

TEST(RuleOutcomeTest, EachHasAName) {
  EXPECT_EQ(RuleOutcomeName(RuleOutcome::kHolds), "HOLDS");
  EXPECT_EQ(RuleOutcomeName(RuleOutcome::kViolated), "VIOLATED");
  EXPECT_EQ(RuleOutcomeName(RuleOutcome::kUndecided), "UNDECIDED");
  EXPECT_EQ(RuleOutcomeName(RuleOutcome::kNotApplicable), "NOT_APPLICABLE");
}

}  // namespace
}  // namespace concordat::rules
