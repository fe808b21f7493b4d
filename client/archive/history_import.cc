#include "client/archive/history_import.h"

#include <fstream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "client/archive/archive_file.h"
#include "client/status_macros.h"
#include "proto/archive_reader.h"

namespace concordat::client {
namespace {

// Bytes of commits in one message, well below what a server takes.
constexpr size_t kMessageBytes = size_t{768} << 10;

class Importing {
 public:
  Importing(Client& client, uint64_t newest,
            const std::function<void(uint64_t)>& progress)
      : stream_(client.ImportLog()), newest_(newest), progress_(progress) {
    imported_.revision = newest;
  }

  // False: the stream is broken.
  bool Add(v1::LogRecord& record) {
    // The newest of those that are there shows that it is the same history.
    if (record.revision() < newest_) return true;
    const size_t bytes = record.ByteSizeLong();
    if (bytes_ > 0 && bytes_ + bytes > kMessageBytes && !Send()) return false;
    bytes_ += bytes;
    request_.add_records()->Swap(&record);
    return true;
  }

  bool Send() {
    if (bytes_ == 0) return true;
    const bool sent = stream_->Write(request_);
    request_.Clear();
    bytes_ = 0;
    v1::ImportLogResponse response;
    while (stream_->TryRead(&response)) Count(response);
    return sent;
  }

  absl::StatusOr<HistoryImported> Finish() {
    Send();
    stream_->WritesDone();
    v1::ImportLogResponse response;
    while (stream_->Read(&response)) Count(response);
    CLIENT_RETURN_IF_ERROR(stream_->Finish());
    return imported_;
  }

 private:
  void Count(const v1::ImportLogResponse& response) {
    imported_.recorded += response.recorded();
    imported_.revision = response.revision_number();
    progress_(imported_.recorded);
  }

  const std::unique_ptr<ImportLogStream> stream_;
  const uint64_t newest_;
  const std::function<void(uint64_t)>& progress_;
  v1::ImportLogRequest request_;
  size_t bytes_ = 0;
  HistoryImported imported_;
};

// A file that goes on after another is of the history that the server has,
// where the server has the commit that the file says comes before.
absl::Status CheckContinues(Client& client, const v1::ArchiveHeader& header,
                            uint64_t newest) {
  if (header.tie().empty() || header.after_revision() > newest)
    return absl::OkStatus();
  v1::ArchiveLogRequest request;
  request.set_after_number(header.after_revision());
  request.set_tie(header.tie());
  // The first bytes say that it does.
  const absl::Status status = client.ArchiveLog(request, [](absl::string_view) {
    return absl::CancelledError("it does");
  });
  // What was compacted cannot be compared; the newest commit still is.
  if (absl::IsCancelled(status) || absl::IsOutOfRange(status))
    return absl::OkStatus();
  return status;
}

}  // namespace

absl::StatusOr<HistoryImported> ImportHistory(
    Client& client, const std::string& path,
    const std::function<void(uint64_t recorded)>& progress) {
  CLIENT_ASSIGN_OR_RETURN(const ArchiveSummary summary,
                          VerifyArchiveFile(path));
  if (summary.header.content() != v1::ARCHIVE_CONTENT_LOG) {
    return absl::InvalidArgumentError(
        absl::StrCat(path,
                     " is no history; `concordatd restore` puts a backup "
                     "into an empty store"));
  }
  if (summary.header.sealed()) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        " is sealed with the keys of its store; `concordatd restore` "
        "reads it, with the keys, after a backup of that store"));
  }
  CLIENT_ASSIGN_OR_RETURN(const v1::GetServerInfoResponse info,
                          client.GetServerInfo());
  CLIENT_RETURN_IF_ERROR(
      CheckContinues(client, summary.header, info.revision_number()));
  std::ifstream file(path, std::ios::binary);
  CLIENT_ASSIGN_OR_RETURN(const std::unique_ptr<ArchiveReader> reader,
                          ArchiveReader::Open(&file, path));
  Importing importing(client, info.revision_number(), progress);
  bool more = true;
  while (more) {
    CLIENT_ASSIGN_OR_RETURN(more, reader->Next());
    for (v1::LogRecord& record : *reader->mutable_log().mutable_records()) {
      if (!importing.Add(record)) return importing.Finish();
    }
  }
  return importing.Finish();
}

}  // namespace concordat::client
