// The embedded storage engine: one SQLite database in one directory.
#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_STORE_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_STORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/mutex.h"
#include "graph/store.h"
#include "server/storage/sqlite/sqlite_schema.h"

namespace concordat {

class DataDirectory;
class SqliteConnection;
class SqliteReaderPool;

struct SqliteOptions {
  // Created (0700) where missing; its parent must exist. One store, in one
  // process, has it open at a time.
  std::string directory;
  // Every space that will be read or written. Names match [a-z_]+; names and
  // ids are unique. Copied.
  absl::Span<const Space> spaces;
  // Page cache of the connection that writes and of each one that reads.
  int64_t writer_cache_bytes = int64_t{256} << 20;
  int64_t reader_cache_bytes = int64_t{16} << 20;
  // Readers alive at the same time; one more is RESOURCE_EXHAUSTED.
  int32_t readers_max = 64;
  // The log is folded into the database when it has grown by this much.
  int64_t checkpoint_bytes = int64_t{32} << 20;
  // The operating system as SQLite sees it; empty is the real one. For tests.
  std::string vfs;
  // The layouts that this build reads. Other than the default only in tests.
  SqliteSchema schema;
};

// Write-ahead log with a sync at each commit: an OK from Write is on the disk.
// Readers each have a connection and see the log up to the commit at which
// they began, so they wait neither for the writer nor for one another.
//
// Exactly one connection writes and checkpoints, under one mutex, and the lock
// on the directory keeps other processes out: SQLite before 3.51.3 can corrupt
// the database when two connections checkpoint and write at the same instant.
//
// A full disk fails the write with RESOURCE_EXHAUSTED; reads go on, and so do
// writes once there is room. When a write or a sync fails with an I/O error,
// the store turns read-only until it is opened again, because syncing once
// more would succeed without having written what was lost. The store then
// tries to overwrite what the failed commit left in the log; if the disk
// refuses that too, and the process dies before the store is closed, the
// commit may be found whole on reopening. That is the one case in which an
// error from Write does not say that nothing happened.
//
// Thread-safe. A reader may outlive the store, and holds the directory's lock
// while it does.
class SqliteStore final : public Store {
 public:
  // Opens or creates the store and brings it to the newest layout.
  // Errors: FAILED_PRECONDITION (StorageLocked: another store has it open;
  // StorageVersion: a layout that this build does not read, or a file that is
  // no store), DATA_LOSS, UNAVAILABLE, RESOURCE_EXHAUSTED (disk full),
  // INTERNAL (the spaces break the rules above).
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(
      const SqliteOptions& options);

  // Folds the log into the database and closes it.
  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override;
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override;
  // Folds the log into the database and empties it. Deleted rows are
  // overwritten when they are deleted (secure_delete).
  absl::Status Scrub() override;
  absl::string_view engine() const override { return "sqlite"; }

  // OK, or the UNAVAILABLE with which every Write fails after an I/O error.
  // Waits for a running Write.
  absl::Status WriteHealth() const;

 private:
  SqliteStore(const SqliteOptions& options,
              std::shared_ptr<DataDirectory> directory,
              std::unique_ptr<SqliteConnection> writer,
              std::shared_ptr<SqliteReaderPool> readers);

  absl::Status Commit() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  void TurnReadOnly() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  void CheckpointIfDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);

  // Constant after construction. In this order, so that the writer is closed
  // last and under the lock on the directory: the last connection to close
  // removes the log, and readers must not.
  const int64_t checkpoint_bytes_;
  const std::shared_ptr<DataDirectory> directory_;
  const std::unique_ptr<SqliteConnection> writer_
      ABSL_PT_GUARDED_BY(writer_mutex_);
  const std::shared_ptr<SqliteReaderPool> readers_;

  mutable Mutex writer_mutex_;
  bool read_only_ ABSL_GUARDED_BY(writer_mutex_) = false;
  // Pages in the log after the last commit; set by SQLite's hook.
  int wal_pages_ ABSL_GUARDED_BY(writer_mutex_) = 0;
  // The log's size at which the writer next waits for readers to leave it.
  int64_t reset_at_bytes_ ABSL_GUARDED_BY(writer_mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_STORE_H_
