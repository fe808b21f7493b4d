#include "consistency/checks/checks.h"

namespace concordat::checks {
namespace {

constexpr char kWritingNote[] = "only the writing differs";
constexpr char kSkewNote[] = "true within the channel's clock skew";

bool Settle(const Case& c, const TimelineSpan& span, bool skewed,
            Judgement& judgement) {
  const Likeness likeness = CompareWithSpan(c, *c.history, span);
  if (likeness == Likeness::kDifferent) return false;
  if (likeness == Likeness::kSame) {
    judgement.verdict = Verdict::kAgrees;
    const std::optional<std::string>& fact =
        c.history->timeline().FactOf(span).value;
    if (skewed) {
      judgement.note = kSkewNote;
    } else if (c.claim.value != fact && c.claimed.value.has_value()) {
      judgement.note = kWritingNote;
    }
  } else {
    judgement.verdict = Verdict::kPartial;
    judgement.note = likeness == Likeness::kCoarser
                         ? "the claim says less than the truth"
                         : "the claim says more than the truth";
  }
  if (c.trace == Trace::kOn || likeness != Likeness::kSame) {
    judgement.match = EvidenceOf(c, *c.history, span);
  }
  return true;
}

}  // namespace

bool CheckAgreement(const Case& c, Judgement& judgement) {
  const Timeline& timeline = c.history->timeline();
  if (const TimelineSpan* now = timeline.At(c.claim.said_at);
      now != nullptr && Settle(c, *now, /*skewed=*/false, judgement)) {
    return true;
  }
  // After the last fact has ended, saying that there is none is right.
  if (c.claimed.absent && judgement.state == Timeline::State::kNone) {
    judgement.verdict = Verdict::kAgrees;
    return true;
  }
  if (c.clock_skew == absl::ZeroDuration()) return false;
  const absl::Time earliest = c.claim.said_at - c.clock_skew;
  const absl::Time latest = c.claim.said_at + c.clock_skew;
  for (const TimelineSpan& span : timeline.spans()) {
    if (span.valid.from <= latest && span.valid.to > earliest &&
        Settle(c, span, /*skewed=*/true, judgement)) {
      return true;
    }
  }
  return false;
}

}  // namespace concordat::checks
