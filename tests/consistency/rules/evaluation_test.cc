// Goal: every operator and function gives what arithmetic, the calendar and the
// comparators say, and UNDECIDED where something is missing, unreadable,
// ambiguous or not representable.
#include "consistency/rules/evaluation.h"

#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "consistency/rules/type_checker.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "gtest/gtest.h"
#include "tests/consistency/rules/rule_fixture.h"

namespace concordat::rules {
namespace {

constexpr char kNow[] = "2026-06-15T12:00:00Z";

// customer/c1 placed o1 (two lines, 40 + 12 EUR) and o2 (no lines, in USD), and
// knows c2, of whom only what cannot be read is known.
FakeFacts World() {
  FakeFacts facts(RuleSchema());
  facts.Set("customer/c1", "tier", "oro", {Day("2026-03-01")})
      .Set("customer/c1", "balance", "40 EUR")
      .Set("customer/c1", "points", "7")
      .Set("customer/c1", "born", "1990-05-20")
      .Set("customer/c1", "last_login", "2026-06-14T12:00:00Z")
      .Set("customer/c1", "consent", "granted", {Day("2026-01-01")})
      .Set("customer/c1", "consent", "withdrawn", {Day("2026-06-01")})
      .Set("customer/c1", "interests", "garden; books")
      .Set("customer/c1", "name", "Bob Miller")
      .Set("customer/c1", "active", "true")
      .Set("customer/c1", "waits", "PT36H")
      .Set("customer/c1", "call_at", "14:30")
      .Set("customer/c1", "height", "1.8 m")
      .Set("customer/c1", "note", "Quiet  Customer")
      .Set("customer/c2", "points", "many")
      .Set("customer/c2", "born", "1990-05")
      .Set("customer/c2", "interests", std::nullopt)
      .Set("customer/c2", "note", std::nullopt)
      .Erase("customer/c2", "name")
      .Relate("customer/c1", "knows", "customer/c2")
      .Relate("customer/c1", "placed", "order/o1")
      .Relate("customer/c1", "placed", "order/o2")
      .Set("order/o1", "total", "52 EUR")
      .Set("order/o1", "placed_on", "2026-02-10")
      .Set("order/o1", "status", "done")
      .Set("order/o2", "total", "8 USD")
      .Set("order/o2", "placed_on", "2026-06-01")
      .Set("order/o2", "status", "open")
      .Relate("order/o1", "has_line", "line/l1")
      .Relate("order/o1", "has_line", "line/l2")
      .Set("line/l1", "amount", "40 EUR")
      .Set("line/l1", "pieces", "4")
      .Set("line/l1", "price", "10 EUR")
      .Set("line/l2", "amount", "12 EUR")
      .Set("line/l2", "pieces", "1")
      .Relate("case/k1", "concerns", "order/o1")
      .Relate("case/k2", "concerns", "customer/c1")
      .Relate("case/k3", "concerns", "order/o1")
      .Relate("case/k3", "concerns", "order/o2");
  return facts;
}

struct EvalCase {
  const char* name;
  std::string root;
  std::string text;
  std::string gives;
};
void PrintTo(const EvalCase& test, std::ostream* out) { *out << test.name; }

// What a person reads of the result.
std::string Evaluated(const std::string& root, const std::string& text) {
  FakeFacts facts = World();
  Rule rule;
  rule.on = Id(root).type;
  const Schema& schema = RuleSchema();
  auto value = CompileExpression(text, *schema.FindEntityType(rule.on), schema);
  EXPECT_TRUE(value.ok()) << value.status();
  if (!value.ok()) return "";
  const EntityId entity = Id(root);
  Lookups lookups(facts, Day(kNow));
  const auto result = Evaluator(*value, entity, lookups, nullptr).Run();
  EXPECT_TRUE(result.ok()) << result.status();
  std::string written;
  for (const Operand& item : result->items) {
    absl::StrAppend(&written, written.empty() ? "" : ", ", Write(item));
  }
  if (result->open.has_value()) {
    absl::StrAppend(&written, " open (", result->open->Text(), ")");
  }
  return written;
}

class EvaluateTest : public testing::TestWithParam<EvalCase> {};

TEST_P(EvaluateTest, Gives) {
  EXPECT_EQ(Evaluated(GetParam().root, GetParam().text), GetParam().gives);
}

constexpr char kC1[] = "customer/c1";
constexpr char kC2[] = "customer/c2";
constexpr char kO1[] = "order/o1";
constexpr char kO2[] = "order/o2";

const EvalCase kValues[] = {
    {"Attribute", kC1, "balance", "40 EUR"},
    {"Integer", kC1, "points", "7"},
    {"SetAttribute", kC1, "interests", "books, garden"},
    {"Relation", kC1, "placed", "order/o1, order/o2"},
    {"Inverse", kO1, "placed_by", "customer/c1"},
    {"TwoHops", kC1, "placed.has_line.amount", "40 EUR, 12 EUR"},
    {"Back", "line/l1", "line_of.placed_by.tier", "gold"},
    {"SharedEntityOnce", "line/l1", "line_of.has_line.line_of.total", "52 EUR"},
    {"OfType", "case/k1", "concerns.ofType(order).total", "52 EUR"},
    {"OfOtherType", "case/k1", "concerns.ofType(customer).tier",
     "undecided (the relation leads nowhere: customer)"},
    {"Plus", kC1, "points + 3", "10"},
    {"Precedence", kC1, "1 + 2 * 3 - 4 / 2", "5"},
    {"Parentheses", kC1, "(1 + 2) * 3", "9"},
    {"LeftToRight", kC1, "10 - 4 - 3", "3"},
    {"Minus", kC1, "-points + 1", "-6"},
    {"DecimalExact", kC1, "0.1 + 0.2", "0.3"},
    {"MoneyPlus", kC1, "balance + \"2.50 EUR\"", "42.5 EUR"},
    {"MoneyTimes", kC1, "balance * 0.19", "7.6 EUR"},
    {"TimesMoney", kC1, "2 * balance", "80 EUR"},
    {"MoneyByNumber", kC1, "balance / 8", "5 EUR"},
    {"MoneyByMoney", kC1, "balance / money(\"10 EUR\")", "4"},
    {"MoneyPlusZero", kC1, "balance + 0", "40 EUR"},
    {"OtherCurrency", kC1, "balance + \"2 USD\"",
     "undecided (amounts of different currencies or units)"},
    {"DivisionByZero", kC1, "points / 0",
     "undecided (the result cannot be represented exactly)"},
    {"EndlessQuotient", kC1, "points / 3",
     "undecided (the result cannot be represented exactly)"},
    {"Quantity", kC1, "height * 2 == \"360 cm\"", "true"},
    {"DateMinusDate", kC1, "date(\"2026-03-01\") - date(\"2026-02-01\")",
     "P28D"},
    {"DatePlusDays", kC1, "date(\"2026-02-28\") + 2d", "2026-03-02"},
    {"DaysPlusDate", kC1, "2d + date(\"2026-02-28\")", "2026-03-02"},
    {"DatePlusMonth", kC1, "date(\"2026-01-31\") + duration(\"P1M\")",
     "2026-02-28"},
    {"DatePlusHours", kC1, "born + 5h",
     "undecided (the result cannot be represented exactly)"},
    {"InstantPlus", kC1, "last_login + 1d12h", "2026-06-16T00:00:00Z"},
    {"InstantDifference", kC1, "now() - last_login", "P1D"},
    {"DurationTimes", kC1, "waits * 2", "P3D"},
    {"DurationTimesFraction", kC1, "1d * 0.5", "PT12H"},
    {"Days", kC1, "days(waits)", "1"},
    {"DaysDown", kC1, "days(-waits)", "-2"},
    {"DayOfNow", kC1, "date(now())", "2026-06-15"},
    {"Now", kC1, "now()", "2026-06-15T12:00:00Z"},
    {"ChangedAt", kC1, "changed_at(consent)", "2026-06-01T00:00:00Z"},
    {"ChangedAtSinceEver", kC1, "changed_at(balance)",
     "undecided (when it changed is not known: customer.balance)"},
    {"ChangedAtNothing", kC1, "changed_at(nothing)",
     "undecided (there is no value: customer.nothing)"},
    {"Abs", kC1, "abs(points - 10)", "3"},
    {"Sum", kO1, "sum(has_line.amount)", "52 EUR"},
    {"SumOfNothing", kO2, "sum(has_line.amount)", "0"},
    {"SumOfNothingIsZero", kO2, "sum(has_line.amount) == 0", "true"},
    {"SumOfNothingInAnyCurrency", kO2, "total > sum(has_line.amount)", "true"},
    {"SumOfMap", kO1,
     "sum(has_line.filter(l, has(l.price)).map(l, l.price * l.pieces))",
     "40 EUR"},
    {"SumWithGap", kO1, "sum(has_line.price)",
     "undecided (there is no value: line.price)"},
    {"SumOfCurrencies", kC1, "sum(placed.total)",
     "undecided (amounts of different currencies or units)"},
    {"Count", kC1, "count(placed)", "2"},
    {"CountOfSet", kC1, "count(interests)", "2"},
    {"CountOfKnownNone", kC2, "count(interests)", "0"},
    {"Max", kC1, "max(placed.placed_on)", "2026-06-01"},
    {"Min", kO1, "min(has_line.amount)", "12 EUR"},
    {"MinOfNothing", kO2, "min(has_line.amount)",
     "undecided (there is nothing to choose from)"},
    {"Conditional", kC1, "points > 5 ? balance : money(\"0 EUR\")", "40 EUR"},
    {"ConditionalList", kC1, "count(active ? placed : placed.filter(o, false))",
     "2"},
    {"OneOrNone", "case/k3", "has(concerns)", "true"},
    {"SeveralForOne", "case/k3", "concerns.ofType(order).total",
     "undecided (the relation leads to several entities and not to one: "
     "concerns)"},
};
INSTANTIATE_TEST_SUITE_P(Values, EvaluateTest, testing::ValuesIn(kValues),
                         [](const auto& test) { return test.param.name; });

const EvalCase kConditions[] = {
    {"CodeByAlias", kC1, "tier == \"gold\"", "true"},
    {"CodeInAnyCase", kC1, "tier == \"GOLD\"", "true"},
    {"CodeNot", kC1, "tier != \"silver\"", "true"},
    {"CodeIn", kC1, "tier in [\"silver\", \"gold\"]", "true"},
    {"CodeNotIn", kC1, "!(tier in [\"silver\", \"bronze\"])", "true"},
    {"TextByMeaning", kC1, "note == \"quiet customer\"", "true"},
    {"Nickname", kC1, "name == \"Robert Miller\"", "true"},
    {"PartOfName", kC1, "name == \"B. Miller\"",
     "undecided (the values agree only as far as they go)"},
    {"InSet", kC1, "\"Garden\" in interests", "true"},
    {"NotInSet", kC1, "\"toys\" in interests", "false"},
    {"MoneyEqual", kC1, "balance == \"40.00 EUR\"", "true"},
    {"MoneyLess", kC1, "balance < \"40.01 EUR\"", "true"},
    {"MoneyOtherCurrency", kC1, "balance == \"40 USD\"",
     "undecided (amounts of different currencies or units)"},
    {"MoneyZero", kC1, "balance > 0", "true"},
    {"LessOrEqual", kC1, "points <= 7", "true"},
    {"Greater", kC1, "points > 7", "false"},
    {"GreaterOrEqual", kC1, "points >= 7", "true"},
    {"DateLess", kC1, "born < \"1990-05-21\"", "true"},
    {"MonthAgainstLaterDay", kC2, "born < date(\"1990-06-01\")", "true"},
    {"MonthAgainstEarlierDay", kC2, "born < date(\"1990-05-01\")", "false"},
    {"MonthAgainstDayInIt", kC2, "born < date(\"1990-05-20\")",
     "undecided (the values agree only as far as they go)"},
    {"MonthIsDay", kC2, "born == date(\"1990-05-20\")",
     "undecided (the values agree only as far as they go)"},
    {"MonthIsNotDay", kC2, "born == date(\"1990-06-20\")", "false"},
    {"MonthOrLess", kC2, "born <= date(\"1990-05-31\")", "true"},
    {"DurationOrder", kC1, "waits > 1d", "true"},
    {"MonthsAgainstDays", kC1, "duration(\"P1M\") > 27d", "true"},
    {"MonthsAgainstThirtyDays", kC1, "duration(\"P1M\") > 30d",
     "undecided (the values agree only as far as they go)"},
    {"TimeOfDay", kC1, "call_at >= \"09:00\" && call_at < \"18:00\"", "true"},
    {"Boolean", kC1, "active", "true"},
    {"BooleanIs", kC1, "active == false", "false"},
    {"Entities", kO1, "placed_by == placed_by", "true"},
    {"EntityIn", "line/l1", "line_of in line_of.placed_by.placed", "true"},
    {"Exists", kC1, "placed.exists(o, o.status == \"open\")", "true"},
    {"ExistsNot", kC1, "placed.exists(o, o.total > \"100 USD\")",
     "undecided (amounts of different currencies or units)"},
    {"All", kC1, "placed.all(o, has(o.total))", "true"},
    {"AllNot", kC1, "placed.all(o, o.status == \"open\")", "false"},
    {"AllOfNothing", kO2, "has_line.all(l, false)", "true"},
    {"ExistsOfNothing", kO2, "has_line.exists(l, true)", "false"},
    {"RootWithinMacro", kO1, "has_line.all(l, l.amount < total)", "true"},
    {"NestedMacros", kC1,
     "placed.exists(o, o.has_line.exists(l, l.pieces > 3 && o.total > "
     "\"50 EUR\"))",
     "true"},
    {"Has", kC1, "has(tier)", "true"},
    {"HasSilent", kC1, "has(nothing)", "false"},
    {"HasKnownNone", kC2, "has(note)", "false"},
    {"HasUnreadable", kC2, "has(points)", "true"},
    {"HasErased", kC2, "has(name)", "true"},
    {"HasRelation", kO2, "has(has_line)", "false"},
    {"HasBeyondNothing", kC2, "has(placed.total)", "false"},
};

INSTANTIATE_TEST_SUITE_P(Conditions, EvaluateTest,
                         testing::ValuesIn(kConditions),
                         [](const auto& test) { return test.param.name; });

constexpr char kU[] = "nothing == \"x\"";  // undecided

struct KleeneCase {
  const char* a;
  const char* b;
  const char* both;
  const char* either;
};
constexpr KleeneCase kKleene[] = {
    {"true", "true", "true", "true"},     {"true", "false", "false", "true"},
    {"true", kU, "undecided", "true"},    {"false", "true", "false", "true"},
    {"false", "false", "false", "false"}, {"false", kU, "false", "undecided"},
    {kU, "true", "undecided", "true"},    {kU, "false", "false", "undecided"},
    {kU, kU, "undecided", "undecided"},
};

TEST(ThreeValuedLogicTest, IsKleenes) {
  for (const KleeneCase& test : kKleene) {
    SCOPED_TRACE(absl::StrCat(test.a, ", ", test.b));
    const std::string a = absl::StrCat("(", test.a, ")");
    const std::string b = absl::StrCat("(", test.b, ")");
    EXPECT_THAT(Evaluated(kC1, a + " && " + b), testing::StartsWith(test.both));
    EXPECT_THAT(Evaluated(kC1, a + " || " + b),
                testing::StartsWith(test.either));
    // De Morgan holds for what is undecided as well.
    EXPECT_EQ(Evaluated(kC1, "!(" + a + " && " + b + ")"),
              Evaluated(kC1, "!" + a + " || !" + b));
  }
}

const EvalCase kUndecided[] = {
    {"NoValue", kC1, "nothing == \"x\"",
     "undecided (there is no value: customer.nothing)"},
    {"KnownNone", kC2, "note == \"x\"",
     "undecided (there is no value: customer.note)"},
    {"Unreadable", kC2, "points > 5",
     "undecided (the value cannot be read: customer.points)"},
    {"Erased", kC2, "name == \"Bob\"",
     "undecided (the value was erased: customer.name)"},
    {"NothingRelated", "order/o3", "placed_by.tier == \"gold\"",
     "undecided (the relation leads nowhere: placed)"},
    {"Not", kC1, "!(nothing == \"x\")",
     "undecided (there is no value: customer.nothing)"},
    {"Arithmetic", kC2, "points + 1",
     "undecided (the value cannot be read: customer.points)"},
    {"Condition", kC1, "nothing == \"x\" ? 1 : 2",
     "undecided (there is no value: customer.nothing)"},
    {"InWithUndecided", kC1, "7 in [points, count(interests)]", "true"},
    {"NotInWithUndecided", kC2, "7 in [points, 3]",
     "undecided (the value cannot be read: customer.points)"},
    {"FilterKeepsOpen", kO1, "has_line.filter(l, l.price > \"5 EUR\")",
     "line/l1 open (there is no value: line.price)"},
    {"CountOfOpen", kO1, "count(has_line.filter(l, l.price > \"5 EUR\")) > 0",
     "undecided (there is no value: line.price)"},
    {"ExistsDespiteOpen", kO1, "has_line.exists(l, l.price > \"5 EUR\")",
     "true"},
    {"AllDespiteGap", kO1, "has_line.all(l, l.price > \"50 EUR\")", "false"},
    {"AllWithGap", kO1, "has_line.all(l, l.price > \"5 EUR\")",
     "undecided (there is no value: line.price)"},
    {"SetOfNothingKnown", "customer/c3", "\"a\" in interests",
     "undecided (there is no value: customer.interests)"},
    {"SetKnownEmpty", kC2, "\"a\" in interests", "false"},
};
INSTANTIATE_TEST_SUITE_P(Undecided, EvaluateTest, testing::ValuesIn(kUndecided),
                         [](const auto& test) { return test.param.name; });

TEST(EvaluationLimitTest, TooManyRelatedAreUndecided) {
  FakeFacts facts(RuleSchema());
  for (int i = 0; i <= limits::kRuleRelatedMax; ++i) {
    facts.Relate("customer/c1", "placed", absl::StrCat("order/o", i));
  }
  facts.Set("order/o0", "status", "done");
  const Rule rule =
      MakeRule(RuleSchema(), "customer", "", "count(placed) < 2000");
  auto result = EvaluateRule(rule, Id("customer/c1"), Day(kNow), facts);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, RuleOutcome::kUndecided);
  EXPECT_EQ(result->undecided.reason, UndecidedReason::kTooManyRelated);
  // What was seen may decide alone.
  const Rule seen =
      MakeRule(RuleSchema(), "customer", "",
               "!placed.exists(o, has(o.status) && o.status == \"done\")");
  result = EvaluateRule(seen, Id("customer/c1"), Day(kNow), facts);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, RuleOutcome::kViolated);
}

TEST(EvaluationLimitTest, TooManyStepsAreUndecided) {
  FakeFacts facts(RuleSchema());
  for (int i = 0; i < 400; ++i) {
    facts.Relate("customer/c1", "placed", absl::StrCat("order/o", i));
    facts.Set(absl::StrCat("order/o", i), "total", "1 EUR");
  }
  const Rule rule = MakeRule(
      RuleSchema(), "customer", "",
      "placed.all(a, placed.all(b, placed.all(c, a.total == c.total)))");
  const auto result = EvaluateRule(rule, Id("customer/c1"), Day(kNow), facts);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->outcome, RuleOutcome::kUndecided);
  EXPECT_EQ(result->undecided.reason, UndecidedReason::kTooManySteps);
}

TEST(UndecidedReasonTest, EachHasANameAndAText) {
  for (int i = 1; i <= static_cast<int>(kUndecidedReasonLast); ++i) {
    const auto reason = static_cast<UndecidedReason>(i);
    EXPECT_FALSE(UndecidedReasonName(reason).empty());
    EXPECT_FALSE(UndecidedReasonText(reason).empty());
  }
}

}  // namespace
}  // namespace concordat::rules
