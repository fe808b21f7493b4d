#include "consistency/cross_keeper.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "consistency/explanation.h"
#include "consistency/finding_keeper.h"
#include "consistency/finding_rows.h"
#include "consistency/harm_terms.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

Exposure GravestOf(const Sides& sides) {
  Exposure gravest = Exposure::kHeld;
  for (const Side& side : sides.sides) {
    if (GravityOf(side.claim.exposure) > GravityOf(gravest)) {
      gravest = side.claim.exposure;
    }
  }
  return gravest;
}

// That the channels were right before the graph is only said where all of them
// are found to be.
Verdict VerdictOfGone(FindingFamily family, const Sides& sides,
                      Occasion occasion) {
  const bool all_agree =
      std::all_of(sides.sides.begin(), sides.sides.end(),
                  [](const Side& side) { return IsAgreement(side.verdict); });
  const bool right = family == FindingFamily::kAuthoritySuspect && all_agree;
  return right || occasion == Occasion::kClaim ? Verdict::kAgrees
                                               : Verdict::kUnverifiable;
}

}  // namespace

SidesOutcome OutcomeOf(const FindingSubject& subject, const Sides& sides,
                       const Vocabulary& vocabulary) {
  const FindingTerms& terms =
      vocabulary.TermsOf(subject.entity.type, subject.attribute);
  return subject.family == FindingFamily::kConflict
             ? FindConflict(sides, terms.compare_within)
             : FindSuspicion(sides, terms.compare_within);
}

absl::Status CrossKeeper::Check(
    const EntityId& entity, absl::Span<const HeldClaim> held,
    HeldLookup held_of,
    absl::FunctionRef<bool(const std::string& attribute)> wanted,
    Occasion occasion) {
  const absl::StatusOr<Cluster> cluster = knowledge_.ClusterOf(entity);
  if (IsBeyondLimits(cluster.status())) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(cluster.status());
  std::map<std::string, NewestClaims> by_attribute;
  const auto add = [&](absl::Span<const HeldClaim> claims) {
    for (const HeldClaim& claim : claims) {
      if (!wanted(claim.attribute())) continue;
      AddNewest({&claim, 1}, claim.attribute(),
                by_attribute[claim.attribute()]);
    }
  };
  add(held);
  for (const EntityId& member : cluster->members) {
    if (member == entity) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<HeldClaim> others,
                               held_of(member));
    add(others);
  }
  for (auto& [attribute, newest] : by_attribute) {
    CONCORDAT_RETURN_IF_ERROR(CheckAttribute(
        cluster->canonical, attribute, ClaimsOf(std::move(newest)), occasion));
  }
  return absl::OkStatus();
}

absl::Status CrossKeeper::CheckAttribute(const EntityId& entity,
                                         const std::string& attribute,
                                         absl::Span<const Claim> claims,
                                         Occasion occasion) {
  std::vector<FindingSubject> subjects;
  bool may_be_open = false;
  for (const FindingFamily family : kCrossFamilies) {
    subjects.push_back({.entity = entity,
                        .attribute = attribute,
                        .channel = "",
                        .family = family});
    may_be_open =
        may_be_open || opened_.MayHold(FingerprintOf(subjects.back()));
  }
  // One channel contradicts nobody.
  if (claims.size() < 2 && !may_be_open) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const Sides sides,
                             CompareSides(claims, vocabulary_, knowledge_));
  for (const FindingSubject& subject : subjects) {
    CONCORDAT_RETURN_IF_ERROR(Keep(subject, sides, occasion));
  }
  return absl::OkStatus();
}

absl::Status CrossKeeper::Keep(const FindingSubject& subject,
                               const Sides& sides, Occasion occasion) {
  const SidesOutcome outcome = OutcomeOf(subject, sides, vocabulary_);
  Finding finding;
  finding.subject = subject;
  finding.id = FingerprintOf(subject);
  std::optional<Finding> before;
  if (opened_.MayHold(finding.id)) {
    CONCORDAT_ASSIGN_OR_RETURN(before, rows::GetFinding(tx_, finding.id));
    if (before.has_value()) finding = *before;
  }
  const bool shown = outcome == SidesOutcome::kShown;
  if (!before.has_value() && !shown) return absl::OkStatus();
  if (outcome == SidesOutcome::kOpen) return absl::OkStatus();
  const absl::Time confirm_at =
      stamp_.at +
      vocabulary_.TermsOf(subject.entity.type, subject.attribute).settle;
  const Observation seen{
      .verdict = shown ? Verdict::kContradicts
                       : VerdictOfGone(subject.family, sides, occasion),
      .said_at =
          sides.sides.empty() ? finding.last_said_at : sides.NewestSaidAt(),
      .exposure = GravestOf(sides),
      .occasion = occasion,
      .conclusive = true,
      .confirm_at = confirm_at > stamp_.at ? confirm_at : absl::InfinitePast()};
  const Transition transition = shown ? ObserveContradiction(seen, finding)
                                      : ObserveAgreement(seen, finding);
  if (!transition.changed) return absl::OkStatus();
  opened_.Add(finding.id);
  if (transition.newest) CONCORDAT_RETURN_IF_ERROR(Note(sides, finding));
  return PutChangedFinding(tx_, stamp_, opened_, finding, before,
                           {.verdict = seen.verdict,
                            .actor = ActorOf(occasion),
                            .eventful = transition.eventful});
}

absl::Status CrossKeeper::Note(const Sides& sides, Finding& finding) {
  finding.others.clear();
  const Side* newest = &sides.sides.front();
  for (const Side& side : sides.sides) {
    if (side.claim.said_at > newest->claim.said_at) newest = &side;
  }
  finding.claim = newest->claim;
  for (const Side& side : sides.sides) {
    if (&side != newest) finding.others.push_back(side.claim);
  }
  finding.judged_at = stamp_.revision;
  finding.vocabulary_version = vocabulary_.version;
  finding.explanation = ExplainSides(sides);
  finding.erased = false;
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known,
                             knowledge_.About(finding.subject.entity));
  finding.harm = HarmOf(finding, Judgement(), *known, vocabulary_);
  return absl::OkStatus();
}

absl::Status CrossKeeper::Remerged(const EntityId& entity) {
  const absl::StatusOr<Cluster> cluster = knowledge_.ClusterOf(entity);
  if (IsBeyondLimits(cluster.status())) return absl::OkStatus();
  CONCORDAT_RETURN_IF_ERROR(cluster.status());
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                             rows::FindingsOf(tx_, entity));
  for (const std::string& id : ids) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                               rows::GetFinding(tx_, id));
    if (!finding.has_value() || !IsCross(finding->subject.family)) continue;
    CONCORDAT_RETURN_IF_ERROR(KeepOwnSides(*finding, *cluster));
  }
  return absl::OkStatus();
}

absl::Status CrossKeeper::KeepOwnSides(const Finding& before,
                                       const Cluster& cluster) {
  const auto is_own = [&cluster](const Claim& claim) {
    return std::find(cluster.members.begin(), cluster.members.end(),
                     *claim.entity) != cluster.members.end();
  };
  Finding finding = before;
  std::erase_if(finding.others,
                [&](const Claim& claim) { return !is_own(claim); });
  const bool all_own =
      is_own(finding.claim) && finding.others.size() == before.others.size();
  if (!all_own) {
    // It rests on what is not about it any more.
    finding.erased = true;
    finding.explanation.clear();
  }
  if (!is_own(finding.claim)) {
    finding.claim.erased =
        finding.claim.erased || finding.claim.value.has_value();
    finding.claim.value.reset();
  }
  const bool ends = finding.state != FindingState::kResolved &&
                    (!all_own || cluster.canonical != finding.subject.entity);
  if (!ends && all_own) return absl::OkStatus();
  if (ends) {
    ObserveAgreement({.verdict = Verdict::kUnverifiable,
                      .said_at = finding.last_said_at,
                      .occasion = Occasion::kChangedTruth},
                     finding);
  }
  return PutChangedFinding(
      tx_, stamp_, opened_, finding, before,
      {.actor = ActorOf(Occasion::kChangedTruth), .eventful = ends});
}

absl::StatusOr<Sides> CrossKeeper::SidesHeldFor(const Finding& finding,
                                                HeldLookup held_of) {
  CONCORDAT_ASSIGN_OR_RETURN(const Cluster cluster,
                             knowledge_.ClusterOf(finding.subject.entity));
  NewestClaims newest;
  for (const EntityId& member : cluster.members) {
    CONCORDAT_ASSIGN_OR_RETURN(const std::vector<HeldClaim> held,
                               held_of(member));
    AddNewest(held, finding.subject.attribute, newest);
  }
  return CompareSides(ClaimsOf(std::move(newest)), vocabulary_, knowledge_);
}

absl::Status CrossKeeper::Settle(const Finding& before, HeldLookup held_of) {
  Finding finding = before;
  const absl::StatusOr<Sides> held = SidesHeldFor(finding, held_of);
  // Of so many ids that they cannot be looked at: it stays what it is.
  if (IsBeyondLimits(held.status())) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(const Sides& sides, held);
  const SidesOutcome outcome = OutcomeOf(finding.subject, sides, vocabulary_);
  Verdict verdict = Verdict::kContradicts;
  if (before.erased || outcome == SidesOutcome::kShown) {
    Confirm(verdict, finding);
    if (!before.erased) CONCORDAT_RETURN_IF_ERROR(Note(sides, finding));
  } else {
    verdict =
        VerdictOfGone(finding.subject.family, sides, Occasion::kChangedTruth);
    ObserveAgreement({.verdict = verdict,
                      .said_at = finding.last_said_at,
                      .occasion = Occasion::kChangedTruth},
                     finding);
  }
  return PutChangedFinding(
      tx_, stamp_, opened_, finding, before,
      {.verdict = verdict, .actor = finding_actors::kSettled});
}

absl::Status CrossKeeper::VocabularyChanged(const Finding& before) {
  if (before.erased) return absl::OkStatus();
  CONCORDAT_ASSIGN_OR_RETURN(
      const Sides sides,
      CompareSides(SidesOfFinding(before), vocabulary_, knowledge_));
  const SidesOutcome outcome = OutcomeOf(before.subject, sides, vocabulary_);
  if (outcome == SidesOutcome::kShown) return absl::OkStatus();
  Finding finding = before;
  ObserveAgreement({.verdict = Verdict::kUnverifiable,
                    .said_at = finding.last_said_at,
                    .occasion = Occasion::kChangedVocabulary},
                   finding);
  return PutChangedFinding(tx_, stamp_, opened_, finding, before,
                           {.verdict = Verdict::kUnverifiable,
                            .actor = finding_actors::kChangedVocabulary});
}

}  // namespace concordat
