#ifndef CONCORDAT_CONSISTENCY_RULES_TYPE_CHECKER_H_
#define CONCORDAT_CONSISTENCY_RULES_TYPE_CHECKER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/rules/expression.h"
#include "graph/schema.h"

namespace concordat::rules {

// Parses an expression on an entity of the type and decides what its names and
// literals mean. INVALID_FIELD with the column, what is wrong and what would
// be right. The result points into `schema`, which must outlive it. Pure but
// for what reading values needs; thread-safe.
absl::StatusOr<Expression> CompileExpression(absl::string_view text,
                                             const EntityType& on,
                                             const Schema& schema);

// The same, and it must be true or false.
absl::StatusOr<Expression> CompileCondition(absl::string_view text,
                                            const EntityType& on,
                                            const Schema& schema);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_TYPE_CHECKER_H_
