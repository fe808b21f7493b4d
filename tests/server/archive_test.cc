// Goal: what was backed up comes back, row for row; what the log says came
// after it can be had again, up to any revision or time; and a file that is not
// what was written is refused before a row of it is used.
#include <cstdint>
#include <fstream>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "consistency/rows.h"
#include "gmock/gmock.h"
#include "graph/errors.h"
#include "graph/key.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "gtest/gtest.h"
#include "proto/archive_reader.h"
#include "proto/block_chain.h"
#include "server/archive/restore.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/server/archive_fixture.h"

namespace concordat {
namespace {

using testing::HasSubstr;

constexpr int kCommits = 90;
constexpr uint64_t kBackupAt = 30;
constexpr uint64_t kFirstLogEnds = 55;

std::unique_ptr<Store> OpenSqlite(const std::string& directory) {
  const std::vector<Space> spaces = rows::AllSpaces();
  SqliteOptions options;
  options.directory = directory;
  options.spaces = spaces;
  auto store = SqliteStore::Open(options);
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

absl::Status Verify(const std::string& bytes) {
  std::istringstream stream(bytes);
  const auto reader = ArchiveReader::Open(&stream, "file");
  return reader.ok() ? VerifyArchive(**reader) : reader.status();
}

// Where the blocks of a file begin, and where it ends.
std::vector<size_t> BlocksOf(const std::string& bytes) {
  std::vector<size_t> blocks;
  size_t at = kArchiveMagic.size();
  while (at < bytes.size()) {
    blocks.push_back(at);
    size_t size = 0;
    for (size_t i = 1; i < kBlockHeadBytes; ++i) {
      size = size << 8 | static_cast<unsigned char>(bytes[at + i]);
    }
    at += kBlockHeadBytes + size + kBlockDigestBytes;
  }
  blocks.push_back(at);
  return blocks;
}

// A history with a backup and two files of the log, and what the rows were at
// every revision.
class ArchiveTest : public testing::TestWithParam<bool> {
 protected:
  ArchiveTest() {
    std::mt19937_64 random(TestSeed(20'260'311));
    rows_at_.push_back(RowsOf(original_.store()));
    while (original_.head().number() < kCommits) {
      original_.Commit(random);
      if (original_.head().number() == rows_at_.size()) {
        rows_at_.push_back(RowsOf(original_.store()));
      }
      if (original_.head().number() == kBackupAt && backup_.empty()) {
        WriteBytes(backup_ = directory_.Sub("backup"), original_.Backup());
      }
      if (original_.head().number() == kFirstLogEnds && first_log_.empty()) {
        WriteBytes(first_log_ = directory_.Sub("1.log"),
                   *original_.Log(Revision(kBackupAt)));
      }
    }
    WriteBytes(second_log_ = directory_.Sub("2.log"),
               *original_.Log(Revision(kFirstLogEnds)));
    whole_log_ = *original_.Log(Revision());
  }

  // On SQLite, or in memory.
  std::unique_ptr<Store> NewStore() {
    if (GetParam()) return OpenSqlite(directory_.Sub("new"));
    return std::make_unique<MemoryStore>();
  }

  RestoreOptions Files() {
    return {.backup = backup_, .logs = {first_log_, second_log_}};
  }

  TemporaryDirectory directory_;
  Instance original_;
  std::vector<AllRows> rows_at_;
  std::string backup_;
  std::string first_log_;
  std::string second_log_;
  std::string whole_log_;
};

INSTANTIATE_TEST_SUITE_P(Engines, ArchiveTest, testing::Bool(),
                         [](const auto& test) {
                           return test.param ? "Sqlite" : "Memory";
                         });

TEST_P(ArchiveTest, ABackupComesBackRowForRow) {
  const std::unique_ptr<Store> store = NewStore();
  const auto restored = Restore(*store, *store, {.backup = backup_});
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->revision, Revision(kBackupAt));
  EXPECT_EQ(Differences(RowsOf(*store), rows_at_[kBackupAt]), "");
  // All but the index.
  uint64_t rows = 0;
  uint64_t indexed = 0;
  for (const Space space : rows::AllSpaces()) {
    const bool is_index = space.id == rows::kIdentifiers.id;
    const absl::Status counted =
        (*store->Snapshot())
            ->Scan(space, "", "", [&](absl::string_view, absl::string_view) {
              ++(is_index ? indexed : rows);
              return true;
            });
    EXPECT_TRUE(counted.ok()) << counted;
  }
  EXPECT_GT(indexed, 0u);
  EXPECT_EQ(restored->rows, rows);
  EXPECT_EQ(*rows::ReadStoreId(**store->Snapshot()), 42u);
  EXPECT_EQ(Reason(CheckNotRestoring(*store)), "OK");
}

TEST_P(ArchiveTest, TheLogBringsItToAnyRevision) {
  for (const uint64_t until :
       {kBackupAt, kBackupAt + 1, uint64_t{47}, kFirstLogEnds,
        kFirstLogEnds + 1, uint64_t{71}, uint64_t{kCommits}}) {
    MemoryStore store;
    RestoreOptions options = Files();
    options.until = Revision(until);
    const auto restored = Restore(store, store, options);
    ASSERT_TRUE(restored.ok()) << restored.status();
    EXPECT_EQ(restored->revision.number(), until);
    ASSERT_EQ(Differences(RowsOf(store), rows_at_[until]), "") << until;
  }
}

TEST_P(ArchiveTest, TheLogBringsItToATime) {
  const std::unique_ptr<Reader> reader = *original_.store().Snapshot();
  const std::string key = KeyWriter().Number(61).Take();
  const auto commit =
      rows::ParseCommit(key, **reader->Get(rows::kCommits, key));
  MemoryStore store;
  RestoreOptions options = Files();
  options.until_time = commit->at;
  ASSERT_TRUE(Restore(store, store, options).ok());
  EXPECT_EQ(Differences(RowsOf(store), rows_at_[61]), "");
}

TEST_P(ArchiveTest, ATimeBeforeTheBackupIsNotInTheFiles) {
  const std::unique_ptr<Reader> reader = *original_.store().Snapshot();
  const absl::Time newest =
      (*rows::GetCommit(*reader, Revision(kBackupAt)))->at;
  for (const bool before : {true, false}) {
    MemoryStore store;
    RestoreOptions options = Files();
    options.until_time = before ? newest - absl::Nanoseconds(1) : newest;
    EXPECT_EQ(Reason(Restore(store, store, options).status()),
              before ? "INVALID_FIELD" : "OK");
    EXPECT_EQ(RowsOf(store).empty(), before);
  }
}

TEST_P(ArchiveTest, ARestoreDoesNotGoOnToLessThanItHasReached) {
  for (int writes = 1;; ++writes) {
    MemoryStore store;
    FailingStore failing(&store);
    failing.FailFrom(writes);
    RestoreOptions options = Files();
    ASSERT_FALSE(Restore(failing, failing, options).ok());
    // All of the log, but not the end of the restore.
    if (rows::ReadHead(**store.Snapshot())->number() < kCommits) continue;
    options.until = Revision(kCommits - 1);
    EXPECT_EQ(Reason(Restore(store, store, options).status()), "INVALID_FIELD");
    options.until = Revision(kCommits);
    EXPECT_TRUE(Restore(store, store, options).ok());
    return;
  }
}

// What only an earlier vocabulary made identifying was in the index too.
TEST_P(ArchiveTest, TheIndexIsMadeOfEveryVocabularyThatThereWas) {
  Instance original;
  std::string earlier = VocabularyText(1);
  const std::string visits = "visits: {type: integer}";
  earlier.replace(earlier.find(visits), visits.size(),
                  "visits: {type: integer, identifying: true}");
  original.Apply(earlier);
  original.Write({.changes = {CustomerFact("c1", "visits", "7")}});
  original.Apply(VocabularyText(2));
  const std::string path = directory_.Sub("identifying");
  WriteBytes(path, original.Backup());
  const std::unique_ptr<Store> store = NewStore();
  ASSERT_TRUE(Restore(*store, *store, {.backup = path}).ok());
  EXPECT_EQ(Differences(RowsOf(*store), RowsOf(original.store())), "");
}

TEST_P(ArchiveTest, ARestoredStoreGoesOnAsTheOriginalDid) {
  std::unique_ptr<Store> store = NewStore();
  RestoreOptions options = Files();
  options.store_id = 43;
  ASSERT_TRUE(Restore(*store, *store, options).ok());
  EXPECT_EQ(*rows::ReadStoreId(**store->Snapshot()), 43u);
  // At the same time of day, so that all is the same.
  Instance restored(std::move(store), original_.seconds());
  std::mt19937_64 one(7);
  std::mt19937_64 other(7);
  for (int i = 0; i < 20; ++i) {
    original_.Commit(one);
    restored.Commit(other);
  }
  EXPECT_EQ(Differences(RowsOf(restored.store()), RowsOf(original_.store())),
            "");
}

TEST_P(ArchiveTest, OnlyAnEmptyStoreIsRestoredInto) {
  Instance used;
  std::mt19937_64 random(1);
  used.Commit(random);
  const AllRows before = RowsOf(used.store());
  EXPECT_EQ(Reason(Restore(used.store(), used.store(), Files()).status()),
            "STORE_NOT_EMPTY");
  EXPECT_EQ(Differences(RowsOf(used.store()), before), "");
}

TEST_P(ArchiveTest, ARestoreThatBreaksOffIsNoStoreAndCanGoOn) {
  int writes = 0;
  for (bool finished = false; !finished;) {
    ++writes;
    MemoryStore store;
    FailingStore failing(&store);
    failing.FailFrom(writes);
    const auto broken = Restore(failing, failing, Files());
    finished = broken.ok();
    if (finished) break;
    EXPECT_EQ(Reason(broken.status()), "STORAGE_UNAVAILABLE");
    if (writes > 1) {
      EXPECT_EQ(Reason(CheckNotRestoring(store)), "STORE_NOT_EMPTY") << writes;
      // Not with another backup.
      const std::string other = directory_.Sub("other");
      WriteBytes(other, original_.Backup());
      EXPECT_EQ(Reason(Restore(store, store, {.backup = other}).status()),
                "STORE_NOT_EMPTY");
    }
    const auto again = Restore(store, store, Files());
    ASSERT_TRUE(again.ok()) << again.status();
    ASSERT_EQ(Differences(RowsOf(store), rows_at_[kCommits]), "") << writes;
  }
  EXPECT_GT(writes, 5);
}

TEST_P(ArchiveTest, EveryDamagedByteIsFoundAndItsBlockNamed) {
  for (const std::string& whole : {original_.Backup(), whole_log_}) {
    ASSERT_TRUE(Verify(whole).ok()) << Verify(whole);
    const std::vector<size_t> blocks = BlocksOf(whole);
    std::mt19937_64 random(3);
    for (size_t at = 0; at < whole.size(); at += 1 + Below(random, 97)) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 1 << Below(random, 8));
      const absl::Status status = Verify(damaged);
      ASSERT_TRUE(absl::IsDataLoss(status)) << at << " " << status;
      size_t block = 0;
      while (block < blocks.size() && blocks[block] <= at) ++block;
      if (block > 0) {
        EXPECT_THAT(std::string(status.message()),
                    HasSubstr(absl::StrCat("block ", block, ":")))
            << at;
      }
    }
  }
}

TEST_P(ArchiveTest, LostAddedAndMovedBlocksAreFound) {
  const std::string whole = original_.Backup();
  const std::vector<size_t> blocks = BlocksOf(whole);
  const auto block = [&](size_t i) {
    return whole.substr(blocks[i], blocks[i + 1] - blocks[i]);
  };
  ASSERT_GT(blocks.size(), 6u);
  for (size_t i = 0; i + 1 < blocks.size(); ++i) {
    // Cut off before it, or within it.
    EXPECT_TRUE(absl::IsDataLoss(Verify(whole.substr(0, blocks[i])))) << i;
    EXPECT_TRUE(absl::IsDataLoss(Verify(whole.substr(0, blocks[i] + 9)))) << i;
    std::string lost = whole;
    lost.erase(blocks[i], blocks[i + 1] - blocks[i]);
    EXPECT_TRUE(absl::IsDataLoss(Verify(lost))) << i;
    std::string twice = whole;
    twice.insert(blocks[i], block(i));
    EXPECT_TRUE(absl::IsDataLoss(Verify(twice))) << i;
    if (i == 0) continue;
    std::string swapped = whole.substr(0, blocks[i - 1]) + block(i) +
                          block(i - 1) + whole.substr(blocks[i + 1]);
    EXPECT_TRUE(absl::IsDataLoss(Verify(swapped))) << i;
  }
  EXPECT_TRUE(absl::IsDataLoss(Verify(whole + "x")));
  EXPECT_TRUE(absl::IsDataLoss(Verify("")));
}

TEST_P(ArchiveTest, NothingOfADamagedFileIsUsed) {
  for (const std::string& path : {backup_, first_log_, second_log_}) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream whole;
    whole << file.rdbuf();
    std::string bytes = whole.str();
    bytes[bytes.size() - 50] ^= 1;
    const std::string damaged = directory_.Sub("damaged");
    WriteBytes(damaged, bytes);
    RestoreOptions options = Files();
    for (std::string* name :
         {&options.backup, &options.logs[0], &options.logs[1]}) {
      if (*name == path) *name = damaged;
    }
    const std::unique_ptr<Store> store = std::make_unique<MemoryStore>();
    EXPECT_EQ(Reason(Restore(*store, *store, options).status()),
              "BACKUP_CORRUPT");
    EXPECT_TRUE(RowsOf(*store).empty());
  }
}

struct OrderCase {
  std::string name;
  std::vector<std::string> logs;
  std::optional<uint64_t> until;
  std::string reason;
};

TEST_P(ArchiveTest, FilesMustFollowOnOneAnother) {
  Instance stranger;
  std::mt19937_64 random(99);
  while (stranger.head().number() < kCommits) stranger.Commit(random);
  const std::string foreign = directory_.Sub("foreign.log");
  WriteBytes(foreign, *stranger.Log(Revision(kBackupAt)));
  const std::string foreign_all = directory_.Sub("foreign_all.log");
  WriteBytes(foreign_all, *stranger.Log(Revision()));
  const std::string all = directory_.Sub("all.log");
  WriteBytes(all, whole_log_);
  const std::vector<OrderCase> cases = {
      {"a gap", {second_log_}, std::nullopt, "BACKUP_CORRUPT"},
      {"out of order",
       {second_log_, first_log_},
       std::nullopt,
       "BACKUP_CORRUPT"},
      {"of another store", {foreign}, std::nullopt, "BACKUP_CORRUPT"},
      {"of another store, overlapping",
       {foreign_all},
       std::nullopt,
       "BACKUP_CORRUPT"},
      {"twice", {first_log_, first_log_, second_log_}, std::nullopt, "OK"},
      {"overlapping", {all}, std::nullopt, "OK"},
      {"until before the backup", {first_log_}, kBackupAt - 1, "INVALID_FIELD"},
      {"until beyond the files",
       {first_log_},
       kFirstLogEnds + 1,
       "INVALID_FIELD"},
      {"a backup for a log", {backup_}, std::nullopt, "INVALID_FIELD"},
  };
  for (const OrderCase& test : cases) {
    SCOPED_TRACE(test.name);
    MemoryStore store;
    RestoreOptions options{.backup = backup_, .logs = test.logs};
    if (test.until.has_value()) options.until = Revision(*test.until);
    EXPECT_EQ(Reason(Restore(store, store, options).status()), test.reason);
    if (test.reason == "OK") {
      EXPECT_EQ(Differences(RowsOf(store), rows_at_[kCommits]), "");
    }
  }
}

TEST_P(ArchiveTest, AFileThatCannotBeOpenedIsNamed) {
  const std::string none = directory_.Sub("none");
  const struct {
    const char* field;
    RestoreOptions options;
  } cases[] = {{"from", {.backup = none}},
               {"keys", {.backup = backup_, .keys = none}},
               {"log", {.backup = backup_, .logs = {first_log_, none}}}};
  for (const auto& test : cases) {
    SCOPED_TRACE(test.field);
    MemoryStore store;
    const absl::Status status = Restore(store, store, test.options).status();
    EXPECT_EQ(Reason(status), "INVALID_FIELD");
    EXPECT_EQ(DetailOf(status)->field, test.field);
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(none + " cannot be opened"));
  }
}

// Blocks of a log file, as an import sends them.
std::vector<v1::ArchiveLog> BlocksOfLog(const std::string& bytes) {
  std::istringstream stream(bytes);
  const auto reader = ArchiveReader::Open(&stream, "log");
  std::vector<v1::ArchiveLog> blocks;
  while (*(*reader)->Next()) blocks.push_back((*reader)->log());
  return blocks;
}

TEST_P(ArchiveTest, AHistoryMakesTheSameStoreAndTheSameFileAgain) {
  std::unique_ptr<Store> store = NewStore();
  ASSERT_TRUE(store
                  ->Write([](Transaction& tx) {
                    return rows::PutLogStart(tx, Revision());
                  })
                  .ok());
  Instance copy(std::move(store));
  for (const v1::ArchiveLog& block : BlocksOfLog(whole_log_)) {
    // One by one, so that what is kept in memory between commits is tested.
    for (const v1::LogRecord& record : block.records()) {
      v1::ArchiveLog one;
      *one.add_records() = record;
      const auto replayed = copy.Import(one);
      ASSERT_TRUE(replayed.ok()) << replayed.status();
      EXPECT_EQ(replayed->recorded, 1u);
      // Again is no harm.
      EXPECT_EQ(copy.Import(one)->recorded, 0u);
    }
  }
  EXPECT_EQ(Differences(RowsOf(copy.store()), rows_at_[kCommits]), "");
  EXPECT_EQ(*copy.Log(Revision()), whole_log_);
}

TEST_P(ArchiveTest, AnImportIntoAnotherHistoryIsRefusedWhole) {
  Instance stranger;
  std::mt19937_64 random(5);
  while (stranger.head().number() < 4) stranger.Commit(random);
  const AllRows before = RowsOf(stranger.store());
  for (v1::ArchiveLog& block : BlocksOfLog(whole_log_)) {
    EXPECT_EQ(Reason(stranger.Import(block).status()), "STORE_NOT_EMPTY");
    v1::ArchiveLog late = block;
    late.mutable_records()->DeleteSubrange(0, 10);
    EXPECT_EQ(Reason(stranger.Import(late).status()), "STORE_NOT_EMPTY");
    break;
  }
  EXPECT_EQ(Differences(RowsOf(stranger.store()), before), "");
}

TEST_P(ArchiveTest, ACommitThatIsNoneUndoesItsWholeMessage) {
  Instance copy;
  v1::ArchiveLog block = BlocksOfLog(whole_log_).front();
  const AllRows before = RowsOf(copy.store());
  block.mutable_records(9)->clear_rows();
  EXPECT_EQ(Reason(copy.Import(block).status()), "BACKUP_CORRUPT");
  EXPECT_EQ(Differences(RowsOf(copy.store()), before), "");
  EXPECT_EQ(copy.Import(BlocksOfLog(whole_log_).front())->newest.number(),
            uint64_t{kCommits});
  EXPECT_EQ(Differences(RowsOf(copy.store()), rows_at_[kCommits]), "");
}

}  // namespace
}  // namespace concordat
