#include "server/rpc/walk_calls.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/convert/walk.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/entity_facts.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

// Puts the canonical id of an entity that is known in its place; NOT_FOUND at
// `field`.
absl::Status RequireKnown(const Vocabulary& vocabulary,
                          const ReadSession& session, absl::string_view field,
                          EntityId& entity) {
  const auto type = RequireEntity(vocabulary, session.graph(), entity);
  if (!type.ok()) return AtField(field, type.status());
  CONCORDAT_ASSIGN_OR_RETURN(entity, session.identity().CanonicalOf(entity));
  return absl::OkStatus();
}

// The attributes that are asked for, by entity type.
class WantedAttributes {
 public:
  // Errors: LIMIT_EXCEEDED, INVALID_FIELD where no type has an attribute.
  static absl::StatusOr<WantedAttributes> Read(
      const v1::GetNeighbourhoodRequest& request, const Schema& schema) {
    WantedAttributes wanted;
    if (request.attributes_size() > limits::kWalkNamesMax) {
      return errors::LimitExceeded("walk_names_max", request.attributes_size(),
                                   limits::kWalkNamesMax, "attributes");
    }
    for (int i = 0; i < request.attributes_size(); ++i) {
      const std::string& name = request.attributes(i);
      wanted.all_ = wanted.all_ || name == "*";
      bool known = name == "*";
      for (const auto& [type_name, type] : schema.entity_types) {
        const Attribute* attribute = type.FindAttribute(name);
        if (attribute == nullptr) continue;
        wanted.by_type_[type_name].insert(attribute->name);
        known = true;
      }
      if (!known) {
        return errors::InvalidField(
            absl::StrCat("attributes[", i, "]"),
            "no entity type of the vocabulary has an attribute or alias of "
            "this name; `*` names all");
      }
    }
    return wanted;
  }

  bool Any(const EntityId& entity) const {
    return all_ || by_type_.find(entity.type) != by_type_.end();
  }
  bool Has(const EntityId& entity, absl::string_view attribute) const {
    if (all_) return true;
    const auto type = by_type_.find(entity.type);
    return type != by_type_.end() &&
           type->second.find(attribute) != type->second.end();
  }

 private:
  bool all_ = false;
  std::map<std::string, std::set<std::string, std::less<>>> by_type_;
};

// An answer that grows until it is full.
class Answer {
 public:
  // Whether `part`, the next one, still fits in.
  bool Fits(const google::protobuf::Message& part) {
    // Tag and length take a few bytes more.
    bytes_ += static_cast<int64_t>(part.ByteSizeLong()) + 8;
    return bytes_ <= kAnswerBytesMax;
  }

 private:
  int64_t bytes_ = 0;
};

void CutAt(const EntityId& entity, WalkCuts& cuts) {
  cuts.Note(WalkLimit::kMessageBytes, kAnswerBytesMax, entity);
}

template <typename Response>
void FillCuts(const std::vector<WalkCut>& cuts, Response* response) {
  for (const WalkCut& cut : cuts) ToWire(cut, response->add_cuts());
}

// Entities, then relations; what does not fit any more is a cut.
absl::Status Fill(const ServiceContext& context, const Vocabulary& vocabulary,
                  const GraphReader& graph, absl::Time valid_at,
                  const WantedAttributes& wanted, const Neighbourhood& found,
                  v1::GetNeighbourhoodResponse* response) {
  Answer answer;
  WalkCuts cuts;
  for (const Neighbour& neighbour : found.entities) {
    const EntityId& entity = neighbour.entity;
    v1::Neighbour* wire = response->add_entities();
    ToWire(entity, wire->mutable_entity());
    wire->set_depth(static_cast<int32_t>(neighbour.depth));
    if (wanted.Any(entity)) {
      CONCORDAT_RETURN_IF_ERROR(AddFactsAt(
          context, vocabulary, graph, entity, valid_at,
          [&](absl::string_view name) { return wanted.Has(entity, name); },
          wire->mutable_facts()));
    }
    if (answer.Fits(*wire)) continue;
    response->mutable_entities()->RemoveLast();
    CutAt(entity, cuts);
    break;
  }
  for (const WalkedEdge& edge : found.edges) {
    v1::WalkedRelation* wire = response->add_relations();
    ToWire(edge, vocabulary.schema, wire);
    if (answer.Fits(*wire)) continue;
    response->mutable_relations()->RemoveLast();
    CutAt(edge.near, cuts);
    break;
  }
  FillCuts(found.cuts, response);
  FillCuts(cuts.Take(), response);
  return absl::OkStatus();
}

}  // namespace

absl::Status GetNeighbourhoodNow(const ServiceContext& context,
                                 const v1::GetNeighbourhoodRequest& request,
                                 v1::GetNeighbourhoodResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::Open(context, request.consistency()));
  CONCORDAT_ASSIGN_OR_RETURN(
      NeighbourhoodQuery query,
      FromWire(request, vocabulary->schema, context.clock->Now()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const WantedAttributes wanted,
      WantedAttributes::Read(request, vocabulary->schema));
  const GraphReader graph = session.graph();
  for (size_t i = 0; i < query.starts.size(); ++i) {
    CONCORDAT_RETURN_IF_ERROR(RequireKnown(*vocabulary, session,
                                           absl::StrCat("starts[", i, "]"),
                                           query.starts[i]));
  }
  query.view.at = session.revision();
  CONCORDAT_ASSIGN_OR_RETURN(const Neighbourhood found,
                             FindNeighbourhood(session.reader(), query));
  CONCORDAT_RETURN_IF_ERROR(Fill(context, *vocabulary, graph,
                                 query.view.valid_at, wanted, found, response));
  response->set_work(found.work);
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

absl::Status FindPathsNow(const ServiceContext& context,
                          const v1::FindPathsRequest& request,
                          v1::FindPathsResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const auto vocabulary,
                             context.vocabularies->Require());
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::Open(context, request.consistency()));
  CONCORDAT_ASSIGN_OR_RETURN(
      PathsQuery query,
      FromWire(request, vocabulary->schema, context.clock->Now()));
  CONCORDAT_RETURN_IF_ERROR(
      RequireKnown(*vocabulary, session, "from", query.from));
  CONCORDAT_RETURN_IF_ERROR(RequireKnown(*vocabulary, session, "to", query.to));
  if (query.from == query.to) {
    return errors::InvalidField("to", "is one entity with `from`");
  }
  query.view.at = session.revision();
  CONCORDAT_ASSIGN_OR_RETURN(const Paths found,
                             FindPaths(session.reader(), query));
  for (const Path& path : found.paths) {
    v1::RelationPath* wire = response->add_paths();
    for (const WalkedEdge& edge : path) {
      ToWire(edge, vocabulary->schema, wire->add_relations());
    }
  }
  FillCuts(found.cuts, response);
  response->set_work(found.work);
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

}  // namespace concordat
