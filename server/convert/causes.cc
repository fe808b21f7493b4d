#include "server/convert/causes.h"

#include "absl/strings/str_cat.h"
#include "server/convert/common.h"

namespace concordat::convert {
namespace {

v1::CauseChange WireOf(CauseChange change) {
  switch (change) {
    case CauseChange::kNew:
      return v1::CAUSE_CHANGE_NEW;
    case CauseChange::kOngoing:
      return v1::CAUSE_CHANGE_ONGOING;
    case CauseChange::kChanged:
      return v1::CAUSE_CHANGE_CHANGED;
    case CauseChange::kReopened:
      return v1::CAUSE_CHANGE_REOPENED;
    case CauseChange::kClosed:
      return v1::CAUSE_CHANGE_CLOSED;
    case CauseChange::kMerged:
      return v1::CAUSE_CHANGE_MERGED;
    case CauseChange::kSilent:
      return v1::CAUSE_CHANGE_SILENT;
    case CauseChange::kNone:
      return v1::CAUSE_CHANGE_UNSPECIFIED;
  }
  return v1::CAUSE_CHANGE_UNSPECIFIED;
}

void ToWire(const CauseConditions& conditions,
            google::protobuf::RepeatedPtrField<v1::CauseCondition>* wire) {
  for (const CauseCondition& condition : conditions) {
    v1::CauseCondition* one = wire->Add();
    one->set_dimension(condition.dimension);
    one->set_value(condition.value);
  }
}

}  // namespace

void ToWire(const audits::AuditCause& cause, v1::Cause* wire) {
  const CauseRecord& record = cause.record;
  const CauseFigures& figures = record.figures;
  wire->set_id(record.id);
  wire->set_title(record.title);
  ToWire(record.conditions, wire->mutable_conditions());
  wire->set_owner(record.owner);
  wire->set_state(record.state == CauseState::kOpen ? v1::CAUSE_STATE_OPEN
                                                    : v1::CAUSE_STATE_CLOSED);
  wire->set_change(WireOf(cause.change));
  wire->set_first_audit_id(absl::StrCat(record.opened.number));
  ToWire(record.opened.at, wire->mutable_first_time());
  wire->set_since_audit_id(absl::StrCat(record.since.number));
  ToWire(record.since.at, wire->mutable_since_time());
  wire->set_contradictions(figures.findings);
  wire->set_rows(figures.observations);
  wire->set_share(figures.share);
  wire->set_rate_inside(figures.rate_inside);
  wire->set_rate_outside(figures.rate_outside);
  wire->set_risk_ratio(figures.risk_ratio.ratio);
  wire->set_risk_ratio_low(figures.risk_ratio.low);
  wire->set_risk_ratio_high(figures.risk_ratio.high);
  wire->set_against_usual(figures.against_usual);
  wire->set_members(record.members);
  wire->set_findings(cause.findings);
  for (const CauseConditions& conditions : cause.alternatives) {
    ToWire(conditions, wire->add_alternatives()->mutable_conditions());
  }
  wire->set_merged_into(record.merged_into);
}

}  // namespace concordat::convert
