#ifndef CONCORDAT_CLIENT_NOTIFY_DEAD_LETTERS_H_
#define CONCORDAT_CLIENT_NOTIFY_DEAD_LETTERS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "concordat/v1/client_files.pb.h"

namespace concordat::client {

// The file of what could not be delivered: a JSON object a line, a
// v1.DeadLetter each. Not thread-safe.
class DeadLetters {
 public:
  explicit DeadLetters(std::string path) : path_(std::move(path)) {}

  // Writes it at the end, so that it survives a loss of power. Errors: the
  // file's.
  absl::Status Add(const v1::DeadLetter& letter) const;

 private:
  const std::string path_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_NOTIFY_DEAD_LETTERS_H_
