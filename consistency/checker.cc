#include "consistency/checker.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/finding_keeper.h"
#include "consistency/personal_rows.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "graph/validation.h"

namespace concordat {
namespace {

constexpr size_t kRecentMax = limits::kRecentClaimIdsMax;
// Revisions that one step back through the log covers.
constexpr uint64_t kLoadStep = 4096;

// It is about an entity of which more is recorded than is looked at: then a
// claim is refused, not the batch; and a write that was recorded stands.
bool IsBeyondLimits(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail.has_value() && detail->reason == ErrorReason::kLimitExceeded;
}

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

// Goes back through the log step by step until it has enough, then remembers
// from old to new.
absl::Status RecentClaims::Load(const Reader& reader) {
  known_.clear();
  in_order_.clear();
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(reader));
  std::vector<std::vector<ClaimKey>> newest_first;
  size_t found = 0;
  uint64_t end = head.number() + 1;
  while (end > 0 && found < kRecentMax) {
    const uint64_t begin = end > kLoadStep ? end - kLoadStep : 0;
    std::vector<ClaimKey> step;
    absl::Status problem;
    CONCORDAT_RETURN_IF_ERROR(
        reader.Scan(rows::kClaimKeys, KeyWriter().Number(begin).bytes(),
                    KeyWriter().Number(end).bytes(),
                    [&](absl::string_view, absl::string_view value) {
                      absl::StatusOr<std::vector<ClaimKey>> keys =
                          rows::ParseClaimKeys(value);
                      if (!keys.ok()) {
                        problem = keys.status();
                        return false;
                      }
                      step.insert(step.end(), keys->begin(), keys->end());
                      return true;
                    }));
    CONCORDAT_RETURN_IF_ERROR(problem);
    found += step.size();
    newest_first.push_back(std::move(step));
    end = begin;
  }
  for (auto step = newest_first.rbegin(); step != newest_first.rend(); ++step) {
    for (const ClaimKey& key : *step) Add(key);
  }
  return absl::OkStatus();
}

bool RecentClaims::Add(const ClaimKey& key) {
  if (!known_.insert(key).second) return false;
  in_order_.push_back(key);
  if (in_order_.size() > kRecentMax) {
    known_.erase(in_order_.front());
    in_order_.pop_front();
  }
  return true;
}

void RecentClaims::RemoveNewest() {
  known_.erase(in_order_.back());
  in_order_.pop_back();
}

absl::Status Checker::Load(const Reader& reader) {
  cache_.Clear();
  holds_claims_ = false;
  CONCORDAT_RETURN_IF_ERROR(reader.Scan(
      rows::kHeld, "", "", [&](absl::string_view, absl::string_view) {
        holds_claims_ = true;
        return false;
      }));
  return recent_.Load(reader);
}

absl::StatusOr<WriteOutcome> Checker::Write(Transaction& tx,
                                            const Vocabulary& vocabulary,
                                            WriteBatch batch, CommitStamp stamp,
                                            Admission admission) {
  CONCORDAT_ASSIGN_OR_RETURN(
      WriteOutcome outcome,
      RecordBatch(tx, vocabulary.schema, std::move(batch), stamp, admission));
  if (outcome.replayed) return outcome;
  Commit commit{tx,
                vocabulary,
                stamp,
                admission,
                StoredKnowledge(tx, stamp.revision, vocabulary, &cache_),
                HeldBook(tx)};
  absl::Status judged = ForgetWritten(commit, outcome);
  if (judged.ok() && holds_claims_) judged = RejudgeWritten(commit, outcome);
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
    cache_.ForgetLink(channel, subject);
  }
  for (const EntityId& id : outcome.remerged) cache_.ForgetIdentity(id);
  // Who refers to them is not known.
  if (!outcome.remerged.empty() && HasReferences(commit.vocabulary.schema)) {
    cache_.ForgetEntities();
  }
  const EntityId* last = nullptr;
  for (const TouchedAttribute& touched : outcome.touched) {
    if (last != nullptr && *last == touched.entity) continue;
    last = &touched.entity;
    const absl::StatusOr<EntityId> canonical =
        commit.knowledge.CanonicalOf(touched.entity);
    if (IsBeyondLimits(canonical.status())) {
      cache_.ForgetEntities();
      continue;
    }
    CONCORDAT_RETURN_IF_ERROR(canonical.status());
    cache_.ForgetEntity(*canonical);
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
  for (const EntityId& id : outcome.remerged) {
    CONCORDAT_RETURN_IF_ERROR(
        RejudgeEntity(commit, id, [](const std::string&) { return true; }));
  }
  for (const auto& entry : touched) {
    const EntityId& id = entry.first;
    if (remerged(id)) continue;
    CONCORDAT_RETURN_IF_ERROR(
        RejudgeEntity(commit, id, [&](const std::string& attribute) {
          return std::any_of(entry.second.begin(), entry.second.end(),
                             [&](const std::string& changed) {
                               return BearsOn(commit.vocabulary, id.type,
                                              changed, attribute);
                             });
        }));
  }
  return absl::OkStatus();
}

absl::Status Checker::RejudgeEntity(
    Commit& commit, const EntityId& entity,
    absl::FunctionRef<bool(const std::string& attribute)> bears_on) {
  std::vector<rows::HeldClaims> rows_of_entity;
  absl::Status problem;
  const std::string prefix = KeyWriter().Entity(entity).Take();
  CONCORDAT_RETURN_IF_ERROR(commit.tx.Scan(
      rows::kHeld, prefix, PrefixEnd(prefix),
      [&](absl::string_view key, absl::string_view value) {
        absl::StatusOr<rows::HeldClaims> held = rows::ParseHeld(key, value);
        problem = held.status();
        if (held.ok()) rows_of_entity.push_back(*std::move(held));
        return problem.ok();
      }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  for (rows::HeldClaims& row : rows_of_entity) {
    bool changed = false;
    for (rows::HeldClaim& held : row.claims) {
      // What it said cannot be read any more, so its verdict stays.
      if (held.judged.claim.erased || !bears_on(held.attribute)) continue;
      CONCORDAT_RETURN_IF_ERROR(Rejudge(commit, entity, held));
      changed = true;
    }
    if (changed) CONCORDAT_RETURN_IF_ERROR(rows::PutHeld(commit.tx, row));
  }
  return absl::OkStatus();
}

absl::Status Checker::Rejudge(Commit& commit, const EntityId& entity,
                              rows::HeldClaim& held) {
  // The claim may have come through a link or a channel that is gone.
  Claim claim = held.judged.claim;
  claim.entity = entity;
  if (commit.vocabulary.FindChannel(claim.channel) == nullptr) {
    return absl::OkStatus();
  }
  const absl::StatusOr<Judgement> judged =
      Judge(claim, commit.vocabulary, commit.knowledge);
  // The write stands, so this must not look like its refusal.
  if (IsBeyondLimits(judged.status())) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const Judgement& judgement, judged);
  FindingKeeper keeper(commit.tx, commit.stamp);
  CONCORDAT_RETURN_IF_ERROR(
      keeper.Keep(claim, judgement, FindingKeeper::Trigger::kChangedTruth, held)
          .status());
  held.judged.verdict = judgement.verdict;
  held.judged.further = judgement.further;
  return absl::OkStatus();
}

absl::StatusOr<ReportOutcome> Checker::Report(Transaction& tx,
                                              const Vocabulary& vocabulary,
                                              std::vector<Claim> claims,
                                              CommitStamp stamp,
                                              Admission admission) {
  Commit commit{tx,
                vocabulary,
                stamp,
                admission,
                StoredKnowledge(tx, stamp.revision, vocabulary, &cache_),
                HeldBook(tx)};
  ReportOutcome report;
  report.claims.resize(claims.size());
  std::vector<rows::JudgedClaim> recorded;
  std::vector<ClaimKey> keys;
  recorded.reserve(claims.size());
  keys.reserve(claims.size());
  for (size_t i = 0; i < claims.size(); ++i) {
    claims[i].received_at = stamp.at;
    if (!claims[i].said_at_given) claims[i].said_at = stamp.at;
    const absl::Status valid = ValidateClaim(vocabulary, claims[i], stamp.at);
    if (!valid.ok()) {
      report.claims[i].error = valid;
      continue;
    }
    CONCORDAT_RETURN_IF_ERROR(
        ReportOne(commit, claims[i], report.claims[i], recorded, keys));
  }
  report.recorded = recorded.size();
  if (recorded.empty()) return report;
  CONCORDAT_RETURN_IF_ERROR(commit.held.Flush());
  CONCORDAT_RETURN_IF_ERROR(rows::PutClaims(tx, stamp.revision, recorded));
  if (!keys.empty()) {
    CONCORDAT_RETURN_IF_ERROR(rows::PutClaimKeys(tx, stamp.revision, keys));
  }
  CONCORDAT_RETURN_IF_ERROR(
      rows::PutCommit(tx, {.revision = stamp.revision,
                           .kind = rows::CommitRecord::Kind::kClaims,
                           .at = stamp.at,
                           .actor = "",
                           .request_id = "",
                           .items = recorded.size()}));
  return report;
}

absl::Status Checker::ReportOne(Commit& commit, Claim& claim,
                                ClaimOutcome& outcome,
                                std::vector<rows::JudgedClaim>& recorded,
                                std::vector<ClaimKey>& keys) {
  const ClaimKey key = KeyOf(claim);
  const bool requested = commit.admission == Admission::kRequested;
  const bool is_new = key.identifies() && recent_.Add(key);
  if (requested && key.identifies() && !is_new) {
    outcome.status = ClaimOutcome::Status::kDuplicate;
    return absl::OkStatus();
  }
  const absl::StatusOr<Judgement> judged =
      Judge(claim, commit.vocabulary, commit.knowledge);
  if (IsBeyondLimits(judged.status())) {
    if (is_new) recent_.RemoveNewest();
    outcome.error = judged.status();
    return absl::OkStatus();
  }
  CONCORDAT_ASSIGN_OR_RETURN(const Judgement& judgement, judged);
  claim.personal = judgement.erased_at.has_value() ||
                   IsClaimPersonal(commit.vocabulary.schema, judgement.entity);
  if (judgement.entity.has_value()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        rows::HeldClaim * held,
        commit.held.Open(*judgement.entity, claim.channel,
                         judgement.attribute));
    const Claim& before = held->judged.claim;
    const bool is_first = before.channel.empty();
    // A retry so late that its key was forgotten, of what is still held.
    if (requested && !is_first && key.identifies() &&
        before.said_at == claim.said_at && KeyOf(before) == key) {
      outcome.status = ClaimOutcome::Status::kDuplicate;
      return absl::OkStatus();
    }
    const bool newest = is_first || before.said_at <= claim.said_at;
    FindingKeeper keeper(commit.tx, commit.stamp);
    CONCORDAT_ASSIGN_OR_RETURN(
        outcome.finding_id,
        keeper.Keep(claim, judgement,
                    newest ? FindingKeeper::Trigger::kNewestClaim
                           : FindingKeeper::Trigger::kOlderClaim,
                    *held));
    if (newest) {
      held->judged = {claim, judgement.verdict, judgement.further,
                      judgement.entity, judgement.attribute};
      holds_claims_ = true;
    }
  }
  outcome.status = ClaimOutcome::Status::kRecorded;
  outcome.verdict = judgement.verdict;
  outcome.further = judgement.further;
  if (key.identifies()) keys.push_back(key);
  recorded.push_back({std::move(claim), judgement.verdict, judgement.further,
                      judgement.entity, judgement.attribute});
  return absl::OkStatus();
}

absl::StatusOr<ErasureOutcome> Checker::Erase(Transaction& tx,
                                              const Vocabulary& vocabulary,
                                              const ErasureRequest& request,
                                              CommitStamp stamp) {
  // What channels wrote is remembered by the writing, whoever it was about.
  cache_.readings().Clear();
  CONCORDAT_ASSIGN_OR_RETURN(ErasureOutcome outcome,
                             EraseSubject(tx, vocabulary, request, stamp));
  for (const ErasureRecord& record : outcome.records) {
    cache_.ForgetEntity(record.entity);
  }
  return outcome;
}

absl::Status Checker::EraseAgain(Transaction& tx, const Vocabulary& vocabulary,
                                 const std::vector<ErasureRecord>& records) {
  cache_.readings().Clear();
  for (const ErasureRecord& record : records) {
    CONCORDAT_RETURN_IF_ERROR(EraseAsRecorded(tx, vocabulary, record));
    cache_.ForgetEntity(record.entity);
  }
  return absl::OkStatus();
}

}  // namespace concordat
