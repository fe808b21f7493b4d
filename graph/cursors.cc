#include "graph/cursors.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "graph/codec.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

constexpr uint64_t kLayout = 1;

bool MayStart(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c);
}
bool MayFollow(char c) {
  return MayStart(c) || c == '_' || c == '.' || c == '-';
}

absl::StatusOr<Cursor> ParseCursor(absl::string_view name,
                                   absl::string_view value) {
  Decoder in(value);
  if (in.Unsigned() != kLayout) {
    return errors::StorageVersion(
        "a cursor has a layout of a newer version; start that version");
  }
  Cursor cursor;
  cursor.name = std::string(name);
  cursor.revision = Revision(in.Unsigned());
  cursor.updated_at = in.Time();
  CONCORDAT_RETURN_IF_ERROR(in.Finish("cursor"));
  return cursor;
}

}  // namespace

absl::Status ValidateCursorName(absl::string_view name) {
  if (!name.empty() &&
      name.size() <= static_cast<size_t>(limits::kNameBytesMax) &&
      MayStart(name.front()) &&
      std::all_of(name.begin(), name.end(), MayFollow)) {
    return absl::OkStatus();
  }
  return errors::InvalidField(
      "name",
      "must be 1 to 64 of a-z, 0-9, `_`, `.` and `-`, of which the first is a "
      "letter or digit");
}

absl::Status PutCursor(Transaction& tx, const Cursor& cursor) {
  CONCORDAT_RETURN_IF_ERROR(ValidateCursorName(cursor.name));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(tx));
  if (cursor.revision > head) {
    return errors::FutureRevision(cursor.revision, head);
  }
  CONCORDAT_ASSIGN_OR_RETURN(const std::vector<Cursor> cursors,
                             ListCursors(tx));
  const bool is_new = std::none_of(
      cursors.begin(), cursors.end(),
      [&](const Cursor& other) { return other.name == cursor.name; });
  const auto count = static_cast<int64_t>(cursors.size()) + (is_new ? 1 : 0);
  if (count > limits::kCursorsMax) {
    return errors::LimitExceeded("cursors_max", count, limits::kCursorsMax,
                                 "name");
  }
  Encoder out;
  out.Unsigned(kLayout).Unsigned(cursor.revision.number());
  out.Time(cursor.updated_at);
  return tx.Put(rows::kCursors, cursor.name, out.bytes());
}

absl::Status DeleteCursor(Transaction& tx, absl::string_view name) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Cursor> cursor,
                             FindCursor(tx, name));
  if (!cursor.has_value()) return errors::NotFound("this cursor");
  return tx.Delete(rows::kCursors, name);
}

absl::StatusOr<std::optional<Cursor>> FindCursor(const Reader& reader,
                                                 absl::string_view name) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                             reader.Get(rows::kCursors, name));
  if (!row.has_value()) return std::nullopt;
  CONCORDAT_ASSIGN_OR_RETURN(Cursor cursor, ParseCursor(name, *row));
  return cursor;
}

absl::StatusOr<std::vector<Cursor>> ListCursors(const Reader& reader) {
  std::vector<Cursor> cursors;
  absl::Status problem;
  CONCORDAT_RETURN_IF_ERROR(
      reader.Scan(rows::kCursors, "", "",
                  [&](absl::string_view key, absl::string_view value) {
                    absl::StatusOr<Cursor> cursor = ParseCursor(key, value);
                    problem = cursor.status();
                    if (cursor.ok()) cursors.push_back(*std::move(cursor));
                    return problem.ok();
                  }));
  CONCORDAT_RETURN_IF_ERROR(problem);
  return cursors;
}

}  // namespace concordat
