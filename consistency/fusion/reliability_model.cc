#include "consistency/fusion/reliability_model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr uint64_t kLayout = 1;
constexpr absl::string_view kRecordName = "reliability";
// What two channels share of which nothing is known: the prior of dependence,
// 0.2, times the mean rate of copying that dependence.h weighs.
constexpr double kUnknownShared = 0.135;
// Counts, and concentrations, outside of which a model's bytes are broken, and
// inside of which no logarithm is infinite.
constexpr double kCountMin = 1e-7;
constexpr double kCountMax = 1e8;

void EncodeDouble(Encoder& encoder, double number) {
  encoder.Unsigned(std::bit_cast<uint64_t>(number));
}

double DecodeDouble(Decoder& decoder) {
  return std::bit_cast<double>(decoder.Unsigned());
}

void EncodeBeta(Encoder& encoder, const Beta& beta) {
  EncodeDouble(encoder, beta.right);
  EncodeDouble(encoder, beta.wrong);
}

void EncodeReliability(Encoder& encoder, const Reliability& reliability) {
  EncodeBeta(encoder, reliability.beta);
  EncodeDouble(encoder, reliability.samples);
}

Beta DecodeBeta(Decoder& decoder) {
  const double right = DecodeDouble(decoder);
  return {right, DecodeDouble(decoder)};
}

Reliability DecodeReliability(Decoder& decoder) {
  const Beta beta = DecodeBeta(decoder);
  return {beta, DecodeDouble(decoder)};
}

bool IsCount(double number) {
  return number >= kCountMin && number <= kCountMax;
}

bool IsValid(const Beta& beta) {
  return IsCount(beta.right) && IsCount(beta.wrong);
}

bool IsValid(const Reliability& reliability) {
  return IsValid(reliability.beta) && reliability.samples >= 0 &&
         reliability.samples <= kCountMax;
}

// Whether each is greater than the one before it.
template <typename Range, typename Key>
bool IsAscending(const Range& range, const Key& key) {
  return std::adjacent_find(range.begin(), range.end(),
                            [&](const auto& a, const auto& b) {
                              return !(key(a) < key(b));
                            }) == range.end();
}

constexpr auto kName = [](const auto& named) -> const std::string& {
  return named.name;
};
constexpr auto kPlace = [](const ReliabilityModel::OfAttribute& of) {
  return of.attribute;
};
constexpr auto kPair = [](const ReliabilityModel::Shared& shared) {
  return std::pair(shared.first, shared.second);
};

bool IsValid(const ReliabilityModel& model) {
  for (const ReliabilityModel::Channel& channel : model.channels) {
    if (!IsValid(channel.overall)) return false;
    if (!IsAscending(channel.attributes, kPlace)) return false;
    for (const ReliabilityModel::OfAttribute& of : channel.attributes) {
      if (of.attribute >= model.attributes.size()) return false;
      if (!IsValid(of.reliability)) return false;
    }
  }
  for (const ReliabilityModel::Attribute& attribute : model.attributes) {
    if (!IsCount(attribute.spread)) return false;
  }
  for (const ReliabilityModel::Shared& shared : model.shared) {
    if (shared.first >= shared.second) return false;
    if (shared.second >= model.channels.size()) return false;
    if (!(shared.probability >= 0 && shared.probability <= 1)) return false;
  }
  return IsValid(model.common_error) && IsAscending(model.channels, kName) &&
         IsAscending(model.attributes, kName) &&
         IsAscending(model.shared, kPair) && model.known_items <= model.items;
}

template <typename Named>
std::optional<uint32_t> Find(const std::vector<Named>& range,
                             absl::string_view name) {
  const auto found =
      std::lower_bound(range.begin(), range.end(), name,
                       [](const Named& named, absl::string_view wanted) {
                         return absl::string_view(named.name) < wanted;
                       });
  if (found == range.end() || found->name != name) return std::nullopt;
  return static_cast<uint32_t>(found - range.begin());
}

// The number of things that follow. Each takes a byte at least, so a larger
// number is broken, and is not allocated for.
size_t DecodeCount(Decoder& decoder, int64_t allowed) {
  const uint64_t count = decoder.Unsigned();
  const bool fits =
      count <= static_cast<uint64_t>(allowed) && count <= decoder.rest().size();
  return fits ? count : 0;
}

ReliabilityModel::Channel DecodeChannel(Decoder& decoder) {
  ReliabilityModel::Channel channel;
  channel.name = decoder.String();
  channel.overall = DecodeReliability(decoder);
  const size_t attributes = DecodeCount(decoder, limits::kFusionAttributesMax);
  for (size_t i = 0; i < attributes && !decoder.failed(); ++i) {
    const auto attribute = static_cast<uint32_t>(decoder.Unsigned());
    channel.attributes.push_back({attribute, DecodeReliability(decoder)});
  }
  return channel;
}

}  // namespace

std::optional<uint32_t> ReliabilityModel::FindChannel(
    absl::string_view name) const {
  return Find(channels, name);
}

std::optional<uint32_t> ReliabilityModel::FindAttribute(
    absl::string_view name) const {
  return Find(attributes, name);
}

Reliability ReliabilityModel::Of(std::optional<uint32_t> channel,
                                 std::optional<uint32_t> attribute) const {
  if (!channel.has_value()) return {kReliabilityPrior, 0};
  const Channel& known = channels[*channel];
  if (attribute.has_value()) {
    const auto found = std::lower_bound(
        known.attributes.begin(), known.attributes.end(), *attribute,
        [](const OfAttribute& of, uint32_t wanted) {
          return of.attribute < wanted;
        });
    if (found != known.attributes.end() && found->attribute == *attribute) {
      return found->reliability;
    }
  }
  const double mean = known.overall.mean();
  return {{kChannelStrength * mean, kChannelStrength * (1 - mean)}, 0};
}

double ReliabilityModel::DependenceOf(std::optional<uint32_t> a,
                                      std::optional<uint32_t> b) const {
  if (!a.has_value() || !b.has_value()) return kUnknownShared;
  const std::pair pair(std::min(*a, *b), std::max(*a, *b));
  const auto found =
      std::lower_bound(shared.begin(), shared.end(), pair,
                       [](const Shared& one, const auto& wanted) {
                         return kPair(one) < wanted;
                       });
  if (found == shared.end() || kPair(*found) != pair) return 0;
  return found->probability;
}

void ReliabilityModel::Encode(Encoder& encoder) const {
  encoder.Unsigned(kLayout).Unsigned(channels.size());
  for (const Channel& channel : channels) {
    encoder.String(channel.name);
    EncodeReliability(encoder, channel.overall);
    encoder.Unsigned(channel.attributes.size());
    for (const OfAttribute& of : channel.attributes) {
      encoder.Unsigned(of.attribute);
      EncodeReliability(encoder, of.reliability);
    }
  }
  encoder.Unsigned(attributes.size());
  for (const Attribute& attribute : attributes) {
    encoder.String(attribute.name);
    EncodeDouble(encoder, attribute.spread);
    encoder.Unsigned(attribute.items);
  }
  encoder.Unsigned(shared.size());
  for (const Shared& pair : shared) {
    encoder.Unsigned(pair.first).Unsigned(pair.second);
    EncodeDouble(encoder, pair.probability);
  }
  EncodeBeta(encoder, common_error);
  encoder.Unsigned(items).Unsigned(known_items);
}

absl::StatusOr<ReliabilityModel> ReliabilityModel::Decode(
    absl::string_view bytes) {
  Decoder decoder(bytes);
  if (decoder.Unsigned() != kLayout) {
    return errors::StorageCorrupt("a reliability record has another layout");
  }
  ReliabilityModel model;
  const size_t channels = DecodeCount(decoder, limits::kFusionChannelsMax);
  for (size_t i = 0; i < channels && !decoder.failed(); ++i) {
    model.channels.push_back(DecodeChannel(decoder));
  }
  const size_t attributes = DecodeCount(decoder, limits::kFusionAttributesMax);
  for (size_t i = 0; i < attributes && !decoder.failed(); ++i) {
    Attribute attribute;
    attribute.name = decoder.String();
    attribute.spread = DecodeDouble(decoder);
    attribute.items = decoder.Unsigned();
    model.attributes.push_back(std::move(attribute));
  }
  const size_t pairs =
      DecodeCount(decoder, static_cast<int64_t>(channels * channels / 2));
  for (size_t i = 0; i < pairs && !decoder.failed(); ++i) {
    Shared pair;
    pair.first = static_cast<uint32_t>(decoder.Unsigned());
    pair.second = static_cast<uint32_t>(decoder.Unsigned());
    pair.probability = DecodeDouble(decoder);
    model.shared.push_back(pair);
  }
  model.common_error = DecodeBeta(decoder);
  model.items = decoder.Unsigned();
  model.known_items = decoder.Unsigned();
  CONCORDAT_RETURN_IF_ERROR(decoder.Finish(kRecordName));
  if (!IsValid(model)) {
    return errors::StorageCorrupt("a reliability record contradicts itself");
  }
  return model;
}

}  // namespace concordat
