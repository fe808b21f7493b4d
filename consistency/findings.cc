#include "consistency/findings.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "graph/key.h"
#include "xxhash.h"

namespace concordat {

absl::string_view FindingStateName(FindingState state) {
  switch (state) {
    case FindingState::kObserved:
      return "OBSERVED";
    case FindingState::kOpen:
      return "OPEN";
    case FindingState::kAcknowledged:
      return "ACKNOWLEDGED";
    case FindingState::kMuted:
      return "MUTED";
    case FindingState::kResolved:
      return "RESOLVED";
    case FindingState::kReopened:
      return "REOPENED";
  }
  return "UNSPECIFIED";
}

absl::string_view FindingFamilyName(FindingFamily family) {
  switch (family) {
    case FindingFamily::kDisagreement:
      return "DISAGREEMENT";
    case FindingFamily::kDisclosure:
      return "DISCLOSURE";
    case FindingFamily::kRule:
      return "RULE";
    case FindingFamily::kConflict:
      return "CONFLICT";
    case FindingFamily::kAuthoritySuspect:
      return "AUTHORITY_SUSPECT";
  }
  return "UNSPECIFIED";
}

std::string FingerprintOf(const FindingSubject& subject) {
  KeyWriter content;
  content.Entity(subject.entity).String(subject.attribute);
  content.String(subject.channel).Short(static_cast<uint32_t>(subject.family));
  const XXH128_hash_t hash =
      XXH3_128bits(content.bytes().data(), content.bytes().size());
  return absl::BytesToHexString(
      KeyWriter().Number(hash.high64).Number(hash.low64).bytes());
}

std::vector<FindingSubject> SubjectsOfClaim(const EntityId& entity,
                                            absl::string_view channel,
                                            absl::string_view attribute) {
  std::vector<FindingSubject> subjects;
  for (const FindingFamily family : kChannelFamilies) {
    subjects.push_back(
        {entity, std::string(attribute), std::string(channel), family});
  }
  for (const FindingFamily family : kCrossFamilies) {
    subjects.push_back({entity, std::string(attribute), "", family});
  }
  return subjects;
}

bool Reached(Exposure exposure) {
  return exposure == Exposure::kShown || exposure == Exposure::kTold;
}

const Claim* ToldOf(const Finding& finding) {
  if (Reached(finding.claim.exposure)) return &finding.claim;
  return finding.told.has_value() ? &*finding.told : nullptr;
}

void NoteTold(const Claim& claim, bool newest, Finding& finding) {
  if (newest) {
    if (Reached(claim.exposure)) {
      finding.told.reset();
    } else if (Reached(finding.claim.exposure)) {
      finding.told = finding.claim;
    }
    return;
  }
  const Claim* const before = ToldOf(finding);
  if (Reached(claim.exposure) &&
      (before == nullptr || before->said_at < claim.said_at)) {
    finding.told = claim;
  }
}

absl::string_view ActorOf(Occasion occasion) {
  switch (occasion) {
    case Occasion::kChangedTruth:
      return finding_actors::kChangedTruth;
    case Occasion::kChangedVocabulary:
      return finding_actors::kChangedVocabulary;
    case Occasion::kClaim:
      break;
  }
  return finding_actors::kClaim;
}

bool IsOpen(FindingState state) {
  return state == FindingState::kOpen || state == FindingState::kReopened ||
         state == FindingState::kAcknowledged;
}

namespace {

// The contradiction begins, or comes back: at once, or once it is confirmed.
void Begin(const Observation& seen, Finding& finding) {
  finding.vindicated = false;
  if (seen.confirm_at != absl::InfinitePast()) {
    finding.state = FindingState::kObserved;
    finding.confirm_at = seen.confirm_at;
    return;
  }
  finding.state =
      finding.confirmed ? FindingState::kReopened : FindingState::kOpen;
  finding.confirmed = true;
}

}  // namespace

Transition ObserveContradiction(const Observation& seen, Finding& finding) {
  Transition transition;
  const bool is_new = finding.events == 0;
  const bool is_new_claim = seen.occasion == Occasion::kClaim;
  if (is_new_claim) {
    transition.changed = true;
    ++finding.count;
    if (GravityOf(seen.exposure) > GravityOf(finding.exposure)) {
      finding.exposure = seen.exposure;
    }
    finding.first_said_at = std::min(finding.first_said_at, seen.said_at);
  }
  const bool older = seen.said_at < finding.last_said_at;
  if (!is_new && older && !seen.conclusive) return transition;

  const bool gone = finding.state == FindingState::kResolved;
  // A claim that is judged again speaks of the truth as it is now, so it
  // may reopen; a claim that arrives must be newer than what resolved it.
  if (!is_new && gone && is_new_claim && !seen.conclusive &&
      seen.said_at <= finding.settled_until) {
    return transition;
  }
  transition.changed = true;
  transition.newest = true;
  transition.eventful = is_new || gone || finding.verdict != seen.verdict;
  if (is_new) {
    finding.exposure = seen.exposure;
    finding.first_said_at = seen.said_at;
  }
  if (is_new || gone) Begin(seen, finding);
  // A changed truth can show a contradiction that no claim had shown yet.
  finding.count = std::max<int64_t>(finding.count, 1);
  finding.verdict = seen.verdict;
  finding.last_said_at = seen.said_at;
  return transition;
}

Transition ObserveAgreement(const Observation& seen, Finding& finding) {
  Transition transition;
  if (finding.events == 0) return transition;
  if (finding.state == FindingState::kResolved) {
    if (seen.said_at <= finding.settled_until) return transition;
    finding.settled_until = seen.said_at;
    transition.changed = true;
    return transition;
  }
  const bool newer = seen.said_at > finding.last_said_at;
  if (seen.occasion == Occasion::kClaim && !newer && !seen.conclusive) {
    return transition;
  }
  finding.state = FindingState::kResolved;
  finding.settled_until = seen.said_at;
  finding.confirm_at = absl::InfiniteFuture();
  finding.vindicated =
      seen.occasion == Occasion::kChangedTruth && IsAgreement(seen.verdict);
  transition.changed = true;
  transition.eventful = true;
  return transition;
}

Transition Confirm(Verdict verdict, Finding& finding) {
  finding.state =
      finding.confirmed ? FindingState::kReopened : FindingState::kOpen;
  finding.confirmed = true;
  finding.confirm_at = absl::InfiniteFuture();
  finding.verdict = verdict;
  return {.changed = true, .newest = true, .eventful = true};
}

Transition Edit(const FindingEdit& edit, Finding& finding) {
  Transition transition;
  if (edit.acknowledged.has_value() && IsOpen(finding.state)) {
    const bool is_so = finding.state == FindingState::kAcknowledged;
    if (*edit.acknowledged != is_so) {
      finding.state = *edit.acknowledged ? FindingState::kAcknowledged
                                         : FindingState::kOpen;
      transition.eventful = true;
    }
  }
  if (edit.assignee.has_value() && *edit.assignee != finding.assignee) {
    finding.assignee = *edit.assignee;
    transition.eventful = true;
  }
  transition.eventful =
      transition.eventful || !edit.comment.empty() || edit.comment_erased;
  transition.changed = transition.eventful;
  return transition;
}

std::string EtagOf(const Finding& finding) {
  constexpr size_t kDigitsOfId = 8;
  return absl::StrCat(finding.id.substr(0, kDigitsOfId), "-", finding.events);
}

std::string RankOf(const Finding& finding) {
  const char place = IsOpen(finding.state)                      ? 0
                     : finding.state == FindingState::kObserved ? 1
                                                                : kResolvedRank;
  // Steps of about one percent, so that a finding that is shown again and again
  // need not be moved each time.
  constexpr double kStepsPerDoubling = 64;
  std::string rank =
      DescendingKey(std::floor(finding.harm.order * kStepsPerDoubling));
  rank.insert(rank.begin(), place);
  return rank;
}

}  // namespace concordat
