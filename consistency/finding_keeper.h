#ifndef CONCORDAT_CONSISTENCY_FINDING_KEEPER_H_
#define CONCORDAT_CONSISTENCY_FINDING_KEEPER_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/claims.h"
#include "consistency/findings.h"
#include "consistency/judge.h"
#include "consistency/opened_findings.h"
#include "consistency/vocabulary.h"
#include "graph/graph_writer.h"
#include "graph/store.h"

namespace concordat {

// What caused a finding to change.
struct FindingCause {
  Verdict verdict = Verdict::kUnverifiable;
  absl::string_view actor;
  // It is worth an event.
  bool eventful = true;
};

// Puts a finding that changed in a commit, with its event; `opened` is told
// when it is due. Errors: the transaction's.
absl::Status PutChangedFinding(Transaction& tx, CommitStamp stamp,
                               OpenedFindings& opened, Finding finding,
                               const std::optional<Finding>& before,
                               const FindingCause& cause);

// Carries judgements over to the findings in a store. Not thread-safe.
class FindingKeeper {
 public:
  // All must outlive this; `opened` is told of what is opened.
  FindingKeeper(Transaction& tx, CommitStamp stamp,
                const Vocabulary& vocabulary, Knowledge& knowledge,
                OpenedFindings& opened)
      : tx_(tx),
        stamp_(stamp),
        vocabulary_(vocabulary),
        knowledge_(knowledge),
        opened_(opened) {}

  // What caused the judgement.
  enum class Trigger {
    kNewestClaim,        // a claim that the channel now holds
    kOlderClaim,         // a claim said before the one that it holds
    kChangedTruth,       // a held claim judged again
    kChangedVocabulary,  // the same, under another vocabulary
  };

  // How a judgement bears on a finding of the family, which is about a channel.
  enum class Bearing { kNone, kContradiction, kAgreement };
  static Bearing BearingOn(FindingFamily family, const Judgement& judgement,
                           Trigger trigger);

  // Whether the judgement shows a contradiction, which a claim opens a finding
  // for unless it is older than the one that is held.
  static bool Contradicts(const Judgement& judgement);

  // Updates the findings of both families. Returns the id of the one that the
  // judgement opened, confirmed or resolved; empty where none.
  absl::StatusOr<std::string> Keep(const Claim& claim,
                                   const Judgement& judgement, Trigger trigger);

  // Judges a finding that is OBSERVED again, now that its settle time is over:
  // it opens, or is resolved and was never shown. Errors: the transaction's.
  absl::Status Settle(const Finding& before);

  // Judges the claim of a finding again that is not RESOLVED, under another
  // vocabulary: where that calls it no contradiction, it is resolved. Errors:
  // the transaction's.
  absl::Status VocabularyChanged(const Finding& before);

 private:
  absl::StatusOr<std::string> KeepFamily(const Claim& claim,
                                         const Judgement& judgement,
                                         Trigger trigger, FindingFamily family);
  // Until when a contradiction waits to be confirmed; InfinitePast: it does
  // not.
  absl::Time ConfirmAt(const Claim& claim, const Finding& finding,
                       Trigger trigger) const;
  // nullopt where nobody can judge its claim any more: it stays what it was.
  absl::StatusOr<std::optional<Judgement>> JudgeAgain(const Finding& finding,
                                                      const Claim& claim);
  // Notes the newest judgement, with its harm.
  absl::Status Note(const Claim& claim, const Judgement& judgement,
                    Finding& finding);

  Transaction& tx_;
  const CommitStamp stamp_;
  const Vocabulary& vocabulary_;
  Knowledge& knowledge_;
  OpenedFindings& opened_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FINDING_KEEPER_H_
