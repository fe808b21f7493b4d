// What channels hold: of each, what it says now about each attribute of each
// entity.
//
// It follows from the log, and is written behind it. What the log has brought
// since is kept in memory (consistency/held_tail.h), and goes into the store in
// large sorted runs (consistency/held_runs.h): a log-structured merge tree
// (O'Neil et al., 1996). A claim is held if it is the newest, and what is known
// of one claim is told apart by when it was judged: so it does not matter in
// what order, nor how often, what is known is brought together, and none of it
// is ever changed where it lies.
#ifndef CONCORDAT_CONSISTENCY_HELD_CLAIMS_H_
#define CONCORDAT_CONSISTENCY_HELD_CLAIMS_H_

#include <string>
#include <tuple>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claim_records.h"
#include "graph/codec.h"
#include "graph/ids.h"
#include "graph/personal.h"
#include "graph/revision.h"

namespace concordat {

// By which of two versions of what a channel says now the newer one is known.
struct HeldStamp {
  absl::Time said_at;
  Revision revision;   // that recorded the claim
  Revision judged_at;  // where its verdict is of: after a change of the truth

  friend bool operator<(const HeldStamp& a, const HeldStamp& b) {
    return std::tie(a.said_at, a.revision, a.judged_at) <
           std::tie(b.said_at, b.revision, b.judged_at);
  }
};

// What a channel says now about an attribute of an entity: its newest claim by
// said_at, with its newest verdict, after every change of the truth.
struct HeldClaim {
  rows::JudgedClaim judged;  // `about` is set
  Revision revision;
  Revision judged_at;

  const EntityId& entity() const { return *judged.about; }
  const std::string& channel() const { return judged.claim.channel; }
  const std::string& attribute() const { return judged.attribute; }
  HeldStamp stamp() const {
    return {judged.claim.said_at, revision, judged_at};
  }
};

// The same in the form in which it is kept and brought together, without being
// taken apart: all that is not told by the key, the stamp and the value is in
// `rest`.
struct HeldEntry {
  absl::string_view key;
  HeldStamp stamp;
  StoredValueView value;
  absl::string_view rest;
};

// Adds the rest of a claim that is about somebody.
void EncodeHeldRest(const rows::JudgedView& judged, Encoder& out);
// Errors: DATA_LOSS.
absl::StatusOr<HeldClaim> ToHeldClaim(const HeldEntry& entry);
// Its newest verdict, without taking the rest apart. Errors: DATA_LOSS.
absl::StatusOr<Verdict> VerdictOf(const HeldEntry& entry);

// Where it is in order: by entity, channel and attribute.
std::string HeldKey(const EntityId& entity, absl::string_view channel,
                    absl::string_view attribute);
inline std::string KeyOf(const HeldClaim& held) {
  return HeldKey(held.entity(), held.channel(), held.attribute());
}

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_CLAIMS_H_
