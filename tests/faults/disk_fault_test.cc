// A full disk, a failed write, a failed read, a failed sync, at every operation
// of a run and of opening the store: no acknowledged write is lost, none is
// half there, and the store says what it can still do.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/faults/fault_table.h"
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
  const char* title;  // In the table of faults.
  DiskFault fault;
  bool lasting;
  ErrorReason reason;
  // Writes work again once the fault is gone, without reopening.
  bool recovers;
};

void PrintTo(const FaultCase& c, std::ostream* out) { *out << c.name; }

const std::vector<WorkloadState>& States() {
  static const auto* const kStates =
      new std::vector<WorkloadState>(StatesOf(kSeed, kWrites + 1));
  return *kStates;
}

class DiskFaultTest : public testing::TestWithParam<FaultCase> {
 protected:
  // The workload with the fault after `skip` operations. Returns false once
  // `skip` is beyond the end of the run.
  bool RunRound(int64_t skip) {
    acknowledged_ = 0;
    attempted_ = 0;
    TemporaryDirectory directory(TemporaryDirectory::MemoryParent());
    FaultyDisk disk;
    const SqliteOptions options = FaultOptions(directory.path(), disk.vfs());
    auto opened = SqliteStore::Open(options);
    EXPECT_TRUE(opened.ok()) << opened.status();
    std::unique_ptr<SqliteStore> store = *std::move(opened);
    disk.FailAfter(skip, GetParam().fault, GetParam().lasting);
    const absl::Status failure = WriteUntilFailure(*store);
    const bool failed = disk.failed();
    if (!failure.ok()) ExpectReason(*store, failure);
    if (GetParam().fault == DiskFault::kReadError) disk.Heal();
    // Reads go on, at the last acknowledged state.
    EXPECT_TRUE(ReadState(*store) == States()[acknowledged_]);
    disk.Heal();
    if (!failure.ok()) ExpectAfterHealing(*store);

    // The process dies: nothing is folded in on the way out, and what the
    // operating system holds reaches the disk.
    disk.FailAfter(0, DiskFault::kPowerCut, /*lasting=*/true);
    store.reset();
    disk.RestorePower([] { return true; });
    ExpectReopens(options, directory.path());
    ++counts_.rounds;
    counts_.struck += failed ? 1 : 0;
    return failed;
  }

  // As RunRound, with the fault while a store that was killed is opened.
  bool OpenRound(int64_t skip) {
    acknowledged_ = kWrites;
    attempted_ = kWrites;
    TemporaryDirectory directory(TemporaryDirectory::MemoryParent());
    FaultyDisk disk;
    const SqliteOptions options = FaultOptions(directory.path(), disk.vfs());
    {
      auto store = SqliteStore::Open(options);
      EXPECT_TRUE(store.ok()) << store.status();
      for (int number = 0; number < kWrites; ++number) {
        EXPECT_TRUE(RunWrite(**store, kSeed, number).ok());
      }
      disk.FailAfter(0, DiskFault::kPowerCut, /*lasting=*/true);
    }
    disk.RestorePower([] { return true; });
    disk.FailAfter(skip, GetParam().fault, GetParam().lasting);
    const absl::Status status = SqliteStore::Open(options).status();
    const bool failed = disk.failed();
    // Recovery may do without what failed; it may not take it for damage.
    EXPECT_TRUE(status.ok() || failed) << status;
    EXPECT_TRUE(status.ok() || ReasonOf(status) == GetParam().reason) << status;
    disk.Heal();
    ExpectReopens(options, directory.path());
    ++counts_.rounds;
    counts_.struck += failed ? 1 : 0;
    return failed;
  }

  const FaultCounts& counts() const { return counts_; }

 private:
  absl::Status WriteUntilFailure(Store& store) {
    while (attempted_ < kWrites) {
      ++attempted_;
      absl::Status status = RunWrite(store, kSeed, attempted_ - 1);
      if (!status.ok()) return status;
      acknowledged_ = attempted_;
    }
    return absl::OkStatus();
  }

  void ExpectReason(SqliteStore& store, const absl::Status& failure) {
    EXPECT_EQ(ReasonOf(failure), GetParam().reason) << failure;
    EXPECT_EQ(store.WriteHealth().ok(), GetParam().recovers);
    if (GetParam().lasting) {
      EXPECT_EQ(ReasonOf(RunWrite(store, kSeed, attempted_ - 1)),
                GetParam().reason);
    }
  }

  void ExpectAfterHealing(Store& store) {
    const absl::Status status = RunWrite(store, kSeed, attempted_ - 1);
    EXPECT_EQ(status.ok(), GetParam().recovers) << status;
    if (status.ok()) {
      acknowledged_ = attempted_;
    } else {
      EXPECT_EQ(ReasonOf(status), ErrorReason::kStorageUnavailable);
    }
    EXPECT_TRUE(ReadState(store) == States()[acknowledged_]);
  }

  void ExpectReopens(const SqliteOptions& options, const std::string& path) {
    auto opened = SqliteStore::Open(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    // Only a disk that refuses the repair too may keep the failed write.
    const int attempted = GetParam().lasting ? attempted_ : acknowledged_;
    const Found what =
        Classify(ReadState(**opened), States(), acknowledged_, attempted);
    counts_.Add(what);
    EXPECT_EQ(what, Found::kRight);
    EXPECT_TRUE(RunWrite(**opened, kSeed, kWrites).ok());
    opened->reset();
    ExpectSound(path);
  }

  FaultCounts counts_;
  int acknowledged_ = 0;
  int attempted_ = 0;
};

TEST_P(DiskFaultTest, AtEveryOperationOfARun) {
  for (int64_t skip = 0;; ++skip) {
    SCOPED_TRACE(absl::StrCat("skip=", skip));
    if (!RunRound(skip) || HasFailure()) break;
  }
  // The run has many writes and at least one sync each.
  EXPECT_GT(counts().struck, kWrites);
  ReportFaults(GetParam().title, counts());
}

TEST_P(DiskFaultTest, AtEveryOperationOfOpening) {
  for (int64_t skip = 0;; ++skip) {
    SCOPED_TRACE(absl::StrCat("skip=", skip));
    if (!OpenRound(skip) || HasFailure()) break;
  }
  EXPECT_GT(counts().struck, 0);
  ReportFaults(absl::StrCat(GetParam().title, ", on opening"), counts());
}

INSTANTIATE_TEST_SUITE_P(
    Faults, DiskFaultTest,
    testing::Values(
        FaultCase{"FullOnce", "disk full, once", DiskFault::kFull, false,
                  ErrorReason::kStorageFull, true},
        FaultCase{"FullUntilFreed", "disk full, until freed", DiskFault::kFull,
                  true, ErrorReason::kStorageFull, true},
        FaultCase{"WriteErrorOnce", "write error, once", DiskFault::kWriteError,
                  false, ErrorReason::kStorageUnavailable, false},
        FaultCase{"WriteErrorLasting", "write error, lasting",
                  DiskFault::kWriteError, true,
                  ErrorReason::kStorageUnavailable, false},
        FaultCase{"SyncErrorOnce", "failed fsync, once", DiskFault::kSyncError,
                  false, ErrorReason::kStorageUnavailable, false},
        FaultCase{"SyncErrorLasting", "failed fsync, lasting",
                  DiskFault::kSyncError, true, ErrorReason::kStorageUnavailable,
                  false},
        FaultCase{"ReadErrorOnce", "read error, once", DiskFault::kReadError,
                  false, ErrorReason::kStorageUnavailable, true}),
    [](const auto& c) { return std::string(c.param.name); });

}  // namespace
}  // namespace concordat
