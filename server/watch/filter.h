// Which events a watch wants. The meaning of each field for each kind of event
// is WatchFilter's in concordat/v1/watch.proto.
#ifndef CONCORDAT_SERVER_WATCH_FILTER_H_
#define CONCORDAT_SERVER_WATCH_FILTER_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consistency/findings.h"
#include "consistency/rows.h"
#include "graph/facts.h"
#include "graph/ids.h"

namespace concordat {

// Values are those of concordat.v1.WatchKind.
enum class WatchKind : uint8_t {
  kFact = 1,
  kRelation,
  kLink,
  kIdentity,
  kClaim,
  kFinding,
};

// What an event is about. Views into what it was made of.
struct EventSubject {
  WatchKind kind = WatchKind::kFact;
  absl::InlinedVector<const EntityId*, 2> entities;
  absl::string_view attribute;  // empty: the kind has none
  absl::string_view channel;    // empty: the kind has none
};

// `former`: the entities that the same id of the channel named before; only of
// links. Everything must outlive the subject.
EventSubject EventSubjectOf(const Change& change,
                            absl::Span<const EntityId> former);
EventSubject EventSubjectOf(const rows::JudgedClaim& judged);
EventSubject EventSubjectOf(const FindingSubject& finding);
EventSubject EventSubjectOf(const HeldClaim& held);

// A set that is empty allows everything.
struct WatchFilter {
  absl::flat_hash_set<WatchKind> kinds;
  absl::flat_hash_set<std::string> types;
  absl::flat_hash_set<std::string> attributes;
  absl::flat_hash_set<std::string> channels;
  absl::flat_hash_set<EntityId> entities;

  bool Allows(WatchKind kind) const {
    return kinds.empty() || kinds.contains(kind);
  }
  bool Matches(const EventSubject& event) const;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_WATCH_FILTER_H_
