// Records of CSV bytes (RFC 4180), by the hundred million.
#ifndef CONCORDAT_SERVER_AUDIT_CSV_RECORDS_H_
#define CONCORDAT_SERVER_AUDIT_CSV_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace concordat {

// Longest record, with its line breaks.
inline constexpr size_t kCsvRecordBytesMax = size_t{1} << 20;

// Where the last record ends of which all is in the bytes: just after its line
// break, npos where there is none. `bytes` begin with a record.
size_t EndOfCsvRecords(absl::string_view bytes);

// Takes records apart: quoted cells may hold delimiters, doubled quotes and
// line breaks; lines end with LF or CR LF; blank lines are skipped. White space
// belongs to its cell. Not thread-safe.
class CsvRecords {
 public:
  enum class Event {
    kRecord,
    kBad,  // problem() says what is wrong with it
    kEnd,
  };

  // `bytes` hold whole records, but the last may lack its line break, and must
  // outlive this. `line` is the number of their first line.
  CsvRecords(absl::string_view bytes, int64_t line, char delimiter);

  Event Next();
  // Valid as long as this.
  const std::vector<absl::string_view>& cells() const { return cells_; }
  // Of the record, from 1: its first.
  int64_t line() const { return record_line_; }
  // What is wrong; quotes nothing.
  absl::string_view problem() const { return problem_; }
  // Just after the record: in the bytes, and the number of the line.
  size_t next() const { return at_; }
  int64_t next_line() const { return line_; }

 private:
  // Gives the next place of a delimiter, a quote or a line break at or after
  // `at_`; the end where there is none.
  size_t NextMark();
  // At an opening quote; false: it is never closed, or something follows.
  bool ReadQuoted();
  Event Bad(const char* problem);
  void SkipLine();

  const absl::string_view bytes_;
  const char delimiter_;
  size_t at_ = 0;
  int64_t line_;
  int64_t record_line_ = 0;
  // Of the 64 bytes from `window_` on, which are marks.
  size_t window_ = 0;
  uint64_t marks_ = 0;
  bool has_window_ = false;
  std::vector<absl::string_view> cells_;
  std::deque<std::string> unquoted_;  // of cells with doubled quotes
  absl::string_view problem_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_AUDIT_CSV_RECORDS_H_
