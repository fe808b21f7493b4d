// How often all channels would agree, if they were asked at once.
#ifndef CONCORDAT_CONSISTENCY_SCORECARDS_CONCORD_H_
#define CONCORDAT_CONSISTENCY_SCORECARDS_CONCORD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "graph/store.h"

namespace concordat {

// Values of one attribute that at least two channels hold.
struct Concord {
  int64_t held_by_several = 0;
  // All agree: each agrees with the truth, or all write the same.
  int64_t agreed = 0;
};

// By entity type and attribute. phi-consistency (Lu et al., Existential
// consistency: measuring and understanding consistency at Facebook, SOSP 2015)
// over channels instead of replicas, of what they hold in the reader's newest
// state. Several ids of one entity are counted each by itself. Goes through all
// that is held, some 2 million a second; `go_on` is asked now and then. Errors:
// the reader's, DATA_LOSS; CANCELLED.
using ConcordByAttribute =
    std::map<std::pair<std::string, std::string>, Concord>;
absl::StatusOr<ConcordByAttribute> MeasureConcord(
    const Reader& reader,
    const std::set<std::string, std::less<>>& channels,  // empty: all
    absl::FunctionRef<bool()> go_on);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_SCORECARDS_CONCORD_H_
