#include <algorithm>

#include "consistency/checks/checks.h"

namespace concordat::checks {
namespace {

void Supersede(const Case& c, absl::Time superseded_at, Judgement& judgement) {
  judgement.superseded_at = superseded_at;
  judgement.lag = c.claim.said_at - superseded_at;
  judgement.promise = c.terms.promise;
  // The channel's clock may be off by its skew, in its favour.
  judgement.verdict = judgement.lag <= c.terms.promise + c.clock_skew
                          ? Verdict::kPropagating
                          : Verdict::kStale;
}

// An absence was once right where the graph held a gap or an explicit none
// before the present truth. Where it was silent before, the channel has its
// promise to learn of the first truth; after that the absence is MISSING.
bool CheckEarlierAbsence(const Case& c, Judgement& judgement) {
  const std::vector<TimelineSpan>& spans = c.history->timeline().spans();
  for (size_t i = spans.size(); i-- > 0;) {
    const absl::Time from = spans[i].valid.from;
    if (from > c.claim.said_at) continue;
    const bool first = i == 0;
    const bool gap_before = !first && spans[i - 1].valid.to < from;
    const bool none_before =
        !first && !c.history->timeline().FactOf(spans[i - 1]).value.has_value();
    if (gap_before || none_before) {
      Supersede(c, from, judgement);
      if (none_before && !gap_before) {
        judgement.match = EvidenceOf(c, *c.history, spans[i - 1]);
      }
      return true;
    }
    if (first && c.claim.said_at - from <= c.terms.promise + c.clock_skew) {
      Supersede(c, from, judgement);
      return true;
    }
  }
  return false;
}

}  // namespace

bool CheckEarlierTruth(const Case& c, Judgement& judgement) {
  if (c.claimed.absent) return CheckEarlierAbsence(c, judgement);
  const std::vector<TimelineSpan>& spans = c.history->timeline().spans();
  for (size_t i = spans.size(); i-- > 0;) {
    if (spans[i].valid.to > c.claim.said_at) continue;
    if (!MatchesSpan(c, *c.history, spans[i])) continue;
    Supersede(c, spans[i].valid.to, judgement);
    judgement.match = EvidenceOf(c, *c.history, spans[i]);
    return true;
  }
  return false;
}

bool CheckLaterTruth(const Case& c, Judgement& judgement) {
  if (c.claimed.absent) return false;
  for (const TimelineSpan& span : c.history->timeline().spans()) {
    if (span.valid.from <= c.claim.said_at) continue;
    if (!MatchesSpan(c, *c.history, span)) continue;
    judgement.verdict = Verdict::kAhead;
    judgement.lead = span.valid.from - c.claim.said_at;
    judgement.match = EvidenceOf(c, *c.history, span);
    return true;
  }
  return false;
}

}  // namespace concordat::checks
