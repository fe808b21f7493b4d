// A run of writes whose every state is known, so that after a fault the rows
// say exactly which of them there were.
#ifndef CONCORDAT_TESTS_FAULTS_WORKLOAD_H_
#define CONCORDAT_TESTS_FAULTS_WORKLOAD_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "graph/store.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/faults/fault_table.h"

namespace concordat {

SqliteOptions FaultOptions(const std::string& directory,
                           const std::string& vfs);

// The rows of two spaces.
struct WorkloadState {
  std::map<std::string, std::string> apples;
  std::map<std::string, std::string> pears;

  friend bool operator==(const WorkloadState&, const WorkloadState&) = default;
};

// An error where not all can be read.
absl::StatusOr<WorkloadState> TryReadState(Store& store);
// An error fails the test.
WorkloadState ReadState(Store& store);

// Write `number` of the workload with this seed, applied to `state`: puts,
// replacements and deletions in both spaces, from one row to more than the
// cache holds, and one more in the row that counts the writes.
void ApplyWrite(uint64_t seed, int number, WorkloadState& state);
// The same, to the store. The count is read from there, so that a write that
// is applied twice is counted twice.
absl::Status RunWrite(Store& store, uint64_t seed, int number);

// The states of a run: after no write, after the first, and so on.
std::vector<WorkloadState> StatesOf(uint64_t seed, int writes);

// What `found` is, when the first `acknowledged` writes of the run were
// acknowledged and `attempted` were begun.
Found Classify(const WorkloadState& found,
               const std::vector<WorkloadState>& states, int acknowledged,
               int attempted);

// SQLite's own check of every page of the database.
void ExpectSound(const std::string& directory);

}  // namespace concordat

#endif  // CONCORDAT_TESTS_FAULTS_WORKLOAD_H_
