#include "consistency/judge.h"

#include <utility>
#include <variant>

#include "consistency/checks/checks.h"
#include "consistency/prompt_agreement.h"
#include "graph/status_macros.h"

namespace concordat {
namespace checks {

Comparison CompareWithSpan(const Case& c, const KnownAttribute& known,
                           const TimelineSpan& span) {
  const WritingHabits& authority = c.vocabulary.schema.habits;
  const Reading& truth = known.ReadingOf(span, authority);
  if (c.claimed.absent || truth.absent) {
    return {c.claimed.absent && truth.absent ? Likeness::kSame
                                             : Likeness::kDifferent,
            ""};
  }
  if (!truth.value.has_value()) return {Likeness::kDifferent, ""};
  return Compare(c.claimed, truth,
                 {known.attribute(), c.terms.habits, authority});
}

bool MatchesSpan(const Case& c, const KnownAttribute& known,
                 const TimelineSpan& span) {
  const Likeness likeness = CompareWithSpan(c, known, span).likeness;
  return likeness == Likeness::kSame || IsPartial(likeness);
}

EvidenceFact EvidenceOf(const Case& c, const KnownAttribute& known,
                        const TimelineSpan& span) {
  EvidenceFact evidence;
  evidence.entity = c.entity;
  evidence.fact = known.timeline().FactOf(span);
  evidence.valid = span.valid;
  if (c.trace == Trace::kOn && evidence.fact.value.has_value()) {
    evidence.reading = ReadValue(known.attribute(), *evidence.fact.value,
                                 c.vocabulary.schema.habits, Trace::kOn);
  } else {
    evidence.reading = known.ReadingOf(span, c.vocabulary.schema.habits);
  }
  return evidence;
}

}  // namespace checks

namespace {

using checks::Case;

// Puts the entities in the place of the channel's own ids for them when it
// spoke; a problem where an id links to none.
absl::Status ResolveReferences(const Claim& claim, const Attribute& attribute,
                               Knowledge& knowledge, Trace trace,
                               Reading& reading) {
  std::vector<Scalar> members(reading.value->members().begin(),
                              reading.value->members().end());
  for (Scalar& member : members) {
    auto& reference = std::get<Reference>(member);
    std::optional<EntityId> entity(EntityId{reference.type, reference.id});
    if (reference.type.empty()) {
      CONCORDAT_ASSIGN_OR_RETURN(
          entity,
          knowledge.ResolveLink(claim.channel, reference.id, claim.said_at));
      if (!entity.has_value() || entity->type != attribute.target) {
        reading = {};
        reading.problem = "reference: the channel's id links to no " +
                          attribute.target + "; record the link";
        return absl::OkStatus();
      }
    }
    CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                               knowledge.CanonicalOf(*entity));
    const Reference resolved{canonical.type, canonical.id};
    reading.rewritten = reading.rewritten || resolved != reference;
    reference = resolved;
  }
  reading.value = attribute.ordered  ? Value::List(std::move(members))
                  : attribute.is_set ? Value::Set(std::move(members))
                                     : Value(std::move(members.front()));
  if (trace == Trace::kOn) {
    reading.steps.push_back({"links and merges", reading.value->Canonical()});
  }
  return absl::OkStatus();
}

// The claim as its channel writes, or the statement that there is none.
absl::StatusOr<Reading> ReadClaimed(const Claim& claim,
                                    const Attribute& attribute,
                                    const WritingHabits& habits,
                                    Knowledge& knowledge, Trace trace) {
  Reading reading;
  if (!claim.value.has_value()) {
    reading.absent = true;
    return reading;
  }
  reading = trace == Trace::kOn
                ? ReadValue(attribute, *claim.value, habits, trace)
                : knowledge.Read(attribute, *claim.value, habits);
  if (attribute.type == ValueType::kReference && reading.value.has_value()) {
    CONCORDAT_RETURN_IF_ERROR(
        ResolveReferences(claim, attribute, knowledge, trace, reading));
  }
  return reading;
}

// The ordinary case: a word or a text that is what holds at said_at. Then the
// claim need not be read.
bool AgreesAtOnce(const Claim& claim, const KnownAttribute& history,
                  const AttributeTerms& terms, const WritingHabits& authority,
                  Judgement& judgement) {
  const Timeline& timeline = history.timeline();
  const TimelineSpan* const now = timeline.At(claim.said_at);
  if (now == nullptr || !claim.value.has_value()) return false;
  const std::optional<std::string>& fact = timeline.FactOf(*now).value;
  const Reading& truth = history.ReadingOf(*now, authority);
  if (!truth.value.has_value() ||
      !AgreesPromptly(history.attribute(), *claim.value, terms.habits, *fact,
                      *truth.value)) {
    return false;
  }
  judgement.state = timeline.StateAt(claim.said_at);
  judgement.verdict = Verdict::kAgrees;
  judgement.agrees_over = now->valid;
  judgement.truth_recorded_at = timeline.FactOf(*now).recorded.recorded_at;
  if (claim.value != fact) judgement.note = checks::kWritingNote;
  return true;
}

// The facts' own value at said_at cannot be read under this vocabulary (it was
// written under another): then nothing can be said of the claim.
bool TruthIsUnreadable(const Case& c, Judgement& judgement) {
  const TimelineSpan* span = c.history->timeline().At(c.claim.said_at);
  if (span == nullptr) return false;
  const Reading& truth =
      c.history->ReadingOf(*span, c.vocabulary.schema.habits);
  if (truth.readable()) return false;
  judgement.verdict = Verdict::kUndecided;
  judgement.note = "the graph's own value: " + truth.problem;
  return true;
}

// The substance of a claim that could be read, in the order of precedence of
// the blueprint: each check is asked only if none before it applied.
absl::Status JudgeReadable(const Case& c, Judgement& judgement) {
  if (c.history != nullptr) {
    judgement.state = c.history->timeline().StateAt(c.claim.said_at);
    if (const TimelineSpan* span = c.history->timeline().At(c.claim.said_at);
        span != nullptr && c.trace == Trace::kOn) {
      judgement.truth = EvidenceOf(c, *c.history, *span);
    }
  }
  if (c.history == nullptr || judgement.state == Timeline::State::kSilent) {
    // Silent about that instant; but what only comes to be true is AHEAD, and
    // what is true within the clock's skew AGREES.
    if (c.history != nullptr && (checks::CheckAgreement(c, judgement) ||
                                 checks::CheckLaterTruth(c, judgement))) {
      return absl::OkStatus();
    }
    judgement.verdict = Verdict::kUnverifiable;
    return absl::OkStatus();
  }
  if (TruthIsUnreadable(c, judgement) || checks::CheckAgreement(c, judgement)) {
    return absl::OkStatus();
  }
  if (const TimelineSpan* span = c.history->timeline().At(c.claim.said_at);
      span != nullptr && !judgement.truth.has_value()) {
    judgement.truth = EvidenceOf(c, *c.history, *span);
  }
  if (checks::CheckEarlierTruth(c, judgement) ||
      checks::CheckLaterTruth(c, judgement) ||
      checks::CheckMeaning(c, judgement)) {
    return absl::OkStatus();
  }
  CONCORDAT_ASSIGN_OR_RETURN(const bool misidentified,
                             checks::CheckIdentity(c, judgement));
  if (misidentified || checks::CheckAbsence(c, judgement)) {
    return absl::OkStatus();
  }
  judgement.verdict = Verdict::kContradicts;
  return absl::OkStatus();
}

// What was said, whoever said it; the claim's entity is in `judgement`.
absl::Status JudgeSubstance(const Claim& claim, const Vocabulary& vocabulary,
                            const EntityType& type, const Attribute& attribute,
                            const AttributeTerms& terms,
                            absl::Duration clock_skew, Knowledge& knowledge,
                            Trace trace, Judgement& judgement) {
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known,
                             knowledge.About(*judgement.entity));
  const auto found = known->find(attribute.name);
  const KnownAttribute* const history =
      found == known->end() ? nullptr : &found->second;
  if (trace == Trace::kOff && history != nullptr &&
      AgreesAtOnce(claim, *history, terms, vocabulary.schema.habits,
                   judgement)) {
    return absl::OkStatus();
  }
  CONCORDAT_ASSIGN_OR_RETURN(
      judgement.claimed,
      ReadClaimed(claim, attribute, terms.habits, knowledge, trace));
  if (!judgement.claimed.readable()) {
    judgement.verdict = Verdict::kUndecided;
    judgement.note = judgement.claimed.problem;
    return absl::OkStatus();
  }
  const Case c{.claim = claim,
               .vocabulary = vocabulary,
               .entity = *judgement.entity,
               .entity_type = type,
               .attribute = attribute,
               .terms = terms,
               .clock_skew = clock_skew,
               .claimed = judgement.claimed,
               .known = *known,
               .history = history,
               .knowledge = knowledge,
               .trace = trace};
  CONCORDAT_RETURN_IF_ERROR(JudgeReadable(c, judgement));
  return checks::CheckBelief(c, judgement);
}

// Nobody may know anything of a person who was erased, once there was time to
// learn of it; what was said before that cannot be verified any more.
void JudgeErased(const Claim& claim, absl::Time erased_at,
                 absl::Duration promise, Judgement& judgement) {
  judgement.erased_at = erased_at;
  judgement.verdict = Verdict::kUnverifiable;
  judgement.promise = promise;
  if (!claim.value.has_value() || claim.said_at < erased_at + promise) return;
  judgement.verdict = Verdict::kNotEntitled;
  judgement.further = Verdict::kUnverifiable;
}

}  // namespace

const Reading& KnownAttribute::ReadingOf(const TimelineSpan& span,
                                         const WritingHabits& habits) const {
  if (readings_.empty()) readings_.resize(timeline_.facts().size());
  std::optional<Reading>& reading = readings_[span.fact];
  if (!reading.has_value()) {
    const FactRecord& fact = timeline_.FactOf(span);
    reading.emplace();
    if (fact.erased) {
      reading->problem = "was erased";
    } else if (fact.value.has_value()) {
      *reading = ReadValue(*attribute_, *fact.value, habits);
    } else {
      reading->absent = true;
    }
  }
  return *reading;
}

void KnownAttribute::SetReading(size_t fact, Reading reading) {
  if (readings_.empty()) readings_.resize(timeline_.facts().size());
  readings_[fact] = std::move(reading);
}

absl::StatusOr<Judgement> Judge(const Claim& claim,
                                const Vocabulary& vocabulary,
                                Knowledge& knowledge, Trace trace,
                                SpokenBy clock) {
  Judgement judgement;
  judgement.attribute = claim.attribute;
  judgement.revision = knowledge.revision();
  judgement.vocabulary_version = vocabulary.version;
  CONCORDAT_ASSIGN_OR_RETURN(judgement.entity, knowledge.Resolve(claim));
  if (!judgement.entity.has_value()) {
    judgement.verdict = Verdict::kUnknownSubject;
    return judgement;
  }
  const EntityType* type =
      vocabulary.schema.FindEntityType(judgement.entity->type);
  const Attribute* attribute =
      type == nullptr ? nullptr : type->FindAttribute(claim.attribute);
  if (attribute == nullptr) {
    judgement.verdict = Verdict::kUndecided;
    judgement.note = "the entity's type has no such attribute";
    return judgement;
  }
  judgement.attribute = attribute->name;

  const Channel& channel = *vocabulary.FindChannel(claim.channel);
  const AttributeTerms* terms = channel.FindTerms(type->name, attribute->name);
  const bool entitled = terms != nullptr;
  AttributeTerms stranger;
  if (!entitled) {
    stranger.habits = channel.habits;
    terms = &stranger;
  }
  judgement.promise = terms->promise;
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<absl::Time> erased_at,
                             knowledge.ErasedAt(*judgement.entity));
  if (erased_at.has_value()) {
    JudgeErased(claim, *erased_at, terms->promise, judgement);
    return judgement;
  }
  // Nobody can tell what it said.
  if (claim.erased) {
    judgement.verdict = Verdict::kUnverifiable;
    judgement.note = "what it said was erased";
    return judgement;
  }
  const absl::Duration clock_skew =
      clock == SpokenBy::kOwnClock ? absl::ZeroDuration() : channel.clock_skew;
  CONCORDAT_RETURN_IF_ERROR(JudgeSubstance(claim, vocabulary, *type, *attribute,
                                           *terms, clock_skew, knowledge, trace,
                                           judgement));
  if (!entitled) {
    judgement.further = judgement.verdict;
    judgement.verdict = Verdict::kNotEntitled;
  }
  return judgement;
}

}  // namespace concordat
