#include "config/vocabulary_loader.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "graph/errors.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// Lines 1 to 12; every case adds lines from 13 on, at any depth of the last
// map, `attributes` of `customer`.
constexpr char kBase[] =
    "name: shop\n"
    "code_lists:\n"
    "  tier:\n"
    "    codes:\n"
    "      silver: {aliases: [argent]}\n"
    "      gold: {aliases: [oro]}\n"
    "  status: {codes: {open: {}, closed: {}}}\n"
    "entity_types:\n"
    "  order: {attributes: {total: {type: money}}}\n"
    "  customer:\n"
    "    attributes:\n"
    "      tier: {type: code, code_list: tier}\n";

LoadedVocabulary Load(const std::string& more) {
  return LoadVocabulary(kBase + more, "shop.yaml", 7);
}

struct ProblemCase {
  const char* name;
  std::string more;
  int line;
  const char* field;
  const char* message;
};
void PrintTo(const ProblemCase& test, std::ostream* out) { *out << test.name; }

class VocabularyProblemTest : public testing::TestWithParam<ProblemCase> {};

TEST_P(VocabularyProblemTest, IsReportedOnceWithLineAndField) {
  const LoadedVocabulary loaded = Load(GetParam().more);
  EXPECT_EQ(loaded.vocabulary, nullptr);
  ASSERT_THAT(loaded.problems, SizeIs(1));
  EXPECT_EQ(loaded.problems[0].line, GetParam().line);
  EXPECT_EQ(loaded.problems[0].field, GetParam().field);
  EXPECT_THAT(loaded.problems[0].message, HasSubstr(GetParam().message));
}

const std::string kLongName(65, 'a');

INSTANTIATE_TEST_SUITE_P(
    Schema, VocabularyProblemTest,
    testing::Values(
        ProblemCase{"UpperCaseName", "      Tier: {type: text}\n", 13,
                    "entity_types.customer.attributes.Tier",
                    "lower-case letters"},
        ProblemCase{"LongName",
                    absl::StrCat("relation_types:\n  ", kLongName,
                                 ": {from: [order], to: [order]}\n"),
                    14,
                    "relation_types.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                    "aaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                    "has 65 bytes; at most 64"},
        ProblemCase{"UnknownType", "      a: {type: mony}\n", 13,
                    "entity_types.customer.attributes.a.type",
                    "did you mean `money`?"},
        ProblemCase{"MissingType", "      a: {personal: true}\n", 13,
                    "entity_types.customer.attributes.a.type",
                    "is missing; there is text, code"},
        ProblemCase{"UnknownCodeList",
                    "      a: {type: code, code_list: teir}\n", 13,
                    "entity_types.customer.attributes.a.code_list",
                    "did you mean `tier`?"},
        ProblemCase{"MissingCodeList", "      a: {type: code}\n", 13,
                    "entity_types.customer.attributes.a.code_list",
                    "type code needs one"},
        ProblemCase{"CodeListOfText",
                    "      a:\n        type: text\n        code_list: tier\n",
                    15, "entity_types.customer.attributes.a.code_list",
                    "only for type code"},
        ProblemCase{"UnknownConfusable",
                    "      a:\n        type: text\n"
                    "        confusable_with: [total]\n",
                    15, "entity_types.customer.attributes.a.confusable_with[0]",
                    "there is no attribute `total` of `customer`"},
        ProblemCase{"ConfusableWithItself",
                    "      a: {type: text, confusable_with: [a]}\n", 13,
                    "entity_types.customer.attributes.a.confusable_with[0]",
                    "itself"},
        ProblemCase{"AliasIsAName",
                    "      a:\n        type: text\n        aliases:\n"
                    "        - b\n        - tier\n",
                    17, "entity_types.customer.attributes.a.aliases[1]",
                    "is the name of an attribute"},
        ProblemCase{"AliasTwice",
                    "      a: {type: text, aliases: [x]}\n"
                    "      b: {type: text, aliases: [x]}\n",
                    14, "entity_types.customer.attributes.b.aliases[0]",
                    "is an alias of `a` already"},
        ProblemCase{"EmptyAlias", "      a: {type: text, aliases: ['']}\n", 13,
                    "entity_types.customer.attributes.a.aliases[0]",
                    "is empty"},
        ProblemCase{"OrderedSingle", "      a: {type: text, ordered: true}\n",
                    13, "entity_types.customer.attributes.a.ordered",
                    "only for a set"},
        ProblemCase{"NicknamesOfText",
                    "      a: {type: text, nicknames: true}\n", 13,
                    "entity_types.customer.attributes.a.nicknames",
                    "only for type person_name, not for text"},
        ProblemCase{"ProviderRulesOfPhone",
                    "      a: {type: phone, provider_rules: true}\n", 13,
                    "entity_types.customer.attributes.a.provider_rules",
                    "only for type email"},
        ProblemCase{"ConfusablesOfEmail",
                    "      a: {type: email, confusables: true}\n", 13,
                    "entity_types.customer.attributes.a.confusables",
                    "only for type text"},
        ProblemCase{"MissingTarget", "      a: {type: reference}\n", 13,
                    "entity_types.customer.attributes.a.target",
                    "is missing; type reference needs one; there is customer"},
        ProblemCase{"UnknownTarget",
                    "      a: {type: reference, target: oder}\n", 13,
                    "entity_types.customer.attributes.a.target",
                    "did you mean `order`?"},
        ProblemCase{"TargetOfText", "      a: {type: text, target: order}\n",
                    13, "entity_types.customer.attributes.a.target",
                    "only for type reference"},
        ProblemCase{"UnknownFrom",
                    "relation_types:\n  owns: {from: [custmer], to: [order]}\n",
                    14, "relation_types.owns.from[0]",
                    "did you mean `customer`?"},
        ProblemCase{"MissingTo",
                    "relation_types:\n  owns:\n    from: [order]\n", 14,
                    "relation_types.owns.to", "is missing"},
        ProblemCase{"UnknownCardinality",
                    "relation_types:\n  owns: {from: [customer], to: [order],\n"
                    "         cardinality: one_to_mny}\n",
                    15, "relation_types.owns.cardinality",
                    "there is no cardinality `one_to_mny`; did you mean "
                    "`one_to_many`?"},
        ProblemCase{"AcyclicBetweenOtherTypes",
                    "relation_types:\n  owns: {from: [customer], to: [order],\n"
                    "         acyclic: true}\n",
                    15, "relation_types.owns.acyclic",
                    "`from` and `to` share no entity type"},
        ProblemCase{"InverseIsNoName",
                    "relation_types:\n  owns: {from: [customer], to: [order],\n"
                    "         inverse: owned by}\n",
                    15, "relation_types.owns.inverse", "is not a name"},
        ProblemCase{"InverseIsARelation",
                    "relation_types:\n"
                    "  owns: {from: [customer], to: [order]}\n"
                    "  returned: {from: [customer], to: [order],\n"
                    "             inverse: owns}\n",
                    16, "relation_types.returned.inverse",
                    "`owns` is the name of a relation itself"},
        ProblemCase{"InverseIsTheRelationItself",
                    "relation_types:\n  owns: {from: [customer], to: [order],\n"
                    "         inverse: owns}\n",
                    15, "relation_types.owns.inverse",
                    "is the name of a relation itself"},
        ProblemCase{"InverseTwice",
                    "relation_types:\n"
                    "  owns: {from: [customer], to: [order], inverse: of}\n"
                    "  returned: {from: [customer], to: [order],\n"
                    "             inverse: of}\n",
                    16, "relation_types.returned.inverse",
                    "is the inverse of `owns` already"},
        ProblemCase{"SourceTwice", "sources: [crm, CRM]\n", 13, "sources[1]",
                    "twice"},
        ProblemCase{"BadSource", "sources: [the crm]\n", 13, "sources[0]",
                    "is not a name"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Writing, VocabularyProblemTest,
    testing::Values(
        ProblemCase{"UnknownLocale", "writing: {locale: xx-DE}\n", 13,
                    "writing.locale", "de-DE"},
        ProblemCase{"LocaleWithoutCountry", "writing: {locale: en}\n", 13,
                    "writing.locale", "language and country"},
        ProblemCase{"PosixLocale", "writing: {locale: C}\n", 13,
                    "writing.locale", "language and country"},
        ProblemCase{"Region", "writing: {region: XQ}\n", 13, "writing.region",
                    "ISO 3166-1"},
        ProblemCase{"LowerCaseRegion", "writing: {region: de}\n", 13,
                    "writing.region", "upper-case"},
        ProblemCase{"Currency", "writing: {currency: EUX}\n", 13,
                    "writing.currency", "ISO 4217"},
        ProblemCase{"TimeZone", "writing: {time_zone: Europe/Berlim}\n", 13,
                    "writing.time_zone", "IANA"},
        ProblemCase{"DateOrder", "writing: {date_order: dmy}\n", 13,
                    "writing.date_order", "DMY, MDY or YMD"},
        ProblemCase{"DecimalMark", "writing: {decimal_mark: ;}\n", 13,
                    "writing.decimal_mark", "must be"},
        ProblemCase{"Pivot", "writing: {two_digit_year_pivot: 30}\n", 13,
                    "writing.two_digit_year_pivot", "from 1950 to 2150"},
        ProblemCase{"EmptyUnit", "writing: {unit: ''}\n", 13, "writing.unit",
                    "such as kg"},
        ProblemCase{"LongUnit",
                    absl::StrCat("writing: {unit: ", kLongName, "}\n"), 13,
                    "writing.unit", "at most 64 bytes"},
        ProblemCase{"RoundingOfWords", "writing: {rounding: cents}\n", 13,
                    "writing.rounding", "such as 1 or 0.05"},
        ProblemCase{"NegativeRounding", "writing: {rounding: -1}\n", 13,
                    "writing.rounding", "not negative"},
        ProblemCase{"RoundingWithTwoMarks", "writing: {rounding: 1.000.000}\n",
                    13, "writing.rounding", "a decimal"},
        ProblemCase{"NegativeTolerance", "writing: {tolerance_abs: -0.01}\n",
                    13, "writing.tolerance_abs", "not negative"},
        ProblemCase{"ToleranceInPercent", "writing: {tolerance_rel: 5%}\n", 13,
                    "writing.tolerance_rel", "from 0 to below 1"},
        ProblemCase{"ToleranceOfAll", "writing: {tolerance_rel: 1.0}\n", 13,
                    "writing.tolerance_rel", "from 0 to below 1"},
        ProblemCase{"EmptySeparator", "writing: {set_separator: ''}\n", 13,
                    "writing.set_separator", "not only white space"},
        ProblemCase{"EmptyToken", "writing: {absence_tokens: [x, '']}\n", 13,
                    "writing.absence_tokens[1]", "is empty"},
        ProblemCase{"CodeAlias", "writing: {code_aliases: {g: platinum}}\n", 13,
                    "writing.code_aliases.g", "there is no code `platinum`"},
        ProblemCase{"CodeAliasesAlike",
                    "writing:\n  code_aliases:\n    G-1: gold\n"
                    "    g 1: silver\n",
                    16, "writing.code_aliases[\"g 1\"]",
                    "is written like another alias"}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Channels, VocabularyProblemTest,
    testing::Values(
        ProblemCase{"NoSubjectType", "channels:\n  web: {partner: true}\n", 14,
                    "channels.web.subject_type",
                    "is missing; there is customer, order"},
        ProblemCase{"UnknownSubjectType",
                    "channels:\n  web:\n    subject_type: custoner\n", 15,
                    "channels.web.subject_type", "did you mean `customer`?"},
        ProblemCase{"BadName", "channels:\n  a b: {subject_type: order}\n", 14,
                    "channels[\"a b\"]", "is not a name"},
        ProblemCase{"NamesAlike",
                    "channels:\n  CO: {subject_type: order}\n"
                    "  co: {subject_type: order}\n",
                    15, "channels.co", "only in letter case"},
        ProblemCase{"ContractsType",
                    "channels:\n  web:\n    subject_type: customer\n"
                    "    contract:\n      invoice: {}\n",
                    17, "channels.web.contract.invoice",
                    "there is no entity type `invoice`"},
        ProblemCase{"ContractsAttribute",
                    "channels:\n  web:\n    subject_type: customer\n"
                    "    contract:\n      customer:\n        attributes:\n"
                    "          teir: {}\n",
                    19, "channels.web.contract.customer.attributes.teir",
                    "did you mean `tier`?"},
        ProblemCase{"ContractsCodeAlias",
                    "channels:\n  web:\n    subject_type: customer\n"
                    "    contract:\n      customer:\n        attributes:\n"
                    "          tier:\n            writing:\n"
                    "              code_aliases: {o: open}\n",
                    21,
                    "channels.web.contract.customer.attributes.tier.writing."
                    "code_aliases.o",
                    "there is no code `open`"},
        ProblemCase{"CodeAliasOfNoCode",
                    "channels:\n  web:\n    subject_type: order\n"
                    "    contract:\n      order:\n        attributes:\n"
                    "          total: {writing: {code_aliases: {o: open}}}\n",
                    19,
                    "channels.web.contract.order.attributes.total.writing."
                    "code_aliases.o",
                    "there is no code list"},
        ProblemCase{"NegativePromise",
                    "channels:\n  web:\n    subject_type: order\n"
                    "    promise: -5m\n",
                    16, "channels.web.promise", "negative"},
        ProblemCase{"LikeNone",
                    "channels:\n  web: {subject_type: order}\n"
                    "  app: {subject_type: order, like: wep}\n",
                    15, "channels.app.like", "did you mean `web`?"},
        ProblemCase{"LikeItself",
                    "channels:\n  web: {subject_type: order, like: web}\n", 14,
                    "channels.web.like", "web is like web"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(VocabularyLoaderTest, ReportsCodesAlikeAtTheAlias) {
  const LoadedVocabulary loaded = LoadVocabulary(
      "name: shop\n"
      "code_lists:\n"
      "  tier:\n"
      "    codes:\n"
      "      a: {aliases: [Gold Plus]}\n"
      "      gold_plus: {}\n"
      "      empty_one: {aliases: [empty_one]}\n"
      "  none: {}\n",
      "shop.yaml", 1);
  std::vector<std::string> fields;
  for (const YamlProblem& problem : loaded.problems) {
    fields.push_back(absl::StrCat(problem.line, " ", problem.field));
  }
  EXPECT_THAT(fields,
              testing::UnorderedElementsAre(
                  "1 entity_types", "5 code_lists.tier.codes.a.aliases[0]",
                  "7 code_lists.tier.codes.empty_one.aliases[0]",
                  "8 code_lists.none.codes"));
}

TEST(VocabularyLoaderTest, ReportsCirclesAndDeepChains) {
  const LoadedVocabulary circle =
      Load("channels:\n  a: {subject_type: order, like: b}\n  b: {like: a}\n");
  ASSERT_THAT(circle.problems, SizeIs(2));
  EXPECT_THAT(circle.problems[0].message, HasSubstr("a is like b is like a"));

  std::string chain = "channels:\n  a0: {subject_type: order}\n";
  for (int i = 1; i <= 17; ++i) {
    absl::StrAppend(&chain, "  a", i, ": {like: a", i - 1, "}\n");
  }
  const LoadedVocabulary deep = Load(chain);
  ASSERT_FALSE(deep.problems.empty());
  EXPECT_EQ(deep.problems[0].field, "channels.a17.like");
}

TEST(VocabularyLoaderTest, BoundsWhatLikeMultiplies) {
  std::string yaml =
      "channels:\n  a:\n    subject_type: customer\n"
      "    writing:\n      absence_tokens: [";
  for (int i = 0; i < 20'000; ++i) absl::StrAppend(&yaml, "t", i, ", ");
  absl::StrAppend(
      &yaml, "x]\n    contract: {customer: {attributes: ", "{tier: {}}}}\n");
  for (int i = 0; i < 100; ++i)
    absl::StrAppend(&yaml, "  b", i, ": {like: a}\n");
  const LoadedVocabulary loaded = Load(yaml);
  ASSERT_THAT(loaded.problems, SizeIs(1));
  EXPECT_THAT(loaded.problems[0].message, HasSubstr("1000000"));
}

TEST(VocabularyLoaderTest, BuildsTheSchema) {
  const LoadedVocabulary loaded = Load(
      "      net: {type: money, aliases: [netAmount]}\n"
      "      gross: {type: money, set: true, personal: true,\n"
      "              confusable_with: [netAmount]}\n"
      "relation_types:\n  owns: {from: [customer], to: [order]}\n"
      "sources: [crm]\n"
      "writing: {locale: de-DE, decimal_mark: '.'}\n");
  ASSERT_THAT(loaded.problems, IsEmpty());
  EXPECT_TRUE(ToStatus(loaded).ok());
  const Vocabulary& vocabulary = *loaded.vocabulary;
  EXPECT_EQ(vocabulary.version, 7u);
  EXPECT_EQ(vocabulary.name, "shop");
  const Schema& schema = vocabulary.schema;
  const EntityType* customer = schema.FindEntityType("customer");
  ASSERT_NE(customer, nullptr);
  const Attribute* net = customer->FindAttribute("netAmount");
  ASSERT_NE(net, nullptr);
  EXPECT_EQ(net->name, "net");
  EXPECT_EQ(net->type, ValueType::kMoney);
  EXPECT_THAT(net->confusable_with, ElementsAre("gross"));
  const Attribute* gross = customer->FindAttribute("gross");
  ASSERT_NE(gross, nullptr);
  EXPECT_THAT(gross->confusable_with, ElementsAre("net"));
  EXPECT_TRUE(gross->is_set);
  EXPECT_TRUE(gross->personal);
  EXPECT_FALSE(gross->identifying);
  const Attribute* tier = customer->FindAttribute("tier");
  ASSERT_NE(tier, nullptr);
  ASSERT_NE(tier->code_list, nullptr);
  EXPECT_EQ(tier->code_list, &schema.code_lists.at("tier"));
  // In the order of the file.
  EXPECT_THAT(tier->code_list->codes, ElementsAre("silver", "gold"));
  EXPECT_EQ(tier->code_list->by_writing.at("argent"), "silver");
  ASSERT_TRUE(schema.RequireRelationType("owns").ok());
  EXPECT_THAT((*schema.RequireRelationType("owns"))->to_types,
              ElementsAre("order"));
  EXPECT_THAT(schema.sources, ElementsAre("crm"));
  EXPECT_EQ(schema.habits.region, "DE");
  EXPECT_EQ(schema.habits.date_order, DateOrder::kDayMonthYear);
  EXPECT_EQ(schema.habits.decimal_mark, '.');
}

TEST(VocabularyLoaderTest, BuildsTheRulesOfRelations) {
  const LoadedVocabulary loaded = Load(
      "relation_types:\n"
      "  owns: {from: [customer], to: [order], cardinality: one_to_many,\n"
      "         inverse: owned_by}\n"
      "  knows: {from: [customer], to: [customer], acyclic: true}\n");
  ASSERT_THAT(loaded.problems, IsEmpty());
  const Schema& schema = loaded.vocabulary->schema;
  const RelationType& owns = schema.relation_types.at("owns");
  EXPECT_EQ(owns.cardinality, Cardinality::kOneToMany);
  EXPECT_TRUE(owns.one_start());
  EXPECT_FALSE(owns.one_end());
  EXPECT_FALSE(owns.acyclic);
  const RelationType& knows = schema.relation_types.at("knows");
  EXPECT_EQ(knows.cardinality, Cardinality::kManyToMany);
  EXPECT_TRUE(knows.acyclic);
  const auto backwards = schema.ReadRelationName("owned_by");
  ASSERT_TRUE(backwards.ok());
  EXPECT_EQ(backwards->type, &owns);
  EXPECT_TRUE(backwards->backwards);
  EXPECT_FALSE(schema.ReadRelationName("knows")->backwards);
  EXPECT_THAT(std::string(schema.ReadRelationName("own").status().message()),
              HasSubstr("it has: knows, owns, owned_by"));
  // A write takes only the relation itself.
  EXPECT_FALSE(schema.RequireRelationType("owned_by").ok());
}

TEST(VocabularyLoaderTest, BuildsTheRulesOfAttributes) {
  const LoadedVocabulary loaded = Load(
      "      full_name: {type: person_name, nicknames: true}\n"
      "      email: {type: email, provider_rules: true}\n"
      "      login: {type: text, confusables: true}\n"
      "      stops: {type: postal_address, set: true, ordered: true}\n"
      "      last_order: {type: reference, target: order}\n"
      "      mother: {type: reference, target: customer}\n");
  ASSERT_THAT(loaded.problems, IsEmpty());
  const EntityType& customer =
      loaded.vocabulary->schema.entity_types.at("customer");
  EXPECT_TRUE(customer.FindAttribute("full_name")->nicknames);
  EXPECT_FALSE(customer.FindAttribute("full_name")->provider_rules);
  EXPECT_TRUE(customer.FindAttribute("email")->provider_rules);
  EXPECT_TRUE(customer.FindAttribute("login")->confusables);
  EXPECT_TRUE(customer.FindAttribute("stops")->ordered);
  EXPECT_EQ(customer.FindAttribute("stops")->type, ValueType::kPostalAddress);
  EXPECT_EQ(customer.FindAttribute("last_order")->target, "order");
  EXPECT_EQ(customer.FindAttribute("mother")->target, "customer");
  EXPECT_FALSE(customer.FindAttribute("tier")->ordered);
}

TEST(VocabularyLoaderTest, FactsHaveADecimalPointUnlessDeclaredOtherwise) {
  const struct {
    const char* writing;
    char mark;
  } cases[] = {{"", '.'},
               {"writing: {currency: EUR}\n", '.'},
               {"writing: {decimal_mark: \",\"}\n", ','},
               {"writing: {locale: de-DE}\n", ','}};
  for (const auto& test : cases) {
    const LoadedVocabulary loaded = Load(absl::StrCat(
        test.writing, "channels:\n  web: {subject_type: customer}\n"));
    ASSERT_THAT(loaded.problems, IsEmpty());
    EXPECT_EQ(loaded.vocabulary->schema.habits.decimal_mark, test.mark)
        << test.writing;
    EXPECT_EQ(loaded.vocabulary->FindChannel("web")->habits.decimal_mark, 0);
  }
}

TEST(VocabularyLoaderTest, MergesNumbersFromOutsideIn) {
  const LoadedVocabulary loaded = Load(
      "      weight: {type: quantity}\n"
      "channels:\n"
      "  web:\n"
      "    subject_type: customer\n"
      "    writing:\n"
      "      {unit: kg, rounding: 1, tolerance_abs: 0.50,\n"
      "       tolerance_rel: 0.001}\n"
      "    contract:\n"
      "      customer:\n"
      "        attributes:\n"
      "          tier: {}\n"
      "          weight: {writing: {unit: lb, rounding: 0}}\n");
  ASSERT_THAT(loaded.problems, IsEmpty());
  const Channel* web = loaded.vocabulary->FindChannel("web");
  const WritingHabits& tier = web->FindTerms("customer", "tier")->habits;
  EXPECT_EQ(tier.unit, "kg");
  EXPECT_EQ(tier.rounding, (Decimal{1, 0}));
  EXPECT_EQ(tier.tolerance_abs, (Decimal{5, 1}));
  EXPECT_EQ(tier.tolerance_rel, (Decimal{1, 3}));
  const WritingHabits& weight = web->FindTerms("customer", "weight")->habits;
  EXPECT_EQ(weight.unit, "lb");
  EXPECT_EQ(weight.rounding, Decimal());
  EXPECT_EQ(weight.tolerance_abs, (Decimal{5, 1}));
}

struct LocaleCase {
  const char* name;
  const char* locale;
  const char* region;
  DateOrder date_order;
  char decimal_mark;
};
void PrintTo(const LocaleCase& test, std::ostream* out) { *out << test.name; }

class LocaleTest : public testing::TestWithParam<LocaleCase> {};

TEST_P(LocaleTest, GivesRegionDateOrderAndDecimalMark) {
  const LoadedVocabulary loaded =
      Load(absl::StrCat("writing: {locale: ", GetParam().locale, "}\n"));
  ASSERT_THAT(loaded.problems, IsEmpty());
  const WritingHabits& habits = loaded.vocabulary->schema.habits;
  EXPECT_EQ(habits.region, GetParam().region);
  EXPECT_EQ(habits.date_order, GetParam().date_order);
  EXPECT_EQ(habits.decimal_mark, GetParam().decimal_mark);
}

INSTANTIATE_TEST_SUITE_P(
    All, LocaleTest,
    testing::Values(
        LocaleCase{"German", "de-DE", "DE", DateOrder::kDayMonthYear, ','},
        LocaleCase{"Swiss", "de_CH", "CH", DateOrder::kDayMonthYear, '.'},
        LocaleCase{"British", "en_GB.UTF-8", "GB", DateOrder::kDayMonthYear,
                   '.'},
        LocaleCase{"American", "en-US", "US", DateOrder::kMonthDayYear, '.'},
        LocaleCase{"Swedish", "sv-SE", "SE", DateOrder::kYearMonthDay, ','},
        LocaleCase{"Japanese", "ja_JP", "JP", DateOrder::kYearMonthDay, '.'},
        LocaleCase{"Egyptian", "ar-EG", "EG", DateOrder::kDayMonthYear, '.'},
        LocaleCase{"Thai", "th-TH", "TH", DateOrder::kDayMonthYear, '.'}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(VocabularyLoaderTest, MergesWritingAndPromisesFromOutsideIn) {
  const LoadedVocabulary loaded = Load(
      "      joined: {type: date, aliases: [since]}\n"
      "writing: {locale: ja-JP, currency: JPY, absence_tokens: [none]}\n"
      "channels:\n"
      "  web:\n"
      "    subject_type: customer\n"
      "    clock_skew: 2m\n"
      "    promise: 4h\n"
      "    writing:\n"
      "      {locale: en-US, currency: USD, absence_tokens: [a, b]}\n"
      "    contract:\n"
      "      customer:\n"
      "        attributes:\n"
      "          tier: {required: true}\n"
      "          since:\n"
      "            promise: 0s\n"
      "            writing: {date_order: YMD, absence_tokens: [c]}\n"
      "  app:\n"
      "    like: web\n"
      "    promise: 1h\n"
      "    partner: true\n"
      "    writing: {locale: de-DE}\n"
      "  till:\n"
      "    like: app\n"
      "    subject_type: order\n"
      "    contract: {order: {attributes: {total: {}}}}\n"
      "  mail: {subject_type: customer}\n");
  ASSERT_THAT(loaded.problems, IsEmpty());
  const Vocabulary& vocabulary = *loaded.vocabulary;

  const Channel* web = vocabulary.FindChannel("web");
  ASSERT_NE(web, nullptr);
  EXPECT_EQ(web->clock_skew, absl::Minutes(2));
  const AttributeTerms* tier = web->FindTerms("customer", "tier");
  ASSERT_NE(tier, nullptr);
  EXPECT_TRUE(tier->required);
  EXPECT_EQ(tier->promise, absl::Hours(4));
  EXPECT_EQ(tier->habits.date_order, DateOrder::kMonthDayYear);
  EXPECT_THAT(tier->habits.absence_tokens, ElementsAre("a", "b"));
  const AttributeTerms* joined = web->FindTerms("customer", "joined");
  ASSERT_NE(joined, nullptr);
  EXPECT_FALSE(joined->required);
  EXPECT_EQ(joined->promise, absl::ZeroDuration());
  EXPECT_EQ(joined->habits.date_order, DateOrder::kYearMonthDay);
  EXPECT_EQ(joined->habits.currency, "USD");
  EXPECT_THAT(joined->habits.absence_tokens, ElementsAre("c"));

  const Channel* app = vocabulary.FindChannel("app");
  ASSERT_NE(app, nullptr);
  EXPECT_TRUE(app->partner);
  EXPECT_EQ(app->subject_type, "customer");
  EXPECT_EQ(app->clock_skew, absl::Minutes(2));
  ASSERT_NE(app->FindTerms("customer", "tier"), nullptr);
  EXPECT_EQ(app->FindTerms("customer", "tier")->promise, absl::Hours(1));
  EXPECT_EQ(app->FindTerms("customer", "tier")->habits.region, "DE");
  EXPECT_EQ(app->FindTerms("customer", "tier")->habits.currency, "USD");

  const Channel* till = vocabulary.FindChannel("till");
  ASSERT_NE(till, nullptr);
  EXPECT_FALSE(till->partner);
  EXPECT_EQ(till->subject_type, "order");
  EXPECT_EQ(till->FindTerms("customer", "tier"), nullptr);
  ASSERT_NE(till->FindTerms("order", "total"), nullptr);
  EXPECT_EQ(till->FindTerms("order", "total")->promise, absl::Hours(1));

  // Nothing of the schema's own writing.
  const Channel* mail = vocabulary.FindChannel("mail");
  ASSERT_NE(mail, nullptr);
  EXPECT_EQ(mail->habits.date_order, DateOrder::kUndeclared);
  EXPECT_THAT(mail->habits.currency, IsEmpty());
  EXPECT_THAT(mail->habits.absence_tokens, IsEmpty());
  EXPECT_THAT(mail->contract, IsEmpty());
  EXPECT_EQ(vocabulary.FindChannel("fax"), nullptr);
}

TEST(VocabularyLoaderTest, StatusNamesTheFirstAndCountsTheRest) {
  const absl::Status status =
      ToStatus(Load("sources: [a b]\nwriting: {region: xx, currency: y}\n"));
  ASSERT_TRUE(DetailOf(status).has_value());
  EXPECT_EQ(DetailOf(status)->reason, ErrorReason::kInvalidVocabulary);
  EXPECT_THAT(status.message(), HasSubstr("shop.yaml:13: sources[0]: "));
  EXPECT_THAT(status.message(), HasSubstr("; and 2 more"));
}

TEST(VocabularyLoaderTest, RefusesFilesBeyondTheLimit) {
  const LoadedVocabulary loaded =
      LoadVocabulary(std::string((1 << 20) + 1, '#'), "big.yaml", 1);
  ASSERT_THAT(loaded.problems, SizeIs(1));
  EXPECT_THAT(loaded.problems[0].message, HasSubstr("at most 1048576"));
}

std::vector<std::string> SampleFiles() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           CONCORDAT_SOURCE_DIR "/config/vocabularies")) {
    if (entry.path().extension() == ".yaml") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

LoadedVocabulary LoadSample(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return LoadVocabulary(text, path, 1);
}

class SampleTest : public testing::TestWithParam<std::string> {};

TEST_P(SampleTest, Loads) {
  const LoadedVocabulary loaded = LoadSample(GetParam());
  for (const YamlProblem& problem : loaded.problems) {
    ADD_FAILURE() << WriteYamlProblem(GetParam(), problem);
  }
  ASSERT_NE(loaded.vocabulary, nullptr);
  EXPECT_THAT(loaded.vocabulary->channels, testing::Not(IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(
    All, SampleTest, testing::ValuesIn(SampleFiles()), [](const auto& test) {
      return std::filesystem::path(test.param).stem().string();
    });

TEST(SampleVocabulariesTest, FlightsHoldsAllSitesToTheSameContract) {
  const LoadedVocabulary loaded =
      LoadSample(CONCORDAT_SOURCE_DIR "/config/vocabularies/flights.yaml");
  ASSERT_NE(loaded.vocabulary, nullptr);
  EXPECT_THAT(loaded.vocabulary->channels, SizeIs(38));
  for (const auto& [name, channel] : loaded.vocabulary->channels) {
    for (const char* attribute :
         {"sched_dep_time", "act_dep_time", "sched_arr_time", "act_arr_time"}) {
      const AttributeTerms* terms = channel.FindTerms("flight", attribute);
      ASSERT_NE(terms, nullptr) << name;
      EXPECT_TRUE(terms->required) << name;
      EXPECT_THAT(terms->habits.absence_tokens,
                  ElementsAre("Not Available", "Contact Airline"));
    }
  }
}

}  // namespace
}  // namespace concordat
