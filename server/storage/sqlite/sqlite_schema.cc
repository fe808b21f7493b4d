#include "server/storage/sqlite/sqlite_schema.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Transaction.h>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/status_macros.h"
#include "server/storage/sqlite/sqlite_status.h"

namespace concordat {
namespace {

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

}  // namespace

absl::StatusOr<SqliteFileState> CheckSqliteFile(SQLite::Database& database,
                                                const SqliteSchema& schema) {
  SqliteFileState state;
  uint32_t application_id = 0;
  bool has_tables = false;
  CONCORDAT_RETURN_IF_ERROR(Guard([&] {
    application_id = static_cast<uint32_t>(
        database.execAndGet("PRAGMA application_id").getInt());
    state.version = database.execAndGet("PRAGMA user_version").getInt();
    has_tables =
        database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() > 0;
  }));
  state.fresh = application_id == 0 && state.version == 0 && !has_tables;
  if (state.fresh) return state;
  if (application_id != kSqliteApplicationId) {
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

absl::Status MigrateSqliteFile(
    const SqliteSchema& schema, const SqliteFileState& state,
    absl::FunctionRef<SQLite::Database&()> database,
    absl::FunctionRef<absl::Status(int32_t version)> add_page_checks) {
  for (const SqliteMigration& migration : schema.migrations) {
    if (migration.to_version <= state.version) continue;
    CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kMigrationBeforeStep));
    CONCORDAT_RETURN_IF_ERROR(migration.adds_page_checks
                                  ? add_page_checks(migration.to_version)
                                  : Migrate(database(), migration));
    CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kMigrationAfterStep));
  }
  return absl::OkStatus();
}

// The tables and, for a fresh file, its header come into being together.
absl::Status CreateSqliteTables(SQLite::Database& database,
                                const SqliteSchema& schema,
                                const SqliteFileState& state,
                                absl::Span<const Space> spaces) {
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kMigrationBeforeTables));
  return Guard([&] {
    SQLite::Transaction transaction(database,
                                    SQLite::TransactionBehavior::IMMEDIATE);
    for (const Space& space : spaces) {
      database.exec(absl::StrCat("CREATE TABLE IF NOT EXISTS space_",
                                 space.name,
                                 "(key BLOB PRIMARY KEY, value BLOB NOT NULL) "
                                 "WITHOUT ROWID"));
    }
    if (state.fresh) {
      database.exec(
          absl::StrCat("PRAGMA application_id=", kSqliteApplicationId));
      SetVersion(database, schema.version());
    }
    transaction.commit();
  });
}

}  // namespace concordat
