#include "graph/schema.h"

#include "gtest/gtest.h"

namespace concordat {
namespace {

TEST(EntityTypeTest, FindsAttributesByNameAndAlias) {
  EntityType type;
  type.attributes["loyalty_tier"].name = "loyalty_tier";
  type.attribute_aliases["tier"] = "loyalty_tier";
  type.attribute_aliases["broken"] = "no_such_attribute";

  const Attribute* const tier = type.FindAttribute("loyalty_tier");
  ASSERT_NE(tier, nullptr);
  EXPECT_EQ(tier->name, "loyalty_tier");
  EXPECT_EQ(type.FindAttribute("tier"), tier);
  EXPECT_EQ(type.FindAttribute("Tier"), nullptr);
  EXPECT_EQ(type.FindAttribute("broken"), nullptr);
  EXPECT_EQ(type.FindAttribute(""), nullptr);
}

TEST(SchemaTest, FindsEntityAndRelationTypesByName) {
  Schema schema;
  schema.entity_types["customer"].name = "customer";
  schema.relation_types["owns"].name = "owns";

  ASSERT_NE(schema.FindEntityType("customer"), nullptr);
  EXPECT_EQ(schema.FindEntityType("customer")->name, "customer");
  EXPECT_EQ(schema.FindEntityType("owns"), nullptr);
  ASSERT_TRUE(schema.RequireRelationType("owns").ok());
  EXPECT_EQ((*schema.RequireRelationType("owns"))->name, "owns");
  EXPECT_FALSE(schema.RequireRelationType("customer").ok());
}

}  // namespace
}  // namespace concordat
