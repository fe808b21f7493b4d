// Small files as a whole.
#ifndef CONCORDAT_CLIENT_FILES_H_
#define CONCORDAT_CLIENT_FILES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace concordat::client {

// The file's text; `-` is standard input. NOT_FOUND, PERMISSION_DENIED;
// INVALID_ARGUMENT where it is longer than `bytes_max`.
absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     int64_t bytes_max);

// Whether to wait until what was written survives a loss of power.
enum class Durability { kProcess, kPower };

// Writes a new file, readable by its owner only, and puts it in the place of
// the old one at once.
absl::Status ReplaceFile(const std::string& path, absl::string_view text,
                         Durability durability = Durability::kProcess);

// A new file, piece by piece, which takes the place of the old one at once when
// it is complete, and otherwise leaves no trace. Readable by its owner only.
class NewFile {
 public:
  static absl::StatusOr<std::unique_ptr<NewFile>> Create(
      const std::string& path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  absl::Status Append(absl::string_view bytes);
  // Once, after all was appended.
  absl::Status Commit();

 private:
  NewFile(std::string path, std::string temporary, int descriptor);

  const std::string path_;
  const std::string temporary_;
  const int descriptor_;
  bool is_committed_ = false;
};

// Writes at the end of a file, which is made where there is none, readable by
// its owner only; survives a loss of power.
absl::Status AppendToFile(const std::string& path, absl::string_view text);

// Holds a file so that no other process does, until this goes.
class FileLock {
 public:
  // The file is made where there is none, and stays. FAILED_PRECONDITION where
  // another holds it.
  static absl::StatusOr<std::unique_ptr<FileLock>> Take(
      const std::string& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  const int descriptor_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_FILES_H_
