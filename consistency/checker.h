#ifndef CONCORDAT_CONSISTENCY_CHECKER_H_
#define CONCORDAT_CONSISTENCY_CHECKER_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consistency/claims.h"
#include "consistency/eraser.h"
#include "consistency/findings.h"
#include "consistency/held_book.h"
#include "consistency/judge.h"
#include "consistency/knowledge.h"
#include "consistency/rows.h"
#include "consistency/verdict.h"
#include "consistency/vocabulary.h"
#include "graph/graph_writer.h"
#include "graph/store.h"

namespace concordat {

// The keys of the newest claims, to recognise retries: at most
// limits::kRecentClaimIdsMax, the oldest go first. Not thread-safe.
class RecentClaims {
 public:
  // Reads the newest keys from the store.
  absl::Status Load(const Reader& reader);
  // False where the key is known already.
  bool Add(const ClaimKey& key);
  // Takes back the Add before, which must have returned true.
  void RemoveNewest();

 private:
  absl::flat_hash_set<ClaimKey> known_;
  std::deque<ClaimKey> in_order_;
};

// What became of one claim.
struct ClaimOutcome {
  enum class Status { kRecorded, kDuplicate, kRejected };
  Status status = Status::kRejected;
  Verdict verdict = Verdict::kUndecided;
  std::optional<Verdict> further;
  // The finding it opened, confirmed or resolved; empty where none.
  std::string finding_id;
  // For kRejected; its field is a path within the claim.
  absl::Status error;
};

struct ReportOutcome {
  std::vector<ClaimOutcome> claims;  // one a claim, in order
  // How many were recorded; where none, the stamp's revision was not used.
  size_t recorded = 0;
};

// Checks a write before it is recorded (ValidateBatch, and that the channels of
// links exist). Needs no store. Thread-safe.
absl::Status ValidateWrite(const Vocabulary& vocabulary, WriteBatch& batch);

// The consistency checker: applies writes and claims to a store in the order of
// their commits, judges, and keeps what follows from them (held claims and
// findings) in the same transaction. Deterministic: the same log gives the same
// rows. Not thread-safe: one owner, the one that writes.
class Checker {
 public:
  // Reads what must be remembered between commits. Call it first, and again
  // after a transaction failed.
  absl::Status Load(const Reader& reader);

  // Records a validated write and judges again the held claims about what it
  // changed: those about the entities whose facts it records, and those about
  // ids that it merges or splits. One whose entity has too much recorded to be
  // judged (limits::kFactsPerEntityMax) keeps its verdict; so does one about
  // another entity that refers to a merged id, or to a channel's own id that
  // was linked: it is judged when it is said again. Errors as RecordBatch.
  absl::StatusOr<WriteOutcome> Write(
      Transaction& tx, const Vocabulary& vocabulary, WriteBatch batch,
      CommitStamp stamp, Admission admission = Admission::kRequested);

  // Records and judges claims, in order. An item that is refused does not
  // touch the others; of those that were admitted before, none is a duplicate.
  // Errors: only the transaction's.
  absl::StatusOr<ReportOutcome> Report(
      Transaction& tx, const Vocabulary& vocabulary, std::vector<Claim> claims,
      CommitStamp stamp, Admission admission = Admission::kRequested);

  // Erases a person, also from what is remembered here. Errors as
  // EraseSubject.
  absl::StatusOr<ErasureOutcome> Erase(Transaction& tx,
                                       const Vocabulary& vocabulary,
                                       const ErasureRequest& request,
                                       CommitStamp stamp);

  // Records erasures of a log again, as they were recorded. Errors: the
  // transaction's.
  absl::Status EraseAgain(Transaction& tx, const Vocabulary& vocabulary,
                          const std::vector<ErasureRecord>& records);

  // What was read lately.
  const ReadingCache& readings() const { return cache_.readings(); }

  // After another vocabulary came into force.
  void ForgetKnowledge() { cache_.Clear(); }

 private:
  struct Commit {  // what the steps of one commit share
    Transaction& tx;
    const Vocabulary& vocabulary;
    CommitStamp stamp;
    Admission admission;
    StoredKnowledge knowledge;
    HeldBook held;
  };

  absl::Status ReportOne(Commit& commit, Claim& claim, ClaimOutcome& outcome,
                         std::vector<rows::JudgedClaim>& recorded,
                         std::vector<ClaimKey>& keys);
  // What a write that was recorded brings with it: what was remembered of what
  // it changed is forgotten, and held claims about that are judged again.
  absl::Status ForgetWritten(Commit& commit, const WriteOutcome& outcome);
  absl::Status RejudgeWritten(Commit& commit, const WriteOutcome& outcome);
  // Judges the claims that channels hold about the id again, those of the
  // attributes that `bears_on` names.
  absl::Status RejudgeEntity(
      Commit& commit, const EntityId& entity,
      absl::FunctionRef<bool(const std::string& attribute)> bears_on);
  absl::Status Rejudge(Commit& commit, const EntityId& entity,
                       rows::HeldClaim& held);

  KnowledgeCache cache_;
  RecentClaims recent_;
  // Whether any claim is held: a fresh store that is being filled is spared the
  // look for claims to judge again.
  bool holds_claims_ = false;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CHECKER_H_
