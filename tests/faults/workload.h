// A run of writes whose every state is known, so that after a fault the rows
// say exactly how many of them there were.
#ifndef CONCORDAT_TESTS_FAULTS_WORKLOAD_H_
#define CONCORDAT_TESTS_FAULTS_WORKLOAD_H_

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "graph/store.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat {

inline SqliteOptions FaultOptions(const std::string& directory,
                                  const std::string& vfs) {
  SqliteOptions options;
  options.directory = directory;
  options.spaces = kTestSpaces;
  // Small, so that pages spill into the log within a write, and the log is
  // folded into the database every few writes.
  options.writer_cache_bytes = 64 << 10;
  options.reader_cache_bytes = 64 << 10;
  options.checkpoint_bytes = 128 << 10;
  options.vfs = vfs;
  return options;
}

// The rows of two spaces.
struct WorkloadState {
  std::map<std::string, std::string> apples;
  std::map<std::string, std::string> pears;

  friend bool operator==(const WorkloadState&, const WorkloadState&) = default;
};

inline WorkloadState ReadState(Store& store) {
  WorkloadState state;
  for (auto& [key, value] : ScanRows(store, kApples)) state.apples[key] = value;
  for (auto& [key, value] : ScanRows(store, kPears)) state.pears[key] = value;
  return state;
}

// Write `number` of the workload with this seed: puts, replacements and
// deletions in both spaces, from one row to more than the cache holds. Applied
// to the transaction if there is one, and to `state`.
inline absl::Status ApplyWrite(uint64_t seed, int number,
                               Transaction* transaction, WorkloadState& state) {
  std::mt19937_64 random(seed * 1000 + static_cast<uint64_t>(number));
  const uint64_t rows = Below(random, 4) == 0 ? 60 : 1 + Below(random, 8);
  for (uint64_t row = 0; row < rows; ++row) {
    const bool apple = Below(random, 2) == 0;
    auto& model = apple ? state.apples : state.pears;
    const Space space = apple ? kApples : kPears;
    const std::string key = absl::StrCat(Below(random, 80));
    if (Below(random, 4) == 0) {
      model.erase(key);
      if (transaction != nullptr) {
        CONCORDAT_RETURN_IF_ERROR(transaction->Delete(space, key));
      }
      continue;
    }
    std::string value(Below(random, 3000),
                      static_cast<char>('a' + Below(random, 26)));
    absl::StrAppend(&value, number);
    if (transaction != nullptr) {
      CONCORDAT_RETURN_IF_ERROR(transaction->Put(space, key, value));
    }
    model[key] = std::move(value);
  }
  return absl::OkStatus();
}

inline absl::Status RunWrite(Store& store, uint64_t seed, int number) {
  WorkloadState ignored;
  return store.Write([&](Transaction& transaction) {
    return ApplyWrite(seed, number, &transaction, ignored);
  });
}

// SQLite's own check of every page, and that nothing else is in the file.
inline void ExpectSound(const std::string& directory) {
  SQLite::Database database(directory + "/concordat.db",
                            SQLite::OPEN_READWRITE);
  EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
}

}  // namespace concordat

#endif  // CONCORDAT_TESTS_FAULTS_WORKLOAD_H_
