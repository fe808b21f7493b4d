#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_CHECKED_VFS_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_CHECKED_VFS_H_

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "graph/mutex.h"

namespace concordat {

// Every page of our database files; larger than SQLite's default: fewer levels
// and less log for our small rows.
inline constexpr int kSqlitePageBytes = 8192;
// The end of a page, which SQLite leaves to us (SQLITE_FCNTL_RESERVE_BYTES).
inline constexpr int kPageCheckBytes = 8;

// SQLite's view of the file system, with a checksum on every page: a shim over
// another VFS. A page that is not what was written is never served, its read
// fails with SQLITE_IOERR_DATA, and the other pages are read as before.
//
// Database file: the last 8 bytes of a page are XXH3 of the rest, seeded with
// the number of the page, so that a page written to the wrong place fails too.
// They are put there when the page is written to the file and compared when it
// is read from it. A file knows by its header whether its pages have them:
// byte 20, the reserved bytes a page, is 8. In a file of layout 1 it is 0, and
// such a file is read and written unchecked.
//
// Write-ahead log: SQLite compares its own checksums only when it recovers a
// log. So the hash of each page that goes into the log, or that recovery has
// found good, is kept in memory, 8 bytes a page, and compared whenever the page
// is read back, to be shown or to be folded into the database. A page that is
// damaged between two processes is SQLite's to find, see wal_damage.h.
//
// Everything else passes through. Registered with SQLite for as long as it
// lives, which must be longer than any connection that uses it. Thread-safe.
class CheckedVfs {
 public:
  // Over the VFS of that name; empty is SQLite's default. `checks_new_files`:
  // what a file is that has no header yet.
  // Errors: INTERNAL where there is no such VFS.
  static absl::StatusOr<std::unique_ptr<CheckedVfs>> Register(
      const std::string& parent, bool checks_new_files);
  ~CheckedVfs();
  CheckedVfs(const CheckedVfs&) = delete;
  CheckedVfs& operator=(const CheckedVfs&) = delete;

  // The name to open connections with.
  const std::string& name() const { return name_; }

 private:
  friend struct CheckedFile;

  // The hashes of the pages of one log, by frame; 0 where it is not known.
  class LogPages {
   public:
    void Put(size_t frame, uint64_t hash) ABSL_LOCKS_EXCLUDED(mutex_);
    // Puts it where none is known.
    void Learn(size_t frame, uint64_t hash) ABSL_LOCKS_EXCLUDED(mutex_);
    uint64_t Get(size_t frame) ABSL_LOCKS_EXCLUDED(mutex_);
    void Truncate(size_t frames) ABSL_LOCKS_EXCLUDED(mutex_);

   private:
    Mutex mutex_;
    std::vector<uint64_t> hashes_ ABSL_GUARDED_BY(mutex_);
  };

  CheckedVfs(sqlite3_vfs* parent, bool checks_new_files);

  // The pages of the log at `path`, shared by all that have it open.
  std::shared_ptr<LogPages> PagesOf(const char* path)
      ABSL_LOCKS_EXCLUDED(mutex_);

  static int Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file,
                  int flags, int* flags_out);
  static int Delete(sqlite3_vfs* vfs, const char* path, int sync_directory);
  static int Access(sqlite3_vfs* vfs, const char* path, int flags, int* out);
  static int FullPath(sqlite3_vfs* vfs, const char* path, int size, char* out);

  const std::string name_;
  sqlite3_vfs* const parent_;
  const bool checks_new_files_;
  sqlite3_vfs vfs_;

  Mutex mutex_;
  std::map<std::string, std::weak_ptr<LogPages>> logs_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_CHECKED_VFS_H_
