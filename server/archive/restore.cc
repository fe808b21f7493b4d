#include "server/archive/restore.h"

#include <fstream>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/checker.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/identifiers.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "proto/archive_reader.h"
#include "server/archive/archive_source.h"
#include "server/archive/log_reader.h"
#include "server/archive/replay.h"
#include "server/security/key_file.h"
#include "server/vocabulary_registry.h"

namespace concordat {
namespace {

constexpr char kMarkName[] = "restoring";
// The first byte of the mark: what is being put. The rest names the backup.
constexpr char kPuttingRows = 'r';
constexpr char kReplayingLog = 'l';

absl::Status OfFile(const absl::Status& status) {
  if (absl::IsDataLoss(status)) return errors::BackupCorrupt(status.message());
  if (absl::IsFailedPrecondition(status)) {
    return errors::StorageVersion(status.message());
  }
  return status;
}

// A file and what reads it.
struct File {
  std::ifstream stream;
  std::unique_ptr<ArchiveReader> reader;
};

absl::StatusOr<std::unique_ptr<File>> OpenFile(const std::string& path,
                                               v1::ArchiveContent content) {
  auto file = std::make_unique<File>();
  file->stream.open(path, std::ios::binary);
  if (!file->stream) return errors::NotFound(absl::StrCat("the file ", path));
  auto reader = ArchiveReader::Open(&file->stream, path);
  if (!reader.ok()) return OfFile(reader.status());
  file->reader = *std::move(reader);
  if (file->reader->header().content() != content) {
    return errors::InvalidField(
        "from",
        absl::StrCat(path, " holds ",
                     v1::ArchiveContent_Name(file->reader->header().content()),
                     ", not ", v1::ArchiveContent_Name(content)));
  }
  return file;
}

// The file's header and footer, after all of it was read.
struct Checked {
  v1::ArchiveHeader header;
  v1::ArchiveFooter footer;
};

absl::StatusOr<Checked> CheckFile(const std::string& path,
                                  v1::ArchiveContent content) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                             OpenFile(path, content));
  CONCORDAT_RETURN_IF_ERROR(OfFile(VerifyArchive(*file->reader)));
  return Checked{file->reader->header(), file->reader->footer()};
}

// The keys alone, in a store of their own: an empty one of who was erased.
absl::StatusOr<std::unique_ptr<Store>> ReadKeys(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return errors::NotFound(absl::StrCat("the file ", path));
  auto keys = std::make_unique<MemoryStore>();
  CONCORDAT_RETURN_IF_ERROR(OfFile(ImportKeys(file, *keys).status()));
  return keys;
}

absl::Status DoesNotFollow(const std::string& path, absl::string_view why) {
  return errors::BackupCorrupt(
      absl::StrCat(path, ": does not follow on the file before: ", why));
}

// That each file goes on where the one before ends, in the same history.
absl::StatusOr<Checked> CheckFiles(const RestoreOptions& options) {
  CONCORDAT_ASSIGN_OR_RETURN(
      Checked backup, CheckFile(options.backup, v1::ARCHIVE_CONTENT_BACKUP));
  if (!options.keys.empty()) {
    CONCORDAT_RETURN_IF_ERROR(ReadKeys(options.keys).status());
  }
  uint64_t reached = backup.header.revision();
  std::string tie = backup.header.tie();
  for (const std::string& path : options.logs) {
    CONCORDAT_ASSIGN_OR_RETURN(const Checked log,
                               CheckFile(path, v1::ARCHIVE_CONTENT_LOG));
    if (log.header.sealed() && options.keys.empty()) {
      return errors::InvalidField(
          "keys", absl::StrCat(path,
                               " is sealed and cannot be replayed without the "
                               "file of the keys"));
    }
    const uint64_t after = log.header.after_revision();
    if (after > reached) {
      return DoesNotFollow(path,
                           absl::StrCat("it begins after revision ", after,
                                        ", and that one ends at ", reached));
    }
    const std::string& its_tie = log.header.tie();
    if (after == reached && !tie.empty() && !its_tie.empty() &&
        tie != its_tie) {
      return DoesNotFollow(path, absl::StrCat("it has another commit at ",
                                              "revision ", reached));
    }
    if (log.footer.last_revision() > reached) {
      reached = log.footer.last_revision();
      tie = log.footer.last_tie();
    }
  }
  if (options.until.has_value() &&
      (options.until->number() < backup.header.revision() ||
       options.until->number() > reached)) {
    return errors::InvalidField(
        "until",
        absl::StrCat("the files reach from revision ", backup.header.revision(),
                     " to ", reached, ", not to ", options.until->number()));
  }
  return backup;
}

absl::StatusOr<std::string> ReadMark(Store& store) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store.Snapshot());
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> mark,
                             reader->Get(rows::kMeta, kMarkName));
  return mark.value_or("");
}

// OK where nothing was ever recorded in the store.
absl::Status CheckEmpty(Store& store) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store.Snapshot());
  for (const Space space : rows::AllSpaces()) {
    if (space.id == rows::kMeta.id) continue;
    bool empty = true;
    CONCORDAT_RETURN_IF_ERROR(
        reader->Scan(space, "", "", [&](absl::string_view, absl::string_view) {
          empty = false;
          return false;
        }));
    if (!empty) {
      return errors::StoreNotEmpty(
          absl::StrCat("the store has rows of ", space.name,
                       "; restore into a directory that does not exist yet"));
    }
  }
  return absl::OkStatus();
}

// One restore on its way.
class Restoring {
 public:
  Restoring(Store& store, Store& sealed, const RestoreOptions& options)
      : store_(store), sealed_(sealed), options_(options) {}

  absl::StatusOr<Restored> Run() {
    CONCORDAT_ASSIGN_OR_RETURN(const Checked backup, CheckFiles(options_));
    const std::string name = backup.header.SerializeAsString();
    CONCORDAT_ASSIGN_OR_RETURN(const std::string mark, ReadMark(store_));
    if (mark.empty()) {
      CONCORDAT_RETURN_IF_ERROR(CheckEmpty(store_));
    } else if (mark.substr(1) != name) {
      return errors::StoreNotEmpty(
          "a restore of another backup was begun in this store and not "
          "finished; go on with that one, or remove the directory");
    }
    restored_.revision = Revision(backup.header.revision());
    if (mark.empty() || mark[0] == kPuttingRows) {
      CONCORDAT_RETURN_IF_ERROR(Mark(kPuttingRows, name));
      CONCORDAT_RETURN_IF_ERROR(PutRows());
      // First those whom what follows is read with.
      if (!options_.keys.empty()) CONCORDAT_RETURN_IF_ERROR(PutKeys());
      CONCORDAT_RETURN_IF_ERROR(Index());
      CONCORDAT_RETURN_IF_ERROR(Mark(kReplayingLog, name));
    }
    CONCORDAT_RETURN_IF_ERROR(ReplayLogs());
    if (!options_.keys.empty()) {
      // Also records the erasures that nothing before knows of.
      std::ifstream file(options_.keys, std::ios::binary);
      CONCORDAT_RETURN_IF_ERROR(OfFile(ImportKeys(file, store_).status()));
    }
    const absl::Status finished = store_.Write([&](Transaction& tx) {
      if (options_.store_id.has_value()) {
        CONCORDAT_RETURN_IF_ERROR(rows::PutStoreId(tx, *options_.store_id));
      }
      return tx.Delete(rows::kMeta, kMarkName);
    });
    if (!finished.ok()) return finished;
    return restored_;
  }

 private:
  absl::Status Mark(char what, const std::string& name) {
    return store_.Write([&](Transaction& tx) {
      return tx.Put(rows::kMeta, kMarkName, std::string(1, what) + name);
    });
  }

  absl::Status PutKeys() {
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> keys,
                               ReadKeys(options_.keys));
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                               keys->Snapshot());
    return store_.Write([&](Transaction& tx) {
      absl::Status put;
      const absl::Status read =
          reader->Scan(rows::kSubjectKeys, "", "",
                       [&](absl::string_view key, absl::string_view value) {
                         put = tx.Put(rows::kSubjectKeys, key, value);
                         return put.ok();
                       });
      return read.ok() ? put : read;
    });
  }

  // A backup has no index of identifiers, because that holds values in clear.
  absl::Status Index() {
    VocabularyRegistry vocabularies;
    {
      CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                                 sealed_.Snapshot());
      CONCORDAT_RETURN_IF_ERROR(vocabularies.Load(*reader));
    }
    const std::shared_ptr<const Vocabulary> vocabulary = vocabularies.Current();
    if (vocabulary == nullptr) return absl::OkStatus();
    return sealed_.Write([&](Transaction& tx) {
      return IndexIdentifiers(tx, vocabulary->schema);
    });
  }

  absl::Status PutRows() {
    const std::string& path = options_.backup;
    const std::vector<Space> spaces = BackupSpaces();
    CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                               OpenFile(path, v1::ARCHIVE_CONTENT_BACKUP));
    while (true) {
      const absl::StatusOr<bool> more = file->reader->Next();
      if (!more.ok()) return OfFile(more.status());
      if (!*more) return absl::OkStatus();
      const v1::ArchiveRows& block = file->reader->rows();
      const Space* into = nullptr;
      for (const Space& space : spaces) {
        if (space.id == block.space()) into = &space;
      }
      if (into == nullptr) {
        return errors::StorageVersion(
            absl::StrCat(path, ": holds rows of ", block.name(),
                         ", which this version does not know; start the "
                         "version that wrote it"));
      }
      const absl::Status put = store_.Write([&](Transaction& tx) {
        for (int i = 0; i < block.keys_size(); ++i) {
          CONCORDAT_RETURN_IF_ERROR(
              tx.Put(*into, block.keys(i), block.values(i)));
        }
        return absl::OkStatus();
      });
      CONCORDAT_RETURN_IF_ERROR(put);
      restored_.rows += block.keys_size();
    }
  }

  absl::Status ReplayLogs() {
    Checker checker;
    VocabularyRegistry vocabularies;
    {
      CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                                 sealed_.Snapshot());
      CONCORDAT_RETURN_IF_ERROR(checker.Load(*reader));
      CONCORDAT_RETURN_IF_ERROR(vocabularies.Load(*reader));
      CONCORDAT_ASSIGN_OR_RETURN(restored_.revision, rows::ReadHead(*reader));
      CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> below,
                                 store_.Snapshot());
      CONCORDAT_ASSIGN_OR_RETURN(tie_, TieAt(*below, restored_.revision));
    }
    Replayer replayer(&checker, vocabularies.Current());
    for (const std::string& path : options_.logs) {
      CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                                 OpenFile(path, v1::ARCHIVE_CONTENT_LOG));
      bool more = true;
      while (more) {
        const absl::StatusOr<bool> next = file->reader->Next();
        if (!next.ok()) return OfFile(next.status());
        more = *next;
        if (!more) break;
        CONCORDAT_ASSIGN_OR_RETURN(const bool beyond,
                                   ReplayBlock(*file->reader, path, replayer));
        if (beyond) return absl::OkStatus();
      }
    }
    return absl::OkStatus();
  }

  // True where what is asked for ends within the block.
  absl::StatusOr<bool> ReplayBlock(ArchiveReader& file, const std::string& path,
                                   Replayer& replayer) {
    v1::ArchiveLog& log = file.mutable_log();
    int wanted = 0;
    while (wanted < log.records_size()) {
      const v1::LogRecord& record = log.records(wanted);
      CONCORDAT_ASSIGN_OR_RETURN(const bool beyond, IsBeyond(record));
      if (beyond) break;
      if (record.revision() == restored_.revision.number() && !tie_.empty() &&
          TieOf(record) != tie_) {
        return DoesNotFollow(path,
                             absl::StrCat("it has another commit at revision ",
                                          record.revision()));
      }
      ++wanted;
    }
    const bool ends = wanted < log.records_size();
    log.mutable_records()->DeleteSubrange(wanted, log.records_size() - wanted);
    if (wanted == 0) return ends;
    const bool sealed = file.header().sealed();
    // What is sealed is opened by reading it from the store, and is put as it
    // came once more: recording it has sealed it anew.
    if (sealed) CONCORDAT_RETURN_IF_ERROR(PutSealed(log));
    CONCORDAT_RETURN_IF_ERROR(ReplayRecords(log, sealed, replayer));
    if (sealed) CONCORDAT_RETURN_IF_ERROR(PutSealed(log));
    const v1::LogRecord& last = log.records(wanted - 1);
    if (last.revision() == restored_.revision.number()) tie_ = TieOf(last);
    return ends;
  }

  absl::Status PutSealed(const v1::ArchiveLog& log) {
    return store_.Write([&](Transaction& tx) {
      for (const v1::LogRecord& record : log.records()) {
        for (const v1::LogRow& row : record.rows()) {
          const Space* space = FindSealedSpace(row.space());
          if (space == nullptr) continue;
          CONCORDAT_RETURN_IF_ERROR(tx.Put(*space, row.key(), row.value()));
        }
      }
      return absl::OkStatus();
    });
  }

  absl::Status ReplayRecords(v1::ArchiveLog log, bool sealed,
                             Replayer& replayer) {
    Revision head = restored_.revision;
    uint64_t replayed = 0;
    const absl::Status done = sealed_.Write([&](Transaction& tx) {
      for (v1::LogRecord& record : *log.mutable_records()) {
        if (record.revision() <= head.number()) continue;
        if (sealed) CONCORDAT_RETURN_IF_ERROR(OpenRows(tx, record));
        CONCORDAT_RETURN_IF_ERROR(replayer.Replay(tx, record));
        head = Revision(record.revision());
        ++replayed;
      }
      return replayed == 0 ? absl::OkStatus() : rows::PutHead(tx, head);
    });
    CONCORDAT_RETURN_IF_ERROR(done);
    restored_.revision = head;
    restored_.commits += replayed;
    return absl::OkStatus();
  }

  // The rows as whoever has the keys reads them.
  static absl::Status OpenRows(const Reader& reader, v1::LogRecord& record) {
    for (v1::LogRow& row : *record.mutable_rows()) {
      const Space* space = FindSealedSpace(row.space());
      if (space == nullptr) continue;
      CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> open,
                                 reader.Get(*space, row.key()));
      row.set_value(open.value_or(""));
    }
    return absl::OkStatus();
  }

  // Spaces of the log whose rows hold personal values.
  static const Space* FindSealedSpace(uint32_t id) {
    static constexpr Space kSealed[] = {rows::kChanges, rows::kClaims};
    for (const Space& space : kSealed) {
      if (space.id == id) return &space;
    }
    return nullptr;
  }

  absl::StatusOr<bool> IsBeyond(const v1::LogRecord& record) const {
    if (options_.until.has_value()) {
      return record.revision() > options_.until->number();
    }
    if (!options_.until_time.has_value() ||
        record.revision() <= restored_.revision.number()) {
      return false;
    }
    for (const v1::LogRow& row : record.rows()) {
      if (row.space() != rows::kCommits.id) continue;
      CONCORDAT_ASSIGN_OR_RETURN(const rows::CommitRecord commit,
                                 rows::ParseCommit(row.key(), row.value()));
      return commit.at > *options_.until_time;
    }
    return false;
  }

  Store& store_;
  Store& sealed_;
  const RestoreOptions& options_;
  Restored restored_;
  // Of the store's newest commit, while files may overlap with it.
  std::string tie_;
};

}  // namespace

absl::StatusOr<Restored> Restore(Store& store, Store& sealed,
                                 const RestoreOptions& options) {
  return Restoring(store, sealed, options).Run();
}

absl::Status CheckNotRestoring(Store& store) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::string mark, ReadMark(store));
  if (mark.empty()) return absl::OkStatus();
  return errors::StoreNotEmpty(
      "a restore into this store was not finished; run `concordatd restore` "
      "with the same files again, or remove the directory");
}

}  // namespace concordat
