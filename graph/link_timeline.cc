#include "graph/link_timeline.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace concordat {
namespace {

bool RecordedBefore(const LinkRecord& a, const LinkRecord& b) {
  return std::tie(a.recorded.revision, a.recorded.ordinal) <
         std::tie(b.recorded.revision, b.recorded.ordinal);
}

std::vector<LinkRecord> InForce(std::vector<LinkRecord> records) {
  if (records.size() == 1 && !records.front().retraction) return records;
  std::sort(records.begin(), records.end(), RecordedBefore);
  std::map<absl::Time, LinkRecord> by_start;
  for (LinkRecord& record : records) {
    const absl::Time start = record.valid.from;
    if (!record.retraction) {
      by_start.insert_or_assign(start, std::move(record));
    } else if (start == absl::InfinitePast()) {
      by_start.clear();
    } else {
      by_start.erase(start);
    }
  }
  std::vector<LinkRecord> links;
  links.reserve(by_start.size());
  for (auto& [start, link] : by_start) links.push_back(std::move(link));
  return links;
}

}  // namespace

LinkTimeline::LinkTimeline(std::vector<LinkRecord> records)
    : links_(InForce(std::move(records))) {
  if (links_.size() == 1) {  // most ids
    spans_.push_back({links_.front().valid, 0});
    return;
  }
  LatestStart latest;
  spans_ = Sweep(links_, latest);
}

const LinkRecord* LinkTimeline::At(absl::Time t) const {
  const TimelineSpan* span = SpanAt(spans_, t);
  return span == nullptr ? nullptr : &links_[span->fact];
}

}  // namespace concordat
