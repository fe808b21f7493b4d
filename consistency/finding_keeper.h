#ifndef CONCORDAT_CONSISTENCY_FINDING_KEEPER_H_
#define CONCORDAT_CONSISTENCY_FINDING_KEEPER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/claims.h"
#include "consistency/findings.h"
#include "consistency/judge.h"
#include "consistency/opened_findings.h"
#include "graph/graph_writer.h"
#include "graph/store.h"

namespace concordat {

// Carries judgements over to the findings in a store. Not thread-safe.
class FindingKeeper {
 public:
  // `tx` and `opened` must outlive this; `opened` is told of what is opened.
  FindingKeeper(Transaction& tx, CommitStamp stamp, OpenedFindings& opened)
      : tx_(tx), stamp_(stamp), opened_(opened) {}

  // What caused the judgement.
  enum class Trigger {
    kNewestClaim,   // a claim that the channel now holds
    kOlderClaim,    // a claim said before the one that it holds
    kChangedTruth,  // a held claim judged again
  };

  // Whether the judgement shows a contradiction, which a claim opens a finding
  // for unless it is older than the one that is held.
  static bool Contradicts(const Judgement& judgement);

  // Whether there may be a finding, of either family, about what was judged.
  bool MayHaveFinding(const EntityId& entity, absl::string_view channel,
                      absl::string_view attribute) const;

  // Updates the findings of both families. Returns the id of the one that the
  // judgement opened, confirmed or resolved; empty where none.
  absl::StatusOr<std::string> Keep(const Claim& claim,
                                   const Judgement& judgement, Trigger trigger);

 private:
  absl::StatusOr<std::string> KeepFamily(const Claim& claim,
                                         const Judgement& judgement,
                                         Trigger trigger, FindingFamily family);

  Transaction& tx_;
  const CommitStamp stamp_;
  OpenedFindings& opened_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FINDING_KEEPER_H_
