#include "graph/timeline.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace concordat {
namespace {

bool RecordedBefore(const FactRecord& a, const FactRecord& b) {
  return std::tie(a.valid.from, a.recorded.revision, a.recorded.ordinal) <
         std::tie(b.valid.from, b.recorded.revision, b.recorded.ordinal);
}

// Keeps the newest record of each start, unless that is a retraction.
std::vector<FactRecord> InForce(std::vector<FactRecord> records) {
  if (records.size() == 1 && !records.front().retraction) return records;
  std::sort(records.begin(), records.end(), RecordedBefore);
  std::vector<FactRecord> facts;
  facts.reserve(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const bool newest = i + 1 == records.size() ||
                        records[i + 1].valid.from != records[i].valid.from;
    if (newest && !records[i].retraction) {
      facts.push_back(std::move(records[i]));
    }
  }
  return facts;
}

}  // namespace

// A sweep over the starts and ends. `covering` holds the facts that cover the
// current instant; facts are sorted by start, so the greatest index wins.
Timeline::Timeline(std::vector<FactRecord> records)
    : facts_(InForce(std::move(records))) {
  if (facts_.size() == 1) {  // most attributes, and nothing to sweep
    spans_.push_back({facts_.front().valid, 0});
    return;
  }
  std::vector<std::pair<absl::Time, size_t>> ends;
  for (size_t i = 0; i < facts_.size(); ++i) {
    if (facts_[i].valid.from < facts_[i].valid.to) {
      ends.emplace_back(facts_[i].valid.to, i);
    }
  }
  std::sort(ends.begin(), ends.end());

  std::set<size_t> covering;
  size_t next_start = 0;
  size_t next_end = 0;
  while (next_start < facts_.size() || next_end < ends.size()) {
    const absl::Time start = next_start < facts_.size()
                                 ? facts_[next_start].valid.from
                                 : absl::InfiniteFuture();
    const absl::Time end =
        next_end < ends.size() ? ends[next_end].first : absl::InfiniteFuture();
    const absl::Time now = std::min(start, end);
    while (next_end < ends.size() && ends[next_end].first <= now) {
      covering.erase(ends[next_end++].second);
    }
    while (next_start < facts_.size() && facts_[next_start].valid.from <= now) {
      if (facts_[next_start].valid.to > now) covering.insert(next_start);
      ++next_start;
    }
    if (!spans_.empty() && spans_.back().valid.to > now) {
      spans_.back().valid.to = now;
    }
    if (covering.empty()) continue;
    const size_t holds = *covering.rbegin();
    if (!spans_.empty() && spans_.back().fact == holds &&
        spans_.back().valid.to == now) {
      spans_.back().valid.to = facts_[holds].valid.to;
    } else {
      spans_.push_back({{now, facts_[holds].valid.to}, holds});
    }
  }
}

const TimelineSpan* Timeline::At(absl::Time t) const {
  auto after = std::upper_bound(spans_.begin(), spans_.end(), t,
                                [](absl::Time time, const TimelineSpan& s) {
                                  return time < s.valid.from;
                                });
  if (after == spans_.begin()) return nullptr;
  const TimelineSpan& span = *std::prev(after);
  return span.valid.Covers(t) ? &span : nullptr;
}

Timeline::State Timeline::StateAt(absl::Time t) const {
  if (const TimelineSpan* span = At(t); span != nullptr) {
    return FactOf(*span).value.has_value() ? State::kValue : State::kNone;
  }
  const bool ended = !spans_.empty() && spans_.front().valid.to <= t;
  return ended ? State::kNone : State::kSilent;
}

}  // namespace concordat
