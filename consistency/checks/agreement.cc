#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/checks/checks.h"

namespace concordat::checks {
namespace {

constexpr char kSkewNote[] = "true within the channel's clock skew";

std::string NoteOfPartial(const Comparison& comparison) {
  std::string note =
      comparison.likeness == Likeness::kCoarser
          ? "the claim says less than the truth"
      : comparison.likeness == Likeness::kFiner
          ? "the claim says more than the truth"
          : "the claim and the truth each say something that the other does "
            "not";
  if (!comparison.reason.empty()) {
    absl::StrAppend(&note, ": ", comparison.reason);
  }
  return note;
}

// AGREES, where the claim says what the span says.
bool Settle(const Case& c, const TimelineSpan& span, bool skewed,
            Judgement& judgement) {
  const Comparison comparison = CompareWithSpan(c, *c.history, span);
  if (comparison.likeness != Likeness::kSame) return false;
  judgement.verdict = Verdict::kAgrees;
  const std::optional<std::string>& fact =
      c.history->timeline().FactOf(span).value;
  // A channel's own ids, in references, name whom they do at said_at only.
  if (!skewed && c.attribute.type != ValueType::kReference) {
    judgement.agrees_over = span.valid;
    judgement.truth_recorded_at =
        c.history->timeline().FactOf(span).recorded.recorded_at;
  }
  if (skewed) {
    judgement.note = kSkewNote;
  } else if (c.claim.value != fact && c.claimed.value.has_value()) {
    judgement.note = comparison.reason.empty() ? kWritingNote
                                               : std::string(comparison.reason);
  }
  if (c.trace == Trace::kOn) judgement.match = EvidenceOf(c, *c.history, span);
  return true;
}

// PARTIAL, where the claim says more or less than the span; UNDECIDED, where
// the two cannot be held against each other.
bool SettlePartly(const Case& c, const TimelineSpan& span,
                  Judgement& judgement) {
  const Comparison comparison = CompareWithSpan(c, *c.history, span);
  if (comparison.likeness == Likeness::kUndecided) {
    judgement.verdict = Verdict::kUndecided;
    judgement.note = std::string(comparison.reason);
  } else if (IsPartial(comparison.likeness)) {
    judgement.verdict = Verdict::kPartial;
    judgement.note = NoteOfPartial(comparison);
  } else {
    return false;
  }
  judgement.match = EvidenceOf(c, *c.history, span);
  return true;
}

// Whether at some instant of the stretch what there was had ended, so that
// there was known to be none.
bool EndedWithin(const Timeline& timeline, absl::Time earliest,
                 absl::Time latest) {
  const auto is_none = [&](absl::Time t) {
    return timeline.StateAt(t) == Timeline::State::kNone;
  };
  return is_none(earliest) ||
         std::any_of(timeline.spans().begin(), timeline.spans().end(),
                     [&](const TimelineSpan& span) {
                       return span.valid.to > earliest &&
                              span.valid.to <= latest && is_none(span.valid.to);
                     });
}

}  // namespace

bool CheckAgreement(const Case& c, Judgement& judgement) {
  const Timeline& timeline = c.history->timeline();
  const TimelineSpan* const now = timeline.At(c.claim.said_at);
  const absl::Time earliest = c.claim.said_at - c.clock_skew;
  const absl::Time latest = c.claim.said_at + c.clock_skew;
  // After the last fact has ended, saying that there is none is right.
  if (c.claimed.absent && now == nullptr &&
      judgement.state == Timeline::State::kNone) {
    judgement.verdict = Verdict::kAgrees;
    return true;
  }
  if (now != nullptr && Settle(c, *now, /*skewed=*/false, judgement)) {
    return true;
  }
  std::vector<const TimelineSpan*> nearby;
  if (c.clock_skew > absl::ZeroDuration()) {
    for (const TimelineSpan& span : timeline.spans()) {
      if (span.valid.from <= latest && span.valid.to > earliest) {
        nearby.push_back(&span);
      }
    }
  }
  for (const TimelineSpan* span : nearby) {
    if (Settle(c, *span, /*skewed=*/true, judgement)) return true;
  }
  if (c.claimed.absent && c.clock_skew > absl::ZeroDuration() &&
      EndedWithin(timeline, earliest, latest)) {
    judgement.verdict = Verdict::kAgrees;
    judgement.note = kSkewNote;
    return true;
  }
  if (now != nullptr && SettlePartly(c, *now, judgement)) return true;
  for (const TimelineSpan* span : nearby) {
    if (SettlePartly(c, *span, judgement)) return true;
  }
  return false;
}

}  // namespace concordat::checks
