#ifndef CONCORDAT_TESTS_FAULTS_FAULTY_DISK_H_
#define CONCORDAT_TESTS_FAULTS_FAULTY_DISK_H_

#include <sqlite3.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace concordat {

// What goes wrong, and with which operations.
enum class DiskFault {
  kPowerCut,    // Any change: it is the last one, see FaultyDisk::RestorePower.
  kFull,        // A write, with SQLITE_FULL.
  kWriteError,  // A write, a truncation or a removal, with SQLITE_IOERR_...
  kSyncError,   // A sync, with SQLITE_IOERR_FSYNC; its pages are lost.
  kReadError,   // A read of a page, with SQLITE_IOERR_READ.
};

// A disk that fails at a chosen operation: an SQLite VFS over the real one. It
// knows which 512-byte sectors were written since the last sync of their file,
// so that it can lose any of them, as a disk without power does.
//
// Creating and removing a file count as durable at once. Not thread-safe; the
// stores that use it must be closed before it is destroyed or restored.
class FaultyDisk {
 public:
  // The real disk never syncs: a power cut here is only pretended.
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // For SqliteOptions::vfs.
  const std::string& vfs() const { return name_; }

  // The changes (writes, truncations, syncs, removals) since construction.
  int64_t changes() const { return changes_; }

  // Fails the first operation from now on that `fault` can happen to, after
  // letting `skip` such operations pass; with `lasting` every later one as
  // well, until Heal. A power cut always lasts.
  void FailAfter(int64_t skip, DiskFault fault, bool lasting);
  void Heal();
  // Whether the fault of FailAfter has happened.
  bool failed() const { return failed_; }

  // Makes the files what the disk holds after a power cut. `keep` decides, for
  // each unsynced sector and for each unsynced size of a file, whether it had
  // reached the disk. To kill only the process, keep everything.
  void RestorePower(const std::function<bool()>& keep);

 private:
  friend struct FaultyFile;

  struct Sector {
    std::string before;
    // Its sync failed, and the operating system has forgotten that it is
    // dirty: a later sync does not help it.
    bool lost = false;
  };
  struct File {
    int64_t durable_size = 0;
    std::map<int64_t, Sector> unsynced;  // By offset.
  };
  enum class Operation { kRead, kWrite, kTruncate, kSync, kRemove };

  // SQLITE_OK, or the error to fail this operation with.
  int Fail(Operation operation);
  // The error that the armed fault means for the operation, if any.
  int ErrorFor(Operation operation) const;
  void Remember(const std::string& path, sqlite3_file* real, int64_t begin,
                int64_t end);
  void Sync(const std::string& path, sqlite3_file* real, bool fails);

  static int Open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file,
                  int flags, int* flags_out);
  static int Delete(sqlite3_vfs* vfs, const char* path, int sync_directory);

  const std::string name_;
  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_;
  std::map<std::string, File> files_;

  int64_t changes_ = 0;
  bool armed_ = false;
  bool failed_ = false;
  bool lasting_ = false;
  DiskFault fault_ = DiskFault::kPowerCut;
  int64_t skip_ = 0;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_FAULTS_FAULTY_DISK_H_
