#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_READER_POOL_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_READER_POOL_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "graph/mutex.h"
#include "graph/store.h"
#include "server/storage/sqlite/data_directory.h"
#include "server/storage/sqlite/sqlite_connection.h"

namespace concordat {

// The connections that read: opened when first needed, at most `readers_max`
// of them, and used again. Thread-safe.
//
// Readers share the ownership of the pool, and the pool that of the directory,
// so the lock on the directory is held until the last reader is gone.
class SqliteReaderPool : public std::enable_shared_from_this<SqliteReaderPool> {
 public:
  SqliteReaderPool(std::shared_ptr<DataDirectory> directory,
                   SqliteConnection::Options options, std::vector<Space> spaces,
                   int32_t readers_max);

  // A reader of the state after the last commit. Never waits for another
  // reader: RESOURCE_EXHAUSTED Overloaded where readers_max are alive.
  absl::StatusOr<std::unique_ptr<Reader>> Snapshot();

 private:
  friend class SqliteReader;

  absl::StatusOr<std::unique_ptr<SqliteConnection>> Take();
  // Ends the reader's transaction.
  void Return(std::unique_ptr<SqliteConnection> connection);

  const std::shared_ptr<DataDirectory> directory_;
  const SqliteConnection::Options options_;
  const std::vector<Space> spaces_;
  const int32_t readers_max_;

  Mutex mutex_;
  // Readers alive, opened or being opened.
  int32_t in_use_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::unique_ptr<SqliteConnection>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_READER_POOL_H_
