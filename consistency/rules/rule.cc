#include "consistency/rules/rule.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/rules/type_checker.h"
#include "graph/errors.h"
#include "graph/limits.h"

namespace concordat::rules {
namespace {

// Where the expression that starts at `begin` ends: its brace, but for those
// that stand in a text.
size_t FindClosingBrace(absl::string_view text, size_t begin) {
  char quote = '\0';
  for (size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != '\0') {
      if (c == '\\') ++at;
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '}') {
      return at;
    }
  }
  return absl::string_view::npos;
}

}  // namespace

absl::StatusOr<std::vector<MessagePart>> CompileMessage(absl::string_view text,
                                                        const EntityType& on,
                                                        const Schema& schema) {
  const auto size = static_cast<int64_t>(text.size());
  if (size > limits::kRuleExpressionBytesMax) {
    return errors::InvalidField(
        "", absl::StrCat("has ", size, " bytes; at most ",
                         limits::kRuleExpressionBytesMax, " are allowed"));
  }
  std::vector<MessagePart> parts;
  std::string plain;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool is_double =
        (c == '{' || c == '}') && text.substr(at + 1, 1) == text.substr(at, 1);
    if (is_double) ++at;
    if (is_double || (c != '{' && c != '}')) {
      plain.push_back(c);
      continue;
    }
    const size_t end = FindClosingBrace(text, at + 1);
    if (c == '}' || end == absl::string_view::npos) {
      return ProblemAt(text, {at, at + 1},
                       "a brace without the other; write it twice for one "
                       "that people see");
    }
    absl::StatusOr<Expression> value =
        CompileExpression(text.substr(at + 1, end - at - 1), on, schema);
    if (!value.ok()) {
      return errors::InvalidField(
          "", absl::StrCat("the expression at column ", at + 2, ": ",
                           value.status().message()));
    }
    parts.push_back({std::move(plain), *std::move(value)});
    plain.clear();
    at = end;
  }
  if (!plain.empty()) parts.push_back({std::move(plain), std::nullopt});
  return parts;
}

}  // namespace concordat::rules
