// What is acknowledged stays, through closing and opening.
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

class StoreDurabilityTest : public StoreTest {
 protected:
  void SetUp() override {
    if (!GetParam().durable) GTEST_SKIP() << "keeps nothing by design";
    StoreTest::SetUp();
  }
};
CONCORDAT_ON_EVERY_BACKEND(StoreDurabilityTest);

TEST_P(StoreDurabilityTest, AnEmptyStoreReopensEmpty) {
  Reopen();
  for (const Space& space : kTestSpaces) {
    EXPECT_THAT(ScanRows(store(), space), IsEmpty());
  }
}

TEST_P(StoreDurabilityTest, PutsAreThere) {
  Put(kApples, {{"a", "1"}, {"b", "2"}});
  Reopen();
  EXPECT_THAT(ScanRows(store(), kApples),
              ElementsAre(Pair("a", "1"), Pair("b", "2")));
}

TEST_P(StoreDurabilityTest, DeletesStay) {
  Put(kApples, {{"a", "1"}, {"b", "2"}});
  Reopen();
  Delete(kApples, "a");
  Reopen();
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("b", "2")));
}

TEST_P(StoreDurabilityTest, TheLastValueStays) {
  for (int i = 0; i < 10; ++i) {
    Put(kApples, {{"a", absl::StrCat(i)}});
    Reopen();
    EXPECT_THAT(GetRow(store(), kApples, "a"), Optional(absl::StrCat(i)));
  }
}

TEST_P(StoreDurabilityTest, EverySpaceStays) {
  for (const Space& space : kTestSpaces) Put(space, {{"k", space.name}});
  Reopen();
  for (const Space& space : kTestSpaces) {
    EXPECT_THAT(GetRow(store(), space, "k"), Optional(std::string(space.name)));
  }
}

TEST_P(StoreDurabilityTest, EveryByteStays) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    bytes.push_back(static_cast<char>(byte));
  }
  Put(kApples, {{"", "of the empty key"}, {bytes, bytes}, {"empty", ""}});
  Reopen();
  EXPECT_THAT(GetRow(store(), kApples, ""), Optional("of the empty key"s));
  EXPECT_THAT(GetRow(store(), kApples, bytes), Optional(bytes));
  EXPECT_THAT(GetRow(store(), kApples, "empty"), Optional(""s));
}

TEST_P(StoreDurabilityTest, LargeRowsStay) {
  const std::string value(2'000'000, 'v');
  const std::string key(20'000, 'k');
  Put(kApples, {{key, value}});
  Reopen();
  EXPECT_TRUE(GetRow(store(), kApples, key) == value);
}

TEST_P(StoreDurabilityTest, ManyRowsStay) {
  Rows rows;
  for (int i = 0; i < 20'000; ++i) {
    rows.emplace_back(absl::StrCat(100'000 + i), absl::StrCat("v", i));
  }
  Put(kApples, rows);
  Reopen();
  EXPECT_TRUE(ScanRows(store(), kApples) == rows);
}

TEST_P(StoreDurabilityTest, AFailedWriteIsNotFoundLater) {
  Put(kApples, {{"a", "1"}});
  Abandon([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "b", "lost"));
    return transaction.Delete(kApples, "a");
  });
  Reopen();
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("a", "1")));
}

TEST_P(StoreDurabilityTest, ClosingAgainAndAgainChangesNothing) {
  Put(kApples, {{"a", "1"}});
  for (int i = 0; i < 10; ++i) Reopen();
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("a", "1")));
}

TEST_P(StoreDurabilityTest, WritesGoOnAfterReopening) {
  for (int i = 0; i < 10; ++i) {
    Put(kApples, {{absl::StrCat(i), "v"}});
    Reopen();
  }
  EXPECT_EQ(ScanRows(store(), kApples).size(), 10u);
}

TEST_P(StoreDurabilityTest, AReaderReadsOnWhenItsStoreIsClosed) {
  Put(kApples, {{"a", "1"}});
  std::unique_ptr<Reader> reader = Snapshot();
  Close();
  EXPECT_THAT(GetRow(*reader, kApples, "a"), Optional("1"s));
  EXPECT_THAT(ScanRows(*reader, kApples), ElementsAre(Pair("a", "1")));
  reader.reset();
  Reopen();
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("1"s));
}

}  // namespace
}  // namespace concordat
