// What stands against making one entity of two: the brakes on over-merging.
//
// A wrong merge mixes two customers up for everybody, and merges chain, so one
// generic value can pull thousands into one. A merge is refused where it cannot
// be right (other types, declared distinct) and where it goes over a cap that
// the vocabulary declares; a cap may be overridden with a reason.
#ifndef CONCORDAT_GRAPH_MERGE_BRAKES_H_
#define CONCORDAT_GRAPH_MERGE_BRAKES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/facts.h"
#include "graph/identity.h"
#include "graph/ids.h"
#include "graph/schema.h"

namespace concordat {

// Values are those of concordat.v1.MergeBrake.
enum class BrakeKind : uint8_t {
  kEntityType = 1,    // the two are not of one type
  kAlreadyMerged,     // the duplicate is merged into another id
  kCircle,            // the survivor is merged into the duplicate
  kDeclaredDistinct,  // two of the ids were declared distinct
  kMembers,           // more ids than the type's max_members, or than the limit
  kValues,            // more values of an attribute than its max_values
  kLinks,             // more ids of a channel than its links_per_entity
  kRelations,         // a relation's cardinality or acyclicity would be broken
};
inline constexpr BrakeKind kBrakeKinds[] = {
    BrakeKind::kEntityType, BrakeKind::kAlreadyMerged,
    BrakeKind::kCircle,     BrakeKind::kDeclaredDistinct,
    BrakeKind::kMembers,    BrakeKind::kValues,
    BrakeKind::kLinks,      BrakeKind::kRelations};
// As errors name it: "max_values".
const char* BrakeName(BrakeKind kind);

struct Brake {
  BrakeKind kind = BrakeKind::kEntityType;
  // The attribute of kValues, the channel of kLinks, the relation of
  // kRelations.
  std::string of;
  // Of caps.
  int64_t actual = 0;
  int64_t allowed = 0;
  // Whether a merge may go over it with a reason.
  bool may_be_overridden = false;
};

// The error of a brake: DECLARED_DISTINCT, LIMIT_EXCEEDED (more ids than
// limits::kClusterMembersMax), MERGE_REFUSED.
absl::Status RefusalOf(const Brake& brake);

// All that stands against the merge now, in order of kind, then of name; empty
// where nothing does. Merging again what is merged so is nothing new. Errors:
// those of `identity`.
absl::StatusOr<std::vector<Brake>> BrakesOnMerge(const Schema& schema,
                                                 const Identity& identity,
                                                 const EntityId& duplicate,
                                                 const EntityId& survivor,
                                                 absl::Time now);

// The refusal of a merge by the first brake that it does not override. Errors:
// RefusalOf, those of `identity`.
absl::Status CheckMerge(const Schema& schema, const Identity& identity,
                        const MergeRecord& merge, absl::Time now);

// The refusal of a link (which `identity` sees already) by the cap of its
// channel; OK for one that is taken back. Errors: MERGE_REFUSED, those of
// `identity`.
absl::Status CheckLink(const Schema& schema, const Identity& identity,
                       const LinkRecord& link, absl::Time now);

// Whether the value names so many entities that it identifies nobody.
absl::StatusOr<bool> IsGeneric(const Identity& identity, absl::string_view type,
                               const Attribute& attribute,
                               absl::string_view normal);

// What the values of an identifying attribute say for two entities' being one.
struct SharedIdentifier {
  std::string attribute;
  // Values that both have or had. The others are no evidence.
  int64_t values = 0;
  int64_t blocked = 0;
  int64_t generic = 0;
};

// In order of attribute; those that share nothing left out. Errors: those of
// `identity`.
absl::StatusOr<std::vector<SharedIdentifier>> SharedIdentifiers(
    const Schema& schema, const Identity& identity, const Cluster& a,
    const Cluster& b, absl::Time now);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_MERGE_BRAKES_H_
