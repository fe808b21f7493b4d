// A write is all or nothing, and sees itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

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

class StoreTransactionTest : public StoreTest {};
CONCORDAT_ON_EVERY_BACKEND(StoreTransactionTest);

TEST_P(StoreTransactionTest, SeesItsOwnPuts) {
  Put(kApples, {{"a", "old"}});
  const absl::Status status = store().Write([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "a", "new"));
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "b", "2"));
    EXPECT_THAT(GetRow(transaction, kApples, "a"), Optional("new"s));
    EXPECT_THAT(ScanRows(transaction, kApples),
                ElementsAre(Pair("a", "new"), Pair("b", "2")));
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(StoreTransactionTest, SeesItsOwnDeletes) {
  Put(kApples, {{"a", "1"}, {"b", "2"}});
  const absl::Status status = store().Write([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kApples, "a"));
    EXPECT_EQ(GetRow(transaction, kApples, "a"), std::nullopt);
    EXPECT_THAT(ScanRows(transaction, kApples), ElementsAre(Pair("b", "2")));
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "a", "3"));
    EXPECT_THAT(GetRow(transaction, kApples, "a"), Optional("3"s));
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  Step();
  EXPECT_THAT(ScanRows(store(), kApples),
              ElementsAre(Pair("a", "3"), Pair("b", "2")));
}

TEST_P(StoreTransactionTest, SeesWhatWasThereBefore) {
  Put(kApples, {{"a", "1"}});
  const absl::Status status = store().Write([](Transaction& transaction) {
    EXPECT_THAT(GetRow(transaction, kApples, "a"), Optional("1"s));
    EXPECT_EQ(GetRow(transaction, kPears, "a"), std::nullopt);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(StoreTransactionTest, WritesSeveralSpacesTogether) {
  const absl::Status status = store().Write([](Transaction& transaction) {
    for (const Space& space : kTestSpaces) {
      CONCORDAT_RETURN_IF_ERROR(transaction.Put(space, "k", space.name));
    }
    return absl::OkStatus();
  });
  ASSERT_TRUE(status.ok()) << status;
  Step();
  for (const Space& space : kTestSpaces) {
    EXPECT_THAT(GetRow(store(), space, "k"), Optional(std::string(space.name)));
  }
}

TEST_P(StoreTransactionTest, EmptyWriteIsOk) {
  const absl::Status status =
      store().Write([](Transaction&) { return absl::OkStatus(); });
  EXPECT_TRUE(status.ok()) << status;
  Step();
  EXPECT_THAT(ScanRows(store(), kApples), IsEmpty());
}

TEST_P(StoreTransactionTest, ReturnsTheErrorOfTheWork) {
  const absl::Status status = store().Write(
      [](Transaction&) { return absl::FailedPreconditionError("mine"); });
  EXPECT_EQ(status, absl::FailedPreconditionError("mine"));
}

TEST_P(StoreTransactionTest, FailedFirstWriteLeavesNothing) {
  const absl::Status status = store().Write([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "a", "1"));
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kPears, "b", "2"));
    return absl::AbortedError("no");
  });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  Step();
  EXPECT_THAT(ScanRows(store(), kApples), IsEmpty());
  EXPECT_THAT(ScanRows(store(), kPears), IsEmpty());
}

TEST_P(StoreTransactionTest, FailedWriteRestoresDeletedAndReplacedRows) {
  Put(kApples, {{"deleted", "1"}, {"replaced", "2"}, {"untouched", "3"}});
  const absl::Status status = store().Write([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kApples, "deleted"));
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "replaced", "new"));
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "added", "4"));
    CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kApples, "added"));
    return absl::AbortedError("no");
  });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  Step();
  EXPECT_THAT(ScanRows(store(), kApples),
              ElementsAre(Pair("deleted", "1"), Pair("replaced", "2"),
                          Pair("untouched", "3")));
}

TEST_P(StoreTransactionTest, GoodWriteAfterAFailedOne) {
  const absl::Status failed = store().Write([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "a", "lost"));
    return absl::AbortedError("no");
  });
  EXPECT_TRUE(absl::IsAborted(failed)) << failed;
  Put(kApples, {{"b", "kept"}});
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("b", "kept")));
}

TEST_P(StoreTransactionTest, FailureInTheMiddleOfAScan) {
  Put(kApples, {{"a", "1"}, {"b", "2"}, {"c", "3"}});
  const absl::Status failed = store().Write([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "d", "4"));
    CONCORDAT_RETURN_IF_ERROR(transaction.Scan(
        kApples, "", "",
        [](absl::string_view, absl::string_view) { return false; }));
    return absl::AbortedError("no");
  });
  EXPECT_TRUE(absl::IsAborted(failed)) << failed;
  Put(kApples, {{"e", "5"}});
  EXPECT_EQ(ScanRows(store(), kApples).size(), 4u);
}

TEST_P(StoreTransactionTest, LargeFailedWriteLeavesNothing) {
  Put(kApples, {{"kept", "1"}});
  // More than an engine is likely to hold back in memory.
  const std::string value(1000, 'v');
  const absl::Status failed = store().Write([&](Transaction& transaction) {
    for (int i = 0; i < 3000; ++i) {
      CONCORDAT_RETURN_IF_ERROR(
          transaction.Put(kApples, absl::StrCat("row", i), value));
    }
    return absl::AbortedError("no");
  });
  EXPECT_TRUE(absl::IsAborted(failed)) << failed;
  Step();
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("kept", "1")));
}

TEST_P(StoreTransactionTest, ManySmallWrites) {
  for (int i = 0; i < 50; ++i) {
    Put(kApples, {{"last", absl::StrCat(i)}, {absl::StrCat("k", i), "v"}});
  }
  EXPECT_EQ(ScanRows(store(), kApples, "k", "l").size(), 50u);
  EXPECT_THAT(GetRow(store(), kApples, "last"), Optional("49"s));
}

TEST_P(StoreTransactionTest, AcknowledgedRowsSurviveReopening) {
  if (!GetParam().durable) GTEST_SKIP() << "keeps nothing by design";
  Put(kApples, {{"a", "1"}, {"b", "2"}});
  Delete(kApples, "a");
  Put(kPears, {{"p", std::string(100'000, 'p')}});
  Reopen();
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("b", "2")));
  EXPECT_TRUE(GetRow(store(), kPears, "p") == std::string(100'000, 'p'));
  Reopen();
  Put(kApples, {{"c", "3"}});
  Reopen();
  EXPECT_THAT(ScanRows(store(), kApples),
              ElementsAre(Pair("b", "2"), Pair("c", "3")));
}

TEST_P(StoreTransactionTest, FailedRowsStayAwayAfterReopening) {
  if (!GetParam().durable) GTEST_SKIP() << "keeps nothing by design";
  Put(kApples, {{"a", "1"}});
  const absl::Status failed = store().Write([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "b", "2"));
    return absl::AbortedError("no");
  });
  EXPECT_TRUE(absl::IsAborted(failed)) << failed;
  Reopen();
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("a", "1")));
}

}  // namespace
}  // namespace concordat
