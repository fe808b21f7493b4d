#include "consistency/answers.h"

#include <utility>

#include "graph/status_macros.h"

namespace concordat {
namespace {

// The stretch around an instant that no span covers.
ValidTime GapAround(const Timeline& timeline, absl::Time at) {
  ValidTime gap;
  for (const TimelineSpan& span : timeline.spans()) {
    if (span.valid.from > at) {
      gap.to = span.valid.from;
      break;
    }
    gap.from = span.valid.to;
  }
  return gap;
}

// What is true of what the claim is about; nullopt where the graph is silent.
absl::StatusOr<std::optional<KnownValue>> TruthOf(const Claim& claim,
                                                  const Judgement& judgement,
                                                  const Vocabulary& vocabulary,
                                                  Knowledge& knowledge) {
  CONCORDAT_ASSIGN_OR_RETURN(const KnownEntity* known,
                             knowledge.About(*judgement.entity));
  const auto found = known->find(judgement.attribute);
  if (found == known->end()) return std::nullopt;
  return KnownAt(found->second, claim.said_at, vocabulary.schema.habits);
}

Advice AdviceOf(const Claim& claim, Verdict verdict,
                const std::optional<KnownValue>& truth) {
  if (IsAgreement(verdict)) {
    // To hold nothing is no mistake where nothing is required; to say that
    // there is nothing is one.
    const bool denied =
        !claim.value.has_value() && truth.has_value() && truth->raw.has_value();
    return denied ? Advice::kSayInstead : Advice::kSay;
  }
  return truth.has_value() ? Advice::kSayInstead : Advice::kUnknown;
}

}  // namespace

std::optional<KnownValue> KnownAt(const KnownAttribute& known, absl::Time at,
                                  const WritingHabits& authority) {
  const Timeline& timeline = known.timeline();
  KnownValue value;
  value.attribute = known.attribute().name;
  if (const TimelineSpan* span = timeline.At(at); span != nullptr) {
    const FactRecord& fact = timeline.FactOf(*span);
    value.raw = fact.value;
    value.reading = known.ReadingOf(*span, authority);
    value.valid = span->valid;
    value.revision = fact.recorded.revision;
    return value;
  }
  if (timeline.StateAt(at) == Timeline::State::kSilent) return std::nullopt;
  value.reading.absent = true;
  value.valid = GapAround(timeline, at);
  return value;
}

Verdict VerdictFor(const Channel& channel, const Judgement& judgement) {
  const Verdict verdict = judgement.substance();
  if (verdict != Verdict::kMeaning) return verdict;
  const bool may_know = channel.FindTerms(judgement.entity->type,
                                          judgement.confused_with) != nullptr;
  return may_know ? verdict : Verdict::kContradicts;
}

absl::StatusOr<AnswerCheck> CheckSubstance(const Claim& claim,
                                           const Vocabulary& vocabulary,
                                           Knowledge& knowledge) {
  AnswerCheck check;
  CONCORDAT_ASSIGN_OR_RETURN(
      check.judgement,
      Judge(claim, vocabulary, knowledge, Trace::kOff, SpokenBy::kOwnClock));
  const Judgement& judgement = check.judgement;
  check.verdict = judgement.substance();
  if (check.verdict == Verdict::kUnknownSubject ||
      check.verdict == Verdict::kUndecided) {
    return check;
  }
  if (judgement.erased_at.has_value()) {
    check.advice = Advice::kDoNotSay;
    return check;
  }
  CONCORDAT_ASSIGN_OR_RETURN(check.truth,
                             TruthOf(claim, judgement, vocabulary, knowledge));
  check.advice = AdviceOf(claim, check.verdict, check.truth);
  if (check.advice == Advice::kUnknown) check.truth.reset();
  return check;
}

absl::StatusOr<AnswerCheck> CheckAnswer(const Claim& claim,
                                        const Vocabulary& vocabulary,
                                        Knowledge& knowledge) {
  CONCORDAT_ASSIGN_OR_RETURN(AnswerCheck check,
                             CheckSubstance(claim, vocabulary, knowledge));
  if (check.judgement.verdict == Verdict::kNotEntitled) {
    check.advice = Advice::kDoNotSay;
    check.verdict = Verdict::kNotEntitled;
    check.truth.reset();
  } else {
    check.verdict =
        VerdictFor(*vocabulary.FindChannel(claim.channel), check.judgement);
  }
  return check;
}

}  // namespace concordat
