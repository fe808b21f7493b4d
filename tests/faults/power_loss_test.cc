// Power fails at any change of any file, and each unsynced sector is there or
// not as chance has it: what was acknowledged is there, and nothing is half.
#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/faults/fault_table.h"
#include "tests/faults/faulty_disk.h"
#include "tests/faults/workload.h"

namespace concordat {
namespace {

constexpr int kWrites = 12;
// Sanitizers make a round ten times as slow; what they look for, they find in
// fewer.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kCuts = 500;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr int kCuts = 500;
#else
constexpr int kCuts = 10'000;
#endif
#else
constexpr int kCuts = 10'000;
#endif

// One run of the workload, cut again and again.
struct Workload {
  uint64_t seed = 0;
  std::vector<WorkloadState> states;  // One more write than the run has.
  int64_t changes = 0;
};

Workload RunOf(uint64_t seed) {
  Workload run{.seed = seed, .states = StatesOf(seed, kWrites + 1)};
  TemporaryDirectory directory(TemporaryDirectory::MemoryParent());
  FaultyDisk disk;
  auto store = SqliteStore::Open(FaultOptions(directory.path(), disk.vfs()));
  EXPECT_TRUE(store.ok()) << store.status();
  for (int number = 0; number < kWrites; ++number) {
    EXPECT_TRUE(RunWrite(**store, seed, number).ok());
  }
  run.changes = disk.changes();
  return run;
}

// Runs the workload until power fails after `skip` changes, restores power and
// compares. `keep_percent` is each unsynced sector's chance.
void RunRound(const Workload& run, int64_t skip, uint64_t keep_percent,
              FaultCounts& counts) {
  TemporaryDirectory directory(TemporaryDirectory::MemoryParent());
  FaultyDisk disk;
  const SqliteOptions options = FaultOptions(directory.path(), disk.vfs());
  disk.FailAfter(skip, DiskFault::kPowerCut, /*lasting=*/true);

  int acknowledged = 0;
  int attempted = 0;
  {
    auto store = SqliteStore::Open(options);
    while (store.ok() && attempted < kWrites) {
      ++attempted;
      if (!RunWrite(**store, run.seed, attempted - 1).ok()) break;
      acknowledged = attempted;
    }
  }
  ++counts.rounds;
  counts.struck += disk.failed() ? 1 : 0;
  std::mt19937_64 random(run.seed + static_cast<uint64_t>(skip));
  disk.RestorePower([&] { return Below(random, 100) < keep_percent; });
  {
    auto store = SqliteStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    const WorkloadState found = ReadState(**store);
    const Found what = Classify(found, run.states, acknowledged, attempted);
    counts.Add(what);
    ASSERT_EQ(what, Found::kRight);
    // The store is as good as new.
    WorkloadState next = found;
    ApplyWrite(run.seed, kWrites, next);
    const absl::Status status = RunWrite(**store, run.seed, kWrites);
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_TRUE(ReadState(**store) == next);
  }
  if (counts.rounds % 8 == 0) ExpectSound(directory.path());
}

TEST(PowerLossTest, NoAcknowledgedWriteIsLost) {
  const uint64_t first_seed = TestSeed(1);
  FaultCounts counts;
  for (uint64_t seed = first_seed; counts.struck < kCuts; ++seed) {
    const Workload run = RunOf(seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 50 && counts.struck < kCuts; ++i) {
      const auto skip = static_cast<int64_t>(
          Below(random, static_cast<uint64_t>(run.changes)));
      // Most sectors lost, about half, most kept.
      const uint64_t keep_percent = 5 + 45 * Below(random, 3);
      SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed, " skip=", skip,
                                " keep=", keep_percent));
      RunRound(run, skip, keep_percent, counts);
      if (HasFatalFailure() || HasNonfatalFailure()) return;
    }
  }
  ReportFaults("power loss", counts);
}

// The disk itself must be able to lose things, or the test above says nothing:
// with synchronous=OFF the same cuts lose acknowledged writes.
TEST(PowerLossTest, TheDiskLosesWhatIsNotSynced) {
  TemporaryDirectory directory;
  FaultyDisk disk;
  const std::string path = directory.Sub("careless.db");
  {
    SQLite::Database database(
        path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0, disk.vfs());
    database.exec("PRAGMA journal_mode=WAL");
    database.exec("CREATE TABLE t(x)");
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.exec("PRAGMA synchronous=OFF");
    database.exec("INSERT INTO t VALUES(1)");
    disk.FailAfter(0, DiskFault::kPowerCut, /*lasting=*/true);
  }
  disk.RestorePower([] { return false; });
  SQLite::Database database(path, SQLite::OPEN_READWRITE);
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM t").getInt(), 0);
}

}  // namespace
}  // namespace concordat
