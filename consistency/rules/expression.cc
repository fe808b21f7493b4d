#include "consistency/rules/expression.h"

#include <array>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace concordat::rules {

Kind KindOf(ValueType type) {
  switch (type) {
    case ValueType::kBoolean:
      return Kind::kTruth;
    case ValueType::kInteger:
    case ValueType::kDecimal:
      return Kind::kNumber;
    case ValueType::kMoney:
      return Kind::kMoney;
    case ValueType::kQuantity:
      return Kind::kQuantity;
    case ValueType::kDuration:
      return Kind::kDuration;
    case ValueType::kDate:
      return Kind::kDate;
    case ValueType::kTimeOfDay:
      return Kind::kTimeOfDay;
    case ValueType::kInstant:
      return Kind::kInstant;
    case ValueType::kText:
    case ValueType::kCode:
    case ValueType::kPhone:
    case ValueType::kEmail:
    case ValueType::kPersonName:
    case ValueType::kOrganisationName:
    case ValueType::kPostalAddress:
    case ValueType::kReference:
      return Kind::kCompared;
  }
  return Kind::kCompared;
}

const Attribute& PlainAttribute(ValueType type) {
  using Attributes = std::array<Attribute, std::size(kValueTypes)>;
  static const auto* const kAttributes = [] {
    auto* const attributes = new Attributes;
    for (const ValueType one : kValueTypes) {
      (*attributes)[static_cast<size_t>(one)].type = one;
    }
    return attributes;
  }();
  return (*kAttributes)[static_cast<size_t>(type)];
}

std::string TypeName(const Type& type) {
  const absl::string_view list = type.many ? "list of " : "";
  switch (type.kind) {
    case Kind::kEntity:
      return absl::StrCat(list, "entity (",
                          absl::StrJoin(type.entity_types, ", "), ")");
    case Kind::kUntyped:
      return absl::StrCat(list, "text literal");
    case Kind::kZero:
    case Kind::kNumber:
      return absl::StrCat(list, "number");
    default:
      return absl::StrCat(list, ValueTypeName(type.value_type));
  }
}

}  // namespace concordat::rules
