#include "consistency/sampling/sampling_plan.h"

#include "graph/errors.h"
#include "graph/limits.h"

namespace concordat::sampling {
namespace {

constexpr double kPrecisionMin = 0.0001;
constexpr double kPrecisionMax = 0.5;
constexpr double kConfidenceMin = 0.5;
constexpr double kConfidenceMax = 0.9999;

// False for what is no number as well.
bool IsWithin(double value, double low, double high) {
  return value >= low && value <= high;
}

}  // namespace

absl::Status Validate(const SamplingPlan& plan) {
  if (plan.precision != 0 &&
      !IsWithin(plan.precision, kPrecisionMin, kPrecisionMax)) {
    return errors::InvalidField("precision", "must be 0.0001 to 0.5");
  }
  if (!IsWithin(plan.confidence, kConfidenceMin, kConfidenceMax)) {
    return errors::InvalidField("confidence", "must be 0.5 to 0.9999");
  }
  if (plan.entities_max < 0) {
    return errors::InvalidField("entities_max", "must not be negative");
  }
  if (plan.entities_max > limits::kSampledEntitiesMax) {
    return errors::LimitExceeded("sampled_entities_max", plan.entities_max,
                                 limits::kSampledEntitiesMax, "entities_max");
  }
  if (!IsWithin(plan.decide_rate, 0, 1)) {
    return errors::InvalidField("decide_rate", "must be 0 to 1");
  }
  if (plan.decide_rate != 0 && !plan.sequential) {
    return errors::InvalidField("decide_rate", "is only with `sequential`");
  }
  const bool ends =
      plan.precision != 0 || plan.entities_max != 0 || plan.decide_rate != 0;
  if (!ends) {
    return errors::InvalidField(
        "precision", "set it, or entities_max, or decide_rate with sequential");
  }
  if (plan.allocation != Allocation::kProportional &&
      plan.allocation != Allocation::kNeyman) {
    return errors::InvalidField("allocation", "is not one of the known ones");
  }
  if (plan.allocation == Allocation::kNeyman && plan.stratify_by.empty()) {
    return errors::InvalidField("allocation",
                                "NEYMAN divides among strata: set stratify_by");
  }
  if (plan.allocation == Allocation::kNeyman && plan.sequential) {
    return errors::InvalidField(
        "allocation",
        "with `sequential` entities are asked in one random order: leave it");
  }
  return absl::OkStatus();
}

}  // namespace concordat::sampling
