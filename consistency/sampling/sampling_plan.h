// How to look at some entities in the place of all.
#ifndef CONCORDAT_CONSISTENCY_SAMPLING_SAMPLING_PLAN_H_
#define CONCORDAT_CONSISTENCY_SAMPLING_SAMPLING_PLAN_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace concordat::sampling {

// Values are those of concordat.v1.SampleAllocation.
enum class Allocation : uint8_t {
  kProportional = 1,
  kNeyman,
};

// See concordat.v1.SamplingSpec.
struct SamplingPlan {
  // Half the width of the interval; 0: whatever entities_max gives.
  double precision = 0;
  double confidence = 0.95;
  std::string stratify_by;
  Allocation allocation = Allocation::kProportional;
  uint64_t seed = 0;
  bool sequential = false;
  double decide_rate = 0;    // 0: unset
  int64_t entities_max = 0;  // 0: limits::kSampledEntitiesMax

  friend bool operator==(const SamplingPlan&, const SamplingPlan&) = default;
};

// Whether the numbers are in their ranges and fit together. Errors:
// INVALID_FIELD, LIMIT_EXCEEDED; their field is one of SamplingSpec.
absl::Status Validate(const SamplingPlan& plan);

}  // namespace concordat::sampling

#endif  // CONCORDAT_CONSISTENCY_SAMPLING_SAMPLING_PLAN_H_
