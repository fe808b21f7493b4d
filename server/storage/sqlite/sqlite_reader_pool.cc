#include "server/storage/sqlite/sqlite_reader_pool.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {

class SqliteReader final : public Reader {
 public:
  SqliteReader(std::shared_ptr<SqliteReaderPool> pool,
               std::unique_ptr<SqliteConnection> connection, int64_t log_bytes)
      : pool_(std::move(pool)),
        connection_(std::move(connection)),
        log_bytes_(log_bytes) {
    pool_->Join(this);
  }
  ~SqliteReader() override {
    // From here on nobody ends it.
    pool_->Leave(this);
    pool_->Return(std::move(connection_));
  }

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    CONCORDAT_RETURN_IF_ERROR(Begin());
    absl::StatusOr<std::optional<std::string>> value =
        connection_->Get(space, key);
    if (const absl::Status status = Finish(value.status()); !status.ok()) {
      return status;
    }
    return value;
  }

  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit)
      const override {
    CONCORDAT_RETURN_IF_ERROR(Begin());
    return Finish(connection_->Scan(space, begin, end, visit));
  }

  // The length of the log when this began.
  int64_t log_bytes() const { return log_bytes_; }

  // Ends the transaction, at once or when the running read has stopped.
  // Returns whether it was not ended before. For any thread.
  bool End() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    if (ended_) return false;
    ended_ = true;
    if (reading_) {
      connection_->Interrupt();
    } else {
      connection_->Rollback().IgnoreError();
    }
    return true;
  }

 private:
  static absl::Status TooOld() {
    return errors::StorageUnavailable(
        "this snapshot is too old: it was kept while much was written; read "
        "again, in smaller pages");
  }

  // Around each read: the connection belongs to the reading thread in between
  // and is not ended under it.
  absl::Status Begin() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    if (ended_) return TooOld();
    reading_ = true;
    return absl::OkStatus();
  }

  absl::Status Finish(absl::Status status) const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(&mutex_);
    reading_ = false;
    if (!ended_) return status;
    connection_->Rollback().IgnoreError();
    // What was read to its end before the interruption is right.
    return status.ok() ? status : TooOld();
  }

  const std::shared_ptr<SqliteReaderPool> pool_;
  std::unique_ptr<SqliteConnection> connection_;
  const int64_t log_bytes_;
  mutable Mutex mutex_;
  mutable bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

SqliteReaderPool::SqliteReaderPool(std::shared_ptr<DataDirectory> directory,
                                   std::shared_ptr<CheckedVfs> vfs,
                                   SqliteConnection::Options options,
                                   std::vector<Space> spaces,
                                   int32_t readers_max)
    : vfs_(std::move(vfs)),
      directory_(std::move(directory)),
      options_(std::move(options)),
      spaces_(std::move(spaces)),
      readers_max_(readers_max) {}

absl::StatusOr<std::unique_ptr<Reader>> SqliteReaderPool::Snapshot() {
  int64_t log_bytes = 0;
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection,
                             Take(&log_bytes));
  const absl::Status begun = connection->BeginRead();
  // Made before the check: its destructor gives the connection back.
  auto reader = std::make_unique<SqliteReader>(
      shared_from_this(), std::move(connection), log_bytes);
  CONCORDAT_RETURN_IF_ERROR(begun);
  return reader;
}

bool SqliteReaderPool::LogGrew(int64_t log_bytes, int64_t oldest_bytes) {
  MutexLock lock(&mutex_);
  log_bytes_ = log_bytes;
  bool ended = false;
  for (SqliteReader* reader : readers_) {
    if (reader->log_bytes() < oldest_bytes) ended |= reader->End();
  }
  return ended;
}

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteReaderPool::Take(
    int64_t* log_bytes) {
  {
    MutexLock lock(&mutex_);
    if (in_use_ >= readers_max_) {
      return errors::Overloaded(in_use_, readers_max_);
    }
    ++in_use_;
    *log_bytes = log_bytes_;
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

void SqliteReaderPool::Join(SqliteReader* reader) {
  MutexLock lock(&mutex_);
  readers_.push_back(reader);
}

void SqliteReaderPool::Leave(SqliteReader* reader) {
  MutexLock lock(&mutex_);
  readers_.erase(std::find(readers_.begin(), readers_.end(), reader));
}

void SqliteReaderPool::Return(std::unique_ptr<SqliteConnection> connection) {
  // A connection that cannot end its transaction is closed, which ends it.
  if (!connection->Rollback().ok()) connection.reset();
  MutexLock lock(&mutex_);
  --in_use_;
  if (connection != nullptr) idle_.push_back(std::move(connection));
}

}  // namespace concordat
