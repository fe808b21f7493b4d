#include "server/storage/sqlite/sqlite_store.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/failpoints.h"
#include "graph/status_macros.h"
#include "server/storage/sqlite/checked_vfs.h"
#include "server/storage/sqlite/data_directory.h"
#include "server/storage/sqlite/sqlite_connection.h"
#include "server/storage/sqlite/sqlite_reader_pool.h"
#include "server/storage/sqlite/sqlite_status.h"
#include "server/storage/sqlite/sqlite_upgrade.h"
#include "server/storage/sqlite/wal_damage.h"

namespace concordat {
namespace {

// Readers that overlap without a gap keep the log from being reset. When it is
// this many checkpoints long, the writer waits for them, but not for long.
constexpr int64_t kResetAtCheckpoints = 8;
// While nobody waits, a log of this part of that size is worth a sync.
constexpr int64_t kSettleShare = 8;
constexpr int kResetWaitMilliseconds = 100;
constexpr int kBusyTimeoutMilliseconds = 5000;

absl::Status ReadOnlyError() {
  return errors::StorageUnavailable(
      "an I/O error made the store read-only; reopen it");
}

absl::Status DamagedLogError() {
  return errors::StorageCorrupt(
      "a page in the write-ahead log is not what was written to it, so the "
      "store is read-only; do not reopen it, which would drop what the log "
      "holds, but export what can be read, or restore a backup");
}

absl::Status CheckSpaces(absl::Span<const Space> spaces) {
  std::array<const char*, kSpacesMax> names{};
  for (const Space& space : spaces) {
    const absl::string_view name = space.name;
    const bool well_formed =
        !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
          return (c >= 'a' && c <= 'z') || c == '_';
        });
    if (!well_formed) return errors::Internal("a space's name is not [a-z_]+");
    if (space.id >= kSpacesMax || names[space.id] != nullptr) {
      return errors::Internal(absl::StrCat("space ", name, ": bad id"));
    }
    for (const char* other : names) {
      if (other != nullptr && name == other) {
        return errors::Internal(absl::StrCat("two spaces are named ", name));
      }
    }
    names[space.id] = space.name;
  }
  return absl::OkStatus();
}

class SqliteTransaction final : public Transaction {
 public:
  explicit SqliteTransaction(SqliteConnection& connection)
      : connection_(connection) {}

  absl::StatusOr<std::optional<std::string>> Get(
      Space space, absl::string_view key) const override {
    CONCORDAT_RETURN_IF_ERROR(failure_);
    absl::StatusOr<std::optional<std::string>> value =
        connection_.Get(space, key);
    if (!value.ok()) Abandon(value.status()).IgnoreError();
    return value;
  }

  absl::Status Scan(
      Space space, absl::string_view begin, absl::string_view end,
      absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit)
      const override {
    CONCORDAT_RETURN_IF_ERROR(failure_);
    return Abandon(connection_.Scan(space, begin, end, visit));
  }

  absl::Status Put(Space space, absl::string_view key,
                   absl::string_view value) override {
    CONCORDAT_RETURN_IF_ERROR(failure_);
    return Abandon(connection_.Put(space, key, value));
  }

  absl::Status Delete(Space space, absl::string_view key) override {
    CONCORDAT_RETURN_IF_ERROR(failure_);
    return Abandon(connection_.Delete(space, key));
  }

  // The first error of any operation.
  const absl::Status& failure() const { return failure_; }
  // Its SQLite code.
  int failure_code() const { return failure_code_; }

 private:
  // After some errors SQLite has rolled back by itself, and a statement run
  // then would commit on its own. So the first error is the last statement.
  const absl::Status& Abandon(absl::Status status) const {
    if (!status.ok()) [[unlikely]] {
      failure_code_ = connection_.last_code();
      failure_ = std::move(status);
    }
    return failure_;
  }

  SqliteConnection& connection_;
  mutable absl::Status failure_;
  mutable int failure_code_ = SQLITE_OK;
};

// Rolls back whatever is still open, also if an exception passes by.
class RollbackOnExit {
 public:
  explicit RollbackOnExit(SqliteConnection& connection)
      : connection_(connection) {}
  // A rollback discards pages in memory; where even that fails, SQLite has
  // dropped the transaction already.
  ~RollbackOnExit() { connection_.Rollback().IgnoreError(); }
  RollbackOnExit(const RollbackOnExit&) = delete;
  RollbackOnExit& operator=(const RollbackOnExit&) = delete;

 private:
  SqliteConnection& connection_;
};

int RememberWalPages(void* wal_pages, sqlite3*, const char*, int pages) {
  *static_cast<int*>(wal_pages) = pages;
  return SQLITE_OK;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(
    const SqliteOptions& options) {
  CONCORDAT_RETURN_IF_ERROR(CheckSpaces(options.spaces));
  CONCORDAT_ASSIGN_OR_RETURN(std::shared_ptr<DataDirectory> directory,
                             DataDirectory::Open(options.directory));
  CONCORDAT_ASSIGN_OR_RETURN(
      std::shared_ptr<CheckedVfs> vfs,
      CheckedVfs::Register(options.vfs, options.schema.has_page_checks()));
  CONCORDAT_RETURN_IF_ERROR(
      CheckLogForDamage(absl::StrCat(directory->database_path(), "-wal")));
  SqliteConnection::Options connection{
      .path = directory->database_path(),
      .vfs = vfs->name(),
      .cache_bytes = options.writer_cache_bytes,
      .writes = true,
  };
  CONCORDAT_ASSIGN_OR_RETURN(
      std::unique_ptr<SqliteConnection> writer,
      SqliteConnection::Open(connection, options.spaces));
  CONCORDAT_ASSIGN_OR_RETURN(
      const SqliteFileState state,
      CheckSqliteFile(writer->database(), options.schema));
  CONCORDAT_RETURN_IF_ERROR(
      UseWriteAheadLog(*writer, options.schema.has_page_checks()));
  if (!state.fresh) {
    CONCORDAT_RETURN_IF_ERROR(MigrateSqliteFile(
        options.schema, state,
        [&]() -> SQLite::Database& { return writer->database(); },
        [&](int32_t version) {
          return AddPageChecks(*directory, connection, options.spaces, version,
                               writer);
        }));
  }
  CONCORDAT_RETURN_IF_ERROR(CreateSqliteTables(
      writer->database(), options.schema, state, options.spaces));

  connection.cache_bytes = options.reader_cache_bytes;
  connection.writes = false;
  auto readers = std::make_shared<SqliteReaderPool>(
      directory, vfs, std::move(connection),
      std::vector<Space>(options.spaces.begin(), options.spaces.end()),
      options.readers_max);
  return std::unique_ptr<SqliteStore>(
      new SqliteStore(options, std::move(directory), std::move(vfs),
                      std::move(writer), std::move(readers)));
}

SqliteStore::SqliteStore(const SqliteOptions& options,
                         std::shared_ptr<DataDirectory> directory,
                         std::shared_ptr<CheckedVfs> vfs,
                         std::unique_ptr<SqliteConnection> writer,
                         std::shared_ptr<SqliteReaderPool> readers)
    : checkpoint_bytes_(options.checkpoint_bytes),
      reader_log_bytes_max_(options.reader_log_bytes_max),
      directory_(std::move(directory)),
      vfs_(std::move(vfs)),
      writer_(std::move(writer)),
      readers_(std::move(readers)),
      reset_at_bytes_(options.checkpoint_bytes * kResetAtCheckpoints) {
  // Takes the place of SQLite's automatic checkpoint, whose errors nobody sees.
  sqlite3_wal_hook(writer_->database().getHandle(), &RememberWalPages,
                   &wal_pages_);
}

SqliteStore::~SqliteStore() {
  MutexLock lock(&writer_mutex_);
  sqlite3* handle = writer_->database().getHandle();
  // What cannot be folded in now, say because a reader is alive, stays in the
  // log, and the next opening finds it there.
  sqlite3_busy_timeout(handle, kResetWaitMilliseconds);
  sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE,
                            nullptr, nullptr);
}

absl::StatusOr<std::unique_ptr<Reader>> SqliteStore::Snapshot() {
  return readers_->Snapshot();
}

absl::Status SqliteStore::Write(
    absl::FunctionRef<absl::Status(Transaction&)> work) {
  MutexLock lock(&writer_mutex_);
  if (write_health_.ok()) CheckpointIfDue();
  CONCORDAT_RETURN_IF_ERROR(write_health_);
  CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kCommitBegin));
  CONCORDAT_RETURN_IF_ERROR(writer_->BeginWrite());
  {
    RollbackOnExit rollback(*writer_);
    SqliteTransaction transaction(*writer_);
    absl::Status status = work(transaction);
    // `work` may have swallowed an error; half of it must not be committed.
    if (!transaction.failure().ok()) status = transaction.failure();
    if (IsWriteFault(transaction.failure_code())) {
      write_health_ = ReadOnlyError();
    }
    CONCORDAT_RETURN_IF_ERROR(status);
    CONCORDAT_RETURN_IF_ERROR(HitFailpoint(Failpoint::kCommitBeforeSync));
    CONCORDAT_RETURN_IF_ERROR(Commit());
  }
  PassFailpoint(Failpoint::kCommitAfterSync);
  LogGrew();
  return absl::OkStatus();
}

absl::Status SqliteStore::Scrub() {
  MutexLock lock(&writer_mutex_);
  sqlite3* handle = writer_->database().getHandle();
  sqlite3_busy_timeout(handle, kResetWaitMilliseconds);
  const int code = sqlite3_wal_checkpoint_v2(
      handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(handle, kBusyTimeoutMilliseconds);
  if (IsWriteFault(code)) write_health_ = ReadOnlyError();
  if (code == SQLITE_IOERR_DATA) write_health_ = DamagedLogError();
  if (code == SQLITE_OK) return absl::OkStatus();
  return errors::StorageUnavailable(
      "the log could not be emptied, for a reader still needs it or the disk "
      "failed; it is tried again");
}

absl::Status SqliteStore::WriteHealth() const {
  MutexLock lock(&writer_mutex_);
  return write_health_;
}

absl::Status SqliteStore::Commit() {
  absl::Status status = writer_->Commit();
  if (IsWriteFault(writer_->last_code())) TurnReadOnly();
  return status;
}

void SqliteStore::TurnReadOnly() {
  write_health_ = ReadOnlyError();
  // The log may hold the failed commit in full; only its sync failed. A reader
  // of the log after a crash would take it for a good one. So a commit that
  // changes nothing is written over its beginning, which breaks the chain of
  // checksums. If this fails as well there is no more to be done.
  writer_->Rollback().IgnoreError();
  Guard([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    SQLite::Database& database = writer_->database();
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    database.exec(absl::StrCat("PRAGMA user_version=", version));
  }).IgnoreError();
}

void SqliteStore::LogGrew() {
  const int64_t wal_bytes = wal_pages_ * int64_t{kSqlitePageBytes};
  // A log that became shorter was begun anew by this commit.
  log_bytes_ += wal_bytes >= wal_bytes_ ? wal_bytes - wal_bytes_ : wal_bytes;
  wal_bytes_ = wal_bytes;
  wal_is_folded_ = false;
  readers_ended_ =
      readers_->LogGrew(log_bytes_, log_bytes_ - reader_log_bytes_max_);
}

// With the next commit rather than with that which made it due, whose caller
// waits for an answer.
void SqliteStore::CheckpointIfDue() {
  if (wal_bytes_ < checkpoint_bytes_) {
    reset_at_bytes_ = checkpoint_bytes_ * kResetAtCheckpoints;
    return;
  }
  sqlite3* handle = writer_->database().getHandle();
  const bool reset = readers_ended_ || wal_bytes_ >= reset_at_bytes_;
  if (reset) {
    // A reader that was just ended may need a moment to notice.
    reset_at_bytes_ =
        readers_ended_ ? wal_bytes_ + checkpoint_bytes_ : 2 * wal_bytes_;
    sqlite3_busy_timeout(handle, kResetWaitMilliseconds);
  }
  Checkpoint(reset ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE);
  if (reset) sqlite3_busy_timeout(handle, kBusyTimeoutMilliseconds);
}

void SqliteStore::Settle() {
  MutexLock lock(&writer_mutex_);
  const bool is_short = wal_bytes_ < checkpoint_bytes_ / kSettleShare;
  if (!write_health_.ok() || is_short || wal_is_folded_) return;
  Checkpoint(SQLITE_CHECKPOINT_PASSIVE);
  wal_is_folded_ = true;
}

void SqliteStore::Checkpoint(int mode) {
  PassFailpoint(Failpoint::kCheckpointBefore);
  const int code = sqlite3_wal_checkpoint_v2(writer_->database().getHandle(),
                                             nullptr, mode, nullptr, nullptr);
  // The commit is safe in the log. A checkpoint that found the disk full or a
  // reader in its way is tried again with the next commit.
  if (IsWriteFault(code)) write_health_ = ReadOnlyError();
  if (code == SQLITE_IOERR_DATA) write_health_ = DamagedLogError();
  PassFailpoint(Failpoint::kCheckpointAfter);
}

}  // namespace concordat
