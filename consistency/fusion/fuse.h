// What is probably true of one item on which the graph is silent, and whether
// the graph itself is to be doubted. Suggestions: nothing here is ever written
// into the graph.
#ifndef CONCORDAT_CONSISTENCY_FUSION_FUSE_H_
#define CONCORDAT_CONSISTENCY_FUSION_FUSE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consistency/fusion/reliability_model.h"

namespace concordat {

// What one channel says of the item: one of its values, numbered from 0 as by
// ClusterValues.
struct Testimony {
  absl::string_view channel;
  size_t value = 0;
};

struct FuseOptions {
  // A value is decided on from this probability; less is UNDECIDED. At 0.8 one
  // suggestion in five, at most, is wrong.
  double decide_at = 0.8;
};

// What one testimony rests on and counts, for the evidence.
struct Witness {
  Reliability reliability;
  // In (0, 1]: 1 / m of a group of m copies that say the same.
  double weight = 1;
};

struct Distribution {
  // The probability of each value; with `none` they add up to 1.
  std::vector<double> values;
  // That none of the values said is true, or that all channels are misled.
  double none = 1;
  // The most probable value, the first of equals; nullopt without testimony.
  std::optional<size_t> likeliest;
  // The likeliest where it is probable enough; nullopt is UNDECIDED.
  std::optional<size_t> decided;
  // How many independent witnesses all testimonies, and those for the
  // likeliest, come to.
  double witnesses = 0;
  double witnesses_for_likeliest = 0;
  // In the order of the testimonies.
  std::vector<Witness> evidence;
};

// Fuses the testimonies on one item of `attribute`. Channels and attributes
// that the model does not know count as the prior says. INVALID_FIELD where a
// channel testifies twice or a value is not below `values`; LIMIT_EXCEEDED.
// Pure; thread-safe; O(n^2 log shared) in the testimonies.
absl::StatusOr<Distribution> Fuse(const ReliabilityModel& model,
                                  absl::string_view attribute,
                                  absl::Span<const Testimony> testimonies,
                                  size_t values,
                                  const FuseOptions& options = {});

struct DoubtOptions {
  // How often what the authority holds is wrong, before anybody is heard.
  double authority_error = 0.01;
  // Independent witnesses that must agree. Below 2, for no two channels are
  // wholly independent; one and its copy stay well under it.
  double witnesses_min = 1.5;
  // The posterior from which the authority is suspect.
  double suspect_at = 0.5;
};

struct AuthorityDoubt {
  // All channels say one value that is not the authority's, they are witnesses
  // enough, and it is more probable than not that the authority is wrong.
  bool suspect = false;
  // That the authority is wrong. Given only that the channels agree; 0 where
  // they do not, or where one of them says what the authority does.
  double probability = 0;
  // Of the value that the channels agree on.
  double value_probability = 0;
  double witnesses = 0;
};

// Doubts the authority's value, which is none of the one value that all
// testimonies must share. The same errors as Fuse. Pure; thread-safe.
absl::StatusOr<AuthorityDoubt> DoubtAuthority(
    const ReliabilityModel& model, absl::string_view attribute,
    absl::Span<const Testimony> testimonies, std::optional<size_t> authority,
    const DoubtOptions& options = {});

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FUSION_FUSE_H_
