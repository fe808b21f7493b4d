// Samples to and from the wire.
#ifndef CONCORDAT_SERVER_CONVERT_SAMPLING_H_
#define CONCORDAT_SERVER_CONVERT_SAMPLING_H_

#include "absl/status/statusor.h"
#include "concordat/v1/sampling.pb.h"
#include "consistency/sampling/estimate.h"
#include "consistency/sampling/sampling_plan.h"

namespace concordat::convert {

// With its defaults, and valid. Errors: those of sampling::Validate.
absl::StatusOr<sampling::SamplingPlan> FromWire(const v1::SamplingSpec& wire);

void ToWire(const sampling::SamplingPlan& plan, v1::SamplingSpec* wire);
void ToWire(const sampling::Estimate& estimate, v1::AuditEstimate* wire);

}  // namespace concordat::convert

#endif  // CONCORDAT_SERVER_CONVERT_SAMPLING_H_
