#include "consistency/rules/lexer.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "graph/text.h"

namespace concordat::rules {
namespace {

// Digits of a number or of one part of a duration: so that no arithmetic here
// can overflow.
constexpr size_t kNumberDigitsMax = 30;
constexpr size_t kDurationDigitsMax = 9;
constexpr int64_t kDurationSecondsMax = int64_t{366} * 10'000 * 86'400;

bool IsDigit(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c));
}
bool IsNameStart(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_';
}
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }

struct Unit {
  char letter;
  int64_t seconds;
};
// The longest first.
constexpr Unit kUnits[] = {
    {'w', 604'800}, {'d', 86'400}, {'h', 3600}, {'m', 60}, {'s', 1}};

struct Mark {
  absl::string_view text;
  TokenKind kind;
  Operator op;
};
// What is written with two characters first.
constexpr Mark kMarks[] = {
    {"&&", TokenKind::kOperator, Operator::kAnd},
    {"||", TokenKind::kOperator, Operator::kOr},
    {"==", TokenKind::kOperator, Operator::kEqual},
    {"!=", TokenKind::kOperator, Operator::kNotEqual},
    {"<=", TokenKind::kOperator, Operator::kLessOrEqual},
    {">=", TokenKind::kOperator, Operator::kGreaterOrEqual},
    {"<", TokenKind::kOperator, Operator::kLess},
    {">", TokenKind::kOperator, Operator::kGreater},
    {"!", TokenKind::kOperator, Operator::kNot},
    {"+", TokenKind::kOperator, Operator::kAdd},
    {"-", TokenKind::kOperator, Operator::kSubtract},
    {"*", TokenKind::kOperator, Operator::kMultiply},
    {"/", TokenKind::kOperator, Operator::kDivide},
    {".", TokenKind::kDot, Operator::kNone},
    {",", TokenKind::kComma, Operator::kNone},
    {"?", TokenKind::kQuestion, Operator::kNone},
    {":", TokenKind::kColon, Operator::kNone},
    {"(", TokenKind::kOpenParenthesis, Operator::kNone},
    {")", TokenKind::kCloseParenthesis, Operator::kNone},
    {"[", TokenKind::kOpenBracket, Operator::kNone},
    {"]", TokenKind::kCloseBracket, Operator::kNone},
};

// What somebody meant who writes what other languages have.
struct Slip {
  absl::string_view text;
  absl::string_view meant;
};
constexpr Slip kSlips[] = {
    {"=", "write `==` to compare"},
    {"&", "write `&&` for and"},
    {"|", "write `||` for or"},
    {"{", "`{` is for messages only"},
    {"}", "`}` is for messages only"},
    {"%", "there is no operator `%`; write `/ 100` for percent"},
};

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<Token>> Run() {
    std::vector<Token> tokens;
    while (true) {
      SkipWhiteSpace();
      const size_t begin = at_;
      Token token;
      if (at_ < text_.size()) {
        CONCORDAT_ASSIGN_OR_RETURN(token, Next());
      }
      token.place = {begin, at_};
      tokens.push_back(std::move(token));
      if (tokens.back().kind == TokenKind::kEnd) return tokens;
    }
  }

 private:
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void SkipWhiteSpace() {
    while (at_ < text_.size() &&
           absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) {
      ++at_;
    }
  }

  absl::Status Problem(size_t begin, absl::string_view message) const {
    return ProblemAt(text_, {begin, std::max(at_, begin + 1)}, message);
  }

  // Of the whole word.
  absl::Status WordProblem(size_t begin, absl::string_view message) {
    while (IsNamePart(Peek())) ++at_;
    return Problem(begin, message);
  }

  absl::StatusOr<Token> Next() {
    const char first = Peek();
    if (IsDigit(first)) return NumberOrDuration();
    if (first == '"' || first == '\'') return Text(first);
    if (IsNameStart(first)) return Name();
    const absl::string_view rest = text_.substr(at_);
    for (const Mark& mark : kMarks) {
      if (rest.substr(0, mark.text.size()) != mark.text) continue;
      at_ += mark.text.size();
      return Token{.kind = mark.kind, .op = mark.op};
    }
    for (const Slip& slip : kSlips) {
      if (rest.substr(0, 1) == slip.text) return Problem(at_, slip.meant);
    }
    return Problem(at_,
                   "this character means nothing here; texts stand in "
                   "quotation marks");
  }

  Token Name() {
    const size_t begin = at_;
    while (IsNamePart(Peek())) ++at_;
    std::string name(text_.substr(begin, at_ - begin));
    if (name == "in") {
      return {.kind = TokenKind::kOperator, .op = Operator::kIn};
    }
    return {.kind = TokenKind::kName, .text = std::move(name)};
  }

  size_t Digits() {
    const size_t begin = at_;
    while (IsDigit(Peek())) ++at_;
    return at_ - begin;
  }

  absl::StatusOr<Token> NumberOrDuration() {
    const size_t begin = at_;
    Digits();
    if (IsNameStart(Peek())) return DurationAt(begin);
    const bool has_point =
        Peek() == '.' && at_ + 1 < text_.size() && IsDigit(text_[at_ + 1]);
    if (has_point) {
      ++at_;
      Digits();
    }
    if (IsNamePart(Peek())) {
      return WordProblem(begin, "a number ends where a name or unit begins");
    }
    const size_t digits = at_ - begin - (has_point ? 1 : 0);
    if (digits > kNumberDigitsMax) {
      return Problem(
          begin, absl::StrCat("the number has ", digits, " digits; at most ",
                              kNumberDigitsMax, " are allowed"));
    }
    return Token{.kind = TokenKind::kNumber,
                 .text = std::string(text_.substr(begin, at_ - begin))};
  }

  // Parts such as 1d12h, each unit shorter than the one before.
  absl::StatusOr<Token> DurationAt(size_t begin) {
    constexpr absl::string_view kExpected =
        "a duration is written with w, d, h, m and s, the longest first, such "
        "as 30d or 1d12h";
    at_ = begin;
    int64_t microseconds = 0;
    const Unit* unit = std::begin(kUnits);
    while (IsDigit(Peek())) {
      const size_t part = at_;
      const size_t digits = Digits();
      unit = std::find_if(unit, std::end(kUnits), [this](const Unit& one) {
        return one.letter == Peek();
      });
      int64_t number = 0;
      if (unit == std::end(kUnits) || digits > kDurationDigitsMax ||
          !absl::SimpleAtoi(text_.substr(part, digits), &number)) {
        return WordProblem(begin, kExpected);
      }
      if (number > kDurationSecondsMax / unit->seconds) {
        return Problem(begin, "the duration is longer than 10,000 years");
      }
      microseconds += number * unit->seconds * 1'000'000;
      ++unit;
      ++at_;
    }
    if (IsNamePart(Peek())) return WordProblem(begin, kExpected);
    return Token{.kind = TokenKind::kDuration,
                 .text = absl::StrCat(microseconds)};
  }

  absl::StatusOr<Token> Text(char quote) {
    const size_t begin = at_++;
    std::string text;
    while (at_ < text_.size() && Peek() != quote) {
      if (Peek() == '\\') {
        ++at_;
        if (Peek() != '\\' && Peek() != '"' && Peek() != '\'') {
          return Problem(at_ - 1,
                         "after `\\` only `\\` and quotation marks may stand");
        }
      }
      text.push_back(text_[at_++]);
    }
    if (at_ == text_.size()) {
      return Problem(begin, "the text has no closing quotation mark");
    }
    ++at_;
    if (!IsValidUtf8(text)) return Problem(begin, "the text is not UTF-8");
    return Token{.kind = TokenKind::kText, .text = std::move(text)};
  }

  const absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<Token>> Tokenize(absl::string_view text) {
  const auto size = static_cast<int64_t>(text.size());
  if (size > limits::kRuleExpressionBytesMax) {
    return errors::InvalidField(
        "", absl::StrCat("has ", size, " bytes; at most ",
                         limits::kRuleExpressionBytesMax, " are allowed"));
  }
  return Lexer(text).Run();
}

}  // namespace concordat::rules
