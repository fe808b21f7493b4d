// Power fails at any change of any file, and each unsynced sector is there or
// not as chance has it: what was acknowledged is there, and nothing is half.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/faults/faulty_disk.h"
#include "tests/faults/workload.h"

namespace concordat {
namespace {

constexpr int kWrites = 12;

struct Round {
  // The cut came in the middle of the run, not after it.
  bool cut = false;
  // The failed write was found whole.
  bool unacknowledged_kept = false;
};

// Runs the workload until power fails after `skip` changes, restores power and
// compares. `keep_percent` is each unsynced sector's chance.
void RunRound(uint64_t seed, int64_t skip, uint64_t keep_percent,
              Round& round) {
  TemporaryDirectory directory;
  FaultyDisk disk;
  const SqliteOptions options = FaultOptions(directory.path(), disk.vfs());
  disk.FailAfter(skip, DiskFault::kPowerCut, /*lasting=*/true);

  WorkloadState acknowledged;
  WorkloadState next;
  {
    auto store = SqliteStore::Open(options);
    for (int number = 0; store.ok() && number < kWrites; ++number) {
      next = acknowledged;
      ASSERT_TRUE(ApplyWrite(seed, number, nullptr, next).ok());
      if (!RunWrite(**store, seed, number).ok()) break;
      acknowledged = next;
    }
    round.cut = disk.failed();
  }
  std::mt19937_64 random(seed);
  disk.RestorePower([&] { return Below(random, 100) < keep_percent; });

  {
    auto store = SqliteStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    const WorkloadState found = ReadState(**store);
    round.unacknowledged_kept = found != acknowledged;
    ASSERT_TRUE(found == acknowledged || found == next)
        << "an acknowledged write is lost, or one is half there";
    // The store is as good as new.
    next = found;
    ASSERT_TRUE(ApplyWrite(seed, kWrites, nullptr, next).ok());
    const absl::Status status = RunWrite(**store, seed, kWrites);
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_TRUE(ReadState(**store) == next);
  }
  ExpectSound(directory.path());
}

// The changes of one whole run.
int64_t ChangesOf(uint64_t seed) {
  TemporaryDirectory directory;
  FaultyDisk disk;
  auto store = SqliteStore::Open(FaultOptions(directory.path(), disk.vfs()));
  EXPECT_TRUE(store.ok()) << store.status();
  for (int number = 0; number < kWrites; ++number) {
    EXPECT_TRUE(RunWrite(**store, seed, number).ok());
  }
  return disk.changes();
}

TEST(PowerLossTest, NoAcknowledgedWriteIsLost) {
  constexpr int kCuts = 900;
  const uint64_t first_seed = TestSeed(1);
  int cuts = 0;
  int unacknowledged_kept = 0;
  for (uint64_t seed = first_seed; cuts < kCuts; ++seed) {
    const int64_t changes = ChangesOf(seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 30; ++i) {
      const auto skip =
          static_cast<int64_t>(Below(random, static_cast<uint64_t>(changes)));
      // Most sectors lost, about half, most kept.
      const uint64_t keep_percent = 5 + 45 * Below(random, 3);
      SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed, " skip=", skip,
                                " keep=", keep_percent));
      Round round;
      RunRound(seed, skip, keep_percent, round);
      if (HasFatalFailure() || HasNonfatalFailure()) return;
      cuts += round.cut ? 1 : 0;
      unacknowledged_kept += round.unacknowledged_kept ? 1 : 0;
    }
  }
  RecordProperty("cuts", cuts);
  RecordProperty("unacknowledged_kept", unacknowledged_kept);
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
