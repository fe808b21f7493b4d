// Findings, what people do to them, and mutes, between the wire and the domain.
#ifndef CONCORDAT_SERVER_CONVERT_FINDINGS_H_
#define CONCORDAT_SERVER_CONVERT_FINDINGS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/findings.pb.h"
#include "consistency/findings.h"
#include "consistency/mutes.h"
#include "consistency/rules/evaluation.h"
#include "consistency/rules/rule.h"
#include "graph/ids.h"
#include "graph/revision_token.h"

namespace concordat::convert {

// What a finding is shown by.
struct FindingView {
  const TokenMint& tokens;
  const Mutes& mutes;
  absl::Time now;
};

void ToWire(const Finding& finding, const FindingView& view, v1::Finding* wire);
// What a finding is about, but for the entity: attribute and channel, or a
// rule.
template <typename Wire>
void AboutToWire(const FindingSubject& subject, Wire* wire) {
  wire->set_family(static_cast<v1::FindingFamily>(subject.family));
  if (subject.family == FindingFamily::kRule) {
    wire->set_rule(subject.attribute);
  } else {
    wire->set_attribute(subject.attribute);
    wire->set_channel(subject.channel);
  }
}
// A rule's evidence; of what it read, what is there.
void ToWire(const rules::Rule& rule, const rules::Evaluation& evaluation,
            const TokenMint& tokens, v1::RuleEvidence* wire);
void ToWire(const FindingEvent& event, const TokenMint& tokens,
            v1::FindingEvent* wire);
void ToWire(const Mute& mute, const TokenMint& tokens, v1::Mute* wire);

// Puts the canonical id in the place of the one that it was addressed to, which
// is shown beside it where it differs.
void ShowCanonical(const EntityId& canonical, v1::Finding* wire);

// What is asked for; the edit does something. Errors: INVALID_FIELD,
// LIMIT_EXCEEDED.
absl::StatusOr<FindingEdit> FromWire(const v1::UpdateFindingsRequest& request);
// All of a mute but its scope. Errors: INVALID_FIELD (also where it does not
// expire after `now`), LIMIT_EXCEEDED.
absl::StatusOr<Mute> FromWire(const v1::PutMuteRequest& request,
                              absl::Time now);
absl::Status CheckLift(const v1::LiftMuteRequest& request);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_FINDINGS_H_
