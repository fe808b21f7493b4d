// The history of one attribute of one entity over valid time.
#ifndef CONCORDAT_GRAPH_TIMELINE_H_
#define CONCORDAT_GRAPH_TIMELINE_H_

#include <cstddef>
#include <vector>

#include "absl/time/time.h"
#include "graph/facts.h"

namespace concordat {

// A stretch of valid time over which one fact holds.
struct TimelineSpan {
  ValidTime valid;
  size_t fact = 0;  // index into Timeline::facts()
};

// What holds when, made from the facts recorded up to a revision. Pure: no
// lock, no clock, no I/O. Immutable, so thread-safe.
//
// Of the records that start at one instant the newest decides; a retraction
// removes them. At any instant the covering fact that starts latest holds. So
// the order in which a history is imported does not matter, a bounded fact is
// laid over an open one, and what was there comes back when it ends.
//
//   gold   [Jan ----------------------->      gold    [Jan, Mar)
//   silver          [Mar ---- Jun)       =>   silver  [Mar, Jun)
//                                             gold    [Jun, ...)
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
  explicit Timeline(std::vector<FactRecord> records);

  // The facts in force, in order of start.
  const std::vector<FactRecord>& facts() const { return facts_; }
  // In order, without overlaps; gaps are stretches over which nothing holds.
  const std::vector<TimelineSpan>& spans() const { return spans_; }

  // The span that covers `t`; nullptr in a gap.
  const TimelineSpan* At(absl::Time t) const;
  State StateAt(absl::Time t) const;

  const FactRecord& FactOf(const TimelineSpan& span) const {
    return facts_[span.fact];
  }

 private:
  std::vector<FactRecord> facts_;
  std::vector<TimelineSpan> spans_;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_TIMELINE_H_
