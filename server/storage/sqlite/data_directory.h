#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_DATA_DIRECTORY_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_DATA_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace concordat {

// The directory that holds one store, locked against every other opener, in
// this process or another, for as long as this object lives. The kernel drops
// the lock when the process dies, so there is never a stale one.
class DataDirectory {
 public:
  // Creates the directory (0700) and an empty database file (0600) where they
  // are missing; the directory's parent must exist.
  // Errors: FAILED_PRECONDITION StorageLocked, UNAVAILABLE.
  static absl::StatusOr<std::unique_ptr<DataDirectory>> Open(
      absl::string_view directory);
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  const std::string& database_path() const { return database_path_; }

 private:
  DataDirectory(int lock_descriptor, std::string database_path);

  const int lock_descriptor_;
  const std::string database_path_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_DATA_DIRECTORY_H_
