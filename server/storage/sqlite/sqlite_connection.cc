#include "server/storage/sqlite/sqlite_connection.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "graph/status_macros.h"
#include "server/storage/sqlite/sqlite_status.h"

namespace concordat {
namespace {

// Waiting happens only in short windows, such as a reader that starts while
// the log is reset; a writer never waits for another.
constexpr int kBusyTimeoutMilliseconds = 5000;

// SQLite's own limit on a row, SQLITE_MAX_LENGTH.
constexpr size_t kRowBytesMax = 1'000'000'000;

constexpr const char* kFixedSql[] = {
    "BEGIN",
    // BEGIN alone fixes nothing: the first read does.
    "SELECT 1 FROM sqlite_schema LIMIT 1",
    "BEGIN IMMEDIATE",
    "COMMIT",
};

int OpenFlags(bool writes) {
  // One thread at a time uses a connection, so SQLite need not lock it.
  return SQLITE_OPEN_NOMUTEX |
         (writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
}

// Leaves a statement ready for its next use whatever happened in this one; a
// statement left in the middle would hold its transaction open.
class ResetOnExit {
 public:
  explicit ResetOnExit(SQLite::Statement& statement) : statement_(statement) {}
  ~ResetOnExit() { statement_.tryReset(); }
  ResetOnExit(const ResetOnExit&) = delete;
  ResetOnExit& operator=(const ResetOnExit&) = delete;

 private:
  SQLite::Statement& statement_;
};

// Binds without copying: the bytes outlive the one step of the statement.
void Bind(SQLite::Statement& statement, int index, absl::string_view bytes) {
  if (bytes.size() > kRowBytesMax) {
    throw SQLite::Exception("row too large", SQLITE_TOOBIG);
  }
  // A null pointer would bind NULL, which is not the empty blob.
  const char* data = bytes.data() == nullptr ? "" : bytes.data();
  statement.bindNoCopy(index, static_cast<const void*>(data),
                       static_cast<int>(bytes.size()));
}

// The view lives until the next step.
absl::string_view Bytes(const SQLite::Column& column) {
  // In this order: the size is that of the representation asked for before.
  const char* data = static_cast<const char*>(column.getBlob());
  return absl::string_view(data, static_cast<size_t>(column.getBytes()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(
    const Options& options, absl::Span<const Space> spaces) {
  std::unique_ptr<SqliteConnection> connection;
  CONCORDAT_RETURN_IF_ERROR(Guard([&] {
    connection.reset(new SqliteConnection(options, spaces));
    sqlite3* handle = connection->database_.getHandle();
    sqlite3_extended_result_codes(handle, 1);
    if (!options.writes) {
      sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    }
    SQLite::Database& database = connection->database_;
    database.exec("PRAGMA mmap_size=0");
    database.exec("PRAGMA temp_store=MEMORY");
    database.exec("PRAGMA trusted_schema=OFF");
    // Notice a damaged page when it is read, not when it is used.
    database.exec("PRAGMA cell_size_check=ON");
    database.exec("PRAGMA synchronous=FULL");
    // What is deleted is overwritten: an erased key must not stay in a page.
    if (options.writes) database.exec("PRAGMA secure_delete=ON");
    // Negative means KiB.
    database.exec(
        absl::StrCat("PRAGMA cache_size=-", options.cache_bytes / 1024 + 1));
  }));
  return connection;
}

SqliteConnection::SqliteConnection(const Options& options,
                                   absl::Span<const Space> spaces)
    : database_(options.path, OpenFlags(options.writes),
                kBusyTimeoutMilliseconds, options.vfs) {
  for (const Space& space : spaces) known_[space.id] = true;
}

absl::StatusOr<std::optional<std::string>> SqliteConnection::Get(
    Space space, absl::string_view key) {
  std::optional<std::string> value;
  CONCORDAT_RETURN_IF_ERROR(Run([&] {
    SQLite::Statement& statement = Prepared(space, kGet);
    ResetOnExit reset(statement);
    Bind(statement, 1, key);
    if (!statement.executeStep()) return;
    value.emplace(Bytes(statement.getColumn(0)));
  }));
  return value;
}

absl::Status SqliteConnection::Scan(
    Space space, absl::string_view begin, absl::string_view end,
    absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) {
  return Run([&] {
    SQLite::Statement& statement =
        Prepared(space, end.empty() ? kScanToEnd : kScan);
    ResetOnExit reset(statement);
    Bind(statement, 1, begin);
    if (!end.empty()) Bind(statement, 2, end);
    if (!statement.executeStep()) return;
    const SQLite::Column key = statement.getColumn(0);
    const SQLite::Column value = statement.getColumn(1);
    while (visit(Bytes(key), Bytes(value)) && statement.executeStep()) {
    }
  });
}

absl::Status SqliteConnection::Put(Space space, absl::string_view key,
                                   absl::string_view value) {
  return Run([&] {
    SQLite::Statement& statement = Prepared(space, kPut);
    ResetOnExit reset(statement);
    Bind(statement, 1, key);
    Bind(statement, 2, value);
    statement.exec();
  });
}

absl::Status SqliteConnection::Delete(Space space, absl::string_view key) {
  return Run([&] {
    SQLite::Statement& statement = Prepared(space, kDelete);
    ResetOnExit reset(statement);
    Bind(statement, 1, key);
    statement.exec();
  });
}

absl::Status SqliteConnection::BeginRead() {
  CONCORDAT_RETURN_IF_ERROR(RunFixed(kBeginRead));
  return RunFixed(kStartRead);
}

absl::Status SqliteConnection::BeginWrite() { return RunFixed(kBeginWrite); }

absl::Status SqliteConnection::Commit() { return RunFixed(kCommit); }

absl::Status SqliteConnection::Rollback() {
  if (sqlite3_get_autocommit(database_.getHandle()) != 0) {
    return absl::OkStatus();
  }
  return Run([&] { database_.exec("ROLLBACK"); });
}

void SqliteConnection::Interrupt() { sqlite3_interrupt(database_.getHandle()); }

absl::Status SqliteConnection::Run(absl::FunctionRef<void()> work) {
  return Guard(work, &last_code_);
}

absl::Status SqliteConnection::RunFixed(FixedStatement which) {
  return Run([&] {
    std::unique_ptr<SQLite::Statement>& statement = fixed_[which];
    if (statement == nullptr) {
      statement =
          std::make_unique<SQLite::Statement>(database_, kFixedSql[which]);
    }
    ResetOnExit reset(*statement);
    statement->executeStep();
  });
}

SQLite::Statement& SqliteConnection::Prepared(Space space, RowStatement which) {
  std::unique_ptr<SQLite::Statement>& statement = rows_[space.id][which];
  if (statement != nullptr) return *statement;
  if (!known_[space.id]) {
    throw SQLite::Exception("unknown space", SQLITE_MISUSE);
  }
  const std::string table = absl::StrCat("space_", space.name);
  std::string sql;
  switch (which) {
    case kGet:
      sql = absl::StrCat("SELECT value FROM ", table, " WHERE key=?1");
      break;
    case kScan:
      sql = absl::StrCat("SELECT key,value FROM ", table,
                         " WHERE key>=?1 AND key<?2 ORDER BY key");
      break;
    case kScanToEnd:
      sql = absl::StrCat("SELECT key,value FROM ", table,
                         " WHERE key>=?1 ORDER BY key");
      break;
    case kPut:
      sql = absl::StrCat("REPLACE INTO ", table, " VALUES(?1,?2)");
      break;
    case kDelete:
      sql = absl::StrCat("DELETE FROM ", table, " WHERE key=?1");
      break;
    case kRowStatements:
      break;
  }
  statement = std::make_unique<SQLite::Statement>(database_, sql);
  return *statement;
}

}  // namespace concordat
