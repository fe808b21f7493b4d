#include "tests/consistency/test_vocabulary.h"

#include <string>
#include <utility>

namespace concordat {
namespace {

void Add(Schema& schema, const std::string& type, Attribute attribute) {
  EntityType& entity_type = schema.entity_types[type];
  entity_type.name = type;
  for (const std::string& alias : attribute.aliases) {
    entity_type.attribute_aliases[alias] = attribute.name;
  }
  const std::string name = attribute.name;
  entity_type.attributes[name] = std::move(attribute);
}

void FillSchema(Schema& schema) {
  CodeList& tiers = schema.code_lists["tier"];
  tiers.name = "tier";
  tiers.codes = {"bronze", "silver", "gold"};
  for (const std::string& code : tiers.codes) tiers.by_writing[code] = code;
  tiers.by_writing["oro"] = "gold";
  schema.habits.date_order = DateOrder::kYearMonthDay;
  schema.habits.decimal_mark = '.';

  Add(schema, "customer",
      {.name = "tier",
       .type = ValueType::kCode,
       .code_list = &tiers,
       .identity = IdentityRules(),
       .aliases = {"loyaltyTier"}});
  Add(schema, "customer", {.name = "visits", .type = ValueType::kInteger});
  Add(schema, "customer", {.name = "points", .type = ValueType::kInteger});
  Add(schema, "customer",
      {.name = "balance_due",
       .type = ValueType::kMoney,
       .identity = IdentityRules(),
       .confusable_with = {"balance_net"}});
  Add(schema, "customer",
      {.name = "balance_net",
       .type = ValueType::kMoney,
       .identity = IdentityRules(),
       .confusable_with = {"balance_due"}});
  Add(schema, "customer",
      {.name = "email",
       .type = ValueType::kEmail,
       .identifying = true,
       .identity = IdentityRules(),
       .confusable_with = {"backup_email"},
       .personal = true});
  Add(schema, "customer",
      {.name = "backup_email", .type = ValueType::kEmail, .personal = true});
  Add(schema, "customer", {.name = "born", .type = ValueType::kDate});
  Add(schema, "customer",
      {.name = "interests", .type = ValueType::kText, .is_set = true});
  Add(schema, "customer", {.name = "nickname", .type = ValueType::kText});
  Add(schema, "order", {.name = "status", .type = ValueType::kText});
}

}  // namespace

void FillTestVocabulary(Vocabulary& vocabulary) {
  vocabulary.version = 7;
  vocabulary.name = "test";
  FillSchema(vocabulary.schema);

  Channel& web = vocabulary.channels["web"];
  web.name = "web";
  web.subject_type = "customer";
  web.contract["customer"] = {
      {"tier", {.required = true, .promise = absl::Hours(1)}},
      {"visits", {.required = true}},
      {"balance_due", {}},
      {"balance_net", {}},
      {"email", {.required = true}},
      {"backup_email", {}},
      {"born", {}},
      {"interests", {.promise = absl::Hours(1)}}};

  Channel& shop = vocabulary.channels["shop"];
  shop.name = "shop";
  shop.subject_type = "customer";
  shop.clock_skew = absl::Minutes(5);
  shop.contract["customer"] = {
      {"tier", {.promise = absl::Hours(1)}}, {"visits", {}}, {"interests", {}}};
}

}  // namespace concordat
