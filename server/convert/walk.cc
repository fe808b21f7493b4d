#include "server/convert/walk.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "graph/validation.h"
#include "server/convert/common.h"
#include "server/convert/knowledge.h"

namespace concordat::convert {
namespace {

// The number of a field, of which 0 means the default.
absl::StatusOr<int64_t> ReadBound(absl::string_view field,
                                  absl::string_view limit, int64_t asked_for,
                                  int64_t by_default, int64_t most) {
  if (asked_for < 0) {
    return errors::InvalidField(field, "must not be negative");
  }
  if (asked_for > most) {
    return errors::LimitExceeded(limit, asked_for, most, field);
  }
  return asked_for == 0 ? by_default : asked_for;
}

absl::Status CheckCount(absl::string_view field, int64_t count) {
  if (count <= limits::kWalkNamesMax) return absl::OkStatus();
  return errors::LimitExceeded("walk_names_max", count, limits::kWalkNamesMax,
                               field);
}

absl::StatusOr<EntityId> ReadEntity(const v1::EntityRef& wire,
                                    const std::string& field,
                                    const Schema& schema) {
  const auto type = schema.RequireEntityType(wire.type());
  if (!type.ok()) return WithField(field, type.status());
  CONCORDAT_RETURN_IF_ERROR(
      CheckId(absl::StrCat(field, ".id"), wire.id(), limits::kIdBytesMax));
  return FromWire(wire);
}

absl::StatusOr<Direction> ReadDirection(v1::RelationDirection wire) {
  switch (wire) {
    case v1::RELATION_DIRECTION_UNSPECIFIED:
    case v1::RELATION_DIRECTION_BOTH:
      return Direction::kBoth;
    case v1::RELATION_DIRECTION_OUTGOING:
      return Direction::kOutgoing;
    case v1::RELATION_DIRECTION_INCOMING:
      return Direction::kIncoming;
    default:
      return errors::InvalidField("direction", "is not one of the enum's");
  }
}

absl::StatusOr<RelationStep> ReadStep(const v1::RelationStep& wire,
                                      const Schema& schema) {
  RelationStep step;
  CONCORDAT_ASSIGN_OR_RETURN(step.direction, ReadDirection(wire.direction()));
  if (wire.relation().empty()) return step;
  CONCORDAT_ASSIGN_OR_RETURN(const RelationReading reading,
                             schema.ReadRelationName(wire.relation()));
  step.relation = reading.type->name;
  if (reading.backwards) step.direction = Reversed(step.direction);
  return step;
}

// What both requests share.
template <typename Request>
absl::StatusOr<WalkView> ReadView(const Request& request, const Schema& schema,
                                  absl::Time now) {
  WalkView view;
  view.valid_at = now;
  if (request.has_valid_at()) {
    CONCORDAT_ASSIGN_OR_RETURN(view.valid_at,
                               FromWire(request.valid_at(), "valid_at"));
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      view.fan_out, ReadBound("fan_out", "walk_fan_out_max", request.fan_out(),
                              limits::kWalkFanOutMax, limits::kWalkFanOutMax));
  CONCORDAT_ASSIGN_OR_RETURN(
      view.work, ReadBound("work", "walk_work_max", request.work(),
                           limits::kWalkWorkMax, limits::kWalkWorkMax));
  CONCORDAT_RETURN_IF_ERROR(CheckCount("steps", request.steps_size()));
  for (int i = 0; i < request.steps_size(); ++i) {
    absl::StatusOr<RelationStep> step = ReadStep(request.steps(i), schema);
    if (!step.ok()) {
      return WithField(absl::StrCat("steps[", i, "]"), step.status());
    }
    view.steps.push_back(*std::move(step));
  }
  if (view.steps.empty()) view.steps.emplace_back();
  return view;
}

}  // namespace

absl::StatusOr<NeighbourhoodQuery> FromWire(
    const v1::GetNeighbourhoodRequest& request, const Schema& schema,
    absl::Time now) {
  NeighbourhoodQuery query;
  if (request.starts().empty()) {
    return errors::InvalidField("starts", "must name at least one entity");
  }
  if (request.starts_size() > limits::kWalkStartsMax) {
    return errors::LimitExceeded("walk_starts_max", request.starts_size(),
                                 limits::kWalkStartsMax, "starts");
  }
  for (int i = 0; i < request.starts_size(); ++i) {
    CONCORDAT_ASSIGN_OR_RETURN(
        EntityId start,
        ReadEntity(request.starts(i), absl::StrCat("starts[", i, "]"), schema));
    query.starts.push_back(std::move(start));
  }
  CONCORDAT_ASSIGN_OR_RETURN(query.view, ReadView(request, schema, now));
  CONCORDAT_RETURN_IF_ERROR(CheckCount("types", request.types_size()));
  for (int i = 0; i < request.types_size(); ++i) {
    const auto type = schema.RequireEntityType(request.types(i));
    if (!type.ok()) {
      return AtField(absl::StrCat("types[", i, "]"), type.status());
    }
    query.types.push_back(request.types(i));
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      query.depth, ReadBound("depth", "walk_depth_max", request.depth(), 1,
                             limits::kWalkDepthMax));
  CONCORDAT_ASSIGN_OR_RETURN(
      query.results,
      ReadBound("max_results", "walk_results_max", request.max_results(),
                limits::kWalkResultsDefault, limits::kWalkResultsMax));
  return query;
}

absl::StatusOr<PathsQuery> FromWire(const v1::FindPathsRequest& request,
                                    const Schema& schema, absl::Time now) {
  PathsQuery query;
  CONCORDAT_ASSIGN_OR_RETURN(query.from,
                             ReadEntity(request.from(), "from", schema));
  CONCORDAT_ASSIGN_OR_RETURN(query.to, ReadEntity(request.to(), "to", schema));
  if (query.from == query.to) {
    return errors::InvalidField("to", "must be another entity than `from`");
  }
  CONCORDAT_ASSIGN_OR_RETURN(query.view, ReadView(request, schema, now));
  CONCORDAT_ASSIGN_OR_RETURN(
      query.length,
      ReadBound("max_length", "walk_depth_max", request.max_length(),
                limits::kWalkDepthMax, limits::kWalkDepthMax));
  CONCORDAT_ASSIGN_OR_RETURN(
      query.paths, ReadBound("max_paths", "paths_max", request.max_paths(),
                             limits::kPathsDefault, limits::kPathsMax));
  return query;
}

void ToWire(const WalkedEdge& edge, const Schema& schema,
            v1::WalkedRelation* wire) {
  ToWire(edge.relation, wire->mutable_relation());
  wire->set_backwards(edge.backwards);
  ToWire(edge.near, wire->mutable_near());
  ToWire(edge.far, wire->mutable_far());
  if (!edge.backwards) return;
  const auto type = schema.relation_types.find(edge.relation.relation);
  if (type == schema.relation_types.end()) return;
  wire->set_inverse(type->second.inverse);
}

void ToWire(const WalkCut& cut, v1::WalkCut* wire) {
  wire->set_limit(static_cast<v1::WalkLimit>(cut.limit));
  wire->set_allowed(cut.allowed);
  for (const EntityId& entity : cut.entities) {
    ToWire(entity, wire->add_entities());
  }
  wire->set_entity_count(cut.count);
}

}  // namespace concordat::convert
