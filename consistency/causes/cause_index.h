// Which cause a finding belongs to.
#ifndef CONCORDAT_CONSISTENCY_CAUSES_CAUSE_INDEX_H_
#define CONCORDAT_CONSISTENCY_CAUSES_CAUSE_INDEX_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "consistency/causes/cause.h"
#include "consistency/causes/cause_matches.h"
#include "consistency/causes/dimensions.h"

namespace concordat {

// One thing that is known of a finding.
struct DimensionReading {
  absl::string_view dimension;
  absl::string_view value;
};

// Answers by conditions, so also for findings that came after the run. Some
// ten look-ups in a hash table. Immutable; thread-safe. Keeps no reference.
class CauseIndex {
 public:
  // `causes`: in the order in which they claim findings (FoundCauses); at most
  // kCauseSetMax, those beyond it claim nothing. `dimensions` says what is part
  // of what; a value that it lacks satisfies a condition that names it, and no
  // other.
  CauseIndex(const Dimensions& dimensions,
             absl::Span<const CauseConditions> causes);

  // The index of the main cause; nullopt where nothing explains it.
  // `finding`: at most one value a dimension; what is missing satisfies
  // nothing.
  std::optional<size_t> MainCauseOf(
      absl::Span<const DimensionReading> finding) const;

 private:
  struct Asked {
    // What is not refuted by a value that is not listed, or missing.
    CauseSet by_default = 0;
    absl::flat_hash_map<std::string, CauseSet> not_refuted;
  };

  CauseSet every_ = 0;
  std::vector<Asked> asked_;
  // By name of the dimension: its place in asked_.
  absl::flat_hash_map<std::string, size_t> places_;
};

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_CAUSES_CAUSE_INDEX_H_
