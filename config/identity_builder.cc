#include "config/identity_builder.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "graph/limits.h"
#include "graph/reading.h"
#include "proto/yaml_reader.h"

namespace concordat {
namespace {

// The reader has refused negative ones.
absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds());
}

// A number that was written must be within the range; 0 is for one that was
// not.
void CheckRange(int64_t number, int64_t min, int64_t max,
                const std::string& path, VocabularyProblems& problems) {
  const bool written = number != 0 || problems.IsWritten(path);
  if (!written || (number >= min && number <= max)) return;
  problems.Report(path, absl::StrCat("must be from ", min, " to ", max));
}

void BuildBlocked(const v1::AttributeIdentity& from, const std::string& path,
                  const Schema& schema, VocabularyProblems& problems,
                  Attribute& attribute) {
  for (int i = 0; i < from.blocked_size(); ++i) {
    const Reading reading =
        ReadValue(attribute, from.blocked(i), schema.habits);
    if (!reading.value.has_value()) {
      problems.Report(
          YamlPath(path, i),
          absl::StrCat("cannot be read as ", ValueTypeName(attribute.type),
                       reading.problem.empty() ? "" : ": ", reading.problem));
      continue;
    }
    for (const Scalar& member : reading.value->members()) {
      attribute.identity.blocked.insert(Value(member).Canonical());
    }
  }
}

void BuildAttribute(const v1::AttributeIdentity& from, const std::string& path,
                    const Schema& schema, VocabularyProblems& problems,
                    Attribute& attribute) {
  if (!attribute.identifying) {
    problems.Report(path,
                    "is only for an attribute that identifies; declare "
                    "`identifying: true` too");
    return;
  }
  CheckRange(from.max_entities(), 1, limits::kEntitiesPerIdentifierMax,
             YamlPath(path, "max_entities"), problems);
  CheckRange(from.max_values(), 1, limits::kFactsPerEntityMax,
             YamlPath(path, "max_values"), problems);
  if (from.has_window() && from.max_values() == 0) {
    problems.Report(YamlPath(path, "window"),
                    "is only for `max_values`; declare it too");
  }
  IdentityRules& rules = attribute.identity;
  if (from.max_entities() > 0) rules.max_entities = from.max_entities();
  rules.max_values = from.max_values();
  rules.window = ToDuration(from.window());
  BuildBlocked(from, YamlPath(path, "blocked"), schema, problems, attribute);
}

}  // namespace

void BuildIdentity(const v1::Vocabulary& message, VocabularyProblems& problems,
                   Schema& schema) {
  for (auto& entry : schema.entity_types) {
    EntityType& type = entry.second;
    const std::string type_path = YamlPath("entity_types", type.name);
    const v1::EntityType& from = message.entity_types().at(type.name);
    CheckRange(from.identity().max_members(), 2, limits::kClusterMembersMax,
               YamlPath(YamlPath(type_path, "identity"), "max_members"),
               problems);
    type.max_members = from.identity().max_members();
    const std::string attributes_path = YamlPath(type_path, "attributes");
    for (auto& [name, attribute] : type.attributes) {
      const v1::Attribute& declared = from.attributes().at(name);
      if (!declared.has_identity()) continue;
      BuildAttribute(declared.identity(),
                     YamlPath(YamlPath(attributes_path, name), "identity"),
                     schema, problems, attribute);
    }
  }
}

LinkCap BuildLinkCap(const v1::ChannelIdentity& from, const std::string& path,
                     VocabularyProblems& problems) {
  if (from.links_per_entity() < 1) {
    problems.Report(YamlPath(path, "links_per_entity"),
                    "is missing; it must be at least 1");
  }
  return {.per_entity = from.links_per_entity(),
          .window = ToDuration(from.window())};
}

}  // namespace concordat
