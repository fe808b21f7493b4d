#include "server/convert/sampling.h"

#include "graph/status_macros.h"

namespace concordat::convert {

absl::StatusOr<sampling::SamplingPlan> FromWire(const v1::SamplingSpec& wire) {
  sampling::SamplingPlan plan;
  plan.precision = wire.precision();
  if (wire.confidence() != 0) plan.confidence = wire.confidence();
  plan.stratify_by = wire.stratify_by();
  if (wire.allocation() != v1::SAMPLE_ALLOCATION_UNSPECIFIED) {
    plan.allocation = static_cast<sampling::Allocation>(wire.allocation());
  }
  plan.seed = wire.seed();
  plan.sequential = wire.sequential();
  plan.decide_rate = wire.decide_rate();
  plan.entities_max = wire.entities_max();
  CONCORDAT_RETURN_IF_ERROR(sampling::Validate(plan));
  return plan;
}

void ToWire(const sampling::SamplingPlan& plan, v1::SamplingSpec* wire) {
  wire->set_precision(plan.precision);
  wire->set_confidence(plan.confidence);
  wire->set_stratify_by(plan.stratify_by);
  wire->set_allocation(static_cast<v1::SampleAllocation>(plan.allocation));
  wire->set_seed(plan.seed);
  wire->set_sequential(plan.sequential);
  wire->set_decide_rate(plan.decide_rate);
  wire->set_entities_max(plan.entities_max);
}

void ToWire(const sampling::Estimate& estimate, v1::AuditEstimate* wire) {
  wire->set_rate(estimate.rate);
  wire->set_low(estimate.interval.low);
  wire->set_high(estimate.interval.high);
  wire->set_confidence(estimate.confidence);
  wire->set_sampled(estimate.sampled);
  wire->set_sampled_wrong(estimate.hits);
  wire->set_population(estimate.population);
  wire->set_stopped_early(estimate.stopped_early);
  for (const sampling::StratumCount& stratum : estimate.strata) {
    v1::SampleStratum* const one = wire->add_strata();
    one->set_name(stratum.name);
    one->set_population(stratum.population);
    one->set_sampled(stratum.sampled);
    one->set_sampled_wrong(stratum.hits);
    one->set_rate(stratum.rate());
    const sampling::Interval interval = sampling::WilsonOf(
        stratum.hits, stratum.sampled, stratum.population, estimate.confidence);
    one->set_low(interval.low);
    one->set_high(interval.high);
  }
}

}  // namespace concordat::convert
