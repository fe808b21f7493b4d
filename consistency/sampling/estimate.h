#ifndef CONCORDAT_CONSISTENCY_SAMPLING_ESTIMATE_H_
#define CONCORDAT_CONSISTENCY_SAMPLING_ESTIMATE_H_

#include <cstdint>
#include <vector>

#include "consistency/sampling/intervals.h"

namespace concordat::sampling {

// What a sample says of all: see concordat.v1.AuditEstimate.
struct Estimate {
  double rate = 0;
  Interval interval;
  double confidence = 0.95;
  int64_t sampled = 0;
  int64_t hits = 0;
  int64_t population = 0;
  bool stopped_early = false;
  // The largest first; none where there is one.
  std::vector<StratumCount> strata;
};

}  // namespace concordat::sampling

#endif  // CONCORDAT_CONSISTENCY_SAMPLING_ESTIMATE_H_
