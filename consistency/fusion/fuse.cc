#include "consistency/fusion/fuse.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "consistency/fusion/likelihood.h"
#include "consistency/fusion/observations.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

absl::Status Check(absl::Span<const Testimony> testimonies, size_t values) {
  const auto count = static_cast<int64_t>(testimonies.size());
  if (count > limits::kFusionChannelsMax) {
    return errors::LimitExceeded("fusion_channels_max", count,
                                 limits::kFusionChannelsMax);
  }
  absl::flat_hash_set<absl::string_view> channels;
  for (const Testimony& testimony : testimonies) {
    if (testimony.value >= values) {
      return errors::InvalidField("value", "is not one of the item's values");
    }
    if (!channels.insert(testimony.channel).second) {
      return errors::InvalidField("channel", "testifies twice on one item");
    }
  }
  return absl::OkStatus();
}

struct Heard {
  std::vector<Witness> evidence;
  Votes votes;
  double spread = 0;
};

// Hears the testimonies, whose channels are numbered here by their place.
Heard Hear(const ReliabilityModel& model, absl::string_view attribute_name,
           absl::Span<const Testimony> testimonies, size_t values) {
  const size_t count = testimonies.size();
  const std::optional<uint32_t> attribute = model.FindAttribute(attribute_name);
  std::vector<std::optional<uint32_t>> channels;
  for (const Testimony& testimony : testimonies) {
    channels.push_back(model.FindChannel(testimony.channel));
  }
  Dependence dependence(count);
  std::vector<Report> reports;
  for (size_t i = 0; i < count; ++i) {
    reports.push_back({static_cast<uint16_t>(i),
                       static_cast<uint16_t>(testimonies[i].value)});
    for (size_t k = 0; k < i; ++k) {
      if (testimonies[i].value != testimonies[k].value) continue;
      dependence.Set(i, k, model.DependenceOf(channels[i], channels[k]));
    }
  }
  std::vector<double> weights;
  WeighReports(reports, dependence, &weights);
  Heard heard;
  heard.votes.Reset(values);
  heard.spread = ReliabilityModel::Attribute().spread;
  if (attribute.has_value()) heard.spread = model.attributes[*attribute].spread;
  for (size_t i = 0; i < count; ++i) {
    const Reliability reliability = model.Of(channels[i], attribute);
    heard.votes.Add(testimonies[i].value, weights[i], LogsOf(reliability.beta));
    heard.evidence.push_back({reliability, weights[i]});
  }
  return heard;
}

}  // namespace

absl::StatusOr<Distribution> Fuse(const ReliabilityModel& model,
                                  absl::string_view attribute,
                                  absl::Span<const Testimony> testimonies,
                                  size_t values, const FuseOptions& options) {
  CONCORDAT_RETURN_IF_ERROR(Check(testimonies, values));
  Distribution fused;
  fused.values.assign(values, 0);
  if (testimonies.empty()) return fused;
  Heard heard = Hear(model, attribute, testimonies, values);
  const std::vector<double>& probabilities =
      heard.votes.Probabilities(heard.spread);
  // Where all channels are misled, what is true is said by none of them.
  const double misled = model.common_error.mean();
  fused.none = (1 - misled) * probabilities.back() + misled;
  for (size_t v = 0; v < values; ++v) {
    if (heard.votes.mass(v) <= 0) continue;
    fused.values[v] = (1 - misled) * probabilities[v];
    if (!fused.likeliest || fused.values[v] > fused.values[*fused.likeliest]) {
      fused.likeliest = v;
    }
  }
  if (fused.values[*fused.likeliest] >= options.decide_at) {
    fused.decided = fused.likeliest;
  }
  fused.witnesses = heard.votes.total();
  fused.witnesses_for_likeliest = heard.votes.mass(*fused.likeliest);
  fused.evidence = std::move(heard.evidence);
  return fused;
}

absl::StatusOr<AuthorityDoubt> DoubtAuthority(
    const ReliabilityModel& model, absl::string_view attribute,
    absl::Span<const Testimony> testimonies, std::optional<size_t> authority,
    const DoubtOptions& options) {
  AuthorityDoubt doubt;
  size_t values = 0;
  for (const Testimony& testimony : testimonies) {
    values = std::max(values, testimony.value + 1);
  }
  CONCORDAT_RETURN_IF_ERROR(Check(testimonies, values));
  if (testimonies.empty()) return doubt;
  const size_t value = testimonies.front().value;
  for (const Testimony& testimony : testimonies) {
    if (testimony.value != value || testimony.value == authority) return doubt;
  }
  Heard heard = Hear(model, attribute, testimonies, values);
  doubt.witnesses = heard.votes.mass(value);
  // The channels' value is true, with what the authority's errors leave it; or
  // the authority's is, or another, under both of which all channels are wrong.
  const std::vector<double>& logs = heard.votes.LogLikelihoods(heard.spread);
  const double odds = std::exp(std::min(logs[value] - logs.back(), 600.0));
  const double error = options.authority_error;
  const double misled = model.common_error.mean();
  const double sum = error * odds + 1;
  doubt.value_probability = (1 - misled) * error * odds / sum;
  doubt.probability =
      (1 - misled) * (error * odds + error) / sum + misled * error;
  doubt.suspect = doubt.witnesses >= options.witnesses_min &&
                  doubt.probability >= options.suspect_at;
  return doubt;
}

}  // namespace concordat
