// Rows of a CSV file into items. Two ways: the long formats (long_rows.h), one
// item a row, and mapping files (wide_rows.h), many items a row.
#ifndef CONCORDAT_CLIENT_IMPORT_ROW_MAPPER_H_
#define CONCORDAT_CLIENT_IMPORT_ROW_MAPPER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "client/import/batch.h"
#include "client/import/csv_reader.h"

namespace concordat::client {

// What is wrong with a row. Never holds a value of the file.
struct RowProblem {
  int64_t line = 0;
  std::string column;  // Empty: the whole row.
  std::string reason;
};

// Not thread-safe.
class RowMapper {
 public:
  virtual ~RowMapper() = default;

  // Learns which column is where; before Map. INVALID_ARGUMENT names a column
  // that is missing, unknown or there twice.
  virtual absl::Status Bind(absl::Span<const absl::string_view> header) = 0;

  // Adds the row's items to `batch`. False: nothing was added, and `problem`
  // (its column and reason) says why.
  virtual bool Map(const CsvRow& row, Batch& batch, RowProblem& problem) = 0;
};

// Reads HELD, SHOWN, TOLD or HEARD in any case, with or without EXPOSURE_.
bool ParseExposure(absl::string_view text, v1::Exposure* exposure);

// The reason where a time cannot be read.
inline constexpr absl::string_view kTimeReason =
    "not a time: write RFC 3339, such as 2026-03-01T12:00:00Z, or a date";
// The reason where an exposure cannot be read.
inline constexpr absl::string_view kExposureReason =
    "not an exposure: write HELD, SHOWN, TOLD or HEARD";

// Gives a claim without an id and without `said_at` an id made from its
// content and its place in the file, so that sending the file again is
// harmless. With `said_at` the server knows a repeated claim by its content.
void IdentifyClaim(absl::string_view fingerprint, int64_t line,
                   v1::Claim& claim);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_ROW_MAPPER_H_
