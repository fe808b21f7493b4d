#ifndef CONCORDAT_GRAPH_PATHS_H_
#define CONCORDAT_GRAPH_PATHS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/store.h"
#include "graph/walk.h"

namespace concordat {

// What is asked: how one entity is connected with another one.
struct PathsQuery {
  EntityId from;
  EntityId to;  // not `from`
  // Of the steps from `from` on; those to `to` are taken against them.
  WalkView view;
  int64_t length = 1;  // edges of a path, at least 1
  int64_t paths = 1;   // at least 1
};

using Path = std::vector<WalkedEdge>;

struct Paths {
  // The shortest ones, all of one length, each from `from` to `to`. Two that
  // differ only in the relation of an edge are two.
  std::vector<Path> paths;
  // Where this is empty, no other path is as short, and where `paths` is empty
  // as well, there is none. kDepth: paths longer than `length` were not looked
  // for. kFanOut, kWork: there may be shorter ones through these entities.
  // kPaths: there are more of this length.
  std::vector<WalkCut> cuts;
  // Rows of relations that were read.
  int64_t work = 0;
};

// Searches from both ends, level by level, the smaller one first. The same
// store, revision and query give the same answer. Pure. Errors: the reader's.
absl::StatusOr<Paths> FindPaths(const Reader& reader, const PathsQuery& query);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_PATHS_H_
