#ifndef CONCORDAT_CONSISTENCY_RULE_KEEPER_H_
#define CONCORDAT_CONSISTENCY_RULE_KEEPER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consistency/finding_keeper.h"
#include "consistency/knowledge.h"
#include "consistency/opened_findings.h"
#include "consistency/rule_rows.h"
#include "consistency/rules/evaluation.h"
#include "consistency/rules/rule.h"
#include "consistency/stored_rule_facts.h"
#include "consistency/vocabulary.h"
#include "graph/facts.h"
#include "graph/graph_writer.h"
#include "graph/store.h"

namespace concordat {

// The subject of the finding of a rule that an entity breaks: no channel says
// anything, and the rule stands in the attribute's place.
FindingSubject SubjectOfRule(const EntityId& root, absl::string_view rule);

// Evaluates rules where something changed that they read, and keeps what they
// find. Not thread-safe.
class RuleKeeper {
 public:
  // All must outlive this; `opened` is told of what is opened and what is due.
  // `cause`: what its events are by.
  RuleKeeper(Transaction& tx, CommitStamp stamp, const Vocabulary& vocabulary,
             StoredKnowledge& knowledge, OpenedFindings& opened,
             absl::string_view cause = finding_actors::kChangedTruth)
      : tx_(tx),
        stamp_(stamp),
        vocabulary_(vocabulary),
        knowledge_(knowledge),
        facts_(tx, vocabulary, knowledge),
        opened_(opened),
        cause_(cause) {}

  // Evaluates the rules that a write concerns; it is recorded, and `knowledge`
  // knows it. False where it concerns rules of too many entities to evaluate
  // them at once: those left keep what they found, until all are evaluated
  // again. Errors: the transaction's.
  absl::StatusOr<bool> CheckWritten(absl::Span<const Change> changes,
                                    const std::vector<EntityId>& remerged);
  // Evaluates a rule of an entity, where both are still there.
  absl::Status Check(const rows::RuleOf& rule);
  // Evaluates the rule of a finding that is OBSERVED, whose settle time is
  // over.
  absl::Status Settle(const Finding& finding);
  // Resolves a finding whose rule the vocabulary does not have any more.
  absl::Status EndIfGone(const Finding& finding);

 private:
  // nullptr where the vocabulary does not have it any more.
  const rules::Rule* RuleOf(const Finding& finding) const;
  absl::Status End(const Finding& finding, absl::string_view cause);
  absl::Status Check(const rules::Rule& rule, const EntityId& root,
                     bool settled);
  absl::Status Keep(const rules::Rule& rule, const EntityId& root,
                    rules::RuleOutcome outcome, bool settled);
  absl::Status Note(const rules::Rule& rule, const EntityId& root,
                    Finding& finding);
  absl::StatusOr<std::vector<rules::RuleChange>> ToRuleChanges(
      absl::Span<const Change> changes, const std::vector<EntityId>& remerged);
  // Adds that anything of the entity may be another, where the write is the
  // first that says anything of it.
  absl::Status AddIfNew(const EntityId& entity,
                        std::vector<rules::RuleChange>& changes);

  Transaction& tx_;
  const CommitStamp stamp_;
  const Vocabulary& vocabulary_;
  StoredKnowledge& knowledge_;
  StoredRuleFacts facts_;
  OpenedFindings& opened_;
  const absl::string_view cause_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_RULE_KEEPER_H_
