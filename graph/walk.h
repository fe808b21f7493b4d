// Following relations from entity to entity, within limits: what neighbourhoods
// (graph/neighbourhood.h) and paths (graph/paths.h) share.
//
// A walk never reads more than it may, and never hides that it stopped: each
// limit that struck is a WalkCut which names it and where.
#ifndef CONCORDAT_GRAPH_WALK_H_
#define CONCORDAT_GRAPH_WALK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "graph/edges.h"
#include "graph/facts.h"
#include "graph/identity.h"
#include "graph/ids.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

enum class Direction : uint8_t { kOutgoing, kIncoming, kBoth };

// The same seen from the other end.
Direction Reversed(Direction direction);

// Edges that may be followed.
struct RelationStep {
  std::string relation;  // Empty: every relation.
  Direction direction = Direction::kBoth;
};

// An edge as it was followed.
struct WalkedEdge {
  // The record of the edge that holds at the instant: of several the one that
  // starts latest.
  RelationRecord relation;
  // From its end to its start.
  bool backwards = false;
  // The entity it was followed from, and the one that it leads to, by their
  // canonical ids; `relation` names the ids that it was written with.
  EntityId near;
  EntityId far;
};

// What bounds a walk, in the order in which cuts are listed.
enum class WalkLimit : uint8_t {
  kDepth = 1,     // steps away from the start
  kFanOut,        // edges followed from one entity
  kWork,          // rows of relations read in all
  kResults,       // entities given
  kPaths,         // paths given
  kMessageBytes,  // bytes of the answer; struck by the server only
};

// A limit struck.
struct WalkCut {
  WalkLimit limit;
  int64_t allowed = 0;
  // The entities at which it did, in the order of the walk: there is more to
  // follow from them than was followed (kDepth: nothing was looked at). At most
  // kCutEntitiesMax; `count` is how many there are.
  std::vector<EntityId> entities;
  int64_t count = 0;
};
inline constexpr size_t kCutEntitiesMax = 100;

// Collects cuts. Not thread-safe.
class WalkCuts {
 public:
  void Note(WalkLimit limit, int64_t allowed, const EntityId& at);
  // In order of the limits.
  std::vector<WalkCut> Take();

 private:
  std::map<WalkLimit, WalkCut> cuts_;
};

// What a walk looks at.
struct WalkView {
  Revision at = Revision::Latest();
  absl::Time valid_at;
  std::vector<RelationStep> steps;
  int64_t fan_out = 0;  // at least 1
  int64_t work = 0;     // at least 1
};

// Reads the edges of one entity after the other out of one budget of work. Not
// thread-safe.
class EdgeWalker {
 public:
  // All must outlive this.
  EdgeWalker(const Reader* reader, const WalkView* view, WalkCuts* cuts)
      : reader_(*reader),
        identity_(*reader, view->at),
        view_(*view),
        cuts_(*cuts),
        left_(view->work) {}

  // The edges by which the steps lead on from the entity, which is named by its
  // canonical id and has those of all its ids (`against`: lead to it), in order
  // of relation, outgoing before incoming, and far end; an edge from the entity
  // to itself once. Where there are more than fan_out, every relation and side
  // gets its share of them. Notes what was cut. Errors: the reader's.
  absl::StatusOr<std::vector<WalkedEdge>> EdgesOf(const EntityId& entity,
                                                  bool against = false);

  // Nothing may be read any more, and there was more to read.
  bool exhausted() const { return exhausted_; }
  int64_t work_done() const { return view_.work - left_; }

 private:
  absl::StatusOr<std::vector<EdgeCursor>> CursorsOf(const Cluster& cluster,
                                                    bool against) const;

  const Reader& reader_;
  const Identity identity_;
  const WalkView& view_;
  WalkCuts& cuts_;
  int64_t left_;
  bool exhausted_ = false;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_WALK_H_
