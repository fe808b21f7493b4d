// The layout of the database file, and how an older layout becomes the newest.
#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_SCHEMA_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_SCHEMA_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "graph/store.h"

namespace SQLite {
class Database;
}  // namespace SQLite

namespace concordat {

// "Cncd" in ASCII; `file` and our own check know the store by it.
inline constexpr uint32_t kSqliteApplicationId = 0x436e6364;

// One step to a newer layout, applied in a transaction of its own.
struct SqliteMigration {
  int32_t to_version;
  std::string sql;  // One or more statements, or none.
  // The file is rewritten with checks on its pages (checked_vfs.h) instead.
  bool adds_page_checks = false;
};

// The versions that a build reads. A new store starts at version() and runs no
// migration; each space has its table `space_NAME(key, value)`, created when
// the store is opened with that space for the first time.
//
//   1  a table for each space
//   2  a checksum at the end of each page
struct SqliteSchema {
  // The oldest version that the migrations start from.
  int32_t oldest_version = 1;
  // Ascending by to_version, all above oldest_version.
  std::vector<SqliteMigration> migrations = {
      {.to_version = 2, .sql = "", .adds_page_checks = true}};

  int32_t version() const {
    return migrations.empty() ? oldest_version : migrations.back().to_version;
  }
  // Whether files of the newest version have checks on their pages.
  bool has_page_checks() const {
    for (const SqliteMigration& migration : migrations) {
      if (migration.adds_page_checks) return true;
    }
    return false;
  }
};

// What the header of a database file says.
struct SqliteFileState {
  bool fresh = false;  // Nothing was ever stored in it.
  int32_t version = 0;
};

// Reads the header and refuses a file that this build must not touch. Changes
// nothing, so that a refused file is as it was.
// Errors: FAILED_PRECONDITION StorageVersion (a newer version, one older than
// oldest_version, another application's file), DATA_LOSS, UNAVAILABLE.
absl::StatusOr<SqliteFileState> CheckSqliteFile(SQLite::Database& database,
                                                const SqliteSchema& schema);

// Brings a file that is not fresh to schema.version(). After an error, or a
// crash, the file is at the version of the last migration that finished, and
// opening it again goes on from there. `database` gives the open file, which
// `add_page_checks(version)` replaces, at that version, for the migrations that
// ask for it.
absl::Status MigrateSqliteFile(
    const SqliteSchema& schema, const SqliteFileState& state,
    absl::FunctionRef<SQLite::Database&()> database,
    absl::FunctionRef<absl::Status(int32_t version)> add_page_checks);

// Makes a table for each space that has none, and the header of a fresh file.
absl::Status CreateSqliteTables(SQLite::Database& database,
                                const SqliteSchema& schema,
                                const SqliteFileState& state,
                                absl::Span<const Space> spaces);

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_SCHEMA_H_
