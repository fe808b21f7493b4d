#ifndef CONCORDAT_CONSISTENCY_RULES_MEMBERS_H_
#define CONCORDAT_CONSISTENCY_RULES_MEMBERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/rules/expression.h"
#include "graph/schema.h"

namespace concordat::rules {

// A name in an expression.
struct NamePlace {
  absl::string_view text;  // of the expression
  Place place;
  const std::string& name;
};

// What `name` is of entities of type `base`: an attribute, else the entities
// that a relation leads to by its name or, backwards, by its inverse. The node
// has no children yet. INVALID_FIELD with the column where it is neither, is
// not of all types of `base`, or is further away than limits::kRuleHopsMax.
absl::StatusOr<ExpressionNode> ResolveMember(const NamePlace& at,
                                             const Type& base,
                                             const Schema& schema);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_MEMBERS_H_
