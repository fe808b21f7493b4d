// The history of a channel's own id over valid time: whom it names when.
#ifndef CONCORDAT_GRAPH_LINK_TIMELINE_H_
#define CONCORDAT_GRAPH_LINK_TIMELINE_H_

#include <vector>

#include "absl/time/time.h"
#include "graph/facts.h"
#include "graph/sweep.h"

namespace concordat {

// Made from the links of one channel's id recorded up to a revision, by the
// rule of time of facts: of the records of one start the newest decides, and at
// any instant the covering one that starts latest holds. Pure and immutable, so
// thread-safe.
class LinkTimeline {
 public:
  LinkTimeline() = default;
  // `records`: every record of the id up to the revision, in any order.
  explicit LinkTimeline(std::vector<LinkRecord> records);

  // The links in force, in order of start.
  const std::vector<LinkRecord>& links() const { return links_; }
  // In order, without overlaps; TimelineSpan::fact is an index into links().
  const std::vector<TimelineSpan>& spans() const { return spans_; }

  // The link that holds at `t`; nullptr where none does.
  const LinkRecord* At(absl::Time t) const;

 private:
  std::vector<LinkRecord> links_;
  std::vector<TimelineSpan> spans_;
};

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_LINK_TIMELINE_H_
