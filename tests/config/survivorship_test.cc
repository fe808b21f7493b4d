// What a vocabulary may say of survivorship, and what is said of what it may
// not.
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "config/vocabulary_loader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// The rule goes into line 7.
LoadedVocabulary Load(const std::string& rule,
                      const std::string& sources = "[erp, crm, web]") {
  return LoadVocabulary(absl::StrCat("name: shop\n"
                                     "sources: ",
                                     sources,
                                     "\n"
                                     "entity_types:\n"
                                     "  customer:\n"
                                     "    attributes:\n"
                                     "      email: {type: email}\n"
                                     "      tier: {type: text, survivorship: ",
                                     rule, "}\n"),
                        "shop.yaml", 7);
}

constexpr char kField[] = "entity_types.customer.attributes.tier.survivorship";

struct ProblemCase {
  const char* name;
  const char* rule;
  const char* field;
  const char* message;
};
void PrintTo(const ProblemCase& test, std::ostream* out) { *out << test.name; }

class SurvivorshipProblemTest : public testing::TestWithParam<ProblemCase> {};

TEST_P(SurvivorshipProblemTest, IsReportedOnceWithLineAndField) {
  const LoadedVocabulary loaded = Load(GetParam().rule);
  EXPECT_EQ(loaded.vocabulary, nullptr);
  ASSERT_THAT(loaded.problems, SizeIs(1));
  EXPECT_EQ(loaded.problems[0].line, 7);
  EXPECT_EQ(loaded.problems[0].field, absl::StrCat(kField, GetParam().field));
  EXPECT_THAT(loaded.problems[0].message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Rules, SurvivorshipProblemTest,
    testing::Values(
        ProblemCase{"Empty", "{}", ".by", "is missing"},
        ProblemCase{"OnlySources", "{sources: [erp]}", ".by", "is missing"},
        ProblemCase{"UnknownCriterion", "{by: [recensy]}", ".by[0]",
                    "did you mean `recency`"},
        ProblemCase{"CriterionTwice", "{by: [recency, recency]}", ".by[1]",
                    "is there twice"},
        ProblemCase{"PriorityWithoutSources", "{by: [priority]}", ".sources",
                    "is missing; priority needs"},
        ProblemCase{"SourcesWithoutPriority", "{by: [recency], sources: [erp]}",
                    ".sources", "is only for priority"},
        ProblemCase{"UnknownSource", "{by: [priority], sources: [erp, crn]}",
                    ".sources[1]", "there is no source `crn`"},
        ProblemCase{"SourceTwice", "{by: [priority], sources: [crm, crm]}",
                    ".sources[1]", "is there twice"},
        ProblemCase{"UnknownField", "{by: [recency], order: [erp]}", ".order",
                    ""}),
    [](const auto& test) { return std::string(test.param.name); });

const Survivorship& RuleOf(const LoadedVocabulary& loaded,
                           const char* attribute) {
  return loaded.vocabulary->schema.FindEntityType("customer")
      ->FindAttribute(attribute)
      ->survivorship;
}

TEST(SurvivorshipRuleTest, IsReadInOrder) {
  const LoadedVocabulary loaded =
      Load("{by: [validation, priority, recency], sources: [web, erp]}");
  ASSERT_THAT(loaded.problems, IsEmpty());
  EXPECT_THAT(RuleOf(loaded, "tier").by,
              ElementsAre(SurvivorshipCriterion::kValidation,
                          SurvivorshipCriterion::kPriority,
                          SurvivorshipCriterion::kRecency));
  EXPECT_THAT(RuleOf(loaded, "tier").sources, ElementsAre("web", "erp"));
  EXPECT_FALSE(RuleOf(loaded, "email").declared());
}

TEST(SurvivorshipRuleTest, AnySourceMayBeNamedWhereNoneIsDeclared) {
  const LoadedVocabulary loaded =
      Load("{by: [priority], sources: [anything]}", "[]");
  ASSERT_THAT(loaded.problems, IsEmpty());
  EXPECT_THAT(RuleOf(loaded, "tier").sources, ElementsAre("anything"));
}

}  // namespace
}  // namespace concordat
