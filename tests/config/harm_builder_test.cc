// Goal: how findings settle and are ranked is read and checked.
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "config/vocabulary_loader.h"
#include "consistency/vocabulary.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

using testing::HasSubstr;

std::string Yaml(const std::string& harm, const std::string& value,
                 const std::string& attribute) {
  return absl::StrCat(
      "name: shop\n"
      "harm: ",
      harm,
      "\n"
      "code_lists: {tier: {codes: {silver: {}, gold: {}}}}\n"
      "entity_types:\n"
      "  customer:\n"
      "    customer_value: ",
      value,
      "\n"
      "    attributes:\n"
      "      tier: {type: code, code_list: tier}\n"
      "      spent: {type: money}\n"
      "      nickname: {type: text}\n"
      "      consent: ",
      attribute,
      "\n"
      "channels: {web: {subject_type: customer}}\n");
}

TEST(HarmBuilderTest, ReadsWhatIsDeclared) {
  const LoadedVocabulary loaded = LoadVocabulary(
      Yaml("{exposure: 40, money: 0, half_life: 7d, full_money: \"250.5\"}",
           "{attribute: tier, codes: {gold: 100, silver: 40}}",
           "{type: text, settle: 15m, weight: 90, legal: true}"),
      "shop.yaml", 1);
  ASSERT_NE(loaded.vocabulary, nullptr) << ToStatus(loaded);
  const Vocabulary& vocabulary = *loaded.vocabulary;
  EXPECT_EQ(vocabulary.harm.WeightOf(HarmTerm::kExposure), 40);
  EXPECT_EQ(vocabulary.harm.WeightOf(HarmTerm::kMoney), 0);
  EXPECT_EQ(vocabulary.harm.WeightOf(HarmTerm::kVerdict), 20);
  EXPECT_EQ(vocabulary.harm.half_life, absl::Hours(24 * 7));
  EXPECT_EQ(vocabulary.harm.full_money, (Decimal{2505, 1}));
  const CustomerValueRule& value =
      vocabulary.harm.customer_value.at("customer");
  EXPECT_EQ(value.attribute, "tier");
  EXPECT_EQ(value.percent_of_code.at("silver"), 40);
  const FindingTerms& consent = vocabulary.TermsOf("customer", "consent");
  EXPECT_EQ(consent.settle, absl::Minutes(15));
  EXPECT_EQ(consent.weight_percent, 90);
  EXPECT_TRUE(consent.legal);
  const FindingTerms& other = vocabulary.TermsOf("customer", "nickname");
  EXPECT_EQ(other.settle, absl::ZeroDuration());
  EXPECT_EQ(other.weight_percent, 50);
}

struct Problem {
  const char* name;
  const char* harm;
  const char* value;
  const char* attribute;
  const char* message;
};
void PrintTo(const Problem& problem, std::ostream* out) {
  *out << problem.name;
}

class HarmProblemTest : public testing::TestWithParam<Problem> {};

TEST_P(HarmProblemTest, IsNamed) {
  const Problem& p = GetParam();
  const LoadedVocabulary loaded =
      LoadVocabulary(Yaml(p.harm, p.value, p.attribute), "shop.yaml", 1);
  EXPECT_EQ(loaded.vocabulary, nullptr);
  EXPECT_THAT(std::string(ToStatus(loaded).message()), HasSubstr(p.message));
}

constexpr char kText[] = "{type: text}";
constexpr char kTier[] = "{attribute: tier, codes: {gold: 100}}";

INSTANTIATE_TEST_SUITE_P(
    Problems, HarmProblemTest,
    testing::Values(
        Problem{"TooMuch", "{exposure: 101}", kTier, kText,
                "shop.yaml:2: harm.exposure: must be from 0 to 100"},
        Problem{"OnlyTheCustomersValue",
                "{exposure: 0, verdict: 0, attribute: 0, money: 0, legal: 0}",
                kTier, kText, "needs a term above 0 other than"},
        Problem{"ShortHalfLife", "{half_life: 30m}", kTier, kText,
                "harm.half_life: must be at least 1h"},
        Problem{"NoMoney", "{full_money: \"0\"}", kTier, kText,
                "harm.full_money: must be a decimal above 0"},
        Problem{"NoSuchAttribute", "{}", "{attribute: teir}", kText,
                "customer has no attribute `teir`"},
        Problem{"NoNumber", "{}", "{attribute: nickname}", kText,
                "must be of type code, integer, decimal or money"},
        Problem{"NoSuchCode", "{}", "{attribute: tier, codes: {golld: 100}}",
                kText, "there is no code `golld`"},
        Problem{"NoCodes", "{}", "{attribute: tier}", kText,
                "list what each code is worth"},
        Problem{"NoFullAmount", "{}", "{attribute: spent}", kText,
                "full_at: must be a decimal above 0"},
        Problem{"LongSettle", "{}", kTier, "{type: text, settle: 31d}",
                "consent.settle: must be at most 30d"},
        Problem{"HeavyAttribute", "{}", kTier, "{type: text, weight: 101}",
                "consent.weight: must be from 0 to 100"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace concordat
