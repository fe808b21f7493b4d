// Threads: batches stay whole, writers take turns. Bounded by counts, not by
// time; built with ThreadSanitizer these also look for races.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "graph/store.h"
#include "tests/conformance/backends.h"
#include "tests/conformance/rows.h"

namespace concordat {
namespace {

using testing::Optional;

class StoreConcurrencyTest : public StoreTest {};
CONCORDAT_ON_EVERY_BACKEND(StoreConcurrencyTest);

constexpr int kBatchRows = 20;

absl::Status PutBatch(Store& store, int number) {
  return store.Write([number](Transaction& transaction) {
    const std::string value = absl::StrCat(number);
    for (int row = 0; row < kBatchRows; ++row) {
      CONCORDAT_RETURN_IF_ERROR(transaction.Put(
          row % 2 == 0 ? kApples : kPears, absl::StrCat(100 + row), value));
    }
    return absl::OkStatus();
  });
}

// The number that all rows of a state agree on, -1 where they do not.
int BatchOf(const Reader& reader) {
  Rows rows = ScanRows(reader, kApples);
  const Rows pears = ScanRows(reader, kPears);
  rows.insert(rows.end(), pears.begin(), pears.end());
  if (rows.size() != kBatchRows) return -1;
  int number = -1;
  for (const auto& row : rows) {
    if (row.second != rows.front().second) return -1;
  }
  return absl::SimpleAtoi(rows.front().second, &number) ? number : -1;
}

TEST_P(StoreConcurrencyTest, ReadersNeverSeeHalfABatch) {
  constexpr int kBatches = 300;
  constexpr int kReaders = 4;
  ASSERT_TRUE(PutBatch(store(), 0).ok());
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::atomic<int> backwards = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < kReaders; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      bool finished = false;
      while (!finished) {
        finished = done;
        auto reader = store().Snapshot();
        if (!reader.ok()) {
          ADD_FAILURE() << reader.status();
          return;
        }
        const int number = BatchOf(**reader);
        if (number < 0) ++torn;
        if (number < last) ++backwards;
        last = number;
        // The state may not move under a reader either.
        if (BatchOf(**reader) != number) ++torn;
      }
      EXPECT_EQ(last, kBatches);
    });
  }
  for (int number = 1; number <= kBatches; ++number) {
    const absl::Status status = PutBatch(store(), number);
    EXPECT_TRUE(status.ok()) << status;
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(backwards, 0);
}

TEST_P(StoreConcurrencyTest, WritersTakeTurns) {
  constexpr int kWriters = 4;
  constexpr int kIncrements = 100;
  ASSERT_TRUE(PutRows(store(), kApples, {{"counter", "0"}}).ok());
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      for (int step = 0; step < kIncrements; ++step) {
        const absl::Status status = store().Write([](Transaction& rows) {
          int counter = 0;
          EXPECT_TRUE(
              absl::SimpleAtoi(*GetRow(rows, kApples, "counter"), &counter));
          return rows.Put(kApples, "counter", absl::StrCat(counter + 1));
        });
        EXPECT_TRUE(status.ok()) << status;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  Step();
  EXPECT_THAT(GetRow(store(), kApples, "counter"),
              Optional(absl::StrCat(kWriters * kIncrements)));
}

TEST_P(StoreConcurrencyTest, AReaderMovesBetweenThreads) {
  ASSERT_TRUE(PutBatch(store(), 7).ok());
  std::unique_ptr<Reader> reader = Snapshot();
  for (int i = 0; i < 3; ++i) {
    std::thread([&] { EXPECT_EQ(BatchOf(*reader), 7); }).join();
  }
  std::thread([&] { reader.reset(); }).join();
  EXPECT_TRUE(PutBatch(store(), 8).ok());
}

}  // namespace
}  // namespace concordat
