#include "server/convert/audits.h"

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "graph/validation.h"
#include "server/convert/causes.h"
#include "server/convert/common.h"
#include "server/convert/sampling.h"

namespace concordat::convert {
namespace {

absl::Status CheckBytes(absl::string_view field, absl::string_view limit,
                        const std::string& text, int64_t bytes_max) {
  const auto bytes = static_cast<int64_t>(text.size());
  if (bytes <= bytes_max) return absl::OkStatus();
  return errors::LimitExceeded(limit, bytes, bytes_max, field);
}

v1::Verdict WireOf(size_t verdict) { return static_cast<v1::Verdict>(verdict); }

void AddCounts(const std::string& entity_type, const std::string& attribute,
               const audits::VerdictCounts& verdicts, v1::AuditResult* result) {
  for (size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i] == 0) continue;
    v1::AuditCount* count = result->add_counts();
    count->set_entity_type(entity_type);
    count->set_attribute(attribute);
    count->set_verdict(WireOf(i));
    count->set_rows(verdicts[i]);
  }
}

void ResultToWire(const audits::AuditRecord& record, v1::AuditResult* result) {
  result->set_rows(record.rows);
  result->set_refused_rows(record.refused_rows);
  result->set_rows_out_of_scope(record.rows_out_of_scope);
  result->set_entities_covered(record.entities_covered);
  result->set_entities_missing(record.entities_missing);
  for (const audits::AttributeTally& tally : record.attributes) {
    AddCounts(tally.entity_type, tally.attribute, tally.verdicts, result);
    if (tally.missing_values == 0) continue;
    v1::AuditMissing* missing = result->add_missing();
    missing->set_entity_type(tally.entity_type);
    missing->set_attribute(tally.attribute);
    missing->set_entities(tally.missing_values);
  }
  AddCounts("", "", record.others, result);
  for (const audits::RefusedExample& example : record.refused) {
    v1::AuditRefusedRow* row = result->add_refused();
    row->set_line(example.line);
    row->set_reason(example.reason);
    row->set_message(example.message);
  }
  result->set_findings(record.findings);
  if (record.previous != 0) {
    result->set_previous_audit_id(absl::StrCat(record.previous));
  }
  ToWire(record.changes, result->mutable_changes());
  for (const audits::AuditCause& cause : record.causes) {
    ToWire(cause, result->add_causes());
  }
  result->set_unexplained_findings(record.unexplained);
  for (const audits::BreakdownRow& row : record.breakdown) {
    v1::AuditBreakdown* one = result->add_breakdown();
    one->set_dimension(row.dimension);
    one->set_value(row.value);
    one->set_agree(row.agree);
    one->set_contradict(row.contradict);
  }
  result->set_breakdown_truncated(record.breakdown_truncated);
  if (record.estimate.has_value()) {
    ToWire(*record.estimate, result->mutable_estimate());
  }
}

}  // namespace

absl::StatusOr<audits::AuditRecord> FromWire(const v1::AuditSpec& spec,
                                             absl::Time now) {
  audits::AuditRecord record;
  record.channel = spec.channel();
  if (record.channel.empty()) {
    return errors::InvalidField("spec.channel", "is required");
  }
  CONCORDAT_RETURN_IF_ERROR(CheckBytes("spec.actor", "audit_actor_bytes_max",
                                       spec.actor(),
                                       limits::kAuditActorBytesMax));
  CONCORDAT_RETURN_IF_ERROR(
      CheckBytes("spec.description", "audit_description_bytes_max",
                 spec.description(), limits::kAuditDescriptionBytesMax));
  record.actor = spec.actor();
  record.description = spec.description();
  const auto scope_size =
      spec.scope().entity_types_size() + spec.scope().attributes_size();
  if (scope_size > limits::kFilterValuesMax) {
    return errors::LimitExceeded("filter_values_max", scope_size,
                                 limits::kFilterValuesMax, "spec.scope");
  }
  record.scope.entity_types.insert(spec.scope().entity_types().begin(),
                                   spec.scope().entity_types().end());
  record.scope.attributes.insert(spec.scope().attributes().begin(),
                                 spec.scope().attributes().end());
  if (spec.has_sampling()) {
    absl::StatusOr<sampling::SamplingPlan> plan = FromWire(spec.sampling());
    if (!plan.ok()) return WithField("spec.sampling", plan.status());
    record.sampling = *std::move(plan);
  }
  record.as_at = now;
  if (spec.has_as_at()) {
    CONCORDAT_ASSIGN_OR_RETURN(record.as_at,
                               FromWire(spec.as_at(), "spec.as_at"));
    if (record.as_at > now) {
      return errors::InvalidField("spec.as_at", "must not lie ahead of now");
    }
  }
  return record;
}

absl::StatusOr<uint64_t> AuditNumberFromWire(absl::string_view field,
                                             absl::string_view id) {
  uint64_t number = 0;
  if (absl::SimpleAtoi(id, &number) && number != 0) return number;
  return errors::InvalidField(field, "must be the number of an audit");
}

void ToWire(const audits::AuditRecord& record, const TokenMint& tokens,
            v1::Audit* wire) {
  wire->set_id(absl::StrCat(record.number));
  wire->set_state(static_cast<v1::AuditState>(record.state));
  wire->set_source(static_cast<v1::AuditSource>(record.source));
  wire->set_channel(record.channel);
  wire->set_actor(record.actor);
  wire->set_description(record.description);
  for (const std::string& type : record.scope.entity_types) {
    wire->mutable_scope()->add_entity_types(type);
  }
  for (const std::string& attribute : record.scope.attributes) {
    wire->mutable_scope()->add_attributes(attribute);
  }
  wire->set_revision(tokens.RevisionToken(record.at));
  wire->set_vocabulary_version(record.vocabulary_version);
  ToWire(record.as_at, wire->mutable_as_at());
  ToWire(record.started_at, wire->mutable_start_time());
  if (record.ended_at != absl::InfiniteFuture()) {
    ToWire(record.ended_at, wire->mutable_end_time());
  }
  wire->set_error(record.error);
  if (record.sampling.has_value()) {
    ToWire(*record.sampling, wire->mutable_sampling());
  }
  if (record.state == audits::AuditState::kSucceeded) {
    ResultToWire(record, wire->mutable_result());
  }
}

void ToWire(const audits::AuditFinding& finding, absl::string_view channel,
            v1::AuditFinding* wire) {
  wire->set_id(audits::FingerprintOf(finding, channel));
  if (finding.entity.has_value()) {
    ToWire(*finding.entity, wire->mutable_entity());
  }
  wire->set_subject(finding.subject);
  wire->set_attribute(finding.attribute);
  wire->set_verdict(static_cast<v1::Verdict>(finding.verdict));
  if (finding.further.has_value()) {
    wire->set_further_verdict(static_cast<v1::Verdict>(*finding.further));
  }
  wire->set_exposure(static_cast<v1::Exposure>(finding.exposure));
  ToWire(finding.said_at, wire->mutable_said_at());
  if (finding.said.has_value()) wire->set_said(*finding.said);
  if (finding.truth.has_value()) wire->set_truth(*finding.truth);
  if (finding.true_since != absl::InfinitePast()) {
    ToWire(finding.true_since, wire->mutable_true_since());
  }
  wire->set_lag_seconds(absl::ToInt64Seconds(finding.lag));
  wire->set_explanation(finding.explanation);
  for (const auto& [name, value] : finding.labels) {
    (*wire->mutable_labels())[name] = value;
  }
  wire->set_line(finding.line);
  wire->set_rows(finding.rows);
  if (finding.first_audit != 0) {
    wire->set_first_audit_id(absl::StrCat(finding.first_audit));
  }
  wire->set_erased(finding.erased);
}

void ToWire(const audits::ChangeCounts& changes,
            google::protobuf::RepeatedPtrField<v1::AuditChangeCount>* wire) {
  for (size_t change = 0; change < changes.size(); ++change) {
    for (size_t verdict = 0; verdict < changes[change].size(); ++verdict) {
      if (changes[change][verdict] == 0) continue;
      v1::AuditChangeCount* count = wire->Add();
      count->set_change(static_cast<v1::AuditChange>(change));
      count->set_verdict(WireOf(verdict));
      count->set_findings(changes[change][verdict]);
    }
  }
}

}  // namespace concordat::convert
