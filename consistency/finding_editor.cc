#include "consistency/finding_editor.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "consistency/cross_keeper.h"
#include "consistency/finding_keeper.h"
#include "consistency/rejudgement.h"
#include "consistency/rule_keeper.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {

absl::StatusOr<std::optional<rows::FindingChanges>> DueChanges(
    const Reader& reader, absl::Time now, size_t rejudged_max) {
  rows::FindingChanges changes;
  CONCORDAT_ASSIGN_OR_RETURN(
      changes.settled,
      rows::DueFindings(reader, now, limits::kChangesPerWriteMax));
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<Mute> mutes,
                             rows::GetMutes(reader, /*ended=*/false));
  for (const Mute& mute : mutes) {
    if (mute.expires_at <= now) changes.expired.push_back(mute.id);
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      changes.evaluated,
      rows::DueRules(reader, now, limits::kChangesPerWriteMax));
  if (rejudged_max > 0) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Rejudgement> rejudgement,
                               rows::ReadRejudgement(reader));
    if (rejudgement.has_value()) {
      changes.rejudged = {.rules_only = rejudgement->rules_only,
                          .after = rejudgement->after,
                          .limit = rejudged_max};
    }
  }
  if (changes.settled.empty() && changes.expired.empty() &&
      changes.evaluated.empty() && !changes.rejudged.has_value()) {
    return std::nullopt;
  }
  return changes;
}

Mute PutBy(Mute mute, absl::string_view actor, CommitStamp stamp) {
  mute.id = MuteIdOf(stamp.revision);
  mute.actor = std::string(actor);
  mute.put_at = stamp.at;
  mute.revision = stamp.revision;
  return mute;
}

Mute EndedBy(Mute mute, absl::string_view actor, absl::string_view reason,
             absl::Time at) {
  mute.ended = true;
  mute.ended_at = at;
  mute.ended_by = std::string(actor);
  mute.ended_reason = std::string(reason);
  return mute;
}

absl::Status FindingEditor::Apply(const rows::FindingChanges& changes) {
  for (const std::string& id : changes.settled) {
    CONCORDAT_RETURN_IF_ERROR(Settle(id));
  }
  RuleKeeper rules(tx_, stamp_, vocabulary_, knowledge_, opened_);
  for (const rows::RuleOf& rule : changes.evaluated) {
    CONCORDAT_RETURN_IF_ERROR(rules.Check(rule));
  }
  for (const rows::FindingChanges::Edited& edited : changes.edited) {
    CONCORDAT_RETURN_IF_ERROR(ApplyEdit(edited));
  }
  CONCORDAT_RETURN_IF_ERROR(Expire(changes.expired));
  if (changes.mute.has_value()) {
    CONCORDAT_RETURN_IF_ERROR(rows::PutMute(tx_, *changes.mute));
    opened_.NoteDue(changes.mute->expires_at);
  }
  CONCORDAT_RETURN_IF_ERROR(
      rows::PutFindingChanges(tx_, stamp_.revision, changes));
  CONCORDAT_RETURN_IF_ERROR(rows::PutCommit(
      tx_, {.revision = stamp_.revision,
            .kind = rows::CommitRecord::Kind::kFindingUpdates,
            .at = stamp_.at,
            .actor = actor_,
            .request_id = "",
            .items = changes.settled.size() + changes.edited.size() +
                     changes.expired.size() + changes.evaluated.size() +
                     (changes.mute.has_value() ? 1 : 0) +
                     (changes.rejudged.has_value() ? 1 : 0)}));
  const bool was_due = !changes.settled.empty() || !changes.expired.empty() ||
                       !changes.evaluated.empty() ||
                       changes.rejudged.has_value();
  return was_due ? opened_.LoadDue(tx_) : absl::OkStatus();
}

absl::Status FindingEditor::Settle(const std::string& finding_id) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                             rows::GetFinding(tx_, finding_id));
  if (!finding.has_value() || finding->state != FindingState::kObserved) {
    return absl::OkStatus();
  }
  if (finding->subject.family == FindingFamily::kRule) {
    return RuleKeeper(tx_, stamp_, vocabulary_, knowledge_, opened_)
        .Settle(*finding);
  }
  if (IsCross(finding->subject.family)) {
    return CrossKeeper(tx_, stamp_, vocabulary_, knowledge_, opened_)
        .Settle(*finding,
                [this](const EntityId& id) { return held_.Of(tx_, id); });
  }
  return FindingKeeper(tx_, stamp_, vocabulary_, knowledge_, opened_)
      .Settle(*finding);
}

absl::Status FindingEditor::ApplyEdit(
    const rows::FindingChanges::Edited& edited) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Finding> before,
                             rows::GetFinding(tx_, edited.id));
  if (!before.has_value()) return absl::OkStatus();
  Finding finding = *before;
  if (!Edit(edited.edit, finding).changed) return absl::OkStatus();
  finding.changed_at = stamp_.revision;
  ++finding.events;
  FindingEvent event{.state = finding.state,
                     .verdict = finding.verdict,
                     .at = stamp_.at,
                     .actor = actor_,
                     .revision = stamp_.revision};
  if (finding.assignee != before->assignee) event.assignee = finding.assignee;
  event.comment = edited.edit.comment;
  event.erased = edited.edit.comment_erased;
  CONCORDAT_RETURN_IF_ERROR(rows::PutFindingEvent(tx_, finding, event));
  return rows::PutFinding(tx_, finding, before);
}

absl::Status FindingEditor::Expire(const std::vector<std::string>& mute_ids) {
  if (mute_ids.empty()) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(std::vector<Mute> mutes,
                             rows::GetMutes(tx_, /*ended=*/false));
  for (Mute& mute : mutes) {
    if (std::find(mute_ids.begin(), mute_ids.end(), mute.id) ==
        mute_ids.end()) {
      continue;
    }
    const absl::Time expired_at = mute.expires_at;
    CONCORDAT_RETURN_IF_ERROR(rows::PutMute(
        tx_, EndedBy(std::move(mute), kClockActor, "expired", expired_at)));
  }
  return absl::OkStatus();
}

}  // namespace concordat
