#include "consistency/eraser.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "consistency/held_reader.h"
#include "consistency/misattributed_claims.h"
#include "consistency/personal_rows.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/key.h"
#include "graph/personal.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// Tells the request from every write, whose fingerprints are hashes.
constexpr char kErasureFingerprint[] = "erasure";

// Of the person, so that a merge counts too: it says who else is erased.
// Errors: PRECONDITION_FAILED, LIMIT_EXCEEDED.
absl::Status CheckUnchanged(const Identity& identity, const Cluster& person,
                            Revision since) {
  CONCORDAT_ASSIGN_OR_RETURN(const Revision last, identity.LastChange(person));
  if (last <= since) return absl::OkStatus();
  return errors::PreconditionFailed(
      "the entity was changed after the given revision");
}

// Whether anything is known of the person that could be erased: facts,
// relations, links; or only claims.
absl::StatusOr<bool> IsKnown(const Reader& reader, const Identity& identity,
                             const Cluster& person) {
  CONCORDAT_ASSIGN_OR_RETURN(const bool exists, identity.Exists(person));
  if (exists) return true;
  for (const EntityId& member : person.members) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const std::optional<std::string> key,
        reader.Get(rows::kSubjectKeys, SubjectOf(member)));
    if (key.has_value()) return true;
  }
  return false;
}

// Their values go with the key, if they lie in personal parts. What lay open is
// written anew, wherever it lies; in the log's tail it stays, under what says
// here that it is erased.
absl::Status EraseHeld(Transaction& tx, ErasureRecord& record,
                       HeldLookup held_of) {
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<HeldClaim> held,
                             held_of(record.entity));
  std::set<std::string> findings;
  for (HeldClaim& claim : held) {
    claim.judged.claim.personal = true;
    claim.judged_at = record.revision;
    if (claim.judged.claim.value.has_value()) ++record.held_claims;
    for (const FindingSubject& subject :
         SubjectsOfClaim(record.entity, claim.channel(), claim.attribute())) {
      CONCORDAT_ASSIGN_OR_RETURN(std::optional<Finding> finding,
                                 rows::GetFinding(tx, FingerprintOf(subject)));
      if (!finding.has_value() || !findings.insert(finding->id).second) {
        continue;
      }
      ++record.findings;
      finding->claim.personal = true;
      for (Claim& other : finding->others) other.personal = true;
      if (finding->told.has_value()) finding->told->personal = true;
      CONCORDAT_RETURN_IF_ERROR(rows::PutFinding(tx, *finding, finding));
    }
  }
  CONCORDAT_RETURN_IF_ERROR(
      ChangeHeldRows(tx, record.entity, [](HeldClaim& claim) {
        return !std::exchange(claim.judged.claim.personal, true);
      }));
  return AddHeldChanges(tx, record.revision, held);
}

// All of an erasure but its record and commit, which the caller puts.
absl::Status EraseEverywhere(Transaction& tx, const Vocabulary& vocabulary,
                             ErasureRecord& record, HeldLookup held_of) {
  CONCORDAT_RETURN_IF_ERROR(EraseHeld(tx, record, held_of));
  CONCORDAT_RETURN_IF_ERROR(EraseFromGraph(tx, vocabulary.schema, record));
  return EraseMisattributedClaims(tx, record, held_of);
}

// Of a store whose rows are not all as the vocabulary marks them.
absl::Status EraseWhatLiesOpen(Transaction& tx,
                               const std::vector<EntityId>& members) {
  CONCORDAT_ASSIGN_OR_RETURN(const bool all_closed, HasPersonalRows(tx));
  return all_closed ? absl::OkStatus() : EraseOpenClaims(tx, members);
}

absl::Status PutCommitOf(Transaction& tx, const ErasureRequest& request,
                         CommitStamp stamp, size_t items) {
  if (!request.request_id.empty()) {
    CONCORDAT_RETURN_IF_ERROR(rows::PutRequest(
        tx, request.request_id, {stamp.revision, kErasureFingerprint}));
  }
  return rows::PutCommit(tx, {.revision = stamp.revision,
                              .kind = rows::CommitRecord::Kind::kErasure,
                              .at = stamp.at,
                              .actor = request.actor,
                              .request_id = request.request_id,
                              .items = items});
}

}  // namespace

absl::StatusOr<ErasureOutcome> EraseSubject(Transaction& tx,
                                            const Vocabulary& vocabulary,
                                            const ErasureRequest& request,
                                            CommitStamp stamp,
                                            HeldLookup held_of) {
  CONCORDAT_ASSIGN_OR_RETURN(std::optional<ErasureRecord> before,
                             rows::GetErasure(tx, request.entity));
  if (before.has_value()) {
    return ErasureOutcome{.records = {*std::move(before)}, .replayed = true};
  }
  if (!request.request_id.empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(const auto used,
                               rows::GetRequest(tx, request.request_id));
    if (used.has_value()) return errors::RequestIdReused();
  }
  const Identity identity(tx, Revision::Latest());
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster person,
                             identity.ClusterOf(request.entity));
  if (request.unchanged_since.has_value()) {
    CONCORDAT_RETURN_IF_ERROR(
        CheckUnchanged(identity, person, *request.unchanged_since));
  }
  CONCORDAT_ASSIGN_OR_RETURN(const bool known, IsKnown(tx, identity, person));
  if (!known) return errors::NotFound("this entity");
  CONCORDAT_RETURN_IF_ERROR(EraseWhatLiesOpen(tx, person.members));
  ErasureOutcome outcome;
  for (const EntityId& member : person.members) {
    ErasureRecord record{.entity = member,
                         .revision = stamp.revision,
                         .at = stamp.at,
                         .actor = request.actor,
                         .reason = request.reason,
                         .request_id = request.request_id};
    CONCORDAT_RETURN_IF_ERROR(EraseEverywhere(tx, vocabulary, record, held_of));
    CONCORDAT_RETURN_IF_ERROR(rows::PutErasure(tx, record));
    const bool asked_for = member == request.entity;
    outcome.records.insert(
        asked_for ? outcome.records.begin() : outcome.records.end(),
        std::move(record));
  }
  CONCORDAT_RETURN_IF_ERROR(
      PutCommitOf(tx, request, stamp, outcome.records.size()));
  return outcome;
}

absl::Status EraseAsRecorded(Transaction& tx, const Vocabulary& vocabulary,
                             const ErasureRecord& record, HeldLookup held_of) {
  CONCORDAT_RETURN_IF_ERROR(EraseWhatLiesOpen(tx, {record.entity}));
  // What is counted here is what was still readable here.
  ErasureRecord here{.entity = record.entity, .revision = record.revision};
  CONCORDAT_RETURN_IF_ERROR(EraseEverywhere(tx, vocabulary, here, held_of));
  CONCORDAT_RETURN_IF_ERROR(rows::EraseSubjectKeys(tx, record));
  return rows::PutErasure(tx, record);
}

absl::StatusOr<uint64_t> EraseUnknown(Transaction& tx,
                                      const Vocabulary& vocabulary,
                                      std::vector<ErasureRecord> erasures) {
  std::stable_sort(erasures.begin(), erasures.end(),
                   [](const ErasureRecord& a, const ErasureRecord& b) {
                     return a.revision < b.revision;
                   });
  CONCORDAT_ASSIGN_OR_RETURN(Revision head, rows::ReadHead(tx));
  uint64_t recorded = 0;
  for (size_t begin = 0; begin < erasures.size();) {
    const Revision together = erasures[begin].revision;
    ErasureRequest request;
    CommitStamp stamp{.revision = head.Next()};
    size_t items = 0;
    for (; begin < erasures.size() && erasures[begin].revision == together;
         ++begin) {
      ErasureRecord& record = erasures[begin];
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<ErasureRecord> known,
                                 rows::GetErasure(tx, record.entity));
      if (known.has_value()) continue;
      record.revision = stamp.revision;
      CONCORDAT_RETURN_IF_ERROR(EraseAsRecorded(
          tx, vocabulary, record,
          [&tx](const EntityId& entity) { return HeldOf(tx, entity); }));
      stamp.at = record.at;
      request = {.entity = record.entity,
                 .actor = record.actor,
                 .request_id = record.request_id};
      ++items;
    }
    if (items == 0) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const auto used,
                               rows::GetRequest(tx, request.request_id));
    if (used.has_value()) request.request_id.clear();
    CONCORDAT_RETURN_IF_ERROR(PutCommitOf(tx, request, stamp, items));
    head = stamp.revision;
    recorded += items;
  }
  if (recorded > 0) CONCORDAT_RETURN_IF_ERROR(rows::PutHead(tx, head));
  return recorded;
}

}  // namespace concordat
