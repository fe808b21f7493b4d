// Small files as a whole.
#ifndef CONCORDAT_CLIENT_FILES_H_
#define CONCORDAT_CLIENT_FILES_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace concordat::client {

// The file's text; `-` is standard input. NOT_FOUND, PERMISSION_DENIED;
// INVALID_ARGUMENT where it is longer than `bytes_max`.
absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     int64_t bytes_max);

// Writes a new file, readable by its owner only, and puts it in the place of
// the old one at once.
absl::Status ReplaceFile(const std::string& path, absl::string_view text);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_FILES_H_
