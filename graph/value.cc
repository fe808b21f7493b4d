#include "graph/value.h"

#include <algorithm>
#include <cstddef>

namespace concordat {
namespace {

std::string CanonicalOf(const Scalar& scalar) {
  std::string writing;
  std::visit([&](const auto& value) { AppendCanonical(value, &writing); },
             scalar);
  return writing;
}

}  // namespace

const char* ValueTypeName(ValueType type) {
  switch (type) {
    case ValueType::kText:
      return "text";
    case ValueType::kCode:
      return "code";
    case ValueType::kInteger:
      return "integer";
    case ValueType::kDecimal:
      return "decimal";
    case ValueType::kMoney:
      return "money";
    case ValueType::kBoolean:
      return "boolean";
    case ValueType::kDate:
      return "date";
    case ValueType::kTimeOfDay:
      return "time_of_day";
    case ValueType::kInstant:
      return "instant";
    case ValueType::kPhone:
      return "phone";
    case ValueType::kEmail:
      return "email";
    case ValueType::kPersonName:
      return "person_name";
    case ValueType::kOrganisationName:
      return "organisation_name";
    case ValueType::kPostalAddress:
      return "postal_address";
    case ValueType::kQuantity:
      return "quantity";
    case ValueType::kDuration:
      return "duration";
    case ValueType::kReference:
      return "reference";
  }
  return "unknown";
}

Value Value::Set(std::vector<Scalar> members) {
  std::vector<std::pair<std::string, Scalar>> keyed;
  keyed.reserve(members.size());
  for (Scalar& member : members) {
    std::string key = CanonicalOf(member);
    keyed.emplace_back(std::move(key), std::move(member));
  }
  const auto by_key = [](const auto& a, const auto& b) {
    return a.first < b.first;
  };
  const auto same_key = [](const auto& a, const auto& b) {
    return a.first == b.first;
  };
  std::stable_sort(keyed.begin(), keyed.end(), by_key);
  keyed.erase(std::unique(keyed.begin(), keyed.end(), same_key), keyed.end());
  Value value(Kind::kSet);
  value.members_.reserve(keyed.size());
  for (auto& entry : keyed) value.members_.push_back(std::move(entry.second));
  return value;
}

Value Value::List(std::vector<Scalar> members) {
  Value value(Kind::kList);
  for (Scalar& member : members) value.members_.push_back(std::move(member));
  return value;
}

std::string Value::Canonical() const {
  std::string writing;
  for (const Scalar& member : members_) {
    if (&member != &members_.front()) writing.append("; ");
    std::visit([&](const auto& value) { AppendCanonical(value, &writing); },
               member);
  }
  // Says that what else may separate members is part of the only one.
  if (is_many() && members_.size() == 1 &&
      (writing.find_first_of(",|/[]{}()\"'") != std::string::npos ||
       writing.find("\xc2\xb7") != std::string::npos)) {
    writing.push_back(';');
  }
  return writing;
}

}  // namespace concordat
