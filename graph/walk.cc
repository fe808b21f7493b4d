#include "graph/walk.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "graph/status_macros.h"

namespace concordat {
namespace {

// Edges that one relation gives in its turn: few, so that one with millions
// leaves room for the others.
constexpr size_t kEdgesPerTurn = 128;

bool Follows(Direction direction, EdgeSide side) {
  return direction == Direction::kBoth ||
         (direction == Direction::kOutgoing) == (side == EdgeSide::kOutgoing);
}

// The record that holds; nullptr where none does.
RelationRecord* HoldingAt(Edge& edge, absl::Time valid_at) {
  for (auto record = edge.in_force.rbegin(); record != edge.in_force.rend();
       ++record) {
    if (record->valid.Covers(valid_at)) return &*record;
  }
  return nullptr;
}

// Whether the relation of `incoming` is followed outwards too.
bool LeadsOut(const std::vector<EdgeCursor>& cursors,
              const EdgeCursor& incoming) {
  return std::any_of(cursors.begin(), cursors.end(),
                     [&](const EdgeCursor& cursor) {
                       return cursor.side() == EdgeSide::kOutgoing &&
                              cursor.relation() == incoming.relation();
                     });
}

bool InOrder(const WalkedEdge& a, const WalkedEdge& b) {
  return std::tie(a.relation.relation, a.backwards, a.far) <
         std::tie(b.relation.relation, b.backwards, b.far);
}

}  // namespace

Direction Reversed(Direction direction) {
  switch (direction) {
    case Direction::kOutgoing:
      return Direction::kIncoming;
    case Direction::kIncoming:
      return Direction::kOutgoing;
    case Direction::kBoth:
      break;
  }
  return Direction::kBoth;
}

void WalkCuts::Note(WalkLimit limit, int64_t allowed, const EntityId& at) {
  WalkCut& cut = cuts_[limit];
  cut.limit = limit;
  cut.allowed = allowed;
  ++cut.count;
  if (cut.entities.size() < kCutEntitiesMax) cut.entities.push_back(at);
}

std::vector<WalkCut> WalkCuts::Take() {
  std::vector<WalkCut> cuts;
  for (auto& entry : cuts_) cuts.push_back(std::move(entry.second));
  cuts_.clear();
  return cuts;
}

absl::StatusOr<std::vector<EdgeCursor>> EdgeWalker::CursorsOf(
    const Cluster& cluster, bool against) const {
  using Turn = std::tuple<std::string, EdgeSide, EntityId>;
  std::set<Turn> wanted;
  for (const RelationStep& step : view_.steps) {
    const Direction direction =
        against ? Reversed(step.direction) : step.direction;
    for (const EdgeSide side : {EdgeSide::kOutgoing, EdgeSide::kIncoming}) {
      if (!Follows(direction, side)) continue;
      for (const EntityId& member : cluster.members) {
        if (!step.relation.empty()) {
          wanted.emplace(step.relation, side, member);
          continue;
        }
        CONCORDAT_ASSIGN_OR_RETURN(std::vector<std::string> relations,
                                   RelationsAround(reader_, member, side));
        for (std::string& name : relations) {
          wanted.emplace(std::move(name), side, member);
        }
      }
    }
  }
  std::vector<EdgeCursor> cursors;
  cursors.reserve(wanted.size());
  for (const auto& [relation, side, member] : wanted) {
    cursors.emplace_back(&reader_, view_.at, member, relation, side);
  }
  return cursors;
}

absl::StatusOr<std::vector<WalkedEdge>> EdgeWalker::EdgesOf(
    const EntityId& entity, bool against) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             identity_.ClusterOf(entity));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<EdgeCursor> cursors,
                             CursorsOf(cluster, against));
  const auto fan_out = static_cast<size_t>(view_.fan_out);
  const size_t turn = std::clamp<size_t>(
      fan_out / std::max<size_t>(cursors.size(), 1), 1, kEdgesPerTurn);
  std::vector<WalkedEdge> walked;
  bool cut = false;
  // Each relation and side in turn, until all are read or one limit strikes.
  for (bool more = true; more && !cut;) {
    more = false;
    for (EdgeCursor& cursor : cursors) {
      if (cursor.done() || cut) continue;
      std::vector<Edge> edges;
      CONCORDAT_RETURN_IF_ERROR(cursor.Next(turn, left_, edges));
      const bool backwards = cursor.side() == EdgeSide::kIncoming;
      for (Edge& edge : edges) {
        RelationRecord* const record = HoldingAt(edge, view_.valid_at);
        if (record == nullptr) continue;
        if (backwards && cluster.Has(edge.far) && LeadsOut(cursors, cursor)) {
          continue;  // found on the outgoing side
        }
        CONCORDAT_ASSIGN_OR_RETURN(EntityId far,
                                   identity_.CanonicalOf(edge.far));
        if (walked.size() == fan_out) {
          cuts_.Note(WalkLimit::kFanOut, view_.fan_out, entity);
          cut = true;
          break;
        }
        walked.push_back(
            {std::move(*record), backwards, entity, std::move(far)});
      }
      if (!cut && left_ == 0 && !cursor.done()) {
        cuts_.Note(WalkLimit::kWork, view_.work, entity);
        exhausted_ = true;
        cut = true;
      }
      more = more || !cursor.done();
    }
  }
  std::sort(walked.begin(), walked.end(), InOrder);
  return walked;
}

}  // namespace concordat
