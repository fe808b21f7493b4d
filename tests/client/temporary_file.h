// A file that lives as long as its scope.
#ifndef CONCORDAT_TESTS_CLIENT_TEMPORARY_FILE_H_
#define CONCORDAT_TESTS_CLIENT_TEMPORARY_FILE_H_

#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace concordat::client {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      : path_("/tmp/concordat_client_test_XXXXXX") {
    close(mkstemp(path_.data()));
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_TESTS_CLIENT_TEMPORARY_FILE_H_
