// Findings: contradictions that live. Pure: no store, no clock.
#ifndef CONCORDAT_CONSISTENCY_FINDINGS_H_
#define CONCORDAT_CONSISTENCY_FINDINGS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claims.h"
#include "consistency/verdict.h"
#include "graph/ids.h"
#include "graph/revision.h"

namespace concordat {

// What kind of wrong a finding is about. Values are those of
// concordat.v1.FindingFamily.
enum class FindingFamily : uint8_t { kDisagreement = 1, kDisclosure = 2 };

// Values are those of concordat.v1.FindingState.
enum class FindingState : uint8_t {
  kObserved = 1,
  kOpen,
  kAcknowledged,
  kMuted,
  kResolved,
  kReopened,
};

absl::string_view FindingStateName(FindingState state);
absl::string_view FindingFamilyName(FindingFamily family);

// What a finding is about. The same contradiction is the same subject, whatever
// the values were.
struct FindingSubject {
  EntityId entity;
  std::string attribute;
  std::string channel;
  FindingFamily family = FindingFamily::kDisagreement;
};

// 32 hexadecimal digits made from the subject (XXH3, 128 bits).
std::string FingerprintOf(const FindingSubject& subject);

struct Finding {
  std::string id;
  FindingSubject subject;
  FindingState state = FindingState::kOpen;
  // The newest verdict that kept it open.
  Verdict verdict = Verdict::kContradicts;
  // The gravest of its claims.
  Exposure exposure = Exposure::kHeld;
  // Claims that showed it.
  int64_t count = 0;
  absl::Time first_said_at = absl::InfiniteFuture();
  absl::Time last_said_at = absl::InfinitePast();
  // What resolved it was true up to this instant: only a claim said later can
  // reopen it, so neither a replay nor a skewed clock does.
  absl::Time settled_until = absl::InfinitePast();
  // The newest claim that showed it, and where it was judged.
  Claim claim;
  Revision judged_at;
  uint64_t vocabulary_version = 0;
  // One sentence about the newest claim; personal. Empty where its person was
  // erased since.
  std::string explanation;
  bool erased = false;
  // Its newest change, and how many events it has.
  Revision changed_at;
  uint32_t events = 0;
};

// One change of a finding's state or verdict.
struct FindingEvent {
  FindingState state = FindingState::kOpen;
  Verdict verdict = Verdict::kContradicts;
  absl::Time at;
  std::string actor;
  Revision revision;
};

// Whether people are shown it as something to act on.
bool IsOpen(FindingState state);

// A claim's judgement as the life of a finding sees it.
struct Observation {
  Verdict verdict = Verdict::kAgrees;
  absl::Time said_at;
  Exposure exposure = Exposure::kHeld;
  // A claim that arrived now; false where a change of the truth had an earlier
  // claim judged again.
  bool is_new_claim = true;
};

// How the life of a finding goes on after an observation.
struct Transition {
  // The finding changed in any way (its count included).
  bool changed = false;
  // The observation is now the finding's newest.
  bool newest = false;
  // The state or the verdict changed: worth an event.
  bool eventful = false;
};

// The observation shows the contradiction. A finding with count 0 and no
// events is new and opens.
Transition ObserveContradiction(const Observation& seen, Finding& finding);

// The observation shows that the channel is right. It resolves an open finding
// if it is newer than what opened it, or if the truth has changed.
Transition ObserveAgreement(const Observation& seen, Finding& finding);

// Sort key of a list, worst first: what is resolved after all else, then
// exposure, then gravity. Smaller is worse.
uint8_t RankOf(const Finding& finding);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FINDINGS_H_
