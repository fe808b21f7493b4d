#ifndef CONCORDAT_CONSISTENCY_SCORECARDS_DURATION_HISTOGRAM_H_
#define CONCORDAT_CONSISTENCY_SCORECARDS_DURATION_HISTOGRAM_H_

#include <cstdint>
#include <map>

#include "absl/time/time.h"
#include "graph/codec.h"

namespace concordat {

// Exact counts of durations, in whole seconds, by bucket: of up to 31 s each
// second is one; beyond that each power of two is cut into 32, so that a bucket
// is at most 3.2% of its value wide (Tene, HdrHistogram). Adds up.
class DurationHistogram {
 public:
  // What is negative counts as 0.
  void Add(absl::Duration duration);
  void Add(const DurationHistogram& other);

  int64_t count() const { return count_; }
  // The end of the bucket in which the share of all, over 0 to 1, is reached;
  // at most max(). 0 of none.
  absl::Duration Quantile(double share) const;
  absl::Duration max() const { return max_; }

  void Encode(Encoder& out) const;
  static DurationHistogram Decode(Decoder& in);

 private:
  std::map<uint32_t, int64_t> counts_;
  int64_t count_ = 0;
  absl::Duration max_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_SCORECARDS_DURATION_HISTOGRAM_H_
