#include "consistency/rules/reads.h"

#include <algorithm>

namespace concordat::rules {
namespace {

// Indices of ReadNodes, in order.
using Ways = std::vector<size_t>;

void Join(const Ways& more, Ways& ways) {
  ways.insert(ways.end(), more.begin(), more.end());
  std::sort(ways.begin(), ways.end());
  ways.erase(std::unique(ways.begin(), ways.end()), ways.end());
}

class ReadsCollector {
 public:
  ReadsCollector(const Expression& expression, Reads& reads)
      : expression_(expression),
        reads_(reads),
        variables_(expression.variables) {}

  void Run() { WaysOf(expression_.nodes.size() - 1); }

 private:
  // By which ways the entities of a node are come to, where it has some; notes
  // what is read on the way. The depth of the expression bounds the recursion.
  Ways WaysOf(size_t index) {
    const ExpressionNode& node = expression_.nodes[index];
    Ways ways = Visit(node);
    if (node.type.kind != Kind::kEntity) ways.clear();
    return ways;
  }

  Ways Visit(const ExpressionNode& node) {
    switch (node.kind) {
      case ExpressionKind::kLiteral:
        return {};
      case ExpressionKind::kRoot:
        return {0};
      case ExpressionKind::kVariable:
        return variables_[node.variable];
      case ExpressionKind::kRelated:
        return Follow(node, WaysOf(node.children[0]));
      case ExpressionKind::kAttribute:
        NoteAttributes(node, WaysOf(node.children[0]));
        return {};
      case ExpressionKind::kCall:
        return OnCall(node);
      case ExpressionKind::kOfType:
      case ExpressionKind::kOperation:
      case ExpressionKind::kConditional:
      case ExpressionKind::kList:
        break;
    }
    Ways ways;
    for (const size_t child : node.children) Join(WaysOf(child), ways);
    return ways;
  }

  Ways OnCall(const ExpressionNode& node) {
    if (node.children.empty()) return {};
    Ways of_list = WaysOf(node.children[0]);
    if (node.children.size() == 1) return of_list;
    variables_[node.variable] = of_list;
    Ways of_body = WaysOf(node.children[1]);
    return node.function == Function::kMap ? of_body : of_list;
  }

  Ways Follow(const ExpressionNode& node, const Ways& from) {
    Ways ways;
    for (const size_t parent : from) {
      const auto known = std::find_if(
          reads_.begin() + 1, reads_.end(), [&](const ReadNode& one) {
            return one.parent == parent && one.relation == node.relation &&
                   one.side == node.side;
          });
      Join({static_cast<size_t>(known - reads_.begin())}, ways);
      if (known != reads_.end()) continue;
      reads_.push_back({.parent = parent,
                        .relation = node.relation,
                        .side = node.side,
                        .types = node.type.entity_types});
    }
    return ways;
  }

  void NoteAttributes(const ExpressionNode& node, const Ways& ways) {
    for (const size_t way : ways) {
      for (const auto& [type, attribute] : node.attributes) {
        reads_[way].attributes.emplace(type, attribute->name);
      }
    }
  }

  const Expression& expression_;
  Reads& reads_;
  std::vector<Ways> variables_;
};

}  // namespace

Reads ReadsOf(const EntityType& on,
              const std::vector<const Expression*>& expressions) {
  Reads reads;
  reads.push_back({.types = {on.name}});
  for (const Expression* expression : expressions) {
    ReadsCollector(*expression, reads).Run();
  }
  return reads;
}

}  // namespace concordat::rules
