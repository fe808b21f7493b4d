#include "server/rpc/entity_facts.h"

#include <utility>
#include <vector>

#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/reading.h"
#include "graph/status_macros.h"
#include "graph/survivorship.h"
#include "graph/timeline.h"
#include "server/convert/knowledge.h"

namespace concordat {
namespace {

// The rule of an attribute, where the vocabulary in force knows it.
Survivorship SurvivorshipOf(const Vocabulary& vocabulary,
                            const EntityId& entity,
                            absl::string_view attribute_name) {
  const EntityType* type = vocabulary.schema.FindEntityType(entity.type);
  const Attribute* attribute =
      type == nullptr ? nullptr : type->FindAttribute(attribute_name);
  return attribute == nullptr ? Survivorship() : attribute->survivorship;
}

}  // namespace

Reading ReadingOf(const FactRecord& fact, const Vocabulary& vocabulary) {
  const EntityType* type = vocabulary.schema.FindEntityType(fact.entity.type);
  const Attribute* attribute =
      type == nullptr ? nullptr : type->FindAttribute(fact.attribute);
  if (attribute == nullptr || !fact.value.has_value()) return {};
  return ReadValue(*attribute, *fact.value, vocabulary.schema.habits);
}

void AddFact(const ServiceContext& context, const Vocabulary& vocabulary,
             const FactRecord& fact, v1::RecordedFact* wire) {
  convert::ToWire(fact, ReadingOf(fact, vocabulary), *context.tokens, wire);
}

absl::Status AddFactsAt(
    const ServiceContext& context, const Vocabulary& vocabulary,
    const GraphReader& graph, const EntityId& entity, absl::Time valid_at,
    absl::FunctionRef<bool(absl::string_view attribute)> wanted,
    google::protobuf::RepeatedPtrField<v1::RecordedFact>* wire) {
  const Identity identity(graph.reader(), graph.revision());
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster, identity.ClusterOf(entity));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                             identity.FactsOf(cluster));
  CONCORDAT_ASSIGN_OR_RETURN(records, identity.AsOneEntity(std::move(records)));
  for (size_t begin = 0; begin < records.size();) {
    size_t end = begin;
    while (end < records.size() &&
           records[end].attribute == records[begin].attribute) {
      ++end;
    }
    if (wanted(records[begin].attribute)) {
      const Timeline timeline(
          std::vector<FactRecord>(records.begin() + begin,
                                  records.begin() + end),
          SurvivorshipOf(vocabulary, entity, records[begin].attribute));
      if (const TimelineSpan* span = timeline.At(valid_at); span != nullptr) {
        AddFact(context, vocabulary, timeline.FactOf(*span), wire->Add());
      }
    }
    begin = end;
  }
  return absl::OkStatus();
}

absl::StatusOr<const EntityType*> RequireEntity(const Vocabulary& vocabulary,
                                                const GraphReader& graph,
                                                const EntityId& entity) {
  const auto type = vocabulary.schema.RequireEntityType(entity.type);
  if (!type.ok()) return WithField("entity", type.status());
  const Identity identity(graph.reader(), graph.revision());
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster, identity.ClusterOf(entity));
  CONCORDAT_ASSIGN_OR_RETURN(const bool exists, identity.Exists(cluster));
  if (!exists) return errors::NotFound("this entity");
  return *type;
}

}  // namespace concordat
