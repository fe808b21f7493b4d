// Judging everything again, after another vocabulary came into force: entity
// after entity, in steps that are commits of their own. How far that has come
// is a row of the store, so it goes on after a restart.
#ifndef CONCORDAT_CONSISTENCY_REJUDGEMENT_H_
#define CONCORDAT_CONSISTENCY_REJUDGEMENT_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/ids.h"
#include "graph/schema.h"
#include "graph/store.h"

namespace concordat {

struct Rejudgement {
  // Claims are judged as before: only rules are evaluated again.
  bool rules_only = false;
  // Those up to this one, in order of type and id, are done. Without a type:
  // none is.
  EntityId after;
  // Once that is done, all rules are to be evaluated once more.
  bool rules_again = false;
};

namespace rows {

// The one that goes on; nullopt: none does.
absl::StatusOr<std::optional<Rejudgement>> ReadRejudgement(
    const Reader& reader);
absl::Status PutRejudgement(Transaction& tx, const Rejudgement& rejudgement);
absl::Status DeleteRejudgement(Transaction& tx);

}  // namespace rows

// The next ids of the graph, merged ones too; fewer than `limit` at the end.
// Errors: the reader's.
absl::StatusOr<std::vector<EntityId>> EntitiesAfter(const Reader& reader,
                                                    const Schema& schema,
                                                    const EntityId& after,
                                                    size_t limit);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_REJUDGEMENT_H_
