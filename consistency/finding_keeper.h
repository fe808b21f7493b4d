#ifndef CONCORDAT_CONSISTENCY_FINDING_KEEPER_H_
#define CONCORDAT_CONSISTENCY_FINDING_KEEPER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/claims.h"
#include "consistency/findings.h"
#include "consistency/judge.h"
#include "consistency/rows.h"
#include "graph/graph_writer.h"
#include "graph/store.h"

namespace concordat {

// Carries judgements over to the findings in a store. Not thread-safe.
class FindingKeeper {
 public:
  // `tx` must outlive this.
  FindingKeeper(Transaction& tx, CommitStamp stamp) : tx_(tx), stamp_(stamp) {}

  // What caused the judgement.
  enum class Trigger {
    kNewestClaim,   // a claim that the channel now holds
    kOlderClaim,    // a claim said before the one that it holds
    kChangedTruth,  // a held claim judged again
  };

  // Updates both families and `held`'s marks of them. Returns the id of the
  // finding that the judgement opened, confirmed or resolved; empty where
  // none.
  absl::StatusOr<std::string> Keep(const Claim& claim,
                                   const Judgement& judgement, Trigger trigger,
                                   rows::HeldClaim& held);

 private:
  absl::StatusOr<std::string> KeepFamily(const Claim& claim,
                                         const Judgement& judgement,
                                         Trigger trigger, FindingFamily family,
                                         bool& exists);

  Transaction& tx_;
  const CommitStamp stamp_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FINDING_KEEPER_H_
