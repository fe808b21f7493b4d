// Scans: bounds, order, stopping, sizes, what they see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
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

class StoreRangeTest : public StoreTest {
 protected:
  // Rows "a" to "e", each with its key as its value.
  void PutLetters() {
    Put(kApples, {{"c", "c"}, {"a", "a"}, {"e", "e"}, {"b", "b"}, {"d", "d"}});
  }

  std::string Scanned(absl::string_view begin, absl::string_view end) {
    std::string keys;
    for (const auto& row : ScanRows(store(), kApples, begin, end)) {
      keys += row.first;
    }
    return keys;
  }
};
CONCORDAT_ON_EVERY_BACKEND(StoreRangeTest);

TEST_P(StoreRangeTest, OfAnEmptySpaceVisitsNothing) {
  const std::unique_ptr<Reader> reader = Snapshot();
  const absl::Status status =
      reader->Scan(kApples, "", "", [](absl::string_view, absl::string_view) {
        ADD_FAILURE() << "visited";
        return true;
      });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(StoreRangeTest, WithoutBoundsIsEverything) {
  PutLetters();
  EXPECT_EQ(Scanned("", ""), "abcde");
}

TEST_P(StoreRangeTest, IncludesItsBegin) {
  PutLetters();
  EXPECT_EQ(Scanned("b", ""), "bcde");
}

TEST_P(StoreRangeTest, ExcludesItsEnd) {
  PutLetters();
  EXPECT_EQ(Scanned("", "d"), "abc");
}

TEST_P(StoreRangeTest, BeginNeedNotBeARow) {
  PutLetters();
  EXPECT_EQ(Scanned("bb", "e"), "cd");
}

TEST_P(StoreRangeTest, EndNeedNotBeARow) {
  PutLetters();
  EXPECT_EQ(Scanned("b", "dd"), "bcd");
}

TEST_P(StoreRangeTest, OfOneKey) {
  PutLetters();
  EXPECT_EQ(Scanned("c", "c\0"s), "c");
}

TEST_P(StoreRangeTest, FromAKeyToItselfIsEmpty) {
  PutLetters();
  EXPECT_EQ(Scanned("c", "c"), "");
}

TEST_P(StoreRangeTest, ThatEndsBeforeItBeginsIsEmpty) {
  PutLetters();
  EXPECT_EQ(Scanned("d", "b"), "");
}

TEST_P(StoreRangeTest, BeforeTheFirstRowIsEmpty) {
  PutLetters();
  EXPECT_EQ(Scanned("", "a"), "");
  EXPECT_EQ(Scanned("A", "a"), "");
}

TEST_P(StoreRangeTest, AfterTheLastRowIsEmpty) {
  PutLetters();
  EXPECT_EQ(Scanned("ea", ""), "");
  EXPECT_EQ(Scanned("f", "z"), "");
}

TEST_P(StoreRangeTest, BetweenNeighboursIsEmpty) {
  PutLetters();
  EXPECT_EQ(Scanned("b\0"s, "c"), "");
}

TEST_P(StoreRangeTest, PrefixEndsBeforeTheNextPrefix) {
  Put(kApples, {{"ab", "1"}, {"ab\xff\xff", "2"}, {"ac", "3"}, {"a", "0"}});
  EXPECT_THAT(ScanRows(store(), kApples, "ab", "ac"),
              ElementsAre(Pair("ab", "1"), Pair("ab\xff\xff", "2")));
}

TEST_P(StoreRangeTest, PrefixOfHighestBytesHasNoEnd) {
  Put(kApples, {{"\xfe", "1"}, {"\xff", "2"}, {"\xff\xff\xff", "3"}});
  EXPECT_THAT(ScanRows(store(), kApples, "\xff", ""),
              ElementsAre(Pair("\xff", "2"), Pair("\xff\xff\xff", "3")));
}

TEST_P(StoreRangeTest, BoundsHoldEveryByte) {
  Put(kApples, {{"\0"s, "0"}, {"\0\0"s, "00"}, {"\0\x01"s, "01"}, {"1", "1"}});
  EXPECT_THAT(ScanRows(store(), kApples, "\0\0"s, "\0\x01"s),
              ElementsAre(Pair("\0\0"s, "00")));
}

TEST_P(StoreRangeTest, StopsAtTheFirstRow) {
  PutLetters();
  int visits = 0;
  const absl::Status status = Snapshot()->Scan(
      kApples, "b", "", [&](absl::string_view key, absl::string_view) {
        EXPECT_EQ(key, "b");
        ++visits;
        return false;
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(visits, 1);
}

TEST_P(StoreRangeTest, GoesOnFromWhereItStopped) {
  PutLetters();
  const std::unique_ptr<Reader> reader = Snapshot();
  std::string keys;
  std::string begin;
  for (int page = 0; page < 3; ++page) {
    int visits = 0;
    const absl::Status status = reader->Scan(
        kApples, begin, "", [&](absl::string_view key, absl::string_view) {
          keys += std::string(key);
          begin = std::string(key) + '\0';
          return ++visits < 2;
        });
    EXPECT_TRUE(status.ok()) << status;
  }
  EXPECT_EQ(keys, "abcde");
}

TEST_P(StoreRangeTest, AgainGivesTheSame) {
  PutLetters();
  const std::unique_ptr<Reader> reader = Snapshot();
  const Rows first = ScanRows(*reader, kApples, "b", "e");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(ScanRows(*reader, kApples, "b", "e"), first);
  }
}

TEST_P(StoreRangeTest, GivesEachValueWithItsKey) {
  Rows rows;
  for (int i = 100; i < 400; ++i) {
    rows.emplace_back(absl::StrCat(i), absl::StrCat("value of ", i));
  }
  Put(kApples, rows);
  for (const auto& [key, value] : ScanRows(store(), kApples)) {
    EXPECT_EQ(value, "value of " + key);
  }
}

TEST_P(StoreRangeTest, SeesAReplacedValueOnce) {
  PutLetters();
  Put(kApples, {{"c", "new"}});
  EXPECT_THAT(ScanRows(store(), kApples, "b", "e"),
              ElementsAre(Pair("b", "b"), Pair("c", "new"), Pair("d", "d")));
}

TEST_P(StoreRangeTest, SkipsADeletedBegin) {
  PutLetters();
  Delete(kApples, "b");
  EXPECT_EQ(Scanned("b", "d"), "c");
}

TEST_P(StoreRangeTest, EmptiesWithItsRows) {
  PutLetters();
  for (const char* key : {"a", "b", "c", "d", "e"}) Delete(kApples, key);
  EXPECT_THAT(ScanRows(store(), kApples), IsEmpty());
}

TEST_P(StoreRangeTest, OfHugeValues) {
  Rows rows;
  for (int i = 0; i < 6; ++i) {
    rows.emplace_back(absl::StrCat(i),
                      std::string(700'000, static_cast<char>('a' + i)));
  }
  Put(kApples, rows);
  EXPECT_TRUE(ScanRows(store(), kApples) == rows);
}

TEST_P(StoreRangeTest, OfRowsOfManySizes) {
  Rows rows;
  for (int i = 0; i < 400; ++i) {
    rows.emplace_back(absl::StrCat(1000 + i),
                      std::string(static_cast<size_t>(i) * 41, 'v'));
  }
  Put(kApples, rows);
  EXPECT_TRUE(ScanRows(store(), kApples) == rows);
  Rows middle(rows.begin() + 100, rows.begin() + 200);
  EXPECT_TRUE(ScanRows(store(), kApples, "1100", "1200") == middle);
}

TEST_P(StoreRangeTest, InTheMiddleOfManyRows) {
  Rows rows;
  for (int i = 0; i < 10'000; ++i) {
    rows.emplace_back(absl::StrCat(100'000 + i), "v");
  }
  Put(kApples, rows);
  const Rows found = ScanRows(store(), kApples, "104000", "104010");
  ASSERT_EQ(found.size(), 10u);
  EXPECT_EQ(found.front().first, "104000");
  EXPECT_EQ(found.back().first, "104009");
}

TEST_P(StoreRangeTest, CountsManyRowsRightly) {
  Rows rows;
  for (int i = 0; i < 12'345; ++i) rows.emplace_back(absl::StrCat(i), "");
  Put(kApples, rows);
  EXPECT_EQ(ScanRows(store(), kApples).size(), 12'345u);
}

TEST_P(StoreRangeTest, OfOneSpaceWhileAnotherIsScanned) {
  PutLetters();
  Put(kPears, {{"x", "1"}, {"y", "2"}});
  const std::unique_ptr<Reader> apples = Snapshot();
  const std::unique_ptr<Reader> pears = Snapshot();
  int pairs = 0;
  const absl::Status status =
      apples->Scan(kApples, "", "", [&](absl::string_view, absl::string_view) {
        pairs += static_cast<int>(ScanRows(*pears, kPears).size());
        return true;
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(pairs, 10);
}

TEST_P(StoreRangeTest, InATransactionMeetsItsOwnWrites) {
  PutLetters();
  Commit([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "bb", "own"));
    CONCORDAT_RETURN_IF_ERROR(transaction.Delete(kApples, "c"));
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "d", "changed"));
    EXPECT_THAT(
        ScanRows(transaction, kApples, "b", "e"),
        ElementsAre(Pair("b", "b"), Pair("bb", "own"), Pair("d", "changed")));
    return absl::OkStatus();
  });
}

TEST_P(StoreRangeTest, InATransactionStopsWhenTold) {
  PutLetters();
  Commit([](Transaction& transaction) {
    CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, "aa", "own"));
    int visits = 0;
    CONCORDAT_RETURN_IF_ERROR(transaction.Scan(
        kApples, "", "",
        [&](absl::string_view, absl::string_view) { return ++visits < 2; }));
    EXPECT_EQ(visits, 2);
    // What a stopped scan leaves behind does not stop a write.
    return transaction.Put(kApples, "a", "after");
  });
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("after"s));
}

TEST_P(StoreRangeTest, GivesViewsOfExactBytes) {
  Put(kApples, {{"k\0"s, "v\0v"s}});
  const absl::Status status = Snapshot()->Scan(
      kApples, "", "", [](absl::string_view key, absl::string_view value) {
        EXPECT_EQ(key.size(), 2u);
        EXPECT_EQ(value.size(), 3u);
        return true;
      });
  EXPECT_TRUE(status.ok()) << status;
}

// The order of keys.

class StoreOrderTest : public StoreTest {
 protected:
  // Puts the keys in the worst order and expects them back in this one.
  void ExpectOrder(std::vector<std::string> keys) {
    Rows rows;
    for (const std::string& key : keys) rows.emplace_back(key, "v");
    std::reverse(rows.begin(), rows.end());
    Put(kApples, rows);
    std::vector<std::string> found;
    for (const auto& row : ScanRows(store(), kApples)) {
      found.push_back(row.first);
    }
    EXPECT_EQ(found, keys);
  }
};
CONCORDAT_ON_EVERY_BACKEND(StoreOrderTest);

TEST_P(StoreOrderTest, IsThatOfBytes) { ExpectOrder({"a", "b", "c"}); }

TEST_P(StoreOrderTest, APrefixComesFirst) {
  ExpectOrder({"a", "aa", "aaa", "ab"});
}

TEST_P(StoreOrderTest, NulComesBeforeAllButTheEnd) {
  ExpectOrder({"a", "a\0"s, "a\0\0"s, "a\0b"s, "a\x01", "aa"});
}

TEST_P(StoreOrderTest, TheEmptyKeyIsFirst) { ExpectOrder({"", "\0"s, "a"}); }

TEST_P(StoreOrderTest, BytesAreUnsigned) {
  ExpectOrder({"\x01", "\x7f", "\x80", "\x81", "\xfe", "\xff"});
}

TEST_P(StoreOrderTest, UpperCaseComesBeforeLower) {
  ExpectOrder({"A", "B", "Z", "a", "b", "z"});
}

TEST_P(StoreOrderTest, DigitsAreNotNumbers) {
  ExpectOrder({"1", "10", "100", "2", "20", "3"});
}

TEST_P(StoreOrderTest, NumbersOfOneWidthAreInOrder) {
  std::vector<std::string> keys;
  for (int number = 0; number < 256; ++number) {
    keys.push_back(std::string({'\0', static_cast<char>(number)}));
  }
  keys.push_back("\x01\0"s);
  ExpectOrder(keys);
}

TEST_P(StoreOrderTest, LongKeysDifferAtTheirEnd) {
  const std::string prefix(5000, 'p');
  ExpectOrder({prefix, prefix + "\0"s, prefix + "a", prefix + "b"});
}

TEST_P(StoreOrderTest, DoesNotDependOnWhenARowCame) {
  Put(kApples, {{"m", "1"}});
  Put(kApples, {{"z", "2"}});
  Put(kApples, {{"a", "3"}});
  Delete(kApples, "m");
  Put(kApples, {{"m", "4"}});
  EXPECT_THAT(ScanRows(store(), kApples),
              ElementsAre(Pair("a", "3"), Pair("m", "4"), Pair("z", "2")));
}

}  // namespace
}  // namespace concordat
