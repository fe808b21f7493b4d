#include "server/storage/sqlite/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

absl::Status FromErrno(absl::string_view action, absl::string_view path) {
  const int error = errno;
  if (error == ENOSPC || error == EDQUOT) return errors::StorageFull();
  return errors::StorageUnavailable(absl::StrCat(
      action, " ", path, ": ", std::generic_category().message(error)));
}

// A new name in a directory survives a power cut once the directory is synced.
absl::Status SyncDirectory(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return FromErrno("cannot open directory", path);
  const bool synced = fsync(descriptor) == 0;
  absl::Status status =
      synced ? absl::OkStatus() : FromErrno("cannot sync directory", path);
  close(descriptor);
  return status;
}

absl::Status CreateDirectory(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) return absl::OkStatus();
    return FromErrno("cannot create data directory", path);
  }
  const std::filesystem::path parent =
      std::filesystem::path(path).lexically_normal().parent_path();
  return SyncDirectory(parent.empty() ? "." : parent.string());
}

// SQLite would create the file readable by all; its log and index files take
// the mode of the database.
absl::Status CreatePrivateFile(const std::string& path) {
  const int descriptor =
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    if (errno == EEXIST) return absl::OkStatus();
    return FromErrno("cannot create", path);
  }
  close(descriptor);
  return SyncDirectory(std::filesystem::path(path).parent_path().string());
}

absl::StatusOr<int> LockFile(const std::string& directory) {
  const std::string path = absl::StrCat(directory, "/lock");
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return FromErrno("cannot open", path);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const absl::Status status = errno == EWOULDBLOCK
                                    ? errors::StorageLocked(directory)
                                    : FromErrno("cannot lock", path);
    close(descriptor);
    return status;
  }
  return descriptor;
}

std::string ReplacementOf(const std::string& path) {
  return absl::StrCat(path, ".next");
}

}  // namespace

absl::StatusOr<std::unique_ptr<DataDirectory>> DataDirectory::Open(
    absl::string_view directory) {
  std::string path(directory);
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  if (path.empty()) {
    return errors::StorageUnavailable("no data directory is named");
  }
  CONCORDAT_RETURN_IF_ERROR(CreateDirectory(path));
  CONCORDAT_ASSIGN_OR_RETURN(const int descriptor, LockFile(path));
  // From here on the destructor gives the lock back.
  std::unique_ptr<DataDirectory> opened(
      new DataDirectory(descriptor, absl::StrCat(path, "/concordat.db")));
  CONCORDAT_RETURN_IF_ERROR(CreatePrivateFile(opened->database_path_));
  return opened;
}

absl::StatusOr<std::string> DataDirectory::CreateReplacement() const {
  std::string path = ReplacementOf(database_path_);
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
    const std::string left = absl::StrCat(path, suffix);
    if (unlink(left.c_str()) != 0 && errno != ENOENT) {
      return FromErrno("cannot remove", left);
    }
  }
  CONCORDAT_RETURN_IF_ERROR(CreatePrivateFile(path));
  return path;
}

absl::Status DataDirectory::Replace() const {
  std::error_code error;
  const std::string log = absl::StrCat(database_path_, "-wal");
  if (std::filesystem::exists(log, error)) {
    return errors::StorageUnavailable(
        "the database still has a log, so its file cannot be replaced; close "
        "whatever else has it open");
  }
  const std::string path = ReplacementOf(database_path_);
  if (rename(path.c_str(), database_path_.c_str()) != 0) {
    return FromErrno("cannot rename", path);
  }
  return SyncDirectory(
      std::filesystem::path(database_path_).parent_path().string());
}

DataDirectory::DataDirectory(int lock_descriptor, std::string database_path)
    : lock_descriptor_(lock_descriptor),
      database_path_(std::move(database_path)) {}

DataDirectory::~DataDirectory() { close(lock_descriptor_); }

}  // namespace concordat
