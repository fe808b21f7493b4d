#include "config/access_builder.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "consistency/access/mask.h"
#include "graph/limits.h"
#include "graph/reading.h"

namespace concordat {
namespace {

// Stands for the attributes that are not listed.
constexpr char kOthers[] = "*";

std::optional<Role> RoleNamed(absl::string_view name) {
  for (const Role role : kRoles) {
    if (name == RoleName(role)) return role;
  }
  return std::nullopt;
}

std::optional<Sight> SightNamed(absl::string_view name) {
  for (const Sight sight : kSights) {
    if (name == SightName(sight)) return sight;
  }
  return std::nullopt;
}

class AccessBuilder {
 public:
  AccessBuilder(const v1::AccessRules& message, VocabularyProblems& problems,
                Vocabulary& vocabulary)
      : message_(message), problems_(problems), vocabulary_(vocabulary) {}

  void Build() {
    CheckCount(message_.purposes_size(), limits::kPurposesMax,
               "access.purposes");
    CheckCount(message_.grants_size(), limits::kGrantsMax, "access.grants");
    for (const std::string& name : SortedKeys(message_.purposes())) {
      CheckName(name, YamlPath("access.purposes", name), problems_);
      vocabulary_.access.purposes[name] = message_.purposes().at(name);
    }
    for (const std::string& name : SortedKeys(message_.grants())) {
      const std::string path = YamlPath("access.grants", name);
      CheckName(name, path, problems_);
      Grant grant = BuildGrant(message_.grants().at(name), path);
      grant.name = name;
      vocabulary_.access.grants.push_back(std::move(grant));
    }
  }

 private:
  void CheckCount(int count, int64_t max, const std::string& path) {
    if (count <= max) return;
    problems_.Report(path, absl::StrCat("there are ", count, ", and may be ",
                                        max, " at most"));
  }

  Grant BuildGrant(const v1::Grant& from, const std::string& path) {
    Grant grant;
    BuildHolders(from, path, grant);
    const std::string sees_path = YamlPath(path, "sees");
    if (from.sees().empty()) {
      problems_.Report(path, "says nothing of what is seen; give it `sees`");
    }
    for (const std::string& name : SortedKeys(from.sees())) {
      const std::string type_path = YamlPath(sees_path, name);
      if (const EntityType* type = FindType(name, type_path); type != nullptr) {
        BuildSees(from.sees().at(name), *type,
                  YamlPath(type_path, "attributes"), grant);
      }
    }
    const std::string rows_path = YamlPath(path, "rows");
    for (const std::string& name : SortedKeys(from.rows())) {
      const std::string type_path = YamlPath(rows_path, name);
      const EntityType* const type = FindType(name, type_path);
      if (type == nullptr) continue;
      if (grant.sees.find(name) == grant.sees.end()) {
        problems_.Report(type_path, "is not among the types of `sees`");
      }
      grant.rows[name] = BuildRows(from.rows().at(name), *type, type_path);
    }
    CheckThrough(grant, rows_path);
    return grant;
  }

  void BuildHolders(const v1::Grant& from, const std::string& path,
                    Grant& grant) {
    if (from.channels().empty() && from.roles().empty()) {
      problems_.Report(path, "is given to nobody; name `channels` or `roles`");
    }
    for (int i = 0; i < from.channels_size(); ++i) {
      const std::string& name = from.channels(i);
      if (vocabulary_.FindChannel(name) == nullptr) {
        problems_.Report(
            YamlPath(YamlPath(path, "channels"), i),
            absl::StrCat("there is no channel `", name, "`",
                         problems_.Suggest(name, vocabulary_.channels)));
      }
      grant.channels.push_back(name);
    }
    for (int i = 0; i < from.roles_size(); ++i) {
      const std::optional<Role> role = RoleNamed(from.roles(i));
      if (role.has_value() && *role != Role::kChannel) {
        grant.roles.Add(*role);
        continue;
      }
      problems_.Report(YamlPath(YamlPath(path, "roles"), i),
                       role.has_value()
                           ? "channels are named by `channels`"
                           : "must be qa, steward, admin or auditor");
    }
    for (int i = 0; i < from.purposes_size(); ++i) {
      const std::string& name = from.purposes(i);
      if (!message_.purposes().contains(name)) {
        problems_.Report(
            YamlPath(YamlPath(path, "purposes"), i),
            absl::StrCat("there is no purpose `", name, "`",
                         problems_.Suggest(name, message_.purposes())));
      }
      grant.purposes.push_back(name);
    }
  }

  const EntityType* FindType(const std::string& name, const std::string& path) {
    const EntityType* type = vocabulary_.schema.FindEntityType(name);
    if (type == nullptr) {
      problems_.Report(
          path, absl::StrCat(
                    "there is no entity type `", name, "`",
                    problems_.Suggest(name, vocabulary_.schema.entity_types)));
    }
    return type;
  }

  void BuildSees(const v1::AttributeSights& from, const EntityType& type,
                 const std::string& path, Grant& grant) {
    ByName<Sight>& sees = grant.sees[type.name];
    for (const std::string& name : SortedKeys(from.attributes())) {
      const std::string attribute_path = YamlPath(path, name);
      const std::optional<Sight> sight = SightNamed(from.attributes().at(name));
      if (!sight.has_value()) {
        problems_.Report(attribute_path,
                         "must be full, last_4, year, range, hash, existence "
                         "or nothing");
        continue;
      }
      if (name == kOthers) {
        AddOthers(*sight, type, attribute_path, sees);
      } else {
        AddSight(name, *sight, type, attribute_path, grant);
      }
    }
  }

  void AddSight(const std::string& name, Sight sight, const EntityType& type,
                const std::string& path, Grant& grant) {
    const Attribute* const attribute = type.FindAttribute(name);
    if (attribute == nullptr) {
      problems_.Report(
          path,
          absl::StrCat("there is no attribute `", name, "` of `", type.name,
                       "`", problems_.Suggest(name, type.attributes)));
      return;
    }
    if (!CanBeSeenAs(*attribute, sight)) {
      problems_.Report(path,
                       absl::StrCat("`", SightName(sight), "` is not for ",
                                    attribute->is_set ? "sets of " : "",
                                    ValueTypeName(attribute->type)));
    }
    for (const std::string& channel_name : grant.channels) {
      const Channel* const channel = vocabulary_.FindChannel(channel_name);
      if (channel != nullptr && sight != Sight::kNothing &&
          channel->FindTerms(type.name, attribute->name) == nullptr) {
        problems_.Report(path, absl::StrCat("the contract of `", channel_name,
                                            "` does not name it"));
      }
    }
    grant.sees[type.name][attribute->name] = sight;
  }

  // Of a kind that the sight is not for, there is less to see.
  void AddOthers(Sight sight, const EntityType& type, const std::string& path,
                 ByName<Sight>& sees) {
    if (sight == Sight::kYear || sight == Sight::kRange) {
      problems_.Report(path,
                       "must be full, last_4, hash, existence or nothing");
    }
    // SortedKeys gives `*` first, so what is listed comes over this.
    for (const auto& [name, attribute] : type.attributes) {
      sees[name] = CanBeSeenAs(attribute, sight) ? sight : Sight::kExistence;
    }
  }

  RowScope BuildRows(const v1::RowScope& from, const EntityType& type,
                     const std::string& path) {
    RowScope scope;
    scope.linked = from.linked();
    if (!from.linked() && from.attribute().empty() && from.through().empty()) {
      problems_.Report(path,
                       "is empty; give `linked`, `attribute` or `through`");
    }
    if (!from.through().empty()) {
      if (!vocabulary_.schema.relation_types.contains(from.through())) {
        problems_.Report(
            YamlPath(path, "through"),
            absl::StrCat("there is no relation `", from.through(), "`",
                         problems_.Suggest(from.through(),
                                           vocabulary_.schema.relation_types)));
      }
      scope.through = from.through();
    }
    if (!from.attribute().empty()) BuildValues(from, type, path, scope);
    return scope;
  }

  void BuildValues(const v1::RowScope& from, const EntityType& type,
                   const std::string& path, RowScope& scope) {
    const Attribute* const attribute = type.FindAttribute(from.attribute());
    if (attribute == nullptr) {
      problems_.Report(
          YamlPath(path, "attribute"),
          absl::StrCat("there is no attribute `", from.attribute(), "` of `",
                       type.name, "`",
                       problems_.Suggest(from.attribute(), type.attributes)));
      return;
    }
    scope.attribute = attribute->name;
    if (from.values().empty()) {
      problems_.Report(YamlPath(path, "values"), "is missing");
    }
    for (int i = 0; i < from.values_size(); ++i) {
      const Reading reading =
          ReadValue(*attribute, from.values(i), vocabulary_.schema.habits);
      if (!reading.value.has_value()) {
        problems_.Report(
            YamlPath(YamlPath(path, "values"), i),
            absl::StrCat("cannot be read as ", ValueTypeName(attribute->type)));
        continue;
      }
      for (const Scalar& member : reading.value->members()) {
        scope.normals.insert(Value(member).Canonical());
      }
    }
  }

  // One step: whom a scope leads to is in the rows by what it is itself.
  void CheckThrough(const Grant& grant, const std::string& path) {
    for (const auto& [type, scope] : grant.rows) {
      const auto relation =
          vocabulary_.schema.relation_types.find(scope.through);
      if (relation == vocabulary_.schema.relation_types.end()) continue;
      std::vector<std::string> ends;
      const auto add = [&ends, &type = type](const auto& near,
                                             const auto& far) {
        if (std::find(near.begin(), near.end(), type) == near.end()) return;
        ends.insert(ends.end(), far.begin(), far.end());
      };
      add(relation->second.from_types, relation->second.to_types);
      add(relation->second.to_types, relation->second.from_types);
      for (const std::string& end : ends) {
        const auto rows = grant.rows.find(end);
        if (rows == grant.rows.end() || rows->second.through.empty()) continue;
        problems_.Report(
            YamlPath(YamlPath(path, type), "through"),
            absl::StrCat("leads to `", end, "`, whose rows lead on"));
      }
    }
  }

  const v1::AccessRules& message_;
  VocabularyProblems& problems_;
  Vocabulary& vocabulary_;
};

}  // namespace

void BuildAccess(const v1::Vocabulary& message, VocabularyProblems& problems,
                 Vocabulary& vocabulary) {
  AccessBuilder(message.access(), problems, vocabulary).Build();
}

}  // namespace concordat
