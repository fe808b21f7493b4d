// Rows in, rows out: points, ranges, order, spaces, sizes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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

class StoreRowsTest : public StoreTest {};
CONCORDAT_ON_EVERY_BACKEND(StoreRowsTest);

TEST_P(StoreRowsTest, IsEmptyAtFirst) {
  for (const Space& space : kTestSpaces) {
    EXPECT_THAT(ScanRows(store(), space), IsEmpty()) << space.name;
    EXPECT_EQ(GetRow(store(), space, "a"), std::nullopt) << space.name;
  }
}

TEST_P(StoreRowsTest, NamesItsEngine) {
  EXPECT_THAT(std::string(store().engine()), testing::MatchesRegex("[a-z]+"));
}

TEST_P(StoreRowsTest, GetFindsWhatWasPut) {
  Put(kApples, {{"a", "1"}, {"b", "2"}});
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("1"s));
  EXPECT_THAT(GetRow(store(), kApples, "b"), Optional("2"s));
}

TEST_P(StoreRowsTest, GetFindsNoNeighbour) {
  Put(kApples, {{"b", "1"}, {"bb", "2"}});
  for (const char* key : {"", "a", "ba", "bbb", "c"}) {
    EXPECT_EQ(GetRow(store(), kApples, key), std::nullopt) << key;
  }
}

TEST_P(StoreRowsTest, PutReplaces) {
  Put(kApples, {{"a", "old"}, {"b", "kept"}});
  Put(kApples, {{"a", "a longer value than before"}});
  EXPECT_THAT(
      ScanRows(store(), kApples),
      ElementsAre(Pair("a", "a longer value than before"), Pair("b", "kept")));
}

TEST_P(StoreRowsTest, LastPutInAWriteWins) {
  Put(kApples, {{"a", "1"}, {"a", "2"}, {"a", "3"}});
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("a", "3")));
}

TEST_P(StoreRowsTest, DeleteRemovesOneRow) {
  Put(kApples, {{"a", "1"}, {"b", "2"}, {"c", "3"}});
  Delete(kApples, "b");
  EXPECT_EQ(GetRow(store(), kApples, "b"), std::nullopt);
  EXPECT_THAT(ScanRows(store(), kApples),
              ElementsAre(Pair("a", "1"), Pair("c", "3")));
}

TEST_P(StoreRowsTest, DeleteOfNothingIsNoError) {
  Delete(kApples, "a");
  Put(kApples, {{"b", "2"}});
  Delete(kApples, "a");
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("b", "2")));
}

TEST_P(StoreRowsTest, PutAfterDeleteComesBack) {
  Put(kApples, {{"a", "1"}});
  Delete(kApples, "a");
  Put(kApples, {{"a", "2"}});
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("2"s));
}

TEST_P(StoreRowsTest, SpacesAreSeparate) {
  Put(kApples, {{"k", "apple"}});
  Put(kPears, {{"k", "pear"}});
  Put(kLast, {{"other", "last"}});
  Delete(kPears, "other");
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("k", "apple")));
  EXPECT_THAT(ScanRows(store(), kPears), ElementsAre(Pair("k", "pear")));
  EXPECT_THAT(ScanRows(store(), kLast), ElementsAre(Pair("other", "last")));
  Delete(kApples, "k");
  EXPECT_THAT(GetRow(store(), kPears, "k"), Optional("pear"s));
}

TEST_P(StoreRowsTest, EmptyValueIsARow) {
  Put(kApples, {{"a", ""}});
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional(""s));
  EXPECT_THAT(ScanRows(store(), kApples), ElementsAre(Pair("a", "")));
}

TEST_P(StoreRowsTest, DefaultConstructedViewsAreEmptyBytes) {
  const absl::Status status = store().Write([](Transaction& transaction) {
    return transaction.Put(kApples, absl::string_view(), absl::string_view());
  });
  ASSERT_TRUE(status.ok()) << status;
  Step();
  EXPECT_THAT(GetRow(store(), kApples, absl::string_view()), Optional(""s));
}

TEST_P(StoreRowsTest, EmptyKeyIsTheFirst) {
  Put(kApples, {{"a", "2"}, {"", "1"}, {"\0"s, "zero"}});
  EXPECT_THAT(GetRow(store(), kApples, ""), Optional("1"s));
  EXPECT_THAT(ScanRows(store(), kApples),
              ElementsAre(Pair("", "1"), Pair("\0"s, "zero"), Pair("a", "2")));
  Delete(kApples, "");
  EXPECT_EQ(GetRow(store(), kApples, ""), std::nullopt);
}

TEST_P(StoreRowsTest, BytesComeBackAsTheyWere) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) {
    every_byte.push_back(static_cast<char>(byte));
  }
  Put(kApples, {{every_byte, every_byte}});
  EXPECT_THAT(GetRow(store(), kApples, every_byte), Optional(every_byte));
  EXPECT_THAT(ScanRows(store(), kApples),
              ElementsAre(Pair(every_byte, every_byte)));
}

TEST_P(StoreRowsTest, NulDoesNotEndAKey) {
  Put(kApples, {{"a\0b"s, "1"}, {"a\0c"s, "2"}, {"a", "3"}});
  EXPECT_THAT(GetRow(store(), kApples, "a\0b"s), Optional("1"s));
  EXPECT_THAT(GetRow(store(), kApples, "a\0c"s), Optional("2"s));
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("3"s));
}

TEST_P(StoreRowsTest, LooksAreNotEquality) {
  // Case, Unicode forms, digits and invalid UTF-8 are only bytes here.
  const std::vector<std::string> keys = {
      "1", "01", "a", "A", "a ", "\u00e9", "e\u0301", "\xc3", "\xff\xfe"};
  Rows rows;
  for (const std::string& key : keys) rows.emplace_back(key, "v" + key);
  Put(kApples, rows);
  for (const std::string& key : keys) {
    EXPECT_THAT(GetRow(store(), kApples, key), Optional("v" + key));
  }
}

TEST_P(StoreRowsTest, LargeValues) {
  const std::string megabyte(1 << 20, '\xa5');
  Put(kApples, {{"a", megabyte + "a"}, {"b", "small"}, {"c", megabyte + "c"}});
  EXPECT_TRUE(GetRow(store(), kApples, "a") == megabyte + "a");
  EXPECT_TRUE(GetRow(store(), kApples, "c") == megabyte + "c");
  Put(kApples, {{"a", "now small"}, {"b", megabyte + "b"}});
  EXPECT_THAT(GetRow(store(), kApples, "a"), Optional("now small"s));
  EXPECT_TRUE(GetRow(store(), kApples, "b") == megabyte + "b");
}

TEST_P(StoreRowsTest, LargeKeys) {
  const std::string prefix(20'000, 'k');
  Put(kApples, {{prefix + "2", "2"}, {prefix + "1", "1"}, {prefix, "0"}});
  EXPECT_THAT(ScanRows(store(), kApples),
              ElementsAre(Pair(prefix, "0"), Pair(prefix + "1", "1"),
                          Pair(prefix + "2", "2")));
}

TEST_P(StoreRowsTest, ManyRowsInKeyOrder) {
  constexpr int kRows = 20'000;
  Rows rows;
  // 7,919 is prime to kRows, so every number comes once, out of order.
  for (int i = 0; i < kRows; ++i) {
    const int number = 100'000 + (i * 7919) % kRows;
    rows.emplace_back(absl::StrCat(number), absl::StrCat("v", number));
  }
  Put(kApples, rows);
  const Rows found = ScanRows(store(), kApples);
  ASSERT_EQ(found.size(), static_cast<size_t>(kRows));
  for (int i = 0; i < kRows; ++i) {
    ASSERT_EQ(found[i].first, absl::StrCat(100'000 + i));
    ASSERT_EQ(found[i].second, absl::StrCat("v", 100'000 + i));
  }
}

struct ScanCase {
  std::string name;
  std::string begin;
  std::string end;
  std::vector<std::string> keys;
};

// The rows of every case; keys and values are the same.
const std::vector<std::string>& ScanKeys() {
  static const auto* const keys = new std::vector<std::string>{
      "\0"s,    "\0\0"s, "\x01",      "a",       "a\0"s,    "ab",
      "ab\xff", "b",     "b\x7f\xff", "b\x80",   "c",       "\x7f",
      "\x80",   "\xfe",  "\xff",      "\xff\0"s, "\xff\xff"};
  return *keys;
}

const std::vector<ScanCase>& ScanCases() {
  static const auto* const cases = new std::vector<ScanCase>{
      {"Everything", "", "", ScanKeys()},
      {"BeginIsInclusive", "c", "\x80", {"c", "\x7f"}},
      {"EndIsExclusive", "a", "ab", {"a", "a\0"s}},
      {"BeginBetweenKeys", "aa", "b", {"ab", "ab\xff"}},
      {"EndBetweenKeys", "b", "bb", {"b"}},
      {"OneKey", "a", "a\0"s, {"a"}},
      {"BeginIsEnd", "b", "b", {}},
      {"BeginAfterEnd", "c", "a", {}},
      {"BetweenNeighbours", "d", "e", {}},
      {"PrefixOfAb", "ab", "ac", {"ab", "ab\xff"}},
      {"PrefixOfB", "b", "c", {"b", "b\x7f\xff", "b\x80"}},
      {"EmptyEndIsTheEnd",
       "\x80",
       "",
       {"\x80", "\xfe", "\xff", "\xff\0"s, "\xff\xff"}},
      {"EmptyBeginIsTheStart", "", "\x01", {"\0"s, "\0\0"s}},
      {"NulIsAKey", "\0"s, "\0\0"s, {"\0"s}},
      {"UnsignedOrder", "\x7f", "\x81", {"\x7f", "\x80"}},
      {"HighestByte", "\xff", "", {"\xff", "\xff\0"s, "\xff\xff"}},
      {"PastTheLast", "\xff\xff\0"s, "", {}},
      {"BeforeTheFirst", "", "\0"s, {}},
  };
  return *cases;
}

class StoreScanTest : public StoreTest {
 protected:
  void PutScanKeys() {
    Rows rows;
    for (const std::string& key : ScanKeys()) rows.emplace_back(key, key);
    // Not in order: the store sorts.
    std::swap(rows.front(), rows.back());
    std::swap(rows[3], rows[9]);
    Put(kApples, rows);
  }
};
CONCORDAT_ON_EVERY_BACKEND(StoreScanTest);

TEST_P(StoreScanTest, BoundsInASnapshot) {
  PutScanKeys();
  const std::unique_ptr<Reader> reader = Snapshot();
  for (const ScanCase& c : ScanCases()) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> keys;
    for (const auto& [key, value] :
         ScanRows(*reader, kApples, c.begin, c.end)) {
      EXPECT_EQ(key, value);
      keys.push_back(key);
    }
    // The cases list keys as they are easiest to read; std::string compares
    // bytes as unsigned, as the port does.
    std::vector<std::string> expected = c.keys;
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(keys, expected);
  }
}

TEST_P(StoreScanTest, BoundsInTheTransactionThatWrote) {
  const absl::Status status = store().Write([](Transaction& transaction) {
    for (const std::string& key : ScanKeys()) {
      CONCORDAT_RETURN_IF_ERROR(transaction.Put(kApples, key, key));
    }
    for (const ScanCase& c : ScanCases()) {
      SCOPED_TRACE(c.name);
      std::vector<std::string> expected = c.keys;
      std::sort(expected.begin(), expected.end());
      std::vector<std::string> keys;
      for (const auto& row : ScanRows(transaction, kApples, c.begin, c.end)) {
        keys.push_back(row.first);
      }
      EXPECT_EQ(keys, expected);
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(StoreScanTest, StopsWhenTold) {
  Put(kApples, {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "4"}});
  const std::unique_ptr<Reader> reader = Snapshot();
  for (size_t wanted = 1; wanted <= 4; ++wanted) {
    std::vector<std::string> seen;
    const absl::Status status = reader->Scan(
        kApples, "", "", [&](absl::string_view key, absl::string_view) {
          seen.emplace_back(key);
          return seen.size() < wanted;
        });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(seen.size(), wanted);
  }
  // An abandoned scan leaves the reader usable.
  EXPECT_EQ(ScanRows(*reader, kApples).size(), 4u);
  EXPECT_THAT(GetRow(*reader, kApples, "d"), Optional("4"s));
}

TEST_P(StoreScanTest, VisitMayUseAnotherReader) {
  Put(kApples, {{"a", "1"}, {"b", "2"}});
  const std::unique_ptr<Reader> outer = Snapshot();
  const std::unique_ptr<Reader> inner = Snapshot();
  int visits = 0;
  const absl::Status status = outer->Scan(
      kApples, "", "", [&](absl::string_view key, absl::string_view value) {
        EXPECT_THAT(GetRow(*inner, kApples, key), Optional(std::string(value)));
        ++visits;
        return true;
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(visits, 2);
}

TEST_P(StoreScanTest, SeesNoDeletedRow) {
  PutScanKeys();
  for (const std::string& key : ScanKeys()) {
    if (key.size() == 1) Delete(kApples, key);
  }
  for (const auto& row : ScanRows(store(), kApples)) {
    EXPECT_GT(row.first.size(), 1u);
  }
  EXPECT_EQ(ScanRows(store(), kApples, "a", "b").size(), 3u);
}

}  // namespace
}  // namespace concordat
