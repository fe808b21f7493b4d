// An interval that may be looked at after each answer.
#ifndef CONCORDAT_CONSISTENCY_SAMPLING_CONFIDENCE_SEQUENCE_H_
#define CONCORDAT_CONSISTENCY_SAMPLING_CONFIDENCE_SEQUENCE_H_

#include <cstdint>

#include "consistency/sampling/intervals.h"

namespace concordat::sampling {

// How many of a finite population are hits, while it is drawn from without
// replacement, in random order: the prior-posterior-ratio confidence sequence
// of Waudby-Smith and Ramdas (Confidence sequences for sampling without
// replacement, NeurIPS 2020, section 2) with a uniform beta-binomial prior.
//
// Of all numbers K of hits that the population might have, those are left for
// which the draws up to now are more than alpha times as likely as under the
// prior's mixture of all K:
//
//   [K]_s [N - K]_(t - s) / [N]_t  >  alpha B(1 + s, 1 + t - s) / B(1, 1)
//
// for s hits in t draws, [x]_i = x (x - 1) ... (x - i + 1). The quotient of the
// two sides is a martingale for the true K, so by Ville's inequality the chance
// that the true K is ever left out, at any time, whenever one chooses to stop,
// is at most alpha = 1 - confidence. Once all are drawn it is exact.
class ConfidenceSequence {
 public:
  // `population` > 0.
  ConfidenceSequence(int64_t population, double confidence);

  // So many more were drawn, so many of them hits. Together no more than the
  // population.
  void Add(int64_t drawn, int64_t hits);

  int64_t drawn() const { return drawn_; }
  int64_t hits() const { return hits_; }
  // Of the rate: of all that was drawn up to now (not intersected with those
  // before, so that it depends on nothing but the counts). Takes some 100
  // logarithms of factorials.
  Interval interval() const;

 private:
  // Whether the population may have so many hits.
  bool IsLeft(int64_t hits_in_all) const;

  const int64_t population_;
  const double log_alpha_;
  int64_t drawn_ = 0;
  int64_t hits_ = 0;
};

}  // namespace concordat::sampling

#endif  // CONCORDAT_CONSISTENCY_SAMPLING_CONFIDENCE_SEQUENCE_H_
