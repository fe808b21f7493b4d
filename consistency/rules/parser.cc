#include "consistency/rules/parser.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/rules/lexer.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "graph/text.h"

namespace concordat::rules {
namespace {

// How strongly an infix operator binds; 0: it is none. Comparisons do not
// chain.
constexpr int kConditionalPower = 1;
constexpr int kComparisonPower = 4;
constexpr int kUnaryPower = 7;

int PowerOf(Operator op) {
  switch (op) {
    case Operator::kOr:
      return 2;
    case Operator::kAnd:
      return 3;
    case Operator::kLess:
    case Operator::kLessOrEqual:
    case Operator::kGreater:
    case Operator::kGreaterOrEqual:
    case Operator::kEqual:
    case Operator::kNotEqual:
    case Operator::kIn:
      return kComparisonPower;
    case Operator::kAdd:
    case Operator::kSubtract:
      return 5;
    case Operator::kMultiply:
    case Operator::kDivide:
      return 6;
    case Operator::kNone:
    case Operator::kNot:
    case Operator::kNegate:
      return 0;
  }
  return 0;
}

// A Pratt parser. Every method gives the index of the node that it made.
class Parser {
 public:
  Parser(absl::string_view text, std::vector<Token> tokens)
      : text_(text), tokens_(std::move(tokens)) {}

  absl::StatusOr<SyntaxTree> Run() {
    if (Peek().kind == TokenKind::kEnd) {
      return errors::InvalidField("", "is empty; an expression is expected");
    }
    CONCORDAT_RETURN_IF_ERROR(Expression(0).status());
    if (Peek().kind != TokenKind::kEnd) return Unexpected("the end");
    return std::move(tree_);
  }

 private:
  using Index = absl::StatusOr<size_t>;

  const Token& Peek() const { return tokens_[at_]; }
  const Token& Take() { return tokens_[at_++]; }
  bool Accept(TokenKind kind) {
    if (Peek().kind != kind) return false;
    ++at_;
    return true;
  }

  absl::Status Unexpected(absl::string_view expected) const {
    const Token& token = Peek();
    if (token.kind == TokenKind::kName && at_ > 0) {
      if (token.text == "and" || token.text == "AND") expected = "`&&` for and";
      if (token.text == "or" || token.text == "OR") expected = "`||` for or";
    }
    if (token.kind == TokenKind::kEnd) {
      return ProblemAt(
          text_, token.place,
          absl::StrCat("the expression ends where ", expected, " is expected"));
    }
    return ProblemAt(text_, token.place,
                     absl::StrCat(expected, " is expected here"));
  }

  absl::Status Expect(TokenKind kind, absl::string_view what) {
    return Accept(kind) ? absl::OkStatus() : Unexpected(what);
  }

  Index Add(SyntaxNode node) {
    for (const size_t child : node.children) {
      node.depth = std::max(node.depth, tree_.nodes[child].depth + 1);
    }
    if (node.depth > limits::kRuleDepthMax) return TooDeep(node.place);
    if (tree_.nodes.size() >= static_cast<size_t>(limits::kRuleNodesMax)) {
      return ProblemAt(
          text_, node.place,
          absl::StrCat("the expression has more than ", limits::kRuleNodesMax,
                       " parts; make several rules of it"));
    }
    tree_.nodes.push_back(std::move(node));
    return tree_.nodes.size() - 1;
  }

  absl::Status TooDeep(Place place) const {
    return ProblemAt(text_, place,
                     absl::StrCat("the expression is nested more than ",
                                  limits::kRuleDepthMax, " deep"));
  }

  Place From(size_t begin) const { return {begin, tokens_[at_ - 1].place.end}; }

  // Everything that binds more strongly than `power`.
  Index Expression(int power) {
    if (++nesting_ > limits::kRuleDepthMax) return TooDeep(Peek().place);
    Index left = Prefix();
    while (left.ok()) {
      const Token& token = Peek();
      if (token.kind == TokenKind::kQuestion && power < kConditionalPower) {
        left = Conditional(*left);
        continue;
      }
      if (token.kind != TokenKind::kOperator) break;
      const int binds = PowerOf(token.op);
      if (binds <= power) break;
      left = Infix(*left, binds);
    }
    --nesting_;
    return left;
  }

  Index Infix(size_t left, int binds) {
    const Operator op = Take().op;
    CONCORDAT_ASSIGN_OR_RETURN(const size_t right, Expression(binds));
    if (binds == kComparisonPower && Peek().kind == TokenKind::kOperator &&
        PowerOf(Peek().op) == kComparisonPower) {
      return ProblemAt(text_, Peek().place,
                       "comparisons do not chain; join two with `&&`");
    }
    return Add({.kind = SyntaxKind::kBinary,
                .op = op,
                .place = From(tree_.nodes[left].place.begin),
                .children = {left, right}});
  }

  Index Conditional(size_t condition) {
    Take();
    CONCORDAT_ASSIGN_OR_RETURN(const size_t yes, Expression(0));
    CONCORDAT_RETURN_IF_ERROR(Expect(TokenKind::kColon, "`:`"));
    CONCORDAT_ASSIGN_OR_RETURN(const size_t no, Expression(0));
    return Add({.kind = SyntaxKind::kConditional,
                .place = From(tree_.nodes[condition].place.begin),
                .children = {condition, yes, no}});
  }

  Index Prefix() {
    const Token& token = Peek();
    const bool negates = token.op == Operator::kSubtract;
    if (token.op != Operator::kNot && !negates) return Postfix();
    const size_t begin = Take().place.begin;
    CONCORDAT_ASSIGN_OR_RETURN(const size_t operand, Expression(kUnaryPower));
    return Add({.kind = SyntaxKind::kUnary,
                .op = negates ? Operator::kNegate : Operator::kNot,
                .place = From(begin),
                .children = {operand}});
  }

  Index Postfix() {
    CONCORDAT_ASSIGN_OR_RETURN(size_t operand, Primary());
    while (Accept(TokenKind::kDot)) {
      if (Peek().kind != TokenKind::kName) return Unexpected("a name");
      SyntaxNode node{.kind = SyntaxKind::kMember,
                      .text = Take().text,
                      .children = {operand}};
      if (Accept(TokenKind::kOpenParenthesis)) {
        node.kind = SyntaxKind::kMethod;
        CONCORDAT_RETURN_IF_ERROR(
            Items(TokenKind::kCloseParenthesis, "`)`", node.children));
      }
      node.place = From(tree_.nodes[operand].place.begin);
      CONCORDAT_ASSIGN_OR_RETURN(operand, Add(std::move(node)));
    }
    return operand;
  }

  // Expressions with commas between them up to `close`, which is taken too.
  absl::Status Items(TokenKind close, absl::string_view what,
                     std::vector<size_t>& items) {
    if (Accept(close)) return absl::OkStatus();
    do {
      CONCORDAT_ASSIGN_OR_RETURN(const size_t item, Expression(0));
      items.push_back(item);
    } while (Accept(TokenKind::kComma));
    return Expect(close, what);
  }

  Index Literal(SyntaxKind kind) {
    const Token& token = Take();
    return Add({.kind = kind, .place = token.place, .text = token.text});
  }

  Index Primary() {
    const size_t begin = Peek().place.begin;
    switch (Peek().kind) {
      case TokenKind::kNumber:
        return Literal(SyntaxKind::kNumber);
      case TokenKind::kDuration:
        return Literal(SyntaxKind::kDuration);
      case TokenKind::kText:
        return Literal(SyntaxKind::kText);
      case TokenKind::kName:
        return NameOrCall(begin);
      case TokenKind::kOpenParenthesis: {
        Take();
        CONCORDAT_ASSIGN_OR_RETURN(const size_t inner, Expression(0));
        CONCORDAT_RETURN_IF_ERROR(Expect(TokenKind::kCloseParenthesis, "`)`"));
        return inner;
      }
      case TokenKind::kOpenBracket: {
        Take();
        SyntaxNode list{.kind = SyntaxKind::kList};
        CONCORDAT_RETURN_IF_ERROR(
            Items(TokenKind::kCloseBracket, "`]`", list.children));
        list.place = From(begin);
        return Add(std::move(list));
      }
      default:
        return Unexpected("a value or a name");
    }
  }

  Index NameOrCall(size_t begin) {
    if (Peek().text == "true" || Peek().text == "false") {
      return Literal(SyntaxKind::kTruth);
    }
    SyntaxNode node{.kind = SyntaxKind::kName, .text = Take().text};
    if (Accept(TokenKind::kOpenParenthesis)) {
      node.kind = SyntaxKind::kCall;
      CONCORDAT_RETURN_IF_ERROR(
          Items(TokenKind::kCloseParenthesis, "`)`", node.children));
    }
    node.place = From(begin);
    return Add(std::move(node));
  }

  const absl::string_view text_;
  const std::vector<Token> tokens_;
  size_t at_ = 0;
  int nesting_ = 0;
  SyntaxTree tree_;
};

}  // namespace

absl::string_view OperatorText(Operator op) {
  switch (op) {
    case Operator::kNone:
      return "";
    case Operator::kNot:
      return "!";
    case Operator::kNegate:
    case Operator::kSubtract:
      return "-";
    case Operator::kMultiply:
      return "*";
    case Operator::kDivide:
      return "/";
    case Operator::kAdd:
      return "+";
    case Operator::kLess:
      return "<";
    case Operator::kLessOrEqual:
      return "<=";
    case Operator::kGreater:
      return ">";
    case Operator::kGreaterOrEqual:
      return ">=";
    case Operator::kEqual:
      return "==";
    case Operator::kNotEqual:
      return "!=";
    case Operator::kIn:
      return "in";
    case Operator::kAnd:
      return "&&";
    case Operator::kOr:
      return "||";
  }
  return "";
}

absl::Status ProblemAt(absl::string_view text, Place place,
                       absl::string_view message) {
  constexpr size_t kQuotedMax = 40;
  const auto continues = [text](size_t at) {
    return at < text.size() &&
           (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  const size_t begin = std::min(place.begin, text.size());
  size_t end = std::min({place.end, text.size(), begin + kQuotedMax});
  while (continues(end)) ++end;
  absl::string_view quoted = text.substr(begin, std::max(end, begin) - begin);
  // Where a part starts is what matters; and messages are UTF-8.
  const bool cut = end < place.end;
  if (!IsValidUtf8(quoted)) quoted = "";
  return errors::InvalidField(
      "", absl::StrCat("column ", begin + 1, quoted.empty() ? "" : ", at `",
                       quoted, cut && !quoted.empty() ? "..." : "",
                       quoted.empty() ? ": " : "`: ", message));
}

absl::StatusOr<SyntaxTree> ParseExpression(absl::string_view text) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(text));
  return Parser(text, std::move(tokens)).Run();
}

}  // namespace concordat::rules
