#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_CONNECTION_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_CONNECTION_H_

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/store.h"

namespace concordat {

// One connection to the database file with its prepared statements: rows in
// and out, and nothing about who may use it when. Not thread-safe; may be
// handed from thread to thread.
class SqliteConnection {
 public:
  struct Options {
    std::string path;
    std::string vfs;  // Empty: the default.
    int64_t cache_bytes = 0;
    // Exactly one connection of a store writes. The others are opened
    // read-only and never checkpoint, not even on closing.
    bool writes = false;
  };

  // Opens the file, which must exist. The tables need not, before the first
  // use of their space.
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(
      const Options& options, absl::Span<const Space> spaces);
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // As the methods of Reader and Transaction in graph/store.h. INTERNAL for a
  // space that the store was not opened with.
  absl::StatusOr<std::optional<std::string>> Get(Space space,
                                                 absl::string_view key);
  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit);
  absl::Status Put(Space space, absl::string_view key, absl::string_view value);
  absl::Status Delete(Space space, absl::string_view key);

  // Starts a read transaction whose state is fixed when this returns.
  absl::Status BeginRead();
  absl::Status BeginWrite();
  absl::Status Commit();
  // Does nothing outside a transaction: SQLite itself has rolled back after
  // some errors.
  absl::Status Rollback();

  // Makes the operation that runs now, if one does, fail soon. The one method
  // that any thread may call at any time.
  void Interrupt();

  // The extended SQLite code of the last operation of this connection.
  int last_code() const { return last_code_; }
  SQLite::Database& database() { return database_; }

 private:
  enum RowStatement {
    kGet,
    kScan,
    kScanToEnd,
    kPut,
    kDelete,
    kRowStatements,
  };
  // Indexes kFixedSql.
  enum FixedStatement {
    kBeginRead,
    kStartRead,
    kBeginWrite,
    kCommit,
    kFixedStatements,
  };

  SqliteConnection(const Options& options, absl::Span<const Space> spaces);

  absl::Status Run(absl::FunctionRef<void()> work);
  absl::Status RunFixed(FixedStatement which);
  // Throws SQLite::Exception.
  SQLite::Statement& Prepared(Space space, RowStatement which);

  // The statements go before the database that they belong to.
  SQLite::Database database_;
  std::array<bool, kSpacesMax> known_{};
  std::array<std::array<std::unique_ptr<SQLite::Statement>, kRowStatements>,
             kSpacesMax>
      rows_;
  std::array<std::unique_ptr<SQLite::Statement>, kFixedStatements> fixed_;
  int last_code_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_CONNECTION_H_
