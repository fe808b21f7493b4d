// Records of a CSV file (RFC 4180), streamed.
#ifndef CONCORDAT_CLIENT_IMPORT_CSV_READER_H_
#define CONCORDAT_CLIENT_IMPORT_CSV_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "client/import/line_reader.h"

namespace concordat::client {

// One record.
struct CsvRow {
  // Valid until the reader's next Next.
  absl::Span<const absl::string_view> cells;
  // Number of its first line, from 1.
  int64_t line = 0;
};

// Reads records in bounded memory: quoted cells may hold delimiters, doubled
// quotes and line breaks; lines end with LF or CR LF; blank lines are skipped.
// White space belongs to its cell. A record that is no CSV or no UTF-8 is
// reported, and reading goes on after it. Not thread-safe.
class CsvReader {
 public:
  // What Next found.
  enum class Event { kRow, kBad, kEnd };

  // `lines` must outlive the reader.
  CsvReader(LineReader* lines, char delimiter);
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // Reads the next record. Errors are those of the file itself.
  absl::StatusOr<Event> Next();

  // After kRow.
  const CsvRow& row() const { return row_; }
  // After kBad: the line where it starts and what is wrong with it.
  int64_t bad_line() const { return row_.line; }
  const std::string& problem() const { return problem_; }

 private:
  struct Parser;
  // Notes the problem of the record that starts at row_.line.
  Event Bad(std::string problem);
  Event FinishRow();

  LineReader* const lines_;
  const std::unique_ptr<Parser> parser_;
  std::vector<absl::string_view> cells_;
  CsvRow row_;
  std::string problem_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_CSV_READER_H_
