#include <optional>
#include <string>

#include "tests/histories/behaviours.h"

namespace concordat::histories {
namespace {

constexpr absl::Duration kHour = absl::Hours(1);

// There is a value before the turn; or there is none and the contract requires
// one after it, so that going on to say "none" is a fault.
bool HasOldState(const Scene& scene) {
  return scene.chapter().changes() &&
         (scene.has_value() || (scene.has_none() && scene.required()));
}

// The delay is outside the promise.
bool LatePastPromise(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (!HasOldState(scene)) return false;
  const absl::Time first = scene.TooLate();
  const absl::Time second = first + scene.Between(kHour, 6 * kHour);
  scene.Say(first, chapter.before);
  scene.Say(second, chapter.before);
  scene.MaybeHeal(second, chapter.after);
  return true;
}

// An outage during which the channel keeps its old copy: all that it said is
// heard of at once, in any order.
bool KeepsItsCopyInOutage(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (!HasOldState(scene)) return false;
  const auto say = [&](absl::Time at) {
    scene.Say(at, chapter.before, {.arrives_at = scene.Burst()});
  };
  say(scene.Calm());
  say(chapter.changes_at - kHour);
  const absl::Time late = scene.TooLate();
  say(late);
  say(late + kHour);
  return true;
}

// It says how old its copy is, or that it is fresh; both are too late.
bool OldCopyPastPromise(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (!HasOldState(scene)) return false;
  const absl::Time at = scene.TooLate();
  const bool fresh = scene.random().PerMille(300);
  scene.Say(
      at, chapter.before,
      {.as_of = fresh ? at - absl::Minutes(10)
                      : chapter.changes_at - scene.Between(kHour, 12 * kHour)});
  scene.MaybeHeal(at, chapter.after);
  return true;
}

// What was true before what was true before.
bool LongOutOfDate(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (chapter.silent || !chapter.earlier.has_value()) return false;
  const absl::Time at = scene.Calm();
  scene.Say(at, chapter.earlier);
  scene.MaybeHeal(at, chapter.before);
  return true;
}

bool NeverTrue(Scene& scene) {
  if (!scene.has_value()) return false;
  const absl::Time at = scene.Calm();
  scene.Say(at, scene.NeverTrue());
  scene.MaybeHeal(at, scene.chapter().before);
  return true;
}

// Wrong and right in turns, each for longer than it takes to settle.
bool FlapsBeyondSettleTime(Scene& scene) {
  if (!scene.has_value()) return false;
  absl::Time at = scene.Calm();
  for (int flap = 0; flap < 2; ++flap) {
    scene.Say(at, scene.NeverTrue());
    at += scene.settle() + 2 * kHour;
    scene.Say(at, scene.chapter().before);
    at += kHour;
  }
  return true;
}

// The graph was wrong, was put right, and the channel still says what it said.
bool KeepsWhatWasCorrected(Scene& scene) {
  if (scene.chapter().turn != Turn::kCorrected) return false;
  const absl::Time at = scene.TooLate();
  scene.Say(at, scene.chapter().misheard);
  scene.MaybeHeal(at, scene.chapter().after);
  return true;
}

// The same, of a channel that says that its copy is of when the graph was
// wrong: a copy that lags behind.
bool CopyOfWhatWasCorrected(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  const absl::Duration late = chapter.heard_at - chapter.changes_at;
  if (chapter.turn != Turn::kCorrected ||
      late < 6 * scene.skew() + absl::Minutes(6)) {
    return false;
  }
  const absl::Time at = scene.TooLate();
  scene.Say(at, chapter.misheard, {.as_of = chapter.changes_at + late / 2});
  scene.MaybeHeal(at, chapter.after);
  return true;
}

bool TakesOneForAnother(Scene& scene) {
  const Chapter* other = scene.backdrop().confusable;
  if (!scene.has_value() || other == nullptr || other->silent ||
      !other->before.has_value()) {
    return false;
  }
  const absl::Time at = scene.Calm();
  scene.Say(at, other->before);
  scene.MaybeHeal(at, scene.chapter().before);
  return true;
}

bool SaysOfAnotherPerson(Scene& scene) {
  const Chapter* other = scene.backdrop().stranger;
  if (scene.chapter().silent || !scene.cell().attribute->identifying ||
      other->silent || !other->before.has_value()) {
    return false;
  }
  const absl::Time at = scene.Calm();
  scene.Say(at, other->before);
  scene.MaybeHeal(at, scene.chapter().before);
  return true;
}

bool LosesAValue(Scene& scene) {
  if (!scene.has_value() || !scene.required() || !scene.chapter().never_none) {
    return false;
  }
  const absl::Time at = scene.Calm();
  scene.Say(at, std::nullopt);
  scene.MaybeHeal(at, scene.chapter().before);
  return true;
}

bool HasOneWhereThereIsNone(Scene& scene) {
  if (!scene.has_none()) return false;
  const absl::Time at = scene.Calm();
  scene.Say(at, scene.NeverTrue());
  scene.MaybeHeal(at, std::nullopt);
  return true;
}

bool AheadOfTime(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (chapter.turn != Turn::kScheduled) return false;
  const absl::Time at = scene.Calm();
  scene.Say(at, chapter.after);
  scene.MaybeHeal(at, chapter.before);
  return true;
}

// The graph was silent; a late fact shows that the channel was wrong.
bool ShownWrongByALateFact(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (!chapter.silent || chapter.turn != Turn::kFirst) return false;
  scene.Say(scene.Calm(), scene.NeverTrue());
  return true;
}

constexpr Behaviour kMistakes[] = {
    {"late_past_promise", 4, LatePastPromise, Verdict::kStale},
    {"keeps_copy_in_outage", 2, KeepsItsCopyInOutage, Verdict::kStale},
    {"old_copy_past_promise", 2, OldCopyPastPromise, Verdict::kStale},
    {"long_out_of_date", 2, LongOutOfDate, Verdict::kStale},
    {"never_true", 4, NeverTrue, Verdict::kContradicts},
    {"flaps_beyond_settle_time", 3, FlapsBeyondSettleTime,
     Verdict::kContradicts},
    {"keeps_what_was_corrected", 6, KeepsWhatWasCorrected,
     Verdict::kContradicts},
    {"copy_of_what_was_corrected", 6, CopyOfWhatWasCorrected, Verdict::kStale},
    {"one_taken_for_another", 8, TakesOneForAnother, Verdict::kMeaning},
    {"of_another_person", 8, SaysOfAnotherPerson, Verdict::kMisidentified},
    {"lost_value", 8, LosesAValue, Verdict::kMissing},
    {"value_where_none", 24, HasOneWhereThereIsNone, Verdict::kExtra},
    {"ahead_of_time", 16, AheadOfTime, Verdict::kAhead},
    {"shown_wrong_by_late_fact", 24, ShownWrongByALateFact,
     Verdict::kContradicts},
};

bool TellsWhatItMayNotKnow(Scene& scene) {
  if (!scene.has_value()) return false;
  scene.Say(scene.Calm(), scene.chapter().before);
  return true;
}

bool TellsItWrongly(Scene& scene) {
  if (!scene.has_value()) return false;
  scene.Say(scene.Calm(), scene.NeverTrue());
  return true;
}

constexpr Behaviour kDisclosures[] = {
    {"disclosed", 3, TellsWhatItMayNotKnow, std::nullopt,
     Verdict::kNotEntitled},
    {"disclosed_and_wrong", 1, TellsItWrongly, Verdict::kContradicts,
     Verdict::kNotEntitled},
};

}  // namespace

absl::Span<const Behaviour> Mistakes() { return kMistakes; }

absl::Span<const Behaviour> Disclosures() { return kDisclosures; }

}  // namespace concordat::histories
