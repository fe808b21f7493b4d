#include "tests/graph/graph_fixture.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "graph/validation.h"
#include "gtest/gtest.h"

namespace concordat {

absl::Time Day(int month, int day) {
  return absl::FromCivil(absl::CivilDay(2026, month, day), absl::UTCTimeZone());
}

void FillTestSchema(Schema& schema) {
  const auto add = [&schema](const std::string& type, Attribute attribute) {
    EntityType& entity_type = schema.entity_types[type];
    entity_type.name = type;
    for (const std::string& alias : attribute.aliases) {
      entity_type.attribute_aliases[alias] = attribute.name;
    }
    const std::string name = attribute.name;
    entity_type.attributes[name] = std::move(attribute);
  };
  CodeList& tiers = schema.code_lists["tier"];
  tiers.name = "tier";
  tiers.codes = {"bronze", "silver", "gold"};
  for (const std::string& code : tiers.codes) tiers.by_writing[code] = code;
  tiers.by_writing["oro"] = "gold";

  add("customer", {.name = "tier",
                   .type = ValueType::kCode,
                   .code_list = &tiers,
                   .identity = IdentityRules(),
                   .aliases = {"loyaltyTier"}});
  add("customer", {.name = "visits", .type = ValueType::kInteger});
  add("customer", {.name = "email",
                   .type = ValueType::kEmail,
                   .identifying = true,
                   .personal = true});
  add("order", {.name = "status", .type = ValueType::kText});
  add("household", {.name = "members", .type = ValueType::kInteger});
  schema.relation_types["placed"] = {
      .name = "placed", .from_types = {"customer"}, .to_types = {"order"}};
  schema.relation_types["knows"] = {
      .name = "knows", .from_types = {"customer"}, .to_types = {"customer"}};
  const auto relate = [&schema](const std::string& name, const char* from,
                                const char* to, Cardinality cardinality,
                                bool acyclic) {
    schema.relation_types[name] = {.name = name,
                                   .description = "",
                                   .from_types = {from},
                                   .to_types = {to},
                                   .cardinality = cardinality,
                                   .inverse = "",
                                   .acyclic = acyclic};
  };
  relate("follows", "customer", "customer", Cardinality::kManyToMany, false);
  relate("married_to", "customer", "customer", Cardinality::kOneToOne, false);
  relate("introduced", "customer", "customer", Cardinality::kOneToMany, false);
  relate("lives_in", "customer", "household", Cardinality::kManyToOne, false);
  relate("reports_to", "customer", "customer", Cardinality::kManyToOne, true);
  relate("leads", "customer", "customer", Cardinality::kOneToMany, true);
  relate("contains", "customer", "customer", Cardinality::kManyToMany, true);
  schema.relation_types["lives_in"].inverse = "has_resident";
  schema.sources = {"crm", "erp"};
}

FactRecord MakeFact(const EntityId& entity, const std::string& attribute,
                    std::optional<std::string> value, ValidTime valid) {
  FactRecord fact;
  fact.entity = entity;
  fact.attribute = attribute;
  fact.value = std::move(value);
  fact.valid = valid;
  return fact;
}

FactRecord MakeRetraction(const EntityId& entity, const std::string& attribute,
                          absl::Time from) {
  FactRecord fact = MakeFact(entity, attribute, std::nullopt, {.from = from});
  fact.retraction = true;
  return fact;
}

RelationRecord MakeRelation(const EntityId& from, const std::string& relation,
                            const EntityId& to, ValidTime valid) {
  RelationRecord record;
  record.from = from;
  record.relation = relation;
  record.to = to;
  record.valid = valid;
  return record;
}

LinkRecord MakeLink(const std::string& channel, const std::string& subject,
                    const EntityId& entity) {
  LinkRecord link;
  link.channel = channel;
  link.subject = subject;
  link.entity = entity;
  return link;
}

MergeRecord MakeMerge(const EntityId& duplicate, const EntityId& survivor) {
  MergeRecord merge;
  merge.duplicate = duplicate;
  merge.survivor = survivor;
  return merge;
}

MergeRecord MakeSplit(const EntityId& duplicate) {
  MergeRecord split;
  split.duplicate = duplicate;
  split.retraction = true;
  return split;
}

DistinctRecord MakeDistinct(const EntityId& a, const EntityId& b,
                            bool retraction) {
  DistinctRecord distinct;
  distinct.a = a;
  distinct.b = b;
  distinct.retraction = retraction;
  return distinct;
}

LinkRecord During(ValidTime valid, LinkRecord link) {
  link.valid = valid;
  return link;
}

FactEnd MakeFactEnd(const EntityId& entity, const std::string& attribute,
                    absl::Time valid_to, std::optional<std::string> source) {
  return {entity, attribute, std::move(source), valid_to, "over"};
}

RelationEnd MakeRelationEnd(const EntityId& from, const std::string& relation,
                            const EntityId& to, absl::Time valid_to) {
  return {from, relation, to, valid_to, "over"};
}

LinkEnd MakeLinkEnd(const std::string& channel, const std::string& subject,
                    absl::Time valid_to) {
  return {channel, subject, valid_to, "over"};
}

std::string ReasonOf(const absl::Status& status) {
  if (status.ok()) return "OK";
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return status.ToString();
  const std::string reason(ErrorReasonName(detail->reason));
  return detail->field.empty() ? reason
                               : absl::StrCat(reason, " ", detail->field);
}

void FailUnlessOk(const absl::Status& status) {
  EXPECT_EQ(ReasonOf(status), "OK") << status;
}

absl::StatusOr<WriteOutcome> TestGraph::TryWrite(WriteBatch batch) {
  CONCORDAT_RETURN_IF_ERROR(ValidateBatch(schema_, batch));
  const CommitStamp stamp{.revision = head_.Next(), .at = now_};
  absl::StatusOr<WriteOutcome> outcome;
  CONCORDAT_RETURN_IF_ERROR(store_.Write([&](Transaction& tx) {
    outcome = RecordBatch(tx, schema_, batch, stamp);
    return outcome.status();
  }));
  if (!outcome->replayed) head_ = stamp.revision;
  return outcome;
}

Revision TestGraph::Write(std::vector<Change> changes) {
  WriteBatch batch;
  batch.changes = std::move(changes);
  const absl::StatusOr<WriteOutcome> outcome = TryWrite(std::move(batch));
  FailUnlessOk(outcome.status());
  return outcome.ok() ? outcome->revision : Revision();
}

Revision TestGraph::WriteEnd(std::variant<FactEnd, RelationEnd, LinkEnd> end) {
  WriteBatch batch;
  batch.ends.push_back({0, std::move(end)});
  const absl::StatusOr<WriteOutcome> outcome = TryWrite(std::move(batch));
  FailUnlessOk(outcome.status());
  return outcome.ok() ? outcome->revision : Revision();
}

}  // namespace concordat
