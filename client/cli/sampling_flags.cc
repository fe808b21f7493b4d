#include "client/cli/sampling_flags.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "client/cli/app.h"
#include "client/cli/output.h"
#include "client/status_macros.h"

namespace concordat::client {
namespace {

// `1%` or `0.01`.
absl::StatusOr<double> ParseShare(absl::string_view flag,
                                  absl::string_view text) {
  const bool is_percent = absl::ConsumeSuffix(&text, "%");
  double number = 0;
  if (absl::SimpleAtod(text, &number) && number >= 0 &&
      number <= (is_percent ? 100 : 1)) {
    return is_percent ? number / 100 : number;
  }
  return UsageError(absl::StrCat(flag, ": write a share such as 1% or 0.01"));
}

std::string Percent(double share) {
  return absl::StrFormat("%.2f%%", 100 * share);
}

}  // namespace

void AddSamplingOptions(CLI::App* verb, SamplingFlags& flags) {
  verb->add_flag("--probe", flags.probe,
                 "No file: ask the channel's backend (concordatd --probe)");
  verb->add_option("--sample-precision", flags.precision,
                   "With --probe: ask about so many only that the rate of "
                   "wrong entities is known to so much either way, such as "
                   "1%");
  verb->add_option("--confidence", flags.confidence,
                   "How sure that is to be; default: 95%");
  verb->add_option("--stratify-by", flags.stratify_by,
                   "Divide the sample by the values of this attribute");
  verb->add_flag("--neyman", flags.neyman,
                 "Of strata, ask more about those that vary more");
  verb->add_flag("--sequential", flags.sequential,
                 "Go on only until it is precise, or decided; the interval "
                 "holds whenever one stops");
  verb->add_option("--decide-rate", flags.decide_rate,
                   "With --sequential: end once the rate is surely above or "
                   "surely below this");
  verb->add_option("--sample-seed", flags.seed,
                   "What chooses the sample: the same seed, the same sample");
  verb->add_option("--sample-max", flags.entities_max,
                   "Ask about so many entities at most");
}

absl::Status SetSampling(const SamplingFlags& flags, v1::AuditSpec* spec) {
  if (flags.probe) spec->mutable_probe();
  const bool samples =
      !flags.precision.empty() || flags.sequential || flags.entities_max != 0;
  if (!samples) {
    const bool any = !flags.confidence.empty() || flags.neyman ||
                     !flags.stratify_by.empty() || !flags.decide_rate.empty();
    if (!any) return absl::OkStatus();
    return UsageError(
        "say how large the sample is: --sample-precision, --sample-max or "
        "--sequential");
  }
  if (!flags.probe) return UsageError("a sample is only with --probe");
  v1::SamplingSpec& sampling = *spec->mutable_sampling();
  if (!flags.precision.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const double precision,
                            ParseShare("--sample-precision", flags.precision));
    sampling.set_precision(precision);
  }
  if (!flags.confidence.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const double confidence,
                            ParseShare("--confidence", flags.confidence));
    sampling.set_confidence(confidence);
  }
  if (!flags.decide_rate.empty()) {
    CLIENT_ASSIGN_OR_RETURN(const double rate,
                            ParseShare("--decide-rate", flags.decide_rate));
    sampling.set_decide_rate(rate);
  }
  sampling.set_stratify_by(flags.stratify_by);
  if (flags.neyman) sampling.set_allocation(v1::SAMPLE_ALLOCATION_NEYMAN);
  sampling.set_sequential(flags.sequential);
  sampling.set_seed(flags.seed);
  sampling.set_entities_max(flags.entities_max);
  return absl::OkStatus();
}

std::string EstimateText(const v1::AuditEstimate& estimate) {
  std::string text = absl::StrFormat(
      "something is wrong with %s of %d entities: %s to %s, %g%% sure; %d "
      "looked at%s\n",
      Percent(estimate.rate()), estimate.population(), Percent(estimate.low()),
      Percent(estimate.high()), 100 * estimate.confidence(), estimate.sampled(),
      estimate.stopped_early() ? ", which was enough" : "");
  if (estimate.strata().empty()) return text;
  TableText table({"STRATUM", "ENTITIES", "LOOKED AT", "WRONG", "FROM", "TO"},
                  0);
  std::vector<TableRow> rows;
  for (const v1::SampleStratum& stratum : estimate.strata()) {
    rows.push_back({stratum.name().empty() ? "(none)" : stratum.name(),
                    absl::StrCat(stratum.population()),
                    absl::StrCat(stratum.sampled()), Percent(stratum.rate()),
                    Percent(stratum.low()), Percent(stratum.high())});
  }
  return absl::StrCat(text, table.Page(rows));
}

}  // namespace concordat::client
