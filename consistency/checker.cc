#include "consistency/checker.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/finding_editor.h"
#include "consistency/personal_rows.h"
#include "consistency/rejudgement.h"
#include "consistency/rule_keeper.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "graph/validation.h"

namespace concordat {
namespace {

// Whether a change of one attribute of an entity can change the verdict of a
// claim about another: the same, or one that it may be taken for (MEANING).
bool BearsOn(const Vocabulary& vocabulary, absl::string_view entity_type,
             const std::string& changed, absl::string_view attribute) {
  if (changed == attribute) return true;
  const EntityType* type = vocabulary.schema.FindEntityType(entity_type);
  const Attribute* of_claim =
      type == nullptr ? nullptr : type->FindAttribute(attribute);
  return of_claim != nullptr &&
         std::find(of_claim->confusable_with.begin(),
                   of_claim->confusable_with.end(),
                   changed) != of_claim->confusable_with.end();
}

bool HasReferences(const Schema& schema) {
  for (const auto& entry : schema.entity_types) {
    for (const auto& attribute : entry.second.attributes) {
      if (attribute.second.type == ValueType::kReference) return true;
    }
  }
  return false;
}

// Entities that are judged by a vocabulary within the commit that puts it into
// force: some 30 ms.
constexpr size_t kRejudgedAtOnce = 500;

// The attributes that a write touched, by id, in order.
using TouchedByEntity = std::map<EntityId, std::vector<std::string>>;

// What is touched of an id is touched of all that are one entity with it; not
// of an id of which it is beyond the limits to say which these are.
absl::StatusOr<TouchedByEntity> TouchedOf(
    StoredKnowledge& knowledge, const std::vector<TouchedAttribute>& touched) {
  TouchedByEntity by_entity;
  for (size_t begin = 0; begin < touched.size();) {
    const EntityId& entity = touched[begin].entity;
    std::vector<std::string> attributes;
    for (; begin < touched.size() && touched[begin].entity == entity; ++begin) {
      attributes.push_back(touched[begin].attribute);
    }
    const absl::StatusOr<Cluster> cluster = knowledge.ClusterOf(entity);
    if (IsBeyondLimits(cluster.status())) continue;
    CONCORDAT_RETURN_IF_ERROR(cluster.status());
    for (const EntityId& member : cluster->members) {
      std::vector<std::string>& of_member = by_entity[member];
      of_member.insert(of_member.end(), attributes.begin(), attributes.end());
    }
  }
  return by_entity;
}

}  // namespace

absl::Status ValidateWrite(const Vocabulary& vocabulary, WriteBatch& batch) {
  CONCORDAT_RETURN_IF_ERROR(ValidateBatch(vocabulary.schema, batch));
  for (size_t i = 0; i < batch.changes.size(); ++i) {
    const LinkRecord* link = std::get_if<LinkRecord>(&batch.changes[i]);
    if (link == nullptr) continue;
    const auto channel = vocabulary.RequireChannel(link->channel);
    if (!channel.ok()) {
      return WithField(
          absl::StrCat(PathOfChange(batch, i), ".",
                       link->retraction ? "retract_link" : "put_link"),
          channel.status());
    }
  }
  for (size_t i = 0; i < batch.ends.size(); ++i) {
    const LinkEnd* link = std::get_if<LinkEnd>(&batch.ends[i].what);
    if (link == nullptr) continue;
    const auto channel = vocabulary.RequireChannel(link->channel);
    if (!channel.ok()) {
      return WithField(absl::StrCat(PathOfEnd(batch, i), ".end_link"),
                       channel.status());
    }
  }
  return absl::OkStatus();
}

absl::Status Checker::Load(const Reader& reader) {
  ForgetKnowledge();
  CONCORDAT_RETURN_IF_ERROR(memory_.held.Load(reader));
  CONCORDAT_RETURN_IF_ERROR(memory_.opened.Load(reader));
  return memory_.recent.Load(reader);
}

void Checker::ForgetKnowledge() {
  memory_.knowledge.Clear();
  memory_.agreements.Clear();
}

absl::StatusOr<WriteOutcome> Checker::Write(Transaction& tx,
                                            const Vocabulary& vocabulary,
                                            WriteBatch batch, CommitStamp stamp,
                                            Admission admission) {
  CONCORDAT_ASSIGN_OR_RETURN(
      WriteOutcome outcome,
      RecordBatch(tx, vocabulary.schema, std::move(batch), stamp, admission));
  if (outcome.replayed) return outcome;
  Commit commit{
      tx, vocabulary, stamp,
      StoredKnowledge(tx, stamp.revision, vocabulary, &memory_.knowledge)};
  absl::Status judged = ForgetWritten(commit, outcome);
  // A fresh store that is being filled is spared the look for claims.
  if (judged.ok() && !memory_.held.empty()) {
    judged = RejudgeWritten(commit, outcome);
  }
  if (judged.ok()) judged = CheckRules(commit, outcome);
  if (judged.ok()) return outcome;
  // Its rows are in the transaction: whatever it was, it must not look like a
  // refusal, after which the others of the group go on.
  return IsBeyondLimits(judged)
             ? errors::Internal("what a recorded write touched is too much")
             : judged;
}

absl::Status Checker::ForgetWritten(Commit& commit,
                                    const WriteOutcome& outcome) {
  for (const auto& [channel, subject] : outcome.touched_links) {
    memory_.knowledge.ForgetLink(channel, subject);
    memory_.agreements.ForgetSubject(channel, subject);
  }
  for (const EntityId& id : outcome.remerged) {
    memory_.knowledge.ForgetIdentity(id);
    memory_.agreements.ForgetEntity(id);
  }
  // Who refers to them is not known.
  if (!outcome.remerged.empty() && HasReferences(commit.vocabulary.schema)) {
    memory_.knowledge.ForgetEntities();
  }
  const EntityId* last = nullptr;
  for (const TouchedAttribute& touched : outcome.touched) {
    if (last != nullptr && *last == touched.entity) continue;
    last = &touched.entity;
    memory_.agreements.ForgetEntity(touched.entity);
    const absl::StatusOr<EntityId> canonical =
        commit.knowledge.CanonicalOf(touched.entity);
    if (IsBeyondLimits(canonical.status())) {
      memory_.knowledge.ForgetEntities();
      continue;
    }
    CONCORDAT_RETURN_IF_ERROR(canonical.status());
    memory_.knowledge.ForgetEntity(*canonical);
  }
  return absl::OkStatus();
}

absl::Status Checker::RejudgeWritten(Commit& commit,
                                     const WriteOutcome& outcome) {
  CONCORDAT_ASSIGN_OR_RETURN(const TouchedByEntity touched,
                             TouchedOf(commit.knowledge, outcome.touched));
  const auto remerged = [&outcome](const EntityId& id) {
    return std::binary_search(outcome.remerged.begin(), outcome.remerged.end(),
                              id);
  };
  Rejudger rejudger = RejudgerOf(commit);
  for (const EntityId& id : outcome.remerged) {
    CONCORDAT_RETURN_IF_ERROR(rejudger.Remerged(id));
  }
  for (const auto& entry : touched) {
    const EntityId& id = entry.first;
    if (remerged(id)) continue;
    CONCORDAT_RETURN_IF_ERROR(
        rejudger.TruthChanged(id, [&](const std::string& attribute) {
          return std::any_of(entry.second.begin(), entry.second.end(),
                             [&](const std::string& changed) {
                               return BearsOn(commit.vocabulary, id.type,
                                              changed, attribute);
                             });
        }));
  }
  return rejudger.Finish();
}

// What the write recorded is read again, for its ends were requests only.
absl::Status Checker::CheckRules(Commit& commit, const WriteOutcome& outcome) {
  if (commit.vocabulary.rules.empty()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<Change> changes,
      rows::GetChanges(commit.tx, commit.stamp.revision));
  CONCORDAT_ASSIGN_OR_RETURN(
      const bool all, RuleKeeper(commit.tx, commit.stamp, commit.vocabulary,
                                 commit.knowledge, memory_.opened)
                          .CheckWritten(changes, outcome.remerged));
  return all ? absl::OkStatus() : EvaluateRulesAgain(commit.tx);
}

absl::Status Checker::ChangeVocabulary(Transaction& tx, const Vocabulary& next,
                                       CommitStamp stamp) {
  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<EntityId> entities,
      EntitiesAfter(tx, next.schema, {}, kRejudgedAtOnce + 1));
  if (entities.size() > kRejudgedAtOnce) {
    memory_.opened.NoteDue(absl::InfinitePast());
    return rows::PutRejudgement(tx, Rejudgement());
  }
  // One that goes on is of a vocabulary before.
  CONCORDAT_RETURN_IF_ERROR(rows::DeleteRejudgement(tx));
  ForgetKnowledge();
  Commit commit{tx, next, stamp,
                StoredKnowledge(tx, stamp.revision, next, &memory_.knowledge)};
  CONCORDAT_RETURN_IF_ERROR(JudgeByVocabulary(commit, entities, false));
  return memory_.opened.LoadDue(tx);
}

absl::Status Checker::JudgeByVocabulary(Commit& commit,
                                        absl::Span<const EntityId> entities,
                                        bool rules_only) {
  Rejudger rejudger = RejudgerOf(commit);
  for (const EntityId& entity : entities) {
    CONCORDAT_RETURN_IF_ERROR(rules_only ? rejudger.CheckRules(entity)
                                         : rejudger.VocabularyChanged(entity));
    // Each agreement bears on what was found from now on.
    memory_.agreements.ForgetEntity(entity);
  }
  return rejudger.Finish();
}

absl::Status Checker::EvaluateRulesAgain(Transaction& tx) {
  memory_.opened.NoteDue(absl::InfinitePast());
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<Rejudgement> goes_on,
                             rows::ReadRejudgement(tx));
  if (!goes_on.has_value()) {
    return rows::PutRejudgement(tx, {.rules_only = true});
  }
  // What was begun comes to its end first, for this may be asked for again and
  // again.
  goes_on->rules_again = true;
  return rows::PutRejudgement(tx, *goes_on);
}

// A step, of which nothing is left once there are fewer entities.
absl::Status Checker::GoOnRejudging(
    Commit& commit, const rows::FindingChanges::Rejudged& step) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<EntityId> entities,
                             EntitiesAfter(commit.tx, commit.vocabulary.schema,
                                           step.after, step.limit));
  CONCORDAT_RETURN_IF_ERROR(
      JudgeByVocabulary(commit, entities, step.rules_only));
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Rejudgement> before,
                             rows::ReadRejudgement(commit.tx));
  const bool rules_again = before.has_value() && before->rules_again;
  if (entities.size() == step.limit) {
    return rows::PutRejudgement(commit.tx, {.rules_only = step.rules_only,
                                            .after = entities.back(),
                                            .rules_again = rules_again});
  }
  return rules_again ? rows::PutRejudgement(commit.tx, {.rules_only = true})
                     : rows::DeleteRejudgement(commit.tx);
}

absl::StatusOr<ReportOutcome> Checker::Report(Transaction& tx,
                                              const Vocabulary& vocabulary,
                                              const std::vector<Claim>& claims,
                                              CommitStamp stamp,
                                              Admission admission) {
  ClaimReport report = BeginReport(tx, vocabulary, stamp, admission);
  ReportOutcome outcome;
  outcome.claims.resize(claims.size());
  std::vector<PreparedClaim> prepared;
  prepared.reserve(claims.size());
  for (const Claim& claim : claims) prepared.emplace_back(ViewOf(claim));
  CONCORDAT_RETURN_IF_ERROR(
      report.Add(absl::MakeSpan(prepared), absl::MakeSpan(outcome.claims)));
  CONCORDAT_RETURN_IF_ERROR(report.Finish());
  outcome.recorded = report.recorded();
  return outcome;
}

absl::Status Checker::Settle(Transaction& tx, const Vocabulary& vocabulary,
                             CommitStamp stamp, size_t rejudged_max,
                             bool& used) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<rows::FindingChanges> due,
                             DueChanges(tx, stamp.at, rejudged_max));
  used = due.has_value();
  // What it was due for may be gone since.
  if (!used) return memory_.opened.LoadDue(tx);
  return ChangeFindings(tx, vocabulary, *due, kClockActor, stamp);
}

absl::Status Checker::ChangeFindings(Transaction& tx,
                                     const Vocabulary& vocabulary,
                                     const rows::FindingChanges& changes,
                                     absl::string_view actor,
                                     CommitStamp stamp) {
  Commit commit{
      tx, vocabulary, stamp,
      StoredKnowledge(tx, stamp.revision, vocabulary, &memory_.knowledge)};
  if (changes.rejudged.has_value()) {
    CONCORDAT_RETURN_IF_ERROR(GoOnRejudging(commit, *changes.rejudged));
  }
  return FindingEditor(tx, stamp, actor, vocabulary, commit.knowledge,
                       memory_.opened, memory_.held)
      .Apply(changes);
}

void Checker::Forget(const ErasureRecord& record) {
  memory_.knowledge.ForgetEntity(record.entity);
  memory_.agreements.ForgetEntity(record.entity);
}

absl::StatusOr<ErasureOutcome> Checker::Erase(Transaction& tx,
                                              const Vocabulary& vocabulary,
                                              const ErasureRequest& request,
                                              CommitStamp stamp) {
  // What channels wrote is remembered by the writing, whoever it was about.
  memory_.knowledge.readings().Clear();
  CONCORDAT_RETURN_IF_ERROR(memory_.held.BeginErasure(tx, stamp.revision));
  absl::StatusOr<ErasureOutcome> outcome = EraseSubject(
      tx, vocabulary, request, stamp,
      [&](const EntityId& entity) { return memory_.held.Of(tx, entity); });
  if (!outcome.ok()) {
    memory_.held.RefuseErasure();
    return outcome;
  }
  for (const ErasureRecord& record : outcome->records) Forget(record);
  CONCORDAT_RETURN_IF_ERROR(memory_.held.TakeErased(tx, stamp.revision));
  return outcome;
}

absl::Status Checker::EraseAgain(Transaction& tx, const Vocabulary& vocabulary,
                                 const std::vector<ErasureRecord>& records) {
  memory_.knowledge.readings().Clear();
  for (const ErasureRecord& record : records) {
    CONCORDAT_RETURN_IF_ERROR(memory_.held.BeginErasure(tx, record.revision));
    CONCORDAT_RETURN_IF_ERROR(EraseAsRecorded(
        tx, vocabulary, record,
        [&](const EntityId& entity) { return memory_.held.Of(tx, entity); }));
    CONCORDAT_RETURN_IF_ERROR(memory_.held.TakeErased(tx, record.revision));
    Forget(record);
  }
  return absl::OkStatus();
}

}  // namespace concordat
