// A histogram of latencies.
#ifndef CONCORDAT_TESTS_BENCH_HISTOGRAM_H_
#define CONCORDAT_TESTS_BENCH_HISTOGRAM_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace concordat::bench {

// Log-linear buckets, as in HDR histograms: each power of two is cut into 32
// equal parts, so a percentile is at most 3 % off whatever its size. Of fixed
// size, and adding never allocates. Not thread-safe.
class Histogram {
 public:
  void Add(uint64_t microseconds) {
    ++counts_[BucketOf(microseconds)];
    ++total_;
    max_ = std::max(max_, microseconds);
  }

  uint64_t total() const { return total_; }

  // The value that a share of all values, 0 to 1, does not exceed; 0 where
  // nothing was added.
  uint64_t Percentile(double share) const {
    if (total_ == 0) return 0;
    const auto wanted =
        static_cast<uint64_t>(share * static_cast<double>(total_ - 1) + 1);
    uint64_t seen = 0;
    for (size_t bucket = 0; bucket < counts_.size(); ++bucket) {
      seen += counts_[bucket];
      if (seen >= wanted) return std::min(TopOf(bucket), max_);
    }
    return max_;
  }

 private:
  static constexpr int kPartBits = 5;
  static constexpr uint64_t kParts = uint64_t{1} << kPartBits;

  // Values below kParts have a bucket each; above, the leading bit names the
  // power and the next kPartBits bits the part.
  static size_t BucketOf(uint64_t value) {
    if (value < kParts) return value;
    const int power = std::bit_width(value) - 1 - kPartBits;
    return (static_cast<size_t>(power) << kPartBits) + (value >> power);
  }
  static uint64_t TopOf(size_t bucket) {
    if (bucket < kParts) return bucket;
    const size_t power = (bucket >> kPartBits) - 1;
    const uint64_t leading = kParts + (bucket & (kParts - 1));
    return ((leading + 1) << power) - 1;
  }

  std::array<uint64_t, (64 - kPartBits + 1) << kPartBits> counts_{};
  uint64_t total_ = 0;
  uint64_t max_ = 0;
};

}  // namespace concordat::bench

#endif  // CONCORDAT_TESTS_BENCH_HISTOGRAM_H_
