// Splits C++ into code and comments, well enough for the rules: comments,
// string, character and raw string literals, digit separators.
#include <cctype>
#include <cstddef>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tests/tidy/rules.h"

namespace concordat::tidy {
namespace {

enum class Kind { kCode, kComment, kLiteral };

bool IsWord(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// The end of the comment that starts at `begin`.
size_t EndOfComment(absl::string_view text, size_t begin) {
  const bool block = text[begin + 1] == '*';
  const size_t end = text.find(block ? "*/" : "\n", begin + 2);
  if (end == absl::string_view::npos) return text.size();
  return block ? end + 2 : end;
}

// The end of the quoted literal that starts at `begin`.
size_t EndOfQuoted(absl::string_view text, size_t begin) {
  for (size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[begin]) {
      return i + 1;
    } else if (text[i] == '\n') {
      return i;
    }
  }
  return text.size();
}

// The end of the raw string whose quote is at `quote`.
size_t EndOfRaw(absl::string_view text, size_t quote) {
  const size_t open = text.find('(', quote);
  if (open == absl::string_view::npos) return text.size();
  const std::string close =
      absl::StrCat(")", text.substr(quote + 1, open - quote - 1), "\"");
  const size_t end = text.find(close, open);
  return end == absl::string_view::npos ? text.size() : end + close.size();
}

struct Token {
  Kind kind;
  size_t end;
};

Token NextToken(absl::string_view text, size_t at) {
  const absl::string_view rest = text.substr(at);
  const char before = at == 0 ? ' ' : text[at - 1];
  if (absl::StartsWith(rest, "//") || absl::StartsWith(rest, "/*")) {
    return {Kind::kComment, EndOfComment(text, at)};
  }
  if (rest[0] == '"') {
    return {Kind::kLiteral,
            before == 'R' ? EndOfRaw(text, at) : EndOfQuoted(text, at)};
  }
  if (rest[0] == '\'' && !IsWord(before)) {
    return {Kind::kLiteral, EndOfQuoted(text, at)};
  }
  return {Kind::kCode, at + 1};
}

std::string Keep(absl::string_view text, Kind kept) {
  std::string result(text);
  size_t at = 0;
  while (at < text.size()) {
    const Token token = NextToken(text, at);
    for (; at < token.end; ++at) {
      if (token.kind != kept && text[at] != '\n') result[at] = ' ';
    }
  }
  return result;
}

}  // namespace

std::string CodeOf(absl::string_view text) { return Keep(text, Kind::kCode); }

std::string CommentsOf(absl::string_view text) {
  return Keep(text, Kind::kComment);
}

}  // namespace concordat::tidy
