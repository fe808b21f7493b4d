// The checks of the judge, one a file. Each looks at one kind of relation
// between a readable claim and the graph, and says whether its verdict applies.
// Which goes first is the judge's business.
#ifndef CONCORDAT_CONSISTENCY_CHECKS_CHECKS_H_
#define CONCORDAT_CONSISTENCY_CHECKS_CHECKS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consistency/comparison.h"
#include "consistency/judge.h"

namespace concordat::checks {

// The note of a claim that agrees in another writing.
inline constexpr char kWritingNote[] = "only the writing differs";

// What a check may look at.
struct Case {
  const Claim& claim;
  const Vocabulary& vocabulary;
  const EntityId& entity;
  const EntityType& entity_type;
  const Attribute& attribute;
  // The contract's terms; of a channel that is not entitled: none required, no
  // promise, the channel's writing.
  const AttributeTerms& terms;
  absl::Duration clock_skew;
  // What the channel said: a value or an absence.
  const Reading& claimed;
  const KnownEntity& known;
  // The attribute's own timeline; nullptr where the graph has none.
  const KnownAttribute* history;
  Knowledge& knowledge;
  Trace trace;
};

// How what the channel said relates to what a span says. Absence is like
// absence only.
Comparison CompareWithSpan(const Case& c, const KnownAttribute& known,
                           const TimelineSpan& span);

// Whether what the channel said is what a span says, or compatible with it.
bool MatchesSpan(const Case& c, const KnownAttribute& known,
                 const TimelineSpan& span);

EvidenceFact EvidenceOf(const Case& c, const KnownAttribute& known,
                        const TimelineSpan& span);

// Each: true where its verdict applies, which is then in `judgement` with its
// evidence.

// AGREES, PARTIAL: what holds at said_at, give or take the clock's skew;
// UNDECIDED where the two cannot be held against each other.
bool CheckAgreement(const Case& c, Judgement& judgement);
// PROPAGATING, STALE: what held earlier.
bool CheckEarlierTruth(const Case& c, Judgement& judgement);
// AHEAD: what only holds later.
bool CheckLaterTruth(const Case& c, Judgement& judgement);
// MEANING: what holds of a confusable attribute. May change what
// c.knowledge last gave.
bool CheckMeaning(const Case& c, Judgement& judgement);
// MISIDENTIFIED: what holds of another entity. Invalidates c.known.
absl::StatusOr<bool> CheckIdentity(const Case& c, Judgement& judgement);
// MISSING, EXTRA; and PARTIAL for saying nothing where nothing is required.
bool CheckAbsence(const Case& c, Judgement& judgement);

// Asked last, of what would be a disagreement: PROPAGATING, where the graph
// itself said so no longer ago than the promise; STALE, where it said so when
// the channel's copy was taken. Else notes whether that copy only lags behind.
// Invalidates c.known. Errors: those of c.knowledge.
absl::Status CheckBelief(const Case& c, Judgement& judgement);

}  // namespace concordat::checks

#endif  // CONCORDAT_CONSISTENCY_CHECKS_CHECKS_H_
