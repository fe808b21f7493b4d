#include "server/archive/restore.h"

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "consistency/checker.h"
#include "consistency/eraser.h"
#include "consistency/held_upgrade.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/graph_writer.h"
#include "graph/identifiers.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "proto/archive_reader.h"
#include "proto/block_chain.h"
#include "server/archive/archive_source.h"
#include "server/archive/log_reader.h"
#include "server/archive/replay.h"
#include "server/archive/restore_files.h"
#include "server/security/key_file.h"
#include "server/security/lost_keys.h"
#include "server/vocabulary_registry.h"

namespace concordat {
namespace {

constexpr char kMarkName[] = "restoring";
// The first byte of the mark: what is being put. The rest names the backup.
constexpr char kPuttingRows = 'r';
constexpr char kReplayingLog = 'l';

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

// Names the restore that was begun, for the same call to go on with.
std::string NameOf(const RestoreFiles& files, const RestoreOptions& options) {
  std::string name = files.backup.SerializeAsString();
  if (options.keys.empty()) return name;
  return absl::StrCat(name, " ", files.keys.store_id, " ",
                      files.keys.revision.number());
}

// Spaces of the log whose rows hold personal values.
const Space* FindSealedSpace(uint32_t id) {
  static constexpr Space kSealed[] = {rows::kChanges, rows::kClaims,
                                      rows::kFindingChanges};
  for (const Space& space : kSealed) {
    if (space.id == id) return &space;
  }
  return nullptr;
}

absl::Status PutSealedRows(Transaction& tx, const v1::LogRecord& record) {
  for (const v1::LogRow& row : record.rows()) {
    const Space* space = FindSealedSpace(row.space());
    if (space == nullptr) continue;
    CONCORDAT_RETURN_IF_ERROR(tx.Put(*space, row.key(), row.value()));
  }
  return absl::OkStatus();
}

// The record as whoever has the keys reads it, after its sealed rows were put.
absl::StatusOr<v1::LogRecord> OpenRows(const Reader& reader,
                                       const v1::LogRecord& record) {
  v1::LogRecord open = record;
  for (v1::LogRow& row : *open.mutable_rows()) {
    const Space* space = FindSealedSpace(row.space());
    if (space == nullptr) continue;
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                               reader.Get(*space, row.key()));
    row.set_value(value.value_or(""));
  }
  return open;
}

// What is sealed is opened by reading it from the store, and is put as it came
// once more: recording it has sealed it anew.
absl::Status ReplaySealed(Transaction& tx, const v1::LogRecord& record,
                          Replayer& replayer) {
  CONCORDAT_RETURN_IF_ERROR(PutSealedRows(tx, record));
  CONCORDAT_ASSIGN_OR_RETURN(const v1::LogRecord open, OpenRows(tx, record));
  CONCORDAT_RETURN_IF_ERROR(replayer.Replay(tx, open));
  return PutSealedRows(tx, record);
}

// One restore on its way.
class Restoring {
 public:
  Restoring(Store& store, Store& sealed, const RestoreOptions& options)
      : store_(store), sealed_(sealed), options_(options) {}

  absl::StatusOr<Restored> Run() {
    CONCORDAT_ASSIGN_OR_RETURN(const RestoreFiles files,
                               CheckFiles(options_, &store_ != &sealed_));
    const std::string name = NameOf(files, options_);
    CONCORDAT_ASSIGN_OR_RETURN(const std::string mark, ReadMark(store_));
    if (mark.empty()) {
      CONCORDAT_RETURN_IF_ERROR(CheckEmpty(store_));
    } else if (mark.substr(1) != name) {
      return errors::StoreNotEmpty(
          "a restore of another backup, or with another file of the keys, was "
          "begun in this store and not finished; go on with that one, or "
          "remove the directory");
    }
    if (mark.empty() || mark[0] == kPuttingRows) {
      CONCORDAT_RETURN_IF_ERROR(Mark(kPuttingRows, name));
      CONCORDAT_RETURN_IF_ERROR(PutRows());
      // First those whom what follows is read with.
      CONCORDAT_RETURN_IF_ERROR(PutKeys(files.keys, store_).status());
      CONCORDAT_RETURN_IF_ERROR(Index());
      CONCORDAT_RETURN_IF_ERROR(Mark(kReplayingLog, name));
    }
    CONCORDAT_RETURN_IF_ERROR(ReplayLogs(files));
    CONCORDAT_RETURN_IF_ERROR(
        EraseLostParts(store_, rows::kPersonalSpaces).status());
    CONCORDAT_RETURN_IF_ERROR(Finish(files));
    return restored_;
  }

 private:
  absl::Status Mark(char what, const std::string& name) {
    return store_.Write([&](Transaction& tx) {
      return tx.Put(rows::kMeta, kMarkName, std::string(1, what) + name);
    });
  }

  absl::Status PutRows() {
    const std::string& path = options_.backup;
    const std::vector<Space> spaces = BackupSpaces();
    CONCORDAT_ASSIGN_OR_RETURN(
        const std::unique_ptr<OpenArchive> file,
        OpenArchiveFile(path, v1::ARCHIVE_CONTENT_BACKUP));
    while (true) {
      const absl::StatusOr<bool> more = file->reader->Next();
      if (!more.ok()) return OfArchive(more.status());
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

  // A backup has no index of identifiers, because that holds values in clear.
  // What an earlier vocabulary made identifying was in it too: a judgement of
  // then, judged again, looks there.
  absl::Status Index() {
    VocabularyRegistry vocabularies;
    uint64_t newest = 1;
    for (uint64_t version = 1; version <= newest; ++version) {
      const absl::Status indexed = sealed_.Write([&](Transaction& tx) {
        CONCORDAT_ASSIGN_OR_RETURN(newest, rows::NewestVocabularyVersion(tx));
        if (newest == 0) return absl::OkStatus();
        const auto vocabulary = vocabularies.Version(tx, version);
        // An old one that this build cannot read judges nothing any more.
        if (!vocabulary.ok() && version < newest) return absl::OkStatus();
        CONCORDAT_RETURN_IF_ERROR(vocabulary.status());
        return IndexIdentifiers(tx, (*vocabulary)->schema);
      });
      CONCORDAT_RETURN_IF_ERROR(indexed);
    }
    return absl::OkStatus();
  }

  absl::Status ReplayLogs(const RestoreFiles& files) {
    CONCORDAT_RETURN_IF_ERROR(EnsureHeldRuns(sealed_));
    Checker checker;
    VocabularyRegistry vocabularies;
    {
      CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                                 sealed_.Snapshot());
      CONCORDAT_RETURN_IF_ERROR(checker.Load(*reader));
      CONCORDAT_RETURN_IF_ERROR(vocabularies.Load(*reader));
      CONCORDAT_ASSIGN_OR_RETURN(restored_.revision, rows::ReadHead(*reader));
      CONCORDAT_ASSIGN_OR_RETURN(tie_, TieAt(*reader, restored_.revision));
    }
    if (restored_.revision > files.last) {
      return errors::InvalidField(
          "until", absl::StrCat("the restore that was begun has reached ",
                                restored_.revision.number(),
                                "; go on with it as it was begun, or remove "
                                "the directory"));
    }
    Replayer replayer(&checker, vocabularies.Current());
    for (const std::string& path : options_.logs) {
      CONCORDAT_ASSIGN_OR_RETURN(
          const std::unique_ptr<OpenArchive> file,
          OpenArchiveFile(path, v1::ARCHIVE_CONTENT_LOG));
      while (true) {
        const absl::StatusOr<bool> more = file->reader->Next();
        if (!more.ok()) return OfArchive(more.status());
        if (!*more) break;
        CONCORDAT_RETURN_IF_ERROR(
            ReplayBlock(*file->reader, path, files.last, replayer));
      }
    }
    return absl::OkStatus();
  }

  // What of the block the store does not have yet, up to `last`.
  absl::Status ReplayBlock(const ArchiveReader& file, const std::string& path,
                           Revision last, Replayer& replayer) {
    std::vector<const v1::LogRecord*> wanted;
    wanted.reserve(file.log().records_size());
    uint64_t next = restored_.revision.number() + 1;
    for (const v1::LogRecord& record : file.log().records()) {
      if (record.revision() > last.number()) break;
      if (record.revision() + 1 == next && wanted.empty() && !tie_.empty() &&
          TieOf(record) != tie_) {
        return DoesNotFollow(path,
                             absl::StrCat("it has another commit at revision ",
                                          record.revision()));
      }
      if (record.revision() < next) continue;
      if (record.revision() != next++) {
        return DoesNotFollow(path, "a commit between is missing");
      }
      wanted.push_back(&record);
    }
    if (wanted.empty()) return absl::OkStatus();
    const Revision head(next - 1);
    const bool sealed = file.header().sealed();
    const absl::Status replayed = sealed_.Write([&](Transaction& tx) {
      for (const v1::LogRecord* record : wanted) {
        CONCORDAT_RETURN_IF_ERROR(sealed ? ReplaySealed(tx, *record, replayer)
                                         : replayer.Replay(tx, *record));
      }
      return rows::PutHead(tx, head);
    });
    CONCORDAT_RETURN_IF_ERROR(replayed);
    tie_ = TieOf(*wanted.back());
    restored_.revision = head;
    restored_.commits += wanted.size();
    return absl::OkStatus();
  }

  // Erases whom the keys know to be erased and nothing before does. In one
  // transaction with the end of the restore: the head that this moves is none
  // of the log's.
  absl::Status Finish(const RestoreFiles& files) {
    VocabularyRegistry vocabularies;
    {
      CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                                 sealed_.Snapshot());
      CONCORDAT_RETURN_IF_ERROR(vocabularies.Load(*reader));
    }
    const std::shared_ptr<const Vocabulary> vocabulary = vocabularies.Current();
    const Vocabulary none;
    return sealed_.Write([&](Transaction& tx) {
      CONCORDAT_RETURN_IF_ERROR(
          EraseUnknown(tx, vocabulary == nullptr ? none : *vocabulary,
                       files.keys.erasures)
              .status());
      CONCORDAT_ASSIGN_OR_RETURN(restored_.revision, rows::ReadHead(tx));
      if (options_.store_id.has_value()) {
        CONCORDAT_RETURN_IF_ERROR(rows::PutStoreId(tx, *options_.store_id));
      }
      return tx.Delete(rows::kMeta, kMarkName);
    });
  }

  Store& store_;
  Store& sealed_;
  const RestoreOptions& options_;
  Restored restored_;
  // Of the store's newest commit, with which files may overlap.
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
