// Puts into personal parts (graph/personal.h) what was written before its
// attribute was marked personal, or by a build that knew no parts.
#ifndef CONCORDAT_CONSISTENCY_PERSONAL_ROWS_H_
#define CONCORDAT_CONSISTENCY_PERSONAL_ROWS_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "consistency/vocabulary.h"
#include "graph/ids.h"
#include "graph/schema.h"
#include "graph/store.h"

namespace concordat {

// Whether a claim's value belongs to a person: so does all that is said of an
// entity whose type has a personal attribute, and of what is not known.
bool IsClaimPersonal(const Schema& schema,
                     const std::optional<EntityId>& about);

// Whether every row is as the vocabulary in force marks its attributes.
absl::StatusOr<bool> HasPersonalRows(const Reader& reader);
// After another vocabulary came into force: marks that they are not, where an
// attribute became personal, or all that is said of a type.
absl::Status NoteChangedSchema(Transaction& tx, const Schema& before,
                               const Schema& after);
// Goes through all rows and writes those anew whose values are personal and lie
// open, some thousands a transaction. May be interrupted and called again.
absl::Status MakeRowsPersonal(Store& store, const Vocabulary& vocabulary);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_PERSONAL_ROWS_H_
