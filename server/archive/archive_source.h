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

// Every row of the state, but the keys of subjects. `reader` is below whatever
// seals rows: what is sealed stays so. Errors: the reader's.
absl::StatusOr<std::unique_ptr<ArchiveSource>> OpenBackup(
    std::unique_ptr<Reader> reader, absl::Time created_at);

// The keys of subjects (server/security/key_file.h). Errors: the reader's.
absl::StatusOr<std::unique_ptr<ArchiveSource>> OpenKeys(
    std::unique_ptr<Reader> reader);

// The commits after a revision up to `upto`. `sealed`: the reader is below
// whatever seals rows. Errors: as CheckLogReaches.
absl::StatusOr<std::unique_ptr<ArchiveSource>> OpenLog(
    std::unique_ptr<Reader> reader, Revision after, Revision upto,
    bool sealed = false);

// The spaces that a backup holds.
std::vector<Space> BackupSpaces();

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ARCHIVE_ARCHIVE_SOURCE_H_
