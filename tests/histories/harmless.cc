#include <optional>
#include <string>
#include <vector>

#include "tests/histories/behaviours.h"

namespace concordat::histories {
namespace {

constexpr absl::Duration kSecond = absl::Seconds(1);
constexpr absl::Duration kHour = absl::Hours(1);

// The shortest promise that claims can be told apart within.
bool HasPromise(const Scene& scene) {
  return scene.promise() >= absl::Minutes(5);
}

// What the graph says between the turn and when it hears the truth; a channel
// that speaks from the graph says the same.
std::optional<std::string> Meanwhile(const Chapter& chapter) {
  return chapter.turn == Turn::kCorrected ? chapter.misheard : chapter.before;
}

bool RightAtOnce(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (chapter.silent) return false;
  scene.Say(scene.Calm(), chapter.before);
  if (!chapter.changes()) return true;
  scene.Say(chapter.changes_at - scene.Between(kHour, 9 * kHour),
            chapter.before);
  scene.Say(chapter.known_at() + scene.Between(kSecond, kHour), chapter.after);
  return true;
}

// The delay is inside the promise.
bool LateInsidePromise(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (chapter.silent || !chapter.changes() || !HasPromise(scene)) return false;
  const absl::Duration promise = scene.promise();
  const absl::Time known_at = chapter.known_at();
  scene.Say(known_at + scene.Between(0.1 * promise, 0.5 * promise),
            Meanwhile(chapter));
  scene.Say(known_at + scene.Between(0.6 * promise, 0.9 * promise),
            Meanwhile(chapter));
  scene.Say(known_at + promise, chapter.after);
  return true;
}

// The graph hears of the turn late, and the channel says what the graph says.
bool FollowsALateGraph(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  const absl::Duration late = chapter.heard_at - chapter.changes_at;
  if (chapter.silent || !chapter.changes() || late < absl::Minutes(5)) {
    return false;
  }
  scene.Say(chapter.changes_at + scene.Between(0.2 * late, 0.5 * late),
            Meanwhile(chapter));
  scene.Say(chapter.changes_at + scene.Between(0.6 * late, 0.9 * late),
            Meanwhile(chapter));
  if (scene.random().PerMille(500)) {
    scene.Say(chapter.heard_at + scene.Between(kSecond, 6 * kHour),
              chapter.after);
  }
  return true;
}

// It is not heard of any more: a gap in coverage, not a contradiction.
bool FallsSilent(Scene& scene) {
  if (scene.chapter().silent) return false;
  scene.Say(scene.Calm(), scene.chapter().before);
  return true;
}

// An outage: what was right when it was said arrives days later, in any order.
bool CatchesUp(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (chapter.silent) return false;
  const auto say = [&](absl::Time at, const std::optional<std::string>& value) {
    scene.Say(at, value, {.arrives_at = scene.Burst()});
  };
  say(scene.Calm(), chapter.before);
  say(scene.chapter().begin + absl::Hours(60), chapter.before);
  if (!chapter.changes()) return true;
  say(chapter.changes_at - kHour, chapter.before);
  say(chapter.known_at() + scene.Between(kHour, 30 * kHour), chapter.after);
  return true;
}

// One clock is as slow as it may be, another as fast.
bool ClocksAreOff(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (chapter.silent || !chapter.changes() ||
      chapter.turn == Turn::kCorrected ||
      scene.skew() == absl::ZeroDuration()) {
    return false;
  }
  const absl::Time known_at = chapter.known_at();
  scene.Say(known_at + kSecond, chapter.after, {.clock_error = -0.97});
  scene.Say(known_at + 0.97 * scene.promise(), chapter.before,
            {.clock_error = 0.97});
  scene.Say(known_at + scene.promise() + 2 * scene.skew() + kHour,
            chapter.after);
  return true;
}

// Wrong and right in turns, none of it wrong for as long as it takes to settle.
bool FlapsWithinSettleTime(Scene& scene) {
  const absl::Duration settle = scene.settle();
  if (!scene.has_value() || settle < absl::Minutes(30) ||
      settle < 8 * scene.skew()) {
    return false;
  }
  const absl::Time at = scene.Calm();
  for (int flap = 0; flap < 3; ++flap) {
    const absl::Time begin = at + flap * settle / 2;
    scene.Say(begin, scene.NeverTrue(), {.promptly = true});
    scene.Say(begin + settle / 4, scene.chapter().before, {.promptly = true});
  }
  return true;
}

// It says how old its copy is; inside the promise that is no fault.
bool SpeaksFromACopy(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (chapter.silent || !chapter.changes() || !HasPromise(scene) ||
      chapter.turn == Turn::kCorrected) {
    return false;
  }
  const absl::Duration promise = scene.promise();
  scene.Say(chapter.known_at() + scene.Between(0.2 * promise, 0.8 * promise),
            chapter.before,
            {.as_of = chapter.changes_at - scene.Between(kHour, 24 * kHour)});
  const absl::Time told_at = chapter.known_at() + promise + kHour;
  scene.Say(told_at, chapter.after, {.as_of = told_at - kHour / 2});
  return true;
}

// The customer told the channel, and tells the system of record before the
// mismatch has settled.
bool RightBeforeTheGraph(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  const absl::Duration late = chapter.heard_at - chapter.changes_at;
  const absl::Duration slack = 2 * scene.skew() + absl::Minutes(3);
  if (!scene.has_value() || !chapter.after.has_value() || late < 2 * slack ||
      late > scene.settle()) {
    return false;
  }
  scene.Say(chapter.changes_at + slack, chapter.after, {.promptly = true});
  scene.Say(chapter.heard_at + scene.Between(kSecond, kHour), chapter.after);
  return true;
}

// What cannot be read is never guessed into a contradiction.
bool Unreadable(Scene& scene) {
  if (scene.chapter().silent ||
      scene.cell().attribute->type == ValueType::kText) {
    return false;
  }
  scene.Say(scene.Calm(), "see notes");
  return true;
}

// Absent where the contract does not require it.
bool LeavesItOut(Scene& scene) {
  if (!scene.has_value() || scene.required() || !scene.chapter().never_none) {
    return false;
  }
  scene.Say(scene.Calm(), std::nullopt);
  return true;
}

// The graph has nothing to compare it with.
bool WhileTheGraphIsSilent(Scene& scene) {
  const Chapter& chapter = scene.chapter();
  if (!chapter.silent) return false;
  scene.Say(scene.Calm(), chapter.turn == Turn::kFirst
                              ? chapter.after
                              : std::optional(scene.NeverTrue()));
  return true;
}

// Nobody knows whom it is about.
bool OfUnknownSubject(Scene& scene) {
  if (scene.cell().subject.empty()) return false;
  scene.Say(scene.Calm(), scene.NeverTrue(),
            {.subject = scene.cell().subject + "-new"});
  return true;
}

// A mistake that was over before anybody heard of it.
bool PutRightBeforeItWasHeard(Scene& scene) {
  if (!scene.has_value()) return false;
  const absl::Time at = scene.Calm();
  scene.Say(at + 2 * kHour, scene.chapter().before,
            {.arrives_at = at + 3 * kHour});
  scene.Say(at, scene.NeverTrue(), {.arrives_at = at + 5 * kHour});
  return true;
}

constexpr Behaviour kHarmless[] = {
    {"right_at_once", 4, RightAtOnce},
    {"late_inside_promise", 6, LateInsidePromise},
    {"follows_a_late_graph", 6, FollowsALateGraph},
    {"falls_silent", 2, FallsSilent},
    {"catches_up_after_outage", 4, CatchesUp},
    {"clocks_are_off", 4, ClocksAreOff},
    {"flaps_within_settle_time", 6, FlapsWithinSettleTime},
    {"speaks_from_a_copy", 3, SpeaksFromACopy},
    {"right_before_the_graph", 8, RightBeforeTheGraph},
    {"unreadable", 1, Unreadable},
    {"left_out", 2, LeavesItOut},
    {"while_graph_is_silent", 4, WhileTheGraphIsSilent},
    {"of_unknown_subject", 1, OfUnknownSubject},
    {"put_right_before_heard", 2, PutRightBeforeItWasHeard},
};

}  // namespace

absl::Span<const Behaviour> HarmlessBehaviours() { return kHarmless; }

}  // namespace concordat::histories
