// What a vocabulary may say of who may know what, and what is said of what it
// may not.
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

// The grant begins in line 23.
LoadedVocabulary Load(const std::string& grant) {
  return LoadVocabulary(absl::StrCat(R"(name: shop
entity_types:
  customer:
    attributes:
      name: {type: text}
      birth_date: {type: date, aliases: [born]}
      region: {type: text}
      tags: {type: text, set: true}
  order:
    attributes:
      status: {type: text}
relation_types:
  placed: {from: [customer], to: [order]}
channels:
  partner:
    subject_type: customer
    contract:
      customer:
        attributes: {name: {}, birth_date: {}}
access:
  purposes: {support: A question of the customer's own}
  grants:
    one: )",
                                     grant, "\n"),
                        "shop.yaml", 7);
}

struct ProblemCase {
  const char* name;
  const char* grant;
  const char* field;
  const char* message;
};
void PrintTo(const ProblemCase& test, std::ostream* out) { *out << test.name; }

class AccessProblemTest : public testing::TestWithParam<ProblemCase> {};

TEST_P(AccessProblemTest, IsReportedWithLineAndField) {
  const LoadedVocabulary loaded = Load(GetParam().grant);
  EXPECT_EQ(loaded.vocabulary, nullptr);
  ASSERT_THAT(loaded.problems, SizeIs(1));
  EXPECT_EQ(loaded.problems[0].line, 23);
  EXPECT_EQ(loaded.problems[0].field,
            absl::StrCat("access.grants.one", GetParam().field));
  EXPECT_THAT(loaded.problems[0].message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Grants, AccessProblemTest,
    testing::Values(
        ProblemCase{"GivenToNobody",
                    "{sees: {customer: {attributes: {name: full}}}}", "",
                    "is given to nobody"},
        ProblemCase{"SaysNothing", "{roles: [qa]}", "", "give it `sees`"},
        ProblemCase{"UnknownChannel",
                    "{channels: [partnr], sees: {customer: {attributes: {name: "
                    "full}}}}",
                    ".channels[0]", "did you mean `partner`?"},
        ProblemCase{"UnknownRole",
                    "{roles: [boss], sees: {customer: {attributes: {name: "
                    "full}}}}",
                    ".roles[0]", "must be qa, steward, admin or auditor"},
        ProblemCase{"ChannelAsRole",
                    "{roles: [channel], sees: {customer: {attributes: {name: "
                    "full}}}}",
                    ".roles[0]", "are named by `channels`"},
        ProblemCase{"UnknownPurpose",
                    "{roles: [qa], purposes: [suport], sees: {customer: "
                    "{attributes: {name: full}}}}",
                    ".purposes[0]", "did you mean `support`?"},
        ProblemCase{
            "UnknownType",
            "{roles: [qa], sees: {custmer: {attributes: {name: full}}}}",
            ".sees.custmer", "did you mean `customer`?"},
        ProblemCase{
            "UnknownAttribute",
            "{roles: [qa], sees: {customer: {attributes: {nam: full}}}}",
            ".sees.customer.attributes.nam", "did you mean `name`?"},
        ProblemCase{
            "UnknownSight",
            "{roles: [qa], sees: {customer: {attributes: {name: half}}}}",
            ".sees.customer.attributes.name", "must be full, last_4"},
        ProblemCase{
            "SightOfAnotherType",
            "{roles: [qa], sees: {customer: {attributes: {name: year}}}}",
            ".sees.customer.attributes.name", "is not for text"},
        ProblemCase{"PartOfASet",
                    "{roles: [qa], sees: {customer: {attributes: {tags: "
                    "last_4}}}}",
                    ".sees.customer.attributes.tags",
                    "is not for sets of text"},
        ProblemCase{"YearOfTheOthers",
                    "{roles: [qa], sees: {customer: {attributes: {\"*\": "
                    "year}}}}",
                    ".sees.customer.attributes[\"*\"]",
                    "must be full, last_4, hash"},
        ProblemCase{"BeyondTheContract",
                    "{channels: [partner], sees: {customer: {attributes: "
                    "{region: full}}}}",
                    ".sees.customer.attributes.region",
                    "the contract of `partner` does not name it"},
        ProblemCase{"RowsOfWhatIsNotSeen",
                    "{roles: [qa], sees: {customer: {attributes: {name: "
                    "full}}}, rows: {order: {through: placed}}}",
                    ".rows.order", "is not among the types of `sees`"},
        ProblemCase{"EmptyRows",
                    "{roles: [qa], sees: {customer: {attributes: {name: "
                    "full}}}, rows: {customer: {}}}",
                    ".rows.customer", "is empty"},
        ProblemCase{"ValuesThatCannotBeRead",
                    "{roles: [qa], sees: {customer: {attributes: {name: "
                    "full}}}, rows: {customer: {attribute: birth_date, values: "
                    "[spring]}}}",
                    ".rows.customer.values[0]", "cannot be read as date"}),
    [](const auto& test) { return test.param.name; });

TEST(AccessBuilderTest, AttributesAreThoseOfTheSchema) {
  const LoadedVocabulary loaded = Load(
      "{roles: [qa], sees: {customer: {attributes: {born: year, \"*\": "
      "last_4}}}}");
  ASSERT_THAT(loaded.problems, IsEmpty());
  const Grant& grant = loaded.vocabulary->access.grants.front();
  const ByName<Sight>& sees = grant.sees.at("customer");
  EXPECT_EQ(sees.at("birth_date"), Sight::kYear);
  EXPECT_EQ(sees.at("name"), Sight::kLast4);
  // Of a set no part can be seen, only that there is one.
  EXPECT_EQ(sees.at("tags"), Sight::kExistence);
}

TEST(AccessBuilderTest, RowsLeadOneStepOn) {
  const LoadedVocabulary loaded = Load(
      "{roles: [qa], sees: {customer: {attributes: {name: full}}, order: "
      "{attributes: {status: full}}}, rows: {customer: {through: placed}, "
      "order: {through: placed}}}");
  ASSERT_THAT(loaded.problems, SizeIs(2));
  EXPECT_THAT(loaded.problems[0].message, HasSubstr("whose rows lead on"));
}

TEST(AccessBuilderTest, RowsAreByNormalForm) {
  const LoadedVocabulary loaded = Load(
      "{roles: [qa], sees: {customer: {attributes: {name: full}}}, rows: "
      "{customer: {attribute: born, values: [\"1971-03-04\"]}}}");
  ASSERT_THAT(loaded.problems, IsEmpty());
  const RowScope& rows =
      loaded.vocabulary->access.grants.front().rows.at("customer");
  EXPECT_EQ(rows.attribute, "birth_date");
  EXPECT_THAT(rows.normals, ElementsAre("1971-03-04"));
}

}  // namespace
}  // namespace concordat
