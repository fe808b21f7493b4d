// Where rules look things up.
#ifndef CONCORDAT_CONSISTENCY_RULES_FACTS_H_
#define CONCORDAT_CONSISTENCY_RULES_FACTS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "consistency/judge.h"
#include "graph/edges.h"
#include "graph/facts.h"
#include "graph/ids.h"
#include "graph/reading.h"
#include "graph/revision.h"
#include "graph/schema.h"
#include "graph/timeline.h"

namespace concordat::rules {

// What an attribute of an entity is at an instant.
struct AttributeAt {
  Timeline::State state = Timeline::State::kSilent;
  // There is a value, of a person who was erased; there is no reading of it.
  bool erased = false;
  // Of kValue.
  Reading reading;
  // The stretch around the instant over which this holds without a write.
  ValidTime valid;
  // Of kValue: since when, without a gap, its meaning is what it is; the
  // infinite past where that has no beginning.
  absl::Time changed_at = absl::InfinitePast();
  // Of the fact that says so; none where nothing does.
  Revision revision;
  std::string source;
};

// The entities that a relation leads to at an instant.
struct Related {
  // By canonical id, in order, each once; at most as many as asked for.
  std::vector<EntityId> entities;
  // There are more.
  bool more = false;
  // From when on, without a write, they may be others: the next start or end of
  // one of the edges that were looked at.
  absl::Time stable_until = absl::InfiniteFuture();
};

// The graph at one revision, for rules. Each method can fail with the store's
// errors, which end the evaluation. Not thread-safe.
class RuleFacts {
 public:
  virtual ~RuleFacts() = default;

  // Of all ids that are one entity with this one. `attribute` is one of the
  // vocabulary's for the entity's type.
  virtual absl::StatusOr<AttributeAt> ValueAt(const EntityId& entity,
                                              const Attribute& attribute,
                                              absl::Time at) = 0;

  // The far ends of the relation of which the entity is the near end on `side`.
  // What costs must not grow with the store, only with `limit` and with the
  // edges of the entity.
  virtual absl::StatusOr<Related> RelatedAt(const EntityId& entity,
                                            const RelationType& relation,
                                            EdgeSide side, absl::Time at,
                                            size_t limit) = 0;
};

// ValueAt, of what is known of the attribute; nullptr where nothing is.
AttributeAt AttributeAtOf(const KnownAttribute* known,
                          const WritingHabits& habits, absl::Time at);

}  // namespace concordat::rules

#endif  // CONCORDAT_CONSISTENCY_RULES_FACTS_H_
