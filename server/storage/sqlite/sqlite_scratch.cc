#include "server/storage/sqlite/sqlite_scratch.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/storage/sqlite/sqlite_store.h"

namespace concordat {
namespace {

// It is written in few, large transactions and read by few.
constexpr int64_t kCacheBytes = int64_t{32} << 20;
constexpr int64_t kCheckpointBytes = int64_t{64} << 20;

absl::Status FromCode(absl::string_view action, const std::error_code& code) {
  return errors::StorageUnavailable(
      absl::StrCat("cannot ", action, ": ", code.message()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> SqliteScratch::Open(
    const std::string& name) {
  if (mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST) {
    return FromCode("make the directory of scratch stores",
                    std::error_code(errno, std::generic_category()));
  }
  SqliteOptions options;
  options.directory = absl::StrCat(directory_, "/", name);
  options.spaces = spaces_;
  options.writer_cache_bytes = kCacheBytes;
  options.checkpoint_bytes = kCheckpointBytes;
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Store> store,
                             SqliteStore::Open(options));
  return store;
}

absl::Status SqliteScratch::Clear() {
  std::error_code code;
  std::filesystem::remove_all(directory_, code);
  return code ? FromCode("remove scratch stores", code) : absl::OkStatus();
}

absl::StatusOr<int64_t> SqliteScratch::UsedBytes() {
  std::error_code code;
  int64_t bytes = 0;
  for (std::filesystem::recursive_directory_iterator file(directory_, code),
       end;
       !code && file != end; file.increment(code)) {
    std::error_code gone;
    const std::uintmax_t size = file->file_size(gone);
    if (!gone) bytes += static_cast<int64_t>(size);
  }
  if (code && code != std::errc::no_such_file_or_directory) {
    return FromCode("read the directory of scratch stores", code);
  }
  return bytes;
}

absl::StatusOr<int64_t> SqliteScratch::FreeBytes() {
  std::error_code code;
  const std::filesystem::path parent =
      std::filesystem::path(directory_).parent_path();
  const auto space =
      std::filesystem::space(parent.empty() ? "." : parent, code);
  if (code) return FromCode("tell the free space of the disk", code);
  return static_cast<int64_t>(space.available);
}

}  // namespace concordat
