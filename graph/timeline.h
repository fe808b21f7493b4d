// The history of one attribute of one entity over valid time.
#ifndef CONCORDAT_GRAPH_TIMELINE_H_
#define CONCORDAT_GRAPH_TIMELINE_H_

#include <vector>

#include "absl/time/time.h"
#include "graph/facts.h"
#include "graph/survivorship.h"
#include "graph/sweep.h"

namespace concordat {

// What holds when, made from the facts recorded up to a revision. Pure: no
// lock, no clock, no I/O. Immutable, so thread-safe.
//
// Each source keeps its own: of its records that start at one instant the
// newest decides, and a retraction removes them. Of one source, at any instant
// the covering fact that starts latest holds. So the order in which a history
// is imported does not matter, a bounded fact is laid over an open one, and
// what was there comes back when it ends.
//
//   gold   [Jan ----------------------->      gold    [Jan, Mar)
//   silver          [Mar ---- Jun)       =>   silver  [Mar, Jun)
//                                             gold    [Jun, ...)
//
// Between sources the attribute's rule decides (graph/survivorship.h). Where
// none is declared, sources are not told apart: the covering fact that starts
// latest holds, and of those that start together the one recorded last.
class Timeline {
 public:
  // How the graph stands on an instant.
  enum class State {
    kSilent,  // nothing covers it and nothing has ended before it
    kNone,    // a fact says that there is none, or the last one has ended
    kValue,
  };

  Timeline() = default;
  // `records`: every record of the attribute up to the revision, in any order.
  explicit Timeline(std::vector<FactRecord> records,
                    const Survivorship& rule = {});

  // The facts in force of every source, in order of start.
  const std::vector<FactRecord>& facts() const { return facts_; }
  // In order, without overlaps; gaps are stretches over which nothing holds.
  const std::vector<TimelineSpan>& spans() const { return spans_; }

  // The span that covers `t`; nullptr in a gap.
  const TimelineSpan* At(absl::Time t) const { return SpanAt(spans_, t); }
  State StateAt(absl::Time t) const;

  const FactRecord& FactOf(const TimelineSpan& span) const {
    return facts_[span.fact];
  }

 private:
  std::vector<FactRecord> facts_;
  std::vector<TimelineSpan> spans_;
};

// The order of an entity's records: attribute, start, recording.
bool InFactOrder(const FactRecord& a, const FactRecord& b);

// The facts of one entity that are neither replaced nor taken back, of every
// source, in order of attribute, start and recording. `records`: every record
// up to a revision, in any order.
std::vector<FactRecord> FactsInForce(std::vector<FactRecord> records);

// Keeps of facts in force, in their order, what each source says of each
// attribute at an instant: the covering fact of the source that starts latest.
void KeepSaidAt(absl::Time instant, std::vector<FactRecord>& facts);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_TIMELINE_H_
