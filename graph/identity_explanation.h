// Why two are one entity, or why not.
#ifndef CONCORDAT_GRAPH_IDENTITY_EXPLANATION_H_
#define CONCORDAT_GRAPH_IDENTITY_EXPLANATION_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "graph/facts.h"
#include "graph/identity.h"
#include "graph/ids.h"
#include "graph/merge_brakes.h"
#include "graph/schema.h"

namespace concordat {

struct ChannelSubject {
  std::string channel;
  std::string subject;
};

// Somebody, as whoever asks knows him.
using IdentityParty = std::variant<EntityId, ChannelSubject>;

// Who somebody is, and how that is known.
struct ResolvedParty {
  // Of a channel's own id.
  std::optional<LinkRecord> link;
  // From the id asked for, or linked to, to the canonical one.
  std::vector<MergeRecord> merges;
  // Not set where a channel's own id links to nobody.
  std::optional<Cluster> cluster;
};

struct IdentityExplanation {
  ResolvedParty a;
  ResolvedParty b;
  bool same = false;
  // Where they are two, and both are somebody.
  std::vector<SharedIdentifier> shared;
  std::vector<DistinctRecord> distinct;
  // What a merge of one canonical id into the other would meet at `now`.
  std::vector<Brake> brakes;
  // One plain sentence; it names ids and attributes, never values.
  std::string sentence;
};

// `now` is when links must hold and brakes are asked. Errors: NOT_FOUND at "a"
// or "b" where nothing is known of an entity; those of `identity`.
absl::StatusOr<IdentityExplanation> ExplainIdentity(const Schema& schema,
                                                    const Identity& identity,
                                                    const IdentityParty& a,
                                                    const IdentityParty& b,
                                                    absl::Time now);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_IDENTITY_EXPLANATION_H_
