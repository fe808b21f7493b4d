// A bit that flips in a file of the store is noticed: whoever needs the page
// gets DATA_LOSS, and nobody gets a wrong value or misses a row.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/faults/fault_table.h"
#include "tests/faults/workload.h"

namespace concordat {
namespace {

constexpr size_t kPageBytes = 8192;
constexpr size_t kLogHeaderBytes = 32;
constexpr size_t kFrameHeaderBytes = 24;
constexpr size_t kFrameBytes = kFrameHeaderBytes + kPageBytes;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

bool IsDamage(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail.has_value() && detail->reason == ErrorReason::kStorageCorrupt &&
         status.code() == absl::StatusCode::kDataLoss;
}

using Model = std::map<std::string, std::string>;

// Whether every read of the store is right or damage; `refused` is set where
// one was damage.
Found ReadEverything(Store& store, const Model& model, bool* refused) {
  auto reader = store.Snapshot();
  if (!reader.ok()) {
    *refused = true;
    return IsDamage(reader.status()) ? Found::kRight : Found::kWrong;
  }
  auto expected = model.begin();
  bool wrong = false;
  const absl::Status scanned = (*reader)->Scan(
      kApples, "", "", [&](absl::string_view key, absl::string_view value) {
        wrong = expected == model.end() || expected->first != key ||
                expected->second != value;
        if (!wrong) ++expected;
        return !wrong;
      });
  if (wrong) return Found::kWrong;
  if (scanned.ok() && expected != model.end()) return Found::kLost;
  if (!scanned.ok() && !IsDamage(scanned)) return Found::kWrong;
  *refused |= !scanned.ok();
  for (const auto& [key, value] : model) {
    const auto row = (*reader)->Get(kApples, key);
    if (!row.ok()) {
      if (!IsDamage(row.status())) return Found::kWrong;
      *refused = true;
      continue;
    }
    if (!row->has_value()) return Found::kLost;
    if (**row != value) return Found::kWrong;
  }
  return Found::kRight;
}

// What a page is, by SQLite's format.
std::string KindOf(const std::string& file, size_t page) {
  if (page == 0) return "first";
  const char* bytes = file.data() + page * kPageBytes;
  const bool has_rows = bytes[3] != 0 || bytes[4] != 0;
  if (bytes[0] == 2) return "interior";
  if (bytes[0] == 10 && has_rows) return "leaf";
  // An overflow page, one of the list of free ones, an empty table.
  return "other";
}

class BitFlipTest : public testing::Test {
 protected:
  BitFlipTest() : directory_(TemporaryDirectory::MemoryParent()) {
    options_ = FaultOptions(directory_.Sub("data"), "");
  }

  std::string DatabasePath() const {
    return options_.directory + "/concordat.db";
  }
  std::string LogPath() const { return DatabasePath() + "-wal"; }

  std::unique_ptr<SqliteStore> Open() {
    auto store = SqliteStore::Open(options_);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

  // Pages of every kind: leaves, interior ones, overflow, free ones.
  void Fill() {
    const std::unique_ptr<SqliteStore> store = Open();
    Rows rows;
    for (int i = 0; i < 1500; ++i) {
      rows.emplace_back(absl::StrCat("key", 10'000 + i),
                        std::string(40 + i % 90, static_cast<char>(i)));
    }
    for (int i = 0; i < 8; ++i) {
      rows.emplace_back(absl::StrCat("long", i), std::string(30'000, 'l'));
    }
    ASSERT_TRUE(PutRows(*store, kApples, rows).ok());
    for (auto& [key, value] : rows) model_[key] = value;
    for (int i = 0; i < 1500; ++i) {
      if (i / 100 % 3 != 1) continue;
      const std::string key = absl::StrCat("key", 10'000 + i);
      ASSERT_TRUE(DeleteRow(*store, kApples, key).ok());
      model_.erase(key);
    }
    for (const char* key : {"long2", "long5"}) {
      ASSERT_TRUE(DeleteRow(*store, kApples, key).ok());
      model_.erase(key);
    }
  }

  // A store with `file` as its database, all of it read.
  Found Read(const std::string& file, bool* refused) {
    WriteFile(DatabasePath(), file);
    auto store = SqliteStore::Open(options_);
    if (!store.ok()) {
      *refused = true;
      return IsDamage(store.status()) ? Found::kRight : Found::kWrong;
    }
    const Found found = ReadEverything(**store, model_, refused);
    // Other pages can be written: the store as a whole goes on.
    const absl::Status written = PutRows(**store, kPears, {{"new", "row"}});
    EXPECT_TRUE(written.ok() || IsDamage(written)) << written;
    EXPECT_TRUE((*store)->WriteHealth().ok());
    return found;
  }

  TemporaryDirectory directory_;
  SqliteOptions options_;
  Model model_;
};

TEST_F(BitFlipTest, InTheDatabaseFile) {
  Fill();
  const std::string sound = ReadFile(DatabasePath());
  std::map<std::string, std::vector<size_t>> pages;
  for (size_t page = 0; page < sound.size() / kPageBytes; ++page) {
    pages[KindOf(sound, page)].push_back(page);
  }
  ASSERT_EQ(pages.size(), 4u);
  const uint64_t seed = TestSeed(4);
  std::mt19937_64 random(seed);
  FaultCounts counts;
  std::map<std::string, int> refusals;
  for (int round = 0; round < 600; ++round) {
    auto kind = pages.begin();
    std::advance(kind, round % 4);
    const size_t page = kind->second[Below(random, kind->second.size())];
    // The first page in its header, every other time.
    const size_t span = page == 0 && round % 8 < 4 ? 100 : kPageBytes;
    const size_t at = page * kPageBytes + Below(random, span);
    const auto bit = static_cast<char>(1 << Below(random, 8));
    SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed, " ", kind->first,
                              " byte ", at, " bit ", int{bit}));
    std::string file = sound;
    file[at] = static_cast<char>(file[at] ^ bit);
    bool refused = false;
    const Found found = Read(file, &refused);
    counts.Add(found);
    ASSERT_EQ(found, Found::kRight);
    ++counts.rounds;
    counts.struck += refused ? 1 : 0;
    refusals[kind->first] += refused ? 1 : 0;
  }
  // All is read, so all but the pages of the free list are needed.
  EXPECT_EQ(refusals["first"], 150);
  EXPECT_EQ(refusals["interior"], 150);
  EXPECT_EQ(refusals["leaf"], 150);
  EXPECT_GT(refusals["other"], 50);
  ReportFaults("bit flip, database", counts);
}

// A page in the place of another, or an older state of it, is as wrong.
TEST_F(BitFlipTest, AMisplacedPageIsRefused) {
  Fill();
  const std::string sound = ReadFile(DatabasePath());
  std::vector<size_t> leaves;
  for (size_t page = 1; page < sound.size() / kPageBytes; ++page) {
    if (KindOf(sound, page) == "leaf") leaves.push_back(page);
  }
  ASSERT_GT(leaves.size(), 3u);
  std::string file = sound;
  file.replace(leaves[1] * kPageBytes, kPageBytes, sound,
               leaves[2] * kPageBytes, kPageBytes);
  bool refused = false;
  EXPECT_EQ(Read(file, &refused), Found::kRight);
  EXPECT_TRUE(refused);
  // A page that was never written.
  file = sound;
  file.replace(leaves[1] * kPageBytes, kPageBytes, kPageBytes, '\0');
  refused = false;
  EXPECT_EQ(Read(file, &refused), Found::kRight);
  EXPECT_TRUE(refused);
}

void FlipBit(const std::string& path, size_t at, char bit) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const auto byte = static_cast<char>(file.get());
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(byte ^ bit));
}

// While the store is open, in the log that it wrote.
TEST_F(BitFlipTest, InTheLogOfAnOpenStore) {
  const uint64_t seed = TestSeed(5);
  std::mt19937_64 random(seed);
  FaultCounts counts;
  options_.checkpoint_bytes = 1 << 30;  // All stays in the log.
  options_.writer_cache_bytes = 1;      // Nothing stays in memory.
  options_.reader_cache_bytes = 1;
  for (int round = 0; round < 60; ++round) {
    model_.clear();
    std::filesystem::remove_all(options_.directory);
    Fill();
    std::unique_ptr<SqliteStore> store = Open();
    Rows rows;
    for (int i = 0; i < 300; ++i) {
      rows.emplace_back(absl::StrCat("key", 10'000 + 5 * i),
                        std::string(60, static_cast<char>(round + i)));
    }
    ASSERT_TRUE(PutRows(*store, kApples, rows).ok());
    for (auto& [key, value] : rows) model_[key] = value;
    const size_t frames =
        (std::filesystem::file_size(LogPath()) - kLogHeaderBytes) / kFrameBytes;
    const size_t at = kLogHeaderBytes + Below(random, frames) * kFrameBytes +
                      kFrameHeaderBytes + Below(random, kPageBytes);
    SCOPED_TRACE(
        absl::StrCat("CONCORDAT_TEST_SEED=", seed, " round ", round, " ", at));
    FlipBit(LogPath(), at, static_cast<char>(1 << Below(random, 8)));
    bool refused = false;
    const Found found = ReadEverything(*store, model_, &refused);
    counts.Add(found);
    ASSERT_EQ(found, Found::kRight);
    ++counts.rounds;
    counts.struck += refused ? 1 : 0;
  }
  EXPECT_GT(counts.struck, 30);
  ReportFaults("bit flip, log of an open store", counts);
}

// A checkpoint does not carry damage from the log into the database, where it
// would get a checksum.
TEST_F(BitFlipTest, ADamagedLogIsNotFoldedIn) {
  options_.checkpoint_bytes = 64 << 10;
  std::unique_ptr<SqliteStore> store = Open();
  ASSERT_TRUE(PutRows(*store, kApples, {{"a", std::string(4000, 'a')}}).ok());
  const size_t size = std::filesystem::file_size(LogPath());
  FlipBit(LogPath(), size - 5000, 1);
  absl::Status status;
  for (int i = 0; status.ok() && i < 100; ++i) {
    status = PutRows(*store, kPears,
                     {{absl::StrCat("p", i), std::string(4000, 'p')}});
  }
  EXPECT_TRUE(IsDamage(status)) << status;
  EXPECT_TRUE(IsDamage(store->WriteHealth())) << store->WriteHealth();
}

// In a log that a killed process left: what comes before the last commit is
// not dropped in silence.
TEST_F(BitFlipTest, InTheLogOfAKilledStore) {
  constexpr int kCommits = 8;
  const uint64_t seed = TestSeed(6);
  std::mt19937_64 random(seed);
  FaultCounts counts;
  options_.checkpoint_bytes = 1 << 30;
  std::vector<Model> states(1);
  std::vector<size_t> ends;
  std::string database;
  std::string log;
  {
    const std::unique_ptr<SqliteStore> store = Open();
    for (int number = 0; number < kCommits; ++number) {
      Model next = states.back();
      Rows rows;
      for (int i = 0; i < 40; ++i) {
        rows.emplace_back(absl::StrCat("key", i * 7 % 60),
                          absl::StrCat(number, std::string(300, 'v')));
        next[rows.back().first] = rows.back().second;
      }
      ASSERT_TRUE(PutRows(*store, kApples, rows).ok());
      states.push_back(std::move(next));
      ends.push_back(std::filesystem::file_size(LogPath()));
    }
    database = ReadFile(DatabasePath());
    log = ReadFile(LogPath());
  }
  for (int round = 0; round < 300; ++round) {
    const size_t at = Below(random, log.size());
    SCOPED_TRACE(
        absl::StrCat("CONCORDAT_TEST_SEED=", seed, " round ", round, " ", at));
    std::string damaged = log;
    damaged[at] = static_cast<char>(damaged[at] ^
                                    static_cast<char>(1 << Below(random, 8)));
    WriteFile(DatabasePath(), database);
    WriteFile(LogPath(), damaged);
    std::filesystem::remove(DatabasePath() + "-shm");
    auto store = SqliteStore::Open(options_);
    ++counts.rounds;
    if (!store.ok()) {
      ++counts.struck;
      EXPECT_TRUE(IsDamage(store.status())) << store.status();
      continue;
    }
    // Only the last commit may be missing, and only where it was hit itself:
    // it looks like one that was not finished.
    bool refused = false;
    model_ = states[kCommits];
    if (ReadEverything(**store, model_, &refused) == Found::kRight) continue;
    model_ = states[kCommits - 1];
    const Found found = ReadEverything(**store, model_, &refused);
    counts.Add(found);
    ASSERT_EQ(found, Found::kRight);
    ASSERT_GE(at, ends[kCommits - 2]);
  }
  EXPECT_GT(counts.struck, 200);
  ReportFaults("bit flip, log of a killed store", counts);
}

}  // namespace
}  // namespace concordat
