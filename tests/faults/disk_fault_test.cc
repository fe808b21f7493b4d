// A full disk, a failed write, a failed sync, at every operation of a run: no
// acknowledged write is lost, none is half there, and the store says what it
// can still do.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/faults/faulty_disk.h"
#include "tests/faults/workload.h"

namespace concordat {
namespace {

constexpr int kWrites = 12;
constexpr uint64_t kSeed = 7;

ErrorReason ReasonOf(const absl::Status& status) {
  const std::optional<ErrorDetail> detail = DetailOf(status);
  return detail.has_value() ? detail->reason : ErrorReason::kInternal;
}

struct FaultCase {
  const char* name;
  DiskFault fault;
  bool lasting;
  ErrorReason reason;
  // Writes work again once the fault is gone, without reopening.
  bool recovers;
};

void PrintTo(const FaultCase& c, std::ostream* out) { *out << c.name; }

class DiskFaultTest : public testing::TestWithParam<FaultCase> {
 protected:
  // The workload with the fault after `skip` operations. Returns false once
  // `skip` is beyond the end of the run.
  bool RunRound(int64_t skip) {
    TemporaryDirectory directory;
    FaultyDisk disk;
    const SqliteOptions options = FaultOptions(directory.path(), disk.vfs());
    auto opened = SqliteStore::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.status();
    std::unique_ptr<SqliteStore> store = *std::move(opened);
    disk.FailAfter(skip, GetParam().fault, GetParam().lasting);
    const int failed_write = WriteUntilFailure(*store);
    const bool failed = disk.failed();
    if (failed_write >= 0) ExpectReason(*store, failed_write);
    // Reads go on, at the last acknowledged state.
    EXPECT_TRUE(ReadState(*store) == acknowledged_);
    disk.Heal();
    if (failed_write >= 0) ExpectAfterHealing(*store, failed_write);

    // The process dies: nothing is folded in on the way out, and what the
    // operating system holds reaches the disk.
    disk.FailAfter(0, DiskFault::kPowerCut, /*lasting=*/true);
    store.reset();
    disk.RestorePower([] { return true; });
    opened = SqliteStore::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.status();
    if (!opened.ok()) return false;
    const WorkloadState found = ReadState(**opened);
    // Only a disk that refuses the repair too may keep the failed write.
    EXPECT_TRUE(found == acknowledged_ ||
                (GetParam().lasting && found == attempted_));
    EXPECT_TRUE(RunWrite(**opened, kSeed, kWrites).ok());
    opened->reset();
    ExpectSound(directory.path());
    return failed;
  }

 private:
  // The number of the first write that fails, or -1.
  int WriteUntilFailure(Store& store) {
    for (int number = 0; number < kWrites; ++number) {
      attempted_ = acknowledged_;
      EXPECT_TRUE(ApplyWrite(kSeed, number, nullptr, attempted_).ok());
      failure_ = RunWrite(store, kSeed, number);
      if (!failure_.ok()) return number;
      acknowledged_ = attempted_;
    }
    return -1;
  }

  void ExpectReason(SqliteStore& store, int number) {
    EXPECT_EQ(ReasonOf(failure_), GetParam().reason) << failure_;
    EXPECT_EQ(store.WriteHealth().ok(), GetParam().recovers);
    if (GetParam().lasting) {
      EXPECT_EQ(ReasonOf(RunWrite(store, kSeed, number)), GetParam().reason);
    }
  }

  void ExpectAfterHealing(Store& store, int number) {
    const absl::Status status = RunWrite(store, kSeed, number);
    EXPECT_EQ(status.ok(), GetParam().recovers) << status;
    if (status.ok()) {
      acknowledged_ = attempted_;
    } else {
      EXPECT_EQ(ReasonOf(status), ErrorReason::kStorageUnavailable);
    }
    EXPECT_TRUE(ReadState(store) == acknowledged_);
  }

 protected:
  void ForgetRound() {
    acknowledged_ = {};
    attempted_ = {};
    failure_ = absl::OkStatus();
  }

 private:
  WorkloadState acknowledged_;
  WorkloadState attempted_;
  absl::Status failure_;
};

TEST_P(DiskFaultTest, AtEveryOperation) {
  int64_t faults = 0;
  for (bool happened = true; happened; ++faults) {
    SCOPED_TRACE(absl::StrCat("skip=", faults));
    ForgetRound();
    happened = RunRound(faults);
    if (HasFailure()) return;
  }
  RecordProperty("faults", static_cast<int>(faults));
  // The run has many writes and at least one sync each.
  EXPECT_GT(faults, kWrites);
}

INSTANTIATE_TEST_SUITE_P(
    Faults, DiskFaultTest,
    testing::Values(FaultCase{"FullOnce", DiskFault::kFull, false,
                              ErrorReason::kStorageFull, true},
                    FaultCase{"FullUntilFreed", DiskFault::kFull, true,
                              ErrorReason::kStorageFull, true},
                    FaultCase{"WriteErrorOnce", DiskFault::kWriteError, false,
                              ErrorReason::kStorageUnavailable, false},
                    FaultCase{"WriteErrorLasting", DiskFault::kWriteError, true,
                              ErrorReason::kStorageUnavailable, false},
                    FaultCase{"SyncErrorOnce", DiskFault::kSyncError, false,
                              ErrorReason::kStorageUnavailable, false},
                    FaultCase{"SyncErrorLasting", DiskFault::kSyncError, true,
                              ErrorReason::kStorageUnavailable, false}),
    [](const auto& c) { return std::string(c.param.name); });

}  // namespace
}  // namespace concordat
