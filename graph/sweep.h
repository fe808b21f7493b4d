// A sweep over valid time: which of several records holds when.
#ifndef CONCORDAT_GRAPH_SWEEP_H_
#define CONCORDAT_GRAPH_SWEEP_H_

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "graph/facts.h"

namespace concordat {

// A stretch of valid time over which one fact holds.
struct TimelineSpan {
  ValidTime valid;
  size_t fact = 0;  // index into Timeline::facts()
};

// Of the records that cover an instant, the one that starts latest: records
// are in order of start, so the greatest index.
class LatestStart {
 public:
  void Enter(size_t record) { covering_.insert(record); }
  void Leave(size_t record) { covering_.erase(record); }
  std::optional<size_t> Holds() const {
    if (covering_.empty()) return std::nullopt;
    return *covering_.rbegin();
  }

 private:
  std::set<size_t> covering_;
};

// The stretches over which each of `records` holds, in order and without
// overlaps. `records` have a member `valid` and are in order of its start.
// `choice` is told which records cover the current instant (Enter, Leave) and
// asked which of them holds (Holds), as LatestStart.
template <typename Record, typename Choice>
std::vector<TimelineSpan> Sweep(const std::vector<Record>& records,
                                Choice& choice) {
  std::vector<std::pair<absl::Time, size_t>> ends;
  for (size_t i = 0; i < records.size(); ++i) {
    if (records[i].valid.from < records[i].valid.to) {
      ends.emplace_back(records[i].valid.to, i);
    }
  }
  std::sort(ends.begin(), ends.end());

  std::vector<TimelineSpan> spans;
  size_t next_start = 0;
  size_t next_end = 0;
  while (next_start < records.size() || next_end < ends.size()) {
    const absl::Time start = next_start < records.size()
                                 ? records[next_start].valid.from
                                 : absl::InfiniteFuture();
    const absl::Time end =
        next_end < ends.size() ? ends[next_end].first : absl::InfiniteFuture();
    const absl::Time now = std::min(start, end);
    while (next_end < ends.size() && ends[next_end].first <= now) {
      choice.Leave(ends[next_end++].second);
    }
    while (next_start < records.size() &&
           records[next_start].valid.from <= now) {
      if (records[next_start].valid.to > now) choice.Enter(next_start);
      ++next_start;
    }
    if (!spans.empty() && spans.back().valid.to > now) {
      spans.back().valid.to = now;
    }
    const std::optional<size_t> holds = choice.Holds();
    if (!holds.has_value()) continue;
    if (!spans.empty() && spans.back().fact == *holds &&
        spans.back().valid.to == now) {
      spans.back().valid.to = records[*holds].valid.to;
    } else {
      spans.push_back({{now, records[*holds].valid.to}, *holds});
    }
  }
  return spans;
}

// The span that covers `t`; nullptr in a gap.
inline const TimelineSpan* SpanAt(const std::vector<TimelineSpan>& spans,
                                  absl::Time t) {
  auto after = std::upper_bound(spans.begin(), spans.end(), t,
                                [](absl::Time time, const TimelineSpan& s) {
                                  return time < s.valid.from;
                                });
  if (after == spans.begin()) return nullptr;
  const TimelineSpan& span = *std::prev(after);
  return span.valid.Covers(t) ? &span : nullptr;
}

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_SWEEP_H_
