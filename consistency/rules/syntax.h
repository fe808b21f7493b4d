// The syntax of expressions: which operators there are, and the tree that a
// text is parsed into before anything is known of what its names mean.
#ifndef CONCORDAT_CONSISTENCY_RULES_SYNTAX_H_
#define CONCORDAT_CONSISTENCY_RULES_SYNTAX_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace concordat::rules {

enum class Operator : uint8_t {
  kNone,
  kNot,
  kNegate,
  kMultiply,
  kDivide,
  kAdd,
  kSubtract,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kEqual,
  kNotEqual,
  kIn,
  kAnd,
  kOr,
};

// As it is written: "<=", "in".
absl::string_view OperatorText(Operator op);

// Where something stands in the text of its expression: bytes [begin, end).
struct Place {
  size_t begin = 0;
  size_t end = 0;
};

enum class SyntaxKind : uint8_t {
  kTruth,        // true
  kNumber,       // 40.5
  kDuration,     // 1d12h; `text` has the microseconds in digits
  kText,         // "gold"; `text` has no quotation marks and escapes
  kName,         // tier
  kMember,       // children[0].text
  kCall,         // text(children ...)
  kMethod,       // children[0].text(children[1] ...)
  kUnary,        // op children[0]
  kBinary,       // children[0] op children[1]
  kConditional,  // children[0] ? children[1] : children[2]
  kList,         // [children ...]
};

struct SyntaxNode {
  SyntaxKind kind = SyntaxKind::kName;
  Operator op = Operator::kNone;
  Place place;
  std::string text;
  // Indices into the tree.
  std::vector<size_t> children;
  // 1 for a leaf, else one more than the deepest child's.
  int depth = 1;
};

// Children stand before their parents, the root last; never empty once parsed.
struct SyntaxTree {
  std::vector<SyntaxNode> nodes;

  const SyntaxNode& root() const { return nodes.back(); }
};

// INVALID_FIELD: "column 7, at `golld`: ...", the column in bytes from 1.
absl::Status ProblemAt(absl::string_view text, Place place,
                       absl::string_view message);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_SYNTAX_H_
