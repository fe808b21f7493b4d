#include "consistency/rules/type_checker.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "consistency/rules/literals.h"
#include "consistency/rules/members.h"
#include "consistency/rules/operator_types.h"
#include "consistency/rules/parser.h"
#include "graph/reading.h"
#include "graph/status_macros.h"

namespace concordat::rules {
namespace {

struct FunctionName {
  absl::string_view name;
  Function function;
};
constexpr FunctionName kFunctions[] = {
    {"sum", Function::kSum},   {"count", Function::kCount},
    {"min", Function::kMin},   {"max", Function::kMax},
    {"has", Function::kHas},   {"changed_at", Function::kChangedAt},
    {"now", Function::kNow},   {"days", Function::kDays},
    {"date", Function::kDate}, {"abs", Function::kAbs},
};
constexpr FunctionName kMacros[] = {
    {"exists", Function::kExists},
    {"all", Function::kAll},
    {"filter", Function::kFilter},
    {"map", Function::kMap},
};
// Their names, called with a text, make a value of it: money("40 EUR").
constexpr ValueType kTypedLiterals[] = {
    ValueType::kDecimal, ValueType::kMoney,     ValueType::kQuantity,
    ValueType::kDate,    ValueType::kTimeOfDay, ValueType::kInstant,
    ValueType::kDuration};

template <size_t n>
std::optional<Function> Find(const FunctionName (&names)[n],
                             absl::string_view name) {
  for (const FunctionName& one : names) {
    if (one.name == name) return one.function;
  }
  return std::nullopt;
}

class TypeChecker {
 public:
  TypeChecker(absl::string_view text, const SyntaxTree& tree,
              const EntityType& on, const Schema& schema)
      : tree_(tree), on_(on), schema_(schema) {
    expression_.text = std::string(text);
    expression_.schema = &schema;
  }

  absl::StatusOr<Expression> Run() {
    CONCORDAT_ASSIGN_OR_RETURN(const size_t root,
                               Check(tree_.nodes.size() - 1));
    CONCORDAT_RETURN_IF_ERROR(Harden(expression_, root, schema_.habits));
    return std::move(expression_);
  }

 private:
  using Index = absl::StatusOr<size_t>;
  struct Variable {
    std::string name;
    Type type;
  };

  const Type& TypeOf(size_t node) const { return expression_.nodes[node].type; }
  const std::vector<size_t>& ChildrenOf(size_t syntax) const {
    return tree_.nodes[syntax].children;
  }
  absl::Status Problem(size_t syntax, absl::string_view message) const {
    return ProblemAt(expression_.text, tree_.nodes[syntax].place, message);
  }
  absl::Status ProblemOf(size_t node, absl::string_view message) const {
    return ProblemAt(expression_.text, expression_.nodes[node].place, message);
  }
  size_t Add(ExpressionNode node) {
    expression_.nodes.push_back(std::move(node));
    return expression_.nodes.size() - 1;
  }

  // The depth of the tree bounds the recursion.
  Index Check(size_t syntax) {
    const SyntaxNode& node = tree_.nodes[syntax];
    switch (node.kind) {
      case SyntaxKind::kTruth:
      case SyntaxKind::kNumber:
      case SyntaxKind::kDuration:
      case SyntaxKind::kText:
        return CheckLiteral(node);
      case SyntaxKind::kName:
        return CheckName(syntax);
      case SyntaxKind::kMember: {
        CONCORDAT_ASSIGN_OR_RETURN(const size_t base, Check(node.children[0]));
        return Member(syntax, base);
      }
      case SyntaxKind::kCall:
        return CheckCall(syntax);
      case SyntaxKind::kMethod:
        return CheckMethod(syntax);
      case SyntaxKind::kUnary:
        return CheckUnary(syntax);
      case SyntaxKind::kBinary:
        return CheckBinary(syntax);
      case SyntaxKind::kConditional:
        return CheckConditional(syntax);
      case SyntaxKind::kList:
        return CheckList(syntax);
    }
    return Problem(syntax, "cannot stand here");
  }

  Index CheckLiteral(const SyntaxNode& node) {
    ExpressionNode literal{.kind = ExpressionKind::kLiteral,
                           .place = node.place};
    if (node.kind == SyntaxKind::kTruth) {
      literal.type = PlainType(ValueType::kBoolean);
      literal.literal = Boolean{node.text == "true"};
    } else if (node.kind == SyntaxKind::kDuration) {
      literal.type = PlainType(ValueType::kDuration);
      Duration duration;
      // The lexer wrote the digits.
      (void)absl::SimpleAtoi(node.text, &duration.microseconds);
      literal.literal = duration;
    } else if (node.kind == SyntaxKind::kNumber) {
      CONCORDAT_ASSIGN_OR_RETURN(
          literal.literal,
          ReadLiteral(node.text, PlainAttribute(ValueType::kDecimal),
                      WritingHabits{.decimal_mark = '.'}));
      literal.type = PlainType(ValueType::kDecimal);
      const bool is_zero = std::get<Decimal>(*literal.literal) == Decimal{};
      if (is_zero) literal.type.kind = Kind::kZero;
    } else {
      literal.type.kind = Kind::kUntyped;
      literal.literal = Text{node.text};
    }
    return Add(std::move(literal));
  }

  Index CheckName(size_t syntax) {
    const SyntaxNode& node = tree_.nodes[syntax];
    for (size_t i = 0; i < variables_.size(); ++i) {
      if (variables_[i].name != node.text) continue;
      return Add({.kind = ExpressionKind::kVariable,
                  .type = variables_[i].type,
                  .place = node.place,
                  .variable = i});
    }
    Type root{.kind = Kind::kEntity, .entity_types = {on_.name}};
    const size_t base = Add({.kind = ExpressionKind::kRoot,
                             .type = std::move(root),
                             .place = {node.place.begin, node.place.begin}});
    return Member(syntax, base);
  }

  Index Member(size_t syntax, size_t base) {
    const SyntaxNode& node = tree_.nodes[syntax];
    CONCORDAT_ASSIGN_OR_RETURN(
        ExpressionNode member,
        ResolveMember({expression_.text, node.place, node.text}, TypeOf(base),
                      schema_));
    member.children = {base};
    return Add(std::move(member));
  }

  absl::Status NeedArguments(size_t syntax, size_t expected,
                             size_t actual) const {
    if (expected == actual) return absl::OkStatus();
    return Problem(syntax,
                   absl::StrCat("takes ", expected, " argument",
                                expected == 1 ? "" : "s", ", not ", actual));
  }

  absl::Status NeedSingle(size_t node) const {
    if (!TypeOf(node).many) return absl::OkStatus();
    return ProblemOf(node,
                     "may have many values; use sum, count, min, max, in, "
                     "exists or all");
  }

  absl::Status NeedMany(size_t node, absl::string_view what) const {
    if (TypeOf(node).many) return absl::OkStatus();
    return ProblemOf(node,
                     absl::StrCat("has one value; ", what, " takes a list"));
  }

  absl::Status NeedTruth(size_t node) const {
    CONCORDAT_RETURN_IF_ERROR(NeedSingle(node));
    if (TypeOf(node).kind == Kind::kTruth) return absl::OkStatus();
    return ProblemOf(node, absl::StrCat("is ", TypeName(TypeOf(node)),
                                        "; a condition is expected, which is "
                                        "true or false"));
  }

  Index CheckUnary(size_t syntax) {
    const SyntaxNode& node = tree_.nodes[syntax];
    CONCORDAT_ASSIGN_OR_RETURN(const size_t operand, Check(node.children[0]));
    CONCORDAT_RETURN_IF_ERROR(NeedSingle(operand));
    if (node.op == Operator::kNot) {
      CONCORDAT_RETURN_IF_ERROR(NeedTruth(operand));
    } else {
      CONCORDAT_RETURN_IF_ERROR(Harden(expression_, operand, schema_.habits));
      if (!IsAdditive(TypeOf(operand).kind)) {
        return Problem(syntax, absl::StrCat("`-` does not take ",
                                            TypeName(TypeOf(operand))));
      }
    }
    return Add({.kind = ExpressionKind::kOperation,
                .op = node.op,
                .type = PlainType(TypeOf(operand).value_type),
                .place = node.place,
                .children = {operand}});
  }

  Index CheckBinary(size_t syntax) {
    const SyntaxNode& node = tree_.nodes[syntax];
    CONCORDAT_ASSIGN_OR_RETURN(const size_t a, Check(node.children[0]));
    CONCORDAT_ASSIGN_OR_RETURN(const size_t b, Check(node.children[1]));
    CONCORDAT_RETURN_IF_ERROR(NeedSingle(a));
    const bool is_in = node.op == Operator::kIn;
    CONCORDAT_RETURN_IF_ERROR(is_in ? NeedMany(b, "`in`") : NeedSingle(b));
    CONCORDAT_RETURN_IF_ERROR(CoerceOperands(node.op, a, b));
    const Operator op = is_in ? Operator::kEqual : node.op;
    std::optional<Type> type = TypeOfOperation(op, TypeOf(a), TypeOf(b));
    if (!type.has_value()) {
      return Problem(
          syntax,
          absl::StrCat("`", OperatorText(node.op), "` does not take ",
                       TypeName(TypeOf(a)), " and ", TypeName(TypeOf(b)),
                       AdviceOn(op, TypeOf(a), TypeOf(b))));
    }
    return Add({.kind = ExpressionKind::kOperation,
                .op = node.op,
                .type = *std::move(type),
                .place = node.place,
                .children = {a, b}});
  }

  // Products are of different kinds: there, a literal 0 is a number.
  absl::Status CoerceOperands(Operator op, size_t a, size_t b) {
    if (op != Operator::kMultiply && op != Operator::kDivide) {
      return Unify(expression_, a, b, schema_.habits);
    }
    CONCORDAT_RETURN_IF_ERROR(Harden(expression_, a, schema_.habits));
    return Harden(expression_, b, schema_.habits);
  }

  Index CheckConditional(size_t syntax) {
    const SyntaxNode& node = tree_.nodes[syntax];
    CONCORDAT_ASSIGN_OR_RETURN(const size_t condition, Check(node.children[0]));
    CONCORDAT_RETURN_IF_ERROR(NeedTruth(condition));
    CONCORDAT_ASSIGN_OR_RETURN(const size_t yes, Check(node.children[1]));
    CONCORDAT_ASSIGN_OR_RETURN(const size_t no, Check(node.children[2]));
    Index type = CommonType(syntax, {yes, no});
    if (!type.ok()) return type;
    if (TypeOf(yes).many != TypeOf(no).many) {
      return Problem(syntax, "one side is a list and the other is not");
    }
    Type result = TypeOf(*type);
    result.hops = std::max(TypeOf(yes).hops, TypeOf(no).hops);
    return Add({.kind = ExpressionKind::kConditional,
                .type = std::move(result),
                .place = node.place,
                .children = {condition, yes, no}});
  }

  // Gives all of `nodes` one type, and one that has it.
  Index CommonType(size_t syntax, const std::vector<size_t>& nodes) {
    size_t typed = nodes[0];
    for (const size_t node : nodes) {
      if (!IsSoft(TypeOf(node))) typed = node;
    }
    for (const size_t node : nodes) {
      const bool both_texts = TypeOf(node).kind == Kind::kUntyped &&
                              TypeOf(typed).kind == Kind::kUntyped;
      if (node == typed || both_texts) continue;
      CONCORDAT_RETURN_IF_ERROR(
          Unify(expression_, typed, node, schema_.habits));
      const bool same_entities =
          TypeOf(typed).entity_types == TypeOf(node).entity_types;
      if (AreComparable(TypeOf(typed), TypeOf(node)) && same_entities) continue;
      return Problem(syntax, absl::StrCat("all must be of one type; there is ",
                                          TypeName(TypeOf(typed)), " and ",
                                          TypeName(TypeOf(node))));
    }
    return typed;
  }

  Index CheckList(size_t syntax) {
    const SyntaxNode& node = tree_.nodes[syntax];
    if (node.children.empty()) return Problem(syntax, "the list is empty");
    std::vector<size_t> items;
    for (const size_t child : node.children) {
      CONCORDAT_ASSIGN_OR_RETURN(const size_t item, Check(child));
      CONCORDAT_RETURN_IF_ERROR(NeedSingle(item));
      items.push_back(item);
    }
    CONCORDAT_ASSIGN_OR_RETURN(const size_t typed, CommonType(syntax, items));
    Type type = TypeOf(typed);
    type.many = true;
    for (const size_t item : items) {
      type.hops = std::max(type.hops, TypeOf(item).hops);
    }
    return Add({.kind = ExpressionKind::kList,
                .type = std::move(type),
                .place = node.place,
                .children = std::move(items)});
  }

  Index CheckMethod(size_t syntax) {
    const SyntaxNode& node = tree_.nodes[syntax];
    CONCORDAT_ASSIGN_OR_RETURN(const size_t base, Check(node.children[0]));
    if (node.text == "ofType") return CheckOfType(syntax, base);
    const std::optional<Function> macro = Find(kMacros, node.text);
    if (macro.has_value()) return CheckMacro(syntax, base, *macro);
    const bool is_function = Find(kFunctions, node.text).has_value();
    return Problem(
        syntax, is_function ? absl::StrCat("write `", node.text,
                                           "(...)`, with what it is of "
                                           "between the parentheses")
                            : absl::StrCat("there is no `.", node.text,
                                           "(...)`; there is "
                                           "exists, all, filter, map, ofType"));
  }

  Index CheckOfType(size_t syntax, size_t base) {
    const std::vector<size_t>& arguments = ChildrenOf(syntax);
    CONCORDAT_RETURN_IF_ERROR(NeedArguments(syntax, 1, arguments.size() - 1));
    const SyntaxNode& name = tree_.nodes[arguments[1]];
    Type type = TypeOf(base);
    const bool known = name.kind == SyntaxKind::kName &&
                       std::binary_search(type.entity_types.begin(),
                                          type.entity_types.end(), name.text);
    if (type.kind != Kind::kEntity || !known) {
      return Problem(arguments[1],
                     absl::StrCat("is not a type that this may have; there is ",
                                  type.kind == Kind::kEntity
                                      ? absl::StrJoin(type.entity_types, ", ")
                                      : TypeName(type)));
    }
    type.entity_types = {name.text};
    return Add({.kind = ExpressionKind::kOfType,
                .type = std::move(type),
                .place = tree_.nodes[syntax].place,
                .children = {base}});
  }

  Index CheckMacro(size_t syntax, size_t base, Function macro) {
    const std::vector<size_t>& arguments = ChildrenOf(syntax);
    const absl::string_view name = tree_.nodes[syntax].text;
    CONCORDAT_RETURN_IF_ERROR(NeedArguments(syntax, 2, arguments.size() - 1));
    CONCORDAT_RETURN_IF_ERROR(NeedMany(base, absl::StrCat("`", name, "`")));
    CONCORDAT_RETURN_IF_ERROR(Harden(expression_, base, schema_.habits));
    CONCORDAT_RETURN_IF_ERROR(CheckVariable(arguments[1]));
    Type element = TypeOf(base);
    element.many = false;
    const size_t variable = variables_.size();
    variables_.push_back({tree_.nodes[arguments[1]].text, element});
    expression_.variables = std::max(expression_.variables, variables_.size());
    CONCORDAT_ASSIGN_OR_RETURN(const size_t body, Check(arguments[2]));
    variables_.pop_back();
    Type type = PlainType(ValueType::kBoolean);
    if (macro == Function::kMap) {
      CONCORDAT_RETURN_IF_ERROR(NeedSingle(body));
      CONCORDAT_RETURN_IF_ERROR(Harden(expression_, body, schema_.habits));
      type = TypeOf(body);
      type.many = true;
    } else {
      CONCORDAT_RETURN_IF_ERROR(NeedTruth(body));
      if (macro == Function::kFilter) type = TypeOf(base);
    }
    return Add({.kind = ExpressionKind::kCall,
                .function = macro,
                .type = std::move(type),
                .place = tree_.nodes[syntax].place,
                .children = {base, body},
                .variable = variable});
  }

  // A variable that hid a name would make two readings of one text.
  absl::Status CheckVariable(size_t syntax) const {
    const SyntaxNode& node = tree_.nodes[syntax];
    if (node.kind != SyntaxKind::kName) {
      return Problem(syntax, "the name of a variable is expected, such as `x`");
    }
    const bool hides = on_.FindAttribute(node.text) != nullptr ||
                       schema_.ReadRelationName(node.text).ok() ||
                       std::any_of(variables_.begin(), variables_.end(),
                                   [&node](const Variable& one) {
                                     return one.name == node.text;
                                   });
    if (!hides) return absl::OkStatus();
    return Problem(syntax,
                   "is the name of something already; take another one for "
                   "the variable");
  }

  Index CheckCall(size_t syntax) {
    const SyntaxNode& node = tree_.nodes[syntax];
    for (const ValueType type : kTypedLiterals) {
      const bool is_text =
          node.children.size() == 1 &&
          tree_.nodes[node.children[0]].kind == SyntaxKind::kText;
      if (is_text && node.text == ValueTypeName(type)) {
        CONCORDAT_ASSIGN_OR_RETURN(const size_t text, Check(node.children[0]));
        CONCORDAT_RETURN_IF_ERROR(
            Coerce(expression_, text, PlainType(type), schema_.habits));
        return text;
      }
    }
    const std::optional<Function> function = Find(kFunctions, node.text);
    if (!function.has_value()) return NoFunction(syntax);
    std::vector<size_t> arguments;
    const size_t expected = *function == Function::kNow ? 0 : 1;
    CONCORDAT_RETURN_IF_ERROR(
        NeedArguments(syntax, expected, node.children.size()));
    for (const size_t child : node.children) {
      CONCORDAT_ASSIGN_OR_RETURN(const size_t argument, Check(child));
      CONCORDAT_RETURN_IF_ERROR(Harden(expression_, argument, schema_.habits));
      arguments.push_back(argument);
    }
    Type type = PlainType(ValueType::kInstant);
    if (*function != Function::kNow) {
      absl::StatusOr<Type> result =
          TypeOfCall(*function, expression_, arguments[0], schema_.habits);
      if (!result.ok()) return Problem(syntax, result.status().message());
      type = *std::move(result);
    }
    return Add({.kind = ExpressionKind::kCall,
                .function = *function,
                .type = std::move(type),
                .place = node.place,
                .children = std::move(arguments)});
  }

  absl::Status NoFunction(size_t syntax) const {
    const std::string& name = tree_.nodes[syntax].text;
    if (Find(kMacros, name).has_value()) {
      return Problem(syntax, absl::StrCat("write `list.", name, "(x, ...)`"));
    }
    std::vector<absl::string_view> names;
    for (const FunctionName& one : kFunctions) names.push_back(one.name);
    for (const ValueType type : kTypedLiterals) {
      if (type != ValueType::kDate) names.push_back(ValueTypeName(type));
    }
    return Problem(syntax,
                   absl::StrCat("there is no function `", name, "`; there is ",
                                absl::StrJoin(names, ", ")));
  }

  const SyntaxTree& tree_;
  const EntityType& on_;
  const Schema& schema_;
  Expression expression_;
  std::vector<Variable> variables_;
};

}  // namespace

absl::StatusOr<Expression> CompileExpression(absl::string_view text,
                                             const EntityType& on,
                                             const Schema& schema) {
  CONCORDAT_ASSIGN_OR_RETURN(const SyntaxTree tree, ParseExpression(text));
  return TypeChecker(text, tree, on, schema).Run();
}

absl::StatusOr<Expression> CompileCondition(absl::string_view text,
                                            const EntityType& on,
                                            const Schema& schema) {
  CONCORDAT_ASSIGN_OR_RETURN(Expression expression,
                             CompileExpression(text, on, schema));
  const ExpressionNode& root = expression.root();
  if (root.type.kind == Kind::kTruth && !root.type.many) return expression;
  return ProblemAt(text, root.place,
                   absl::StrCat("is ", TypeName(root.type),
                                "; a condition is expected, which is true or "
                                "false"));
}

}  // namespace concordat::rules
