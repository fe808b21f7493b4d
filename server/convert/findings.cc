#include "server/convert/findings.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"

namespace concordat::convert {
namespace {

// The numbers of these enumerations are the wire's.
static_assert(static_cast<int>(FindingState::kReopened) ==
              static_cast<int>(v1::FINDING_STATE_REOPENED));
static_assert(static_cast<int>(FindingFamily::kRule) ==
              static_cast<int>(v1::FINDING_FAMILY_RULE));
static_assert(static_cast<int>(HarmTerm::kLegal) ==
              static_cast<int>(v1::HARM_TERM_LEGAL));

// A mute is no way to forget.
constexpr absl::Duration kMuteMax = absl::Hours(24 * 366);

void HarmToWire(const Harm& harm, absl::Time now, v1::Harm* wire) {
  wire->set_points(harm.points());
  wire->set_recency(harm.RecencyAt(now));
  wire->set_score(wire->points() * wire->recency());
  for (const HarmPart& part : harm.parts) {
    v1::HarmPart* added = wire->add_parts();
    added->set_term(static_cast<v1::HarmTerm>(part.term));
    added->set_weight(part.weight);
    added->set_share(part.share);
  }
}

void ScopeToWire(const FindingScope& scope, v1::FindingFilter* wire) {
  for (const std::string& id : scope.ids) wire->add_ids(id);
  for (const std::string& channel : scope.channels) wire->add_channels(channel);
  for (const std::string& attribute : scope.attributes) {
    wire->add_attributes(attribute);
  }
  for (const std::string& rule : scope.rules) wire->add_rules(rule);
  for (const Verdict verdict : scope.verdicts) {
    wire->add_verdicts(static_cast<v1::Verdict>(verdict));
  }
  for (const FindingFamily family : scope.families) {
    wire->add_families(static_cast<v1::FindingFamily>(family));
  }
  // The others are ids of the same entity.
  if (!scope.entities.empty()) {
    ToWire(scope.entities.front(), wire->mutable_entity());
  }
  for (const auto& [name, value] : scope.labels) {
    v1::Label* label = wire->add_labels();
    label->set_name(name);
    label->set_value(value);
  }
}

absl::Status CheckText(absl::string_view field, const std::string& text,
                       int64_t bytes_max, bool required) {
  const auto bytes = static_cast<int64_t>(text.size());
  if (bytes > bytes_max) {
    return errors::LimitExceeded(absl::StrCat("bytes of ", field), bytes,
                                 bytes_max, field);
  }
  if (required && text.empty()) {
    return errors::InvalidField(field, "is missing");
  }
  return absl::OkStatus();
}

absl::Status CheckReason(absl::string_view field, const std::string& text,
                         bool required = true) {
  return CheckText(field, text, limits::kReasonBytesMax, required);
}

}  // namespace

void ToWire(const Finding& finding, const FindingView& view,
            v1::Finding* wire) {
  wire->set_id(finding.id);
  ToWire(finding.subject.entity, wire->mutable_entity());
  AboutToWire(finding.subject, wire);
  const Mute* mute = view.mutes.Covering(finding);
  wire->set_state(static_cast<v1::FindingState>(
      mute == nullptr ? finding.state : FindingState::kMuted));
  if (mute != nullptr) wire->set_mute_id(mute->id);
  wire->set_verdict(static_cast<v1::Verdict>(finding.verdict));
  wire->set_exposure(static_cast<v1::Exposure>(finding.exposure));
  wire->set_count(finding.count);
  ToWire(finding.first_said_at, wire->mutable_first_said_at());
  ToWire(finding.last_said_at, wire->mutable_last_said_at());
  wire->set_explanation(finding.explanation);
  wire->set_revision(view.tokens.RevisionToken(finding.changed_at));
  wire->set_erased(finding.erased);
  HarmToWire(finding.harm, view.now, wire->mutable_harm());
  wire->set_assignee(finding.assignee);
  wire->set_etag(EtagOf(finding));
  if (finding.state == FindingState::kObserved) {
    ToWire(finding.confirm_at, wire->mutable_confirm_at());
  }
  wire->set_vindicated(finding.vindicated);
  wire->set_confirmed(finding.confirmed);
}

void ToWire(const rules::Rule& rule, const rules::Evaluation& evaluation,
            const TokenMint& tokens, v1::RuleEvidence* wire) {
  wire->set_description(rule.description);
  const absl::string_view outcome = RuleOutcomeName(evaluation.outcome);
  wire->set_outcome(outcome.data(), outcome.size());
  for (const rules::UsedFact& used : evaluation.facts) {
    v1::EvidenceFact* fact = wire->add_facts();
    ToWire(used.entity, fact->mutable_entity());
    fact->set_attribute(used.attribute);
    ToWire(used.found.valid, fact->mutable_valid());
    fact->set_source(used.found.source);
    const Reading& reading = used.found.reading;
    if (reading.value.has_value()) {
      ToWire(reading.value->Canonical(), reading, fact->mutable_value());
    }
    if (used.found.revision != Revision()) {
      fact->set_revision(tokens.RevisionToken(used.found.revision));
    }
  }
  for (const rules::TraceStep& step : evaluation.trace) {
    v1::RuleStep* added = wire->add_steps();
    added->set_expression(step.expression);
    added->set_value(step.value);
    added->set_depth(step.depth);
    added->set_element(step.element);
  }
}

void ToWire(const FindingEvent& event, const TokenMint& tokens,
            v1::FindingEvent* wire) {
  wire->set_state(static_cast<v1::FindingState>(event.state));
  wire->set_verdict(static_cast<v1::Verdict>(event.verdict));
  ToWire(event.at, wire->mutable_at());
  wire->set_actor(event.actor);
  wire->set_revision(tokens.RevisionToken(event.revision));
  if (event.assignee.has_value()) wire->set_assignee(*event.assignee);
  wire->set_comment(event.comment);
  wire->set_erased(event.erased);
  wire->set_vindicated(event.vindicated);
}

void ToWire(const Mute& mute, const TokenMint& tokens, v1::Mute* wire) {
  wire->set_id(mute.id);
  ScopeToWire(mute.scope, wire->mutable_scope());
  wire->set_reason(mute.reason);
  wire->set_owner(mute.owner);
  ToWire(mute.expires_at, wire->mutable_expires_at());
  wire->set_actor(mute.actor);
  // What would be put was not put.
  if (mute.id.empty()) return;
  ToWire(mute.put_at, wire->mutable_put_at());
  wire->set_revision(tokens.RevisionToken(mute.revision));
  if (!mute.ended) return;
  ToWire(mute.ended_at, wire->mutable_ended_at());
  wire->set_ended_by(mute.ended_by);
  wire->set_ended_reason(mute.ended_reason);
}

void ShowCanonical(const EntityId& canonical, v1::Finding* wire) {
  ShowCanonicalBesideAddressed(canonical, wire);
}

absl::StatusOr<FindingEdit> FromWire(const v1::UpdateFindingsRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckReason("actor", request.actor()));
  CONCORDAT_RETURN_IF_ERROR(
      CheckReason("assignee", request.assignee(), /*required=*/false));
  CONCORDAT_RETURN_IF_ERROR(CheckText("comment", request.comment(),
                                      limits::kCommentBytesMax,
                                      /*required=*/false));
  FindingEdit edit;
  if (request.has_acknowledged()) edit.acknowledged = request.acknowledged();
  if (request.has_assignee()) edit.assignee = request.assignee();
  edit.comment = request.comment();
  if (!edit.acknowledged.has_value() && !edit.assignee.has_value() &&
      edit.comment.empty()) {
    return errors::InvalidField(
        "acknowledged", "or `assignee` or `comment` must say what to do");
  }
  return edit;
}

absl::StatusOr<Mute> FromWire(const v1::PutMuteRequest& request,
                              absl::Time now) {
  CONCORDAT_RETURN_IF_ERROR(CheckReason("reason", request.reason()));
  CONCORDAT_RETURN_IF_ERROR(CheckReason("owner", request.owner()));
  CONCORDAT_RETURN_IF_ERROR(
      CheckReason("actor", request.actor(), /*required=*/false));
  if (!request.has_expires_at()) {
    return errors::InvalidField("expires_at",
                                "is missing; a mute ends by itself");
  }
  Mute mute;
  CONCORDAT_ASSIGN_OR_RETURN(mute.expires_at,
                             FromWire(request.expires_at(), "expires_at"));
  if (mute.expires_at <= now || mute.expires_at > now + kMuteMax) {
    return errors::InvalidField("expires_at",
                                "must be after now, and at most a year ahead");
  }
  mute.reason = request.reason();
  mute.owner = request.owner();
  mute.actor = request.actor().empty() ? request.owner() : request.actor();
  return mute;
}

absl::Status CheckLift(const v1::LiftMuteRequest& request) {
  CONCORDAT_RETURN_IF_ERROR(CheckReason("id", request.id()));
  CONCORDAT_RETURN_IF_ERROR(CheckReason("reason", request.reason()));
  return CheckReason("actor", request.actor());
}

}  // namespace concordat::convert
