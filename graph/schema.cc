#include "graph/schema.h"

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace concordat {
namespace {

template <typename T>
const T* Find(const ByName<T>& map, absl::string_view name) {
  const auto found = map.find(name);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

const char* CardinalityName(Cardinality cardinality) {
  switch (cardinality) {
    case Cardinality::kManyToMany:
      return "many_to_many";
    case Cardinality::kOneToOne:
      return "one_to_one";
    case Cardinality::kOneToMany:
      return "one_to_many";
    case Cardinality::kManyToOne:
      return "many_to_one";
  }
  return "";
}

const Attribute* EntityType::FindAttribute(
    absl::string_view name_or_alias) const {
  if (const Attribute* found = Find(attributes, name_or_alias)) return found;
  const auto alias = attribute_aliases.find(name_or_alias);
  return alias == attribute_aliases.end() ? nullptr
                                          : Find(attributes, alias->second);
}

absl::StatusOr<const Attribute*> EntityType::RequireAttribute(
    absl::string_view name_or_alias) const {
  if (const Attribute* found = FindAttribute(name_or_alias)) return found;
  return errors::UnknownAttribute(name, name_or_alias, NamesOf(attributes));
}

const EntityType* Schema::FindEntityType(absl::string_view name) const {
  return Find(entity_types, name);
}

absl::StatusOr<const EntityType*> Schema::RequireEntityType(
    absl::string_view name) const {
  if (const EntityType* found = FindEntityType(name)) return found;
  return errors::UnknownEntityType(name, NamesOf(entity_types));
}

absl::StatusOr<const RelationType*> Schema::RequireRelationType(
    absl::string_view name) const {
  if (const RelationType* found = Find(relation_types, name)) return found;
  return errors::UnknownRelation(name, NamesOf(relation_types));
}

absl::StatusOr<RelationReading> Schema::ReadRelationName(
    absl::string_view name) const {
  if (const RelationType* found = Find(relation_types, name)) {
    return RelationReading{found, false};
  }
  std::string known;
  for (const auto& entry : relation_types) {
    const RelationType& type = entry.second;
    if (!name.empty() && type.inverse == name) {
      return RelationReading{&type, true};
    }
    absl::StrAppend(&known, known.empty() ? "" : ", ", type.name);
    if (!type.inverse.empty()) absl::StrAppend(&known, ", ", type.inverse);
  }
  return errors::UnknownRelation(name, known);
}

}  // namespace concordat
