// Archive files (proto/concordat/v1/archive_files.proto) on the client's disk.
#ifndef CONCORDAT_CLIENT_ARCHIVE_ARCHIVE_FILE_H_
#define CONCORDAT_CLIENT_ARCHIVE_ARCHIVE_FILE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/client.h"
#include "concordat/v1/archive_files.pb.h"

namespace concordat::client {

// What a file says of itself, after all of it was checked.
struct ArchiveSummary {
  v1::ArchiveHeader header;
  v1::ArchiveFooter footer;
  int64_t bytes = 0;
};

// Writes what `download` gives into a new file that only its owner can read.
// The file has its name once it is whole, on the disk and checked; until then
// it is `path`.part, which is removed where anything fails.
// Errors: ALREADY_EXISTS (a file is never replaced), the download's, the
// disk's, those of VerifyArchiveFile.
absl::StatusOr<ArchiveSummary> SaveArchive(
    const std::string& path,
    const std::function<absl::Status(const Client::ByteSink&)>& download);

// The same for a file of keys, which only its reader can check.
absl::Status SaveKeys(
    const std::string& path,
    const std::function<absl::Status(const Client::ByteSink&)>& download);

// Asks for the log after the end of a backup, a log or a history; the server
// says where it is not of the same store. Errors: those of VerifyArchiveFile.
absl::Status ContinueFrom(const std::string& path,
                          v1::ArchiveLogRequest* request);

// Reads the file to its end. Errors: NOT_FOUND; DATA_LOSS, which names the
// block that is not what was written; FAILED_PRECONDITION (a newer version).
absl::StatusOr<ArchiveSummary> VerifyArchiveFile(const std::string& path);

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_ARCHIVE_ARCHIVE_FILE_H_
