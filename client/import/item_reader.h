// A file's rows as items, whatever its format: CSV in a long format, CSV with a
// mapping, or JSON lines.
#ifndef CONCORDAT_CLIENT_IMPORT_ITEM_READER_H_
#define CONCORDAT_CLIENT_IMPORT_ITEM_READER_H_

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/import/batch.h"
#include "client/import/line_reader.h"
#include "client/import/row_mapper.h"
#include "client/import/wide_rows.h"

namespace concordat::client {

// What to read and how.
struct ItemReaderOptions {
  // `-` is standard input.
  std::string path;
  ItemKind kind = ItemKind::kFacts;
  // For wide files.
  std::optional<Mapping> mapping;
  // Entity types of the vocabulary, and whose claims they are: LongRowOptions.
  std::set<std::string, std::less<>> entity_types;
  std::string channel;
};

// Reads rows in bounded memory. Not thread-safe.
class ItemReader {
 public:
  // What Next found.
  enum class Event { kRow, kBad, kEnd };

  // Opens the file and reads its header. JSON lines are recognised by their
  // first character. INVALID_ARGUMENT where the header does not fit.
  static absl::StatusOr<std::unique_ptr<ItemReader>> Open(
      ItemReaderOptions options);
  // The same, of a file that is open already.
  static absl::StatusOr<std::unique_ptr<ItemReader>> Open(
      ItemReaderOptions options, std::unique_ptr<ByteSource> source);

  virtual ~ItemReader() = default;

  // Reads one row and adds its items to `batch`; after kBad, problem() says
  // why nothing was added. Errors are those of the file itself.
  virtual absl::StatusOr<Event> Next(Batch& batch) = 0;

  const RowProblem& problem() const { return problem_; }
  // Just after the last row.
  const FilePosition& position() const { return lines_->position(); }
  // Goes on at `offset`, a position that an earlier run reached.
  absl::Status SkipTo(int64_t offset) { return lines_->SkipTo(offset); }

  // Identity of the file and of how it is read. For standard input it is made
  // up for this run: nothing is known of it beforehand.
  const std::string& fingerprint() const { return fingerprint_; }
  // Share of the file that was read; negative where its size is not known.
  double share_read() const { return lines_->source().share_read(); }

 protected:
  ItemReader(std::unique_ptr<LineReader> lines, std::string fingerprint)
      : lines_(std::move(lines)), fingerprint_(std::move(fingerprint)) {}

  LineReader& lines() { return *lines_; }
  RowProblem problem_;

 private:
  const std::unique_ptr<LineReader> lines_;
  const std::string fingerprint_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_IMPORT_ITEM_READER_H_
