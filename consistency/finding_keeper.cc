#include "consistency/finding_keeper.h"

#include <optional>
#include <utility>

#include "consistency/explanation.h"
#include "consistency/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

// How the judgement bears on a family.
enum class Bearing { kNone, kContradiction, kAgreement };

Bearing BearingOn(FindingFamily family, const Judgement& judgement,
                  FindingKeeper::Trigger trigger) {
  if (family == FindingFamily::kDisclosure) {
    return judgement.verdict == Verdict::kNotEntitled ? Bearing::kContradiction
                                                      : Bearing::kAgreement;
  }
  const Verdict verdict = judgement.substance();
  if (IsDisagreement(verdict)) return Bearing::kContradiction;
  if (IsAgreement(verdict)) return Bearing::kAgreement;
  // The truth that the claim contradicted is gone, or turned out to be so new
  // that the channel could not know it.
  const bool no_longer_wrong =
      verdict == Verdict::kUnverifiable || verdict == Verdict::kPropagating;
  return no_longer_wrong && trigger == FindingKeeper::Trigger::kChangedTruth
             ? Bearing::kAgreement
             : Bearing::kNone;
}

}  // namespace

bool FindingKeeper::Contradicts(const Judgement& judgement) {
  return IsDisagreement(judgement.substance()) ||
         judgement.verdict == Verdict::kNotEntitled;
}

bool FindingKeeper::MayHaveFinding(const EntityId& entity,
                                   absl::string_view channel,
                                   absl::string_view attribute) const {
  FindingSubject subject{.entity = entity,
                         .attribute = std::string(attribute),
                         .channel = std::string(channel)};
  for (const FindingFamily family :
       {FindingFamily::kDisagreement, FindingFamily::kDisclosure}) {
    subject.family = family;
    if (opened_.MayHold(FingerprintOf(subject))) return true;
  }
  return false;
}

absl::StatusOr<std::string> FindingKeeper::Keep(const Claim& claim,
                                                const Judgement& judgement,
                                                Trigger trigger) {
  CONCORDAT_ASSIGN_OR_RETURN(
      std::string disagreement,
      KeepFamily(claim, judgement, trigger, FindingFamily::kDisagreement));
  CONCORDAT_ASSIGN_OR_RETURN(
      std::string disclosure,
      KeepFamily(claim, judgement, trigger, FindingFamily::kDisclosure));
  return disagreement.empty() ? disclosure : disagreement;
}

absl::StatusOr<std::string> FindingKeeper::KeepFamily(
    const Claim& claim, const Judgement& judgement, Trigger trigger,
    FindingFamily family) {
  const Bearing bearing = BearingOn(family, judgement, trigger);
  if (bearing == Bearing::kNone) return "";
  Finding finding;
  finding.subject = {.entity = *judgement.entity,
                     .attribute = judgement.attribute,
                     .channel = claim.channel,
                     .family = family};
  finding.id = FingerprintOf(finding.subject);
  std::optional<Finding> before;
  if (opened_.MayHold(finding.id)) {
    CONCORDAT_ASSIGN_OR_RETURN(before, rows::GetFinding(tx_, finding.id));
    if (before.has_value()) finding = *before;
  }
  // A contradiction that a newer claim has already put right never opens.
  const bool may_open =
      bearing == Bearing::kContradiction && trigger != Trigger::kOlderClaim;
  if (!before.has_value() && !may_open) return "";
  opened_.Add(finding.id);

  const Observation seen{.verdict = family == FindingFamily::kDisclosure
                                        ? Verdict::kNotEntitled
                                        : judgement.substance(),
                         .said_at = claim.said_at,
                         .exposure = claim.exposure,
                         .is_new_claim = trigger != Trigger::kChangedTruth};
  const Transition transition = bearing == Bearing::kContradiction
                                    ? ObserveContradiction(seen, finding)
                                    : ObserveAgreement(seen, finding);
  if (!transition.changed) return "";
  if (transition.newest) {
    finding.claim = claim;
    finding.judged_at = stamp_.revision;
    finding.vocabulary_version = judgement.vocabulary_version;
    finding.explanation = Explain(claim, judgement);
  }
  finding.changed_at = stamp_.revision;
  if (transition.eventful) {
    ++finding.events;
    CONCORDAT_RETURN_IF_ERROR(rows::PutFindingEvent(
        tx_, finding,
        {.state = finding.state,
         .verdict = seen.verdict,
         .at = stamp_.at,
         .actor = seen.is_new_claim ? "claim" : "changed truth",
         .revision = stamp_.revision}));
  }
  CONCORDAT_RETURN_IF_ERROR(rows::PutFinding(tx_, finding, before));
  return finding.id;
}

}  // namespace concordat
