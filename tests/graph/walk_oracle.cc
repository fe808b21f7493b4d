#include "tests/graph/walk_oracle.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/conformance/rows.h"

namespace concordat {
namespace {

constexpr uint64_t kCustomers = 12;
constexpr uint64_t kOrders = 5;
constexpr uint64_t kBatches = 12;
constexpr uint64_t kDays = 10;

EntityId Customer(uint64_t number) {
  return {"customer", absl::StrCat("c", number)};
}
EntityId Order(uint64_t number) { return {"order", absl::StrCat("o", number)}; }

}  // namespace

EdgeName NameOf(const WalkedEdge& edge) {
  return {edge.relation.from, edge.relation.relation, edge.relation.to};
}

RandomGraph::RandomGraph(uint64_t seed) : random_(seed) {
  for (uint64_t batch = 0; batch < kBatches; ++batch) {
    std::vector<Change> changes;
    for (uint64_t i = 0; i <= Below(random_, 6); ++i) {
      const EntityId from = Customer(Below(random_, kCustomers));
      const bool placed = Below(random_, 3) == 0;
      const std::string relation = placed                   ? "placed"
                                   : Below(random_, 2) == 0 ? "knows"
                                                            : "follows";
      const EntityId to = placed ? Order(Below(random_, kOrders))
                                 : Customer(Below(random_, kCustomers));
      ValidTime valid;
      if (Below(random_, 2) == 0) {
        const auto first = static_cast<int>(Below(random_, kDays));
        valid.from = Day(1, 1 + first);
        if (Below(random_, 2) == 0) {
          valid.to = Day(1, 2 + first + static_cast<int>(Below(random_, 5)));
        }
      }
      RelationRecord change = MakeRelation(from, relation, to, valid);
      change.retraction = Below(random_, 6) == 0;
      recorded_[{{from, relation, to}, valid.from}][graph_.head().Next()] =
          change.retraction ? std::nullopt : std::optional(valid.to);
      changes.push_back(std::move(change));
    }
    graph_.Write(std::move(changes));
  }
}

EntityId RandomGraph::RandomEntity() {
  return Below(random_, 4) == 0 ? Order(Below(random_, kOrders))
                                : Customer(Below(random_, kCustomers));
}

WalkView RandomGraph::RandomView() {
  WalkView view;
  view.at = Revision(1 + Below(random_, graph_.head().number()));
  if (Below(random_, 2) == 0) view.at = graph_.head();
  view.valid_at = Day(1, 1 + static_cast<int>(Below(random_, kDays + 5)));
  view.fan_out = 1000;
  view.work = 100'000;
  const char* const kNames[] = {"", "knows", "follows", "placed"};
  for (uint64_t i = 0; i <= Below(random_, 3); ++i) {
    view.steps.push_back(
        {kNames[Below(random_, 4)], static_cast<Direction>(Below(random_, 3))});
  }
  return view;
}

std::set<EdgeName> RandomGraph::HoldingAt(Revision at,
                                          absl::Time valid_at) const {
  std::set<EdgeName> holding;
  for (const auto& [key, by_revision] : recorded_) {
    std::optional<absl::Time> to;
    for (const auto& [revision, until] : by_revision) {
      if (revision <= at) to = until;
    }
    if (to.has_value() && key.second <= valid_at && valid_at < *to) {
      holding.insert(key.first);
    }
  }
  return holding;
}

std::vector<RandomGraph::Step> RandomGraph::StepsFrom(
    const EntityId& entity, const WalkView& view) const {
  std::vector<Step> steps;
  for (const EdgeName& edge : HoldingAt(view.at, view.valid_at)) {
    const auto& [from, relation, to] = edge;
    bool out = false;
    bool in = false;
    for (const RelationStep& step : view.steps) {
      if (!step.relation.empty() && step.relation != relation) continue;
      out = out || step.direction != Direction::kIncoming;
      in = in || step.direction != Direction::kOutgoing;
    }
    if (out && from == entity) steps.push_back({edge, false, to});
    if (in && to == entity && !(out && from == entity)) {
      steps.push_back({edge, true, from});
    }
  }
  return steps;
}

RandomGraph::Found RandomGraph::Neighbours(
    const NeighbourhoodQuery& query) const {
  Found found;
  const auto wanted = [&](const EntityId& entity) {
    return query.types.empty() ||
           std::find(query.types.begin(), query.types.end(), entity.type) !=
               query.types.end();
  };
  std::map<EntityId, int64_t> seen;
  for (const EntityId& start : query.starts) seen[start] = 0;
  for (int64_t depth = 0; depth < query.depth; ++depth) {
    const std::map<EntityId, int64_t> before = seen;
    for (const auto& [entity, at] : before) {
      if (at != depth) continue;
      for (const Step& step : StepsFrom(entity, query.view)) {
        seen.emplace(step.far, depth + 1);
        if (wanted(step.far)) found.edges.insert(step.edge);
      }
    }
  }
  for (const auto& [entity, depth] : seen) {
    if (depth == 0 || wanted(entity)) found.entities[entity] = depth;
    if (depth == query.depth) ++found.beyond;
  }
  return found;
}

std::set<RandomGraph::PathName> RandomGraph::ShortestPaths(
    const PathsQuery& query) const {
  // Ever longer walks without returning anywhere, until some arrive.
  std::vector<std::pair<std::vector<EntityId>, PathName>> walks = {
      {{query.from}, {}}};
  for (int64_t length = 1; length <= query.length; ++length) {
    std::vector<std::pair<std::vector<EntityId>, PathName>> longer;
    std::set<PathName> arrived;
    for (const auto& [passed, path] : walks) {
      for (const Step& step : StepsFrom(passed.back(), query.view)) {
        if (std::find(passed.begin(), passed.end(), step.far) != passed.end()) {
          continue;
        }
        auto next = std::make_pair(passed, path);
        next.first.push_back(step.far);
        next.second.emplace_back(step.edge, step.backwards);
        if (step.far == query.to) arrived.insert(next.second);
        longer.push_back(std::move(next));
      }
    }
    if (!arrived.empty()) return arrived;
    walks = std::move(longer);
  }
  return {};
}

}  // namespace concordat
