#include "consistency/findings.h"

#include <algorithm>

#include "absl/strings/escaping.h"
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
  return family == FindingFamily::kDisclosure ? "DISCLOSURE" : "DISAGREEMENT";
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

bool IsOpen(FindingState state) {
  return state == FindingState::kOpen || state == FindingState::kReopened ||
         state == FindingState::kAcknowledged;
}

Transition ObserveContradiction(const Observation& seen, Finding& finding) {
  Transition transition;
  const bool is_new = finding.events == 0;
  if (seen.is_new_claim) {
    transition.changed = true;
    ++finding.count;
    if (GravityOf(seen.exposure) > GravityOf(finding.exposure)) {
      finding.exposure = seen.exposure;
    }
    finding.first_said_at = std::min(finding.first_said_at, seen.said_at);
  }
  if (!is_new && seen.said_at < finding.last_said_at) return transition;

  const bool gone = finding.state == FindingState::kResolved;
  // A claim judged again because the truth changed speaks of the truth, so it
  // may reopen; a claim that arrives must be newer than what resolved it.
  if (gone && seen.is_new_claim && seen.said_at <= finding.settled_until) {
    return transition;
  }
  transition.changed = true;
  transition.newest = true;
  transition.eventful = is_new || gone || finding.verdict != seen.verdict;
  if (is_new) {
    finding.state = FindingState::kOpen;
    finding.exposure = seen.exposure;
    finding.first_said_at = seen.said_at;
  } else if (gone) {
    finding.state = FindingState::kReopened;
  }
  // A changed truth can show a contradiction that no claim had shown yet.
  finding.count = std::max<int64_t>(finding.count, 1);
  finding.verdict = seen.verdict;
  finding.last_said_at = seen.said_at;
  return transition;
}

Transition ObserveAgreement(const Observation& seen, Finding& finding) {
  Transition transition;
  if (finding.events == 0) return transition;
  if (seen.said_at > finding.settled_until &&
      finding.state == FindingState::kResolved) {
    finding.settled_until = seen.said_at;
    transition.changed = true;
    return transition;
  }
  const bool newer = seen.said_at > finding.last_said_at;
  if (!IsOpen(finding.state) || (seen.is_new_claim && !newer)) {
    return transition;
  }
  finding.state = FindingState::kResolved;
  finding.settled_until = seen.said_at;
  transition.changed = true;
  transition.eventful = true;
  return transition;
}

uint8_t RankOf(const Finding& finding) {
  const int resolved = finding.state == FindingState::kResolved ? 1 : 0;
  const int exposure = 3 - GravityOf(finding.exposure);  // 0 ... 3
  const int gravity = 7 - GravityOf(finding.verdict);    // 1 ... 7
  return static_cast<uint8_t>(resolved << 7 | exposure << 3 | gravity);
}

}  // namespace concordat
