#include "client/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/descriptor.h"

namespace concordat::client {
namespace {

// Closes a descriptor with its scope.
bool WriteAll(int descriptor, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// A new name of a file survives a loss of power once its directory is synced.
bool SyncDirectoryOf(const std::string& path) {
  const std::filesystem::path parent =
      std::filesystem::path(path).parent_path();
  const Descriptor directory(open(parent.empty() ? "." : parent.c_str(),
                                  O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return directory.number() >= 0 && fsync(directory.number()) == 0;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     int64_t bytes_max) {
  const Descriptor file(path == "-" ? dup(STDIN_FILENO)
                                    : open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0)
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  std::string text;
  char buffer[1 << 16];
  while (true) {
    const ssize_t bytes = read(file.number(), buffer, sizeof buffer);
    if (bytes < 0)
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
    if (bytes == 0) return text;
    text.append(buffer, static_cast<size_t>(bytes));
    if (static_cast<int64_t>(text.size()) > bytes_max)
      return absl::InvalidArgumentError(
          absl::StrCat(path, " is longer than ", bytes_max, " bytes"));
  }
}

absl::Status ReplaceFile(const std::string& path, absl::string_view text,
                         Durability durability) {
  const std::string temporary = absl::StrCat(path, ".", getpid(), ".tmp");
  {
    const Descriptor file(open(temporary.c_str(),
                               O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                               S_IRUSR | S_IWUSR));
    if (file.number() < 0 || !WriteAll(file.number(), text) ||
        (durability == Durability::kPower && fsync(file.number()) != 0)) {
      const int error = errno;
      std::remove(temporary.c_str());
      return absl::ErrnoToStatus(error, absl::StrCat("cannot write ", path));
    }
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error = errno;
    std::remove(temporary.c_str());
    return absl::ErrnoToStatus(error, absl::StrCat("cannot write ", path));
  }
  if (durability == Durability::kPower && !SyncDirectoryOf(path)) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

NewFile::NewFile(std::string path, std::string temporary, int descriptor)
    : path_(std::move(path)),
      temporary_(std::move(temporary)),
      descriptor_(descriptor) {}

NewFile::~NewFile() {
  close(descriptor_);
  if (!is_committed_) std::remove(temporary_.c_str());
}

absl::StatusOr<std::unique_ptr<NewFile>> NewFile::Create(
    const std::string& path) {
  std::string temporary = absl::StrCat(path, ".", getpid(), ".tmp");
  const int descriptor =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
           S_IRUSR | S_IWUSR);
  if (descriptor < 0)
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  return std::unique_ptr<NewFile>(
      new NewFile(path, std::move(temporary), descriptor));
}

absl::Status NewFile::Append(absl::string_view bytes) {
  if (WriteAll(descriptor_, bytes)) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path_));
}

absl::Status NewFile::Commit() {
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0)
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path_));
  is_committed_ = true;
  return absl::OkStatus();
}

absl::Status AppendToFile(const std::string& path, absl::string_view text) {
  const Descriptor file(open(path.c_str(),
                             O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                             S_IRUSR | S_IWUSR));
  if (file.number() < 0 || !WriteAll(file.number(), text) ||
      fsync(file.number()) != 0 || !SyncDirectoryOf(path)) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<FileLock>> FileLock::Take(
    const std::string& path) {
  const int descriptor =
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0)
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  std::unique_ptr<FileLock> lock(new FileLock(descriptor));
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK)
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is held by another process"));
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot lock ", path));
}

FileLock::~FileLock() { close(descriptor_); }

}  // namespace concordat::client
