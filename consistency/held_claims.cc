#include "consistency/held_claims.h"

#include <utility>

#include "graph/errors.h"
#include "graph/key.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// The rest: its marks, exposure and verdict, when it was received, and what the
// marks say that there is, in their order.
enum Mark : uint64_t {
  kBySubject = 1 << 0,
  kSaidAtGiven = 1 << 1,
  kOtherAttribute = 1 << 2,  // the claim's own name for it
  kHasFurther = 1 << 3,
  kHasAsOf = 1 << 4,
  kHasAsOfRevision = 1 << 5,
  kHasClaimId = 1 << 6,
  kHasLabels = 1 << 7,
};

uint64_t MarksOf(const rows::JudgedView& judged) {
  const ReportedClaim& claim = judged.claim;
  uint64_t marks = 0;
  if (!claim.names_entity) marks |= kBySubject;
  if (claim.said_at_given) marks |= kSaidAtGiven;
  if (claim.attribute != judged.attribute) marks |= kOtherAttribute;
  if (judged.further.has_value()) marks |= kHasFurther;
  if (claim.as_of != absl::InfinitePast()) marks |= kHasAsOf;
  if (!claim.as_of_revision.empty()) marks |= kHasAsOfRevision;
  if (!claim.claim_id.empty()) marks |= kHasClaimId;
  if (!claim.labels.empty()) marks |= kHasLabels;
  return marks;
}

}  // namespace

std::string HeldKey(const EntityId& entity, absl::string_view channel,
                    absl::string_view attribute) {
  return KeyWriter().Entity(entity).String(channel).String(attribute).Take();
}

void EncodeHeldRest(const rows::JudgedView& judged, Encoder& out) {
  const ReportedClaim& claim = judged.claim;
  const uint64_t marks = MarksOf(judged);
  out.Unsigned(marks);
  out.Unsigned(static_cast<uint64_t>(claim.exposure));
  out.Unsigned(static_cast<uint64_t>(judged.verdict));
  out.Time(judged.received_at);
  if ((marks & kBySubject) != 0) out.String(claim.subject);
  if ((marks & kOtherAttribute) != 0) out.String(claim.attribute);
  if ((marks & kHasFurther) != 0) {
    out.Unsigned(static_cast<uint64_t>(*judged.further));
  }
  if ((marks & kHasAsOf) != 0) out.Time(claim.as_of);
  if ((marks & kHasAsOfRevision) != 0) out.String(claim.as_of_revision);
  if ((marks & kHasClaimId) != 0) out.String(claim.claim_id);
  if ((marks & kHasLabels) == 0) return;
  out.Unsigned(claim.labels.size());
  for (const auto& [name, value] : claim.labels) {
    out.String(name).String(value);
  }
}

absl::StatusOr<Verdict> VerdictOf(const HeldEntry& entry) {
  Decoder in(entry.rest);
  in.Unsigned();  // marks
  in.Unsigned();  // exposure
  const uint64_t verdict = in.Unsigned();
  if (in.failed() || verdict == 0 || verdict >= kVerdictsMax) {
    return errors::StorageCorrupt("a held claim has no verdict");
  }
  return static_cast<Verdict>(verdict);
}

absl::StatusOr<HeldClaim> ToHeldClaim(const HeldEntry& entry) {
  HeldClaim held;
  held.revision = entry.stamp.revision;
  held.judged_at = entry.stamp.judged_at;
  rows::JudgedClaim& judged = held.judged;
  Claim& claim = judged.claim;
  KeyReader key(entry.key);
  judged.about = key.Entity();
  claim.channel = key.String();
  judged.attribute = key.String();

  Decoder in(entry.rest);
  const uint64_t marks = in.Unsigned();
  claim.exposure = static_cast<Exposure>(in.Unsigned());
  judged.verdict = static_cast<Verdict>(in.Unsigned());
  claim.received_at = in.Time();
  if ((marks & kBySubject) != 0) {
    claim.subject = in.String();
  } else {
    claim.entity = judged.about;
  }
  claim.attribute =
      (marks & kOtherAttribute) != 0 ? in.String() : judged.attribute;
  if ((marks & kHasFurther) != 0) {
    judged.further = static_cast<Verdict>(in.Unsigned());
  }
  if ((marks & kHasAsOf) != 0) claim.as_of = in.Time();
  if ((marks & kHasAsOfRevision) != 0) claim.as_of_revision = in.String();
  if ((marks & kHasClaimId) != 0) claim.claim_id = in.String();
  if ((marks & kHasLabels) != 0) {
    for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
      std::string name = in.String();
      claim.labels.emplace_back(std::move(name), in.String());
    }
  }
  CONCORDAT_RETURN_IF_ERROR(in.Finish("held claim"));
  claim.said_at = entry.stamp.said_at;
  claim.said_at_given = (marks & kSaidAtGiven) != 0;
  if (entry.value.text.has_value()) claim.value.emplace(*entry.value.text);
  claim.erased = entry.value.erased;
  claim.personal = entry.value.personal || !entry.value.text.has_value();
  return held;
}

}  // namespace concordat
