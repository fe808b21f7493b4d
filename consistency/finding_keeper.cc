#include "consistency/finding_keeper.h"

#include <algorithm>
#include <utility>

#include "consistency/explanation.h"
#include "consistency/finding_rows.h"
#include "consistency/harm_terms.h"
#include "consistency/scorecards/finding_tally.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {

namespace {

Occasion OccasionOf(FindingKeeper::Trigger trigger) {
  switch (trigger) {
    case FindingKeeper::Trigger::kChangedTruth:
      return Occasion::kChangedTruth;
    case FindingKeeper::Trigger::kChangedVocabulary:
      return Occasion::kChangedVocabulary;
    default:
      return Occasion::kClaim;
  }
}

Verdict VerdictOf(FindingFamily family, const Judgement& judgement) {
  return family == FindingFamily::kDisclosure ? Verdict::kNotEntitled
                                              : judgement.substance();
}

}  // namespace

FindingKeeper::Bearing FindingKeeper::BearingOn(FindingFamily family,
                                                const Judgement& judgement,
                                                Trigger trigger) {
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
  return no_longer_wrong && trigger == Trigger::kChangedTruth
             ? Bearing::kAgreement
             : Bearing::kNone;
}

absl::Status PutChangedFinding(Transaction& tx, CommitStamp stamp,
                               OpenedFindings& opened, Finding finding,
                               const std::optional<Finding>& before,
                               const FindingCause& cause) {
  finding.changed_at = stamp.revision;
  if (finding.state == FindingState::kObserved) {
    opened.NoteDue(finding.confirm_at);
  }
  if (cause.eventful) {
    ++finding.events;
    CONCORDAT_RETURN_IF_ERROR(
        rows::PutFindingEvent(tx, finding,
                              {.state = finding.state,
                               .verdict = cause.verdict,
                               .at = stamp.at,
                               .actor = std::string(cause.actor),
                               .revision = stamp.revision,
                               .vindicated = finding.vindicated}));
    CONCORDAT_RETURN_IF_ERROR(CountFindingChange(tx, stamp, finding, before));
  }
  return rows::PutFinding(tx, finding, before);
}

bool FindingKeeper::Contradicts(const Judgement& judgement) {
  return IsDisagreement(judgement.substance()) ||
         judgement.verdict == Verdict::kNotEntitled;
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

  const Observation seen{.verdict = VerdictOf(family, judgement),
                         .said_at = claim.said_at,
                         .exposure = claim.exposure,
                         .occasion = OccasionOf(trigger),
                         .confirm_at = ConfirmAt(claim, finding, trigger)};
  const Transition transition = bearing == Bearing::kContradiction
                                    ? ObserveContradiction(seen, finding)
                                    : ObserveAgreement(seen, finding);
  if (!transition.changed) return "";
  if (bearing == Bearing::kContradiction) {
    NoteTold(claim, transition.newest, finding);
  }
  if (transition.newest) {
    CONCORDAT_RETURN_IF_ERROR(Note(claim, judgement, finding));
  } else if (before.has_value() && before->exposure != finding.exposure) {
    finding.harm = WithExposure(finding, vocabulary_);
  }
  CONCORDAT_RETURN_IF_ERROR(
      PutChangedFinding(tx_, stamp_, opened_, finding, before,
                        {.verdict = seen.verdict,
                         .actor = ActorOf(seen.occasion),
                         .eventful = transition.eventful}));
  return finding.id;
}

// From when it was said, for it is the authority that may be late; a clock that
// runs ahead does not make it wait longer. Where the truth has changed, from
// now: what is new may be put right soon.
absl::Time FindingKeeper::ConfirmAt(const Claim& claim, const Finding& finding,
                                    Trigger trigger) const {
  const absl::Duration settle =
      finding.subject.family == FindingFamily::kDisclosure
          ? absl::ZeroDuration()
          : vocabulary_
                .TermsOf(finding.subject.entity.type, finding.subject.attribute)
                .settle;
  const absl::Time from = trigger == Trigger::kChangedTruth
                              ? stamp_.at
                              : std::min(claim.said_at, claim.received_at);
  const absl::Time confirm_at = from + settle;
  return confirm_at > stamp_.at ? confirm_at : absl::InfinitePast();
}

absl::Status FindingKeeper::Note(const Claim& claim, const Judgement& judgement,
                                 Finding& finding) {
  finding.claim = claim;
  finding.judged_at = stamp_.revision;
  finding.vocabulary_version = judgement.vocabulary_version;
  finding.explanation = Explain(claim, judgement);
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known,
                             knowledge_.About(finding.subject.entity));
  finding.harm = HarmOf(finding, judgement, *known, vocabulary_);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Judgement>> FindingKeeper::JudgeAgain(
    const Finding& finding, const Claim& claim) {
  if (finding.erased || vocabulary_.FindChannel(claim.channel) == nullptr) {
    return std::nullopt;
  }
  absl::StatusOr<Judgement> judgement = Judge(claim, vocabulary_, knowledge_);
  if (IsBeyondLimits(judgement.status())) return std::nullopt;
  CONCORDAT_RETURN_IF_ERROR(judgement.status());
  return std::optional<Judgement>(*std::move(judgement));
}

absl::Status FindingKeeper::Settle(const Finding& before) {
  Finding finding = before;
  Claim claim = finding.claim;
  claim.entity = finding.subject.entity;
  Bearing bearing = Bearing::kContradiction;
  Verdict verdict = finding.verdict;
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Judgement> judgement,
                             JudgeAgain(finding, claim));
  if (judgement.has_value()) {
    bearing =
        BearingOn(finding.subject.family, *judgement, Trigger::kChangedTruth);
    verdict = judgement->substance();
    if (bearing == Bearing::kContradiction) {
      finding.verdict = verdict;
      CONCORDAT_RETURN_IF_ERROR(Note(claim, *judgement, finding));
    }
  }
  if (bearing == Bearing::kContradiction) {
    Confirm(verdict, finding);
  } else {
    ObserveAgreement({.verdict = verdict,
                      .said_at = claim.said_at,
                      .occasion = Occasion::kChangedTruth},
                     finding);
  }
  return PutChangedFinding(
      tx_, stamp_, opened_, finding, before,
      {.verdict = verdict, .actor = finding_actors::kSettled});
}

absl::Status FindingKeeper::VocabularyChanged(const Finding& before) {
  // What was said cannot be read any more.
  if (before.erased) return absl::OkStatus();
  Finding finding = before;
  Claim claim = finding.claim;
  claim.entity = finding.subject.entity;
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Judgement> judgement,
                             JudgeAgain(finding, claim));
  const FindingFamily family = finding.subject.family;
  Verdict verdict = Verdict::kUnverifiable;
  bool contradicts = false;
  if (judgement.has_value()) {
    verdict = VerdictOf(family, *judgement);
    contradicts = BearingOn(family, *judgement, Trigger::kChangedVocabulary) ==
                  Bearing::kContradiction;
  } else if (vocabulary_.FindChannel(claim.channel) != nullptr) {
    return absl::OkStatus();
  }
  if (contradicts) {
    finding.verdict = verdict;
    CONCORDAT_RETURN_IF_ERROR(Note(claim, *judgement, finding));
  } else {
    ObserveAgreement({.verdict = verdict,
                      .said_at = finding.last_said_at,
                      .occasion = Occasion::kChangedVocabulary},
                     finding);
  }
  return PutChangedFinding(tx_, stamp_, opened_, finding, before,
                           {.verdict = verdict,
                            .actor = finding_actors::kChangedVocabulary,
                            .eventful = finding.state != before.state ||
                                        finding.verdict != before.verdict});
}

}  // namespace concordat
