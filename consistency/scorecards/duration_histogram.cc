#include "consistency/scorecards/duration_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace concordat {
namespace {

constexpr uint32_t kCutBits = 5;
constexpr uint64_t kCuts = uint64_t{1} << kCutBits;

uint32_t BucketOf(uint64_t seconds) {
  if (seconds < kCuts) return static_cast<uint32_t>(seconds);
  const auto power = static_cast<uint32_t>(std::bit_width(seconds)) - 1;
  const uint64_t cut = (seconds >> (power - kCutBits)) & (kCuts - 1);
  return static_cast<uint32_t>((power - kCutBits + 1) * kCuts + cut);
}

// The last second of it.
uint64_t EndOf(uint32_t bucket) {
  if (bucket < kCuts) return bucket;
  const uint32_t shift = bucket / kCuts - 1;
  return ((kCuts + bucket % kCuts + 1) << shift) - 1;
}

}  // namespace

void DurationHistogram::Add(absl::Duration duration) {
  const int64_t seconds = std::max<int64_t>(0, absl::ToInt64Seconds(duration));
  ++counts_[BucketOf(static_cast<uint64_t>(seconds))];
  ++count_;
  max_ = std::max(max_, absl::Seconds(seconds));
}

void DurationHistogram::Add(const DurationHistogram& other) {
  for (const auto& [bucket, count] : other.counts_) counts_[bucket] += count;
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

absl::Duration DurationHistogram::Quantile(double share) const {
  const auto wanted =
      static_cast<int64_t>(std::ceil(share * static_cast<double>(count_)));
  int64_t seen = 0;
  for (const auto& [bucket, count] : counts_) {
    seen += count;
    if (seen >= wanted) {
      return std::min(max_, absl::Seconds(static_cast<int64_t>(EndOf(bucket))));
    }
  }
  return max_;
}

void DurationHistogram::Encode(Encoder& out) const {
  out.Unsigned(counts_.size());
  for (const auto& [bucket, count] : counts_) {
    out.Unsigned(bucket).Signed(count);
  }
  out.Signed(absl::ToInt64Seconds(max_));
}

DurationHistogram DurationHistogram::Decode(Decoder& in) {
  DurationHistogram histogram;
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    const auto bucket = static_cast<uint32_t>(in.Unsigned());
    const int64_t count = in.Signed();
    histogram.counts_[bucket] += count;
    histogram.count_ += count;
  }
  histogram.max_ = absl::Seconds(in.Signed());
  return histogram;
}

}  // namespace concordat
