#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_UPGRADE_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_UPGRADE_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "graph/store.h"
#include "server/storage/sqlite/data_directory.h"
#include "server/storage/sqlite/sqlite_connection.h"

namespace concordat {

// Sets the page size of a fresh file, room for a checksum on each page where
// it is to have them, and the write-ahead log for any file.
// Errors: UNAVAILABLE where the file system cannot keep such a log.
absl::Status UseWriteAheadLog(SqliteConnection& writer, bool checks_pages);

// Rewrites the database as a file with checks on its pages and `version` as
// its layout, and puts it into the place of the old one. `writer`, the only
// connection to the old one, is replaced by one to the new one. Until the new
// file is complete and synced the old one is untouched, so this can fail or
// die at any instant and be done again. Needs as much free disk space as the
// database has data; with less it is RESOURCE_EXHAUSTED.
absl::Status AddPageChecks(const DataDirectory& directory,
                           const SqliteConnection::Options& options,
                           absl::Span<const Space> spaces, int32_t version,
                           std::unique_ptr<SqliteConnection>& writer);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_UPGRADE_H_
