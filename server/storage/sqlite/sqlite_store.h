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

class CheckedVfs;
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
  int64_t writer_cache_bytes = int64_t{16} << 20;
  int64_t reader_cache_bytes = int64_t{16} << 20;
  // Readers alive at the same time; one more is RESOURCE_EXHAUSTED.
  int32_t readers_max = 64;
  // The log is folded into the database when it has grown by this much.
  int64_t checkpoint_bytes = int64_t{1} << 20;
  // A reader may be kept while this much is written to the log. An older one
  // is ended when the log is next folded in, so that none keeps the log, and
  // the disk, growing for ever.
  int64_t reader_log_bytes_max = int64_t{1} << 30;
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
// Every page has a checksum, in the database file and, for as long as a process
// has the log open, in the log (checked_vfs.h): a page that is not what was
// written is DATA_LOSS for whoever needs it, and the rest is served as before.
// What only reading shows, such as a bit that flips in a page while it is in
// memory, is not covered. Where a checkpoint meets such a page in the log, the
// store turns read-only. In a log that was left by another process, damage to
// the last commit looks as an unfinished write of it does, and that commit is
// dropped; any earlier damage is DATA_LOSS when the store is opened.
//
// A reader that is kept while reader_log_bytes_max is written is ended: what it
// reads then is UNAVAILABLE. A reader whose `visit` does not return cannot be
// ended; the log grows until it does.
//
// Files of layout 1, which have no checksums, are rewritten when they are
// opened; this needs free space as large as the store, and a minute for some
// tens of gigabytes. If it fails the file is as it was.
//
// Thread-safe. A reader may outlive the store, and holds the directory's lock
// while it does.
class SqliteStore final : public Store {
 public:
  // Opens or creates the store and brings it to the newest layout.
  // Errors: FAILED_PRECONDITION (StorageLocked: another store has it open;
  // StorageVersion: a layout that this build does not read, or a file that is
  // no store), DATA_LOSS, UNAVAILABLE, RESOURCE_EXHAUSTED (disk full, or too
  // full to rewrite an older layout),
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
  // Folds in a log that is not long enough yet for a Write to do it.
  void Settle() override;
  absl::string_view engine() const override { return "sqlite"; }

  // OK, or the UNAVAILABLE with which every Write fails after an I/O error, or
  // the DATA_LOSS after damage to the log.
  // Waits for a running Write.
  absl::Status WriteHealth() const;

 private:
  SqliteStore(const SqliteOptions& options,
              std::shared_ptr<DataDirectory> directory,
              std::shared_ptr<CheckedVfs> vfs,
              std::unique_ptr<SqliteConnection> writer,
              std::shared_ptr<SqliteReaderPool> readers);

  absl::Status Commit() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  void TurnReadOnly() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  void LogGrew() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  void CheckpointIfDue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);
  void Checkpoint(int mode) ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_mutex_);

  // Constant after construction. In this order, so that the writer is closed
  // last and under the lock on the directory: the last connection to close
  // removes the log, and readers must not.
  const int64_t checkpoint_bytes_;
  const int64_t reader_log_bytes_max_;
  const std::shared_ptr<DataDirectory> directory_;
  const std::shared_ptr<CheckedVfs> vfs_;
  const std::unique_ptr<SqliteConnection> writer_
      ABSL_PT_GUARDED_BY(writer_mutex_);
  const std::shared_ptr<SqliteReaderPool> readers_;

  mutable Mutex writer_mutex_;
  // Why nothing can be written any more; OK while it can.
  absl::Status write_health_ ABSL_GUARDED_BY(writer_mutex_);
  // Pages in the log after the last commit; set by SQLite's hook.
  int wal_pages_ ABSL_GUARDED_BY(writer_mutex_) = 0;
  // The log's size after the last commit, and how much was written to it since
  // the store was opened.
  int64_t wal_bytes_ ABSL_GUARDED_BY(writer_mutex_) = 0;
  int64_t log_bytes_ ABSL_GUARDED_BY(writer_mutex_) = 0;
  // The last commit ended readers that were kept for too long.
  bool readers_ended_ ABSL_GUARDED_BY(writer_mutex_) = false;
  // Nothing was written since Settle.
  bool wal_is_folded_ ABSL_GUARDED_BY(writer_mutex_) = false;
  // The log's size at which the writer next waits for readers to leave it.
  int64_t reset_at_bytes_ ABSL_GUARDED_BY(writer_mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_SQLITE_STORE_H_
