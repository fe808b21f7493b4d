#include "tests/faults/workload.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "graph/status_macros.h"
#include "tests/conformance/rows.h"

namespace concordat {
namespace {

// Sorts after the other keys, which are numbers.
constexpr char kCount[] = "count";

int CountOf(const WorkloadState& state) {
  const auto row = state.pears.find(kCount);
  int count = 0;
  if (row == state.pears.end() || !absl::SimpleAtoi(row->second, &count)) {
    return 0;
  }
  return count;
}

// The changes of a write, in order; nullopt deletes the row.
absl::Status ForEachChange(
    uint64_t seed, int number,
    absl::FunctionRef<absl::Status(Space, const std::string& key,
                                   const std::optional<std::string>& value)>
        change) {
  std::mt19937_64 random(seed * 1000 + static_cast<uint64_t>(number));
  const uint64_t rows = Below(random, 6) == 0 ? 60 : 1 + Below(random, 6);
  for (uint64_t row = 0; row < rows; ++row) {
    const Space space = Below(random, 2) == 0 ? kApples : kPears;
    const std::string key = absl::StrCat(Below(random, 80));
    if (Below(random, 4) == 0) {
      CONCORDAT_RETURN_IF_ERROR(change(space, key, std::nullopt));
      continue;
    }
    std::string value(Below(random, 3000),
                      static_cast<char>('a' + Below(random, 26)));
    absl::StrAppend(&value, number);
    CONCORDAT_RETURN_IF_ERROR(change(space, key, std::move(value)));
  }
  return absl::OkStatus();
}

absl::Status ReadSpace(const Reader& reader, Space space,
                       std::map<std::string, std::string>& rows) {
  return reader.Scan(space, "", "",
                     [&](absl::string_view key, absl::string_view value) {
                       rows[std::string(key)] = std::string(value);
                       return true;
                     });
}

}  // namespace

SqliteOptions FaultOptions(const std::string& directory,
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

absl::StatusOr<WorkloadState> TryReadState(Store& store) {
  CONCORDAT_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader,
                             store.Snapshot());
  WorkloadState state;
  CONCORDAT_RETURN_IF_ERROR(ReadSpace(*reader, kApples, state.apples));
  CONCORDAT_RETURN_IF_ERROR(ReadSpace(*reader, kPears, state.pears));
  return state;
}

WorkloadState ReadState(Store& store) {
  absl::StatusOr<WorkloadState> state = TryReadState(store);
  EXPECT_TRUE(state.ok()) << state.status();
  return state.ok() ? *std::move(state) : WorkloadState();
}

void ApplyWrite(uint64_t seed, int number, WorkloadState& state) {
  const absl::Status status = ForEachChange(
      seed, number,
      [&](Space space, const std::string& key,
          const std::optional<std::string>& value) {
        auto& rows = space.id == kApples.id ? state.apples : state.pears;
        if (value.has_value()) {
          rows[key] = *value;
        } else {
          rows.erase(key);
        }
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  state.pears[kCount] = absl::StrCat(CountOf(state) + 1);
}

absl::Status RunWrite(Store& store, uint64_t seed, int number) {
  return store.Write([&](Transaction& transaction) -> absl::Status {
    CONCORDAT_RETURN_IF_ERROR(ForEachChange(
        seed, number,
        [&](Space space, const std::string& key,
            const std::optional<std::string>& value) {
          return value.has_value() ? transaction.Put(space, key, *value)
                                   : transaction.Delete(space, key);
        }));
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                               transaction.Get(kPears, kCount));
    int count = 0;
    if (row.has_value() && !absl::SimpleAtoi(*row, &count)) {
      return absl::InternalError("the count is no number");
    }
    return transaction.Put(kPears, kCount, absl::StrCat(count + 1));
  });
}

std::vector<WorkloadState> StatesOf(uint64_t seed, int writes) {
  std::vector<WorkloadState> states(1);
  for (int number = 0; number < writes; ++number) {
    WorkloadState next = states.back();
    ApplyWrite(seed, number, next);
    states.push_back(std::move(next));
  }
  return states;
}

Found Classify(const WorkloadState& found,
               const std::vector<WorkloadState>& states, int acknowledged,
               int attempted) {
  const int count = CountOf(found);
  if (count > attempted) return Found::kDoubled;
  if (!(found == states[static_cast<size_t>(count)])) return Found::kHalf;
  return count < acknowledged ? Found::kLost : Found::kRight;
}

void ExpectSound(const std::string& directory) {
  SQLite::Database database(directory + "/concordat.db",
                            SQLite::OPEN_READWRITE);
  EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
}

}  // namespace concordat
