// The facts of one entity as every read of the graph gives them.
#ifndef CONCORDAT_SERVER_RPC_ENTITY_FACTS_H_
#define CONCORDAT_SERVER_RPC_ENTITY_FACTS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "concordat/v1/knowledge.pb.h"
#include "consistency/vocabulary.h"
#include "graph/facts.h"
#include "graph/graph_reader.h"
#include "graph/ids.h"
#include "graph/reading.h"
#include "server/rpc/service_context.h"

namespace concordat {

// What a fact says, for its canonical writing.
Reading ReadingOf(const FactRecord& fact, const Vocabulary& vocabulary);

// A fact with its canonical writing.
void AddFact(const ServiceContext& context, const Vocabulary& vocabulary,
             const FactRecord& fact, v1::RecordedFact* wire);

// The fact that holds at the instant for each attribute that is `wanted`, by
// attribute name; of all ids that are one entity with this one. Errors: the
// graph's.
absl::Status AddFactsAt(
    const ServiceContext& context, const Vocabulary& vocabulary,
    const GraphReader& graph, const EntityId& entity, absl::Time valid_at,
    absl::FunctionRef<bool(absl::string_view attribute)> wanted,
    google::protobuf::RepeatedPtrField<v1::RecordedFact>* wire);

// The type of an entity that is known, if only by an id that is merged with
// this one. Errors: UNKNOWN_ENTITY_TYPE, NOT_FOUND.
absl::StatusOr<const EntityType*> RequireEntity(const Vocabulary& vocabulary,
                                                const GraphReader& graph,
                                                const EntityId& entity);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_ENTITY_FACTS_H_
