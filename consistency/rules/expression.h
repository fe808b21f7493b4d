// Expressions whose names and types are known: what the type checker makes of
// a syntax tree, and what is evaluated.
#ifndef CONCORDAT_CONSISTENCY_RULES_EXPRESSION_H_
#define CONCORDAT_CONSISTENCY_RULES_EXPRESSION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "consistency/rules/syntax.h"
#include "graph/edges.h"
#include "graph/schema.h"
#include "graph/value.h"

namespace concordat::rules {

// What can be done with a value.
enum class Kind : uint8_t {
  kTruth,
  kNumber,  // integer and decimal alike
  kMoney,
  kQuantity,
  kDuration,
  kDate,
  kTimeOfDay,
  kInstant,
  kCompared,  // text, code, names ...: only the same or not
  kEntity,
  kUntyped,  // a text literal that the other side's type is to read
  kZero,     // the literal 0: a number, or nothing of any other kind
};

struct Type {
  Kind kind = Kind::kTruth;
  // Any number of them: what a path gives that may lead to many.
  bool many = false;
  // Of what is no entity.
  ValueType value_type = ValueType::kBoolean;
  // Whose rules of comparison hold; nullptr: none in particular.
  const Attribute* attribute = nullptr;
  // Of an entity: its possible types, in order.
  std::vector<std::string> entity_types;
  // Of an entity: relations followed to it, the most of all ways.
  int hops = 0;
};

enum class ExpressionKind : uint8_t {
  kLiteral,
  kRoot,         // the entity that the rule is on
  kVariable,     // of a macro
  kRelated,      // the entities related to children[0]
  kAttribute,    // an attribute of children[0]
  kOfType,       // those of children[0] of some types
  kOperation,    // op children ...
  kConditional,  // children[0] ? children[1] : children[2]
  kList,
  kCall,  // function(children ...)
};

enum class Function : uint8_t {
  kSum,
  kCount,
  kMin,
  kMax,
  kHas,
  kChangedAt,
  kNow,
  kDays,
  kDate,
  kAbs,
  // Macros: children[0] is the list, children[1] the body.
  kExists,
  kAll,
  kFilter,
  kMap,
};

struct ExpressionNode {
  ExpressionKind kind = ExpressionKind::kLiteral;
  Operator op = Operator::kNone;
  Function function = Function::kNow;
  Type type;
  Place place;
  std::vector<size_t> children;
  // kLiteral.
  std::optional<Scalar> literal;
  // kVariable, and the macro that binds it: its place among the variables.
  size_t variable = 0;
  // kRelated. Which end of the relation children[0] is.
  const RelationType* relation = nullptr;
  EdgeSide side = EdgeSide::kOutgoing;
  // kAttribute: the attribute of each type that the entity may have.
  ByName<const Attribute*> attributes;
};

// Points into the schema that it was checked against. Immutable, thread-safe.
struct Expression {
  // As written.
  std::string text;
  const Schema* schema = nullptr;
  // Children stand before their parents, the root last.
  std::vector<ExpressionNode> nodes;
  // How many variables are bound at a time, at most.
  size_t variables = 0;

  const ExpressionNode& root() const { return nodes.back(); }
  absl::string_view TextOf(const ExpressionNode& node) const {
    return absl::string_view(text).substr(node.place.begin,
                                          node.place.end - node.place.begin);
  }
};

// The kind of an attribute's values.
Kind KindOf(ValueType type);

// The attribute that values have which are of no attribute: it declares
// nothing but the type. Of static storage.
const Attribute& PlainAttribute(ValueType type);

// For messages: "money", "list of date", "entity (order, line)".
std::string TypeName(const Type& type);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_EXPRESSION_H_
