#include "server/convert/knowledge.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"

namespace concordat::convert {
namespace {

// Times of a wire message that has valid_from and valid_to.
template <typename Wire>
absl::Status ReadValidTime(const Wire& wire, ValidTime& valid) {
  if (wire.has_valid_from()) {
    CONCORDAT_ASSIGN_OR_RETURN(valid.from,
                               FromWire(wire.valid_from(), "valid_from"));
  }
  if (wire.has_valid_to()) {
    CONCORDAT_ASSIGN_OR_RETURN(valid.to, FromWire(wire.valid_to(), "valid_to"));
  }
  return absl::OkStatus();
}

template <typename Wire>
void WriteValidTime(const ValidTime& valid, Wire* wire) {
  if (valid.from != absl::InfinitePast()) {
    ToWire(valid.from, wire->mutable_valid_from());
  }
  if (valid.to != absl::InfiniteFuture()) {
    ToWire(valid.to, wire->mutable_valid_to());
  }
}

absl::StatusOr<Change> PutFact(const v1::Fact& wire) {
  FactRecord fact;
  fact.entity = FromWire(wire.entity());
  fact.attribute = wire.attribute();
  if (wire.has_value()) fact.value = wire.value();
  fact.recorded.source = wire.source();
  fact.recorded.reason = wire.reason();
  if (!v1::Validation_IsValid(wire.validation())) {
    return errors::InvalidField("validation", "is not one of the enum's");
  }
  fact.validation = static_cast<Validation>(wire.validation());
  CONCORDAT_RETURN_IF_ERROR(ReadValidTime(wire, fact.valid));
  return fact;
}

absl::StatusOr<Change> RetractFact(const v1::FactRetraction& wire) {
  FactRecord fact;
  fact.entity = FromWire(wire.entity());
  fact.attribute = wire.attribute();
  fact.retraction = true;
  fact.one_source = wire.has_source();
  fact.recorded.source = wire.source();
  fact.recorded.reason = wire.reason();
  if (wire.has_valid_from()) {
    CONCORDAT_ASSIGN_OR_RETURN(fact.valid.from,
                               FromWire(wire.valid_from(), "valid_from"));
  }
  return fact;
}

absl::StatusOr<Change> ReadRelation(const v1::Relation& wire, bool retraction) {
  RelationRecord relation;
  relation.from = FromWire(wire.from());
  relation.relation = wire.relation();
  relation.to = FromWire(wire.to());
  relation.retraction = retraction;
  relation.recorded.source = wire.source();
  relation.recorded.reason = wire.reason();
  CONCORDAT_RETURN_IF_ERROR(ReadValidTime(wire, relation.valid));
  return relation;
}

absl::StatusOr<Change> ReadLink(const v1::Link& wire, bool retraction) {
  LinkRecord link;
  link.channel = wire.channel();
  link.subject = wire.subject();
  link.entity = FromWire(wire.entity());
  link.retraction = retraction;
  link.recorded.source = wire.source();
  link.recorded.reason = wire.reason();
  CONCORDAT_RETURN_IF_ERROR(ReadValidTime(wire, link.valid));
  return link;
}

MergeRecord ReadMerge(const v1::Merge& wire) {
  MergeRecord merge;
  merge.duplicate = FromWire(wire.duplicate());
  merge.survivor = FromWire(wire.survivor());
  merge.overrides_brakes = wire.override_brakes();
  merge.recorded.source = wire.source();
  merge.recorded.reason = wire.reason();
  return merge;
}

MergeRecord ReadSplit(const v1::Split& wire) {
  MergeRecord split;
  split.duplicate = FromWire(wire.duplicate());
  split.retraction = true;
  split.recorded.source = wire.source();
  split.recorded.reason = wire.reason();
  return split;
}

DistinctRecord ReadDistinct(const v1::Distinct& wire, bool retraction) {
  DistinctRecord distinct;
  distinct.a = FromWire(wire.a());
  distinct.b = FromWire(wire.b());
  distinct.retraction = retraction;
  distinct.recorded.source = wire.source();
  distinct.recorded.reason = wire.reason();
  return distinct;
}

// The instant at which something ends.
template <typename Wire>
absl::StatusOr<absl::Time> ReadEnd(const Wire& wire) {
  if (wire.has_valid_to()) return FromWire(wire.valid_to(), "valid_to");
  return errors::InvalidField("valid_to", "must be set: when it ends");
}

absl::StatusOr<FactEnd> ReadFactEnd(const v1::FactEnd& wire) {
  FactEnd end{.entity = FromWire(wire.entity()),
              .attribute = wire.attribute(),
              .source = std::nullopt,
              .valid_to = {},
              .reason = wire.reason()};
  if (wire.has_source()) end.source = wire.source();
  CONCORDAT_ASSIGN_OR_RETURN(end.valid_to, ReadEnd(wire));
  return end;
}

absl::StatusOr<RelationEnd> ReadRelationEnd(const v1::RelationEnd& wire) {
  RelationEnd end{.from = FromWire(wire.from()),
                  .relation = wire.relation(),
                  .to = FromWire(wire.to()),
                  .valid_to = {},
                  .reason = wire.reason()};
  CONCORDAT_ASSIGN_OR_RETURN(end.valid_to, ReadEnd(wire));
  return end;
}

absl::StatusOr<LinkEnd> ReadLinkEnd(const v1::LinkEnd& wire) {
  LinkEnd end{.channel = wire.channel(),
              .subject = wire.subject(),
              .valid_to = {},
              .reason = wire.reason()};
  CONCORDAT_ASSIGN_OR_RETURN(end.valid_to, ReadEnd(wire));
  return end;
}

// Adds what was read, after the batch's changes so far.
template <typename T>
absl::Status AddEnd(const char* field, absl::StatusOr<T> end,
                    WriteBatch& batch) {
  if (!end.ok()) return WithField(field, end.status());
  batch.ends.push_back({batch.changes.size(), *std::move(end)});
  return absl::OkStatus();
}

absl::StatusOr<Change> ReadChange(const v1::Change& wire) {
  const auto named = [](const char* field, absl::StatusOr<Change> change) {
    return change.ok()
               ? std::move(change)
               : absl::StatusOr<Change>(WithField(field, change.status()));
  };
  switch (wire.change_case()) {
    case v1::Change::kPutFact:
      return named("put_fact", PutFact(wire.put_fact()));
    case v1::Change::kRetractFact:
      return named("retract_fact", RetractFact(wire.retract_fact()));
    case v1::Change::kPutRelation:
      return named("put_relation", ReadRelation(wire.put_relation(), false));
    case v1::Change::kRetractRelation:
      return named("retract_relation",
                   ReadRelation(wire.retract_relation(), true));
    case v1::Change::kPutLink:
      return named("put_link", ReadLink(wire.put_link(), false));
    case v1::Change::kRetractLink:
      return named("retract_link", ReadLink(wire.retract_link(), true));
    case v1::Change::kMerge:
      return Change(ReadMerge(wire.merge()));
    case v1::Change::kSplit:
      return Change(ReadSplit(wire.split()));
    case v1::Change::kDeclareDistinct:
      return Change(ReadDistinct(wire.declare_distinct(), false));
    case v1::Change::kRetractDistinct:
      return Change(ReadDistinct(wire.retract_distinct(), true));
    case v1::Change::kEndFact:
    case v1::Change::kEndRelation:
    case v1::Change::kEndLink:
    case v1::Change::CHANGE_NOT_SET:
      break;
  }
  return errors::InvalidField(
      "change",
      "must be one of put_fact, retract_fact, put_relation, "
      "retract_relation, put_link, retract_link, end_fact, end_relation, "
      "end_link, merge, split, declare_distinct, retract_distinct");
}

// Adds one item of the request to the batch.
absl::Status AddItem(const v1::Change& wire, WriteBatch& batch) {
  switch (wire.change_case()) {
    case v1::Change::kEndFact:
      return AddEnd("end_fact", ReadFactEnd(wire.end_fact()), batch);
    case v1::Change::kEndRelation:
      return AddEnd("end_relation", ReadRelationEnd(wire.end_relation()),
                    batch);
    case v1::Change::kEndLink:
      return AddEnd("end_link", ReadLinkEnd(wire.end_link()), batch);
    default: {
      CONCORDAT_ASSIGN_OR_RETURN(Change change, ReadChange(wire));
      batch.changes.push_back(std::move(change));
      return absl::OkStatus();
    }
  }
}

absl::StatusOr<Precondition> ReadPrecondition(const v1::Precondition& wire,
                                              const TokenMint& tokens) {
  switch (wire.condition_case()) {
    case v1::Precondition::kValueIs: {
      ValueIs condition{FromWire(wire.value_is().entity()),
                        wire.value_is().attribute(), std::nullopt};
      if (wire.value_is().has_value())
        condition.value = wire.value_is().value();
      return condition;
    }
    case v1::Precondition::kUnchangedSince: {
      const absl::StatusOr<Revision> revision =
          tokens.ReadRevision(wire.unchanged_since().revision());
      if (!revision.ok()) return WithField("revision", revision.status());
      return UnchangedSince{FromWire(wire.unchanged_since().entity()),
                            *revision};
    }
    case v1::Precondition::kEntityKnown:
      return EntityIsKnown{FromWire(wire.entity_known().entity()),
                           wire.entity_known().known()};
    case v1::Precondition::kRelationHolds:
      return RelationHolds{FromWire(wire.relation_holds().from()),
                           wire.relation_holds().relation(),
                           FromWire(wire.relation_holds().to()),
                           wire.relation_holds().holds()};
    case v1::Precondition::kLinkIs: {
      LinkIs condition{wire.link_is().channel(), wire.link_is().subject(),
                       std::nullopt};
      if (wire.link_is().has_entity()) {
        condition.entity = FromWire(wire.link_is().entity());
      }
      return condition;
    }
    case v1::Precondition::CONDITION_NOT_SET:
      break;
  }
  return errors::InvalidField(
      "condition",
      "must be one of value_is, unchanged_since, entity_known, "
      "relation_holds, link_is");
}

void WriteFact(const FactRecord& fact, v1::Fact* wire) {
  ToWire(fact.entity, wire->mutable_entity());
  wire->set_attribute(fact.attribute);
  if (fact.value.has_value()) wire->set_value(*fact.value);
  WriteValidTime(fact.valid, wire);
  wire->set_source(fact.recorded.source);
  wire->set_reason(fact.recorded.reason);
  wire->set_validation(static_cast<v1::Validation>(fact.validation));
}

void WriteChange(const FactRecord& fact, v1::Change* wire) {
  if (!fact.retraction) return WriteFact(fact, wire->mutable_put_fact());
  v1::FactRetraction* retraction = wire->mutable_retract_fact();
  ToWire(fact.entity, retraction->mutable_entity());
  retraction->set_attribute(fact.attribute);
  if (fact.valid.from != absl::InfinitePast()) {
    ToWire(fact.valid.from, retraction->mutable_valid_from());
  }
  retraction->set_reason(fact.recorded.reason);
  if (fact.one_source) retraction->set_source(fact.recorded.source);
}

void WriteChange(const RelationRecord& relation, v1::Change* wire) {
  ToWire(relation, relation.retraction ? wire->mutable_retract_relation()
                                       : wire->mutable_put_relation());
}

void WriteChange(const LinkRecord& link, v1::Change* wire) {
  ToWire(link, link.retraction ? wire->mutable_retract_link()
                               : wire->mutable_put_link());
}

void WriteChange(const MergeRecord& merge, v1::Change* wire) {
  if (merge.retraction) {
    v1::Split* split = wire->mutable_split();
    ToWire(merge.duplicate, split->mutable_duplicate());
    ToWire(merge.survivor, split->mutable_survivor());
    split->set_source(merge.recorded.source);
    split->set_reason(merge.recorded.reason);
    return;
  }
  v1::Merge* written = wire->mutable_merge();
  ToWire(merge.duplicate, written->mutable_duplicate());
  ToWire(merge.survivor, written->mutable_survivor());
  written->set_override_brakes(merge.overrides_brakes);
  written->set_source(merge.recorded.source);
  written->set_reason(merge.recorded.reason);
}

void WriteChange(const DistinctRecord& distinct, v1::Change* wire) {
  v1::Distinct* written = distinct.retraction
                              ? wire->mutable_retract_distinct()
                              : wire->mutable_declare_distinct();
  ToWire(distinct.a, written->mutable_a());
  ToWire(distinct.b, written->mutable_b());
  written->set_source(distinct.recorded.source);
  written->set_reason(distinct.recorded.reason);
}

}  // namespace

absl::StatusOr<WriteBatch> FromWire(const v1::WriteKnowledgeRequest& request,
                                    const TokenMint& tokens) {
  WriteBatch batch;
  batch.request_id = request.request_id();
  batch.actor = request.actor();
  batch.changes.reserve(request.changes_size());
  for (int i = 0; i < request.changes_size(); ++i) {
    const absl::Status added = AddItem(request.changes(i), batch);
    if (!added.ok()) return WithField(absl::StrCat("changes[", i, "]"), added);
  }
  for (int i = 0; i < request.preconditions_size(); ++i) {
    absl::StatusOr<Precondition> condition =
        ReadPrecondition(request.preconditions(i), tokens);
    if (!condition.ok()) {
      return WithField(absl::StrCat("preconditions[", i, "]"),
                       condition.status());
    }
    batch.preconditions.push_back(*std::move(condition));
  }
  return batch;
}

void ToWire(const FactRecord& fact, const Reading& reading,
            const TokenMint& tokens, v1::RecordedFact* wire) {
  WriteFact(fact, wire->mutable_fact());
  if (reading.value.has_value()) wire->set_normal(reading.value->Canonical());
  wire->set_actor(fact.recorded.actor);
  wire->set_revision(tokens.RevisionToken(fact.recorded.revision));
  ToWire(fact.recorded.recorded_at, wire->mutable_recorded_at());
  wire->set_retraction(fact.retraction);
  wire->set_erased(fact.erased);
}

void ToWire(const RelationRecord& relation, v1::Relation* wire) {
  ToWire(relation.from, wire->mutable_from());
  wire->set_relation(relation.relation);
  ToWire(relation.to, wire->mutable_to());
  WriteValidTime(relation.valid, wire);
  wire->set_source(relation.recorded.source);
  wire->set_retracted(relation.retraction);
  wire->set_reason(relation.recorded.reason);
}

void ToWire(const LinkRecord& link, v1::Link* wire) {
  wire->set_channel(link.channel);
  wire->set_subject(link.subject);
  ToWire(link.entity, wire->mutable_entity());
  wire->set_source(link.recorded.source);
  wire->set_retracted(link.retraction);
  WriteValidTime(link.valid, wire);
  wire->set_reason(link.recorded.reason);
}

void ToWire(const ValueCandidate& candidate, const Reading& reading,
            const TokenMint& tokens, v1::ValueCandidate* wire) {
  ToWire(candidate.fact, reading, tokens, wire->mutable_fact());
  ToWire(candidate.valid, wire->mutable_valid());
  wire->set_outcome(static_cast<v1::CandidateOutcome>(candidate.outcome));
  for (const ContestStep& step : candidate.steps) {
    v1::DecisionStep* out = wire->add_steps();
    out->set_by(static_cast<v1::ValueDecision>(step.by));
    out->set_decided(step.decided);
    out->set_explanation(step.words);
    if (step.decided) wire->set_decided_by(out->by());
  }
  wire->set_explanation(candidate.words);
}

void ToWire(const Change& change, const TokenMint& tokens,
            v1::RecordedChange* wire) {
  std::visit(
      [&](const auto& record) { WriteChange(record, wire->mutable_change()); },
      change);
  const Provenance& recorded = RecordedOf(change);
  wire->set_actor(recorded.actor);
  wire->set_revision(tokens.RevisionToken(recorded.revision));
  wire->set_ordinal(recorded.ordinal);
  const FactRecord* fact = std::get_if<FactRecord>(&change);
  wire->set_erased(fact != nullptr && fact->erased);
  ToWire(recorded.recorded_at, wire->mutable_recorded_at());
}

}  // namespace concordat::convert
