#include "server/archive/restore_files.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "graph/errors.h"
#include "graph/rows.h"
#include "graph/status_macros.h"

namespace concordat {
namespace {

absl::Status CannotBeOpened(absl::string_view field, absl::string_view path) {
  return errors::InvalidField(
      field, absl::StrCat(path,
                          " cannot be opened; check that it is there and that "
                          "this user may read it"));
}

// A backup, and when its newest commit was made; where that was compacted, when
// the backup was.
struct CheckedBackup {
  v1::ArchiveHeader header;
  absl::Time newest;
};

absl::StatusOr<CheckedBackup> CheckBackup(const std::string& path) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<OpenArchive> file,
                             OpenArchiveFile(path, v1::ARCHIVE_CONTENT_BACKUP));
  CheckedBackup backup{.header = file->reader->header()};
  const auto& created = backup.header.created_at();
  backup.newest = absl::FromUnixSeconds(created.seconds()) +
                  absl::Nanoseconds(created.nanos());
  while (true) {
    const absl::StatusOr<bool> more = file->reader->Next();
    if (!more.ok()) return OfArchive(more.status());
    if (!*more) return backup;
    const v1::ArchiveRows& block = file->reader->rows();
    if (block.space() != rows::kCommits.id || block.keys().empty()) continue;
    const int last = block.keys_size() - 1;
    CONCORDAT_ASSIGN_OR_RETURN(
        const rows::CommitRecord commit,
        rows::ParseCommit(block.keys(last), block.values(last)));
    if (commit.revision.number() == backup.header.revision()) {
      backup.newest = commit.at;
    }
  }
}

// Where the files checked so far reach.
struct Reached {
  uint64_t revision = 0;
  std::string tie;
  // The last commit that is asked for; after the next one nothing is.
  uint64_t wanted = 0;
  bool ended = false;
};

// Reads the file to its end.
absl::Status CheckCommits(ArchiveReader& file, const RestoreOptions& options,
                          Reached& reached) {
  while (true) {
    const absl::StatusOr<bool> more = file.Next();
    if (!more.ok()) return OfArchive(more.status());
    if (!*more) return absl::OkStatus();
    for (const v1::LogRecord& record : file.log().records()) {
      if (reached.ended || record.revision() <= reached.wanted) continue;
      CONCORDAT_ASSIGN_OR_RETURN(reached.ended, IsBeyond(options, record));
      if (!reached.ended) reached.wanted = record.revision();
    }
  }
}

absl::Status CheckLog(const std::string& path, const RestoreOptions& options,
                      bool sealed, Reached& reached) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<OpenArchive> file,
                             OpenArchiveFile(path, v1::ARCHIVE_CONTENT_LOG));
  const v1::ArchiveHeader& header = file->reader->header();
  if (header.sealed() && options.keys.empty()) {
    return errors::InvalidField(
        "keys", absl::StrCat(path,
                             " is sealed and cannot be replayed without the "
                             "file of the keys"));
  }
  if (!header.sealed() && sealed) {
    return errors::InvalidField(
        "log", absl::StrCat(path,
                            " is a history, with its values in the clear; give "
                            "files of `concordat backup log`, or bring it into "
                            "a server by `concordat history import`"));
  }
  if (header.after_revision() > reached.revision) {
    return DoesNotFollow(
        path, absl::StrCat("it begins after revision ", header.after_revision(),
                           ", and that one ends at ", reached.revision));
  }
  if (header.after_revision() == reached.revision && !reached.tie.empty() &&
      !header.tie().empty() && reached.tie != header.tie()) {
    return DoesNotFollow(
        path,
        absl::StrCat("it has another commit at revision ", reached.revision));
  }
  CONCORDAT_RETURN_IF_ERROR(CheckCommits(*file->reader, options, reached));
  const v1::ArchiveFooter& footer = file->reader->footer();
  if (footer.last_revision() > reached.revision) {
    reached.revision = footer.last_revision();
    reached.tie = footer.last_tie();
  }
  return absl::OkStatus();
}

// An older file lacks the keys of who came after it, and has those of who was
// erased.
absl::Status CheckKeys(const RestoreFiles& files) {
  if (absl::StrFormat("%016x", files.keys.store_id) !=
          files.backup.store_id() ||
      files.keys.revision >= files.last) {
    return absl::OkStatus();
  }
  return errors::InvalidField(
      "keys",
      absl::StrCat(
          "the file of the keys is of revision ", files.keys.revision.number(),
          " and the restore goes to ", files.last.number(),
          "; take the newest file, or restore to an earlier revision"));
}

}  // namespace

absl::Status OfArchive(const absl::Status& status) {
  if (absl::IsDataLoss(status)) return errors::BackupCorrupt(status.message());
  if (absl::IsFailedPrecondition(status)) {
    return errors::StorageVersion(status.message());
  }
  return status;
}

absl::StatusOr<std::unique_ptr<OpenArchive>> OpenArchiveFile(
    const std::string& path, v1::ArchiveContent content) {
  const absl::string_view field =
      content == v1::ARCHIVE_CONTENT_BACKUP ? "from" : "log";
  auto file = std::make_unique<OpenArchive>();
  file->stream.open(path, std::ios::binary);
  if (!file->stream) return CannotBeOpened(field, path);
  auto reader = ArchiveReader::Open(&file->stream, path);
  if (!reader.ok()) return OfArchive(reader.status());
  file->reader = *std::move(reader);
  if (file->reader->header().content() != content) {
    return errors::InvalidField(
        field,
        absl::StrCat(path, " holds ",
                     v1::ArchiveContent_Name(file->reader->header().content()),
                     ", not ", v1::ArchiveContent_Name(content)));
  }
  return file;
}

absl::Status DoesNotFollow(const std::string& path, absl::string_view why) {
  return errors::BackupCorrupt(
      absl::StrCat(path, ": does not follow on the file before: ", why));
}

absl::StatusOr<bool> IsBeyond(const RestoreOptions& options,
                              const v1::LogRecord& record) {
  if (options.until.has_value()) {
    return record.revision() > options.until->number();
  }
  if (!options.until_time.has_value()) return false;
  for (const v1::LogRow& row : record.rows()) {
    if (row.space() != rows::kCommits.id) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const rows::CommitRecord commit,
                               rows::ParseCommit(row.key(), row.value()));
    return commit.at > *options.until_time;
  }
  return false;
}

absl::StatusOr<RestoreFiles> CheckFiles(const RestoreOptions& options,
                                        bool sealed) {
  CONCORDAT_ASSIGN_OR_RETURN(CheckedBackup backup, CheckBackup(options.backup));
  const uint64_t first = backup.header.revision();
  Reached reached{
      .revision = first, .tie = backup.header.tie(), .wanted = first};
  RestoreFiles files{.backup = std::move(backup.header)};
  if (!options.keys.empty()) {
    std::ifstream keys(options.keys, std::ios::binary);
    if (!keys) return CannotBeOpened("keys", options.keys);
    absl::StatusOr<KeyFile> read = ReadKeyFile(keys);
    if (!read.ok()) return OfArchive(read.status());
    files.keys = *std::move(read);
  }
  for (const std::string& path : options.logs) {
    CONCORDAT_RETURN_IF_ERROR(CheckLog(path, options, sealed, reached));
  }
  if (options.until.has_value() &&
      (options.until->number() < first ||
       options.until->number() > reached.revision)) {
    return errors::InvalidField(
        "until",
        absl::StrCat("the files reach from revision ", first, " to ",
                     reached.revision, ", not to ", options.until->number()));
  }
  if (options.until_time.has_value() && *options.until_time < backup.newest) {
    return errors::InvalidField("until",
                                "lies before the backup; take an earlier one");
  }
  files.last = Revision(reached.wanted);
  if (!options.keys.empty()) CONCORDAT_RETURN_IF_ERROR(CheckKeys(files));
  return files;
}

}  // namespace concordat
