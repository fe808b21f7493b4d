#include "consistency/rejudger.h"

#include <optional>
#include <utility>

#include "consistency/cross_keeper.h"
#include "consistency/finding_rows.h"
#include "consistency/judge.h"
#include "consistency/rule_keeper.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {

absl::Status Rejudger::TruthChanged(
    const EntityId& entity,
    absl::FunctionRef<bool(const std::string& attribute)> bears_on) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<HeldClaim> held,
                             held_.Of(tx_, entity));
  for (const HeldClaim& claim : held) {
    // What it said cannot be read any more, so its verdict stays.
    if (claim.judged.claim.erased || !bears_on(claim.attribute())) continue;
    CONCORDAT_RETURN_IF_ERROR(
        Judge(claim, FindingKeeper::Trigger::kChangedTruth));
  }
  return held.empty()
             ? absl::OkStatus()
             : CheckSides(entity, held, bears_on, Occasion::kChangedTruth);
}

absl::Status Rejudger::Remerged(const EntityId& entity) {
  CONCORDAT_RETURN_IF_ERROR(
      TruthChanged(entity, [](const std::string&) { return true; }));
  return CrossKeeper(tx_, stamp_, vocabulary_, knowledge_, opened_)
      .Remerged(entity);
}

absl::Status Rejudger::CheckSides(
    const EntityId& entity, absl::Span<const HeldClaim> held,
    absl::FunctionRef<bool(const std::string& attribute)> wanted,
    Occasion occasion) {
  return CrossKeeper(tx_, stamp_, vocabulary_, knowledge_, opened_)
      .Check(
          entity, held,
          [this](const EntityId& id) { return held_.Of(tx_, id); }, wanted,
          occasion);
}

absl::Status Rejudger::VocabularyChanged(const EntityId& entity) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<HeldClaim> held,
                             held_.Of(tx_, entity));
  for (const HeldClaim& claim : held) {
    if (claim.judged.claim.erased) continue;
    CONCORDAT_RETURN_IF_ERROR(
        Judge(claim, FindingKeeper::Trigger::kChangedVocabulary));
  }
  if (!held.empty()) {
    CONCORDAT_RETURN_IF_ERROR(CheckSides(
        entity, held, [](const std::string&) { return true; },
        Occasion::kChangedVocabulary));
  }
  CONCORDAT_RETURN_IF_ERROR(CheckRules(entity));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> findings,
                             rows::FindingsOf(tx_, entity));
  for (const std::string& id : findings) {
    CONCORDAT_RETURN_IF_ERROR(CheckFinding(id));
  }
  return absl::OkStatus();
}

absl::Status Rejudger::Judge(const HeldClaim& held,
                             FindingKeeper::Trigger trigger) {
  // The claim may have come through a link or a channel that is gone.
  Claim claim = held.judged.claim;
  claim.entity = held.entity();
  if (vocabulary_.FindChannel(claim.channel) == nullptr) {
    return absl::OkStatus();
  }
  const absl::StatusOr<Judgement> judged =
      concordat::Judge(claim, vocabulary_, knowledge_);
  // The write stands, so this must not look like its refusal.
  if (IsBeyondLimits(judged.status())) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const Judgement& judgement, judged);
  FindingKeeper keeper(tx_, stamp_, vocabulary_, knowledge_, opened_);
  CONCORDAT_RETURN_IF_ERROR(keeper.Keep(claim, judgement, trigger).status());
  if (held.judged.verdict == judgement.verdict &&
      held.judged.further == judgement.further) {
    return absl::OkStatus();
  }
  HeldClaim& rejudged = rejudged_.emplace_back(held);
  rejudged.judged.verdict = judgement.verdict;
  rejudged.judged.further = judgement.further;
  rejudged.judged_at = stamp_.revision;
  return absl::OkStatus();
}

absl::Status Rejudger::CheckRules(const EntityId& entity) {
  if (vocabulary_.rules.empty()) return absl::OkStatus();
  RuleKeeper keeper(tx_, stamp_, vocabulary_, knowledge_, opened_,
                    finding_actors::kChangedVocabulary);
  for (const auto& [name, rule] : vocabulary_.rules) {
    if (rule.on != entity.type) continue;
    CONCORDAT_RETURN_IF_ERROR(keeper.Check({name, entity}));
  }
  return absl::OkStatus();
}

// One that what is held has not brought up to date: its claim is not the newest
// any more, or what it is about is gone.
absl::Status Rejudger::CheckFinding(const std::string& finding_id) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                             rows::GetFinding(tx_, finding_id));
  if (!finding.has_value() || finding->state == FindingState::kResolved ||
      finding->vocabulary_version == vocabulary_.version) {
    return absl::OkStatus();
  }
  if (finding->subject.family == FindingFamily::kRule) {
    return RuleKeeper(tx_, stamp_, vocabulary_, knowledge_, opened_,
                      finding_actors::kChangedVocabulary)
        .EndIfGone(*finding);
  }
  if (IsCross(finding->subject.family)) {
    return CrossKeeper(tx_, stamp_, vocabulary_, knowledge_, opened_)
        .VocabularyChanged(*finding);
  }
  return FindingKeeper(tx_, stamp_, vocabulary_, knowledge_, opened_)
      .VocabularyChanged(*finding);
}

absl::Status Rejudger::Finish() {
  return held_.Change(tx_, stamp_.revision, std::exchange(rejudged_, {}));
}

}  // namespace concordat
