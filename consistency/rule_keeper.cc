#include "consistency/rule_keeper.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "consistency/finding_rows.h"
#include "consistency/harm_terms.h"
#include "consistency/rules/affected.h"
#include "consistency/rules/rule_index.h"
#include "graph/errors.h"
#include "graph/identity.h"
#include "graph/status_macros.h"

namespace concordat {

FindingSubject SubjectOfRule(const EntityId& root, absl::string_view rule) {
  return {.entity = root,
          .attribute = std::string(rule),
          .channel = "",
          .family = FindingFamily::kRule};
}

absl::Status RuleKeeper::AddIfNew(const EntityId& entity,
                                  std::vector<rules::RuleChange>& changes) {
  const Identity before(tx_, Revision(stamp_.revision.number() - 1));
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster, before.ClusterOf(entity));
  CONCORDAT_ASSIGN_OR_RETURN(const bool existed, before.Exists(cluster));
  if (!existed) changes.emplace_back(rules::EntityChange{entity});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<rules::RuleChange>> RuleKeeper::ToRuleChanges(
    absl::Span<const Change> changes, const std::vector<EntityId>& remerged) {
  std::vector<rules::RuleChange> of_rules;
  std::vector<EntityId> seen;
  for (const Change& change : changes) {
    if (const auto* fact = std::get_if<FactRecord>(&change)) {
      CONCORDAT_ASSIGN_OR_RETURN(EntityId canonical,
                                 knowledge_.CanonicalOf(fact->entity));
      seen.push_back(fact->entity);
      of_rules.emplace_back(
          rules::AttributeChange{std::move(canonical), fact->attribute});
    } else if (const auto* edge = std::get_if<RelationRecord>(&change)) {
      CONCORDAT_ASSIGN_OR_RETURN(EntityId from,
                                 knowledge_.CanonicalOf(edge->from));
      CONCORDAT_ASSIGN_OR_RETURN(EntityId to, knowledge_.CanonicalOf(edge->to));
      seen.push_back(edge->from);
      seen.push_back(edge->to);
      of_rules.emplace_back(rules::RelationChange{
          std::move(from), edge->relation, std::move(to)});
    }
  }
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  for (const EntityId& entity : seen) {
    CONCORDAT_RETURN_IF_ERROR(AddIfNew(entity, of_rules));
  }
  for (const EntityId& entity : remerged) {
    of_rules.emplace_back(rules::EntityChange{entity});
  }
  return of_rules;
}

absl::StatusOr<bool> RuleKeeper::CheckWritten(
    absl::Span<const Change> changes, const std::vector<EntityId>& remerged) {
  if (vocabulary_.rules.empty()) return true;
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<rules::RuleChange> of_rules,
                             ToRuleChanges(changes, remerged));
  CONCORDAT_ASSIGN_OR_RETURN(rules::Affected affected,
                             rules::AffectedRoots(vocabulary_.rule_index,
                                                  of_rules, stamp_.at, facts_));
  for (const rules::AffectedRoot& one : affected.roots) {
    // What was found of an id that is merged away now is the other's.
    CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                               knowledge_.CanonicalOf(one.root));
    if (canonical != one.root) {
      CONCORDAT_RETURN_IF_ERROR(
          Keep(*one.rule, one.root, rules::RuleOutcome::kNotApplicable, false));
    }
    CONCORDAT_RETURN_IF_ERROR(Check(*one.rule, canonical, /*settled=*/false));
  }
  return affected.incomplete.empty();
}

absl::Status RuleKeeper::Check(const rows::RuleOf& rule) {
  const auto found = vocabulary_.rules.find(rule.rule);
  CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                             knowledge_.CanonicalOf(rule.root));
  if (found == vocabulary_.rules.end() || canonical != rule.root ||
      found->second.on != rule.root.type) {
    return rows::PutRuleDue(tx_, rule, absl::InfiniteFuture());
  }
  return Check(found->second, rule.root, /*settled=*/false);
}

const rules::Rule* RuleKeeper::RuleOf(const Finding& finding) const {
  const auto found = vocabulary_.rules.find(finding.subject.attribute);
  const bool is_there = found != vocabulary_.rules.end() &&
                        found->second.on == finding.subject.entity.type;
  return is_there ? &found->second : nullptr;
}

absl::Status RuleKeeper::Settle(const Finding& finding) {
  const rules::Rule* rule = RuleOf(finding);
  return rule == nullptr
             ? End(finding, finding_actors::kSettled)
             : Check(*rule, finding.subject.entity, /*settled=*/true);
}

absl::Status RuleKeeper::EndIfGone(const Finding& finding) {
  return RuleOf(finding) == nullptr ? End(finding, cause_) : absl::OkStatus();
}

// Without its rule nobody can say that it is broken.
absl::Status RuleKeeper::End(const Finding& finding, absl::string_view cause) {
  Finding gone = finding;
  ObserveAgreement({.verdict = Verdict::kUnverifiable,
                    .said_at = finding.last_said_at,
                    .occasion = Occasion::kChangedVocabulary},
                   gone);
  return PutChangedFinding(tx_, stamp_, opened_, gone, finding,
                           {.actor = cause});
}

absl::Status RuleKeeper::Check(const rules::Rule& rule, const EntityId& root,
                               bool settled) {
  const absl::StatusOr<rules::Evaluation> evaluated =
      rules::EvaluateRule(rule, root, stamp_.at, facts_);
  // The write stands, and so does what was found before. It is not due any
  // more, or it would be for ever.
  if (IsBeyondLimits(evaluated.status())) {
    CONCORDAT_RETURN_IF_ERROR(
        rows::PutRuleDue(tx_, {rule.name, root}, absl::InfiniteFuture()));
    return Keep(rule, root, rules::RuleOutcome::kUndecided, settled);
  }
  CONCORDAT_RETURN_IF_ERROR(evaluated.status());
  CONCORDAT_RETURN_IF_ERROR(
      rows::PutRuleDue(tx_, {rule.name, root}, evaluated->stable_until));
  opened_.NoteDue(evaluated->stable_until);
  return Keep(rule, root, evaluated->outcome, settled);
}

absl::Status RuleKeeper::Keep(const rules::Rule& rule, const EntityId& root,
                              rules::RuleOutcome outcome, bool settled) {
  Finding finding;
  finding.subject = SubjectOfRule(root, rule.name);
  finding.id = FingerprintOf(finding.subject);
  std::optional<Finding> before;
  if (opened_.MayHold(finding.id)) {
    CONCORDAT_ASSIGN_OR_RETURN(before, rows::GetFinding(tx_, finding.id));
    if (before.has_value()) finding = *before;
  }
  const bool violated = outcome == rules::RuleOutcome::kViolated;
  const bool decided = outcome != rules::RuleOutcome::kUndecided;
  if (!before.has_value() && !violated) return absl::OkStatus();
  if (!decided && !settled) return absl::OkStatus();
  const bool waits =
      settled && before->state == FindingState::kObserved && !violated;
  Transition transition;
  if (violated && settled) {
    transition = Confirm(Verdict::kContradicts, finding);
  } else if (violated) {
    const bool begins =
        !before.has_value() || before->state == FindingState::kResolved;
    transition = ObserveContradiction(
        {.verdict = Verdict::kContradicts,
         .said_at = begins ? stamp_.at : finding.last_said_at,
         .occasion = Occasion::kChangedTruth,
         .confirm_at = rule.settle > absl::ZeroDuration()
                           ? stamp_.at + rule.settle
                           : absl::InfinitePast()},
        finding);
    if (begins && before.has_value()) ++finding.count;
  } else if (decided || waits) {
    transition = ObserveAgreement({.verdict = Verdict::kUnverifiable,
                                   .said_at = stamp_.at,
                                   .occasion = Occasion::kChangedTruth},
                                  finding);
  }
  if (violated) CONCORDAT_RETURN_IF_ERROR(Note(rule, root, finding));
  const bool noted = !before.has_value() ||
                     finding.explanation != before->explanation ||
                     finding.harm.order != before->harm.order;
  if (!transition.eventful && !noted) return absl::OkStatus();
  opened_.Add(finding.id);
  return PutChangedFinding(
      tx_, stamp_, opened_, finding, before,
      {.verdict = violated ? Verdict::kContradicts : Verdict::kAgrees,
       .actor = settled ? finding_actors::kSettled : cause_,
       .eventful = transition.eventful});
}

// The evidence is made again at the revision and the instant at which it was
// broken first in this way.
absl::Status RuleKeeper::Note(const rules::Rule& rule, const EntityId& root,
                              Finding& finding) {
  absl::StatusOr<std::string> message =
      rules::WriteMessage(rule, root, stamp_.at, facts_);
  // What the message or the harm reads may be beyond the limits where what
  // breaks the rule is not; the write stands.
  if (IsBeyondLimits(message.status())) message = rule.description;
  CONCORDAT_ASSIGN_OR_RETURN(std::string explanation, std::move(message));
  const bool noted_before =
      finding.explanation == explanation && finding.judged_at != Revision();
  if (noted_before && finding.vocabulary_version == vocabulary_.version) {
    return absl::OkStatus();
  }
  const KnownEntity nothing;
  absl::StatusOr<const KnownEntity*> about = knowledge_.About(root);
  if (IsBeyondLimits(about.status())) about = &nothing;
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known, about);
  if (noted_before) {
    // Only what makes it harmful may be another.
    finding.harm = HarmOf(finding, Judgement(), *known, vocabulary_);
    return absl::OkStatus();
  }
  finding.explanation = std::move(explanation);
  finding.claim = Claim{};
  finding.claim.attribute = rule.name;
  finding.claim.entity = root;
  finding.claim.said_at = stamp_.at;
  finding.claim.received_at = stamp_.at;
  finding.judged_at = stamp_.revision;
  finding.vocabulary_version = vocabulary_.version;
  finding.harm = HarmOf(finding, Judgement(), *known, vocabulary_);
  return absl::OkStatus();
}

}  // namespace concordat
