#include "server/rpc/filter_values.h"

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "graph/validation.h"

namespace concordat {
namespace {

absl::Status RequireEntityType(const Vocabulary& vocabulary,
                               const std::string& name) {
  return vocabulary.schema.RequireEntityType(name).status();
}

absl::Status RequireChannel(const Vocabulary& vocabulary,
                            const std::string& name) {
  return vocabulary.RequireChannel(name).status();
}

absl::Status RequireAttribute(const Vocabulary& vocabulary,
                              const std::string& name) {
  const Schema& schema = vocabulary.schema;
  if (schema.relation_types.count(name) != 0) return absl::OkStatus();
  std::string canonical;
  for (const auto& [type_name, type] : schema.entity_types) {
    if (type.attributes.count(name) != 0) return absl::OkStatus();
    const Attribute* attribute = type.FindAttribute(name);
    if (attribute != nullptr) canonical = attribute->name;
  }
  if (!canonical.empty()) {
    return errors::InvalidField(
        "", absl::StrCat("is an alias; name its attribute: ", canonical));
  }
  return errors::InvalidField("",
                              "is neither an attribute of an entity type nor a "
                              "relation of the vocabulary");
}

using Require = absl::Status (*)(const Vocabulary&, const std::string&);

absl::Status CheckName(absl::string_view field, const std::string& name,
                       const Vocabulary* vocabulary, Require require) {
  CONCORDAT_RETURN_IF_ERROR(CheckId(field, name, limits::kNameBytesMax));
  if (vocabulary == nullptr) return absl::OkStatus();
  const absl::Status known = require(*vocabulary, name);
  return known.ok() ? known : AtField(field, known);
}

absl::Status CheckNames(absl::string_view field, const FilterNames& names,
                        const Vocabulary* vocabulary, Require require) {
  CONCORDAT_RETURN_IF_ERROR(CheckFilterCount(field, names.size()));
  for (int i = 0; i < names.size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(CheckName(absl::StrCat(field, "[", i, "]"),
                                        names[i], vocabulary, require));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckFilterCount(absl::string_view field, int count) {
  if (count <= limits::kFilterValuesMax) return absl::OkStatus();
  return errors::LimitExceeded("filter_values_max", count,
                               limits::kFilterValuesMax, field);
}

absl::Status CheckEntityTypes(absl::string_view field, const FilterNames& names,
                              const Vocabulary* vocabulary) {
  return CheckNames(field, names, vocabulary, RequireEntityType);
}

absl::Status CheckChannels(absl::string_view field, const FilterNames& names,
                           const Vocabulary* vocabulary) {
  return CheckNames(field, names, vocabulary, RequireChannel);
}

absl::Status CheckAttributes(absl::string_view field, const FilterNames& names,
                             const Vocabulary* vocabulary) {
  return CheckNames(field, names, vocabulary, RequireAttribute);
}

absl::Status CheckEntity(absl::string_view field, const v1::EntityRef& entity,
                         const Vocabulary* vocabulary) {
  if (entity.type().empty() || entity.id().empty()) {
    return errors::InvalidField(field, "type and id must be set");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckName(absl::StrCat(field, ".type"),
                                      entity.type(), vocabulary,
                                      RequireEntityType));
  return CheckId(absl::StrCat(field, ".id"), entity.id(), limits::kIdBytesMax);
}

absl::Status CheckEntityType(absl::string_view field, const std::string& name,
                             const Vocabulary* vocabulary) {
  if (name.empty()) return absl::OkStatus();
  return CheckName(field, name, vocabulary, RequireEntityType);
}

absl::Status CheckChannel(absl::string_view field, const std::string& name,
                          const Vocabulary* vocabulary) {
  if (name.empty()) return absl::OkStatus();
  return CheckName(field, name, vocabulary, RequireChannel);
}

}  // namespace concordat
