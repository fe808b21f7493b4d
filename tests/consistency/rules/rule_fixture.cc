#include "tests/consistency/rules/rule_fixture.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_split.h"
#include "consistency/rules/type_checker.h"
#include "graph/text.h"
#include "gtest/gtest.h"

namespace concordat::rules {
namespace {

void AddCodes(Schema& schema, const std::string& name,
              const std::vector<std::string>& codes) {
  CodeList& list = schema.code_lists[name];
  list.name = name;
  list.codes = codes;
  for (const std::string& code : codes) list.by_writing[code] = code;
}

Attribute& Add(Schema& schema, const std::string& type, const std::string& name,
               ValueType value_type, const std::string& codes = "") {
  EntityType& entity_type = schema.entity_types[type];
  entity_type.name = type;
  Attribute& attribute = entity_type.attributes[name];
  attribute.name = name;
  attribute.type = value_type;
  if (!codes.empty()) attribute.code_list = &schema.code_lists.at(codes);
  return attribute;
}

struct RelationDeclaration {
  std::string name;
  std::vector<std::string> from;
  std::vector<std::string> to;
  Cardinality cardinality;
  std::string inverse;
};

void AddRelation(Schema& schema, const RelationDeclaration& from) {
  RelationType& type = schema.relation_types[from.name];
  type.name = from.name;
  type.from_types = from.from;
  type.to_types = from.to;
  type.cardinality = from.cardinality;
  type.inverse = from.inverse;
}

void FillSchema(Schema& schema) {
  schema.habits.date_order = DateOrder::kYearMonthDay;
  schema.habits.decimal_mark = '.';
  schema.habits.time_zone = absl::UTCTimeZone();
  schema.habits.has_time_zone = true;
  AddCodes(schema, "tier", {"bronze", "silver", "gold"});
  schema.code_lists["tier"].by_writing["oro"] = "gold";
  AddCodes(schema, "consent", {"granted", "withdrawn"});
  AddCodes(schema, "status", {"open", "done"});
  Add(schema, "customer", "tier", ValueType::kCode, "tier");
  Add(schema, "customer", "balance", ValueType::kMoney);
  Add(schema, "customer", "points", ValueType::kInteger);
  Add(schema, "customer", "born", ValueType::kDate);
  Add(schema, "customer", "last_login", ValueType::kInstant);
  Add(schema, "customer", "consent", ValueType::kCode, "consent");
  Add(schema, "customer", "interests", ValueType::kText).is_set = true;
  Add(schema, "customer", "name", ValueType::kPersonName).nicknames = true;
  Add(schema, "customer", "active", ValueType::kBoolean);
  Add(schema, "customer", "waits", ValueType::kDuration);
  Add(schema, "customer", "call_at", ValueType::kTimeOfDay);
  Add(schema, "customer", "height", ValueType::kQuantity);
  Add(schema, "customer", "note", ValueType::kText);
  Add(schema, "customer", "nothing", ValueType::kText);
  Add(schema, "order", "total", ValueType::kMoney);
  Add(schema, "order", "placed_on", ValueType::kDate);
  Add(schema, "order", "status", ValueType::kCode, "status");
  Add(schema, "line", "amount", ValueType::kMoney);
  Add(schema, "line", "pieces", ValueType::kInteger);
  Add(schema, "line", "price", ValueType::kMoney);
  Add(schema, "case", "status", ValueType::kCode, "status");
  Add(schema, "case", "due_on", ValueType::kDate);
  Add(schema, "case", "note", ValueType::kText);
  AddRelation(schema, {"placed",
                       {"customer"},
                       {"order"},
                       Cardinality::kOneToMany,
                       "placed_by"});
  AddRelation(
      schema,
      {"has_line", {"order"}, {"line"}, Cardinality::kOneToMany, "line_of"});
  AddRelation(schema, {"knows",
                       {"customer"},
                       {"customer"},
                       Cardinality::kManyToMany,
                       "known_by"});
  AddRelation(schema, {"concerns",
                       {"case"},
                       {"order", "customer"},
                       Cardinality::kManyToOne,
                       ""});
}

}  // namespace

EntityId Id(const std::string& path) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(path, absl::MaxSplits('/', 1));
  return {parts.first, parts.second};
}

absl::Time Day(const std::string& writing) {
  absl::Time time;
  std::string error;
  const bool is_day = writing.size() == 10;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full,
                              is_day ? writing + "T00:00:00Z" : writing, &time,
                              &error))
      << writing << ": " << error;
  return time;
}

const Schema& RuleSchema() {
  static const Schema* const kSchema = [] {
    auto* const schema = new Schema;
    FillSchema(*schema);
    return schema;
  }();
  return *kSchema;
}

Rule MakeRule(const Schema& schema, const std::string& on,
              const std::string& when, const std::string& require,
              const std::string& message, const std::string& name) {
  Rule rule;
  rule.name = name;
  rule.on = on;
  const EntityType& type = *schema.FindEntityType(on);
  std::vector<const Expression*> read;
  if (!when.empty()) {
    auto compiled = CompileCondition(when, type, schema);
    EXPECT_TRUE(compiled.ok()) << when << ": " << compiled.status();
    if (!compiled.ok()) return rule;
    rule.when = *std::move(compiled);
    read.push_back(&*rule.when);
  }
  auto compiled = CompileCondition(require, type, schema);
  EXPECT_TRUE(compiled.ok()) << require << ": " << compiled.status();
  auto parts = CompileMessage(message, type, schema);
  EXPECT_TRUE(parts.ok()) << message << ": " << parts.status();
  if (!compiled.ok() || !parts.ok()) return rule;
  rule.require = *std::move(compiled);
  rule.message = *std::move(parts);
  read.push_back(&rule.require);
  rule.reads = ReadsOf(type, read);
  return rule;
}

FactRecord& FakeFacts::Record(const std::string& entity,
                              const std::string& attribute) {
  FactRecord record;
  record.entity = Id(entity);
  record.attribute = attribute;
  record.recorded.revision = Revision(++revision_);
  record.recorded.source = "crm";
  auto& records = facts_[{record.entity, attribute}];
  records.push_back(std::move(record));
  return records.back();
}

FakeFacts& FakeFacts::Set(const std::string& entity,
                          const std::string& attribute,
                          std::optional<std::string> value, ValidTime valid) {
  FactRecord& record = Record(entity, attribute);
  record.value = std::move(value);
  record.valid = valid;
  return *this;
}

FakeFacts& FakeFacts::Erase(const std::string& entity,
                            const std::string& attribute) {
  Record(entity, attribute).erased = true;
  return *this;
}

void FakeFacts::Unset(const std::string& entity, const std::string& attribute) {
  facts_.erase({Id(entity), attribute});
}

FakeFacts& FakeFacts::Relate(const std::string& from,
                             const std::string& relation, const std::string& to,
                             ValidTime valid) {
  edges_[{Id(from), relation, EdgeSide::kOutgoing}].push_back({Id(to), valid});
  edges_[{Id(to), relation, EdgeSide::kIncoming}].push_back({Id(from), valid});
  return *this;
}

void FakeFacts::Unrelate(const std::string& from, const std::string& relation,
                         const std::string& to) {
  const auto remove = [this, &relation](const EntityId& near, EdgeSide side,
                                        const EntityId& far) {
    std::erase_if(edges_[{near, relation, side}],
                  [&far](const Edge& edge) { return edge.far == far; });
  };
  remove(Id(from), EdgeSide::kOutgoing, Id(to));
  remove(Id(to), EdgeSide::kIncoming, Id(from));
}

absl::StatusOr<AttributeAt> FakeFacts::ValueAt(const EntityId& entity,
                                               const Attribute& attribute,
                                               absl::Time at) {
  ++calls;
  const auto found = facts_.find({entity, attribute.name});
  if (found == facts_.end()) return AttributeAtOf(nullptr, schema_.habits, at);
  const KnownAttribute known(attribute, Timeline(found->second));
  return AttributeAtOf(&known, schema_.habits, at);
}

absl::StatusOr<Related> FakeFacts::RelatedAt(const EntityId& entity,
                                             const RelationType& relation,
                                             EdgeSide side, absl::Time at,
                                             size_t limit) {
  ++calls;
  Related related;
  std::set<EntityId> far;
  const auto found = edges_.find({entity, relation.name, side});
  if (found == edges_.end()) return related;
  for (const Edge& edge : found->second) {
    for (const absl::Time change : {edge.valid.from, edge.valid.to}) {
      if (change <= at) continue;
      related.stable_until = std::min(related.stable_until, change);
    }
    if (edge.valid.Covers(at)) far.insert(edge.far);
  }
  for (const EntityId& one : far) {
    if (related.entities.size() == limit) {
      related.more = true;
      break;
    }
    related.entities.push_back(one);
  }
  given += static_cast<int64_t>(related.entities.size());
  return related;
}

}  // namespace concordat::rules
