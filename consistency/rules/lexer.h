#ifndef CONCORDAT_CONSISTENCY_RULES_LEXER_H_
#define CONCORDAT_CONSISTENCY_RULES_LEXER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/rules/syntax.h"

namespace concordat::rules {

enum class TokenKind : uint8_t {
  kEnd,
  kName,
  kNumber,
  kDuration,
  kText,
  kOperator,
  kDot,
  kComma,
  kQuestion,
  kColon,
  kOpenParenthesis,
  kCloseParenthesis,
  kOpenBracket,
  kCloseBracket,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  // Of kOperator; `-` is kSubtract and `!` kNot.
  Operator op = Operator::kNone;
  Place place;
  // As SyntaxNode::text.
  std::string text;
};

// The tokens of an expression; the last is kEnd. INVALID_FIELD with the column
// where a character, number, duration or text is not one of the language, or
// the text has more than limits::kRuleExpressionBytesMax bytes. Pure;
// thread-safe; linear.
absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view text);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_LEXER_H_
