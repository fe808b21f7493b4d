#include "graph/schema.h"

#include <string>

namespace concordat {

const Attribute* EntityType::FindAttribute(
    absl::string_view name_or_alias) const {
  auto found = attributes.find(std::string(name_or_alias));
  if (found == attributes.end()) {
    const auto alias = attribute_aliases.find(name_or_alias);
    if (alias == attribute_aliases.end()) return nullptr;
    found = attributes.find(alias->second);
  }
  return found == attributes.end() ? nullptr : &found->second;
}

const EntityType* Schema::FindEntityType(absl::string_view name) const {
  const auto found = entity_types.find(std::string(name));
  return found == entity_types.end() ? nullptr : &found->second;
}

const RelationType* Schema::FindRelationType(absl::string_view name) const {
  const auto found = relation_types.find(std::string(name));
  return found == relation_types.end() ? nullptr : &found->second;
}

}  // namespace concordat
