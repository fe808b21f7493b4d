#include "client/archive/archive_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/status_macros.h"
#include "proto/archive_reader.h"

namespace concordat::client {
namespace {

absl::Status FromErrno(absl::string_view action, const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", action, " ", path));
}

// A file that goes again unless it is kept.
class PartFile {
 public:
  explicit PartFile(std::string path)
      : path_(std::move(path)), descriptor_(OpenNew(path_)) {}
  ~PartFile() {
    if (descriptor_ < 0) return;
    close(descriptor_);
    if (!kept_) unlink(path_.c_str());
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  bool open_failed() const { return descriptor_ < 0; }
  const std::string& path() const { return path_; }

  absl::Status Write(absl::string_view data) {
    while (!data.empty()) {
      const ssize_t written = write(descriptor_, data.data(), data.size());
      if (written < 0) return FromErrno("write", path_);
      data.remove_prefix(static_cast<size_t>(written));
    }
    return absl::OkStatus();
  }

  absl::Status Sync() {
    return fsync(descriptor_) == 0 ? absl::OkStatus()
                                   : FromErrno("sync", path_);
  }

  // The name survives a power cut once its directory is synced.
  absl::Status KeepAs(const std::string& path) {
    // Unlike rename, link does not replace what came there meanwhile.
    if (link(path_.c_str(), path.c_str()) != 0)
      return FromErrno("create", path);
    unlink(path_.c_str());
    kept_ = true;
    const size_t slash = path.rfind('/');
    const std::string directory =
        slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const int opened =
        open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0) return FromErrno("open", directory);
    const bool synced = fsync(opened) == 0;
    close(opened);
    return synced ? absl::OkStatus() : FromErrno("sync", directory);
  }

 private:
  // What an earlier attempt has left goes: its mode may be another, and it may
  // be open elsewhere.
  static int OpenNew(const std::string& path) {
    unlink(path.c_str());
    return open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                S_IRUSR | S_IWUSR);
  }

  const std::string path_;
  const int descriptor_;
  bool kept_ = false;
};

}  // namespace

namespace {

// `check` reads the file before it gets its name.
absl::Status Save(
    const std::string& path,
    const std::function<absl::Status(const Client::ByteSink&)>& download,
    const std::function<absl::Status(const std::string&)>& check) {
  if (access(path.c_str(), F_OK) == 0) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is there already; choose another name"));
  }
  PartFile part(absl::StrCat(path, ".part"));
  if (part.open_failed()) return FromErrno("create", part.path());
  CLIENT_RETURN_IF_ERROR(
      download([&part](absl::string_view data) { return part.Write(data); }));
  CLIENT_RETURN_IF_ERROR(part.Sync());
  CLIENT_RETURN_IF_ERROR(check(part.path()));
  return part.KeepAs(path);
}

}  // namespace

absl::StatusOr<ArchiveSummary> SaveArchive(
    const std::string& path,
    const std::function<absl::Status(const Client::ByteSink&)>& download) {
  ArchiveSummary summary;
  CLIENT_RETURN_IF_ERROR(
      Save(path, download, [&summary](const std::string& part) -> absl::Status {
        CLIENT_ASSIGN_OR_RETURN(summary, VerifyArchiveFile(part));
        return absl::OkStatus();
      }));
  return summary;
}

absl::Status SaveKeys(
    const std::string& path,
    const std::function<absl::Status(const Client::ByteSink&)>& download) {
  return Save(path, download,
              [](const std::string&) { return absl::OkStatus(); });
}

absl::Status ContinueFrom(const std::string& path,
                          v1::ArchiveLogRequest* request) {
  CLIENT_ASSIGN_OR_RETURN(const ArchiveSummary before, VerifyArchiveFile(path));
  const bool is_log = before.header.content() == v1::ARCHIVE_CONTENT_LOG;
  request->set_after_number(is_log ? before.footer.last_revision()
                                   : before.header.revision());
  request->set_tie(is_log ? before.footer.last_tie() : before.header.tie());
  return absl::OkStatus();
}

absl::StatusOr<ArchiveSummary> VerifyArchiveFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return FromErrno("open", path);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<ArchiveReader> reader,
                          ArchiveReader::Open(&file, path));
  CLIENT_RETURN_IF_ERROR(VerifyArchive(*reader));
  ArchiveSummary summary{reader->header(), reader->footer()};
  file.clear();
  file.seekg(0, std::ios::end);
  summary.bytes = static_cast<int64_t>(file.tellg());
  return summary;
}

}  // namespace concordat::client
