// A mapping's text: constants and column names in braces.
#ifndef CONCORDAT_CLIENT_IMPORT_ROW_TEXT_H_
#define CONCORDAT_CLIENT_IMPORT_ROW_TEXT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace concordat::client {

// `web`, `{src}` or `{first}-{last}`. Not thread-safe.
class RowText {
 public:
  // INVALID_ARGUMENT where a brace is not closed or names nothing.
  static absl::StatusOr<RowText> Parse(absl::string_view text);

  // Nothing: renders to nothing.
  RowText() = default;

  // Finds the columns. INVALID_ARGUMENT names the first that is missing.
  absl::Status Bind(absl::Span<const absl::string_view> header);

  // The text for a row of as many cells as the header has; valid until the
  // next Render or the row's end. Empty where it names columns and all of
  // them are empty.
  absl::string_view Render(absl::Span<const absl::string_view> cells);

  // Nothing was written at all.
  bool is_unset() const { return pieces_.empty(); }
  // The first column that it names; empty: it names none.
  absl::string_view column() const;

 private:
  struct Piece {
    std::string text;  // A constant, or the name of a column.
    bool is_column = false;
    size_t index = 0;  // Of the column.
  };

  std::vector<Piece> pieces_;
  std::string rendered_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_ROW_TEXT_H_
