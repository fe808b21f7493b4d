#ifndef CONCORDAT_CONSISTENCY_HELD_OBSERVATIONS_H_
#define CONCORDAT_CONSISTENCY_HELD_OBSERVATIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/fusion/observations.h"
#include "consistency/sides.h"
#include "consistency/vocabulary.h"
#include "graph/store.h"

namespace concordat {

// The attribute of an entity type as observations name it: `customer.tier`.
std::string ObservedName(absl::string_view entity_type,
                         absl::string_view attribute);

// Of so many claims at most are observations made, so that learning from them
// takes seconds and some 200 MB.
inline constexpr uint64_t kObservedClaimsDefault = 2'000'000;

// What channels hold in a store, to learn from how reliable they are: of each
// attribute of each entity what each says, and the truth where the graph knows
// it. Where more is held than `claims_max`, of a sample of the entities, which
// is the same each time. Not of one state of the store: it is read in several.
// What is on its way (PROPAGATING) is left out. Errors: the store's.
//
// It takes a while: CANCELLED once `go_on` says so.
absl::StatusOr<Observations> ObserveHeld(
    Store& store, const Vocabulary& vocabulary, absl::FunctionRef<bool()> go_on,
    uint64_t claims_max = kObservedClaimsDefault);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_HELD_OBSERVATIONS_H_
