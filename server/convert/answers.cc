#include "server/convert/answers.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "consistency/explanation.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"

namespace concordat::convert {
namespace {

// Leaves room for the number of an item within a claim's id.
constexpr int64_t kAnswerIdBytesMax = 240;

// Both have the same fields.
template <typename Message>
void SetAbout(const Message& about, Claim& claim) {
  if (about.has_entity()) {
    claim.entity = FromWire(about.entity());
  } else {
    claim.subject = about.subject();
  }
}

bool TellsHowToRecord(const v1::CheckAnswerRequest& request) {
  return request.exposure() != v1::EXPOSURE_UNSPECIFIED ||
         !request.answer_id().empty() || !request.labels().empty();
}

}  // namespace

absl::Status CheckRequest(const v1::CheckAnswerRequest& request) {
  const int64_t items = request.items_size();
  if (items == 0) {
    return errors::InvalidField("items", "must have at least one item");
  }
  if (items > limits::kClaimsPerBatchMax) {
    return errors::LimitExceeded("claims_per_batch_max", items,
                                 limits::kClaimsPerBatchMax, "items");
  }
  if (!v1::Exposure_IsValid(request.exposure())) {
    return errors::InvalidField("exposure",
                                "must be HELD, SHOWN, TOLD or HEARD");
  }
  if (!request.record() && TellsHowToRecord(request)) {
    return errors::InvalidField(
        "record",
        "must be true where exposure, answer_id or labels say how to record");
  }
  const auto id_bytes = static_cast<int64_t>(request.answer_id().size());
  if (id_bytes > kAnswerIdBytesMax) {
    return errors::LimitExceeded("bytes of answer_id", id_bytes,
                                 kAnswerIdBytesMax, "answer_id");
  }
  return absl::OkStatus();
}

absl::StatusOr<Claim> ClaimOf(const v1::CheckAnswerRequest& request,
                              const v1::AnswerItem& item,
                              const Vocabulary& vocabulary, absl::Time now) {
  Claim claim;
  claim.channel = request.channel();
  if (item.about_case() != v1::AnswerItem::ABOUT_NOT_SET) {
    SetAbout(item, claim);
  } else if (request.about_case() != v1::CheckAnswerRequest::ABOUT_NOT_SET) {
    SetAbout(request, claim);
  } else {
    return errors::InvalidField(
        "subject", "subject or entity must be set, here or in the request");
  }
  claim.attribute = item.attribute();
  if (item.has_value()) claim.value = item.value();
  claim.said_at = claim.received_at = now;
  if (request.exposure() != v1::EXPOSURE_UNSPECIFIED) {
    claim.exposure = static_cast<Exposure>(request.exposure());
  }
  claim.labels.assign(request.labels().begin(), request.labels().end());
  std::sort(claim.labels.begin(), claim.labels.end());
  CONCORDAT_RETURN_IF_ERROR(ValidateClaim(vocabulary, ViewOf(claim), now));
  return claim;
}

void ToWire(const KnownValue& known, const TokenMint& tokens,
            v1::KnownValue* wire) {
  wire->set_attribute(known.attribute);
  ToWire(known.raw, known.reading, wire->mutable_value());
  ToWire(known.valid, wire->mutable_valid());
  if (known.revision != Revision()) {
    wire->set_revision(tokens.RevisionToken(known.revision));
  }
}

void ToWire(const Claim& claim, const AnswerCheck& check,
            const TokenMint& tokens, v1::AnswerCheck* wire) {
  wire->set_advice(static_cast<v1::Advice>(check.advice));
  wire->set_verdict(static_cast<v1::Verdict>(check.verdict));
  wire->set_attribute(check.judgement.attribute);
  if (check.truth.has_value()) {
    ToWire(*check.truth, tokens, wire->mutable_truth());
  }
  wire->set_explanation(ExplainAnswer(claim, check));
  if (check.verdict == Verdict::kMeaning) {
    wire->set_confused_with(check.judgement.confused_with);
  }
}

void ToWire(const ClaimOutcome& outcome, v1::AnswerCheck* wire) {
  v1::ClaimResult* const recorded = wire->mutable_recorded();
  ToWire(outcome, recorded);
  if (outcome.status != ClaimOutcome::Status::kRecorded) return;
  // How it is judged further, and which finding follows it, tell whether a
  // value is right that the channel may not know.
  if (outcome.verdict == Verdict::kNotEntitled) {
    recorded->clear_further_verdict();
    recorded->clear_finding_id();
  }
  if (outcome.verdict == Verdict::kMeaning) {
    recorded->set_verdict(wire->verdict());
  }
}

void ToWire(const Correction& correction, const TokenMint& tokens,
            v1::Correction* wire) {
  const Claim& told = correction.told;
  const FindingSubject& subject = correction.finding.subject;
  wire->set_attribute(subject.attribute);
  wire->set_channel(subject.channel);
  wire->set_exposure(static_cast<v1::Exposure>(told.exposure));
  ToWire(told.said_at, wire->mutable_said_at());
  wire->set_verdict(static_cast<v1::Verdict>(correction.verdict));
  ToWire(correction.truth, tokens, wire->mutable_truth());
  wire->set_sentence(ExplainCorrection(correction));
  wire->set_finding_id(correction.finding.id);
  if (!correction.said.has_value()) return;
  ToWire(told.value, *correction.said, wire->mutable_said());
}

}  // namespace concordat::convert
