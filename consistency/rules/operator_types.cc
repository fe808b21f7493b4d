#include "consistency/rules/operator_types.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"

namespace concordat::rules {
namespace {

std::optional<Type> TypeOfSum(Operator op, const Type& a, const Type& b) {
  const bool is_difference = op == Operator::kSubtract;
  if (a.kind == b.kind && IsAdditive(a.kind)) return PlainType(a.value_type);
  const bool a_is_time = a.kind == Kind::kDate || a.kind == Kind::kInstant;
  const bool b_is_time = b.kind == Kind::kDate || b.kind == Kind::kInstant;
  if (a_is_time && b.kind == Kind::kDuration) return PlainType(a.value_type);
  if (is_difference && a_is_time && a.kind == b.kind) {
    return PlainType(ValueType::kDuration);
  }
  if (!is_difference && a.kind == Kind::kDuration && b_is_time) {
    return PlainType(b.value_type);
  }
  return std::nullopt;
}

std::optional<Type> TypeOfProduct(const Type& a, const Type& b) {
  if (a.kind == Kind::kNumber && IsAdditive(b.kind)) {
    return PlainType(b.value_type);
  }
  if (b.kind == Kind::kNumber && IsAdditive(a.kind)) {
    return PlainType(a.value_type);
  }
  return std::nullopt;
}

// Durations are not divided: days(...) makes a number of one.
std::optional<Type> TypeOfQuotient(const Type& a, const Type& b) {
  if (!IsAdditive(a.kind) || a.kind == Kind::kDuration) return std::nullopt;
  if (a.kind == b.kind) return PlainType(ValueType::kDecimal);
  if (b.kind == Kind::kNumber) return PlainType(a.value_type);
  return std::nullopt;
}

bool ShareAType(const Type& a, const Type& b) {
  return std::any_of(a.entity_types.begin(), a.entity_types.end(),
                     [&b](const std::string& type) {
                       return std::binary_search(b.entity_types.begin(),
                                                 b.entity_types.end(), type);
                     });
}

absl::Status NotTaken(const Type& type, absl::string_view taken) {
  return errors::InvalidField(
      "", absl::StrCat("takes ", taken, ", not ", TypeName(type)));
}

// Of a list, in which `type` is what its members are.
absl::StatusOr<Type> TypeOfAggregate(Function function, const Type& list) {
  Type member = list;
  member.many = false;
  if (function == Function::kCount) {
    if (!list.many) return NotTaken(list, "a list");
    return PlainType(ValueType::kDecimal);
  }
  if (function == Function::kSum) {
    if (!list.many || !IsAdditive(list.kind)) {
      return NotTaken(list, "a list of what can be added up");
    }
    return PlainType(list.value_type);
  }
  if (!list.many || !IsOrdered(list.kind)) {
    return NotTaken(list, "a list of what has an order");
  }
  return member;
}

}  // namespace

Type PlainType(ValueType type) {
  Type plain{.kind = KindOf(type), .value_type = type};
  if (plain.kind == Kind::kNumber) plain.value_type = ValueType::kDecimal;
  return plain;
}

bool IsOrdered(Kind kind) {
  return IsAdditive(kind) || kind == Kind::kDate || kind == Kind::kTimeOfDay ||
         kind == Kind::kInstant;
}

bool IsAdditive(Kind kind) {
  return kind == Kind::kNumber || kind == Kind::kMoney ||
         kind == Kind::kQuantity || kind == Kind::kDuration;
}

bool AreComparable(const Type& a, const Type& b) {
  if (a.kind != b.kind || a.value_type != b.value_type) return false;
  if (a.kind == Kind::kEntity) return ShareAType(a, b);
  if (a.value_type != ValueType::kCode || a.attribute == nullptr ||
      b.attribute == nullptr) {
    return true;
  }
  return a.attribute->code_list == b.attribute->code_list;
}

std::optional<Type> TypeOfOperation(Operator op, const Type& a, const Type& b) {
  const Type truth = PlainType(ValueType::kBoolean);
  switch (op) {
    case Operator::kAnd:
    case Operator::kOr:
      if (a.kind != Kind::kTruth || b.kind != Kind::kTruth) break;
      return truth;
    case Operator::kEqual:
    case Operator::kNotEqual:
      if (!AreComparable(a, b)) break;
      return truth;
    case Operator::kLess:
    case Operator::kLessOrEqual:
    case Operator::kGreater:
    case Operator::kGreaterOrEqual:
      if (a.kind != b.kind || !IsOrdered(a.kind)) break;
      return truth;
    case Operator::kAdd:
    case Operator::kSubtract:
      return TypeOfSum(op, a, b);
    case Operator::kMultiply:
      return TypeOfProduct(a, b);
    case Operator::kDivide:
      return TypeOfQuotient(a, b);
    case Operator::kNone:
    case Operator::kNot:
    case Operator::kNegate:
    case Operator::kIn:
      break;
  }
  return std::nullopt;
}

absl::string_view AdviceOn(Operator op, const Type& a, const Type& b) {
  const bool date_and_instant =
      (a.kind == Kind::kDate && b.kind == Kind::kInstant) ||
      (a.kind == Kind::kInstant && b.kind == Kind::kDate);
  if (date_and_instant) return "; make a date of the instant with date(...)";
  if (op == Operator::kDivide && a.kind == Kind::kDuration) {
    return "; make a number of the duration with days(...)";
  }
  if (a.kind != b.kind || a.kind != Kind::kCompared) return "";
  if (a.value_type == ValueType::kCode && b.value_type == ValueType::kCode &&
      (op == Operator::kEqual || op == Operator::kNotEqual)) {
    return "; they are codes of different lists";
  }
  if (op == Operator::kLess || op == Operator::kLessOrEqual ||
      op == Operator::kGreater || op == Operator::kGreaterOrEqual) {
    return "; such values have no order: use `==`, or `in` with a list";
  }
  return "";
}

absl::StatusOr<Type> TypeOfCall(Function function, const Expression& expression,
                                size_t argument, const WritingHabits& habits) {
  const ExpressionNode& node = expression.nodes[argument];
  const Type& type = node.type;
  const bool is_attribute = node.kind == ExpressionKind::kAttribute;
  switch (function) {
    case Function::kSum:
    case Function::kCount:
    case Function::kMin:
    case Function::kMax:
      return TypeOfAggregate(function, type);
    case Function::kHas:
      if (!is_attribute && type.kind != Kind::kEntity) {
        return NotTaken(type, "an attribute or a relation");
      }
      return PlainType(ValueType::kBoolean);
    case Function::kChangedAt:
      if (!is_attribute || expression.nodes[node.children[0]].type.many) {
        return NotTaken(type, "an attribute of one entity");
      }
      return PlainType(ValueType::kInstant);
    case Function::kDays:
      if (type.many || type.kind != Kind::kDuration) {
        return NotTaken(type, "a duration");
      }
      return PlainType(ValueType::kDecimal);
    case Function::kDate:
      if (type.many || type.kind != Kind::kInstant) {
        return NotTaken(type, "an instant or a text");
      }
      if (habits.has_time_zone) return PlainType(ValueType::kDate);
      return errors::InvalidField(
          "",
          "the day of an instant depends on the time zone; declare "
          "`writing.time_zone` of the vocabulary");
    case Function::kAbs:
      if (type.many || !IsAdditive(type.kind)) {
        return NotTaken(type, "a number or an amount");
      }
      return PlainType(type.value_type);
    case Function::kNow:
    case Function::kExists:
    case Function::kAll:
    case Function::kFilter:
    case Function::kMap:
      break;
  }
  return NotTaken(type, "nothing");
}

}  // namespace concordat::rules
