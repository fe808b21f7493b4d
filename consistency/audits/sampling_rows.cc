#include "consistency/audits/sampling_rows.h"

#include <utility>

#include "absl/base/casts.h"
#include "graph/codec.h"
#include "graph/errors.h"

namespace concordat::rows {
namespace {

constexpr uint64_t kLayout = 1;

void EncodeDouble(double number, Encoder& out) {
  out.Unsigned(absl::bit_cast<uint64_t>(number));
}

double DecodeDouble(Decoder& in) {
  return absl::bit_cast<double>(in.Unsigned());
}

}  // namespace

std::string EncodeAuditSampling(const audits::AuditRecord& record) {
  const sampling::SamplingPlan& plan = *record.sampling;
  Encoder out;
  out.Unsigned(kLayout);
  EncodeDouble(plan.precision, out);
  EncodeDouble(plan.confidence, out);
  out.String(plan.stratify_by);
  out.Unsigned(static_cast<uint64_t>(plan.allocation)).Unsigned(plan.seed);
  out.Bool(plan.sequential);
  EncodeDouble(plan.decide_rate, out);
  out.Signed(plan.entities_max).Bool(record.estimate.has_value());
  if (!record.estimate.has_value()) return out.Take();
  const sampling::Estimate& estimate = *record.estimate;
  EncodeDouble(estimate.rate, out);
  EncodeDouble(estimate.interval.low, out);
  EncodeDouble(estimate.interval.high, out);
  EncodeDouble(estimate.confidence, out);
  out.Signed(estimate.sampled).Signed(estimate.hits);
  out.Signed(estimate.population).Bool(estimate.stopped_early);
  out.Unsigned(estimate.strata.size());
  for (const sampling::StratumCount& stratum : estimate.strata) {
    out.String(stratum.name).Signed(stratum.population);
    out.Signed(stratum.sampled).Signed(stratum.hits);
  }
  return out.Take();
}

absl::Status ParseAuditSampling(absl::string_view row,
                                audits::AuditRecord& record) {
  Decoder in(row);
  if (in.Unsigned() != kLayout) {
    return errors::StorageVersion(
        "an audit was written by a newer version of Concordat");
  }
  sampling::SamplingPlan& plan = record.sampling.emplace();
  plan.precision = DecodeDouble(in);
  plan.confidence = DecodeDouble(in);
  plan.stratify_by = in.String();
  plan.allocation = static_cast<sampling::Allocation>(in.Unsigned());
  plan.seed = in.Unsigned();
  plan.sequential = in.Bool();
  plan.decide_rate = DecodeDouble(in);
  plan.entities_max = in.Signed();
  if (!in.Bool()) return in.Finish("sampling of an audit");
  sampling::Estimate& estimate = record.estimate.emplace();
  estimate.rate = DecodeDouble(in);
  estimate.interval.low = DecodeDouble(in);
  estimate.interval.high = DecodeDouble(in);
  estimate.confidence = DecodeDouble(in);
  estimate.sampled = in.Signed();
  estimate.hits = in.Signed();
  estimate.population = in.Signed();
  estimate.stopped_early = in.Bool();
  for (uint64_t left = in.Unsigned(); left > 0 && !in.failed(); --left) {
    sampling::StratumCount& stratum = estimate.strata.emplace_back();
    stratum.name = in.String();
    stratum.population = in.Signed();
    stratum.sampled = in.Signed();
    stratum.hits = in.Signed();
  }
  return in.Finish("sampling of an audit");
}

}  // namespace concordat::rows
