// How sure a rate is that a sample shows. Pure; thread-safe.
#ifndef CONCORDAT_CONSISTENCY_SAMPLING_INTERVALS_H_
#define CONCORDAT_CONSISTENCY_SAMPLING_INTERVALS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace concordat::sampling {

// Within 0 to 1, low <= high.
struct Interval {
  double low = 0;
  double high = 1;

  double half_width() const { return (high - low) / 2; }
};

// The value that a standard normal variable exceeds with probability
// (1 - confidence) / 2; 1.959964 for 0.95. `confidence` is more than 0 and
// less than 1. Wichura, Algorithm AS 241, Applied Statistics 37 (1988).
double NormalQuantileOf(double confidence);

// How many of `population` to look at, so that the interval of WilsonOf is at
// most 2 x precision wide whatever comes out: n0 = z^2 / (4 e^2), and for a
// finite population n = n0 / (1 + (n0 - 1) / N). Cochran, Sampling Techniques,
// 3rd edition (1977), 4.1 and 4.2. At most `population`. `precision` > 0.
int64_t SampleSizeFor(int64_t population, double precision, double confidence);

// The interval of Wilson (JASA 22, 1927) for a rate that a sample of so many
// shows. `size` need not be whole: it may be an effective size. 0 to 1 where it
// is 0.
Interval WilsonOf(double rate, double size, double confidence);

// The same for `hits` of `sampled`, which were drawn without replacement from
// `population`: of size n (N - 1) / (N - n), for the variance of such a draw is
// as many times smaller. The rate itself where everything was sampled.
Interval WilsonOf(int64_t hits, int64_t sampled, int64_t population,
                  double confidence);

// What is known of one stratum.
struct StratumCount {
  std::string name;
  int64_t population = 0;
  int64_t sampled = 0;
  int64_t hits = 0;

  double rate() const {
    return sampled == 0
               ? 0
               : static_cast<double>(hits) / static_cast<double>(sampled);
  }
};

struct StratifiedRate {
  double rate = 0;
  double variance = 0;
  Interval interval;
};

// The rate of all strata: the mean of theirs, weighted with their populations,
// with the variance sum W^2 (1 - n/N) p (1 - p) / (n - 1) (Cochran, 5.3 and
// 5.52); its interval is Wilson's for the effective sample size p (1 - p) /
// variance (Franco, Little, Louis and Slud, Journal of Survey Statistics and
// Methodology 7, 2019), in which each stratum's p is (hits + 1/2) / (n + 1), as
// Jeffreys' prior has it (Brown, Cai and DasGupta, Statistical Science 16,
// 2001): what is rare in a large stratum that few were taken from is often not
// seen at all, and intervals of 95% would hold the truth in 90% of cases. A
// stratum in which nobody was looked at makes the interval as wide as if its
// rate could be anything, 0 to 1.
StratifiedRate EstimateStratified(absl::Span<const StratumCount> strata,
                                  double confidence);

}  // namespace concordat::sampling

#endif  // CONCORDAT_CONSISTENCY_SAMPLING_INTERVALS_H_
