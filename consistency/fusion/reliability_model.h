// What has been learned of how reliable channels are, in the form that is
// stored and that single items are fused with.
#ifndef CONCORDAT_CONSISTENCY_FUSION_RELIABILITY_MODEL_H_
#define CONCORDAT_CONSISTENCY_FUSION_RELIABILITY_MODEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/fusion/likelihood.h"
#include "graph/codec.h"

namespace concordat {

// How often a channel is right where it says something.
struct Reliability {
  // Its counts include the prior's, which for an attribute is the channel's
  // reliability in all.
  Beta beta;
  // How many reports it rests on, the prior apart. A report that only copies
  // could confirm counts less than one.
  double samples = 0;

  double mean() const { return beta.mean(); }

  friend bool operator==(const Reliability&, const Reliability&) = default;
};

// A plain value; immutable use is thread-safe.
struct ReliabilityModel {
  struct OfAttribute {
    uint32_t attribute = 0;  // index of `attributes`
    Reliability reliability;

    friend bool operator==(const OfAttribute&, const OfAttribute&) = default;
  };
  struct Channel {
    std::string name;
    Reliability overall;
    // By attribute; those that it reported.
    std::vector<OfAttribute> attributes;

    friend bool operator==(const Channel&, const Channel&) = default;
  };
  struct Attribute {
    std::string name;
    // How rarely false values are shared (Votes).
    double spread = 2;
    // Items that it was learned from.
    uint64_t items = 0;

    friend bool operator==(const Attribute&, const Attribute&) = default;
  };
  // Two channels, first < second, that may be one witness.
  struct Shared {
    uint32_t first = 0;
    uint32_t second = 0;
    double probability = 0;

    friend bool operator==(const Shared&, const Shared&) = default;
  };

  // By name.
  std::vector<Channel> channels;
  std::vector<Attribute> attributes;
  // By channels. Pairs that are not listed share nothing worth a mention.
  std::vector<Shared> shared;
  // How often all channels of an item are misled together, so that none of them
  // says what is true.
  Beta common_error;
  // Items learned from, and those of them whose truth was known.
  uint64_t items = 0;
  uint64_t known_items = 0;

  // Their indexes; nullopt where nothing was learned of them.
  std::optional<uint32_t> FindChannel(absl::string_view name) const;
  std::optional<uint32_t> FindAttribute(absl::string_view name) const;

  // The reliability of a channel for an attribute; where that was not learned,
  // the channel's in all with what it rests on counted as little; where that
  // was not either, the prior. O(log attributes).
  Reliability Of(std::optional<uint32_t> channel,
                 std::optional<uint32_t> attribute) const;
  // How probably the two are one witness, in [0, 1]. O(log shared).
  double DependenceOf(std::optional<uint32_t> a,
                      std::optional<uint32_t> b) const;

  void Encode(Encoder& encoder) const;
  // DATA_LOSS where the bytes are not what Encode wrote.
  static absl::StatusOr<ReliabilityModel> Decode(absl::string_view bytes);

  friend bool operator==(const ReliabilityModel&,
                         const ReliabilityModel&) = default;
};

// What is assumed of a channel of which nothing is known: right four times of
// five, the accuracy that Dong et al. (VLDB 2009) start from, on the strength
// of five items.
inline constexpr Beta kReliabilityPrior = {4, 1};
// How many items' worth a channel's reliability in all is to its reliability
// for one attribute.
inline constexpr double kChannelStrength = 10;

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FUSION_RELIABILITY_MODEL_H_
