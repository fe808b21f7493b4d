// Which of the values that channels say of one item are the same value.
#ifndef CONCORDAT_CONSISTENCY_FUSION_VALUE_CLUSTERS_H_
#define CONCORDAT_CONSISTENCY_FUSION_VALUE_CLUSTERS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "graph/reading.h"
#include "graph/schema.h"

namespace concordat {

// What somebody wrote, as read for them; both must outlive the call.
struct WrittenReading {
  const Reading* reading = nullptr;
  const WritingHabits* habits = nullptr;
};

struct ValueClusters {
  // By reading: the number of its value from 0; nullopt where it takes no side:
  // unreadable, absent (that a channel has none says nothing of what is true),
  // or compatible with several values or undecided about them.
  std::vector<std::optional<size_t>> of;
  // By value: the reading that stands for it.
  std::vector<size_t> leaders;
};

// Groups readings of one attribute by meaning, as Compare tells it. Sameness
// within tolerances is not transitive, so a value is what is the same as its
// leader: leaders are the values that say most and most channels write, of
// those the first by canonical writing. What says less than a leader ("Hill
// Street" beside "Hill Street 4") joins it where no other leader fits as well.
// The order of `written` decides only whose habits a writing that several share
// is compared with; give it by channel.
// LIMIT_EXCEEDED (kFusionValuesPerItemMax). Pure; thread-safe; quadratic in the
// different values.
absl::StatusOr<ValueClusters> ClusterValues(
    const Attribute& attribute, absl::Span<const WrittenReading> written);

// The number of the value that `one`, such as the authority's value, is of;
// nullopt where it is of none or of several.
std::optional<size_t> FindCluster(const Attribute& attribute,
                                  absl::Span<const WrittenReading> written,
                                  const ValueClusters& clusters,
                                  const WrittenReading& one);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FUSION_VALUE_CLUSTERS_H_
