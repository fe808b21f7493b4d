// Writes and snapshots side by side: what each may see of the other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
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

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::Pair;

using namespace std::string_literals;

class StoreIsolationTest : public StoreTest {};
CONCORDAT_ON_EVERY_BACKEND(StoreIsolationTest);

// Snapshots.

TEST_P(StoreIsolationTest, TwoSnapshotsOfOneStateAreAlike) {
  Put(kApples, {{"a", "1"}, {"b", "2"}});
  const std::unique_ptr<Reader> first = Snapshot();
  const std::unique_ptr<Reader> second = Snapshot();
  EXPECT_EQ(ScanRows(*first, kApples), ScanRows(*second, kApples));
}

TEST_P(StoreIsolationTest, ASnapshotAfterACommitSeesAllOfIt) {
  Rows rows;
  for (int i = 0; i < 50; ++i) rows.emplace_back(absl::StrCat(100 + i), "v");
  PutNow(kApples, rows);
  const std::unique_ptr<Reader> reader = Snapshot();
  EXPECT_EQ(ScanRows(*reader, kApples), rows);
}

TEST_P(StoreIsolationTest, ASnapshotSeesOldValuesAsLongAsItLives) {
  Put(kApples, {{"a", "old"}});
  std::unique_ptr<Reader> reader = Snapshot();
  for (int i = 0; i < 10; ++i) {
    PutNow(kApples, {{"a", absl::StrCat("new", i)}});
    EXPECT_THAT(GetRow(*reader, kApples, "a"), Optional("old"s));
  }
  reader = Snapshot();
  EXPECT_THAT(GetRow(*reader, kApples, "a"), Optional("new9"s));
}

TEST_P(StoreIsolationTest, ASnapshotKeepsRowsThatWereAllDeleted) {
  Rows rows;
  for (int i = 0; i < 500; ++i) {
    rows.emplace_back(absl::StrCat(1000 + i), std::string(200, 'v'));
  }
  Put(kApples, rows);
  const std::unique_ptr<Reader> reader = Snapshot();
  for (size_t begin = 0; begin < rows.size(); begin += 50) {
    const absl::Status status = store().Write([&](Transaction& transaction) {
      for (size_t i = begin; i < begin + 50; ++i) {
        CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kApples, rows[i].first));
      }
      return absl::OkStatus();
    });
    ASSERT_TRUE(status.ok()) << status;
  }
  EXPECT_TRUE(ScanRows(*reader, kApples) == rows);
  EXPECT_THAT(ScanRows(store(), kApples), IsEmpty());
}

TEST_P(StoreIsolationTest, AnOldSnapshotAndManyCommits) {
  Put(kApples, {{"n", "0"}});
  const std::unique_ptr<Reader> old = Snapshot();
  for (int i = 1; i <= 150; ++i) PutNow(kApples, {{"n", absl::StrCat(i)}});
  EXPECT_THAT(GetRow(*old, kApples, "n"), Optional("0"s));
  EXPECT_THAT(GetRow(store(), kApples, "n"), Optional("150"s));
}

TEST_P(StoreIsolationTest, ARowOfSnapshotsIsARowOfStates) {
  std::deque<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < 40; ++i) {
    PutNow(kApples, {{"n", absl::StrCat(i)}});
    readers.push_back(Snapshot());
    if (readers.size() > 10) readers.pop_front();
    int expected = i - static_cast<int>(readers.size()) + 1;
    for (const auto& reader : readers) {
      EXPECT_THAT(GetRow(*reader, kApples, "n"),
                  Optional(absl::StrCat(expected++)));
    }
  }
}

TEST_P(StoreIsolationTest, SnapshotsGoInAnyOrder) {
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < 6; ++i) {
    PutNow(kApples, {{"n", absl::StrCat(i)}});
    readers.push_back(Snapshot());
  }
  for (const int gone : {2, 0, 5, 3}) {
    readers[static_cast<size_t>(gone)].reset();
    PutNow(kPears, {{"p", absl::StrCat(gone)}});
  }
  EXPECT_THAT(GetRow(*readers[1], kApples, "n"), Optional("1"s));
  EXPECT_THAT(GetRow(*readers[4], kApples, "n"), Optional("4"s));
}

TEST_P(StoreIsolationTest, AScanIsOneStateThoughItsVisitorWrites) {
  Put(kApples, {{"a", "1"}, {"b", "1"}, {"c", "1"}});
  const std::unique_ptr<Reader> reader = Snapshot();
  Rows seen;
  const absl::Status status = reader->Scan(
      kApples, "", "", [&](absl::string_view key, absl::string_view value) {
        seen.emplace_back(std::string(key), std::string(value));
        PutNow(kApples, {{"b", "2"}, {"c", "2"}, {"d", "2"}});
        return true;
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(seen,
              ElementsAre(Pair("a", "1"), Pair("b", "1"), Pair("c", "1")));
}

TEST_P(StoreIsolationTest, AScanSeesNothingOfARunningWrite) {
  Put(kApples, {{"a", "1"}});
  Commit([&](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "b", "2"));
    CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kApples, "a"));
    EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("a", "1")));
    return absl::OkStatus();
  });
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("b", "2")));
}

TEST_P(StoreIsolationTest, ASnapshotTakenInAWriteStaysAsItWas) {
  Put(kApples, {{"a", "1"}});
  std::unique_ptr<Reader> reader;
  const absl::Status status = store().Write([&](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "a", "2"));
    reader = Snapshot();
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(GetRow(*reader, kApples, "a"), Optional("1"s));
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("2"s));
}

// Transactions.

TEST_P(StoreIsolationTest, ATransactionStartsFromTheLastCommit) {
  for (int i = 0; i < 10; ++i) {
    Commit([&](Transaction& transaction) {
      const std::optional<std::string> before =
          GetRow(transaction, kApples, "n");
      EXPECT_EQ(before.value_or("none"), i == 0 ? "none" : absl::StrCat(i - 1));
      return transaction.Put(kApples, "n", absl::StrCat(i));
    });
  }
}

TEST_P(StoreIsolationTest, ATransactionSeesItsLastPut) {
  Commit([](Transaction& transaction) {
    for (int i = 0; i < 20; ++i) {
      CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "k", absl::StrCat(i)));
      EXPECT_THAT(GetRow(transaction, kApples, "k"), Optional(absl::StrCat(i)));
    }
    return absl::OkStatus();
  });
}

TEST_P(StoreIsolationTest, ADeleteThenAPutLeavesThePut) {
  Put(kApples, {{"a", "1"}});
  Commit([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kApples, "a"));
    return transaction.Put(kApples, "a", "2");
  });
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("a", "2")));
}

TEST_P(StoreIsolationTest, APutThenADeleteLeavesNothing) {
  Commit([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "a", "1"));
    return transaction.Delete(kApples, "a");
  });
  EXPECT_THAT(ScanRows(store(), kApples), IsEmpty());
}

TEST_P(StoreIsolationTest, ALargeTransactionSeesItself) {
  Commit([](Transaction& transaction) {
    for (int i = 0; i < 1500; ++i) {
      CONCORDAT_RETURN_IF_ERROR(transaction.Put(
          kApples, absl::StrCat(10'000 + i), std::string(500, 'v')));
    }
    EXPECT_EQ(ScanRows(transaction, kApples).size(), 1500u);
    EXPECT_TRUE(GetRow(transaction, kApples, "10777").has_value());
    return absl::OkStatus();
  });
  EXPECT_EQ(ScanRows(store(), kApples).size(), 1500u);
}

TEST_P(StoreIsolationTest, RowsOfAFailedWriteAreNotInTheNextOne) {
  Abandon([](Transaction& transaction) {
    return transaction.Put(kApples, "lost", "1");
  });
  Commit([](Transaction& transaction) {
    EXPECT_EQ(GetRow(transaction, kApples, "lost"), std::nullopt);
    EXPECT_THAT(ScanRows(transaction, kApples), IsEmpty());
    return absl::OkStatus();
  });
}

TEST_P(StoreIsolationTest, AFailedReplacementKeepsTheValue) {
  Put(kApples, {{"a", "kept"}});
  Abandon([](Transaction& transaction) {
    return transaction.Put(kApples, "a", "lost");
  });
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("kept"s));
}

TEST_P(StoreIsolationTest, AFailedDeleteKeepsTheRow) {
  Put(kApples, {{"a", "kept"}, {"b", "kept too"}});
  Abandon([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kApples, "a"));
    return transaction.Delete(kApples, "b");
  });
  EXPECT_EQ(ScanRows(store(), kApples).size(), 2u);
}

TEST_P(StoreIsolationTest, GoodAndFailedWritesInTurn) {
  for (int i = 0; i < 30; ++i) {
    const auto put = [&](Transaction& transaction) {
      return transaction.Put(kApples, absl::StrCat(100 + i), "v");
    };
    if (i % 3 == 0) {
      Abandon(put);
    } else {
      Commit(put);
    }
  }
  const Rows rows = ScanRows(store(), kApples);
  EXPECT_EQ(rows.size(), 20u);
  for (const auto& row : rows) {
    int number = 0;
    EXPECT_TRUE(absl::SimpleAtoi(row.first, &number));
    EXPECT_NE((number - 100) % 3, 0);
  }
}

TEST_P(StoreIsolationTest, EveryCommitOfManyIsWhole) {
  for (int i = 0; i < 25; ++i) {
    Put(kApples, {{absl::StrCat("a", 100 + i), "v"},
                  {absl::StrCat("b", 100 + i), "v"},
                  {absl::StrCat("c", 100 + i), "v"}});
    EXPECT_EQ(ScanRows(store(), kApples).size(), 3u * (i + 1));
  }
}

// Threads.

TEST_P(StoreIsolationTest, ReadersDoNotWaitForARunningWrite) {
  Put(kApples, {{"a", "1"}});
  const absl::Status status = store().Write([&](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "a", "2"));
    // Would never end if a reader waited for the writer.
    std::thread([&] {
      EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("1"s));
    }).join();
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(StoreIsolationTest, WritersDoNotWaitForAReader) {
  Put(kApples, {{"a", "1"}});
  const std::unique_ptr<Reader> reader = Snapshot();
  const absl::Status status =
      reader->Scan(kApples, "", "", [&](absl::string_view, absl::string_view) {
        std::thread([&] { PutNow(kApples, {{"a", "2"}}); }).join();
        return true;
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(GetRow(*reader, kApples, "a"), Optional("1"s));
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("2"s));
}

TEST_P(StoreIsolationTest, FailuresOfOneWriterDoNotTouchAnother) {
  constexpr int kWrites = 100;
  std::thread failing([&] {
    for (int i = 0; i < kWrites; ++i) {
      const absl::Status status =
          store().Write([&](Transaction& transaction) -> absl::Status {
            CONCORDAT_RETURN_IF_ERROR(
                transaction.Put(kApples, absl::StrCat("bad", i), "v"));
            return absl::AbortedError("no");
          });
      EXPECT_TRUE(absl::IsAborted(status)) << status;
    }
  });
  for (int i = 0; i < kWrites; ++i) {
    PutNow(kApples, {{absl::StrCat("good", i), "v"}});
  }
  failing.join();
  EXPECT_EQ(ScanRows(store(), kApples, "good", "gooe").size(), 100u);
  EXPECT_THAT(ScanRows(store(), kApples, "bad", "bae"), IsEmpty());
}

TEST_P(StoreIsolationTest, SnapshotsOfManyThreadsNeverGoBack) {
  constexpr int kCommits = 200;
  PutNow(kApples, {{"n", "0"}});
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      while (!done) {
        int now = 0;
        EXPECT_TRUE(absl::SimpleAtoi(*GetRow(store(), kApples, "n"), &now));
        EXPECT_GE(now, last);
        last = now;
      }
    });
  }
  for (int i = 1; i <= kCommits; ++i) {
    PutNow(kApples, {{"n", absl::StrCat(i)}});
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_THAT(GetRow(store(), kApples, "n"), Optional(absl::StrCat(kCommits)));
}

}  // namespace
}  // namespace concordat
