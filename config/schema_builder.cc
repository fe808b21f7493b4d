#include "config/schema_builder.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "config/identity_builder.h"
#include "config/relation_builder.h"
#include "graph/limits.h"
#include "graph/text.h"
#include "graph/value.h"
#include "proto/did_you_mean.h"
#include "proto/yaml_reader.h"

namespace concordat {
namespace {

using Names = google::protobuf::RepeatedPtrField<std::string>;

std::vector<std::string> ValueTypeNames() {
  std::vector<std::string> names;
  for (const ValueType type : kValueTypes) {
    names.push_back(ValueTypeName(type));
  }
  return names;
}

std::optional<ValueType> FindValueType(absl::string_view name) {
  for (const ValueType type : kValueTypes) {
    if (name == ValueTypeName(type)) return type;
  }
  return std::nullopt;
}

constexpr SurvivorshipCriterion kCriteria[] = {
    SurvivorshipCriterion::kPriority, SurvivorshipCriterion::kRecency,
    SurvivorshipCriterion::kValidation};

std::optional<SurvivorshipCriterion> FindCriterion(absl::string_view name) {
  for (const SurvivorshipCriterion criterion : kCriteria) {
    if (name == SurvivorshipCriterionName(criterion)) return criterion;
  }
  return std::nullopt;
}

// "; there is: priority, recency, validation", or the one that was meant.
std::string KnownCriteria(const std::string& written) {
  std::vector<std::string> names;
  for (const SurvivorshipCriterion criterion : kCriteria) {
    names.emplace_back(SurvivorshipCriterionName(criterion));
  }
  return DidYouMean(written, names);
}

class SchemaBuilder {
 public:
  SchemaBuilder(const Names& sources, VocabularyProblems& problems,
                Schema& schema)
      : declared_sources_(sources.begin(), sources.end()),
        problems_(problems),
        schema_(schema) {}

  void BuildCodeLists(const v1::Vocabulary& message) {
    for (const std::string& name : SortedKeys(message.code_lists())) {
      const std::string path = YamlPath("code_lists", name);
      CheckName(name, path, problems_);
      CodeList& list = schema_.code_lists[name];
      list.name = name;
      BuildCodeList(message.code_lists().at(name), path, list);
    }
  }

  void BuildEntityTypes(const v1::Vocabulary& message) {
    if (message.entity_types().empty()) {
      problems_.Report("entity_types", "is missing; declare at least one");
    }
    for (const std::string& name : SortedKeys(message.entity_types())) {
      const std::string path = YamlPath("entity_types", name);
      CheckName(name, path, problems_);
      const v1::EntityType& from = message.entity_types().at(name);
      EntityType& type = schema_.entity_types[name];
      type.name = name;
      type.description = from.description();
      const std::string attributes_path = YamlPath(path, "attributes");
      for (const std::string& attribute : SortedKeys(from.attributes())) {
        BuildAttribute(attribute, from.attributes().at(attribute),
                       YamlPath(attributes_path, attribute), type);
      }
      BuildAliases(from, attributes_path, type);
      BuildConfusables(from, attributes_path, type);
    }
    // Once all types are there: a reference may name a later one.
    for (auto& [name, type] : schema_.entity_types) {
      BuildTargets(message.entity_types().at(name),
                   YamlPath(YamlPath("entity_types", name), "attributes"),
                   type);
    }
  }

  void BuildSources(const v1::Vocabulary& message) {
    std::set<std::string> seen;
    for (int i = 0; i < message.sources_size(); ++i) {
      const std::string path = YamlPath("sources", i);
      CheckSystemName(message.sources(i), path, problems_);
      if (!seen.insert(absl::AsciiStrToLower(message.sources(i))).second) {
        problems_.Report(path, "is there twice; letter case does not count");
      }
    }
    schema_.sources.assign(message.sources().begin(), message.sources().end());
  }

 private:
  void BuildCodeList(const v1::CodeList& from, const std::string& path,
                     CodeList& list) {
    const std::string codes_path = YamlPath(path, "codes");
    if (from.codes().empty()) {
      problems_.Report(codes_path, "is missing; declare at least one code");
    }
    // Codes before aliases, so that it is the alias that is in the wrong.
    for (const std::string& code : problems_.KeysOf(codes_path)) {
      if (!from.codes().contains(code)) continue;
      list.codes.push_back(code);
      AddWriting(code, code, YamlPath(codes_path, code), list);
    }
    for (const std::string& code : list.codes) {
      const Names& aliases = from.codes().at(code).aliases();
      const std::string aliases_path =
          YamlPath(YamlPath(codes_path, code), "aliases");
      for (int i = 0; i < aliases.size(); ++i) {
        AddWriting(aliases[i], code, YamlPath(aliases_path, i), list);
      }
    }
  }

  void AddWriting(const std::string& writing, const std::string& code,
                  const std::string& path, CodeList& list) {
    CheckWriting(writing, limits::kIdBytesMax, path, problems_);
    const auto [other, is_new] =
        list.by_writing.emplace(FoldCode(writing), code);
    if (is_new) return;
    if (other->second != code) {
      problems_.Report(
          path, absl::StrCat("is written like the code `", other->second,
                             "` or an alias of it; "
                             "letter case, `-`, `_` and spaces do not count"));
    } else if (writing == code) {
      problems_.Report(path, "is an alias of itself; take it away");
    }
  }

  void BuildAttribute(const std::string& name, const v1::Attribute& from,
                      const std::string& path, EntityType& type) {
    CheckName(name, path, problems_);
    Attribute& attribute = type.attributes[name];
    attribute.name = name;
    attribute.description = from.description();
    attribute.is_set = from.set();
    attribute.identifying = from.identifying();
    attribute.personal = from.personal();
    attribute.aliases.assign(from.aliases().begin(), from.aliases().end());
    const std::string type_path = YamlPath(path, "type");
    const std::string list_path = YamlPath(path, "code_list");
    const std::optional<ValueType> value_type = FindValueType(from.type());
    if (!value_type.has_value()) {
      const std::string known = DidYouMean(from.type(), ValueTypeNames());
      problems_.Report(type_path, from.type().empty()
                                      ? absl::StrCat("is missing", known)
                                      : absl::StrCat("there is no type `",
                                                     from.type(), "`", known));
      return;
    }
    attribute.type = *value_type;
    BuildRules(from, path, attribute);
    if (from.has_survivorship()) {
      BuildSurvivorship(from.survivorship(), YamlPath(path, "survivorship"),
                        attribute.survivorship);
    }
    if (!CheckFits(*value_type, ValueType::kCode, !from.code_list().empty(),
                   list_path) ||
        *value_type != ValueType::kCode) {
      return;
    }
    const auto list = schema_.code_lists.find(from.code_list());
    if (list != schema_.code_lists.end()) {
      attribute.code_list = &list->second;
      return;
    }
    const std::string known =
        problems_.Suggest(from.code_list(), schema_.code_lists);
    problems_.Report(
        list_path, from.code_list().empty()
                       ? absl::StrCat("is missing; type code needs one", known)
                       : absl::StrCat("there is no code list `",
                                      from.code_list(), "`", known));
  }

  // Reports what is declared of `type` and only means something for `fitting`;
  // false where it did.
  bool CheckFits(ValueType type, ValueType fitting, bool declared,
                 const std::string& path) {
    if (type == fitting || !declared) return true;
    problems_.Report(path,
                     absl::StrCat("is only for type ", ValueTypeName(fitting),
                                  ", not for ", ValueTypeName(type)));
    return false;
  }

  // How values are compared.
  void BuildRules(const v1::Attribute& from, const std::string& path,
                  Attribute& attribute) {
    attribute.ordered = from.ordered();
    if (from.ordered() && !from.set()) {
      problems_.Report(YamlPath(path, "ordered"),
                       "is only for a set; declare `set: true` too");
    }
    const auto rule = [&](ValueType fitting, bool declared,
                          absl::string_view field) {
      return declared && CheckFits(attribute.type, fitting, declared,
                                   YamlPath(path, field));
    };
    attribute.nicknames =
        rule(ValueType::kPersonName, from.nicknames(), "nicknames");
    attribute.provider_rules =
        rule(ValueType::kEmail, from.provider_rules(), "provider_rules");
    attribute.confusables =
        rule(ValueType::kText, from.confusables(), "confusables");
  }

  // Whose value wins.
  void BuildSurvivorship(const v1::Survivorship& from, const std::string& path,
                         Survivorship& rule) {
    const std::string by_path = YamlPath(path, "by");
    const std::string sources_path = YamlPath(path, "sources");
    if (from.by().empty()) {
      problems_.Report(by_path, absl::StrCat("is missing; list what decides",
                                             KnownCriteria("")));
    }
    for (int i = 0; i < from.by_size(); ++i) {
      const auto criterion = FindCriterion(from.by(i));
      if (!criterion.has_value()) {
        problems_.Report(YamlPath(by_path, i),
                         absl::StrCat("there is no criterion `", from.by(i),
                                      "`", KnownCriteria(from.by(i))));
      } else if (std::find(rule.by.begin(), rule.by.end(), *criterion) !=
                 rule.by.end()) {
        problems_.Report(YamlPath(by_path, i), "is there twice; keep one");
      } else {
        rule.by.push_back(*criterion);
      }
    }
    BuildPriority(from, sources_path, rule);
    const bool by_priority =
        std::find(rule.by.begin(), rule.by.end(),
                  SurvivorshipCriterion::kPriority) != rule.by.end();
    if (by_priority && from.sources().empty()) {
      problems_.Report(sources_path,
                       "is missing; priority needs the sources, the most "
                       "trusted first");
    } else if (!by_priority && !from.sources().empty() && !rule.by.empty()) {
      problems_.Report(sources_path,
                       "is only for priority; add it to `by` or leave them "
                       "out");
    }
  }

  void BuildPriority(const v1::Survivorship& from, const std::string& path,
                     Survivorship& rule) {
    for (int i = 0; i < from.sources_size(); ++i) {
      const std::string& source = from.sources(i);
      const std::string source_path = YamlPath(path, i);
      CheckSystemName(source, source_path, problems_);
      if (std::find(rule.sources.begin(), rule.sources.end(), source) !=
          rule.sources.end()) {
        problems_.Report(source_path, "is there twice; keep one");
      } else if (!declared_sources_.empty() &&
                 std::find(declared_sources_.begin(), declared_sources_.end(),
                           source) == declared_sources_.end()) {
        problems_.Report(source_path,
                         absl::StrCat("there is no source `", source, "`",
                                      DidYouMean(source, declared_sources_)));
      } else {
        rule.sources.push_back(source);
      }
    }
  }

  void BuildTargets(const v1::EntityType& from, const std::string& path,
                    EntityType& type) {
    for (auto& [name, attribute] : type.attributes) {
      const v1::Attribute& declared = from.attributes().at(name);
      // Of an unknown type nothing more is said.
      if (!FindValueType(declared.type()).has_value()) continue;
      const std::string& target = declared.target();
      const std::string target_path = YamlPath(YamlPath(path, name), "target");
      if (!CheckFits(attribute.type, ValueType::kReference, !target.empty(),
                     target_path) ||
          attribute.type != ValueType::kReference) {
        continue;
      }
      attribute.target = target;
      if (schema_.FindEntityType(target) != nullptr) continue;
      const std::string known = problems_.Suggest(target, schema_.entity_types);
      problems_.Report(
          target_path,
          target.empty()
              ? absl::StrCat("is missing; type reference needs one", known)
              : absl::StrCat("there is no entity type `", target, "`", known));
    }
  }

  void BuildAliases(const v1::EntityType& from, const std::string& path,
                    EntityType& type) {
    for (const auto& [name, attribute] : type.attributes) {
      const Names& aliases = from.attributes().at(name).aliases();
      const std::string aliases_path =
          YamlPath(YamlPath(path, name), "aliases");
      for (int i = 0; i < aliases.size(); ++i) {
        const std::string alias_path = YamlPath(aliases_path, i);
        CheckWriting(aliases[i], limits::kNameBytesMax, alias_path, problems_);
        if (type.attributes.contains(aliases[i])) {
          problems_.Report(alias_path, "is the name of an attribute itself");
          continue;
        }
        const auto [other, is_new] =
            type.attribute_aliases.emplace(aliases[i], name);
        if (!is_new) {
          problems_.Report(alias_path,
                           absl::StrCat("is an alias of `", other->second,
                                        "` already; keep one"));
        }
      }
    }
  }

  // Symmetric in effect: net is taken for gross where gross is for net.
  void BuildConfusables(const v1::EntityType& from, const std::string& path,
                        EntityType& type) {
    const auto add = [&type](const std::string& of, const std::string& other) {
      std::vector<std::string>& list = type.attributes.at(of).confusable_with;
      if (std::find(list.begin(), list.end(), other) == list.end()) {
        list.push_back(other);
      }
    };
    for (const std::string& name : SortedKeys(type.attributes)) {
      const Names& others = from.attributes().at(name).confusable_with();
      const std::string list_path =
          YamlPath(YamlPath(path, name), "confusable_with");
      for (int i = 0; i < others.size(); ++i) {
        const std::string other_path = YamlPath(list_path, i);
        const Attribute* other = type.FindAttribute(others[i]);
        if (other == nullptr) {
          problems_.Report(
              other_path,
              absl::StrCat("there is no attribute `", others[i], "` of `",
                           type.name, "`",
                           problems_.Suggest(others[i], type.attributes)));
        } else if (other->name == name) {
          problems_.Report(other_path, "is this attribute itself");
        } else {
          add(name, other->name);
          add(other->name, name);
        }
      }
    }
    for (auto& [name, attribute] : type.attributes) {
      std::sort(attribute.confusable_with.begin(),
                attribute.confusable_with.end());
    }
  }

  // As written; empty: any source may write.
  const std::vector<std::string> declared_sources_;
  VocabularyProblems& problems_;
  Schema& schema_;
};

}  // namespace

void BuildSchema(const v1::Vocabulary& message, WritingBuilder& writing,
                 VocabularyProblems& problems, Schema& schema) {
  SchemaBuilder builder(message.sources(), problems, schema);
  builder.BuildCodeLists(message);
  builder.BuildEntityTypes(message);
  BuildRelationTypes(message, problems, schema);
  builder.BuildSources(message);
  writing.Check(message.writing(), "writing", AllCodeLists(schema), problems);
  writing.Apply(message.writing(), schema.habits);
  // Systems of record write for machines; only what a value could be read as
  // besides is decided by this.
  if (schema.habits.decimal_mark == 0) schema.habits.decimal_mark = '.';
  BuildIdentity(message, problems, schema);
}

CodeLists AllCodeLists(const Schema& schema) {
  CodeLists lists;
  for (const auto& [name, list] : schema.code_lists) {
    lists.emplace(name, &list);
  }
  return lists;
}

}  // namespace concordat
