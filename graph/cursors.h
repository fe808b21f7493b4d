// Cursors: named, durable places in the order of revisions. Whoever keeps one
// has not yet seen what is after it, so compaction keeps every revision after
// the oldest.
#ifndef CONCORDAT_GRAPH_CURSORS_H_
#define CONCORDAT_GRAPH_CURSORS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

struct Cursor {
  std::string name;
  Revision revision;
  absl::Time updated_at;
};

// 1 to 64 of a-z, 0-9, _, . and -, of which the first is a letter or digit.
// Errors: INVALID_FIELD `name`.
absl::Status ValidateCursorName(absl::string_view name);

// Makes the cursor or moves it. Errors: INVALID_FIELD, LIMIT_EXCEEDED
// (limits::kCursorsMax), FUTURE_REVISION; the transaction's.
absl::Status PutCursor(Transaction& tx, const Cursor& cursor);
// Errors: NOT_FOUND; the transaction's.
absl::Status DeleteCursor(Transaction& tx, absl::string_view name);

absl::StatusOr<std::optional<Cursor>> FindCursor(const Reader& reader,
                                                 absl::string_view name);
// All of them, in order of name.
absl::StatusOr<std::vector<Cursor>> ListCursors(const Reader& reader);

}  // namespace concordat

#endif  // CONCORDAT_GRAPH_CURSORS_H_
