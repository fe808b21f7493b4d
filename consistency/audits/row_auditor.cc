#include "consistency/audits/row_auditor.h"

#include <algorithm>
#include <array>
#include <utility>

#include "consistency/personal_rows.h"
#include "consistency/scorecards/score_rows.h"
#include "graph/status_macros.h"

namespace concordat::audits {
namespace {

constexpr int64_t kMinutesPerHour = 60;

}  // namespace

RowAuditor::RowAuditor(const AuditPlan* plan, Coverage* coverage)
    : plan_(*plan),
      index_(plan->index()),
      coverage_(*coverage),
      channel_(index_.FindChannel(plan->channel().name)),
      printer_(index_.reading_seed()),
      tally_(plan->index().attributes()),
      breakdown_(&plan->index(), plan->request().as_at) {}

void RowAuditor::Match(absl::Span<const AuditRow> rows) {
  to_judge_.clear();
  for (size_t first = 0; first < rows.size(); first += kBlock) {
    MatchBlock(rows.subspan(first, kBlock), first);
  }
}

// Each step for all of the block, so that the memory which the next one needs
// is on its way meanwhile.
void RowAuditor::MatchBlock(absl::Span<const AuditRow> rows, size_t first) {
  std::array<EntityNumber, kBlock> entities;
  FindEntities(rows, entities);
  EntityNumber last = TruthIndex::kNoEntity;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (entities[i] == TruthIndex::kNoEntity || entities[i] == last) continue;
    last = entities[i];
    coverage_.Prefetch(last);
    index_.PrefetchTruths(last);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (entities[i] == TruthIndex::kNoEntity ||
        !Agrees(rows[i].claim, entities[i])) {
      to_judge_.push_back(first + i);
    }
  }
}

void RowAuditor::FindEntities(absl::Span<const AuditRow> rows,
                              std::array<EntityNumber, kBlock>& entities) {
  std::array<uint64_t, kBlock> prints;
  if (!in_order_) {
    for (size_t i = 0; i < rows.size(); ++i) {
      prints[i] = PrefetchSubject(rows[i].claim);
    }
  }
  size_t subjects = 0;
  size_t expected = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const ReportedClaim& claim = rows[i].claim;
    if (i > 0 && SameSubject(claim, rows[i - 1].claim)) {
      entities[i] = entities[i - 1];
      continue;
    }
    ++subjects;
    const NameTable& names =
        claim.names_entity ? index_.entities() : index_.links();
    const NameTable::Kind kind =
        claim.names_entity ? TypeNumberOf(claim.entity_type) : channel_;
    const absl::string_view name =
        claim.names_entity ? claim.entity_id : claim.subject;
    NameTable::Number number = last_number_ + 1;
    if (names.Is(number, kind, name)) {
      ++expected;
    } else {
      number = names.Find(in_order_ ? PrintOfSubject(claim) : prints[i]);
    }
    if (number != NameTable::kNone) last_number_ = number;
    entities[i] = claim.names_entity ? number : FollowLink(claim, number);
    if (entities[i] != TruthIndex::kNoEntity) {
      index_.PrefetchEntity(entities[i]);
    }
  }
  in_order_ = expected * 2 >= subjects;
}

bool RowAuditor::SameSubject(const ReportedClaim& a, const ReportedClaim& b) {
  return a.names_entity == b.names_entity &&
         (a.names_entity
              ? a.entity_id == b.entity_id && a.entity_type == b.entity_type
              : a.subject == b.subject && a.said_at == b.said_at);
}

uint64_t RowAuditor::PrintOfSubject(const ReportedClaim& claim) {
  if (!claim.names_entity) {
    return TruthIndex::PrintOfLink(plan_.channel_salt(), claim.subject);
  }
  const TypeNumber type = TypeNumberOf(claim.entity_type);
  return type == TruthIndex::kNoType ? kNoPrint
                                     : index_.PrintOf(type, claim.entity_id);
}

uint64_t RowAuditor::PrefetchSubject(const ReportedClaim& claim) {
  const uint64_t print = PrintOfSubject(claim);
  (claim.names_entity ? index_.entities() : index_.links()).Prefetch(print);
  return print;
}

RowAuditor::EntityNumber RowAuditor::FollowLink(
    const ReportedClaim& claim, TruthIndex::LinkNumber number) const {
  if (number == NameTable::kNone) return TruthIndex::kNoEntity;
  const TruthIndex::Link& link = index_.LinkAt(number);
  const bool holds = link.revision <= plan_.request().at.number() &&
                     MinuteOf(claim.said_at) >= link.since_minute;
  return holds ? link.entity : TruthIndex::kNoEntity;
}

RowAuditor::TypeNumber RowAuditor::TypeNumberOf(absl::string_view name) {
  if (last_type_ == TruthIndex::kNoType || name != last_type_name_) {
    last_type_ = index_.FindType(name);
    if (last_type_ != TruthIndex::kNoType) {
      last_type_name_ = index_.TypeOf(last_type_).name;
    }
  }
  return last_type_;
}

RowAuditor::AttributeNumber RowAuditor::NumberOf(TypeNumber type,
                                                 absl::string_view name) {
  if (!named_.empty()) {
    const size_t expected = named_[last_named_].next;
    if (named_[expected].type == type && named_[expected].name == name) {
      last_named_ = expected;
      return named_[expected].number;
    }
  }
  const auto known =
      std::find_if(named_.begin(), named_.end(), [&](const Named& named) {
        return named.type == type && named.name == name;
      });
  const auto at = static_cast<size_t>(known - named_.begin());
  if (known == named_.end()) {
    const AttributeNumber number = index_.FindAttribute(type, name);
    // Names that there are not are anybody's to invent.
    if (number == TruthIndex::kNoAttribute) return number;
    named_.push_back({std::string(name), type, number, 0});
  }
  named_[last_named_].next = at;
  last_named_ = at;
  return named_[at].number;
}

bool RowAuditor::Agrees(const ReportedClaim& claim, EntityNumber entity) {
  const AttributeNumber number =
      NumberOf(index_.entities().KindAt(entity), claim.attribute);
  if (number == TruthIndex::kNoAttribute || !claim.value.has_value()) {
    return false;
  }
  const TruthIndex::Truth* const truth = index_.FindTruth(entity, number);
  const AuditPlan::AttributePlan& plan = plan_.PlanOf(number);
  if (truth == nullptr || truth->reading == kNoPrint || plan.terms == nullptr ||
      !plan.in_scope || truth->revision > plan_.request().at.number() ||
      claim.said_at > plan_.latest() ||
      MinuteOf(claim.said_at) < truth->since_minute) {
    return false;
  }
  const Attribute& attribute = index_.AttributeOf(number);
  bool agrees = false;
  if (plan.reads_alike) {
    const uint64_t writing = PrintOfWriting(attribute.type, *claim.value);
    agrees = writing == truth->writing && !plan_.SaysNone(writing);
  }
  agrees = agrees || printer_.Print(attribute, plan.terms->habits, plan.salt,
                                    *claim.value) == truth->reading;
  if (!agrees) return false;
  coverage_.Note(entity, plan.required);
  tally_.Count(number, Verdict::kAgrees);
  breakdown_.CountAgreement(claim, number,
                            truth->since_minute / kMinutesPerHour);
  ++tally_.rows;
  ++tally_.prompt_rows;
  return true;
}

absl::Status RowAuditor::Judge(absl::Span<const AuditRow> rows,
                               Knowledge& knowledge) {
  // From the last on, so that after an error it can go on where it was.
  while (!to_judge_.empty()) {
    CONCORDAT_RETURN_IF_ERROR(JudgeOne(rows[to_judge_.back()], knowledge));
    to_judge_.pop_back();
  }
  return absl::OkStatus();
}

void RowAuditor::Refuse(RefusedRow row) {
  ++tally_.rows;
  ++tally_.refused_rows;
  refused_.push_back(std::move(row));
  if (refused_.size() < 2 * kRefusedMax) return;
  // Those of the first lines stay.
  std::nth_element(
      refused_.begin(), refused_.begin() + kRefusedMax, refused_.end(),
      [](const RefusedRow& a, const RefusedRow& b) { return a.line < b.line; });
  refused_.resize(kRefusedMax);
}

absl::Status RowAuditor::JudgeOne(const AuditRow& row, Knowledge& knowledge) {
  absl::Status valid =
      ValidateClaim(plan_.vocabulary(), row.claim, plan_.request().now);
  if (!valid.ok()) {
    Refuse({row.line, std::move(valid)});
    return absl::OkStatus();
  }
  const Claim claim = ToClaim(row.claim);
  CONCORDAT_ASSIGN_OR_RETURN(
      const Judgement judgement,
      concordat::Judge(claim, plan_.vocabulary(), knowledge));
  ++tally_.rows;
  AttributeNumber attribute = TruthIndex::kNoAttribute;
  if (judgement.entity.has_value()) {
    const TypeNumber type = index_.FindType(judgement.entity->type);
    if (type != TruthIndex::kNoType) {
      attribute = index_.FindAttribute(type, judgement.attribute);
    }
  }
  if (attribute != TruthIndex::kNoAttribute) {
    if (!plan_.PlanOf(attribute).in_scope) {
      ++tally_.rows_out_of_scope;
      return absl::OkStatus();
    }
    judged_.push_back({judgement.entity, attribute});
  }
  tally_.Count(attribute, judgement.verdict);
  if (attribute != TruthIndex::kNoAttribute &&
      (IsAgreement(judgement.verdict) ||
       judgement.verdict == Verdict::kPropagating)) {
    breakdown_.CountAgreement(row.claim, attribute,
                              judgement.agrees_over.has_value()
                                  ? HoursOf(judgement.agrees_over->from)
                                  : kNoHour);
  }
  if (IsListed(judgement.verdict)) {
    findings_.push_back(
        FindingOf(claim, judgement,
                  IsClaimPersonal(plan_.vocabulary().schema, judgement.entity),
                  row.line));
  }
  return absl::OkStatus();
}

void RowAuditor::NoteJudged() {
  for (const Judged& judged : judged_) {
    coverage_.Note(index_.FindEntity(*judged.entity),
                   plan_.PlanOf(judged.attribute).required);
  }
  judged_.clear();
}

}  // namespace concordat::audits
