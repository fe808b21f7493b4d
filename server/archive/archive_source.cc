#include "server/archive/archive_source.h"

#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "consistency/rows.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "proto/archive_writer.h"
#include "server/archive/log_reader.h"
#include "server/convert/common.h"
#include "server/security/key_file.h"

namespace concordat {
namespace {

constexpr uint32_t kFormatVersion = 1;
constexpr size_t kBlockBytes = size_t{512} << 10;
// A row costs something beside its bytes.
constexpr size_t kRowBytes = 16;

class BackupSource final : public ArchiveSource {
 public:
  BackupSource(std::unique_ptr<Reader> reader, v1::ArchiveHeader header)
      : reader_(std::move(reader)),
        header_(std::move(header)),
        spaces_(BackupSpaces()) {}

  absl::StatusOr<std::string> Next() override {
    if (!begun_) {
      begun_ = true;
      return writer_.Header(header_);
    }
    while (space_ < spaces_.size()) {
      v1::ArchiveRows rows;
      CONCORDAT_RETURN_IF_ERROR(ReadRows(spaces_[space_], rows));
      if (!rows.keys().empty()) return writer_.Rows(rows);
      ++space_;
      start_.clear();
    }
    if (std::exchange(ended_, true)) return std::string();
    return writer_.Footer();
  }

 private:
  absl::Status ReadRows(Space space, v1::ArchiveRows& rows) {
    rows.set_space(space.id);
    rows.set_name(space.name);
    size_t bytes = 0;
    CONCORDAT_RETURN_IF_ERROR(reader_->Scan(
        space, start_, "", [&](absl::string_view key, absl::string_view value) {
          if (bytes >= kBlockBytes) {
            start_ = std::string(key);
            return false;
          }
          rows.add_keys(key.data(), key.size());
          rows.add_values(value.data(), value.size());
          bytes += key.size() + value.size() + kRowBytes;
          return true;
        }));
    // The space is done: the next block begins behind its last row.
    if (bytes > 0 && start_ <= *rows.keys().rbegin()) {
      start_ = *rows.keys().rbegin() + '\0';
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<Reader> reader_;
  const v1::ArchiveHeader header_;
  const std::vector<Space> spaces_;
  ArchiveWriter writer_;
  bool begun_ = false;
  bool ended_ = false;
  size_t space_ = 0;
  std::string start_;
};

class LogSource final : public ArchiveSource {
 public:
  LogSource(std::unique_ptr<Reader> reader, v1::ArchiveHeader header,
            Revision upto)
      : reader_(std::move(reader)),
        header_(std::move(header)),
        log_(*reader_, Revision(header_.after_revision()), upto) {}

  absl::StatusOr<std::string> Next() override {
    if (!begun_) {
      begun_ = true;
      return writer_.Header(header_);
    }
    if (ended_) return std::string();
    CONCORDAT_ASSIGN_OR_RETURN(const v1::ArchiveLog part, log_.Next());
    if (!part.records().empty()) return writer_.Log(part);
    ended_ = true;
    return writer_.Footer();
  }

 private:
  const std::unique_ptr<Reader> reader_;
  const v1::ArchiveHeader header_;
  LogReader log_;
  ArchiveWriter writer_;
  bool begun_ = false;
  bool ended_ = false;
};

class KeysSource final : public ArchiveSource {
 public:
  explicit KeysSource(std::unique_ptr<Reader> reader)
      : reader_(std::move(reader)), writer_(reader_.get()) {}
  absl::StatusOr<std::string> Next() override { return writer_.Next(); }

 private:
  const std::unique_ptr<Reader> reader_;
  KeyFileWriter writer_;
};

}  // namespace

std::vector<Space> BackupSpaces() {
  std::vector<Space> spaces = rows::AllSpaces();
  std::erase_if(spaces, [](Space space) {
    // The index of identifiers holds values in clear; it is made anew.
    return space.id == rows::kSubjectKeys.id ||
           space.id == rows::kIdentifiers.id;
  });
  return spaces;
}

absl::StatusOr<std::unique_ptr<ArchiveSource>> OpenKeys(
    std::unique_ptr<Reader> reader) {
  return std::make_unique<KeysSource>(std::move(reader));
}

absl::StatusOr<std::unique_ptr<ArchiveSource>> OpenBackup(
    std::unique_ptr<Reader> reader, absl::Time created_at) {
  v1::ArchiveHeader header;
  header.set_format_version(kFormatVersion);
  header.set_content(v1::ARCHIVE_CONTENT_BACKUP);
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t store_id,
                             rows::ReadStoreId(*reader));
  header.set_store_id(absl::StrFormat("%016x", store_id));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision head, rows::ReadHead(*reader));
  header.set_revision(head.number());
  convert::ToWire(created_at, header.mutable_created_at());
  CONCORDAT_ASSIGN_OR_RETURN(const uint64_t version,
                             rows::NewestVocabularyVersion(*reader));
  header.set_vocabulary_version(version);
  CONCORDAT_ASSIGN_OR_RETURN(*header.mutable_tie(), TieAt(*reader, head));
  return std::make_unique<BackupSource>(std::move(reader), std::move(header));
}

absl::StatusOr<std::unique_ptr<ArchiveSource>> OpenLog(
    std::unique_ptr<Reader> reader, Revision after, Revision upto,
    bool sealed) {
  CONCORDAT_RETURN_IF_ERROR(CheckLogReaches(*reader, after));
  v1::ArchiveHeader header;
  header.set_format_version(kFormatVersion);
  header.set_content(v1::ARCHIVE_CONTENT_LOG);
  header.set_after_revision(after.number());
  header.set_sealed(sealed);
  CONCORDAT_ASSIGN_OR_RETURN(*header.mutable_tie(), TieAt(*reader, after));
  return std::make_unique<LogSource>(std::move(reader), std::move(header),
                                     upto);
}

}  // namespace concordat
