// Literals whose type the other side decides: "gold" where a tier stands, 0
// where an amount does.
#ifndef CONCORDAT_CONSISTENCY_RULES_LITERALS_H_
#define CONCORDAT_CONSISTENCY_RULES_LITERALS_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/rules/expression.h"
#include "graph/schema.h"
#include "graph/value.h"

namespace concordat::rules {

// What `text` says as one value of the attribute, as a system of record writes
// it. INVALID_FIELD with what would be right where it cannot be read, can be
// read in two ways, or is none of the attribute's codes.
absl::StatusOr<Scalar> ReadLiteral(absl::string_view text,
                                   const Attribute& attribute,
                                   const WritingHabits& habits);

// A number as values are calculated with: a Decimal, of an Integer too.
Scalar AsNumber(Scalar scalar);

// Whether the type is still to be decided.
bool IsSoft(const Type& type);

// Gives the node, and what it is made of, the type of `target` where it is
// still to be decided. INVALID_FIELD with the column where that does not fit.
absl::Status Coerce(Expression& expression, size_t node, const Type& target,
                    const WritingHabits& habits);

// The same for each of the two by the other; a number where both are 0.
absl::Status Unify(Expression& expression, size_t a, size_t b,
                   const WritingHabits& habits);

// Decides the type where nothing else does: 0 is a number, a text is refused.
absl::Status Harden(Expression& expression, size_t node,
                    const WritingHabits& habits);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_LITERALS_H_
