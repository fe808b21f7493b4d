// The bytes of archive files (proto/concordat/v1/archive_files.proto), made
// from one state of a store.
#ifndef CONCORDAT_SERVER_ARCHIVE_ARCHIVE_SOURCE_H_
#define CONCORDAT_SERVER_ARCHIVE_ARCHIVE_SOURCE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "concordat/v1/archive_files.pb.h"
#include "graph/revision.h"
#include "graph/store.h"

namespace concordat {

// A file, block by block, so that its size costs no memory. Not thread-safe;
// may be handed from thread to thread.
class ArchiveSource {
 public:
  virtual ~ArchiveSource() = default;
  // The next bytes; empty at the end. Errors: the reader's.
  virtual absl::StatusOr<std::string> Next() = 0;
};

// Every row of the state, but the keys of subjects; or, for
// ARCHIVE_CONTENT_KEYS, only those. `reader` is below whatever seals rows: what
// is sealed stays so. Errors: the reader's.
absl::StatusOr<std::unique_ptr<ArchiveSource>> OpenBackup(
    std::unique_ptr<Reader> reader, v1::ArchiveContent content,
    absl::Time created_at);

// The commits after a revision up to `upto`. Errors: as CheckLogReaches.
absl::StatusOr<std::unique_ptr<ArchiveSource>> OpenLog(
    std::unique_ptr<Reader> reader, Revision after, Revision upto);

// The spaces that a backup of the content holds.
std::vector<Space> SpacesOf(v1::ArchiveContent content);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ARCHIVE_ARCHIVE_SOURCE_H_
