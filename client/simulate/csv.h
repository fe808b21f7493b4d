// CSV (RFC 4180, UTF-8, header) written and read fast and in bounded memory.
#ifndef CONCORDAT_CLIENT_SIMULATE_CSV_H_
#define CONCORDAT_CLIENT_SIMULATE_CSV_H_

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace concordat::simulate {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, FileCloser>;

// Writes one file through a large buffer. Not thread-safe.
class CsvWriter {
 public:
  // Creates or empties the file and writes the header.
  // Errors: PERMISSION_DENIED, NOT_FOUND ... as the system says.
  static absl::StatusOr<std::unique_ptr<CsvWriter>> Create(
      const std::string& path, absl::string_view header);

  // Appends one row. An error of the disk is kept for Finish.
  void Row(std::initializer_list<absl::string_view> fields);
  // Rows written, the header left out.
  int64_t rows() const { return rows_; }
  // False once the disk refused: further rows are in vain.
  bool ok() const { return status_.ok(); }
  // Writes what is left and closes. Errors: the first that occurred.
  absl::Status Finish();

 private:
  CsvWriter(std::string path, File file);
  void Flush();

  const std::string path_;
  File file_;
  std::string buffer_;
  int64_t rows_ = 0;
  absl::Status status_;
};

// Reads one file row by row. Not thread-safe.
class CsvReader {
 public:
  // Opens the file and reads the header.
  // Errors: as the system says; INVALID_ARGUMENT without a header.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Open(
      const std::string& path);

  // The place of a column. Errors: INVALID_ARGUMENT where there is none.
  absl::StatusOr<size_t> Column(absl::string_view name) const;

  // Reads the next row into `fields`; false at the end of the file.
  // Errors: INVALID_ARGUMENT with the line where a row has another number of
  // fields than the header or a quote is never closed; DATA_LOSS.
  absl::StatusOr<bool> Next(std::vector<std::string>& fields);

 private:
  CsvReader(std::string path, File file);
  int Get();
  absl::StatusOr<bool> AtEnd() const;
  absl::StatusOr<bool> ReadRow(std::vector<std::string>& fields);

  const std::string path_;
  File file_;
  std::vector<char> buffer_;
  size_t position_ = 0;
  size_t size_ = 0;
  int64_t line_ = 1;
  std::vector<std::string> header_;
};

}  // namespace concordat::simulate

#endif  // CONCORDAT_CLIENT_SIMULATE_CSV_H_
