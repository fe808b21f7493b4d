#ifndef CONCORDAT_SERVER_ARCHIVE_LOG_READER_H_
#define CONCORDAT_SERVER_ARCHIVE_LOG_READER_H_

#include <map>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "concordat/v1/archive_files.pb.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// The log of a store, commit by commit: the rows from which everything else of
// the store can be made again. Not thread-safe.
class LogReader {
 public:
  // `reader` must outlive this. The commits after `after` up to `upto`, which
  // the log must have (CheckLogReaches).
  LogReader(const Reader& reader, Revision after, Revision upto)
      : reader_(reader), last_(after), upto_(upto) {}

  // The next commits, about half a mebibyte and at least one; empty at the end.
  // Where a part ends depends only on what is in it, so that the same history
  // makes the same file. Errors: STORAGE_CORRUPT where a commit is missing, the
  // reader's.
  absl::StatusOr<v1::ArchiveLog> Next();

 private:
  using Records = std::map<uint64_t, v1::LogRecord>;

  absl::Status AddCommits(Records& records) const;
  // Adds the rows of a space that is ordered by revision. Where they become too
  // many the commits after that are left for the next part.
  absl::Status AddRows(Space space, size_t& bytes, Records& records) const;
  absl::Status FindVocabularies();

  const Reader& reader_;
  Revision last_;
  const Revision upto_;
  // By the revision at which they were applied; read when first needed.
  std::optional<std::map<uint64_t, v1::LogRow>> vocabularies_;
};

// The commit's first row of the space; null where it has none.
const v1::LogRow* FindRow(const v1::LogRecord& record, Space space);

// OK where the log has every commit after the revision. Errors:
// FUTURE_REVISION, REVISION_COMPACTED (without a token), the reader's.
absl::Status CheckLogReaches(const Reader& reader, Revision after);

// The commit's digest; empty where there is none: revision 0, or one that was
// compacted. Errors: the reader's.
absl::StatusOr<std::string> TieAt(const Reader& reader, Revision revision);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ARCHIVE_LOG_READER_H_
