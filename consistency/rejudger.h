#ifndef CONCORDAT_CONSISTENCY_REJUDGER_H_
#define CONCORDAT_CONSISTENCY_REJUDGER_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "consistency/finding_keeper.h"
#include "consistency/held_claims.h"
#include "consistency/held_view.h"
#include "consistency/knowledge.h"
#include "consistency/opened_findings.h"
#include "consistency/vocabulary.h"
#include "graph/graph_writer.h"
#include "graph/ids.h"
#include "graph/store.h"

namespace concordat {

// Judges claims that channels hold again, within one commit. Not thread-safe.
class Rejudger {
 public:
  // All must outlive this; `held` and `opened` are told of what changes.
  Rejudger(Transaction& tx, CommitStamp stamp, const Vocabulary& vocabulary,
           StoredKnowledge& knowledge, OpenedFindings& opened, HeldView& held)
      : tx_(tx),
        stamp_(stamp),
        vocabulary_(vocabulary),
        knowledge_(knowledge),
        opened_(opened),
        held_(held) {}

  // After a change of what is known: the claims about the id, of the attributes
  // that `bears_on` names.
  absl::Status TruthChanged(
      const EntityId& entity,
      absl::FunctionRef<bool(const std::string& attribute)> bears_on);
  // After the id was made one entity with others, or split from them: all.
  absl::Status Remerged(const EntityId& entity);
  // After a change of the vocabulary: all claims about the id, the findings
  // about it, which go where the vocabulary has nothing that they are about any
  // more, and the rules of its type.
  absl::Status VocabularyChanged(const EntityId& entity);
  // Evaluates the rules of the id's type again.
  absl::Status CheckRules(const EntityId& entity);
  // Puts what is held since. Call it at the end.
  absl::Status Finish();

 private:
  absl::Status Judge(const HeldClaim& held, FindingKeeper::Trigger trigger);
  absl::Status CheckSides(
      const EntityId& entity, absl::Span<const HeldClaim> held,
      absl::FunctionRef<bool(const std::string& attribute)> wanted,
      Occasion occasion);
  absl::Status CheckFinding(const std::string& finding_id);

  Transaction& tx_;
  const CommitStamp stamp_;
  const Vocabulary& vocabulary_;
  StoredKnowledge& knowledge_;
  OpenedFindings& opened_;
  HeldView& held_;
  std::vector<HeldClaim> rejudged_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_REJUDGER_H_
