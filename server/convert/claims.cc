#include "server/convert/claims.h"

#include <algorithm>
#include <utility>

#include "consistency/explanation.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/convert/status.h"

namespace concordat::convert {
namespace {

// The numbers of these enumerations are the wire's.
v1::Verdict WireVerdict(Verdict verdict) {
  return static_cast<v1::Verdict>(verdict);
}
static_assert(static_cast<int>(Verdict::kContradicts) ==
              static_cast<int>(v1::VERDICT_CONTRADICTS));
static_assert(static_cast<int>(Exposure::kHeard) ==
              static_cast<int>(v1::EXPOSURE_HEARD));

v1::ClaimStatus WireStatus(ClaimOutcome::Status status) {
  switch (status) {
    case ClaimOutcome::Status::kRecorded:
      return v1::CLAIM_STATUS_RECORDED;
    case ClaimOutcome::Status::kDuplicate:
      return v1::CLAIM_STATUS_DUPLICATE;
    case ClaimOutcome::Status::kRejected:
      return v1::CLAIM_STATUS_REJECTED;
  }
  return v1::CLAIM_STATUS_UNSPECIFIED;
}

void EvidenceToWire(const EvidenceFact& evidence, const TokenMint& tokens,
                    v1::EvidenceFact* wire) {
  ToWire(evidence.entity, wire->mutable_entity());
  wire->set_attribute(evidence.fact.attribute);
  ToWire(evidence.fact.value, evidence.reading, wire->mutable_value());
  ToWire(evidence.valid, wire->mutable_valid());
  wire->set_source(evidence.fact.recorded.source);
  wire->set_revision(tokens.RevisionToken(evidence.fact.recorded.revision));
}

}  // namespace

void ToWire(const Claim& claim, v1::Claim* wire) {
  wire->set_channel(claim.channel);
  if (claim.entity.has_value()) {
    ToWire(*claim.entity, wire->mutable_entity());
  } else {
    wire->set_subject(claim.subject);
  }
  wire->set_attribute(claim.attribute);
  if (claim.value.has_value()) wire->set_value(*claim.value);
  ToWire(claim.said_at, wire->mutable_said_at());
  if (claim.as_of != absl::InfinitePast()) {
    ToWire(claim.as_of, wire->mutable_as_of());
  }
  wire->set_as_of_revision(claim.as_of_revision);
  wire->set_exposure(static_cast<v1::Exposure>(claim.exposure));
  wire->set_claim_id(claim.claim_id);
  wire->set_erased(claim.erased);
  for (const auto& [name, value] : claim.labels) {
    (*wire->mutable_labels())[name] = value;
  }
}

void ToWire(const ClaimOutcome& outcome, v1::ClaimResult* wire) {
  wire->set_status(WireStatus(outcome.status));
  switch (outcome.status) {
    case ClaimOutcome::Status::kRecorded:
      wire->set_verdict(WireVerdict(outcome.verdict));
      if (outcome.further.has_value()) {
        wire->set_further_verdict(WireVerdict(*outcome.further));
      }
      wire->set_finding_id(outcome.finding_id);
      break;
    case ClaimOutcome::Status::kRejected:
      *wire->mutable_error() = ToRpcStatus(outcome.error);
      break;
    case ClaimOutcome::Status::kDuplicate:
      break;
  }
}

void ToWire(const Claim& claim, const Judgement& judgement,
            const TokenMint& tokens, v1::Judgement* wire) {
  wire->set_verdict(WireVerdict(judgement.verdict));
  if (judgement.further.has_value()) {
    wire->set_further_verdict(WireVerdict(*judgement.further));
  }
  wire->set_explanation(Explain(claim, judgement));
  wire->set_note(judgement.note);
  if (judgement.entity.has_value()) {
    ToWire(*judgement.entity, wire->mutable_entity());
  }
  wire->set_attribute(judgement.attribute);
  ToWire(claim.value, judgement.claimed, wire->mutable_claimed());
  if (judgement.truth.has_value()) {
    ToWire(judgement.truth->fact.value, judgement.truth->reading,
           wire->mutable_truth());
    EvidenceToWire(*judgement.truth, tokens, wire->add_facts());
  }
  if (judgement.match.has_value()) {
    EvidenceToWire(*judgement.match, tokens, wire->add_facts());
  }
  if (judgement.superseded_at != absl::InfinitePast()) {
    ToWire(judgement.superseded_at, wire->mutable_superseded_at());
  }
  if (judgement.believed_until != absl::InfinitePast()) {
    ToWire(judgement.believed_until, wire->mutable_believed_until());
  }
  wire->set_lag_seconds(absl::ToInt64Seconds(judgement.lag));
  wire->set_lead_seconds(absl::ToInt64Seconds(judgement.lead));
  wire->set_promise_seconds(absl::ToInt64Seconds(judgement.promise));
  wire->set_confused_with(judgement.confused_with);
  if (judgement.other_entity.has_value()) {
    ToWire(*judgement.other_entity, wire->mutable_other_entity());
  }
  wire->set_revision(tokens.RevisionToken(judgement.revision));
  wire->set_vocabulary_version(judgement.vocabulary_version);
  if (judgement.erased_at.has_value()) {
    ToWire(*judgement.erased_at, wire->mutable_erased_at());
  }
}

void ToWire(const HeldClaimPage::Item& item, v1::HeldClaim* wire) {
  const HeldClaim& held = item.held;
  ToWire(held.judged.claim, wire->mutable_claim());
  ToWire(held.entity(), wire->mutable_claim()->mutable_entity());
  wire->mutable_claim()->set_attribute(held.attribute());
  ToWire(held.judged.claim.received_at, wire->mutable_received_at());
  wire->set_verdict(WireVerdict(held.judged.verdict));
  if (held.judged.further.has_value()) {
    wire->set_further_verdict(WireVerdict(*held.judged.further));
  }
  wire->set_finding_id(item.finding_id);
}

void ShowCanonical(const EntityId& canonical, v1::Judgement* wire) {
  ShowCanonicalBesideAddressed(canonical, wire);
}

void ShowCanonical(const EntityId& canonical, v1::HeldClaim* wire) {
  ToWire(canonical, wire->mutable_entity());
}

}  // namespace concordat::convert
