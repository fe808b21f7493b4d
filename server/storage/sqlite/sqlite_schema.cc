#include "server/storage/sqlite/sqlite_schema.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Transaction.h>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/storage/sqlite/sqlite_status.h"

namespace concordat {
namespace {

// "Cncd" in ASCII; `file` and our own check know the store by it.
constexpr int32_t kApplicationId = 0x436e6364;

void SetVersion(SQLite::Database& database, int32_t version) {
  database.exec(absl::StrCat("PRAGMA user_version=", version));
}

absl::Status Migrate(SQLite::Database& database,
                     const SqliteMigration& migration) {
  return Guard([&] {
    SQLite::Transaction transaction(database,
                                    SQLite::TransactionBehavior::IMMEDIATE);
    database.exec(migration.sql);
    SetVersion(database, migration.to_version);
    transaction.commit();
  });
}

// The tables and, for a fresh file, its header come into being together.
absl::Status CreateTables(SQLite::Database& database, bool fresh,
                          int32_t version, absl::Span<const Space> spaces) {
  return Guard([&] {
    SQLite::Transaction transaction(database,
                                    SQLite::TransactionBehavior::IMMEDIATE);
    for (const Space& space : spaces) {
      database.exec(absl::StrCat("CREATE TABLE IF NOT EXISTS space_",
                                 space.name,
                                 "(key BLOB PRIMARY KEY, value BLOB NOT NULL) "
                                 "WITHOUT ROWID"));
    }
    if (fresh) {
      database.exec(absl::StrCat("PRAGMA application_id=", kApplicationId));
      SetVersion(database, version);
    }
    transaction.commit();
  });
}

}  // namespace

absl::StatusOr<SqliteFileState> CheckSqliteFile(SQLite::Database& database,
                                                const SqliteSchema& schema) {
  SqliteFileState state;
  int32_t application_id = 0;
  bool has_tables = false;
  CONCORDAT_RETURN_IF_ERROR(Guard([&] {
    application_id = database.execAndGet("PRAGMA application_id").getInt();
    state.version = database.execAndGet("PRAGMA user_version").getInt();
    has_tables =
        database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() > 0;
  }));
  state.fresh = application_id == 0 && state.version == 0 && !has_tables;
  if (state.fresh) return state;
  if (application_id != kApplicationId) {
    return errors::StorageVersion(
        "the database file belongs to another application; choose an empty "
        "data directory");
  }
  if (state.version > schema.version()) {
    return errors::StorageVersion(
        absl::StrCat("the store has version ", state.version,
                     " and this build reads up to ", schema.version(),
                     "; run the newer build, or restore a backup that "
                     "this one wrote"));
  }
  if (state.version < schema.oldest_version) {
    return errors::StorageVersion(
        absl::StrCat("the store has version ", state.version,
                     " and this build upgrades "
                     "from ",
                     schema.oldest_version,
                     " on; open it once with a build in "
                     "between"));
  }
  return state;
}

absl::Status MigrateSqliteFile(SQLite::Database& database,
                               const SqliteSchema& schema,
                               const SqliteFileState& state,
                               absl::Span<const Space> spaces) {
  if (!state.fresh) {
    for (const SqliteMigration& migration : schema.migrations) {
      if (migration.to_version <= state.version) continue;
      CONCORDAT_RETURN_IF_ERROR(Migrate(database, migration));
    }
  }
  return CreateTables(database, state.fresh, schema.version(), spaces);
}

}  // namespace concordat
