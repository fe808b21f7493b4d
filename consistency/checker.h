#ifndef CONCORDAT_CONSISTENCY_CHECKER_H_
#define CONCORDAT_CONSISTENCY_CHECKER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "consistency/claim_report.h"
#include "consistency/claims.h"
#include "consistency/eraser.h"
#include "consistency/finding_rows.h"
#include "consistency/held_view.h"
#include "consistency/knowledge.h"
#include "consistency/rejudger.h"
#include "consistency/vocabulary.h"
#include "graph/erasure.h"
#include "graph/graph_writer.h"
#include "graph/store.h"

namespace concordat {

// Checks a write before it is recorded (ValidateBatch, and that the channels of
// links exist). Needs no store. Thread-safe.
absl::Status ValidateWrite(const Vocabulary& vocabulary, WriteBatch& batch);

// The consistency checker: applies writes and claims to a store in the order of
// their commits, judges, and keeps what follows from them (held claims and
// findings) in the same transaction. Deterministic: the same log gives the same
// rows. Not thread-safe: one owner, the one that writes.
class Checker {
 public:
  explicit Checker(const CheckerOptions& options = {}) : memory_(options) {}

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

  // Begins the claims of one commit. All must outlive it, and nothing else may
  // be asked of this until its Finish.
  ClaimReport BeginReport(Transaction& tx, const Vocabulary& vocabulary,
                          CommitStamp stamp,
                          Admission admission = Admission::kRequested) {
    return ClaimReport(tx, vocabulary, stamp, admission, memory_);
  }

  // Records and judges claims, in order. An item that is refused does not
  // touch the others; of those that were admitted before, none is a duplicate.
  // Errors: only the transaction's.
  absl::StatusOr<ReportOutcome> Report(
      Transaction& tx, const Vocabulary& vocabulary,
      const std::vector<Claim>& claims, CommitStamp stamp,
      Admission admission = Admission::kRequested);

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

  // The vocabulary comes into force with this commit: all that was judged is
  // judged by it, within the commit where that is little, else step by step by
  // Settle. Errors: the transaction's.
  absl::Status ChangeVocabulary(Transaction& tx, const Vocabulary& next,
                                CommitStamp stamp);
  // Whether that goes on.
  bool rejudging() const { return next_due() == absl::InfinitePast(); }

  // When time will next bring something to findings; InfiniteFuture: never.
  absl::Time next_due() const { return memory_.opened.next_due(); }
  // Does what time has brought (DueChanges), as much as one commit takes, and
  // of what is judged again at most so many entities; sets `used` where there
  // was something. Errors: only the transaction's.
  absl::Status Settle(Transaction& tx, const Vocabulary& vocabulary,
                      CommitStamp stamp, size_t rejudged_max, bool& used);
  // Does to findings what people decided, or what a log says, as one commit.
  // Errors: only the transaction's.
  absl::Status ChangeFindings(Transaction& tx, const Vocabulary& vocabulary,
                              const rows::FindingChanges& changes,
                              absl::string_view actor, CommitStamp stamp);

  // What was read lately.
  const ReadingCache& readings() const { return memory_.knowledge.readings(); }

  // After another vocabulary came into force.
  void ForgetKnowledge();

  // What channels hold, which is written behind the log.
  HeldView& held() { return memory_.held; }

 private:
  struct Commit {  // what the steps of one commit share
    Transaction& tx;
    const Vocabulary& vocabulary;
    CommitStamp stamp;
    StoredKnowledge knowledge;
  };

  // What a write that was recorded brings with it: what was remembered of what
  // it changed is forgotten, and held claims about that are judged again.
  absl::Status ForgetWritten(Commit& commit, const WriteOutcome& outcome);
  absl::Status RejudgeWritten(Commit& commit, const WriteOutcome& outcome);
  // Evaluates the rules that a write concerns.
  absl::Status CheckRules(Commit& commit, const WriteOutcome& outcome);
  // Of all entities, step by step.
  absl::Status EvaluateRulesAgain(Transaction& tx);
  absl::Status JudgeByVocabulary(Commit& commit,
                                 absl::Span<const EntityId> entities,
                                 bool rules_only);
  absl::Status GoOnRejudging(Commit& commit,
                             const rows::FindingChanges::Rejudged& step);
  Rejudger RejudgerOf(Commit& commit) {
    return Rejudger(commit.tx, commit.stamp, commit.vocabulary,
                    commit.knowledge, memory_.opened, memory_.held);
  }
  void Forget(const ErasureRecord& record);

  CheckerMemory memory_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CHECKER_H_
