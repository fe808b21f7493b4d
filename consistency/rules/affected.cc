#include "consistency/rules/affected.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>

#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat::rules {
namespace {

using Way = RuleIndex::Way;

EdgeSide Opposite(EdgeSide side) {
  return side == EdgeSide::kOutgoing ? EdgeSide::kIncoming
                                     : EdgeSide::kOutgoing;
}

// Goes from entities that changed back to those that the rules are on.
class ReverseWalk {
 public:
  ReverseWalk(absl::Time at, RuleFacts& facts) : at_(at), facts_(facts) {}

  absl::Status From(Way way, const EntityId& entity) {
    const std::vector<std::string>& types = way.rule->reads[way.node].types;
    if (!std::binary_search(types.begin(), types.end(), entity.type)) {
      return absl::OkStatus();
    }
    std::vector<Stop> open;
    Enter(way.rule->name, {way, entity}, open);
    while (!open.empty()) {
      const Stop stop = std::move(open.back());
      open.pop_back();
      CONCORDAT_RETURN_IF_ERROR(GoBack(stop, open));
    }
    return absl::OkStatus();
  }

  Affected Take() {
    Affected affected;
    for (auto& [name, visits] : visits_) {
      for (const auto& [node, entity] : visits.seen) {
        if (node == 0) affected.roots.push_back({visits.rule, entity});
      }
      if (visits.incomplete) affected.incomplete.push_back(visits.rule);
    }
    return affected;
  }

 private:
  struct Stop {
    Way way;
    EntityId entity;
  };
  struct Visits {
    const Rule* rule = nullptr;
    std::set<std::pair<size_t, EntityId>> seen;
    bool incomplete = false;
  };
  using Edges = std::tuple<EntityId, std::string, EdgeSide>;

  // Notes that the rule's way comes to the entity, unless that is known.
  void Enter(const std::string& rule, Stop stop, std::vector<Stop>& open) {
    Visits& visits = visits_[rule];
    visits.rule = stop.way.rule;
    const auto size = static_cast<int64_t>(visits.seen.size());
    if (size >= limits::kRuleAffectedMax) {
      visits.incomplete = visits.incomplete ||
                          !visits.seen.contains({stop.way.node, stop.entity});
      return;
    }
    if (!visits.seen.emplace(stop.way.node, stop.entity).second) return;
    if (stop.way.node != 0) open.push_back(std::move(stop));
  }

  absl::Status GoBack(const Stop& stop, std::vector<Stop>& open) {
    const Rule& rule = *stop.way.rule;
    const ReadNode& node = rule.reads[stop.way.node];
    CONCORDAT_ASSIGN_OR_RETURN(
        const Related* near,
        RelatedTo(stop.entity, *node.relation, Opposite(node.side)));
    if (near->more) visits_[rule.name].incomplete = true;
    const std::vector<std::string>& types = rule.reads[node.parent].types;
    for (const EntityId& entity : near->entities) {
      if (!std::binary_search(types.begin(), types.end(), entity.type)) {
        continue;
      }
      Enter(rule.name, {{&rule, node.parent}, entity}, open);
    }
    return absl::OkStatus();
  }

  // Rules share what they walk over.
  absl::StatusOr<const Related*> RelatedTo(const EntityId& entity,
                                           const RelationType& relation,
                                           EdgeSide side) {
    Edges edges(entity, relation.name, side);
    if (const auto known = related_.find(edges); known != related_.end()) {
      return &known->second;
    }
    CONCORDAT_ASSIGN_OR_RETURN(Related found,
                               facts_.RelatedAt(entity, relation, side, at_,
                                                limits::kRuleAffectedMax));
    return &related_.emplace(std::move(edges), std::move(found)).first->second;
  }

  const absl::Time at_;
  RuleFacts& facts_;
  // By the rule's name.
  std::map<std::string, Visits> visits_;
  std::map<Edges, Related> related_;
};

struct Start {
  absl::Span<const Way> ways;
  const EntityId* entity;
};

std::vector<Start> StartsOf(const RuleIndex& index, const RuleChange& change) {
  if (const auto* attribute = std::get_if<AttributeChange>(&change)) {
    return {{index.Reading(attribute->entity.type, attribute->attribute),
             &attribute->entity}};
  }
  if (const auto* relation = std::get_if<RelationChange>(&change)) {
    return {{index.Following(relation->relation, EdgeSide::kOutgoing),
             &relation->from},
            {index.Following(relation->relation, EdgeSide::kIncoming),
             &relation->to}};
  }
  const EntityId& entity = std::get<EntityChange>(change).entity;
  return {{index.ComingTo(entity.type), &entity}};
}

}  // namespace

absl::StatusOr<Affected> AffectedRoots(const RuleIndex& index,
                                       absl::Span<const RuleChange> changes,
                                       absl::Time at, RuleFacts& facts) {
  ReverseWalk walk(at, facts);
  for (const RuleChange& change : changes) {
    for (const Start& start : StartsOf(index, change)) {
      for (const Way& way : start.ways) {
        CONCORDAT_RETURN_IF_ERROR(walk.From(way, *start.entity));
      }
    }
  }
  return walk.Take();
}

}  // namespace concordat::rules
