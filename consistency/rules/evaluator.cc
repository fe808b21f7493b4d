#include "consistency/rules/evaluator.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "consistency/rules/arithmetic.h"
#include "consistency/rules/literals.h"
#include "consistency/rules/order.h"
#include "graph/status_macros.h"
#include "graph/values/decimal_math.h"

namespace concordat::rules {
namespace {

// Members of a list that a trace shows.
constexpr size_t kShownMax = 20;

std::string WriteResult(const Result& result) {
  if (!result.many) return Write(result.one());
  std::vector<std::string> shown;
  for (size_t i = 0; i < std::min(result.items.size(), kShownMax); ++i) {
    shown.push_back(Write(result.items[i]));
  }
  if (const size_t more = result.items.size() - shown.size(); more > 0) {
    shown.push_back(absl::StrCat("and ", more, " more"));
  }
  if (result.open.has_value()) {
    shown.push_back(absl::StrCat("perhaps others (", result.open->Text(), ")"));
  }
  return absl::StrCat("[", absl::StrJoin(shown, ", "), "]");
}

// What cannot be decided, in the shape that the node has.
Result UndecidedResult(const ExpressionNode& node, Undecided undecided) {
  if (!node.type.many) return Result::One({std::move(undecided)});
  return {.many = true, .items = {}, .open = std::move(undecided)};
}

void KeepOpen(Result& result, const Undecided& undecided) {
  if (!result.open.has_value()) result.open = undecided;
}

bool IsOneOf(const std::vector<std::string>& types, const EntityId& entity) {
  return std::binary_search(types.begin(), types.end(), entity.type);
}

// Whether every part of the trace would only repeat what is written.
bool IsPlain(ExpressionKind kind) {
  return kind == ExpressionKind::kLiteral || kind == ExpressionKind::kRoot ||
         kind == ExpressionKind::kVariable;
}

// Nothing, of what is added up.
Operand Nothing(const Type& type) {
  switch (type.kind) {
    case Kind::kMoney:
      return {Scalar(Money{})};
    case Kind::kQuantity:
      return {Scalar(Quantity{})};
    case Kind::kDuration:
      return {Scalar(Duration{})};
    default:
      return {Scalar(Decimal{})};
  }
}

}  // namespace

absl::StatusOr<Result> Evaluator::Evaluate(size_t index) {
  const ExpressionNode& node = expression_.nodes[index];
  if (!lookups_.Step()) {
    return UndecidedResult(node, {UndecidedReason::kTooManySteps, ""});
  }
  ++depth_;
  Outcome result = EvaluateNode(node);
  --depth_;
  if (trace_ != nullptr && result.ok() && !IsPlain(node.kind)) {
    trace_->push_back({.depth = depth_,
                       .expression = std::string(expression_.TextOf(node)),
                       .value = WriteResult(*result),
                       .element = element_});
  }
  return result;
}

absl::StatusOr<Operand> Evaluator::EvaluateOne(size_t index) {
  CONCORDAT_ASSIGN_OR_RETURN(Result result, Evaluate(index));
  return std::move(result.items.front());
}

absl::StatusOr<Result> Evaluator::EvaluateNode(const ExpressionNode& node) {
  switch (node.kind) {
    case ExpressionKind::kLiteral:
      return Result::One({*node.literal});
    case ExpressionKind::kRoot:
      return Result::One({root_});
    case ExpressionKind::kVariable:
      return Result::One(variables_[node.variable]);
    case ExpressionKind::kRelated:
      return OnRelated(node);
    case ExpressionKind::kAttribute:
      return OnAttribute(node);
    case ExpressionKind::kOfType:
      return OnOfType(node);
    case ExpressionKind::kOperation:
      return OnOperation(node);
    case ExpressionKind::kConditional:
      return OnConditional(node);
    case ExpressionKind::kList:
      return OnList(node);
    case ExpressionKind::kCall:
      return OnCall(node);
  }
  return UndecidedResult(node, {});
}

absl::Status Evaluator::AddRelated(const ExpressionNode& node,
                                   const EntityId& near,
                                   absl::flat_hash_set<EntityId>& seen,
                                   Result& result) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const Related* related,
      lookups_.RelatedAt(near, *node.relation, node.side));
  for (const EntityId& entity : related->entities) {
    // A relation that was recorded under another vocabulary may lead elsewhere.
    if (!IsOneOf(node.type.entity_types, entity)) continue;
    if (seen.insert(entity).second) result.items.push_back({entity});
  }
  if (related->more) {
    KeepOpen(result, {UndecidedReason::kTooManyRelated, node.relation->name});
  }
  return absl::OkStatus();
}

absl::StatusOr<Result> Evaluator::OnRelated(const ExpressionNode& node) {
  CONCORDAT_ASSIGN_OR_RETURN(const Result base, Evaluate(node.children[0]));
  Result result{.many = true, .items = {}, .open = base.open};
  absl::flat_hash_set<EntityId> seen;
  for (const Operand& near : base.items) {
    if (const Undecided* undecided = near.undecided()) {
      KeepOpen(result, *undecided);
    } else {
      CONCORDAT_RETURN_IF_ERROR(AddRelated(node, *near.entity(), seen, result));
    }
  }
  if (node.type.many) return result;
  const std::string& name = node.relation->name;
  if (result.items.size() > 1) {
    return Result::One(
        UndecidedOperand(UndecidedReason::kSeveralRelated, name));
  }
  if (result.open.has_value()) return Result::One({*result.open});
  if (result.items.empty()) {
    return Result::One(
        UndecidedOperand(UndecidedReason::kNothingRelated, name));
  }
  result.many = false;
  return result;
}

absl::Status Evaluator::AddValues(const ExpressionNode& node,
                                  const EntityId& entity, Result& result) {
  const Attribute& attribute = *node.attributes.find(entity.type)->second;
  CONCORDAT_ASSIGN_OR_RETURN(const AttributeAt* found,
                             lookups_.ValueAt(entity, attribute));
  const auto cannot = [&](UndecidedReason reason) {
    Undecided undecided{reason, absl::StrCat(entity.type, ".", attribute.name)};
    if (attribute.is_set) {
      KeepOpen(result, undecided);
    } else {
      result.items.push_back({std::move(undecided)});
    }
    return absl::OkStatus();
  };
  if (found->state != Timeline::State::kValue) {
    const bool is_empty_set =
        attribute.is_set && found->state == Timeline::State::kNone;
    return is_empty_set ? absl::OkStatus() : cannot(UndecidedReason::kNoValue);
  }
  if (found->erased) return cannot(UndecidedReason::kErased);
  const Reading& reading = found->reading;
  const bool many = attribute.is_set;
  if (!reading.value.has_value() || reading.value->is_many() != many) {
    return cannot(reading.kinds.empty() ? UndecidedReason::kUnreadable
                                        : UndecidedReason::kAmbiguous);
  }
  const bool ambiguous = reading.otherwise.has_value();
  if (ambiguous && many) return cannot(UndecidedReason::kAmbiguous);
  for (const Scalar& member : reading.value->members()) {
    Operand operand{AsNumber(member)};
    if (ambiguous) operand.ambiguous = std::make_shared<const Reading>(reading);
    result.items.push_back(std::move(operand));
  }
  return absl::OkStatus();
}

absl::StatusOr<Result> Evaluator::OnAttribute(const ExpressionNode& node) {
  CONCORDAT_ASSIGN_OR_RETURN(const Result base, Evaluate(node.children[0]));
  Result result{.many = node.type.many, .items = {}, .open = base.open};
  for (const Operand& near : base.items) {
    if (const Undecided* undecided = near.undecided()) {
      if (!node.type.many) return Result::One({*undecided});
      KeepOpen(result, *undecided);
    } else {
      CONCORDAT_RETURN_IF_ERROR(AddValues(node, *near.entity(), result));
    }
  }
  return result;
}

absl::StatusOr<Result> Evaluator::OnOfType(const ExpressionNode& node) {
  CONCORDAT_ASSIGN_OR_RETURN(Result result, Evaluate(node.children[0]));
  std::vector<Operand> kept;
  for (Operand& item : result.items) {
    if (item.entity() == nullptr ||
        IsOneOf(node.type.entity_types, *item.entity())) {
      kept.push_back(std::move(item));
    }
  }
  if (!node.type.many && kept.empty()) {
    return Result::One(UndecidedOperand(UndecidedReason::kNothingRelated,
                                        node.type.entity_types.front()));
  }
  result.items.assign(std::make_move_iterator(kept.begin()),
                      std::make_move_iterator(kept.end()));
  return result;
}

Operand Evaluator::Same(const ExpressionNode& a, const Operand& of_a,
                        const ExpressionNode& b, const Operand& of_b) {
  const Attribute* attribute =
      a.type.attribute != nullptr ? a.type.attribute : b.type.attribute;
  const WritingHabits& habits = expression_.schema->habits;
  return IsSame(
      of_a, of_b,
      {attribute != nullptr ? *attribute : PlainAttribute(a.type.value_type),
       habits, habits},
      lookups_.horizon());
}

absl::StatusOr<Operand> Evaluator::OnIn(const ExpressionNode& node) {
  CONCORDAT_ASSIGN_OR_RETURN(const Operand member,
                             EvaluateOne(node.children[0]));
  CONCORDAT_ASSIGN_OR_RETURN(const Result list, Evaluate(node.children[1]));
  Operand found = TruthOperand(false);
  for (const Operand& item : list.items) {
    found = Or(found, Same(expression_.nodes[node.children[0]], member,
                           expression_.nodes[node.children[1]], item));
    if (found.IsTruth(true)) break;
  }
  return list.open.has_value() ? Or(found, {*list.open}) : found;
}

absl::StatusOr<Result> Evaluator::OnOperation(const ExpressionNode& node) {
  if (node.op == Operator::kIn) {
    CONCORDAT_ASSIGN_OR_RETURN(Operand found, OnIn(node));
    return Result::One(std::move(found));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const Operand a, EvaluateOne(node.children[0]));
  if (node.op == Operator::kNot) return Result::One(Not(a));
  if (node.op == Operator::kNegate) return Result::One(Negative(a));
  const bool decides = (node.op == Operator::kAnd && a.IsTruth(false)) ||
                       (node.op == Operator::kOr && a.IsTruth(true));
  if (decides) return Result::One(a);
  CONCORDAT_ASSIGN_OR_RETURN(const Operand b, EvaluateOne(node.children[1]));
  Horizon& horizon = lookups_.horizon();
  const auto same = [&] {
    return Same(expression_.nodes[node.children[0]], a,
                expression_.nodes[node.children[1]], b);
  };
  switch (node.op) {
    case Operator::kAnd:
      return Result::One(And(a, b));
    case Operator::kOr:
      return Result::One(Or(a, b));
    case Operator::kEqual:
      return Result::One(same());
    case Operator::kNotEqual:
      return Result::One(Not(same()));
    case Operator::kLess:
      return Result::One(IsLess(a, b, false, horizon));
    case Operator::kLessOrEqual:
      return Result::One(IsLess(a, b, true, horizon));
    case Operator::kGreater:
      return Result::One(IsLess(b, a, false, horizon));
    case Operator::kGreaterOrEqual:
      return Result::One(IsLess(b, a, true, horizon));
    default:
      return Result::One(Calculate(node.op, a, b));
  }
}

absl::StatusOr<Result> Evaluator::OnConditional(const ExpressionNode& node) {
  CONCORDAT_ASSIGN_OR_RETURN(const Operand condition,
                             EvaluateOne(node.children[0]));
  if (const Undecided* undecided = condition.undecided()) {
    return UndecidedResult(node, *undecided);
  }
  return Evaluate(node.children[condition.IsTruth(true) ? 1 : 2]);
}

absl::StatusOr<Result> Evaluator::OnList(const ExpressionNode& node) {
  Result list{.many = true, .items = {}};
  for (const size_t child : node.children) {
    CONCORDAT_ASSIGN_OR_RETURN(Operand item, EvaluateOne(child));
    list.items.push_back(std::move(item));
  }
  return list;
}

// exists and all. Of the members' traces only that of the one that decided is
// kept: the one that is so, or the one that is not.
absl::StatusOr<Result> Evaluator::OnQuantifier(const ExpressionNode& node) {
  CONCORDAT_ASSIGN_OR_RETURN(const Result list, Evaluate(node.children[0]));
  const bool decisive = node.function == Function::kExists;
  const auto join = decisive ? Or : And;
  Operand found = TruthOperand(!decisive);
  const std::string outside = element_;
  for (const Operand& item : list.items) {
    const size_t traced = trace_ == nullptr ? 0 : trace_->size();
    if (trace_ != nullptr) element_ = Write(item);
    variables_[node.variable] = item;
    CONCORDAT_ASSIGN_OR_RETURN(const Operand body,
                               EvaluateOne(node.children[1]));
    const bool was_decided = found.undecided() == nullptr;
    found = join(found, body);
    if (found.IsTruth(decisive) || lookups_.exhausted()) break;
    const bool is_first_open = was_decided && found.undecided() != nullptr;
    if (trace_ != nullptr && !is_first_open) trace_->resize(traced);
  }
  element_ = outside;
  if (list.open.has_value()) found = join(found, {*list.open});
  return Result::One(std::move(found));
}

absl::StatusOr<Result> Evaluator::OnFilterOrMap(const ExpressionNode& node) {
  CONCORDAT_ASSIGN_OR_RETURN(const Result list, Evaluate(node.children[0]));
  const bool is_filter = node.function == Function::kFilter;
  Result result{.many = true, .items = {}, .open = list.open};
  for (const Operand& item : list.items) {
    const size_t traced = trace_ == nullptr ? 0 : trace_->size();
    variables_[node.variable] = item;
    CONCORDAT_ASSIGN_OR_RETURN(Operand body, EvaluateOne(node.children[1]));
    if (trace_ != nullptr) trace_->resize(traced);
    if (!is_filter) {
      result.items.push_back(std::move(body));
    } else if (const Undecided* undecided = body.undecided()) {
      KeepOpen(result, *undecided);
    } else if (body.IsTruth(true)) {
      result.items.push_back(item);
    }
    if (lookups_.exhausted()) {
      KeepOpen(result, {UndecidedReason::kTooManySteps, ""});
      break;
    }
  }
  return result;
}

Operand Evaluator::Aggregate(Function function, const Result& list) {
  if (list.open.has_value()) return {*list.open};
  Operand total;
  bool first = true;
  for (const Operand& item : list.items) {
    if (item.undecided() != nullptr) return item;
    if (first) {
      total = item;
    } else if (function == Function::kSum) {
      total = Calculate(Operator::kAdd, total, item);
    } else if (function == Function::kMin || function == Function::kMax) {
      const bool is_min = function == Function::kMin;
      const Operand& lesser = is_min ? item : total;
      const Operand& greater = is_min ? total : item;
      Operand less = IsLess(lesser, greater, false, lookups_.horizon());
      if (less.undecided() != nullptr) return less;
      if (less.IsTruth(true)) total = item;
    }
    first = false;
  }
  if (function == Function::kCount) {
    const auto count = static_cast<int64_t>(list.items.size());
    return {Scalar(Decimal{count, 0})};
  }
  return first ? UndecidedOperand(UndecidedReason::kEmpty) : total;
}

// Whether there is one, which is always decided where it can be looked at.
absl::StatusOr<Operand> Evaluator::OnHas(const ExpressionNode& argument) {
  const auto is_nothing = [](const Operand& operand) {
    const Undecided* undecided = operand.undecided();
    return undecided != nullptr &&
           (undecided->reason == UndecidedReason::kNothingRelated ||
            undecided->reason == UndecidedReason::kNoValue);
  };
  const bool is_attribute = argument.kind == ExpressionKind::kAttribute;
  Result entities;
  if (is_attribute) {
    CONCORDAT_ASSIGN_OR_RETURN(entities, Evaluate(argument.children[0]));
  } else {
    const auto index =
        static_cast<size_t>(&argument - expression_.nodes.data());
    CONCORDAT_ASSIGN_OR_RETURN(entities, Evaluate(index));
  }
  Operand found = TruthOperand(false);
  for (const Operand& item : entities.items) {
    if (is_nothing(item)) continue;
    const Undecided* undecided = item.undecided();
    const bool are_several =
        undecided != nullptr && !is_attribute &&
        undecided->reason == UndecidedReason::kSeveralRelated;
    if (are_several) return TruthOperand(true);
    if (item.entity() == nullptr) {
      found = Or(found, item);
      continue;
    }
    bool present = true;
    if (is_attribute) {
      CONCORDAT_ASSIGN_OR_RETURN(
          const AttributeAt* value,
          lookups_.ValueAt(
              *item.entity(),
              *argument.attributes.find(item.entity()->type)->second));
      present = value->state == Timeline::State::kValue;
    }
    found = Or(found, TruthOperand(present));
    if (present) return found;
  }
  return entities.open.has_value() ? Or(found, {*entities.open}) : found;
}

absl::StatusOr<Operand> Evaluator::OnChangedAt(const ExpressionNode& argument) {
  CONCORDAT_ASSIGN_OR_RETURN(const Operand base,
                             EvaluateOne(argument.children[0]));
  if (base.undecided() != nullptr) return base;
  const EntityId& entity = *base.entity();
  const Attribute& attribute = *argument.attributes.find(entity.type)->second;
  CONCORDAT_ASSIGN_OR_RETURN(const AttributeAt* found,
                             lookups_.ValueAt(entity, attribute));
  std::string of = absl::StrCat(entity.type, ".", attribute.name);
  if (found->state != Timeline::State::kValue) {
    return UndecidedOperand(UndecidedReason::kNoValue, std::move(of));
  }
  if (found->changed_at == absl::InfinitePast()) {
    return UndecidedOperand(UndecidedReason::kNoBeginning, std::move(of));
  }
  return InstantOperand(absl::ToUnixMicros(found->changed_at), 0);
}

absl::StatusOr<Result> Evaluator::OnCall(const ExpressionNode& node) {
  Horizon& horizon = lookups_.horizon();
  Operand result;
  switch (node.function) {
    case Function::kNow:
      return Result::One(InstantOperand(absl::ToUnixMicros(horizon.at()), 1));
    case Function::kExists:
    case Function::kAll:
      return OnQuantifier(node);
    case Function::kFilter:
    case Function::kMap:
      return OnFilterOrMap(node);
    case Function::kHas: {
      CONCORDAT_ASSIGN_OR_RETURN(result,
                                 OnHas(expression_.nodes[node.children[0]]));
      return Result::One(std::move(result));
    }
    case Function::kChangedAt: {
      CONCORDAT_ASSIGN_OR_RETURN(
          result, OnChangedAt(expression_.nodes[node.children[0]]));
      return Result::One(std::move(result));
    }
    default:
      break;
  }
  CONCORDAT_ASSIGN_OR_RETURN(const Result argument, Evaluate(node.children[0]));
  switch (node.function) {
    case Function::kDays:
      return Result::One(DaysOf(argument.one(), horizon));
    case Function::kDate:
      return Result::One(
          DayOf(argument.one(), expression_.schema->habits.time_zone, horizon));
    case Function::kAbs:
      return Result::One(Absolute(argument.one(), horizon));
    default:
      break;
  }
  result = Aggregate(node.function, argument);
  const bool is_empty_sum = node.function == Function::kSum &&
                            argument.items.empty() &&
                            !argument.open.has_value();
  return Result::One(is_empty_sum ? Nothing(node.type) : std::move(result));
}

}  // namespace concordat::rules
