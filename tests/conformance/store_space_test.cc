// Spaces, limits and errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

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

class StoreSpaceTest : public StoreTest {};
CONCORDAT_ON_EVERY_BACKEND(StoreSpaceTest);

TEST_P(StoreSpaceTest, HoldTheSameKeyWithDifferentValues) {
  for (const Space& space : kTestSpaces) Put(space, {{"k", space.name}});
  for (const Space& space : kTestSpaces) {
    EXPECT_THAT(GetRow(store(), space, "k"), Optional(std::string(space.name)));
  }
}

TEST_P(StoreSpaceTest, ADeleteLeavesTheOthers) {
  for (const Space& space : kTestSpaces) Put(space, {{"k", space.name}});
  Delete(kPears, "k");
  EXPECT_EQ(GetRow(store(), kPears, "k"), std::nullopt);
  EXPECT_TRUE(GetRow(store(), kApples, "k").has_value());
  EXPECT_TRUE(GetRow(store(), kLast, "k").has_value());
}

TEST_P(StoreSpaceTest, AScanStaysInItsSpace) {
  Put(kApples, {{"z", "1"}});
  Put(kPears, {{"a", "2"}});
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("z", "1")));
  EXPECT_THAT(ScanRows(store(), kPears), ElementsAre(Pair("a", "2")));
  EXPECT_THAT(ScanRows(store(), kLast), IsEmpty());
}

TEST_P(StoreSpaceTest, TheOneWithTheHighestIdIsLikeTheOthers) {
  Put(kLast, {{"a", "1"}, {"b", "2"}});
  Delete(kLast, "a");
  EXPECT_THAT(ScanRows(store(), kLast), ElementsAre(Pair("b", "2")));
}

TEST_P(StoreSpaceTest, AreWrittenTogetherOrNotAtAll) {
  Abandon([](Transaction& transaction) {
    for (const Space& space : kTestSpaces) {
      CONCORDAT_RETURN_IF_ERROR(transaction.Put(space, "k", "v"));
    }
    return absl::OkStatus();
  });
  for (const Space& space : kTestSpaces) {
    EXPECT_THAT(ScanRows(store(), space), IsEmpty()) << space.name;
  }
}

TEST_P(StoreSpaceTest, AMoveBetweenThemIsOneCommit) {
  Put(kApples, {{"k", "v"}});
  Commit([](Transaction& transaction) -> absl::Status {
    CONCORDAT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                               transaction.Get(kApples, "k"));
    CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kApples, "k"));
    return transaction.Put(kPears, "k", *value);
  });
  EXPECT_THAT(ScanRows(store(), kApples), IsEmpty());
  EXPECT_THAT(GetRow(store(), kPears, "k"), Optional("v"s));
}

TEST_P(StoreSpaceTest, ATransactionReadsEachForItself) {
  Put(kApples, {{"k", "apple"}});
  Commit([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kPears, "k", "pear"));
    EXPECT_THAT(GetRow(transaction, kApples, "k"), Optional("apple"s));
    EXPECT_THAT(GetRow(transaction, kPears, "k"), Optional("pear"s));
    EXPECT_EQ(GetRow(transaction, kLast, "k"), std::nullopt);
    return absl::OkStatus();
  });
}

// Limits: what is far beyond what the service allows still works, so that no
// engine is the one that sets the limit.

class StoreLimitsTest : public StoreTest {};
CONCORDAT_ON_EVERY_BACKEND(StoreLimitsTest);

TEST_P(StoreLimitsTest, AKeyOfOneByte) {
  Put(kApples, {{"k", "v"}});
  EXPECT_THAT(GetRow(store(), kApples, "k"), Optional("v"s));
}

TEST_P(StoreLimitsTest, AKeyOfAHundredThousandBytes) {
  const std::string key(100'000, 'k');
  Put(kApples, {{key, "long"}, {key + "k", "longer"}});
  EXPECT_THAT(GetRow(store(), kApples, key), Optional("long"s));
  EXPECT_THAT(GetRow(store(), kApples, key + "k"), Optional("longer"s));
  Delete(kApples, key);
  EXPECT_EQ(GetRow(store(), kApples, key), std::nullopt);
  EXPECT_THAT(GetRow(store(), kApples, key + "k"), Optional("longer"s));
}

TEST_P(StoreLimitsTest, AValueOfEightMegabytes) {
  std::string value(8 << 20, 'v');
  for (size_t i = 0; i < value.size(); i += 4096) {
    value[i] = static_cast<char>(i / 4096);
  }
  Put(kApples, {{"k", value}});
  EXPECT_TRUE(GetRow(store(), kApples, "k") == value);
}

TEST_P(StoreLimitsTest, SizesAroundAPage) {
  Rows rows;
  for (const size_t page : {512u, 4096u, 8192u, 16384u, 65536u}) {
    for (size_t size = page - 60; size <= page + 3; size += 3) {
      rows.emplace_back(absl::StrCat(1'000'000 + size), std::string(size, 's'));
    }
  }
  Put(kApples, rows);
  EXPECT_TRUE(ScanRows(store(), kApples) == rows);
}

TEST_P(StoreLimitsTest, ACommitOfThirtyThousandRows) {
  Rows rows;
  for (int i = 0; i < 30'000; ++i) {
    rows.emplace_back(absl::StrCat(100'000 + i), absl::StrCat(i));
  }
  Put(kApples, rows);
  EXPECT_TRUE(ScanRows(store(), kApples) == rows);
}

TEST_P(StoreLimitsTest, ThirtyReadersAtATime) {
  Put(kApples, {{"a", "1"}});
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < 30; ++i) readers.push_back(Snapshot());
  for (const auto& reader : readers) {
    EXPECT_THAT(GetRow(*reader, kApples, "a"), Optional("1"s));
  }
}

TEST_P(StoreLimitsTest, AValueThatShrinksAndGrows) {
  for (const size_t size : {0u, 100'000u, 1u, 9000u, 300'000u, 0u, 8192u}) {
    const std::string value(size, 'v');
    Put(kApples, {{"k", value}});
    EXPECT_TRUE(GetRow(store(), kApples, "k") == value) << size;
  }
}

TEST_P(StoreLimitsTest, ARowThatIsWrittenAThousandTimes) {
  Commit([](Transaction& transaction) {
    for (int i = 0; i < 1000; ++i) {
      CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "k", absl::StrCat(i)));
    }
    return absl::OkStatus();
  });
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("k", "999")));
}

// Errors.

class StoreErrorTest : public StoreTest {};
CONCORDAT_ON_EVERY_BACKEND(StoreErrorTest);

TEST_P(StoreErrorTest, OfTheWorkIsReturnedAsItIs) {
  const absl::Status mine(absl::StatusCode::kOutOfRange, "mine");
  EXPECT_EQ(store().Write([&](Transaction&) { return mine; }), mine);
}

TEST_P(StoreErrorTest, KeepsItsPayload) {
  absl::Status mine(absl::StatusCode::kNotFound, "mine");
  mine.SetPayload("type", absl::Cord("payload"));
  const absl::Status status = store().Write([&](Transaction&) { return mine; });
  EXPECT_EQ(status.GetPayload("type"), absl::Cord("payload"));
}

TEST_P(StoreErrorTest, OfEveryCodeRollsBack) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status =
        store().Write([&](Transaction& transaction) -> absl::Status {
          CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "k", "v"));
          return absl::Status(static_cast<absl::StatusCode>(code), "no");
        });
    EXPECT_EQ(static_cast<int>(status.code()), code);
    EXPECT_THAT(ScanRows(store(), kApples), IsEmpty()) << code;
  }
}

TEST_P(StoreErrorTest, BeforeAnyChangeIsAnErrorToo) {
  Put(kApples, {{"a", "1"}});
  Abandon([](Transaction&) { return absl::OkStatus(); });
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("a", "1")));
}

TEST_P(StoreErrorTest, ManyInARowLeaveTheStoreWorking) {
  for (int i = 0; i < 200; ++i) {
    const absl::Status status =
        store().Write([&](Transaction& transaction) -> absl::Status {
          CONCORDAT_RETURN_IF_ERROR(
              transaction.Put(kApples, absl::StrCat(i), "lost"));
          return absl::AbortedError("no");
        });
    ASSERT_TRUE(absl::IsAborted(status)) << status;
  }
  Put(kApples, {{"a", "1"}});
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("a", "1")));
}

TEST_P(StoreErrorTest, LeavesAnEarlierSnapshotAlone) {
  Put(kApples, {{"a", "1"}});
  const std::unique_ptr<Reader> reader = Snapshot();
  const absl::Status status =
      store().Write([](Transaction& transaction) -> absl::Status {
        CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "a", "2"));
        return absl::AbortedError("no");
      });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_THAT(ScanRows(*reader, kApples), ElementsAre(Pair("a", "1")));
}

TEST_P(StoreErrorTest, InTheMiddleIsFollowedByAGoodWrite) {
  Put(kApples, {{"a", "1"}});
  Abandon([](Transaction& transaction) {
    return transaction.Delete(kApples, "a");
  });
  Commit([](Transaction& transaction) {
    EXPECT_THAT(GetRow(transaction, kApples, "a"), Optional("1"s));
    return transaction.Put(kApples, "b", "2");
  });
  EXPECT_THAT(ScanRows(store(), kApples),
              ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

}  // namespace
}  // namespace concordat
