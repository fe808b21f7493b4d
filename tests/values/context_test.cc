// What both writers of a pair declare.
#include "client/values/context.h"

#include <ostream>
#include <set>
#include <string>

#include "client/values/explanation.h"
#include "client/values/pair.h"
#include "client/values/words.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat::values {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ContextTest, APrefixHoldsForOneSide) {
  const auto context = ParseContext(
      "money", "currency=EUR; a.region=DE ;b.currency=USD;b.rounding=0.05");
  ASSERT_TRUE(context.ok()) << context.status();
  EXPECT_EQ(context->attribute.type, ValueType::kMoney);
  EXPECT_EQ(context->a.currency, "EUR");
  EXPECT_EQ(context->b.currency, "USD");
  EXPECT_EQ(context->a.region, "DE");
  EXPECT_EQ(context->b.region, "");
  EXPECT_EQ(context->a.rounding, Decimal());
  EXPECT_EQ(context->b.rounding, (Decimal{5, 2}));
}

TEST(ContextTest, ALocaleIsWhatTheRestIsSaidOver) {
  const auto context = ParseContext("date", "b.region=AT;locale=de_DE");
  ASSERT_TRUE(context.ok()) << context.status();
  EXPECT_EQ(context->a.region, "DE");
  EXPECT_EQ(context->b.region, "AT");
  EXPECT_EQ(context->b.date_order, DateOrder::kDayMonthYear);
  EXPECT_EQ(context->b.decimal_mark, ',');
}

TEST(ContextTest, ReadsEveryKey) {
  const auto context = ParseContext(
      "set",
      "timezone=Europe/Berlin;tolerance_abs=0.01;tolerance_rel=0.001;unit=kg;"
      "two_digit_year_pivot=2030;set_separator=|;aliases=gold:GOLD|oro,silver;"
      "nicknames=on;provider_rules=on;confusables=off;ordered=on");
  ASSERT_TRUE(context.ok()) << context.status();
  EXPECT_TRUE(context->a.has_time_zone);
  EXPECT_EQ(context->a.time_zone.name(), "Europe/Berlin");
  EXPECT_EQ(context->a.tolerance_abs, (Decimal{1, 2}));
  EXPECT_EQ(context->a.tolerance_rel, (Decimal{1, 3}));
  EXPECT_EQ(context->a.unit, "kg");
  EXPECT_EQ(context->a.two_digit_year_pivot, 2030);
  EXPECT_EQ(context->a.set_separator, "|");
  EXPECT_TRUE(context->attribute.is_set);
  EXPECT_TRUE(context->attribute.nicknames);
  EXPECT_TRUE(context->attribute.provider_rules);
  EXPECT_FALSE(context->attribute.confusables);
  EXPECT_TRUE(context->attribute.ordered);
  ASSERT_NE(context->attribute.code_list, nullptr);
  EXPECT_THAT(context->attribute.code_list->codes,
              ElementsAre("gold", "silver"));
  EXPECT_EQ(context->attribute.type, ValueType::kCode);
}

struct BadContext {
  const char* name;
  const char* type;
  const char* context;
  const char* message;
};
void PrintTo(const BadContext& test, std::ostream* out) { *out << test.name; }

class BadContextTest : public testing::TestWithParam<BadContext> {};

TEST_P(BadContextTest, IsRefusedWithWhatIsRight) {
  const auto context = ParseContext(GetParam().type, GetParam().context);
  ASSERT_FALSE(context.ok());
  EXPECT_THAT(std::string(context.status().message()),
              HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadContextTest,
    testing::Values(
        BadContext{"Type", "mony", "",
                   "there is no type `mony`; there are text"},
        BadContext{"Reference", "reference", "", "there is no type"},
        BadContext{"Key", "text", "reagion=DE",
                   "there is no context key `reagion`; there are region"},
        BadContext{"KeyOfOneSide", "text", "a.colour=red",
                   "there is no context key `colour`"},
        BadContext{"OtherPrefix", "text", "c.region=DE",
                   "there is no context key `c.region`"},
        BadContext{"NoValue", "text", "region", "KEY=VALUE expected"},
        BadContext{"Region", "phone", "region=Germany", "country's code"},
        BadContext{"Locale", "date", "locale=de", "language and country"},
        BadContext{"Currency", "money", "currency=euro", "ISO 4217"},
        BadContext{"TimeZone", "instant", "timezone=Berlin", "IANA name"},
        BadContext{"Rounding", "money", "rounding=-1", "not below zero"},
        BadContext{"Tolerance", "money", "b.tolerance_abs=few", "a decimal"},
        BadContext{"Pivot", "date", "two_digit_year_pivot=x", "a full year"},
        BadContext{"Switch", "person_name", "nicknames=yes", "on or off"},
        BadContext{"Separator", "set", "set_separator=", "a separator"},
        BadContext{"AliasOfNothing", "code", "aliases=:x", "aliases"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(WordsTest, NameAllThatCanBeAsked) {
  std::set<std::string> types = {"set"};
  for (const ValueType type : kValueTypes) {
    if (type != ValueType::kReference) types.insert(ValueTypeName(type));
  }
  for (const Word& word : PairTypes()) {
    EXPECT_EQ(types.erase(std::string(word.name)), 1u) << word.name;
    EXPECT_TRUE(ParseContext(word.name, "").ok()) << word.name;
  }
  EXPECT_THAT(types, testing::IsEmpty());
  // The meaning of each key ends with an example of it.
  for (const Word& word : ContextKeys()) {
    const std::string meaning(word.meaning);
    const size_t at = meaning.rfind(std::string(word.name) + "=");
    ASSERT_NE(at, std::string::npos) << word.name;
    EXPECT_TRUE(ParseContext("text", meaning.substr(at)).ok()) << word.name;
  }
}

TEST(ExplanationTest, ShowsBothReadings) {
  const auto explanation =
      ExplainPair("date", "a.locale=de_DE", "03.04.2026", "2026-04-03");
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  EXPECT_EQ(explanation->likeness, "SAME");
  EXPECT_EQ(explanation->a.normal, "2026-04-03");
  EXPECT_EQ(explanation->b.normal, "2026-04-03");
  EXPECT_FALSE(explanation->a.steps.empty());

  const auto unclear = ExplainPair("date", "", "03/04/2026", "2026-04-03");
  ASSERT_TRUE(unclear.ok()) << unclear.status();
  EXPECT_EQ(unclear->likeness, "UNDECIDED");
  EXPECT_THAT(unclear->reason, HasSubstr("a: "));
  EXPECT_EQ(unclear->a.normal, "");
  EXPECT_EQ(unclear->reason, "a: " + unclear->a.problem);

  EXPECT_FALSE(ExplainPair("date", "x=y", "", "").ok());
}

}  // namespace
}  // namespace concordat::values
