// What channels said of items, in the compact form that reliability is learned
// from. An item is one attribute of one entity, in one window of time.
#ifndef CONCORDAT_CONSISTENCY_FUSION_OBSERVATIONS_H_
#define CONCORDAT_CONSISTENCY_FUSION_OBSERVATIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat {

// One channel says one of the item's values. Values are numbered per item from
// 0; writings of one meaning have one number (value_clusters.h).
struct Report {
  uint16_t channel = 0;
  uint16_t value = 0;

  friend bool operator==(const Report&, const Report&) = default;
};

// The truth of an item, where it is not the number of one of its values.
inline constexpr int kTruthUnknown = -2;
inline constexpr int kTruthUnsaid = -1;  // known, and no channel says it

struct ItemView {
  size_t attribute = 0;
  // At most one a channel, by channel.
  absl::Span<const Report> reports;
  size_t values = 0;
  int truth = kTruthUnknown;
};

// Immutable; thread-safe. The same items give the same Observations in
// whatever order they were added, so that what is learned does not depend on
// it.
class Observations {
 public:
  // By name; a Report's channel and an ItemView's attribute are indexes here.
  const std::vector<std::string>& channels() const { return channels_; }
  const std::vector<std::string>& attributes() const { return attributes_; }
  // By attribute, then by key.
  size_t items() const { return items_.size(); }
  ItemView item(size_t index) const;
  size_t reports() const { return reports_.size(); }

 private:
  friend class ObservationsBuilder;
  struct Item {
    uint32_t attribute = 0;
    uint32_t begin = 0;
    uint16_t reports = 0;
    uint16_t values = 0;
    int16_t truth = kTruthUnknown;
  };

  std::vector<std::string> channels_;
  std::vector<std::string> attributes_;
  std::vector<Item> items_;
  std::vector<Report> reports_;
};

// Collects items. Not thread-safe. O(n log n) in the reports.
class ObservationsBuilder {
 public:
  struct Said {
    absl::string_view channel;
    int value = 0;  // any number >= 0 that the item's equal values share
  };

  // Adds what channels said of one item. `key` tells the items of one attribute
  // apart. `truth`: nullopt where it is not known; a value that nobody says is
  // kTruthUnsaid. INVALID_FIELD where a channel or the item itself comes twice
  // (the latter from Build); LIMIT_EXCEEDED (kFusion* of graph/limits.h).
  absl::Status Add(absl::string_view key, absl::string_view attribute,
                   absl::Span<const Said> said, std::optional<int> truth);

  absl::StatusOr<Observations> Build() &&;

 private:
  struct Pending {
    std::string key;
    uint32_t attribute = 0;
    int truth = kTruthUnknown;
    std::vector<Report> reports;
  };
  using Names = absl::flat_hash_map<std::string, uint32_t>;

  Names channels_;
  Names attributes_;
  std::vector<Pending> items_;
  size_t reports_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_FUSION_OBSERVATIONS_H_
