// Which operators and functions take which types, and what they give.
#ifndef CONCORDAT_CONSISTENCY_RULES_OPERATOR_TYPES_H_
#define CONCORDAT_CONSISTENCY_RULES_OPERATOR_TYPES_H_

#include <cstddef>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/rules/expression.h"
#include "consistency/rules/syntax.h"
#include "graph/schema.h"

namespace concordat::rules {

// A type that declares nothing but its kind.
Type PlainType(ValueType type);

// What a binary operator gives for two single values, neither of which is
// kUntyped or kZero; nullopt where it does not take them.
std::optional<Type> TypeOfOperation(Operator op, const Type& a, const Type& b);

// Whether values of the kind are in an order, so that `<`, min and max take
// them.
bool IsOrdered(Kind kind);
// Whether values of the kind can be added up.
bool IsAdditive(Kind kind);

// Whether two values of these types can be held against each other by `==`.
bool AreComparable(const Type& a, const Type& b);

// What would be right where an operator does not take the two: the end of a
// message, or "".
absl::string_view AdviceOn(Operator op, const Type& a, const Type& b);

// What a function other than a macro or now() gives for its argument, a node of
// the expression. INVALID_FIELD, without a column, with what it takes.
absl::StatusOr<Type> TypeOfCall(Function function, const Expression& expression,
                                size_t argument, const WritingHabits& habits);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_OPERATOR_TYPES_H_
