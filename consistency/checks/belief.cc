// What the graph itself said. A channel that repeats what it was told keeps its
// promise as long as it is in time, though what it was told turned out to be
// wrong, or to have changed before the graph heard of it.
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "consistency/checks/checks.h"
#include "graph/status_macros.h"

namespace concordat::checks {
namespace {

constexpr char kLaggingNote[] =
    "the channel's copy is of before the change: it lags behind";
constexpr char kFreshNote[] =
    "the channel's copy is of after the change: it does not only lag behind";

// A stretch of time over which the graph said, as it was known then, what the
// channel says.
struct Belief {
  absl::Time from;
  absl::Time to;
  EvidenceFact fact;  // of an absence: none
};

// Belief is read from the records as they came: between two of them the graph
// is one timeline.
class Beliefs {
 public:
  Beliefs(const Case& c, std::vector<FactRecord> records)
      : c_(c), records_(std::move(records)) {
    std::stable_sort(records_.begin(), records_.end(),
                     [](const FactRecord& a, const FactRecord& b) {
                       return a.recorded.recorded_at < b.recorded.recorded_at;
                     });
  }

  // The newest that ended no earlier than `from` and began no later than `to`;
  // nullopt for none.
  std::optional<Belief> Newest(absl::Time from, absl::Time to) const {
    for (size_t known = records_.size(); known > 0; --known) {
      const absl::Time since = RecordedAt(known - 1);
      const absl::Time until =
          known == records_.size() ? absl::InfiniteFuture() : RecordedAt(known);
      if (since > to || since == until) continue;
      if (until < from) break;
      std::optional<Belief> belief = NewestWhile(known, since, until, from, to);
      if (belief.has_value()) return belief;
    }
    return std::nullopt;
  }

 private:
  absl::Time RecordedAt(size_t record) const {
    return records_[record].recorded.recorded_at;
  }

  // While the first `known` records were all that was known: from `since` until
  // just before `until`.
  std::optional<Belief> NewestWhile(size_t known, absl::Time since,
                                    absl::Time until, absl::Time from,
                                    absl::Time to) const {
    std::vector<FactRecord> then(
        records_.begin(),
        std::next(records_.begin(), static_cast<ptrdiff_t>(known)));
    const KnownAttribute history(
        c_.attribute, Timeline(std::move(then), c_.attribute.survivorship));
    // Not while the graph was silent: a channel that has nothing before the
    // graph has anything follows nobody.
    if (c_.claimed.absent) {
      if (history.timeline().StateAt(since) != Timeline::State::kNone) {
        return std::nullopt;
      }
      return Belief{since, until, {}};
    }
    const std::vector<TimelineSpan>& spans = history.timeline().spans();
    for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
      const absl::Time begin = std::max(since, span->valid.from);
      const absl::Time end = std::min(until, span->valid.to);
      if (begin >= end || end < from || begin > to) continue;
      if (!MatchesSpan(c_, history, *span)) continue;
      return Belief{begin, end, EvidenceOf(c_, history, *span)};
    }
    return std::nullopt;
  }

  const Case& c_;
  std::vector<FactRecord> records_;
};

// What was superseded in the world before the graph heard of it at all is
// history, loaded late, and no late news: then what holds is judged by the time
// of the world alone.
bool WasLateNews(const Belief& belief, const Judgement& judgement) {
  return judgement.verdict != Verdict::kStale ||
         belief.fact.fact.recorded.recorded_at <= judgement.superseded_at;
}

void Believe(const Case& c, Belief belief, Verdict verdict,
             Judgement& judgement) {
  judgement.verdict = verdict;
  judgement.superseded_at = belief.to;
  judgement.believed_until = belief.to;
  judgement.lag = std::max(c.claim.said_at - belief.to, absl::ZeroDuration());
  judgement.promise = c.terms.promise;
  judgement.note.clear();
  judgement.confused_with.clear();
  judgement.other_entity.reset();
  judgement.match.reset();
  if (!c.claimed.absent) judgement.match = std::move(belief.fact);
}

// Tells a copy that lags behind from a value that is wrong.
void CheckCopy(const Case& c, const Beliefs& beliefs, absl::Time copied_at,
               Judgement& judgement) {
  if (judgement.verdict == Verdict::kStale) {
    judgement.note =
        copied_at < judgement.superseded_at ? kLaggingNote : kFreshNote;
    return;
  }
  std::optional<Belief> belief =
      beliefs.Newest(copied_at - c.clock_skew, copied_at + c.clock_skew);
  if (!belief.has_value()) return;
  Believe(c, *std::move(belief), Verdict::kStale, judgement);
  judgement.note = kLaggingNote;
}

}  // namespace

absl::Status CheckBelief(const Case& c, Judgement& judgement) {
  if (!IsDisagreement(judgement.verdict) ||
      judgement.verdict == Verdict::kAhead) {
    return absl::OkStatus();
  }
  const absl::Duration promised = c.terms.promise + c.clock_skew;
  absl::Time copied_at = c.claim.as_of;
  if (!c.claim.as_of_revision.empty()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        copied_at, c.knowledge.RecordedAt(c.claim.as_of_revision, copied_at));
  }
  const bool has_copy = copied_at != absl::InfinitePast();
  CONCORDAT_ASSIGN_OR_RETURN(
      std::vector<FactRecord> records,
      c.knowledge.RecordsOf(*judgement.entity, c.attribute));
  if (records.empty()) return absl::OkStatus();
  const Beliefs beliefs(c, std::move(records));
  // Also where nothing is promised: nobody can know before the graph does.
  std::optional<Belief> belief = beliefs.Newest(c.claim.said_at - promised,
                                                c.claim.said_at + c.clock_skew);
  if (belief.has_value() && WasLateNews(*belief, judgement)) {
    Believe(c, *std::move(belief), Verdict::kPropagating, judgement);
    return absl::OkStatus();
  }
  if (has_copy) CheckCopy(c, beliefs, copied_at, judgement);
  return absl::OkStatus();
}

}  // namespace concordat::checks
