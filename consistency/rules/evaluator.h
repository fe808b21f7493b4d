#ifndef CONCORDAT_CONSISTENCY_RULES_EVALUATOR_H_
#define CONCORDAT_CONSISTENCY_RULES_EVALUATOR_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "consistency/rules/expression.h"
#include "consistency/rules/lookups.h"
#include "consistency/rules/operand.h"
#include "graph/ids.h"

namespace concordat::rules {

// One part of an expression and what it came to. Personal, but for the
// expression.
struct TraceStep {
  // Parts of a part are one deeper, and stand before it.
  int depth = 0;
  std::string expression;
  std::string value;
  // Within a macro: the member that decided it. Empty: outside of all.
  std::string element;
};

// Evaluates one expression on one entity. Not thread-safe.
class Evaluator {
 public:
  // All must outlive this. `trace` may be nullptr: nothing is traced.
  Evaluator(const Expression& expression, const EntityId& root,
            Lookups& lookups, std::vector<TraceStep>* trace)
      : expression_(expression),
        root_(root),
        lookups_(lookups),
        trace_(trace),
        variables_(expression.variables) {}

  // Errors: those of RuleFacts.
  absl::StatusOr<Result> Run() {
    return Evaluate(expression_.nodes.size() - 1);
  }

 private:
  using Outcome = absl::StatusOr<Result>;

  // The depth of the expression bounds the recursion.
  Outcome Evaluate(size_t node);
  Outcome EvaluateNode(const ExpressionNode& node);
  // Of what is not a list.
  absl::StatusOr<Operand> EvaluateOne(size_t node);

  Outcome OnRelated(const ExpressionNode& node);
  Outcome OnAttribute(const ExpressionNode& node);
  Outcome OnOfType(const ExpressionNode& node);
  Outcome OnOperation(const ExpressionNode& node);
  Outcome OnConditional(const ExpressionNode& node);
  Outcome OnList(const ExpressionNode& node);
  Outcome OnCall(const ExpressionNode& node);
  Outcome OnQuantifier(const ExpressionNode& node);
  Outcome OnFilterOrMap(const ExpressionNode& node);
  absl::StatusOr<Operand> OnHas(const ExpressionNode& argument);
  absl::StatusOr<Operand> OnChangedAt(const ExpressionNode& argument);
  absl::StatusOr<Operand> OnIn(const ExpressionNode& node);

  // Adds the entities that the relation leads to from `near`.
  absl::Status AddRelated(const ExpressionNode& node, const EntityId& near,
                          absl::flat_hash_set<EntityId>& seen, Result& result);
  // Adds what the attribute of the entity is.
  absl::Status AddValues(const ExpressionNode& node, const EntityId& entity,
                         Result& result);
  Operand Aggregate(Function function, const Result& list);
  Operand Same(const ExpressionNode& a, const Operand& of_a,
               const ExpressionNode& b, const Operand& of_b);

  const Expression& expression_;
  const EntityId& root_;
  Lookups& lookups_;
  std::vector<TraceStep>* const trace_;
  std::vector<Operand> variables_;
  int depth_ = 0;
  // TraceStep::element.
  std::string element_;
};

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_EVALUATOR_H_
