// Goal: what is not an expression, or means nothing under the schema, is
// refused with the column, what is wrong and what would be right.
#include "consistency/rules/type_checker.h"

#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "consistency/rules/parser.h"
#include "consistency/rules/rule.h"
#include "gmock/gmock.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "gtest/gtest.h"
#include "tests/consistency/rules/rule_fixture.h"

namespace concordat::rules {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

struct BadCase {
  const char* name;
  std::string on;
  std::string text;
  std::string starts;
  std::string says;
};
void PrintTo(const BadCase& test, std::ostream* out) { *out << test.name; }

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

class BadExpressionTest : public testing::TestWithParam<BadCase> {};

TEST_P(BadExpressionTest, IsRefused) {
  const BadCase& test = GetParam();
  const Schema& schema = RuleSchema();
  const auto compiled =
      CompileCondition(test.text, *schema.FindEntityType(test.on), schema);
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(DetailOf(compiled.status())->reason, ErrorReason::kInvalidField);
  EXPECT_THAT(std::string(compiled.status().message()),
              AllOf(StartsWith(test.starts), HasSubstr(test.says)));
}

const BadCase kSyntax[] = {
    {"Empty", "customer", "", "is empty", ""},
    {"OnlySpace", "customer", "  ", "is empty", ""},
    {"EndsEarly", "customer", "points >", "column 9: ", "ends where a value"},
    {"NoSuchCharacter", "customer", "points > #", "column 10, at `#`", "means"},
    {"Umlaut", "customer", "points > \xc3\xa4", "column 10, at `\xc3\xa4`", ""},
    {"NotUtf8", "customer", "points > \xff", "column 10: ", "means nothing"},
    {"SingleEquals", "customer", "points = 5", "column 8, at `=`", "`==`"},
    {"SingleAmpersand", "customer", "active & active", "column 8", "`&&`"},
    {"WordAnd", "customer", "active and active", "column 8, at `and`",
     "`&&` for and"},
    {"WordOr", "customer", "active OR active", "column 8, at `OR`", "`||`"},
    {"Percent", "customer", "points % 2 == 0", "column 8", "/ 100"},
    {"Chained", "customer", "1 < points < 5", "column 12", "do not chain"},
    {"OpenParenthesis", "customer", "(points > 5", "column 12", "`)`"},
    {"OpenText", "customer", "tier == \"gold", "column 9", "closing"},
    {"BadEscape", "customer", "note == \"a\\n\"", "column 11", "only `\\`"},
    {"BadUnit", "customer", "waits > 30x", "column 9, at `30x`", "such as 30d"},
    {"UnitsTheWrongWay", "customer", "waits > 1h1d", "column 9", "longest"},
    {"LongDuration", "customer", "waits > 99999999w", "column 9", "10,000"},
    {"LongNumber", "customer", absl::StrCat("points > ", Repeated("9", 31)),
     "column 10", "31 digits"},
    {"NumberRunsOn", "customer", "points > 1.5x", "column 10", "ends where"},
    {"TwoValues", "customer", "points 5", "column 8, at `5`", "the end"},
    {"NoMemberName", "customer", "placed.5", "column 8", "a name"},
    {"OpenList", "customer", "tier in [\"gold\"", "column 16", "`]`"},
    {"EmptyList", "customer", "tier in []", "column 9", "empty"},
    {"Braces", "customer", "{points}", "column 1", "for messages"},
    {"TooDeep", "customer", Repeated("(", 60) + "active", "column ",
     "nested more than 48 deep"},
    {"TooDeepUnary", "customer", Repeated("!", 500) + "active", "column ",
     "nested more than 48 deep"},
    {"TooDeepToTheRight", "customer", Repeated("active ? active : ", 60),
     "column ", "48 deep"},
    {"TooDeepToTheLeft", "customer", "active" + Repeated(" && active", 60),
     "column ", "48 deep"},
    {"TooManyParts", "customer", "points in [" + Repeated("1, ", 300) + "1]",
     "column ", "256 parts"},
    {"TooLong", "customer", Repeated(" ", 2049), "has 2049 bytes", "2048"},
};
INSTANTIATE_TEST_SUITE_P(Syntax, BadExpressionTest, testing::ValuesIn(kSyntax),
                         [](const auto& test) { return test.param.name; });

const BadCase kTypes[] = {
    {"NoSuchName", "order", "totl > 0", "column 1, at `totl`",
     "there is placed_on, status, total, has_line, placed_by"},
    {"NoSuchMember", "order", "placed_by.tear == \"gold\"", "column 1, at",
     "attribute or relation `tear` of customer; there is active, balance"},
    {"NoSuchCode", "customer", "tier == \"golld\"", "column 9, at `\"golld\"`",
     "bronze, silver, gold"},
    {"NoSuchCodeInList", "customer", "tier in [\"gold\", \"goud\"]",
     "column 18", "bronze, silver, gold"},
    {"UnreadableMoney", "customer", "balance > \"forty\"", "column 11",
     "cannot be read as money"},
    {"MoneyWithoutCurrency", "customer", "balance > \"40\"", "column 11",
     "currency"},
    {"UnreadableDate", "customer", "born < \"2026-13-40\"", "column 8",
     "cannot be read as date"},
    {"AbsentLiteral", "customer", "note == \"\"", "column 9", "has("},
    {"NumberForMoney", "customer", "balance > 40", "column 1",
     "`>` does not take money and number"},
    {"ZeroForText", "customer", "note == 0", "column 9", "text is expected"},
    {"OrderOfCodes", "customer", "tier > \"silver\"", "column 1", "no order"},
    {"CodesOfOtherLists", "customer", "tier == consent", "column 1",
     "different lists"},
    {"DateAndInstant", "customer", "born < last_login", "column 1",
     "with date(...)"},
    {"NotACondition", "customer", "points", "column 1", "true or false"},
    {"NumberAsCondition", "customer", "points && active", "column 1",
     "`&&` does not take number and boolean"},
    {"NotOfNumber", "customer", "!points", "column 2", "a condition"},
    {"MinusText", "customer", "-note == note", "column 1", "`-` does not take"},
    {"TwoLiterals", "customer", "\"a\" == \"b\"", "column 1",
     "nothing says what this text is"},
    {"ManyAsOne", "customer", "placed.total > 0", "column 1",
     "may have many values"},
    {"OneAsMany", "customer", "sum(balance) > 0", "column 1", "a list of what"},
    {"SumOfText", "customer", "sum(interests) > 0", "column 1", "added up"},
    {"MinOfCodes", "customer", "min(placed.status) == \"open\"", "column 1",
     "has an order"},
    {"CountOfOne", "customer", "count(tier) > 0", "column 1", "a list"},
    {"InOne", "customer", "tier in consent", "column 9", "takes a list"},
    {"NoSuchFunction", "customer", "size(placed) > 0", "column 1",
     "there is sum, count"},
    {"NoSuchMethod", "customer", "placed.any(o, true)", "column 1",
     "there is exists, all"},
    {"FunctionAsMethod", "customer", "placed.count() > 0", "column 1",
     "`count(...)`"},
    {"MacroAsFunction", "customer", "exists(placed, true)", "column 1",
     "`list.exists(x, ...)`"},
    {"MacroOfOne", "order", "placed_by.exists(c, true)", "column 1",
     "takes a list"},
    {"MacroArguments", "customer", "placed.exists(true)", "column 1",
     "takes 2 arguments, not 1"},
    {"FunctionArguments", "customer", "count() > 0", "column 1",
     "takes 1 argument, not 0"},
    {"NowTakesNothing", "customer", "now(1) > last_login", "column 1",
     "takes 0 arguments"},
    {"VariableIsNoName", "customer", "placed.exists(1, true)", "column 15",
     "name of a variable"},
    {"VariableHidesAttribute", "customer", "placed.exists(tier, true)",
     "column 15", "another one"},
    {"VariableHidesRelation", "customer", "placed.exists(has_line, true)",
     "column 15", "another one"},
    {"VariableHidesVariable", "customer",
     "placed.exists(o, o.has_line.exists(o, true))", "column 36", "another"},
    {"VariableOutside", "customer", "placed.exists(o, true) && o.total > 0",
     "column 27, at `o`", "no attribute or relation `o`"},
    {"BodyIsNoCondition", "customer", "placed.exists(o, o.total)", "column 18",
     "a condition"},
    {"EntityAsText", "order", "placed_by == \"c1\"", "column 14",
     "with another one"},
    {"EntitiesOfOtherTypes", "order", "placed_by in has_line", "column 1",
     "`in` does not take"},
    {"NotOfAllTypes", "case", "concerns.total > 0", "column 1",
     "`customer` has no attribute `total`"},
    {"NotOfAnyType", "case", "concerns.ofType(line).amount > 0", "column 17",
     "there is customer, order"},
    {"RelationNotOfAllTypes", "case", "count(concerns.has_line) > 0",
     "column 7", "`customer` has no relation"},
    {"NoInverse", "order", "has(concerns)", "column 5",
     "declare its `inverse`"},
    {"TooFar", "line", "line_of.placed_by.knows.exists(k, has(k.placed))",
     "column 39", "is 4 relations away; at most 3"},
    {"HasOfValue", "customer", "has(points + 1)", "column 1",
     "an attribute or a relation"},
    {"ChangedAtOfMany", "customer", "changed_at(placed.total) < now()",
     "column 1", "an attribute of one entity"},
    {"ConditionalOfTwoTypes", "customer", "(active ? points : balance) > 0",
     "column 2", "one type"},
    {"ListOfTwoTypes", "customer", "points in [1, true]", "column 11",
     "one type"},
    {"AttributeOfNumber", "customer", "points.tier == \"gold\"", "column 1",
     "only entities"},
    {"DurationByDuration", "customer", "waits / waits > 1", "column 1",
     "with days(...)"},
    {"DatePlusNumber", "customer", "born + 5 > born", "column 1", "`+`"},
    {"TypedLiteralUnreadable", "customer", "balance > money(\"x\")",
     "column 17", "cannot be read as money"},
};
INSTANTIATE_TEST_SUITE_P(Types, BadExpressionTest, testing::ValuesIn(kTypes),
                         [](const auto& test) { return test.param.name; });

TEST(TypeCheckerTest, TheDayOfAnInstantNeedsATimeZone) {
  Schema schema;
  EntityType& type = schema.entity_types["visit"];
  type.name = "visit";
  type.attributes["at"] = {
      .name = "at", .type = ValueType::kInstant, .identity = IdentityRules()};
  const auto compiled =
      CompileCondition("date(at) == date(now())", type, schema);
  EXPECT_THAT(std::string(compiled.status().message()),
              HasSubstr("declare `writing.time_zone`"));
}

TEST(TypeCheckerTest, TextWithoutADeclaredOrderIsTwoDates) {
  Schema schema;
  EntityType& type = schema.entity_types["visit"];
  type.name = "visit";
  type.attributes["day"] = {
      .name = "day", .type = ValueType::kDate, .identity = IdentityRules()};
  const auto compiled = CompileCondition("day == \"03/04/2026\"", type, schema);
  EXPECT_THAT(std::string(compiled.status().message()),
              HasSubstr("cannot be read as date"));
}

TEST(TypeCheckerTest, AMessageIsTextWithExpressions) {
  const Schema& schema = RuleSchema();
  const EntityType& order = *schema.FindEntityType("order");
  const auto parts =
      CompileMessage("{{x}} {total} of {count(has_line)}.", order, schema);
  ASSERT_TRUE(parts.ok()) << parts.status();
  ASSERT_EQ(parts->size(), 3);
  EXPECT_EQ((*parts)[0].text, "{x} ");
  EXPECT_EQ((*parts)[1].text, " of ");
  EXPECT_EQ((*parts)[2].text, ".");
  EXPECT_FALSE((*parts)[2].value.has_value());
}

TEST(TypeCheckerTest, ABadMessageIsRefused) {
  const Schema& schema = RuleSchema();
  const EntityType& order = *schema.FindEntityType("order");
  const auto problem = [&](const std::string& text) {
    return std::string(CompileMessage(text, order, schema).status().message());
  };
  EXPECT_THAT(problem("a {total"), StartsWith("column 3, at `{`"));
  EXPECT_THAT(problem("a } b"), StartsWith("column 3, at `}`"));
  EXPECT_THAT(problem("a {totl} b"),
              StartsWith("the expression at column 4: column 1, at `totl`"));
  EXPECT_THAT(problem("a {} b"), HasSubstr("is empty"));
}

}  // namespace
}  // namespace concordat::rules
