#include "consistency/explanation.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace concordat {
namespace {

std::string OnTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M UTC", time, absl::UTCTimeZone());
}

std::string Quoted(const std::optional<std::string>& value) {
  return value.has_value() ? absl::StrCat("\"", *value, "\"") : "none";
}

const char* VerbOf(Exposure exposure) {
  switch (exposure) {
    case Exposure::kHeld:
      return "held";
    case Exposure::kShown:
      return "showed";
    case Exposure::kTold:
      return "told";
    case Exposure::kHeard:
      return "heard";
  }
  return "held";
}

// `call_centre told "silver" on 2026-03-03 14:02 UTC`
std::string WhatWasSaid(const Claim& claim, const std::string& what) {
  return absl::StrCat(claim.channel, " ", VerbOf(claim.exposure), " ", what,
                      " on ", OnTime(claim.said_at));
}

// `it has been "gold" since 2026-03-01 00:00 UTC`
std::string HasBeen(const std::optional<std::string>& value, absl::Time since) {
  if (since == absl::InfinitePast()) {
    return absl::StrCat("it has always been ", Quoted(value));
  }
  return absl::StrCat("it has been ", Quoted(value), " since ", OnTime(since));
}

// `it has been "gold" since 2026-03-01 00:00 UTC`
std::string WhatIsTrue(const Judgement& judgement) {
  if (!judgement.truth.has_value()) {
    return judgement.state == Timeline::State::kNone
               ? "the last known value had ended by then"
               : "the graph is silent";
  }
  return HasBeen(judgement.truth->fact.value, judgement.truth->valid.from);
}

// `, the graph itself said so until …, and web has 1 day to learn of a change:
// stale by 2 hours (the channel's copy is of before the change …)`
std::string LateBy(const Claim& claim, const Judgement& judgement) {
  std::string text;
  const bool believed = judgement.believed_until != absl::InfinitePast();
  if (believed) {
    absl::StrAppend(&text, ", the graph itself said so until ",
                    OnTime(judgement.believed_until));
  }
  absl::StrAppend(&text, ", and ", claim.channel, " has ",
                  judgement.promise == absl::ZeroDuration()
                      ? "no time"
                      : InWords(judgement.promise),
                  " to learn of a change");
  // It was said before the graph heard of the change.
  if (believed && judgement.lag == absl::ZeroDuration()) return text;
  absl::StrAppend(
      &text, ": ",
      judgement.substance() == Verdict::kStale ? "stale by " : "late by ",
      InWords(judgement.lag));
  if (!judgement.note.empty()) {
    absl::StrAppend(&text, " (", judgement.note, ")");
  }
  return text;
}

std::string Substance(const Claim& claim, const Judgement& judgement) {
  std::string truth = WhatIsTrue(judgement);
  switch (judgement.substance()) {
    case Verdict::kUnknownSubject:
      return "no entity is linked to this subject";
    case Verdict::kUndecided:
      return absl::StrCat("it cannot be decided: ", judgement.note);
    case Verdict::kUnverifiable:
      return "the graph does not know what is true";
    case Verdict::kAgrees:
    case Verdict::kPartial:
      // Where one look sufficed the truth is not in the judgement.
      if (judgement.state == Timeline::State::kValue &&
          !judgement.truth.has_value()) {
        return judgement.note.empty()
                   ? "it is so"
                   : absl::StrCat("it is so (", judgement.note, ")");
      }
      return judgement.note.empty()
                 ? absl::StrCat(truth, ", as it says")
                 : absl::StrCat(truth, " (", judgement.note, ")");
    case Verdict::kPropagating:
    case Verdict::kStale:
      return absl::StrCat(truth, LateBy(claim, judgement));
    case Verdict::kAhead:
      return absl::StrCat("that only becomes true ", InWords(judgement.lead),
                          " later");
    case Verdict::kMeaning:
      return absl::StrCat(truth, "; what it says is the ",
                          judgement.confused_with, ", another thing");
    case Verdict::kMisidentified:
      return absl::StrCat(truth, "; what it says is true of ",
                          judgement.other_entity->type, " ",
                          judgement.other_entity->id);
    case Verdict::kMissing:
      return absl::StrCat(truth, ", and its contract requires it");
    case Verdict::kExtra:
      return judgement.truth.has_value() ? "it is known that there is none"
                                         : truth;
    case Verdict::kContradicts:
      return absl::StrCat(truth, "; what it says was never true");
    case Verdict::kNotEntitled:
      break;
  }
  return truth;
}

// What is the matter with what is about to be said, beside what is true.
std::string WhatIsWrong(const Claim& claim, const AnswerCheck& check) {
  if (!claim.value.has_value()) return "";
  const std::string said = absl::StrCat("; ", Quoted(claim.value));
  switch (check.verdict) {
    case Verdict::kPropagating:
    case Verdict::kStale:
      return absl::StrCat(said, " was true before");
    case Verdict::kAhead:
      return absl::StrCat(said, " only becomes true in ",
                          InWords(check.judgement.lead));
    case Verdict::kMeaning:
      return absl::StrCat(said, " is another thing");
    case Verdict::kMisidentified:
      return absl::StrCat(said, " is somebody else's");
    default:
      return absl::StrCat(said, " was never true");
  }
}

std::string Capitalised(std::string sentence) {
  sentence.front() = absl::ascii_toupper(sentence.front());
  sentence.push_back('.');
  return sentence;
}

}  // namespace

std::string InWords(absl::Duration duration) {
  struct Unit {
    absl::Duration size;
    const char* name;
  };
  constexpr Unit kUnits[] = {{absl::Hours(24), "day"},
                             {absl::Hours(1), "hour"},
                             {absl::Minutes(1), "minute"},
                             {absl::Seconds(1), "second"}};
  std::string words;
  int parts = 0;
  for (const Unit& unit : kUnits) {
    const int64_t count = absl::IDivDuration(duration, unit.size, &duration);
    if (count == 0) {
      if (parts > 0) break;
      continue;
    }
    absl::StrAppend(&words, words.empty() ? "" : " ", count, " ", unit.name,
                    count == 1 ? "" : "s");
    if (++parts == 2) break;
  }
  return words.empty() ? "less than a second" : words;
}

std::string Explain(const Claim& claim, const Judgement& judgement) {
  std::string sentence = WhatWasSaid(claim, Quoted(claim.value));
  if (judgement.erased_at.has_value()) {
    return absl::StrCat(sentence, "; the person was erased on ",
                        OnTime(*judgement.erased_at),
                        judgement.verdict == Verdict::kNotEntitled
                            ? ", so the channel still holds what it must not."
                            : ", so what was true cannot be known.");
  }
  if (judgement.verdict == Verdict::kNotEntitled) {
    absl::StrAppend(&sentence, ", which its contract does not let it know");
  }
  return absl::StrCat(sentence, "; ", Substance(claim, judgement), ".");
}

std::string ExplainAnswer(const Claim& claim, const AnswerCheck& check) {
  const Judgement& judgement = check.judgement;
  switch (check.advice) {
    case Advice::kSay:
      return "";
    case Advice::kSayInstead:
      return Capitalised(
          absl::StrCat(HasBeen(check.truth->raw, check.truth->valid.from),
                       WhatIsWrong(claim, check)));
    case Advice::kDoNotSay:
      return judgement.erased_at.has_value()
                 ? "The person was erased."
                 : absl::StrCat("The contract of ", claim.channel,
                                " does not let it know this.");
    case Advice::kUnknown:
      break;
  }
  switch (check.verdict) {
    case Verdict::kUnknownSubject:
      return "Nobody is known by this id.";
    case Verdict::kUndecided:
      return absl::StrCat("It cannot be decided: ", judgement.note, ".");
    default:
      return "What is true is not known.";
  }
}

std::string ExplainCorrection(const Correction& correction) {
  const std::string what =
      correction.verdict == Verdict::kMisidentified ? "what is somebody else's"
      : correction.said.has_value() ? Quoted(correction.told.value)
                                    : "another thing";
  return absl::StrCat(
      WhatWasSaid(correction.told, what), "; ",
      HasBeen(correction.truth.raw, correction.truth.valid.from), ".");
}

std::string ExplainSides(const Sides& sides) {
  bool known = false;
  std::map<size_t, std::vector<const Side*>> by_value;
  for (const Side& side : sides.sides) {
    known = known || side.verdict != Verdict::kUnverifiable;
    if (side.value.has_value()) by_value[*side.value].push_back(&side);
  }
  std::string text;
  for (const auto& [value, said] : by_value) {
    absl::Time last = absl::InfinitePast();
    std::string channels;
    for (size_t i = 0; i < said.size(); ++i) {
      const bool is_last = i + 1 == said.size();
      absl::StrAppend(&channels,
                      i == 0    ? ""
                      : is_last ? " and "
                                : ", ",
                      said[i]->claim.channel);
      last = std::max(last, said[i]->claim.said_at);
    }
    const bool one = said.size() == 1;
    absl::StrAppend(&text, text.empty() ? "" : "; ", channels,
                    one ? " says " : " say ",
                    Quoted(sides.sides[sides.leaders[value]].claim.value),
                    one ? ", on " : ", the last on ", OnTime(last));
  }
  return absl::StrCat(known ? "What is known was said by no channel: "
                            : "What is true is not known: ",
                      text, ".");
}

}  // namespace concordat
