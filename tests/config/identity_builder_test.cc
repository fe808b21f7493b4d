// Goal: the vocabulary's brakes on over-merging are read, inherited and
// checked.
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
using testing::SizeIs;
using testing::UnorderedElementsAre;

// `{type}`, `{attribute}` and `{channel}` are where a case writes.
std::string Yaml(const std::string& type, const std::string& attribute,
                 const std::string& channel) {
  return absl::StrCat(
      "name: shop\n"
      "entity_types:\n"
      "  customer:\n"
      "    identity: ",
      type,
      "\n"
      "    attributes:\n"
      "      email:\n"
      "        type: email\n"
      "        identifying: true\n"
      "        identity: ",
      attribute,
      "\n"
      "      tier: {type: text}\n"
      "channels:\n"
      "  web:\n"
      "    subject_type: customer\n"
      "    identity: ",
      channel,
      "\n"
      "  app: {like: web}\n"
      "  till: {like: web, identity: {links_per_entity: 1}}\n"
      "  post: {subject_type: customer}\n");
}

TEST(IdentityBuilderTest, ReadsWhatIsDeclared) {
  const LoadedVocabulary loaded = LoadVocabulary(
      Yaml("{max_members: 5}",
           "{max_entities: 3, max_values: 2, window: 7d, blocked: "
           "[No@Reply.Example, info@x.org]}",
           "{links_per_entity: 4, window: 1d}"),
      "shop.yaml", 1);
  ASSERT_NE(loaded.vocabulary, nullptr) << ToStatus(loaded);
  const Schema& schema = loaded.vocabulary->schema;
  const EntityType& type = *schema.FindEntityType("customer");
  EXPECT_EQ(type.max_members, 5);
  const IdentityRules& rules = type.FindAttribute("email")->identity;
  EXPECT_EQ(rules.max_entities, 3);
  EXPECT_EQ(rules.max_values, 2);
  EXPECT_EQ(rules.window, absl::Hours(7 * 24));
  EXPECT_THAT(rules.blocked,
              UnorderedElementsAre("no@reply.example", "info@x.org"));
  ASSERT_THAT(schema.link_caps, SizeIs(3));
  EXPECT_EQ(schema.link_caps.at("web").per_entity, 4);
  EXPECT_EQ(schema.link_caps.at("web").window, absl::Hours(24));
  EXPECT_EQ(schema.link_caps.at("app").per_entity, 4);
  EXPECT_EQ(schema.link_caps.at("till").per_entity, 1);
  EXPECT_EQ(schema.link_caps.at("till").window, absl::ZeroDuration());
}

TEST(IdentityBuilderTest, WhatIsNotDeclaredIsNotBraked) {
  const LoadedVocabulary loaded =
      LoadVocabulary(Yaml("{}", "{}", "{links_per_entity: 1}"), "shop.yaml", 1);
  ASSERT_NE(loaded.vocabulary, nullptr) << ToStatus(loaded);
  const EntityType& type =
      *loaded.vocabulary->schema.FindEntityType("customer");
  EXPECT_EQ(type.max_members, 0);
  const IdentityRules& rules = type.FindAttribute("email")->identity;
  EXPECT_EQ(rules.max_entities, limits::kEntitiesPerIdentifierMax);
  EXPECT_EQ(rules.max_values, 0);
  EXPECT_TRUE(rules.blocked.empty());
}

struct ProblemCase {
  const char* name;
  std::string type = "{}";
  std::string attribute = "{}";
  std::string channel = "{links_per_entity: 1}";
  int line;
  const char* field;
  const char* message;
};
void PrintTo(const ProblemCase& test, std::ostream* out) { *out << test.name; }

class IdentityProblemTest : public testing::TestWithParam<ProblemCase> {};

TEST_P(IdentityProblemTest, IsReportedWithLineAndField) {
  const ProblemCase& test = GetParam();
  const LoadedVocabulary loaded = LoadVocabulary(
      Yaml(test.type, test.attribute, test.channel), "shop.yaml", 1);
  EXPECT_EQ(loaded.vocabulary, nullptr);
  ASSERT_FALSE(loaded.problems.empty());
  EXPECT_EQ(loaded.problems[0].line, test.line);
  EXPECT_EQ(loaded.problems[0].field, test.field);
  EXPECT_THAT(loaded.problems[0].message, HasSubstr(test.message));
}

constexpr char kEmail[] = "entity_types.customer.attributes.email.identity";

std::string Of(const char* field) { return absl::StrCat(kEmail, ".", field); }
const std::string& MaxEntities() {
  static const auto* const kField = new std::string(Of("max_entities"));
  return *kField;
}
const std::string& Window() {
  static const auto* const kField = new std::string(Of("window"));
  return *kField;
}
const std::string& Blocked() {
  static const auto* const kField = new std::string(Of("blocked[0]"));
  return *kField;
}

INSTANTIATE_TEST_SUITE_P(
    All, IdentityProblemTest,
    testing::Values(
        ProblemCase{.name = "OneMember",
                    .type = "{max_members: 1}",
                    .line = 4,
                    .field = "entity_types.customer.identity.max_members",
                    .message = "from 2 to 100"},
        ProblemCase{.name = "NoMember",
                    .type = "{max_members: 0}",
                    .line = 4,
                    .field = "entity_types.customer.identity.max_members",
                    .message = "from 2 to 100"},
        ProblemCase{.name = "TooManyEntities",
                    .attribute = "{max_entities: 17}",
                    .line = 9,
                    .field = MaxEntities().c_str(),
                    .message = "from 1 to 16"},
        ProblemCase{.name = "WindowOfNothing",
                    .attribute = "{window: 1d}",
                    .line = 9,
                    .field = Window().c_str(),
                    .message = "only for `max_values`"},
        ProblemCase{.name = "UnreadableBlocked",
                    .attribute = "{blocked: [nobody]}",
                    .line = 9,
                    .field = Blocked().c_str(),
                    .message = "cannot be read as email"},
        ProblemCase{.name = "NoLinks",
                    .channel = "{window: 1d}",
                    .line = 14,
                    .field = "channels.web.identity.links_per_entity",
                    .message = "is missing"}),
    [](const auto& test) { return test.param.name; });

TEST(IdentityBuilderTest, OnlyWhatIdentifiesHasRules) {
  const LoadedVocabulary loaded = LoadVocabulary(
      "name: shop\n"
      "entity_types:\n"
      "  customer:\n"
      "    attributes:\n"
      "      tier: {type: text, identity: {max_values: 1}}\n",
      "shop.yaml", 1);
  ASSERT_THAT(loaded.problems, SizeIs(1));
  EXPECT_EQ(loaded.problems[0].field,
            "entity_types.customer.attributes.tier.identity");
  EXPECT_THAT(loaded.problems[0].message, HasSubstr("identifying: true"));
}

}  // namespace
}  // namespace concordat
