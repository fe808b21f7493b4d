#include "config/rule_builder.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "consistency/rules/reads.h"
#include "consistency/rules/rule.h"
#include "consistency/rules/rule_index.h"
#include "consistency/rules/type_checker.h"
#include "graph/limits.h"
#include "proto/yaml_reader.h"

namespace concordat {
namespace {

class RuleBuilder {
 public:
  RuleBuilder(VocabularyProblems& problems, const Schema& schema)
      : problems_(problems), schema_(schema) {}

  std::optional<rules::Rule> Build(const std::string& name,
                                   const v1::Rule& from) {
    const std::string path = YamlPath("rules", name);
    CheckName(name, path, problems_);
    const EntityType* on = FindType(from.on(), YamlPath(path, "on"));
    rules::Rule rule;
    rule.name = name;
    rule.description = from.description();
    rule.on = from.on();
    rule.weight = BuildWeight(from.weight(), YamlPath(path, "weight"));
    // The reader has refused negative ones.
    rule.settle = absl::Seconds(from.settle().seconds());
    if (on == nullptr) return std::nullopt;
    const bool is_whole = BuildExpressions(from, path, *on, rule);
    return is_whole ? std::optional(std::move(rule)) : std::nullopt;
  }

 private:
  const EntityType* FindType(const std::string& name, const std::string& path) {
    const EntityType* type = schema_.FindEntityType(name);
    if (type != nullptr) return type;
    const std::string known = problems_.Suggest(name, schema_.entity_types);
    problems_.Report(
        path,
        name.empty()
            ? absl::StrCat("is missing; name the entity type that the "
                           "rule is on",
                           known)
            : absl::StrCat("there is no entity type `", name, "`", known));
    return nullptr;
  }

  double BuildWeight(const std::string& weight, const std::string& path) {
    constexpr double kDefault = 0.5;
    if (weight.empty()) return kDefault;
    double number = 0;
    const bool is_decimal =
        std::all_of(weight.begin(), weight.end(), [](char c) {
          return absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '.';
        });
    if (is_decimal && absl::SimpleAtod(weight, &number) && number <= 1) {
      return number;
    }
    problems_.Report(path, "must be a decimal from 0 to 1, such as 0.8");
    return kDefault;
  }

  // The value, where there is one; else reports why not.
  template <typename T>
  bool Take(absl::StatusOr<T> from, const std::string& path, T& to) {
    if (from.ok()) {
      to = *std::move(from);
      return true;
    }
    const absl::string_view message = from.status().message();
    problems_.Report(path, std::string(message));
    return false;
  }

  bool BuildExpressions(const v1::Rule& from, const std::string& path,
                        const EntityType& on, rules::Rule& rule) {
    const std::string when_path = YamlPath(path, "when");
    const std::string require_path = YamlPath(path, "require");
    std::vector<const rules::Expression*> read;
    bool is_whole = true;
    if (!from.when().empty() || problems_.IsWritten(when_path)) {
      is_whole = Take(rules::CompileCondition(from.when(), on, schema_),
                      when_path, rule.when.emplace());
      read.push_back(&*rule.when);
    }
    if (from.require().empty() && !problems_.IsWritten(require_path)) {
      problems_.Report(require_path,
                       "is missing; write the condition that must hold");
      is_whole = false;
    } else {
      is_whole = Take(rules::CompileCondition(from.require(), on, schema_),
                      require_path, rule.require) &&
                 is_whole;
      read.push_back(&rule.require);
    }
    is_whole = Take(rules::CompileMessage(from.message(), on, schema_),
                    YamlPath(path, "message"), rule.message) &&
               is_whole;
    if (is_whole) rule.reads = rules::ReadsOf(on, read);
    return is_whole;
  }

  VocabularyProblems& problems_;
  const Schema& schema_;
};

}  // namespace

void BuildRules(const v1::Vocabulary& message, VocabularyProblems& problems,
                Vocabulary& vocabulary) {
  const auto count = static_cast<int64_t>(message.rules().size());
  if (count > limits::kRulesMax) {
    problems.Report("rules", absl::StrCat("there are ", count, "; at most ",
                                          limits::kRulesMax, " are allowed"));
    return;
  }
  RuleBuilder builder(problems, vocabulary.schema);
  for (const std::string& name : SortedKeys(message.rules())) {
    std::optional<rules::Rule> rule =
        builder.Build(name, message.rules().at(name));
    if (rule.has_value()) vocabulary.rules.emplace(name, *std::move(rule));
  }
  vocabulary.rule_index = rules::RuleIndex(vocabulary.rules);
}

}  // namespace concordat
