#ifndef CONCORDAT_CLIENT_NOTIFY_STATE_FILE_H_
#define CONCORDAT_CLIENT_NOTIFY_STATE_FILE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/files.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {

// How far somebody was told, in a file. One process at a time has it; a lock
// file lies beside it. Not thread-safe.
class StateFile {
 public:
  // FAILED_PRECONDITION where another process has it; the file system's.
  static absl::StatusOr<std::unique_ptr<StateFile>> Open(std::string path);

  // NOT_FOUND where nothing was saved; DATA_LOSS where it cannot be read.
  absl::StatusOr<v1::NotifyState> Load() const;
  // Replaces it at once: a crash or a loss of power leaves the old one or the
  // new one.
  absl::Status Save(const v1::NotifyState& state) const;

 private:
  StateFile(std::string path, std::unique_ptr<FileLock> lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  const std::string path_;
  const std::unique_ptr<FileLock> lock_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_STATE_FILE_H_
