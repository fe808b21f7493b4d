#include "server/storage/sqlite/sqlite_upgrade.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/status_macros.h"
#include "server/storage/sqlite/checked_vfs.h"
#include "server/storage/sqlite/sqlite_status.h"

namespace concordat {
namespace {

// Leaves room at the end of the pages of a file that is fresh, or that VACUUM
// writes.
void ReserveForChecks(SQLite::Database& database) {
  int bytes = kPageCheckBytes;
  sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_RESERVE_BYTES,
                       &bytes);
}

// Brings everything from the log into the database, and empties the log.
absl::Status FoldLog(SQLite::Database& database) {
  const int code =
      sqlite3_wal_checkpoint_v2(database.getHandle(), nullptr,
                                SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  return StatusOfSqliteCode(code);
}

}  // namespace

absl::Status UseWriteAheadLog(SqliteConnection& writer, bool checks_pages) {
  std::string mode;
  CONCORDAT_RETURN_IF_ERROR(Guard([&] {
    SQLite::Database& database = writer.database();
    // Both take effect on an empty file only.
    database.exec(absl::StrCat("PRAGMA page_size=", kSqlitePageBytes));
    if (checks_pages) ReserveForChecks(database);
    mode = database.execAndGet("PRAGMA journal_mode=WAL").getString();
  }));
  if (mode == "wal") return absl::OkStatus();
  return errors::StorageUnavailable(
      "the file system of the data directory has no shared memory, which the "
      "write-ahead log needs");
}

absl::Status AddPageChecks(const DataDirectory& directory,
                           const SqliteConnection::Options& options,
                           absl::Span<const Space> spaces, int32_t version,
                           std::unique_ptr<SqliteConnection>& writer) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string path,
                             directory.CreateReplacement());
  CONCORDAT_RETURN_IF_ERROR(FoldLog(writer->database()));
  CONCORDAT_RETURN_IF_ERROR(Guard([&] {
    ReserveForChecks(writer->database());
    SQLite::Statement copy(writer->database(), "VACUUM INTO ?1");
    copy.bind(1, path);
    copy.executeStep();
  }));
  SqliteConnection::Options replacement = options;
  replacement.path = path;
  {
    CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> copy,
                               SqliteConnection::Open(replacement, spaces));
    // The commit of the version syncs the whole file.
    CONCORDAT_RETURN_IF_ERROR(Guard([&] {
      copy->database().exec(absl::StrCat("PRAGMA user_version=", version));
    }));
  }
  // The last connection to close takes the log away, which must be empty.
  writer.reset();
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kMigrationBeforeReplace));
  CONCORDAT_RETURN_IF_ERROR(directory.Replace());
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kMigrationAfterReplace));
  CONCORDAT_ASSIGN_OR_RETURN(writer, SqliteConnection::Open(options, spaces));
  return UseWriteAheadLog(*writer, /*checks_pages=*/true);
}

}  // namespace concordat
