// Expressions of rules. Whatever the text:
//   compiling ends, in an expression or in an INVALID_FIELD in UTF-8;
//   the text of a part of an expression is a part of the text;
//   evaluating one ends, twice alike, and holds for some time;
//   what it looked at is what it says that it reads.
//
// Input: a byte of which the type is chosen, then the text.
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/rules/evaluation.h"
#include "consistency/rules/type_checker.h"
#include "graph/errors.h"
#include "graph/text.h"
#include "tests/fuzz/input.h"

namespace concordat::rules {
namespace {

constexpr const char* kTypes[] = {"customer", "order"};

Schema* MakeSchema() {
  auto* const schema = new Schema;
  schema->habits.date_order = DateOrder::kYearMonthDay;
  schema->habits.decimal_mark = '.';
  schema->habits.time_zone = absl::UTCTimeZone();
  schema->habits.has_time_zone = true;
  CodeList& list = schema->code_lists["tier"];
  list.codes = {"silver", "gold"};
  list.by_writing = {{"silver", "silver"}, {"gold", "gold"}};
  for (const char* type : kTypes) {
    EntityType& entity_type = schema->entity_types[type];
    entity_type.name = type;
    for (const ValueType value_type : kValueTypes) {
      // Three letters of its type: `tex`, `cod`, `int`, `dec`, `mon` ...
      for (const bool is_set : {false, true}) {
        Attribute attribute;
        attribute.name =
            absl::StrCat(std::string(ValueTypeName(value_type)).substr(0, 3),
                         is_set ? "s" : "");
        attribute.type = value_type;
        attribute.is_set = is_set;
        attribute.target = "order";
        if (value_type == ValueType::kCode) attribute.code_list = &list;
        entity_type.attributes[attribute.name] = attribute;
      }
    }
  }
  const auto relate = [schema](const std::string& name, const char* from,
                               const char* to, Cardinality cardinality,
                               const std::string& inverse) {
    RelationType& relation = schema->relation_types[name];
    relation.name = name;
    relation.from_types = {from};
    relation.to_types = {to};
    relation.cardinality = cardinality;
    relation.inverse = inverse;
  };
  relate("placed", "customer", "order", Cardinality::kOneToMany, "by");
  relate("knows", "customer", "customer", Cardinality::kManyToMany, "known");
  schema->relation_types["knows"].to_types = {"customer", "order"};
  return schema;
}

const Schema& TheSchema() {
  static const Schema* const kSchema = MakeSchema();
  return *kSchema;
}

// A world in which everything follows from its name.
class NamedFacts : public RuleFacts {
 public:
  absl::StatusOr<AttributeAt> ValueAt(const EntityId& entity,
                                      const Attribute& attribute,
                                      absl::Time at) override {
    constexpr const char* kRaw[] = {
        "7",    "40 EUR",     "gold",
        "true", "2026-06-15", "14:30",
        "P1M",  "3 kg",       "2026-06-15T12:00:00Z",
        "a; b", "1.234"};
    const size_t choice = Choose(entity, attribute.name);
    AttributeAt found;
    found.valid.to = at + absl::Hours(1 + choice % 5);
    if (choice % 7 == 0) return found;
    found.state = Timeline::State::kValue;
    found.erased = choice % 11 == 0;
    found.reading = ReadValue(attribute, kRaw[choice % std::size(kRaw)],
                              TheSchema().habits);
    if (choice % 3 == 0) found.changed_at = at - absl::Hours(choice % 100);
    return found;
  }

  absl::StatusOr<Related> RelatedAt(const EntityId& entity,
                                    const RelationType& relation, EdgeSide side,
                                    absl::Time, size_t limit) override {
    const auto& far =
        side == EdgeSide::kOutgoing ? relation.to_types : relation.from_types;
    const size_t choice = Choose(entity, relation.name);
    Related related;
    for (size_t i = 0; i < choice % 4; ++i) {
      if (related.entities.size() == limit) {
        related.more = true;
        break;
      }
      related.entities.push_back(
          {far[i % far.size()], absl::StrCat(choice % 50, ".", i)});
    }
    return related;
  }

 private:
  // Of the text alone: the same in every run.
  static size_t Choose(const EntityId& entity, const std::string& name) {
    size_t choice = 5381;
    for (const char c : absl::StrCat(entity.type, "/", entity.id, "/", name)) {
      choice = choice * 33 % 1'000'003 + static_cast<unsigned char>(c);
    }
    return choice;
  }
};

void CheckEvaluation(const Rule& rule) {
  const EntityId root{rule.on, "1"};
  const absl::Time at = absl::FromUnixSeconds(1'781'524'800);
  NamedFacts facts;
  const auto seen = EvaluateRule(rule, root, at, facts, Trace::kOn);
  const auto again = EvaluateRule(rule, root, at, facts);
  CONCORDAT_FUZZ_CHECK(seen.ok() && again.ok());
  CONCORDAT_FUZZ_CHECK(seen->outcome == again->outcome);
  CONCORDAT_FUZZ_CHECK(seen->stable_until == again->stable_until);
  CONCORDAT_FUZZ_CHECK(seen->stable_until > at);
  CONCORDAT_FUZZ_CHECK(seen->trace.size() <= rule.require.nodes.size());
  for (const UsedFact& fact : seen->facts) {
    bool is_read = false;
    for (const ReadNode& node : rule.reads) {
      is_read = is_read ||
                node.attributes.contains({fact.entity.type, fact.attribute});
    }
    CONCORDAT_FUZZ_CHECK(is_read);
  }
}

}  // namespace
}  // namespace concordat::rules

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace concordat;
  using namespace concordat::rules;
  fuzz::Input input(data, size);
  const EntityType& on =
      *TheSchema().FindEntityType(kTypes[input.Byte() % std::size(kTypes)]);
  const absl::string_view text = input.Rest();
  const auto parts = CompileMessage(text, on, TheSchema());
  auto compiled = CompileExpression(text, on, TheSchema());
  for (const absl::Status& status : {parts.status(), compiled.status()}) {
    if (status.ok()) continue;
    CONCORDAT_FUZZ_CHECK(DetailOf(status)->reason ==
                         ErrorReason::kInvalidField);
    CONCORDAT_FUZZ_CHECK(IsValidUtf8(status.message()));
  }
  if (!compiled.ok()) return 0;
  for (const ExpressionNode& node : compiled->nodes) {
    CONCORDAT_FUZZ_CHECK(node.place.begin <= node.place.end &&
                         node.place.end <= text.size());
  }
  Rule rule;
  rule.on = on.name;
  rule.reads = ReadsOf(on, {&*compiled});
  if (compiled->root().type.kind != Kind::kTruth ||
      compiled->root().type.many) {
    return 0;
  }
  rule.require = *std::move(compiled);
  CheckEvaluation(rule);
  return 0;
}
