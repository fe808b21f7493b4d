#include "consistency/rules/literals.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/rules/operator_types.h"
#include "graph/errors.h"
#include "graph/reading.h"
#include "graph/status_macros.h"

namespace concordat::rules {
namespace {

// Nothing, of a kind that has units: without one, so that it fits all.
std::optional<Scalar> ZeroOf(Kind kind) {
  switch (kind) {
    case Kind::kNumber:
      return Decimal{};
    case Kind::kMoney:
      return Money{};
    case Kind::kQuantity:
      return Quantity{};
    case Kind::kDuration:
      return Duration{};
    default:
      return std::nullopt;
  }
}

absl::Status CoerceLiteral(Expression& expression, ExpressionNode& node,
                           const Type& target, const WritingHabits& habits) {
  if (node.type.kind == Kind::kZero) {
    std::optional<Scalar> zero = ZeroOf(target.kind);
    if (!zero.has_value()) {
      return ProblemAt(expression.text, node.place,
                       absl::StrCat(TypeName(target), " is expected here"));
    }
    node.literal = std::move(zero);
    return absl::OkStatus();
  }
  if (target.kind == Kind::kEntity) {
    return ProblemAt(expression.text, node.place,
                     "an entity is compared with another one, not with a text");
  }
  const Attribute& attribute = target.attribute != nullptr
                                   ? *target.attribute
                                   : PlainAttribute(target.value_type);
  absl::StatusOr<Scalar> value =
      ReadLiteral(std::get<Text>(*node.literal).folded, attribute, habits);
  if (!value.ok()) {
    return ProblemAt(expression.text, node.place, value.status().message());
  }
  node.literal = *std::move(value);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Scalar> ReadLiteral(absl::string_view text,
                                   const Attribute& attribute,
                                   const WritingHabits& habits) {
  Attribute single = attribute;
  single.is_set = false;
  single.ordered = false;
  Reading reading = ReadValue(single, text, habits);
  const char* const type = ValueTypeName(attribute.type);
  if (reading.absent) {
    return errors::InvalidField(
        "", "means that there is none; ask with `has(...)`");
  }
  if (!reading.value.has_value()) {
    return errors::InvalidField(
        "", absl::StrCat("cannot be read as ", type,
                         reading.problem.empty() ? "" : ": ", reading.problem));
  }
  if (reading.otherwise.has_value()) {
    return errors::InvalidField(
        "", absl::StrCat("can be read as ", type,
                         " in two ways: ", reading.open_question));
  }
  return AsNumber(reading.value->scalar());
}

Scalar AsNumber(Scalar scalar) {
  if (const auto* integer = std::get_if<Integer>(&scalar)) {
    return Decimal{integer->number, 0};
  }
  return scalar;
}

bool IsSoft(const Type& type) {
  return type.kind == Kind::kUntyped || type.kind == Kind::kZero;
}

absl::Status Coerce(Expression& expression, size_t index, const Type& target,
                    const WritingHabits& habits) {
  ExpressionNode& node = expression.nodes[index];
  if (!IsSoft(node.type)) return absl::OkStatus();
  if (node.kind == ExpressionKind::kLiteral) {
    CONCORDAT_RETURN_IF_ERROR(CoerceLiteral(expression, node, target, habits));
  }
  // The condition of a conditional has its type; the list of a macro too.
  for (const size_t child : node.children) {
    CONCORDAT_RETURN_IF_ERROR(Coerce(expression, child, target, habits));
  }
  const bool many = node.type.many;
  node.type = target;
  node.type.many = many;
  return absl::OkStatus();
}

absl::Status Unify(Expression& expression, size_t a, size_t b,
                   const WritingHabits& habits) {
  // Copies: Coerce changes the nodes.
  const Type type_a = expression.nodes[a].type;
  const Type type_b = expression.nodes[b].type;
  if (!IsSoft(type_a)) return Coerce(expression, b, type_a, habits);
  if (!IsSoft(type_b)) return Coerce(expression, a, type_b, habits);
  if (type_a.kind == Kind::kUntyped && type_b.kind == Kind::kUntyped) {
    return Harden(expression, a, habits);
  }
  const Type number = PlainType(ValueType::kDecimal);
  CONCORDAT_RETURN_IF_ERROR(Coerce(expression, a, number, habits));
  return Coerce(expression, b, number, habits);
}

absl::Status Harden(Expression& expression, size_t index,
                    const WritingHabits& habits) {
  const ExpressionNode& node = expression.nodes[index];
  if (node.type.kind == Kind::kUntyped) {
    return ProblemAt(expression.text, node.place,
                     "nothing says what this text is; compare it with an "
                     "attribute, or write money(...), date(...) and so on");
  }
  return Coerce(expression, index, PlainType(ValueType::kDecimal), habits);
}

}  // namespace concordat::rules
