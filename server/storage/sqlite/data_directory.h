#ifndef CONCORDAT_SERVER_STORAGE_SQLITE_DATA_DIRECTORY_H_
#define CONCORDAT_SERVER_STORAGE_SQLITE_DATA_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
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

  // Makes an empty file (0600) beside the database, for its next version, and
  // returns its path. What an earlier attempt left there is removed.
  // Errors: UNAVAILABLE, RESOURCE_EXHAUSTED StorageFull.
  absl::StatusOr<std::string> CreateReplacement() const;
  // The replacement, which is complete and synced, becomes the database; after
  // a crash one or the other is there. Neither may be open, nor may the
  // database have a log. Errors as CreateReplacement.
  absl::Status Replace() const;

 private:
  DataDirectory(int lock_descriptor, std::string database_path);

  const int lock_descriptor_;
  const std::string database_path_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_STORAGE_SQLITE_DATA_DIRECTORY_H_
