#include <optional>
#include <string>
#include <vector>

#include "consistency/checks/checks.h"

namespace concordat::checks {
namespace {

constexpr char kWritingNote[] = "only the writing differs";
constexpr char kSkewNote[] = "true within the channel's clock skew";

// AGREES, where the claim says what the span says.
bool Settle(const Case& c, const TimelineSpan& span, bool skewed,
            Judgement& judgement) {
  if (CompareWithSpan(c, *c.history, span) != Likeness::kSame) return false;
  judgement.verdict = Verdict::kAgrees;
  const std::optional<std::string>& fact =
      c.history->timeline().FactOf(span).value;
  if (skewed) {
    judgement.note = kSkewNote;
  } else if (c.claim.value != fact && c.claimed.value.has_value()) {
    judgement.note = kWritingNote;
  }
  if (c.trace == Trace::kOn) judgement.match = EvidenceOf(c, *c.history, span);
  return true;
}

// PARTIAL, where the claim says more or less than the span.
bool SettlePartly(const Case& c, const TimelineSpan& span,
                  Judgement& judgement) {
  const Likeness likeness = CompareWithSpan(c, *c.history, span);
  if (likeness != Likeness::kCoarser && likeness != Likeness::kFiner) {
    return false;
  }
  judgement.verdict = Verdict::kPartial;
  judgement.note = likeness == Likeness::kCoarser
                       ? "the claim says less than the truth"
                       : "the claim says more than the truth";
  judgement.match = EvidenceOf(c, *c.history, span);
  return true;
}

}  // namespace

bool CheckAgreement(const Case& c, Judgement& judgement) {
  const Timeline& timeline = c.history->timeline();
  const TimelineSpan* const now = timeline.At(c.claim.said_at);
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
    const absl::Time earliest = c.claim.said_at - c.clock_skew;
    const absl::Time latest = c.claim.said_at + c.clock_skew;
    for (const TimelineSpan& span : timeline.spans()) {
      if (span.valid.from <= latest && span.valid.to > earliest) {
        nearby.push_back(&span);
      }
    }
  }
  for (const TimelineSpan* span : nearby) {
    if (Settle(c, *span, /*skewed=*/true, judgement)) return true;
  }
  if (now != nullptr && SettlePartly(c, *now, judgement)) return true;
  for (const TimelineSpan* span : nearby) {
    if (SettlePartly(c, *span, judgement)) return true;
  }
  return false;
}

}  // namespace concordat::checks
