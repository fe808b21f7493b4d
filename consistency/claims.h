// What channels report.
#ifndef CONCORDAT_CONSISTENCY_CLAIMS_H_
#define CONCORDAT_CONSISTENCY_CLAIMS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/vocabulary.h"
#include "graph/ids.h"
#include "graph/personal.h"

namespace concordat {

// How a channel used a value. The values are those of concordat.v1.Exposure.
enum class Exposure : uint8_t { kHeld = 1, kShown, kTold, kHeard };

// How near a contradiction came to the customer: told over shown over held;
// what was only heard from the customer is last. 0 to 3.
int GravityOf(Exposure exposure);

// What a channel reports about an attribute. Stored beside the truth, never
// over it.
struct Claim {
  std::string channel;
  // The channel's own id; empty where `entity` names the graph's.
  std::string subject;
  std::optional<EntityId> entity;
  std::string attribute;
  // As the channel writes it; nullopt: it says that there is none.
  std::optional<std::string> value;
  // Whether the value belongs to a person; so it does until it is known that
  // the attribute is not personal.
  bool personal = true;
  // There was a value; the person was erased since. `value` is empty.
  bool erased = false;
  // When it was said. Where `said_at_given` is false, that is when it was
  // received.
  absl::Time said_at;
  bool said_at_given = false;
  // How old the channel's data was; InfinitePast: not known.
  absl::Time as_of = absl::InfinitePast();
  std::string as_of_revision;
  absl::Time received_at;
  Exposure exposure = Exposure::kHeld;
  std::string claim_id;
  std::vector<std::pair<std::string, std::string>> labels;
};

// A claim as it is reported: of views into the bytes that brought it, and as
// they came. What a batch repeats, or what is as was expected, is never copied.
struct ReportedClaim {
  absl::string_view channel;
  // The channel's own id; empty where an entity is named.
  absl::string_view subject;
  bool names_entity = false;
  absl::string_view entity_type;
  absl::string_view entity_id;
  absl::string_view attribute;
  std::optional<absl::string_view> value;
  // See Claim.
  bool erased = false;
  absl::Time said_at;
  bool said_at_given = false;
  absl::Time as_of = absl::InfinitePast();
  absl::string_view as_of_revision;
  Exposure exposure = Exposure::kHeld;
  absl::string_view claim_id;
  std::vector<std::pair<absl::string_view, absl::string_view>> labels;
};

// `claim` must outlive the view. `received_at` and `personal` are not seen.
ReportedClaim ViewOf(const Claim& claim);
Claim ToClaim(const ReportedClaim& reported);

// 128 bits that tell a claim from every other, or all zero where nothing does:
// neither claim_id nor said_at was given, or without a claim_id the value was
// erased, which is part of what tells it.
struct ClaimKey {
  uint64_t high = 0;
  uint64_t low = 0;

  bool identifies() const { return (high | low) != 0; }
  friend bool operator==(const ClaimKey&, const ClaimKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const ClaimKey& key) {
    return H::combine(std::move(h), key.high, key.low);
  }
};

// From (channel, claim_id) or, without a claim_id, from the content. XXH3
// (xxhash.com), 128 bits: a collision among 10^12 claims has odds of 10^-15.
ClaimKey KeyOf(const ReportedClaim& claim);

// How far ahead of the server's clock a claim may be said.
inline constexpr absl::Duration kAheadOfClockMax = absl::Hours(24);

// Checks the claim's channel, subject, attribute and value. Errors: the
// INVALID_ARGUMENT reasons, with the field.
absl::Status ValidateStatement(const Vocabulary& vocabulary,
                               const ReportedClaim& claim);
// Checks the rest: times, ids and labels. `now` bounds said_at and as_of from
// above, with kAheadOfClockMax. Errors as before.
absl::Status ValidateCircumstances(const ReportedClaim& claim, absl::Time now);
// Both.
absl::Status ValidateClaim(const Vocabulary& vocabulary,
                           const ReportedClaim& claim, absl::Time now);

// Whom the claim itself names: its entity, or else the channel's own id.
std::string SubjectOf(const ReportedClaim& claim);

// Of a finding. `subject` is whom a personal value belongs to.
void EncodeClaim(const Claim& claim, absl::string_view subject,
                 RowEncoder& encoder);
Claim DecodeClaim(RowDecoder& decoder);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CLAIMS_H_
