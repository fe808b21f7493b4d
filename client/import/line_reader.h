// Physical lines of a text file, with their numbers.
#ifndef CONCORDAT_CLIENT_IMPORT_LINE_READER_H_
#define CONCORDAT_CLIENT_IMPORT_LINE_READER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/import/byte_source.h"

namespace concordat::client {

// Longest line, and longest CSV record over several lines.
inline constexpr size_t kRecordBytesMax = 1 << 20;

// A place between two lines.
struct FilePosition {
  int64_t offset = 0;  // Uncompressed bytes before it.
  int64_t line = 0;    // Lines before it.
};

// Reads a ByteSource line by line in bounded memory. A byte order mark at the
// start is left out. Not thread-safe.
class LineReader {
 public:
  // What Next found.
  enum class Event {
    kLine,
    kTooLong,  // A line of more than kRecordBytesMax; it was skipped.
    kEnd,
  };

  explicit LineReader(std::unique_ptr<ByteSource> source);

  // Skips the lines before `offset`, which an earlier run reached.
  // OUT_OF_RANGE where the file ends before.
  absl::Status SkipTo(int64_t offset);

  // Reads the next line. DATA_LOSS and such where the source fails.
  absl::StatusOr<Event> Next();

  // The last line with its line break, if any; valid until the next Next.
  absl::string_view line() const { return line_; }
  // Just after the last line; `position().line` is its number, from 1.
  const FilePosition& position() const { return position_; }

  // First bytes of the file, at least `bytes` where it has so many; nothing is
  // consumed. Only before the first Next; `bytes` at most kRecordBytesMax.
  absl::StatusOr<absl::string_view> Peek(size_t bytes);

  const ByteSource& source() const { return *source_; }

 private:
  // Reads more; false at the end. Drops what is before `begin_`.
  absl::StatusOr<bool> Fill();
  absl::StatusOr<Event> SkipLongLine();

  const std::unique_ptr<ByteSource> source_;
  std::vector<char> buffer_;
  size_t begin_ = 0;  // What is not yet handed out: [begin_, end_).
  size_t end_ = 0;
  bool at_end_ = false;
  absl::string_view line_;
  FilePosition position_;
};

// What makes `text` no text: empty where it is fine, otherwise a reason.
absl::string_view TextProblem(absl::string_view text);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_LINE_READER_H_
