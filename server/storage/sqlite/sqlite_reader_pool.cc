#include "server/storage/sqlite/sqlite_reader_pool.h"

#include <optional>
#include <string>
#include <utility>

#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {

class SqliteReader final : public Reader {
 public:
  SqliteReader(std::shared_ptr<SqliteReaderPool> pool,
               std::unique_ptr<SqliteConnection> connection)
      : pool_(std::move(pool)), connection_(std::move(connection)) {}
  ~SqliteReader() override { pool_->Return(std::move(connection_)); }

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    return connection_->Get(space, key);
  }

  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit)
      const override {
    return connection_->Scan(space, begin, end, visit);
  }

 private:
  const std::shared_ptr<SqliteReaderPool> pool_;
  std::unique_ptr<SqliteConnection> connection_;
};

SqliteReaderPool::SqliteReaderPool(std::shared_ptr<DataDirectory> directory,
                                   SqliteConnection::Options options,
                                   std::vector<Space> spaces,
                                   int32_t readers_max)
    : directory_(std::move(directory)),
      options_(std::move(options)),
      spaces_(std::move(spaces)),
      readers_max_(readers_max) {}

absl::StatusOr<std::unique_ptr<Reader>> SqliteReaderPool::Snapshot() {
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection,
                             Take());
  const absl::Status begun = connection->BeginRead();
  // Made before the check: its destructor gives the connection back.
  auto reader =
      std::make_unique<SqliteReader>(shared_from_this(), std::move(connection));
  CONCORDAT_RETURN_IF_ERROR(begun);
  return reader;
}

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteReaderPool::Take() {
  {
    MutexLock lock(&mutex_);
    if (in_use_ >= readers_max_) {
      return errors::Overloaded(in_use_, readers_max_);
    }
    ++in_use_;
    if (!idle_.empty()) {
      std::unique_ptr<SqliteConnection> connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  absl::StatusOr<std::unique_ptr<SqliteConnection>> opened =
      SqliteConnection::Open(options_, spaces_);
  if (!opened.ok()) {
    MutexLock lock(&mutex_);
    --in_use_;
  }
  return opened;
}

void SqliteReaderPool::Return(std::unique_ptr<SqliteConnection> connection) {
  // A connection that cannot end its transaction is closed, which ends it.
  if (!connection->Rollback().ok()) connection.reset();
  MutexLock lock(&mutex_);
  --in_use_;
  if (connection != nullptr) idle_.push_back(std::move(connection));
}

}  // namespace concordat
