// A snapshot is one state for as long as it is kept.
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

class StoreSnapshotTest : public StoreTest {};
CONCORDAT_ON_EVERY_BACKEND(StoreSnapshotTest);

TEST_P(StoreSnapshotTest, IgnoresLaterPuts) {
  Put(kApples, {{"a", "1"}});
  const std::unique_ptr<Reader> reader = Snapshot();
  PutNow(kApples, {{"a", "changed"}, {"b", "2"}});
  EXPECT_THAT(ScanRows(*reader, kApples), ElementsAre(Pair("a", "1")));
  EXPECT_THAT(GetRow(*reader, kApples, "a"), Optional("1"s));
  EXPECT_EQ(GetRow(*reader, kApples, "b"), std::nullopt);
}

TEST_P(StoreSnapshotTest, IgnoresLaterDeletes) {
  Put(kApples, {{"a", "1"}, {"b", "2"}});
  const std::unique_ptr<Reader> reader = Snapshot();
  ASSERT_TRUE(DeleteRow(store(), kApples, "a").ok());
  EXPECT_THAT(ScanRows(*reader, kApples),
              ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("b", "2")));
}

TEST_P(StoreSnapshotTest, StartsBeforeItsFirstRead) {
  Put(kApples, {{"a", "1"}});
  const std::unique_ptr<Reader> reader = Snapshot();
  PutNow(kApples, {{"a", "2"}});
  EXPECT_THAT(GetRow(*reader, kApples, "a"), Optional("1"s));
}

TEST_P(StoreSnapshotTest, CoversAllSpacesAtOneMoment) {
  const std::unique_ptr<Reader> reader = Snapshot();
  PutNow(kApples, {{"a", "1"}});
  EXPECT_THAT(ScanRows(*reader, kApples), IsEmpty());
  PutNow(kPears, {{"p", "1"}});
  EXPECT_THAT(ScanRows(*reader, kPears), IsEmpty());
}

TEST_P(StoreSnapshotTest, TakenBeforeTheFirstWriteStaysEmpty) {
  const std::unique_ptr<Reader> reader = Snapshot();
  PutNow(kApples, {{"a", "1"}});
  EXPECT_THAT(ScanRows(*reader, kApples), IsEmpty());
}

TEST_P(StoreSnapshotTest, SeveralAtDifferentStates) {
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < 8; ++i) {
    PutNow(kApples, {{"counter", absl::StrCat(i)}, {absl::StrCat(i), "x"}});
    readers.push_back(Snapshot());
  }
  for (int i = 7; i >= 0; --i) {
    EXPECT_THAT(GetRow(*readers[i], kApples, "counter"),
                Optional(absl::StrCat(i)));
    EXPECT_EQ(ScanRows(*readers[i], kApples).size(),
              static_cast<size_t>(i) + 2);
  }
}

TEST_P(StoreSnapshotTest, SeesTheLastFinishedWrite) {
  for (int i = 0; i < 20; ++i) {
    Put(kApples, {{"a", absl::StrCat(i)}});
    EXPECT_THAT(GetRow(store(), kApples, "a"), Optional(absl::StrCat(i)));
  }
}

TEST_P(StoreSnapshotTest, SeesNothingOfARunningWrite) {
  Put(kApples, {{"a", "1"}});
  const absl::Status status = store().Write([&](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "a", "2"));
    EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("1"s));
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("2"s));
}

TEST_P(StoreSnapshotTest, TakenInAFailingWriteIsUnaffected) {
  Put(kApples, {{"a", "1"}});
  std::unique_ptr<Reader> reader;
  const absl::Status status = store().Write([&](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kApples, "a"));
    reader = Snapshot();
    return absl::AbortedError("no");
  });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_THAT(GetRow(*reader, kApples, "a"), Optional("1"s));
}

TEST_P(StoreSnapshotTest, SurvivesManyLaterWrites) {
  Put(kApples, {{"a", "first"}});
  const std::unique_ptr<Reader> reader = Snapshot();
  // Enough for any log of an engine to be folded several times over.
  const std::string value(10'000, 'v');
  for (int i = 0; i < 200; ++i) {
    PutNow(kApples, {{"a", value}, {absl::StrCat("b", i), value}});
  }
  EXPECT_THAT(ScanRows(*reader, kApples), ElementsAre(Pair("a", "first")));
  EXPECT_EQ(ScanRows(store(), kApples).size(), 201u);
}

TEST_P(StoreSnapshotTest, ReadersAreTakenAgainAndAgain) {
  Put(kApples, {{"a", "1"}});
  for (int i = 0; i < 1000; ++i) {
    const std::unique_ptr<Reader> reader = Snapshot();
    ASSERT_THAT(GetRow(*reader, kApples, "a"), Optional("1"s));
  }
}

}  // namespace
}  // namespace concordat
