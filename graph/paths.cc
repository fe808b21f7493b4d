#include "graph/paths.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// What was found from one end.
struct Side {
  struct Node {
    int64_t depth = 0;
    // Edges from nodes one nearer to the end, as walked from there.
    std::vector<WalkedEdge> edges;
  };

  bool against = false;  // of the end that the path leads to
  int64_t depth = 0;
  std::vector<EntityId> frontier;  // of that depth
  absl::flat_hash_map<EntityId, Node> nodes;
};

class PathSearch {
 public:
  PathSearch(const Reader& reader, const PathsQuery& query)
      : query_(query), walker_(&reader, &query.view, &cuts_) {
    start_.nodes[query.from];
    start_.frontier = {query.from};
    goal_.against = true;
    goal_.nodes[query.to];
    goal_.frontier = {query.to};
  }

  absl::StatusOr<Paths> Run() {
    Paths found;
    while (found.paths.empty() && !walker_.exhausted() &&
           !start_.frontier.empty() && !goal_.frontier.empty()) {
      if (start_.depth + goal_.depth == query_.length) {
        cuts_.Note(WalkLimit::kDepth, query_.length, query_.from);
        break;
      }
      const bool forward = start_.frontier.size() <= goal_.frontier.size();
      Side& side = forward ? start_ : goal_;
      CONCORDAT_RETURN_IF_ERROR(Expand(side));
      const std::vector<EntityId> meeting =
          MeetingOf(side, forward ? goal_ : start_);
      found.paths = Join(meeting);
    }
    found.cuts = cuts_.Take();
    found.work = walker_.work_done();
    return found;
  }

 private:
  // One level further.
  absl::Status Expand(Side& side) {
    std::vector<EntityId> next;
    for (const EntityId& entity : side.frontier) {
      CONCORDAT_ASSIGN_OR_RETURN(std::vector<WalkedEdge> edges,
                                 walker_.EdgesOf(entity, side.against));
      for (WalkedEdge& edge : edges) {
        const EntityId far = edge.far;
        const auto [found, is_new] = side.nodes.try_emplace(far);
        if (is_new) {
          found->second.depth = side.depth + 1;
          next.push_back(far);
        }
        if (found->second.depth == side.depth + 1) {
          found->second.edges.push_back(std::move(edge));
        }
      }
      if (walker_.exhausted()) break;
    }
    side.frontier = std::move(next);
    ++side.depth;
    return absl::OkStatus();
  }

  // Of the entities that were just reached, those that the other end had
  // reached by the fewest steps: through each of them lead shortest paths.
  // Without a cut all are as far from the other end.
  static std::vector<EntityId> MeetingOf(const Side& side, const Side& other) {
    std::vector<EntityId> meeting;
    int64_t nearest = 0;
    for (const EntityId& entity : side.frontier) {
      const auto found = other.nodes.find(entity);
      if (found == other.nodes.end()) continue;
      const int64_t depth = found->second.depth;
      if (meeting.empty() || depth < nearest) {
        meeting.clear();
        nearest = depth;
      }
      if (depth == nearest) meeting.push_back(entity);
    }
    return meeting;
  }

  // The chains of edges between the end of `side` and the entity, from there
  // on; at most `most`.
  static std::vector<Path> ChainsOf(const Side& side, const EntityId& entity,
                                    size_t most) {
    std::vector<Path> chains;
    std::vector<std::pair<EntityId, Path>> open = {{entity, {}}};
    while (!open.empty() && chains.size() < most) {
      std::pair<EntityId, Path> at = std::move(open.back());
      open.pop_back();
      const Side::Node& node = side.nodes.at(at.first);
      if (node.depth == 0) chains.push_back(std::move(at.second));
      // Last in, first out: the first edge is followed first.
      for (auto edge = node.edges.rbegin(); edge != node.edges.rend(); ++edge) {
        Path longer = at.second;
        longer.push_back(*edge);
        open.emplace_back(edge->near, std::move(longer));
      }
    }
    return chains;
  }

  std::vector<Path> Join(const std::vector<EntityId>& meeting) {
    std::vector<Path> paths;
    const auto most = static_cast<size_t>(query_.paths);
    for (const EntityId& entity : meeting) {
      const std::vector<Path> before = ChainsOf(start_, entity, most + 1);
      const std::vector<Path> after = ChainsOf(goal_, entity, most + 1);
      for (const Path& head : before) {
        for (const Path& tail : after) {
          if (paths.size() == most) {
            cuts_.Note(WalkLimit::kPaths, query_.paths, entity);
            return paths;
          }
          Path path(head.rbegin(), head.rend());
          for (WalkedEdge edge : tail) {
            edge.backwards = !edge.backwards;
            std::swap(edge.near, edge.far);
            path.push_back(std::move(edge));
          }
          paths.push_back(std::move(path));
        }
      }
    }
    return paths;
  }

  const PathsQuery& query_;
  WalkCuts cuts_;
  EdgeWalker walker_;
  Side start_;
  Side goal_;
};

}  // namespace

absl::StatusOr<Paths> FindPaths(const Reader& reader, const PathsQuery& query) {
  return PathSearch(reader, query).Run();
}

}  // namespace concordat
