#ifndef CONCORDAT_TESTS_CONFORMANCE_TEMPORARY_DIRECTORY_H_
#define CONCORDAT_TESTS_CONFORMANCE_TEMPORARY_DIRECTORY_H_

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

namespace concordat {

// A new directory, removed with all that is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory()
      : TemporaryDirectory(std::filesystem::temp_directory_path()) {}
  explicit TemporaryDirectory(const std::filesystem::path& parent) {
    std::string name = (parent / "concordat-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      std::perror("mkdtemp");
      std::abort();
    }
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  // In memory where the system has a place for it: for tests that only pretend
  // that there is a disk.
  static std::filesystem::path MemoryParent() {
    const std::filesystem::path memory = "/dev/shm";
    std::error_code ignored;
    return std::filesystem::is_directory(memory, ignored)
               ? memory
               : std::filesystem::temp_directory_path();
  }

  const std::string& path() const { return path_; }
  std::string Sub(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_CONFORMANCE_TEMPORARY_DIRECTORY_H_
