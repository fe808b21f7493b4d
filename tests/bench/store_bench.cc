// How many rows a second the SQLite store takes and gives, by rows a
// transaction, beside bare SQLite in the same run: a table without any key of
// ours, appended to with the same durability. Files are in TMPDIR.
#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/rows.h"
#include "graph/key.h"
#include "graph/rows.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat {
namespace {

// What a fact takes: four attributes a customer, in key order or in the order
// in which customers happen to come.
struct Row {
  std::string key;
  std::string value;
};

enum class Order { kOfKeys, kScattered };

Row RowAt(uint64_t number, Order order) {
  constexpr const char* kAttributes[] = {"city", "email", "name", "tier"};
  uint64_t customer = number / 4;
  // Multiplying by an odd number permutes the numbers of 64 bits.
  if (order == Order::kScattered) customer *= 0x9e3779b97f4a7c15;
  KeyWriter key;
  key.String("customer")
      .String(absl::StrCat("c-", absl::Hex(customer, absl::kZeroPad16)));
  key.String(kAttributes[number % 4]).Time(absl::InfinitePast());
  key.Number(number / 1000).Short(number % 1000);
  return {key.Take(), std::string(40, static_cast<char>('a' + number % 26))};
}

std::unique_ptr<SqliteStore> OpenStore(const TemporaryDirectory& directory) {
  const std::vector<Space> spaces = rows::AllSpaces();
  SqliteOptions options;
  options.directory = directory.Sub("store");
  options.spaces = spaces;
  absl::StatusOr<std::unique_ptr<SqliteStore>> store =
      SqliteStore::Open(options);
  return store.ok() ? *std::move(store) : nullptr;
}

absl::Status PutRows(Store& store, const std::vector<Row>& rows) {
  return store.Write([&](Transaction& tx) {
    for (const Row& row : rows) {
      absl::Status status = tx.Put(rows::kFacts, row.key, row.value);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  });
}

std::vector<Row> RowsFrom(uint64_t first, int64_t count, Order order) {
  std::vector<Row> rows;
  rows.reserve(count);
  for (int64_t i = 0; i < count; ++i) rows.push_back(RowAt(first + i, order));
  return rows;
}

void Put(benchmark::State& state, Order order) {
  const TemporaryDirectory directory;
  const std::unique_ptr<SqliteStore> store = OpenStore(directory);
  if (store == nullptr) return state.SkipWithError("cannot open the store");
  uint64_t next = 0;
  for ([[maybe_unused]] auto step : state) {
    state.PauseTiming();
    const std::vector<Row> rows = RowsFrom(next, state.range(0), order);
    next += rows.size();
    state.ResumeTiming();
    if (!PutRows(*store, rows).ok()) return state.SkipWithError("Put failed");
  }
  state.SetItemsProcessed(static_cast<int64_t>(next));
}

void PutInOrder(benchmark::State& state) { Put(state, Order::kOfKeys); }
void PutScattered(benchmark::State& state) { Put(state, Order::kScattered); }

// The same rows into a table without a key: what SQLite does at best.
void BareAppend(benchmark::State& state) {
  const TemporaryDirectory directory;
  sqlite3* database = nullptr;
  sqlite3_open(directory.Sub("bare.db").c_str(), &database);
  sqlite3_exec(database,
               "PRAGMA page_size=8192; PRAGMA journal_mode=WAL;"
               "PRAGMA synchronous=FULL; CREATE TABLE bare(key BLOB, value "
               "BLOB)",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO bare VALUES(?1,?2)", -1, &insert,
                     nullptr);
  uint64_t next = 0;
  for ([[maybe_unused]] auto step : state) {
    state.PauseTiming();
    const std::vector<Row> rows =
        RowsFrom(next, state.range(0), Order::kOfKeys);
    next += rows.size();
    state.ResumeTiming();
    sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    for (const Row& row : rows) {
      sqlite3_bind_blob(insert, 1, row.key.data(),
                        static_cast<int>(row.key.size()), SQLITE_STATIC);
      sqlite3_bind_blob(insert, 2, row.value.data(),
                        static_cast<int>(row.value.size()), SQLITE_STATIC);
      sqlite3_step(insert);
      sqlite3_reset(insert);
    }
    if (sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr) !=
        SQLITE_OK) {
      state.SkipWithError("the append failed");
      break;
    }
  }
  state.SetItemsProcessed(static_cast<int64_t>(next));
  sqlite3_finalize(insert);
  sqlite3_close(database);
}

constexpr int64_t kStoredRows = 400'000;

// A store with kStoredRows rows, made once.
SqliteStore* FilledStore() {
  static const TemporaryDirectory directory;
  static const std::unique_ptr<SqliteStore> store = [] {
    std::unique_ptr<SqliteStore> opened = OpenStore(directory);
    for (int64_t first = 0; opened != nullptr && first < kStoredRows;
         first += 10'000) {
      if (!PutRows(*opened, RowsFrom(first, 10'000, Order::kOfKeys)).ok()) {
        opened = nullptr;
      }
    }
    return opened;
  }();
  return store.get();
}

void Get(benchmark::State& state) {
  SqliteStore* const store = FilledStore();
  if (store == nullptr) return state.SkipWithError("cannot fill the store");
  const auto reader = store->Snapshot();
  uint64_t number = 1;
  for ([[maybe_unused]] auto step : state) {
    number = number * 6364136223846793005 + 1442695040888963407;
    const Row row = RowAt((number >> 33) % kStoredRows, Order::kOfKeys);
    const auto value = (*reader)->Get(rows::kFacts, row.key);
    if (!value.ok() || !value->has_value()) {
      return state.SkipWithError("a row is missing");
    }
  }
  state.SetItemsProcessed(state.iterations());
}

// All rows of a customer: what judging its first claim reads.
void ScanEntity(benchmark::State& state) {
  SqliteStore* const store = FilledStore();
  if (store == nullptr) return state.SkipWithError("cannot fill the store");
  const auto reader = store->Snapshot();
  uint64_t number = 1;
  int64_t visited = 0;
  for ([[maybe_unused]] auto step : state) {
    number = number * 6364136223846793005 + 1442695040888963407;
    KeyWriter prefix;
    prefix.String("customer")
        .String(absl::StrCat("c-", absl::Hex((number >> 33) % (kStoredRows / 4),
                                             absl::kZeroPad16)));
    const absl::Status status = (*reader)->Scan(
        rows::kFacts, prefix.bytes(), PrefixEnd(prefix.bytes()),
        [&](absl::string_view, absl::string_view) { return ++visited > 0; });
    if (!status.ok()) return state.SkipWithError("Scan failed");
  }
  if (visited != 4 * static_cast<int64_t>(state.iterations())) {
    return state.SkipWithError("a row is missing");
  }
  state.SetItemsProcessed(visited);
}

void ScanAll(benchmark::State& state) {
  SqliteStore* const store = FilledStore();
  if (store == nullptr) return state.SkipWithError("cannot fill the store");
  const auto reader = store->Snapshot();
  int64_t visited = 0;
  for ([[maybe_unused]] auto step : state) {
    const absl::Status status = (*reader)->Scan(
        rows::kFacts, "", "",
        [&](absl::string_view, absl::string_view) { return ++visited > 0; });
    if (!status.ok()) return state.SkipWithError("Scan failed");
  }
  state.SetItemsProcessed(visited);
}

// By wall clock: a commit waits for the disk.
BENCHMARK(BareAppend)->Arg(1)->Arg(100)->Arg(1'000)->Arg(10'000)->UseRealTime();
BENCHMARK(PutInOrder)->Arg(1)->Arg(100)->Arg(1'000)->Arg(10'000)->UseRealTime();
BENCHMARK(PutScattered)->Arg(1'000)->UseRealTime();
BENCHMARK(Get);
BENCHMARK(ScanEntity);
BENCHMARK(ScanAll);

}  // namespace
}  // namespace concordat

BENCHMARK_MAIN();
