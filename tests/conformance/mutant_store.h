// Stores that are wrong, each in one way, to see that the suite notices.
#ifndef CONCORDAT_TESTS_CONFORMANCE_MUTANT_STORE_H_
#define CONCORDAT_TESTS_CONFORMANCE_MUTANT_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "graph/memory_store.h"
#include "graph/mutex.h"
#include "graph/store.h"

namespace concordat {

enum class Defect {
  kNone,  // Not a mutant: the control, which the suite must pass.
  // Writing.
  kLosesAPutInEveryFifthCommit,
  kLosesTheLastPutOfALargeCommit,
  kIgnoresDeletes,
  kDeleteTakesTheNextRowToo,
  kDeleteOfNothingFails,
  kPutKeepsTheOldValue,
  kLosesAPutAfterADelete,
  kIgnoresTheEmptyKey,
  kWritesOneSpaceOnly,
  // Bytes.
  kEmptyValueIsAbsent,
  kCutsKeysAtNul,
  kCutsValuesAtNul,
  kCutsLongKeys,
  kCutsLongValues,
  kFoldsCase,
  kMixesSpaces,
  kGetTakesAPrefix,
  // Scanning.
  kScanSkipsItsBegin,
  kScanIncludesItsEnd,
  kScanDropsTheLastRow,
  kScanGoesBackwards,
  kScanOrdersBytesAsSigned,
  kScanToTheEndFindsNothing,
  kScanDoesNotStop,
  kScanStopsAfterManyRows,
  kScanTurnsBoundsRound,
  // Isolation.
  kSnapshotSeesLaterCommits,
  kSnapshotIsOneCommitOld,
  kOldSnapshotsMoveOn,
  kSnapshotIsFixedByItsFirstRead,
  kSnapshotSeesARunningWrite,
  kOwnPutsAreInvisible,
  kScanMissesOwnWrites,
  // Atomicity.
  kFailedWorkIsCommitted,
  kFailedDeletesStay,
  kSwallowsTheErrorOfTheWork,
  kReplacesTheErrorOfTheWork,
  kCommitsInTwoHalves,
  kWritersDoNotTakeTurns,
};

struct DefectName {
  Defect defect;
  const char* name;
};
absl::Span<const DefectName> AllDefects();
std::optional<Defect> FindDefect(absl::string_view name);

// A MemoryStore with a defect. Thread-safe where the defect is not that it is
// not.
class MutantStore final : public Store {
 public:
  explicit MutantStore(Defect defect) : defect_(defect) {}

  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override;
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override;
  absl::string_view engine() const override { return "mutant"; }

  // A change that a transaction made.
  struct Change {
    Space space;
    std::string key;
    std::optional<std::string> value;  // nullopt deletes.
  };

 private:
  absl::Status Apply(absl::Span<const Change> changes);
  absl::Status WriteWithoutTurns(
      absl::FunctionRef<absl::Status(Transaction&)> work);

  const Defect defect_;
  MemoryStore rows_;
  // Writers hold it for the length of their work.
  Mutex turn_ ABSL_ACQUIRED_BEFORE(mutex_);
  Mutex mutex_;
  int64_t commits_ ABSL_GUARDED_BY(mutex_) = 0;
  // The state before the last commit.
  std::shared_ptr<const Reader> before_ ABSL_GUARDED_BY(mutex_);
  // What a running write has changed so far.
  std::vector<Change> running_ ABSL_GUARDED_BY(mutex_);

  friend class MutantReader;
};

}  // namespace concordat

#endif  // CONCORDAT_TESTS_CONFORMANCE_MUTANT_STORE_H_
