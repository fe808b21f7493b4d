// The judge: one claim against the truth as it is known.
#ifndef CONCORDAT_CONSISTENCY_JUDGE_H_
#define CONCORDAT_CONSISTENCY_JUDGE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/claims.h"
#include "consistency/verdict.h"
#include "consistency/vocabulary.h"
#include "graph/ids.h"
#include "graph/reading.h"
#include "graph/revision.h"
#include "graph/timeline.h"

namespace concordat {

// The timeline of one attribute with its values in normal form, read when
// first asked for. Not thread-safe.
class KnownAttribute {
 public:
  KnownAttribute(const Attribute& attribute, Timeline timeline)
      : attribute_(&attribute), timeline_(std::move(timeline)) {}

  const Attribute& attribute() const { return *attribute_; }
  const Timeline& timeline() const { return timeline_; }
  // What the fact of a span says, as a system of record writes.
  const Reading& ReadingOf(const TimelineSpan& span,
                           const WritingHabits& habits) const;
  // Gives the reading of a fact, by its index, before it is asked for.
  void SetReading(size_t fact, Reading reading);

 private:
  const Attribute* attribute_;
  Timeline timeline_;
  mutable std::vector<std::optional<Reading>> readings_;  // by fact
};

// What is known of one entity, by attribute. Attributes without facts are not
// in it.
using KnownEntity = std::map<std::string, KnownAttribute, std::less<>>;

// Where the judge looks things up: the graph at one revision under one
// vocabulary. Not thread-safe.
class Knowledge {
 public:
  virtual ~Knowledge() = default;

  virtual Revision revision() const = 0;
  // The entity that the claim is about, by the id that it was addressed to
  // (which may be merged into another); nullopt where its subject links to none
  // at said_at.
  virtual absl::StatusOr<std::optional<EntityId>> Resolve(
      const Claim& claim) = 0;
  // Of all ids that are one entity with this one. Valid until the next call of
  // any method.
  virtual absl::StatusOr<const KnownEntity*> About(const EntityId& entity) = 0;
  // Other entities of the type of which `value` was, or was a member of, the
  // attribute's truth at some time, by canonical id; empty where the value is
  // blocked, or names too many to identify anybody.
  virtual absl::StatusOr<std::vector<EntityId>> IdentifiedBy(
      const EntityId& other_than, const Attribute& attribute,
      const Scalar& value) = 0;
  // The entity that a channel's own id for it links to at an instant of valid
  // time; nullopt for none. Leaves valid what About gave.
  virtual absl::StatusOr<std::optional<EntityId>> ResolveLink(
      const std::string& channel, const std::string& id,
      absl::Time valid_at) = 0;
  // The id of the entity that this one is merged into; the id itself where it
  // is not. Leaves valid what About gave.
  virtual absl::StatusOr<EntityId> CanonicalOf(const EntityId& entity) = 0;
  // When the person that the entity is was erased; nullopt: it was not.
  // Whatever the revision, for the values are gone. Leaves valid what About
  // gave.
  virtual absl::StatusOr<std::optional<absl::Time>> ErasedAt(const EntityId&) {
    return std::optional<absl::Time>();
  }
  // Every record of the attribute of all ids that are one entity with this one,
  // up to the revision: also those that others replaced or took back. May
  // change what About gave.
  virtual absl::StatusOr<std::vector<FactRecord>> RecordsOf(const EntityId&,
                                                            const Attribute&) {
    return std::vector<FactRecord>();
  }
  // When the revision of a token was recorded; `otherwise` where the token is
  // not one of this store, or what it names was compacted.
  virtual absl::StatusOr<absl::Time> RecordedAt(const std::string& /*token*/,
                                                absl::Time otherwise) {
    return otherwise;
  }
  // As ReadValue; what was read lately may come from memory. Leaves valid what
  // About gave.
  virtual Reading Read(const Attribute& attribute, absl::string_view raw,
                       const WritingHabits& habits) = 0;
};

// A fact that a judgement used.
struct EvidenceFact {
  EntityId entity;
  FactRecord fact;
  ValidTime valid;  // the stretch over which it holds
  Reading reading;
};

// A verdict with its evidence. A pure function of the claim, the timelines at
// `revision`, the contract and the vocabulary version: the same for ever.
struct Judgement {
  Verdict verdict = Verdict::kUndecided;
  // For kNotEntitled: how it was judged further.
  std::optional<Verdict> further;
  // What was different though the claim agrees; or why it is undecided.
  std::string note;
  // As addressed, which is what claims and findings are kept by.
  std::optional<EntityId> entity;
  // Canonical name.
  std::string attribute;
  // Without a trace, not filled where one look sufficed to see that the claim
  // agrees.
  Reading claimed;
  // How the graph stands at said_at.
  Timeline::State state = Timeline::State::kSilent;
  // What holds at said_at, and what the claim matches. Filled where there is
  // one and the verdict is not a plain agreement or a trace is asked for.
  std::optional<EvidenceFact> truth;
  std::optional<EvidenceFact> match;
  // For kAgrees, where whoever says the same at any instant of this stretch
  // agrees as well, as long as the truth and the contract are as they are.
  std::optional<ValidTime> agrees_over;
  // Where there is that: when the truth that it rests on was recorded.
  absl::Time truth_recorded_at = absl::InfinitePast();
  // For kPropagating and kStale.
  absl::Time superseded_at = absl::InfinitePast();
  absl::Duration lag;
  // Where that rests on what the graph itself said, as it was known then: until
  // when it did. Else InfinitePast.
  absl::Time believed_until = absl::InfinitePast();
  // For kAhead.
  absl::Duration lead;
  absl::Duration promise;
  // For kMeaning.
  std::string confused_with;
  // For kMisidentified.
  std::optional<EntityId> other_entity;
  // When the entity was erased, where it was: then the verdict is
  // kUnverifiable, or kNotEntitled where the channel still had a value.
  std::optional<absl::Time> erased_at;
  Revision revision;
  uint64_t vocabulary_version = 0;

  // The verdict on what was said, whether or not it may be known.
  Verdict substance() const { return further.value_or(verdict); }
};

// By which clock a claim says when it was said.
enum class SpokenBy : uint8_t {
  kChannelClock,  // which may be off by the channel's clock_skew
  kOwnClock,
};

// Judges a valid claim. With Trace::kOn the readings carry their steps and
// agreeing judgements their evidence. Errors: those of `knowledge`.
absl::StatusOr<Judgement> Judge(const Claim& claim,
                                const Vocabulary& vocabulary,
                                Knowledge& knowledge, Trace trace = Trace::kOff,
                                SpokenBy clock = SpokenBy::kChannelClock);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_JUDGE_H_
