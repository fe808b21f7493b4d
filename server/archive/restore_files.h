// The files that a restore reads (server/archive/restore.h), checked before
// anything is put.
#ifndef CONCORDAT_SERVER_ARCHIVE_RESTORE_FILES_H_
#define CONCORDAT_SERVER_ARCHIVE_RESTORE_FILES_H_

#include <fstream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "concordat/v1/archive_files.pb.h"
#include "graph/revision.h"
#include "proto/archive_reader.h"
#include "server/archive/restore.h"
#include "server/security/key_file.h"

namespace concordat {

// A file and what reads it.
struct OpenArchive {
  std::ifstream stream;
  std::unique_ptr<ArchiveReader> reader;
};

// Errors: INVALID_FIELD (it cannot be opened or holds something else), as
// OfArchive.
absl::StatusOr<std::unique_ptr<OpenArchive>> OpenArchiveFile(
    const std::string& path, v1::ArchiveContent content);

// An error of reading an archive, as one of a restore: BACKUP_CORRUPT,
// STORAGE_VERSION.
absl::Status OfArchive(const absl::Status& status);

// BACKUP_CORRUPT.
absl::Status DoesNotFollow(const std::string& path, absl::string_view why);

// Whether the commit comes after what is asked for.
absl::StatusOr<bool> IsBeyond(const RestoreOptions& options,
                              const v1::LogRecord& record);

// What the files are, after all of each was read.
struct RestoreFiles {
  v1::ArchiveHeader backup;
  // Empty where there is none.
  KeyFile keys;
  // The last revision that is asked for and in the files.
  Revision last;
};

// That each file goes on where the one before ends, in the same history, and
// that they hold what is asked for. `sealed`: the store seals its rows. Errors:
// as Restore.
absl::StatusOr<RestoreFiles> CheckFiles(const RestoreOptions& options,
                                        bool sealed);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_ARCHIVE_RESTORE_FILES_H_
