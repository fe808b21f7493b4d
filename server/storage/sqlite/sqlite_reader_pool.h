#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_READER_POOL_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_READER_POOL_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "graph/mutex.h"
#include "graph/store.h"
#include "server/storage/sqlite/checked_vfs.h"
#include "server/storage/sqlite/data_directory.h"
#include "server/storage/sqlite/sqlite_connection.h"

namespace concordat {

class SqliteReader;

// The connections that read: opened when first needed, at most `readers_max`
// of them, and used again. Thread-safe.
//
// A reader keeps the log from being folded in beyond the state that it shows
// and from being used again. So each knows how long the log was, counted since
// the store was opened, when it began, and those that began too long ago can be
// ended.
//
// Readers share the ownership of the pool, and the pool that of the directory,
// so the lock on the directory is held until the last reader is gone.
class SqliteReaderPool : public std::enable_shared_from_this<SqliteReaderPool> {
 public:
  SqliteReaderPool(std::shared_ptr<DataDirectory> directory,
                   std::shared_ptr<CheckedVfs> vfs,
                   SqliteConnection::Options options, std::vector<Space> spaces,
                   int32_t readers_max);

  // A reader of the state after the last commit. Never waits for another
  // reader: RESOURCE_EXHAUSTED Overloaded where readers_max are alive.
  absl::StatusOr<std::unique_ptr<Reader>> Snapshot()
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The log has grown to `log_bytes`. Ends the readers that began when it was
  // shorter than `oldest_bytes`: what they read from now on is UNAVAILABLE, and
  // what they are reading soon is. Returns whether there was one.
  bool LogGrew(int64_t log_bytes, int64_t oldest_bytes)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class SqliteReader;

  absl::StatusOr<std::unique_ptr<SqliteConnection>> Take(int64_t* log_bytes)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Join(SqliteReader* reader) ABSL_LOCKS_EXCLUDED(mutex_);
  void Leave(SqliteReader* reader) ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends the reader's transaction.
  void Return(std::unique_ptr<SqliteConnection> connection)
      ABSL_LOCKS_EXCLUDED(mutex_);

  const std::shared_ptr<CheckedVfs> vfs_;
  const std::shared_ptr<DataDirectory> directory_;
  const SqliteConnection::Options options_;
  const std::vector<Space> spaces_;
  const int32_t readers_max_;

  Mutex mutex_;
  // Readers alive, opened or being opened.
  int32_t in_use_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t log_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Those that are open; a reader leaves before it goes.
  std::vector<SqliteReader*> readers_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<SqliteConnection>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_READER_POOL_H_
