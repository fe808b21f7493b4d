#include "graph/graph_writer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/bounded_reader.h"
#include "graph/codec.h"
#include "graph/edges.h"
#include "graph/ends.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/identifiers.h"
#include "graph/identity.h"
#include "graph/identity_writer.h"
#include "graph/key.h"
#include "graph/reading.h"
#include "graph/relation_rules.h"
#include "graph/rows.h"
#include "graph/staged_transaction.h"
#include "graph/status_macros.h"
#include "graph/timeline.h"
#include "xxhash.h"

namespace concordat {
namespace {

absl::Status CheckPrecondition(const Schema& schema, const Identity& identity,
                               const ValueIs& condition, absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             identity.ClusterOf(condition.entity));
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<FactRecord> records,
                             identity.FactsOf(cluster, condition.attribute));
  CONCORDAT_ASSIGN_OR_RETURN(records, identity.AsOneEntity(std::move(records)));
  const Attribute& attribute = *schema.FindEntityType(condition.entity.type)
                                    ->FindAttribute(condition.attribute);
  const Timeline timeline(std::move(records), attribute.survivorship);
  const TimelineSpan* span = timeline.At(now);
  const std::optional<std::string> held =
      span == nullptr ? std::nullopt : timeline.FactOf(*span).value;
  const auto normal = [&](const std::optional<std::string>& raw) {
    return raw.has_value() ? ReadValue(attribute, *raw, schema.habits).value
                           : std::nullopt;
  };
  if (normal(held) == normal(condition.value)) return absl::OkStatus();
  return errors::PreconditionFailed(
      absl::StrCat(condition.attribute, " is not what the writer expected"));
}

absl::Status CheckPrecondition(const Schema&, const Identity& identity,
                               const UnchangedSince& condition, absl::Time) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             identity.ClusterOf(condition.entity));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision last, identity.LastChange(cluster));
  if (last <= condition.revision) return absl::OkStatus();
  return errors::PreconditionFailed(
      "the entity was changed after the given revision");
}

absl::Status CheckPrecondition(const Schema&, const Identity& identity,
                               const EntityIsKnown& condition, absl::Time) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             identity.ClusterOf(condition.entity));
  CONCORDAT_ASSIGN_OR_RETURN(const bool known, identity.Exists(cluster));
  if (known == condition.known) return absl::OkStatus();
  return errors::PreconditionFailed(known ? "the entity is known already"
                                          : "the entity is not known");
}

absl::Status CheckPrecondition(const Schema&, const Identity& identity,
                               const RelationHolds& condition, absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster from,
                             identity.ClusterOf(condition.from));
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster to,
                             identity.ClusterOf(condition.to));
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<RelationRecord> relations,
      identity.RecordsOfEdges(from, condition.relation, to));
  KeepInForce(relations);
  const bool holds = std::any_of(relations.begin(), relations.end(),
                                 [now](const RelationRecord& relation) {
                                   return relation.valid.Covers(now);
                                 });
  if (holds == condition.holds) return absl::OkStatus();
  return errors::PreconditionFailed(
      absl::StrCat(condition.relation, holds ? " holds" : " does not hold"));
}

absl::Status CheckPrecondition(const Schema&, const Identity& identity,
                               const LinkIs& condition, absl::Time now) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::optional<EntityId> entity,
      identity.graph().ResolveLink(condition.channel, condition.subject, now));
  if (entity == condition.entity) return absl::OkStatus();
  if (entity.has_value() && condition.entity.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                               identity.ClusterOf(*entity));
    if (cluster.Has(*condition.entity)) return absl::OkStatus();
  }
  return errors::PreconditionFailed(
      absl::StrCat("the id of channel ", condition.channel, " names ",
                   entity.has_value() ? "another entity" : "no entity"));
}

void Describe(const FactRecord& fact, Encoder& out) {
  out.Unsigned(1).Unsigned(static_cast<uint64_t>(fact.retraction) +
                           static_cast<uint64_t>(fact.one_source));
  out.String(fact.entity.type);
  out.String(fact.entity.id).String(fact.attribute).OptionalString(fact.value);
  out.Time(fact.valid.from).Time(fact.valid.to);
  out.Unsigned(static_cast<uint64_t>(fact.validation));
}
void Describe(const RelationRecord& relation, Encoder& out) {
  out.Unsigned(2).Bool(relation.retraction).String(relation.from.type);
  out.String(relation.from.id).String(relation.relation);
  out.String(relation.to.type).String(relation.to.id);
  out.Time(relation.valid.from).Time(relation.valid.to);
}
void Describe(const LinkRecord& link, Encoder& out) {
  out.Unsigned(3).Bool(link.retraction).String(link.channel);
  out.String(link.subject).String(link.entity.type).String(link.entity.id);
  // Said only where there is one: what was fingerprinted before links had
  // valid time keeps its fingerprint.
  if (link.valid.from != absl::InfinitePast() ||
      link.valid.to != absl::InfiniteFuture()) {
    out.Unsigned(20).Time(link.valid.from).Time(link.valid.to);
  }
}

void Describe(const FactEnd& end, Encoder& out) {
  out.Unsigned(21).String(end.entity.type).String(end.entity.id);
  out.String(end.attribute).OptionalString(end.source);
}
void Describe(const RelationEnd& end, Encoder& out) {
  out.Unsigned(22).String(end.from.type).String(end.from.id);
  out.String(end.relation).String(end.to.type).String(end.to.id);
}
void Describe(const LinkEnd& end, Encoder& out) {
  out.Unsigned(23).String(end.channel).String(end.subject);
}

void Describe(const MergeRecord& merge, Encoder& out) {
  out.Unsigned(10).Bool(merge.retraction).Bool(merge.overrides_brakes);
  out.String(merge.duplicate.type).String(merge.duplicate.id);
  out.String(merge.survivor.type).String(merge.survivor.id);
}
void Describe(const DistinctRecord& distinct, Encoder& out) {
  out.Unsigned(11).Bool(distinct.retraction);
  out.String(distinct.a.type).String(distinct.a.id);
  out.String(distinct.b.type).String(distinct.b.id);
}

void Describe(const ValueIs& condition, Encoder& out) {
  out.Unsigned(4).String(condition.entity.type).String(condition.entity.id);
  out.String(condition.attribute).OptionalString(condition.value);
}
void Describe(const UnchangedSince& condition, Encoder& out) {
  out.Unsigned(5).String(condition.entity.type).String(condition.entity.id);
  out.Unsigned(condition.revision.number());
}

void Describe(const EntityIsKnown& condition, Encoder& out) {
  out.Unsigned(6).String(condition.entity.type).String(condition.entity.id);
  out.Bool(condition.known);
}
void Describe(const RelationHolds& condition, Encoder& out) {
  out.Unsigned(7).String(condition.from.type).String(condition.from.id);
  out.String(condition.relation);
  out.String(condition.to.type).String(condition.to.id).Bool(condition.holds);
}
void Describe(const LinkIs& condition, Encoder& out) {
  out.Unsigned(8).String(condition.channel).String(condition.subject);
  out.Bool(condition.entity.has_value());
  if (!condition.entity.has_value()) return;
  out.String(condition.entity->type).String(condition.entity->id);
}

// Tells a retry from another request under the same id.
std::string FingerprintOf(const WriteBatch& batch) {
  Encoder content;
  content.String(batch.actor);
  for (const Change& change : batch.changes) {
    std::visit(
        [&](const auto& record) {
          Describe(record, content);
          content.String(record.recorded.source);
          content.String(record.recorded.reason);
        },
        change);
  }
  for (const End& end : batch.ends) {
    content.Unsigned(end.after);
    std::visit(
        [&](const auto& what) {
          Describe(what, content);
          content.Time(what.valid_to).String(what.reason);
        },
        end.what);
  }
  for (const Precondition& condition : batch.preconditions) {
    std::visit([&](const auto& is) { Describe(is, content); }, condition);
  }
  const XXH128_hash_t hash =
      XXH3_128bits(content.bytes().data(), content.bytes().size());
  return KeyWriter().Number(hash.high64).Number(hash.low64).Take();
}

// A row holds what a commit says of one entity, so facts are taken by entity;
// pointers are sorted, for a record is large.
absl::Status RecordFacts(Transaction& tx, const Schema& schema,
                         const std::vector<Change>& changes,
                         WriteOutcome& outcome) {
  std::vector<const FactRecord*> by_entity;
  by_entity.reserve(changes.size());
  for (const Change& change : changes) {
    const FactRecord* fact = std::get_if<FactRecord>(&change);
    if (fact != nullptr) by_entity.push_back(fact);
  }
  std::stable_sort(by_entity.begin(), by_entity.end(),
                   [](const FactRecord* a, const FactRecord* b) {
                     return a->entity < b->entity;
                   });
  outcome.touched.reserve(by_entity.size());
  for (size_t begin = 0; begin < by_entity.size();) {
    size_t end = begin;
    while (end < by_entity.size() &&
           by_entity[end]->entity == by_entity[begin]->entity) {
      const FactRecord& fact = *by_entity[end++];
      CONCORDAT_RETURN_IF_ERROR(IndexFact(tx, schema, fact));
      outcome.touched.push_back({fact.entity, fact.attribute});
    }
    CONCORDAT_RETURN_IF_ERROR(rows::PutFacts(
        tx, absl::MakeConstSpan(by_entity).subspan(begin, end - begin)));
    begin = end;
  }
  return absl::OkStatus();
}

// Fills in what is known of a change only when it is recorded.
void Stamp(WriteBatch& batch, CommitStamp stamp) {
  uint32_t ordinal = 0;
  for (Change& change : batch.changes) {
    std::visit(
        [&](auto& record) {
          record.recorded.actor = batch.actor;
          record.recorded.revision = stamp.revision;
          record.recorded.recorded_at = stamp.at;
          record.recorded.ordinal = ordinal++;
        },
        change);
  }
}

// The commit of the same request, where it was recorded before.
absl::StatusOr<std::optional<rows::CommitRecord>> FindReplay(
    const Reader& reader, absl::string_view request_id,
    const std::string& fingerprint) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rows::RequestRecord> request,
                             rows::GetRequest(reader, request_id));
  if (!request.has_value()) return std::nullopt;
  // Where it is lost, a reuse cannot be told from a retry, which is what the
  // same id nearly always is, and must have no second effect.
  if (!request->lost) {
    // Forgotten with a person whom the request was about.
    if (request->fingerprint.empty()) return errors::Erased();
    if (request->fingerprint != fingerprint) return errors::RequestIdReused();
  }
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<rows::CommitRecord> commit,
                             rows::GetCommit(reader, request->revision));
  if (commit.has_value()) return commit;
  // Compacted: what is left is where it was.
  return rows::CommitRecord{.revision = request->revision};
}

// Records a stamped batch whose request may go through.
absl::Status RecordStamped(Transaction& tx, const Schema& schema,
                           WriteBatch& batch, CommitStamp stamp,
                           const std::string& fingerprint, Admission admission,
                           WriteOutcome& outcome) {
  if (!batch.request_id.empty()) {
    CONCORDAT_RETURN_IF_ERROR(
        rows::PutRequest(tx, batch.request_id, {stamp.revision, fingerprint}));
  }
  CONCORDAT_RETURN_IF_ERROR(RecordFacts(tx, schema, batch.changes, outcome));
  for (const Change& change : batch.changes) {
    if (const auto* relation = std::get_if<RelationRecord>(&change)) {
      CONCORDAT_RETURN_IF_ERROR(rows::PutRelation(tx, *relation));
    } else if (const auto* link = std::get_if<LinkRecord>(&change)) {
      CONCORDAT_RETURN_IF_ERROR(rows::PutLink(tx, *link));
      outcome.touched_links.emplace_back(link->channel, link->subject);
    }
  }
  CONCORDAT_RETURN_IF_ERROR(
      RecordIdentity(tx, schema, stamp, admission, batch, outcome.remerged));
  CONCORDAT_RETURN_IF_ERROR(rows::PutChanges(tx, batch.changes));
  return rows::PutCommit(tx, {.revision = stamp.revision,
                              .kind = rows::CommitRecord::Kind::kKnowledge,
                              .at = stamp.at,
                              .actor = batch.actor,
                              .request_id = batch.request_id,
                              .items = batch.changes.size()});
}

}  // namespace

absl::StatusOr<WriteOutcome> RecordBatch(Transaction& tx, const Schema& schema,
                                         WriteBatch batch, CommitStamp stamp,
                                         Admission admission) {
  WriteOutcome outcome{.revision = stamp.revision, .at = stamp.at};
  const std::string fingerprint =
      batch.request_id.empty() ? "" : FingerprintOf(batch);
  if (!batch.request_id.empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rows::CommitRecord> replayed,
                               FindReplay(tx, batch.request_id, fingerprint));
    if (replayed.has_value()) {
      outcome.revision = replayed->revision;
      outcome.at = replayed->at;
      outcome.replayed = true;
      return outcome;
    }
  }
  const BoundedReader reader(tx, "write_check_rows_max",
                             limits::kWriteCheckRowsMax);
  const Identity identity(reader, Revision::Latest());
  for (size_t i = 0; i < batch.preconditions.size(); ++i) {
    const absl::Status status = std::visit(
        [&](const auto& condition) {
          return CheckPrecondition(schema, identity, condition, stamp.at);
        },
        batch.preconditions[i]);
    if (!status.ok()) {
      return WithField(absl::StrCat("preconditions[", i, "]"), status);
    }
  }
  CONCORDAT_RETURN_IF_ERROR(ResolveEnds(identity, stamp.revision, batch));
  Stamp(batch, stamp);
  if (admission == Admission::kRequested) {
    // Whose facts and relations ends record again is known only now.
    CONCORDAT_RETURN_IF_ERROR(CheckNotErased(tx, batch));
    CONCORDAT_RETURN_IF_ERROR(CheckRelations(reader, schema, batch));
  }
  if (!IsRefusedLate(schema, batch.changes)) {
    CONCORDAT_RETURN_IF_ERROR(RecordStamped(tx, schema, batch, stamp,
                                            fingerprint, admission, outcome));
    return outcome;
  }
  StagedTransaction staged(tx);
  CONCORDAT_RETURN_IF_ERROR(RecordStamped(staged, schema, batch, stamp,
                                          fingerprint, admission, outcome));
  CONCORDAT_RETURN_IF_ERROR(staged.Apply());
  return outcome;
}

}  // namespace concordat
