// Puts into personal parts (graph/personal.h) what was written before its
// attribute was marked personal, or by a build that knew no parts.
#ifndef CONCORDAT_CONSISTENCY_PERSONAL_ROWS_H_
#define CONCORDAT_CONSISTENCY_PERSONAL_ROWS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "consistency/vocabulary.h"
#include "graph/schema.h"
#include "graph/store.h"

namespace concordat {

// Whether values of the attribute of any type are personal, which they are
// taken to be where no type has it.
bool MayBePersonal(const Schema& schema, absl::string_view attribute);

// Whether every row is as the vocabulary in force marks its attributes.
absl::StatusOr<bool> HasPersonalRows(const Reader& reader);
// After another vocabulary came into force: marks that they are not, where an
// attribute became personal.
absl::Status NoteChangedSchema(Transaction& tx, const Schema& before,
                               const Schema& after);
// Goes through all rows and writes those anew whose values are personal and lie
// open, some thousands a transaction. May be interrupted and called again.
absl::Status MakeRowsPersonal(Store& store, const Vocabulary& vocabulary);

}  // namespace concordat

#endif  // CONCORDAT_CONSISTENCY_PERSONAL_ROWS_H_
