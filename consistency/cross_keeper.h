#ifndef CONCORDAT_CONSISTENCY_CROSS_KEEPER_H_
#define CONCORDAT_CONSISTENCY_CROSS_KEEPER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "consistency/findings.h"
#include "consistency/held_claims.h"
#include "consistency/held_reader.h"
#include "consistency/knowledge.h"
#include "consistency/opened_findings.h"
#include "consistency/sides.h"
#include "consistency/vocabulary.h"
#include "graph/graph_writer.h"
#include "graph/store.h"

namespace concordat {

// What the sides come to, for a finding about the subject, whose family is one
// of kCrossFamilies.
SidesOutcome OutcomeOf(const FindingSubject& subject, const Sides& sides,
                       const Vocabulary& vocabulary);

// Holds what channels say against one another, and keeps what that finds. Not
// thread-safe.
class CrossKeeper {
 public:
  // All must outlive this; `opened` is told of what is opened and what is due.
  CrossKeeper(Transaction& tx, CommitStamp stamp, const Vocabulary& vocabulary,
              StoredKnowledge& knowledge, OpenedFindings& opened)
      : tx_(tx),
        stamp_(stamp),
        vocabulary_(vocabulary),
        knowledge_(knowledge),
        opened_(opened) {}

  // Holds against one another what is held of all ids that are one entity with
  // this one, of the attributes that `wanted` names; `held` is what is held of
  // this one. Errors: the transaction's.
  absl::Status Check(
      const EntityId& entity, absl::Span<const HeldClaim> held,
      HeldLookup held_of,
      absl::FunctionRef<bool(const std::string& attribute)> wanted,
      Occasion occasion);
  // After the id was made one entity with others, or split from them: what was
  // said of others goes from the findings about it, and those that rest on
  // nothing else, or are another id's now, are resolved.
  absl::Status Remerged(const EntityId& entity);
  // Of a finding that is OBSERVED, whose settle time is over: by what is held
  // by now.
  absl::Status Settle(const Finding& finding, HeldLookup held_of);
  // Of a finding that is not RESOLVED, under another vocabulary.
  absl::Status VocabularyChanged(const Finding& finding);

 private:
  absl::Status CheckAttribute(const EntityId& entity,
                              const std::string& attribute,
                              absl::Span<const Claim> claims,
                              Occasion occasion);
  absl::Status Keep(const FindingSubject& subject, const Sides& sides,
                    Occasion occasion);
  // What channels hold of what the finding is about, judged by what is known
  // now.
  absl::StatusOr<Sides> SidesHeldFor(const Finding& finding,
                                     HeldLookup held_of);
  absl::Status Note(const Sides& sides, Finding& finding);
  absl::Status KeepOwnSides(const Finding& before, const Cluster& cluster);

  Transaction& tx_;
  const CommitStamp stamp_;
  const Vocabulary& vocabulary_;
  StoredKnowledge& knowledge_;
  OpenedFindings& opened_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CROSS_KEEPER_H_
