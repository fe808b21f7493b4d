// Findings: contradictions that live. Pure: no store, no clock.
//
//   OBSERVED -> OPEN -> ACKNOWLEDGED -> RESOLVED -> OBSERVED -> REOPENED ...
//
// A mismatch is OBSERVED for the attribute's settle time, and shown only if it
// is one still. People acknowledge; only a newer claim that agrees, or another
// truth, resolves. MUTED is no state of its own: it is how a finding is shown
// that a mute covers (consistency/mutes.h).
#ifndef CONCORDAT_CONSISTENCY_FINDINGS_H_
#define CONCORDAT_CONSISTENCY_FINDINGS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claims.h"
#include "consistency/harm.h"
#include "consistency/verdict.h"
#include "graph/ids.h"
#include "graph/revision.h"

namespace concordat {

// What kind of wrong a finding is about. Values are those of
// concordat.v1.FindingFamily.
enum class FindingFamily : uint8_t {
  kDisagreement = 1,
  kDisclosure,
  kRule,      // what is known contradicts itself
  kConflict,  // channels contradict one another, and the graph is silent
  kAuthoritySuspect,  // all channels say one thing, and the graph another
};
// Those about what one channel says.
inline constexpr FindingFamily kChannelFamilies[] = {
    FindingFamily::kDisagreement, FindingFamily::kDisclosure};
// Those about what several channels say, held against one another.
inline constexpr FindingFamily kCrossFamilies[] = {
    FindingFamily::kConflict, FindingFamily::kAuthoritySuspect};
constexpr bool IsCross(FindingFamily family) {
  return family == FindingFamily::kConflict ||
         family == FindingFamily::kAuthoritySuspect;
}

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
  // Of kRule: the rule.
  std::string attribute;
  // Empty for those that are not about one channel.
  std::string channel;
  FindingFamily family = FindingFamily::kDisagreement;
};

// 32 hexadecimal digits made from the subject (XXH3, 128 bits).
std::string FingerprintOf(const FindingSubject& subject);

// What findings about what a channel says of an attribute are about.
std::vector<FindingSubject> SubjectsOfClaim(const EntityId& entity,
                                            absl::string_view channel,
                                            absl::string_view attribute);

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
  // While it is OBSERVED: when it is judged again.
  absl::Time confirm_at = absl::InfiniteFuture();
  // It was confirmed before: then it comes back as REOPENED.
  bool confirmed = false;
  // It was resolved by facts recorded after the claim, which show that the
  // channel was right before the graph.
  bool vindicated = false;
  // Who looks after it; empty: nobody.
  std::string assignee;
  Harm harm;
  // The newest claim that showed it, and where it was judged.
  Claim claim;
  // Where the newest did not reach the customer: the newest that did.
  std::optional<Claim> told;
  // Of kCrossFamilies: what the other channels said, by channel.
  std::vector<Claim> others;
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

// Whether it was shown to the customer, or told.
bool Reached(Exposure exposure);
// The newest claim that reached the customer; nullptr: none did.
const Claim* ToldOf(const Finding& finding);
// Before another claim that showed it becomes the finding's, if it is the
// newest: keeps what reached the customer.
void NoteTold(const Claim& claim, bool newest, Finding& finding);

// One change of a finding: of its state or verdict, or of what people say of
// it.
struct FindingEvent {
  FindingState state = FindingState::kOpen;
  Verdict verdict = Verdict::kContradicts;
  absl::Time at;
  // A person, or what caused it (finding_actors).
  std::string actor;
  Revision revision;
  // Who looks after it since; nullopt: as before.
  std::optional<std::string> assignee = std::nullopt;
  // What somebody wrote; personal, for it may quote values.
  std::string comment = {};
  // The person was erased since, and the comment with it.
  bool erased = false;
  bool vindicated = false;
};

// Actors of events that no person caused.
namespace finding_actors {
inline constexpr char kClaim[] = "claim";
inline constexpr char kChangedTruth[] = "changed truth";
inline constexpr char kSettled[] = "settle time passed";
inline constexpr char kChangedVocabulary[] = "changed vocabulary";
}  // namespace finding_actors

// Whether people are shown it as something to act on.
bool IsOpen(FindingState state);

// What brought a judgement.
enum class Occasion : uint8_t {
  kClaim,              // it arrived now
  kChangedTruth,       // an earlier claim was judged again: the truth changed
  kChangedVocabulary,  // the same: it is read or allowed otherwise
};

// The actor of what it causes.
absl::string_view ActorOf(Occasion occasion);

// A claim's judgement as the life of a finding sees it.
struct Observation {
  Verdict verdict = Verdict::kAgrees;
  absl::Time said_at;
  Exposure exposure = Exposure::kHeld;
  Occasion occasion = Occasion::kClaim;
  // It rests on all that channels hold now, so that what of it was said last
  // decides nothing: neither a replay nor a skewed clock has a part in it.
  bool conclusive = false;
  // A contradiction that opens a finding, or brings it back, waits until then
  // to be confirmed; InfinitePast: it is confirmed at once.
  absl::Time confirm_at = absl::InfinitePast();
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
// events is new: it opens, or is OBSERVED until seen.confirm_at.
Transition ObserveContradiction(const Observation& seen, Finding& finding);

// The observation shows that the channel is right. It resolves an open finding
// if it is newer than what opened it, or if the truth has changed.
Transition ObserveAgreement(const Observation& seen, Finding& finding);

// What was OBSERVED is a contradiction still, after its settle time.
Transition Confirm(Verdict verdict, Finding& finding);

// What people do to a finding.
struct FindingEdit {
  // Somebody has taken it on, or has not after all.
  std::optional<bool> acknowledged;
  // Who looks after it from now on; empty: nobody.
  std::optional<std::string> assignee = std::nullopt;
  std::string comment = {};
  // There was a comment; the person was erased since.
  bool comment_erased = false;
};

// Nothing is changed where it is so already. What is OBSERVED or RESOLVED
// cannot be acknowledged, but assigned and commented on.
Transition Edit(const FindingEdit& edit, Finding& finding);

// What tells one state of a finding from another as people see it: changes
// with each event. `id` and number, for the wire.
std::string EtagOf(const Finding& finding);

// Sort key of lists, worst first: what is open, then what is OBSERVED, then
// what is RESOLVED; of those the most harmful first. kRankBytes long.
std::string RankOf(const Finding& finding);
inline constexpr size_t kRankBytes = 9;
// What ranks of RESOLVED findings begin with, and no other.
inline constexpr char kResolvedRank = 2;

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FINDINGS_H_
