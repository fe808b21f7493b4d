#ifndef CONCORDAT_CONSISTENCY_RULES_PARSER_H_
#define CONCORDAT_CONSISTENCY_RULES_PARSER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/rules/syntax.h"

namespace concordat::rules {

// The tree of an expression (README.md has the grammar). INVALID_FIELD with
// the column where it is not one, or is larger than limits::kRuleNodesMax or
// deeper than limits::kRuleDepthMax. Pure; thread-safe; linear, and no deeper
// on the stack than the limit of depth.
absl::StatusOr<SyntaxTree> ParseExpression(absl::string_view text);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_PARSER_H_
