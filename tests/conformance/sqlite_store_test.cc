// What SqliteStore promises beyond the port: the lock, the layouts it accepts,
// damaged files, limits, file modes.
#include "server/storage/sqlite/sqlite_store.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "server/storage/sqlite/checked_vfs.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::Optional;
using testing::Pair;

using namespace std::string_literals;

std::optional<ErrorReason> ReasonOf(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  if (!detail.has_value()) return std::nullopt;
  return detail->reason;
}

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest() {
    options_.directory = directory_.Sub("data");
    options_.spaces = kTestSpaces;
  }

  std::string DatabasePath() const {
    return options_.directory + "/concordat.db";
  }

  std::unique_ptr<SqliteStore> Open() {
    auto store = SqliteStore::Open(options_);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

  absl::Status OpenError() { return SqliteStore::Open(options_).status(); }

  // Rows over many pages, closed again.
  void Fill() {
    const std::unique_ptr<SqliteStore> store = Open();
    Rows rows;
    for (int i = 0; i < 2000; ++i) {
      rows.emplace_back(absl::StrCat("key", i), std::string(200, 'v'));
    }
    ASSERT_TRUE(PutRows(*store, kApples, rows).ok());
  }

  // Through the shim, so that the changed pages are sound.
  void Exec(const std::string& sql) {
    const auto vfs = CheckedVfs::Register("", true);
    ASSERT_TRUE(vfs.ok()) << vfs.status();
    SQLite::Database(DatabasePath(), SQLite::OPEN_READWRITE, 0, (*vfs)->name())
        .exec(sql);
  }

  int Pragma(const std::string& name) {
    return SQLite::Database(DatabasePath(), SQLite::OPEN_READWRITE)
        .execAndGet("PRAGMA " + name)
        .getInt();
  }

  // The bytes at the end of each page that SQLite does not use.
  int ReservedBytes() {
    std::ifstream file(DatabasePath(), std::ios::binary);
    file.seekg(20);
    return file.get();
  }

  TemporaryDirectory directory_;
  SqliteOptions options_;
};

TEST_F(SqliteStoreTest, CreatesPrivateFiles) {
  const std::unique_ptr<SqliteStore> store = Open();
  ASSERT_TRUE(PutRows(*store, kApples, {{"a", "1"}}).ok());
  struct stat info;
  ASSERT_EQ(stat(options_.directory.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  for (const char* file : {"lock", "concordat.db", "concordat.db-wal"}) {
    const std::string path = options_.directory + "/" + file;
    ASSERT_EQ(stat(path.c_str(), &info), 0) << file;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << file;
  }
}

TEST_F(SqliteStoreTest, NeedsTheParentDirectory) {
  options_.directory = directory_.Sub("missing/data");
  EXPECT_EQ(ReasonOf(OpenError()), ErrorReason::kStorageUnavailable);
}

TEST_F(SqliteStoreTest, AcceptsATrailingSlash) {
  options_.directory += "/";
  EXPECT_NE(Open(), nullptr);
}

TEST_F(SqliteStoreTest, CleanCloseLeavesNoLog) {
  Fill();
  EXPECT_FALSE(std::filesystem::exists(DatabasePath() + "-wal"));
}

TEST_F(SqliteStoreTest, SecondOpenerIsRefused) {
  std::unique_ptr<SqliteStore> store = Open();
  EXPECT_EQ(ReasonOf(OpenError()), ErrorReason::kStorageLocked);
  // The refusal did not take the lock away from its holder.
  EXPECT_EQ(ReasonOf(OpenError()), ErrorReason::kStorageLocked);
  EXPECT_TRUE(PutRows(*store, kApples, {{"a", "1"}}).ok());
  store.reset();
  EXPECT_NE(Open(), nullptr);
}

TEST_F(SqliteStoreTest, AReaderThatOutlivesTheStoreKeepsTheLock) {
  std::unique_ptr<SqliteStore> store = Open();
  ASSERT_TRUE(PutRows(*store, kApples, {{"a", "1"}}).ok());
  auto reader = store->Snapshot();
  ASSERT_TRUE(reader.ok()) << reader.status();
  store.reset();
  EXPECT_THAT(GetRow(**reader, kApples, "a"), Optional("1"s));
  EXPECT_EQ(ReasonOf(OpenError()), ErrorReason::kStorageLocked);
  reader->reset();
  EXPECT_THAT(GetRow(*Open(), kApples, "a"), Optional("1"s));
}

TEST_F(SqliteStoreTest, ReadersAreBounded) {
  options_.readers_max = 2;
  const std::unique_ptr<SqliteStore> store = Open();
  auto first = store->Snapshot();
  auto second = store->Snapshot();
  ASSERT_TRUE(first.ok() && second.ok());
  const absl::Status refused = store->Snapshot().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), ErrorReason::kOverloaded);
  EXPECT_TRUE(PutRows(*store, kApples, {{"a", "1"}}).ok());
  first->reset();
  auto third = store->Snapshot();
  ASSERT_TRUE(third.ok()) << third.status();
  // A connection used again begins at the newest state.
  EXPECT_THAT(GetRow(**third, kApples, "a"), Optional("1"s));
  EXPECT_EQ(GetRow(**second, kApples, "a"), std::nullopt);
}

TEST_F(SqliteStoreTest, OverlappingReadersDoNotLetTheLogGrowForEver) {
  options_.checkpoint_bytes = 64 << 10;
  const std::unique_ptr<SqliteStore> store = Open();
  std::atomic<bool> done = false;
  std::thread overlapping([&] {
    std::unique_ptr<Reader> reader;
    while (!done) {
      // The next reader begins before the last one ends.
      auto next = store->Snapshot();
      if (!next.ok()) {
        ADD_FAILURE() << next.status();
        return;
      }
      reader = *std::move(next);
    }
  });
  for (int i = 0; i < 600; ++i) {
    EXPECT_TRUE(
        PutRows(*store, kApples, {{"a", std::string(30'000, 'v')}}).ok());
  }
  done = true;
  overlapping.join();
  // 600 writes of four pages and more are above 19 MB.
  EXPECT_LT(std::filesystem::file_size(DatabasePath() + "-wal"), 4u << 20);
}

TEST_F(SqliteStoreTest, UnknownSpaceIsAnError) {
  options_.spaces = absl::MakeConstSpan(kTestSpaces, 1);
  const std::unique_ptr<SqliteStore> store = Open();
  const absl::Status status = PutRows(*store, kPears, {{"a", "1"}});
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  auto reader = store->Snapshot();
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->Get(kPears, "a").status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(SqliteStoreTest, ASwallowedErrorStillFailsTheWrite) {
  options_.spaces = absl::MakeConstSpan(kTestSpaces, 1);
  const std::unique_ptr<SqliteStore> store = Open();
  const absl::Status status = store->Write([](Transaction& transaction) {
    EXPECT_TRUE(transaction.Put(kApples, "a", "1").ok());
    EXPECT_FALSE(transaction.Put(kPears, "b", "2").ok());
    EXPECT_FALSE(transaction.Put(kApples, "c", "3").ok());
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(ScanRows(*store, kApples).empty());
}

TEST_F(SqliteStoreTest, ANewSpaceJoinsAnOldStore) {
  options_.spaces = absl::MakeConstSpan(kTestSpaces, 1);
  ASSERT_TRUE(PutRows(*Open(), kApples, {{"a", "1"}}).ok());
  options_.spaces = kTestSpaces;
  const std::unique_ptr<SqliteStore> store = Open();
  ASSERT_TRUE(PutRows(*store, kPears, {{"b", "2"}}).ok());
  EXPECT_THAT(ScanRows(*store, kApples), ElementsAre(Pair("a", "1")));
}

struct BadSpaces {
  const char* name;
  std::vector<Space> spaces;
};
void PrintTo(const BadSpaces& c, std::ostream* out) { *out << c.name; }

class SqliteBadSpacesTest : public testing::TestWithParam<BadSpaces> {};

TEST_P(SqliteBadSpacesTest, AreRefused) {
  TemporaryDirectory directory;
  SqliteOptions options;
  options.directory = directory.path();
  options.spaces = GetParam().spaces;
  EXPECT_EQ(SqliteStore::Open(options).status().code(),
            absl::StatusCode::kInternal);
}

INSTANTIATE_TEST_SUITE_P(
    Spaces, SqliteBadSpacesTest,
    testing::Values(BadSpaces{"SameId", {{1, "one"}, {1, "two"}}},
                    BadSpaces{"SameName", {{1, "one"}, {2, "one"}}},
                    BadSpaces{"IdTooLarge", {{kSpacesMax, "one"}}},
                    BadSpaces{"EmptyName", {{1, ""}}},
                    BadSpaces{"NotAName", {{1, "one; DROP TABLE two"}}},
                    BadSpaces{"UpperCase", {{1, "One"}}}),
    [](const auto& c) { return std::string(c.param.name); });

// Layouts.

TEST_F(SqliteStoreTest, AFreshStoreStartsAtTheNewestLayout) {
  // A migration that would fail on a fresh store.
  options_.schema.migrations.push_back(
      {5, "ALTER TABLE space_old RENAME TO space_x"});
  Open();
  EXPECT_EQ(Pragma("user_version"), 5);
}

TEST_F(SqliteStoreTest, UpgradeKeepsRowsAndRunsEachStepOnce) {
  ASSERT_TRUE(PutRows(*Open(), kApples, {{"a", "1"}, {"b", "2"}}).ok());
  options_.schema.migrations.push_back(
      {3, "UPDATE space_apples SET value = value || 'x'"});
  options_.schema.migrations.push_back(
      {5,
       "INSERT INTO space_pears SELECT key, value FROM space_apples;"
       "UPDATE space_apples SET value = value || 'y'"});
  for (int opening = 0; opening < 2; ++opening) {
    const std::unique_ptr<SqliteStore> store = Open();
    EXPECT_THAT(ScanRows(*store, kApples),
                ElementsAre(Pair("a", "1xy"), Pair("b", "2xy")));
    EXPECT_THAT(ScanRows(*store, kPears),
                ElementsAre(Pair("a", "1x"), Pair("b", "2x")));
  }
  EXPECT_EQ(Pragma("user_version"), 5);
}

TEST_F(SqliteStoreTest, UpgradeStartsInTheMiddleOfTheList) {
  options_.schema.migrations.push_back({3, "this one is not run"});
  ASSERT_TRUE(PutRows(*Open(), kApples, {{"a", "1"}}).ok());
  options_.schema.migrations.push_back(
      {4, "UPDATE space_apples SET value = 'three'"});
  EXPECT_THAT(GetRow(*Open(), kApples, "a"), Optional("three"s));
}

TEST_F(SqliteStoreTest, AFailedStepLeavesTheVersionBeforeIt) {
  ASSERT_TRUE(PutRows(*Open(), kApples, {{"a", "1"}}).ok());
  options_.schema.migrations.push_back(
      {3, "UPDATE space_apples SET value = 'two'"});
  options_.schema.migrations.push_back(
      {4, "UPDATE space_apples SET value = 'three'; not SQL"});
  EXPECT_FALSE(OpenError().ok());
  EXPECT_EQ(Pragma("user_version"), 3);
  options_.schema.migrations.pop_back();
  EXPECT_THAT(GetRow(*Open(), kApples, "a"), Optional("two"s));
}

TEST_F(SqliteStoreTest, ANewerLayoutIsRefusedAndUntouched) {
  options_.schema.migrations.push_back({9, ""});
  ASSERT_TRUE(PutRows(*Open(), kApples, {{"a", "1"}}).ok());
  options_.schema.migrations.pop_back();
  const absl::Status status = OpenError();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kStorageVersion);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("9"));
  options_.schema.migrations.push_back({9, ""});
  EXPECT_THAT(GetRow(*Open(), kApples, "a"), Optional("1"s));
}

TEST_F(SqliteStoreTest, ATooOldLayoutIsRefusedAndUntouched) {
  ASSERT_TRUE(PutRows(*Open(), kApples, {{"a", "1"}}).ok());
  options_.schema.oldest_version = 3;
  EXPECT_EQ(ReasonOf(OpenError()), ErrorReason::kStorageVersion);
  options_.schema.oldest_version = 1;
  EXPECT_THAT(GetRow(*Open(), kApples, "a"), Optional("1"s));
}

// A file of layout 1 has no checksums: it is rewritten with them.

TEST_F(SqliteStoreTest, LayoutOneIsRewrittenWithChecks) {
  options_.schema.migrations.clear();
  Fill();
  EXPECT_EQ(Pragma("user_version"), 1);
  EXPECT_EQ(ReservedBytes(), 0);
  options_.schema = {};
  const Rows before = [&] {
    const std::unique_ptr<SqliteStore> store = Open();
    EXPECT_TRUE(PutRows(*store, kApples, {{"later", "row"}}).ok());
    return ScanRows(*store, kApples);
  }();
  EXPECT_EQ(before.size(), 2001u);
  EXPECT_EQ(Pragma("user_version"), 2);
  EXPECT_EQ(ReservedBytes(), 8);
  EXPECT_EQ(Pragma("application_id"), 0x436e6364);
  EXPECT_FALSE(std::filesystem::exists(DatabasePath() + ".next"));
  struct stat info;
  ASSERT_EQ(stat(DatabasePath().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_TRUE(ScanRows(*Open(), kApples) == before);
}

TEST_F(SqliteStoreTest, LayoutOneIsRewrittenWithWhatItsLogHolds) {
  options_.schema.migrations.clear();
  {
    const std::unique_ptr<SqliteStore> store = Open();
    ASSERT_TRUE(PutRows(*store, kApples, {{"a", "1"}}).ok());
    // As a process leaves it that was killed: a log that is not folded in.
    std::filesystem::copy(options_.directory, directory_.Sub("killed"));
  }
  options_.directory = directory_.Sub("killed");
  ASSERT_GT(std::filesystem::file_size(DatabasePath() + "-wal"), 0u);
  options_.schema = {};
  EXPECT_THAT(GetRow(*Open(), kApples, "a"), Optional("1"s));
  EXPECT_EQ(ReservedBytes(), 8);
}

TEST_F(SqliteStoreTest, ARewriteThatWasLeftHalfwayIsDoneAgain) {
  options_.schema.migrations.clear();
  ASSERT_TRUE(PutRows(*Open(), kApples, {{"a", "1"}}).ok());
  std::ofstream(DatabasePath() + ".next") << "half a file";
  std::ofstream(DatabasePath() + ".next-journal") << "of which this is left";
  options_.schema = {};
  EXPECT_THAT(GetRow(*Open(), kApples, "a"), Optional("1"s));
  EXPECT_EQ(ReservedBytes(), 8);
}

TEST_F(SqliteStoreTest, AnotherApplicationsFileIsRefused) {
  Open();
  Exec("PRAGMA application_id=1234");
  EXPECT_EQ(ReasonOf(OpenError()), ErrorReason::kStorageVersion);
  EXPECT_EQ(Pragma("application_id"), 1234);
}

TEST_F(SqliteStoreTest, AFileWithForeignTablesIsRefused) {
  std::filesystem::create_directory(options_.directory);
  SQLite::Database(DatabasePath(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE theirs(x)");
  EXPECT_EQ(ReasonOf(OpenError()), ErrorReason::kStorageVersion);
  EXPECT_EQ(SQLite::Database(DatabasePath(), SQLite::OPEN_READONLY)
                .execAndGet("PRAGMA journal_mode")
                .getString(),
            "delete");
}

// A reader that is kept.

TEST_F(SqliteStoreTest, AnOldReaderDoesNotKeepTheLogForEver) {
  options_.checkpoint_bytes = 64 << 10;
  options_.reader_log_bytes_max = 1 << 20;
  const std::unique_ptr<SqliteStore> store = Open();
  ASSERT_TRUE(PutRows(*store, kApples, {{"a", "old"}}).ok());
  auto old = store->Snapshot();
  ASSERT_TRUE(old.ok()) << old.status();
  int whole_until = 0;
  for (int i = 0; i < 600; ++i) {
    ASSERT_TRUE(
        PutRows(*store, kApples, {{"a", std::string(30'000, 'v')}}).ok());
    const auto value = (*old)->Get(kApples, "a");
    if (!value.ok()) {
      EXPECT_EQ(ReasonOf(value.status()), ErrorReason::kStorageUnavailable);
      EXPECT_THAT(std::string(value.status().message()),
                  testing::HasSubstr("too old"));
      continue;
    }
    // Until it is ended it shows its state, and it is not ended early.
    EXPECT_THAT(*value, Optional("old"s));
    whole_until = i;
  }
  EXPECT_GE(whole_until, 15);
  EXPECT_LT(whole_until, 60);
  // 600 writes of four pages and more are above 19 MB.
  EXPECT_LT(std::filesystem::file_size(DatabasePath() + "-wal"), 2u << 20);
  // Its connection serves the next one.
  old->reset();
  EXPECT_TRUE(GetRow(*store, kApples, "a") == std::string(30'000, 'v'));
}

TEST_F(SqliteStoreTest, AnOldReaderIsEndedInTheMiddleOfAScan) {
  options_.checkpoint_bytes = 64 << 10;
  options_.reader_log_bytes_max = 256 << 10;
  Fill();
  const std::unique_ptr<SqliteStore> store = Open();
  auto old = store->Snapshot();
  ASSERT_TRUE(old.ok()) << old.status();
  int rows = 0;
  const absl::Status status =
      (*old)->Scan(kApples, "", "", [&](absl::string_view, absl::string_view) {
        ++rows;
        EXPECT_TRUE(
            PutRows(*store, kPears, {{"p", std::string(30'000, 'v')}}).ok());
        return true;
      });
  EXPECT_EQ(ReasonOf(status), ErrorReason::kStorageUnavailable) << status;
  EXPECT_GT(rows, 3);
  EXPECT_LT(rows, 100);
  EXPECT_FALSE((*old)->Get(kApples, "key1").ok());
  EXPECT_EQ(ScanRows(*store, kApples).size(), 2000u);
}

// Damage.

void Overwrite(const std::string& path, int64_t offset,
               const std::string& bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(offset);
  file << bytes;
}

TEST_F(SqliteStoreTest, AFileThatIsNoDatabaseIsCorrupt) {
  Fill();
  Overwrite(DatabasePath(), 0, std::string(100, 'x'));
  const absl::Status status = OpenError();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kStorageCorrupt);
}

// Opens if it can, reads everything, and returns the first error.
absl::Status OpenAndScan(const SqliteOptions& options) {
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<SqliteStore> store,
                             SqliteStore::Open(options));
  CONCORDAT_ASSIGN_OR_RETURN(std::unique_ptr<Reader> reader, store->Snapshot());
  return reader->Scan(
      kApples, "", "",
      [](absl::string_view, absl::string_view) { return true; });
}

TEST_F(SqliteStoreTest, ATruncatedFileIsCorrupt) {
  Fill();
  const uintmax_t size = std::filesystem::file_size(DatabasePath());
  for (const uintmax_t left : {size / 2, size - 8192, uintmax_t{8192 * 3}}) {
    std::filesystem::resize_file(DatabasePath(), left);
    EXPECT_EQ(ReasonOf(OpenAndScan(options_)), ErrorReason::kStorageCorrupt)
        << left;
  }
}

TEST_F(SqliteStoreTest, DamagedPagesAreCorrupt) {
  Fill();
  const uintmax_t size = std::filesystem::file_size(DatabasePath());
  // All but the first page, which holds the header and the list of tables.
  Overwrite(DatabasePath(), 8192,
            std::string(static_cast<size_t>(size) - 8192, '\xee'));
  EXPECT_EQ(ReasonOf(OpenAndScan(options_)), ErrorReason::kStorageCorrupt);
}

TEST_F(SqliteStoreTest, DamageInAWriteIsCorruptToo) {
  Fill();
  const uintmax_t size = std::filesystem::file_size(DatabasePath());
  Overwrite(DatabasePath(), 8192,
            std::string(static_cast<size_t>(size) - 8192, '\xee'));
  const std::unique_ptr<SqliteStore> store = Open();
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(ReasonOf(PutRows(*store, kApples, {{"key5", "new"}})),
            ErrorReason::kStorageCorrupt);
}

TEST_F(SqliteStoreTest, AnEmptyFileIsAFreshStore) {
  std::filesystem::create_directory(options_.directory);
  std::ofstream(DatabasePath()).flush();
  ASSERT_TRUE(PutRows(*Open(), kApples, {{"a", "1"}}).ok());
}

}  // namespace
}  // namespace concordat
