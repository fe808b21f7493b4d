#include "config/relation_builder.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/did_you_mean.h"
#include "proto/yaml_reader.h"

namespace concordat {
namespace {

using Names = google::protobuf::RepeatedPtrField<std::string>;

class RelationBuilder {
 public:
  RelationBuilder(VocabularyProblems& problems, Schema& schema)
      : problems_(problems), schema_(schema) {}

  void Build(const v1::Vocabulary& message) {
    for (const std::string& name : SortedKeys(message.relation_types())) {
      const std::string path = YamlPath("relation_types", name);
      CheckName(name, path, problems_);
      const v1::RelationType& from = message.relation_types().at(name);
      RelationType& type = schema_.relation_types[name];
      type.name = name;
      type.description = from.description();
      BuildEnds(from.from(), YamlPath(path, "from"), type.from_types);
      BuildEnds(from.to(), YamlPath(path, "to"), type.to_types);
      BuildCardinality(from.cardinality(), YamlPath(path, "cardinality"), type);
      BuildAcyclic(from.acyclic(), YamlPath(path, "acyclic"), type);
    }
    // Once all names are there: an inverse may not be one of them.
    BuildInverses(message);
  }

 private:
  void BuildEnds(const Names& names, const std::string& path,
                 std::vector<std::string>& ends) {
    if (names.empty()) {
      problems_.Report(path, "is missing; name at least one entity type");
    }
    for (int i = 0; i < names.size(); ++i) {
      const std::string end_path = YamlPath(path, i);
      if (schema_.FindEntityType(names[i]) == nullptr) {
        problems_.Report(
            end_path,
            absl::StrCat("there is no entity type `", names[i], "`",
                         problems_.Suggest(names[i], schema_.entity_types)));
      } else if (std::find(ends.begin(), ends.end(), names[i]) != ends.end()) {
        problems_.Report(end_path, "is there twice; keep one");
      } else {
        ends.push_back(names[i]);
      }
    }
  }

  void BuildCardinality(const std::string& name, const std::string& path,
                        RelationType& type) {
    if (name.empty()) return;
    std::vector<std::string> known;
    for (const Cardinality cardinality : kCardinalities) {
      known.push_back(CardinalityName(cardinality));
      if (name != known.back()) continue;
      type.cardinality = cardinality;
      return;
    }
    problems_.Report(path, absl::StrCat("there is no cardinality `", name, "`",
                                        DidYouMean(name, known)));
  }

  // A cycle passes only through types that are at both ends.
  void BuildAcyclic(bool acyclic, const std::string& path, RelationType& type) {
    type.acyclic = acyclic;
    if (!acyclic || type.from_types.empty() || type.to_types.empty()) return;
    for (const std::string& from : type.from_types) {
      if (std::find(type.to_types.begin(), type.to_types.end(), from) !=
          type.to_types.end()) {
        return;
      }
    }
    problems_.Report(path,
                     "means nothing here: `from` and `to` share no entity type "
                     "that a cycle could pass through; take it away");
  }

  void BuildInverses(const v1::Vocabulary& message) {
    std::map<std::string, std::string> taken;  // inverse -> relation
    for (auto& [name, type] : schema_.relation_types) {
      const std::string& inverse = message.relation_types().at(name).inverse();
      if (inverse.empty()) continue;
      const std::string path =
          YamlPath(YamlPath("relation_types", name), "inverse");
      CheckName(inverse, path, problems_);
      if (schema_.relation_types.contains(inverse)) {
        problems_.Report(path, absl::StrCat("`", inverse,
                                            "` is the name of a relation "
                                            "itself"));
        continue;
      }
      const auto [other, is_new] = taken.emplace(inverse, name);
      if (!is_new) {
        problems_.Report(path,
                         absl::StrCat("is the inverse of `", other->second,
                                      "` already; keep one"));
        continue;
      }
      type.inverse = inverse;
    }
  }

  VocabularyProblems& problems_;
  Schema& schema_;
};

}  // namespace

void BuildRelationTypes(const v1::Vocabulary& message,
                        VocabularyProblems& problems, Schema& schema) {
  RelationBuilder(problems, schema).Build(message);
}

}  // namespace concordat
