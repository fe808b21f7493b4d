// Goal: rules are read, typed and indexed, and what is wrong with one is
// reported with its line, field and column.
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "config/vocabulary_diff.h"
#include "config/vocabulary_loader.h"
#include "consistency/vocabulary.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// `rules` follows at line 13.
std::string Yaml(const std::string& rules) {
  return absl::StrCat(
      "name: shop\n"
      "code_lists:\n"
      "  tier: {codes: {silver: {}, gold: {aliases: [oro]}}}\n"
      "entity_types:\n"
      "  customer:\n"
      "    attributes:\n"
      "      tier: {type: code, code_list: tier}\n"
      "      points: {type: integer}\n"
      "  order: {attributes: {total: {type: money}}}\n"
      "relation_types:\n"
      "  placed: {from: [customer], to: [order], inverse: placed_by}\n"
      "rules:\n",
      rules);
}

TEST(RuleBuilderTest, ReadsWhatIsDeclared) {
  const LoadedVocabulary loaded =
      LoadVocabulary(Yaml("  spent:\n"
                          "    description: Gold customers order.\n"
                          "    on: customer\n"
                          "    when: tier == \"oro\"\n"
                          "    require: has(placed)\n"
                          "    message: \"{tier} without orders\"\n"
                          "    weight: \"0.25\"\n"
                          "    settle: 1h\n"),
                     "shop.yaml", 1);
  ASSERT_NE(loaded.vocabulary, nullptr) << ToStatus(loaded);
  ASSERT_THAT(loaded.vocabulary->rules, SizeIs(1));
  const rules::Rule& rule = loaded.vocabulary->rules.at("spent");
  EXPECT_EQ(rule.name, "spent");
  EXPECT_EQ(rule.description, "Gold customers order.");
  EXPECT_EQ(rule.on, "customer");
  EXPECT_TRUE(rule.when.has_value());
  EXPECT_EQ(rule.require.text, "has(placed)");
  EXPECT_THAT(rule.message, SizeIs(2));
  EXPECT_EQ(rule.weight, 0.25);
  EXPECT_EQ(rule.settle, absl::Hours(1));
  ASSERT_THAT(rule.reads, SizeIs(2));
  EXPECT_THAT(rule.reads[0].attributes,
              ElementsAre(std::pair("customer", "tier")));
  EXPECT_THAT(loaded.vocabulary->rule_index.RulesOn("customer"),
              ElementsAre(&rule));
  EXPECT_THAT(loaded.vocabulary->rule_index.Reading("customer", "tier"),
              SizeIs(1));
}

TEST(RuleBuilderTest, WhatIsNotDeclaredHasItsDefault) {
  const LoadedVocabulary loaded = LoadVocabulary(
      Yaml("  spent: {on: customer, require: has(placed)}\n"), "shop.yaml", 1);
  ASSERT_NE(loaded.vocabulary, nullptr) << ToStatus(loaded);
  const rules::Rule& rule = loaded.vocabulary->rules.at("spent");
  EXPECT_FALSE(rule.when.has_value());
  EXPECT_THAT(rule.message, IsEmpty());
  EXPECT_EQ(rule.weight, 0.5);
  EXPECT_EQ(rule.settle, absl::ZeroDuration());
}

TEST(RuleBuilderTest, AVocabularyWithoutRulesHasNone) {
  const LoadedVocabulary loaded =
      LoadVocabulary("name: shop\nentity_types: {customer: {attributes: {}}}\n",
                     "shop.yaml", 1);
  ASSERT_NE(loaded.vocabulary, nullptr) << ToStatus(loaded);
  EXPECT_THAT(loaded.vocabulary->rules, IsEmpty());
  EXPECT_THAT(loaded.vocabulary->rule_index.ComingTo("customer"), IsEmpty());
}

TEST(RuleBuilderTest, ADifferenceNamesTheFieldOfTheRule) {
  const LoadedVocabulary before = LoadVocabulary(
      Yaml("  spent: {on: customer, require: has(placed)}\n"), "a.yaml", 1);
  const LoadedVocabulary after = LoadVocabulary(
      Yaml("  spent: {on: customer, require: points > 5, settle: 1h}\n"),
      "b.yaml", 2);
  EXPECT_THAT(
      DiffVocabularies(before.message, after.message),
      ElementsAre(VocabularyDifference{"rules.spent.require", "has(placed)",
                                       "points > 5"},
                  VocabularyDifference{"rules.spent.settle", "", "1h"}));
}

struct ProblemCase {
  const char* name;
  std::string rules;
  int line;
  const char* field;
  const char* message;
};
void PrintTo(const ProblemCase& test, std::ostream* out) { *out << test.name; }

class RuleProblemTest : public testing::TestWithParam<ProblemCase> {};

TEST_P(RuleProblemTest, IsReportedWithLineAndField) {
  const ProblemCase& test = GetParam();
  const LoadedVocabulary loaded =
      LoadVocabulary(Yaml(test.rules), "shop.yaml", 1);
  EXPECT_EQ(loaded.vocabulary, nullptr);
  ASSERT_THAT(loaded.problems, SizeIs(1));
  EXPECT_EQ(loaded.problems[0].line, test.line);
  EXPECT_EQ(loaded.problems[0].field, test.field);
  EXPECT_THAT(loaded.problems[0].message, HasSubstr(test.message));
}

std::string ManyRules() {
  std::string rules;
  for (int i = 0; i <= limits::kRulesMax; ++i) {
    absl::StrAppend(&rules, "  r", i, ": {on: customer, require: \"true\"}\n");
  }
  return rules;
}

const ProblemCase kProblems[] = {
    {"BadName", "  Spent: {on: customer, require: has(placed)}\n", 13,
     "rules.Spent", "is not a name"},
    {"OnIsMissing", "  spent: {require: has(placed)}\n", 13, "rules.spent.on",
     "is missing; name the entity type"},
    {"OnIsUnknown", "  spent:\n    on: custmer\n    require: has(placed)\n", 14,
     "rules.spent.on", "no entity type `custmer`; did you mean `customer`"},
    {"RequireIsMissing", "  spent: {on: customer}\n", 13, "rules.spent.require",
     "is missing; write the condition"},
    {"RequireIsEmpty", "  spent:\n    on: customer\n    require: \"\"\n", 15,
     "rules.spent.require", "is empty; an expression is expected"},
    {"WhenIsEmpty",
     "  spent: {on: customer, when: \"\", require: has(placed)}\n", 13,
     "rules.spent.when", "is empty"},
    {"NoSuchCode",
     "  spent:\n    on: customer\n    require: tier == \"golld\"\n", 15,
     "rules.spent.require", "column 9, at `\"golld\"`: cannot be read as code"},
    {"NoSuchAttribute",
     "  spent:\n    on: customer\n    when: tear == \"gold\"\n"
     "    require: has(placed)\n",
     15, "rules.spent.when",
     "column 1, at `tear`: there is no attribute or relation `tear` of "
     "customer; there is points, tier, placed"},
    {"NotACondition", "  spent: {on: customer, require: points}\n", 13,
     "rules.spent.require", "is number; a condition is expected"},
    {"BadMessage",
     "  spent:\n    on: customer\n    require: has(placed)\n"
     "    message: \"a {totl}\"\n",
     16, "rules.spent.message", "the expression at column 4: column 1, at"},
    {"WeightIsNoNumber",
     "  spent: {on: customer, require: has(placed), weight: high}\n", 13,
     "rules.spent.weight", "a decimal from 0 to 1"},
    {"WeightIsTooLarge",
     "  spent: {on: customer, require: has(placed), weight: 1.1}\n", 13,
     "rules.spent.weight", "a decimal from 0 to 1"},
    {"TooMany", ManyRules(), 12, "rules",
     "there are 201; at most 200 are allowed"},
};
INSTANTIATE_TEST_SUITE_P(Problems, RuleProblemTest,
                         testing::ValuesIn(kProblems),
                         [](const auto& test) { return test.param.name; });

TEST(RuleBuilderTest, EveryExpressionIsChecked) {
  const LoadedVocabulary loaded = LoadVocabulary(
      Yaml("  spent: {on: customer, when: a, require: b, message: \"{c}\"}\n"),
      "shop.yaml", 1);
  EXPECT_THAT(loaded.problems, SizeIs(3));
}

}  // namespace
}  // namespace concordat
