#include "config/harm_builder.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "config/writing_builder.h"
#include "google/protobuf/duration.pb.h"
#include "proto/yaml_reader.h"

namespace concordat {
namespace {

constexpr int kPercentMax = 100;
constexpr absl::Duration kSettleMax = absl::Hours(24 * 30);
constexpr absl::Duration kCompareWithinMax = absl::Hours(24 * 366);
constexpr absl::Duration kHalfLifeMin = absl::Hours(1);

// The reader has refused negative ones.
absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds());
}

void CheckPercent(int32_t number, const std::string& path,
                  VocabularyProblems& problems) {
  if (number >= 0 && number <= kPercentMax) return;
  problems.Report(path, absl::StrCat("must be from 0 to ", kPercentMax));
}

// A decimal above 0.
std::optional<Decimal> ReadFull(const std::string& text,
                                const std::string& path,
                                VocabularyProblems& problems) {
  std::optional<Decimal> full = ParseDeclaredDecimal(text);
  if (full.has_value() && full->unscaled > 0) return full;
  problems.Report(path, "must be a decimal above 0, such as 250 or 0.5");
  return std::nullopt;
}

bool IsNumber(ValueType type) {
  return type == ValueType::kInteger || type == ValueType::kDecimal ||
         type == ValueType::kMoney;
}

class HarmBuilder {
 public:
  HarmBuilder(VocabularyProblems& problems, Vocabulary& vocabulary)
      : problems_(problems), vocabulary_(vocabulary) {}

  void BuildWeights(const v1::HarmRules& from) {
    HarmRules& rules = vocabulary_.harm;
    const auto weight = [&](HarmTerm term, bool declared, int32_t number) {
      if (!declared) return;
      CheckPercent(number, YamlPath("harm", std::string(HarmTermName(term))),
                   problems_);
      rules.weights[static_cast<size_t>(term) - 1] = number;
    };
    weight(HarmTerm::kExposure, from.has_exposure(), from.exposure());
    weight(HarmTerm::kVerdict, from.has_verdict(), from.verdict());
    weight(HarmTerm::kAttribute, from.has_attribute(), from.attribute());
    weight(HarmTerm::kMoney, from.has_money(), from.money());
    weight(HarmTerm::kCustomerValue, from.has_customer_value(),
           from.customer_value());
    weight(HarmTerm::kLegal, from.has_legal(), from.legal());
    const int of_value = rules.WeightOf(HarmTerm::kCustomerValue);
    int of_all = 0;
    for (const int one : rules.weights) of_all += one;
    if (of_all == of_value) {
      problems_.Report("harm",
                       "needs a term above 0 other than customer_value");
    }
    if (from.has_half_life()) {
      rules.half_life = ToDuration(from.half_life());
      if (rules.half_life < kHalfLifeMin) {
        problems_.Report("harm.half_life", "must be at least 1h");
      }
    }
    if (from.full_money().empty()) return;
    rules.full_money = ReadFull(from.full_money(), "harm.full_money", problems_)
                           .value_or(rules.full_money);
  }

  void BuildType(const EntityType& type, const v1::EntityType& from) {
    const std::string path = YamlPath("entity_types", type.name);
    if (from.has_customer_value()) {
      BuildCustomerValue(type, from.customer_value(),
                         YamlPath(path, "customer_value"));
    }
    const std::string attributes_path = YamlPath(path, "attributes");
    for (const auto& [name, attribute] : type.attributes) {
      BuildTerms(type.name, name, from.attributes().at(name),
                 YamlPath(attributes_path, name));
    }
  }

 private:
  void BuildTerms(const std::string& type, const std::string& name,
                  const v1::Attribute& from, const std::string& path) {
    if (!from.has_settle() && !from.has_weight() && !from.legal() &&
        !from.has_compare_within()) {
      return;
    }
    FindingTerms& terms = vocabulary_.finding_terms[type][name];
    terms.legal = from.legal();
    if (from.has_weight()) {
      CheckPercent(from.weight(), YamlPath(path, "weight"), problems_);
      terms.weight_percent = from.weight();
    }
    terms.settle = ToDuration(from.settle());
    if (terms.settle > kSettleMax) {
      problems_.Report(YamlPath(path, "settle"), "must be at most 30d");
    }
    if (!from.has_compare_within()) return;
    terms.compare_within = ToDuration(from.compare_within());
    if (terms.compare_within <= absl::ZeroDuration() ||
        terms.compare_within > kCompareWithinMax) {
      problems_.Report(YamlPath(path, "compare_within"),
                       "must be more than 0 and at most 366d");
    }
  }

  void BuildCustomerValue(const EntityType& type, const v1::CustomerValue& from,
                          const std::string& path) {
    const Attribute* attribute = type.FindAttribute(from.attribute());
    if (attribute == nullptr) {
      problems_.Report(
          YamlPath(path, "attribute"),
          absl::StrCat(from.attribute().empty()
                           ? "is missing"
                           : absl::StrCat(type.name, " has no attribute `",
                                          from.attribute(), "`"),
                       problems_.Suggest(from.attribute(), type.attributes)));
      return;
    }
    CustomerValueRule& rule = vocabulary_.harm.customer_value[type.name];
    rule.attribute = attribute->name;
    if (attribute->type == ValueType::kCode && !attribute->is_set) {
      BuildCodes(*attribute, from, path, rule);
    } else if (IsNumber(attribute->type) && !attribute->is_set) {
      rule.full_at =
          ReadFull(from.full_at(), YamlPath(path, "full_at"), problems_);
    } else {
      problems_.Report(YamlPath(path, "attribute"),
                       "must be of type code, integer, decimal or money, and "
                       "no set");
    }
  }

  void BuildCodes(const Attribute& attribute, const v1::CustomerValue& from,
                  const std::string& path, CustomerValueRule& rule) {
    const std::string codes_path = YamlPath(path, "codes");
    if (from.codes().empty()) {
      problems_.Report(codes_path, "is missing; list what each code is worth");
    }
    for (const std::string& code : SortedKeys(from.codes())) {
      const std::string code_path = YamlPath(codes_path, code);
      CheckPercent(from.codes().at(code), code_path, problems_);
      const CodeList* list = attribute.code_list;
      if (list != nullptr && std::find(list->codes.begin(), list->codes.end(),
                                       code) == list->codes.end()) {
        problems_.Report(code_path,
                         absl::StrCat("there is no code `", code, "`",
                                      DidYouMean(code, list->codes)));
        continue;
      }
      rule.percent_of_code[code] = from.codes().at(code);
    }
  }

  VocabularyProblems& problems_;
  Vocabulary& vocabulary_;
};

}  // namespace

void BuildHarm(const v1::Vocabulary& message, VocabularyProblems& problems,
               Vocabulary& vocabulary) {
  HarmBuilder builder(problems, vocabulary);
  builder.BuildWeights(message.harm());
  for (const auto& [name, type] : vocabulary.schema.entity_types) {
    builder.BuildType(type, message.entity_types().at(name));
  }
}

}  // namespace concordat
