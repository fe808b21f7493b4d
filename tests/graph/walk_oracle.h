// A random graph, and naive answers about it: every question is answered by
// looking at every edge.
#ifndef CONCORDAT_TESTS_GRAPH_WALK_ORACLE_H_
#define CONCORDAT_TESTS_GRAPH_WALK_ORACLE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/time/time.h"
#include "graph/ids.h"
#include "graph/neighbourhood.h"
#include "graph/paths.h"
#include "graph/revision.h"
#include "graph/walk.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {

// From, relation, to.
using EdgeName = std::tuple<EntityId, std::string, EntityId>;
EdgeName NameOf(const WalkedEdge& edge);

// Customers and orders with knows, follows and placed between them: cycles,
// edges to oneself, parallel edges, validity, replacements and retractions over
// several revisions.
class RandomGraph {
 public:
  explicit RandomGraph(uint64_t seed);

  TestGraph& graph() { return graph_; }
  std::mt19937_64& random() { return random_; }

  EntityId RandomEntity();
  // Steps, an instant and a revision; without limits.
  WalkView RandomView();

  struct Found {
    std::map<EntityId, int64_t> entities;
    std::set<EdgeName> edges;
    // Entities that nothing was looked at from.
    int64_t beyond = 0;
  };
  Found Neighbours(const NeighbourhoodQuery& query) const;

  // A path as the edges it takes, each with the way it is taken.
  using PathName = std::vector<std::pair<EdgeName, bool>>;
  std::set<PathName> ShortestPaths(const PathsQuery& query) const;

 private:
  struct Step {
    EdgeName edge;
    bool backwards;
    EntityId far;
  };
  std::vector<Step> StepsFrom(const EntityId& entity,
                              const WalkView& view) const;
  std::set<EdgeName> HoldingAt(Revision at, absl::Time valid_at) const;

  std::mt19937_64 random_;
  TestGraph graph_;
  // What was recorded of an edge and start: by revision, until when it holds.
  std::map<std::pair<EdgeName, absl::Time>,
           std::map<Revision, std::optional<absl::Time>>>
      recorded_;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_GRAPH_WALK_ORACLE_H_
