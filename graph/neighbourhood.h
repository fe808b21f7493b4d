#ifndef CONCORDAT_GRAPH_NEIGHBOURHOOD_H_
#define CONCORDAT_GRAPH_NEIGHBOURHOOD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/store.h"
#include "graph/walk.h"

namespace concordat {

// What is asked: everything within `depth` steps of the starts, at an instant
// of valid time and as known at a revision.
struct NeighbourhoodQuery {
  std::vector<EntityId> starts;
  WalkView view;
  // Types of the entities that are given; others are walked through. Empty:
  // all.
  std::vector<std::string> types;
  int64_t depth = 1;    // at least 0
  int64_t results = 0;  // at least 1
};

struct Neighbour {
  EntityId entity;
  // Steps from the nearest start; 0: it is one.
  int64_t depth = 0;
};

struct Neighbourhood {
  // The starts, then what was found, nearest first; each once.
  std::vector<Neighbour> entities;
  // Every edge that was followed to an entity of a wanted type, once, in the
  // order of the walk: also those between entities that were known by then, so
  // that who signs and who uses is told even where it is the same person.
  std::vector<WalkedEdge> edges;
  // Empty: this is all there is within `depth`, and nothing lies beyond.
  std::vector<WalkCut> cuts;
  // Rows of relations that were read.
  int64_t work = 0;
};

// Breadth first, without recursion, so that cycles end where they close. The
// same store, revision and query give the same answer. Pure. Errors: the
// reader's.
absl::StatusOr<Neighbourhood> FindNeighbourhood(
    const Reader& reader, const NeighbourhoodQuery& query);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_NEIGHBOURHOOD_H_
