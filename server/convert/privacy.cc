#include "server/convert/privacy.h"

#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "graph/text.h"
#include "graph/validation.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"

namespace concordat::convert {
namespace {

absl::Status CheckText(absl::string_view field, absl::string_view text) {
  const auto size = static_cast<int64_t>(text.size());
  if (size > limits::kReasonBytesMax) {
    return errors::LimitExceeded("reason_bytes_max", size,
                                 limits::kReasonBytesMax, field);
  }
  if (IsValidUtf8(text)) return absl::OkStatus();
  return errors::InvalidField(field, "must be valid UTF-8");
}

}  // namespace

absl::StatusOr<ErasureRequest> FromWire(const v1::EraseSubjectRequest& request,
                                        const TokenMint& tokens) {
  ErasureRequest erasure{.entity = FromWire(request.entity()),
                         .actor = request.actor(),
                         .reason = request.reason(),
                         .request_id = request.request_id()};
  CONCORDAT_RETURN_IF_ERROR(
      CheckId("entity.type", erasure.entity.type, limits::kNameBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckId("entity.id", erasure.entity.id, limits::kIdBytesMax));
  if (erasure.reason.empty()) {
    return errors::InvalidField(
        "reason", "must say why, such as the number of the person's request");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckText("reason", erasure.reason));
  CONCORDAT_RETURN_IF_ERROR(CheckText("actor", erasure.actor));
  if (!erasure.request_id.empty()) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckId("request_id", erasure.request_id, limits::kIdBytesMax));
  }
  if (!request.unchanged_since().empty()) {
    const absl::StatusOr<Revision> revision =
        tokens.ReadRevision(request.unchanged_since());
    if (!revision.ok()) return WithField("unchanged_since", revision.status());
    erasure.unchanged_since = *revision;
  }
  return erasure;
}

void ToWire(const ErasureRecord& erasure, const TokenMint& tokens,
            v1::Erasure* wire) {
  ToWire(erasure.entity, wire->mutable_entity());
  wire->set_revision(tokens.RevisionToken(erasure.revision));
  ToWire(erasure.at, wire->mutable_at());
  wire->set_actor(erasure.actor);
  wire->set_reason(erasure.reason);
  wire->set_request_id(erasure.request_id);
  wire->set_facts(erasure.facts);
  wire->set_held_claims(erasure.held_claims);
  wire->set_findings(erasure.findings);
}

void ToWire(const rows::JudgedClaim& judged, Revision revision,
            const TokenMint& tokens, v1::LoggedClaim* wire) {
  ToWire(judged.claim, wire->mutable_claim());
  wire->set_verdict(static_cast<v1::Verdict>(judged.verdict));
  if (judged.further.has_value()) {
    wire->set_further_verdict(static_cast<v1::Verdict>(*judged.further));
  }
  ToWire(judged.claim.received_at, wire->mutable_received_at());
  wire->set_revision(tokens.RevisionToken(revision));
}

}  // namespace concordat::convert
