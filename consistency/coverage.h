#ifndef CONCORDAT_CONSISTENCY_COVERAGE_H_
#define CONCORDAT_CONSISTENCY_COVERAGE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "consistency/held_claims.h"
#include "consistency/judge.h"
#include "consistency/vocabulary.h"
#include "graph/ids.h"
#include "graph/store.h"

namespace concordat {

// What a channel said last was true once, the truth has changed since, the
// channel's promise has run out, and it has not been heard of: whether it knows
// cannot be told. A gap in coverage, not a contradiction.
struct Unconfirmed {
  HeldClaim held;
  // When the truth changed, and until when the channel had to learn of it.
  absl::Time changed_at;
  absl::Time due_at;
};

struct UnconfirmedPage {
  std::vector<Unconfirmed> items;
  // Where the next page starts; empty at the end.
  std::string next;
};

// In order of entity, channel and attribute; of all channels where `channel` is
// empty, of all entities where `entities` is: else these are the ids of one
// entity. Looks through so many held claims that it is done soon, so a page may
// be empty and not the last. Errors: those of `reader` and `knowledge`.
absl::StatusOr<UnconfirmedPage> ListUnconfirmed(
    const Reader& reader, const Vocabulary& vocabulary, Knowledge& knowledge,
    absl::Time now, absl::string_view channel,
    const std::vector<EntityId>& entities, absl::string_view start,
    size_t limit);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_COVERAGE_H_
