#include "graph/neighbourhood.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

class NeighbourhoodWalk {
 public:
  NeighbourhoodWalk(const Reader& reader, const NeighbourhoodQuery& query)
      : query_(query), walker_(&reader, &query.view, &cuts_) {}

  absl::StatusOr<Neighbourhood> Run() {
    for (const EntityId& start : query_.starts) {
      if (!seen_.insert(start).second) continue;
      queue_.push_back({start, 0});
    }
    found_.entities = queue_;
    starts_ = queue_.size();
    for (size_t next = 0; next < queue_.size() && !stopped_; ++next) {
      const Neighbour at = queue_[next];
      if (at.depth == query_.depth) {
        cuts_.Note(WalkLimit::kDepth, query_.depth, at.entity);
        continue;
      }
      CONCORDAT_ASSIGN_OR_RETURN(std::vector<WalkedEdge> edges,
                                 walker_.EdgesOf(at.entity));
      for (WalkedEdge& edge : edges) {
        if (!Follow(at, std::move(edge))) break;
      }
      stopped_ = stopped_ || walker_.exhausted();
    }
    found_.cuts = cuts_.Take();
    found_.work = walker_.work_done();
    return std::move(found_);
  }

 private:
  bool Wanted(const EntityId& entity) const {
    return query_.types.empty() ||
           std::find(query_.types.begin(), query_.types.end(), entity.type) !=
               query_.types.end();
  }

  // False where the walk ends here.
  bool Follow(const Neighbour& at, WalkedEdge edge) {
    const EntityId far = edge.far;
    const bool wanted = Wanted(far);
    if (!seen_.contains(far)) {
      if (wanted && static_cast<int64_t>(found_.entities.size() - starts_) ==
                        query_.results) {
        cuts_.Note(WalkLimit::kResults, query_.results, at.entity);
        stopped_ = true;
        return false;
      }
      seen_.insert(far);
      queue_.push_back({far, at.depth + 1});
      if (wanted) found_.entities.push_back(queue_.back());
    }
    if (!wanted) return true;
    KeyWriter key;
    key.Entity(edge.relation.from).String(edge.relation.relation);
    key.Entity(edge.relation.to);
    if (edges_seen_.insert(key.Take()).second) {
      found_.edges.push_back(std::move(edge));
    }
    return true;
  }

  const NeighbourhoodQuery& query_;
  WalkCuts cuts_;
  EdgeWalker walker_;
  Neighbourhood found_;
  std::vector<Neighbour> queue_;
  absl::flat_hash_set<EntityId> seen_;
  absl::flat_hash_set<std::string> edges_seen_;
  size_t starts_ = 0;
  bool stopped_ = false;
};

}  // namespace

absl::StatusOr<Neighbourhood> FindNeighbourhood(
    const Reader& reader, const NeighbourhoodQuery& query) {
  return NeighbourhoodWalk(reader, query).Run();
}

}  // namespace concordat
