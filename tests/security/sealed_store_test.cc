// Goal: through the sealed store rows are what was put; in the store behind it
// no personal value is; an erased subject's values are gone from every reader
// at once, and nothing can bring them back; a part opens in its place only.
#include "server/security/sealed_store.h"

#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/memory_store.h"
#include "graph/personal.h"
#include "graph/rows.h"
#include "gtest/gtest.h"
#include "tests/conformance/rows.h"

namespace concordat {
namespace {

constexpr Space kSealedSpaces[] = {rows::kFacts, rows::kChanges};

using Values = std::vector<std::pair<std::string, std::string>>;

std::string RowOf(const Values& values) {
  RowEncoder row;
  row.Unsigned(1).Unsigned(values.size());
  for (const auto& [subject, value] : values) {
    row.Value(subject, value, /*personal=*/true, /*erased=*/false);
  }
  return row.TakeRow();
}

// "a=x b=gone", or the reason of what is wrong.
std::string Read(const absl::StatusOr<std::optional<std::string>>& row) {
  if (!row.ok()) return std::string(row.status().message());
  if (!row->has_value()) return "no row";
  RowDecoder in(**row);
  in.Unsigned();
  std::string read;
  for (uint64_t left = in.Unsigned(); left > 0; --left) {
    const StoredValue value = in.Value();
    absl::StrAppend(&read, read.empty() ? "" : " ",
                    value.erased ? "gone" : value.text.value_or("none"));
  }
  const absl::Status status = in.Finish("test");
  return status.ok() ? read : std::string(status.message());
}

class SealedStoreTest : public testing::Test {
 protected:
  void Put(Space space, const std::string& key, const std::string& row) {
    ASSERT_TRUE(PutRows(sealed_, space, {{key, row}}).ok());
  }
  std::string Get(Space space, const std::string& key) {
    return Read((*sealed_.Snapshot())->Get(space, key));
  }
  absl::Status Erase(const std::string& subject) {
    return sealed_.Write(
        [&](Transaction& tx) { return rows::PutSubjectKey(tx, subject, ""); });
  }
  // All bytes of the store behind.
  std::string Everything() {
    std::string all;
    for (const Space space :
         {rows::kFacts, rows::kChanges, rows::kSubjectKeys, rows::kLinks}) {
      for (const auto& [key, value] : ScanRows(inner_, space)) {
        absl::StrAppend(&all, key, value);
      }
    }
    return all;
  }

  MemoryStore inner_;
  SealedStore sealed_{&inner_, kSealedSpaces};
};

TEST_F(SealedStoreTest, SealsAtRestAndOpensWhenRead) {
  Put(rows::kFacts, "k", RowOf({{"a", "secret-a"}, {"b", "secret-b"}}));
  EXPECT_EQ(Get(rows::kFacts, "k"), "secret-a secret-b");
  EXPECT_EQ(Everything().find("secret"), std::string::npos);
  const Rows scanned = ScanRows(sealed_, rows::kFacts);
  ASSERT_EQ(scanned.size(), 1u);
  EXPECT_EQ(Read(std::optional<std::string>(scanned[0].second)),
            "secret-a secret-b");
  EXPECT_EQ(ScanRows(inner_, rows::kSubjectKeys).size(), 2u);
}

TEST_F(SealedStoreTest, OtherSpacesAndPlainRowsAreLeftAsTheyAre) {
  const std::string parts = RowOf({{"a", "x"}});
  Put(rows::kLinks, "k", parts);
  EXPECT_EQ(GetRow(inner_, rows::kLinks, "k"), parts);
  for (const std::string row : {"", "\1plain", "\0", "\0\1broken"}) {
    Put(rows::kFacts, "k", row);
    EXPECT_EQ(GetRow(inner_, rows::kFacts, "k"), row);
    EXPECT_EQ(GetRow(sealed_, rows::kFacts, "k"), row);
  }
}

TEST_F(SealedStoreTest, ATransactionReadsWhatItWrote) {
  ASSERT_TRUE(sealed_
                  .Write([&](Transaction& tx) {
                    CONCORDAT_RETURN_IF_ERROR(
                        tx.Put(rows::kFacts, "k", RowOf({{"a", "one"}})));
                    EXPECT_EQ(Read(tx.Get(rows::kFacts, "k")), "one");
                    CONCORDAT_RETURN_IF_ERROR(rows::PutSubjectKey(tx, "a", ""));
                    EXPECT_EQ(Read(tx.Get(rows::kFacts, "k")), "gone");
                    CONCORDAT_RETURN_IF_ERROR(
                        tx.Put(rows::kFacts, "l", RowOf({{"a", "two"}})));
                    EXPECT_EQ(Read(tx.Get(rows::kFacts, "l")), "gone");
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(Get(rows::kFacts, "k"), "gone");
}

TEST_F(SealedStoreTest, AFailedTransactionMakesAndErasesNoKey) {
  Put(rows::kFacts, "k", RowOf({{"a", "one"}}));
  const absl::Status failed = sealed_.Write([&](Transaction& tx) {
    CONCORDAT_RETURN_IF_ERROR(rows::PutSubjectKey(tx, "a", ""));
    CONCORDAT_RETURN_IF_ERROR(
        tx.Put(rows::kFacts, "l", RowOf({{"new", "two"}})));
    return errors::StorageFull();
  });
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(Get(rows::kFacts, "k"), "one");
  EXPECT_EQ(ScanRows(inner_, rows::kSubjectKeys).size(), 1u);
  // The key that was not kept is not used either.
  Put(rows::kFacts, "l", RowOf({{"new", "two"}}));
  SealedStore reopened(&inner_, kSealedSpaces);
  EXPECT_EQ(Read((*reopened.Snapshot())->Get(rows::kFacts, "l")), "two");
}

TEST_F(SealedStoreTest, AnErasedSubjectIsGoneForEveryReader) {
  Put(rows::kFacts, "k", RowOf({{"a", "one"}, {"b", "two"}}));
  Put(rows::kChanges, "r", RowOf({{"a", "one"}}));
  // From before, and one that has the key in its hands.
  const std::unique_ptr<Reader> before = *sealed_.Snapshot();
  const std::unique_ptr<Reader> used = *sealed_.Snapshot();
  EXPECT_EQ(Read(used->Get(rows::kFacts, "k")), "one two");
  const std::string key = *GetRow(inner_, rows::kSubjectKeys, "a");
  ASSERT_TRUE(Erase("a").ok());
  EXPECT_EQ(Get(rows::kFacts, "k"), "gone two");
  EXPECT_EQ(Get(rows::kChanges, "r"), "gone");
  for (const Reader* reader : {before.get(), used.get()}) {
    EXPECT_EQ(Read(reader->Get(rows::kFacts, "k")), "gone two");
    const Rows scanned = ScanRows(*reader, rows::kFacts);
    EXPECT_EQ(Read(std::optional<std::string>(scanned[0].second)), "gone two");
  }
  EXPECT_EQ(Get(rows::kFacts, "k"), "gone two");
  EXPECT_EQ(Everything().find(key.substr(2)), std::string::npos);
  SealedStore reopened(&inner_, kSealedSpaces);
  EXPECT_EQ(Read((*reopened.Snapshot())->Get(rows::kFacts, "k")), "gone two");
}

TEST_F(SealedStoreTest, WhatIsWrittenOfAnErasedSubjectIsDropped) {
  ASSERT_TRUE(Erase("a").ok());
  Put(rows::kFacts, "k", RowOf({{"a", "late"}, {"b", "two"}}));
  EXPECT_EQ(Get(rows::kFacts, "k"), "gone two");
  EXPECT_EQ(Everything().find("late"), std::string::npos);
  EXPECT_EQ(ScanRows(inner_, rows::kSubjectKeys).size(), 2u);
}

TEST_F(SealedStoreTest, WithoutAnyKeyAValueReadsAsErased) {
  Put(rows::kFacts, "k", RowOf({{"a", "one"}}));
  ASSERT_TRUE(DeleteRow(inner_, rows::kSubjectKeys, "a").ok());
  SealedStore reopened(&inner_, kSealedSpaces);
  EXPECT_EQ(Read((*reopened.Snapshot())->Get(rows::kFacts, "k")), "gone");
  ScanRows(reopened, rows::kFacts);
  // It is unknown, not erased: a new value gets a new key.
  ASSERT_TRUE(
      PutRows(reopened, rows::kFacts, {{"l", RowOf({{"a", "two"}})}}).ok());
  EXPECT_EQ(Read((*reopened.Snapshot())->Get(rows::kFacts, "l")), "two");
}

TEST_F(SealedStoreTest, AKeyIsNeverDeletedInPlace) {
  Put(rows::kFacts, "k", RowOf({{"a", "one"}}));
  EXPECT_FALSE(sealed_
                   .Write([](Transaction& tx) {
                     return tx.Delete(rows::kSubjectKeys, "a");
                   })
                   .ok());
}

// Wherever a sealed part is put other than where it was written, the row is
// refused.
TEST_F(SealedStoreTest, APartThatWasMovedIsDataLoss) {
  Put(rows::kFacts, "k", RowOf({{"a", "one"}, {"b", "two"}}));
  Put(rows::kFacts, "l", RowOf({{"a", "three"}, {"b", "four"}}));
  const std::string k = *GetRow(inner_, rows::kFacts, "k");
  const std::string l = *GetRow(inner_, rows::kFacts, "l");
  const auto is_refused = [&](Space space, const std::string& key,
                              const std::string& row) {
    EXPECT_TRUE(PutRows(inner_, space, {{key, row}}).ok());
    const auto read = (*sealed_.Snapshot())->Get(space, key);
    const auto detail = DetailOf(read.status());
    return detail.has_value() &&
           detail->reason == ErrorReason::kStorageCorrupt &&
           (*sealed_.Snapshot())
                   ->Scan(space, "", "",
                          [](absl::string_view, absl::string_view) {
                            return true;
                          })
                   .code() == absl::StatusCode::kDataLoss;
  };
  EXPECT_TRUE(is_refused(rows::kFacts, "l", k));    // another row
  EXPECT_TRUE(is_refused(rows::kChanges, "k", k));  // another space
  PersonalRow crossed = *SplitPersonalRow(l);
  crossed.parts[0].content = SplitPersonalRow(k)->parts[0].content;
  EXPECT_TRUE(is_refused(rows::kFacts, "l", JoinPersonalRow(crossed)));
  PersonalRow renamed = *SplitPersonalRow(l);
  std::swap(renamed.parts[0].subject, renamed.parts[1].subject);
  EXPECT_TRUE(is_refused(rows::kFacts, "l", JoinPersonalRow(renamed)));
  EXPECT_TRUE(PutRows(inner_, rows::kFacts, {{"l", l}}).ok());
  EXPECT_EQ(Get(rows::kFacts, "l"), "three four");
}

// Against a model: random rows of random subjects, read by Get and by Scan,
// some erased on the way, also through a store without cached keys.
TEST_F(SealedStoreTest, RandomRowsReadAsTheModelSays) {
  const uint64_t seed = TestSeed(20261123);
  SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
  std::mt19937_64 random(seed);
  std::map<std::string, Values> model;
  std::map<std::string, bool> erased;
  const auto expected = [&](const Values& values) {
    std::string text;
    for (const auto& [subject, value] : values) {
      absl::StrAppend(&text, text.empty() ? "" : " ",
                      erased[subject] ? "gone" : value);
    }
    return text;
  };
  for (int step = 0; step < 600; ++step) {
    if (Below(random, 40) == 0) {
      const std::string subject = absl::StrCat("s", Below(random, 300));
      erased[subject] = true;
      ASSERT_TRUE(Erase(subject).ok());
    }
    const std::string key = absl::StrCat("row", Below(random, 200));
    Values& values = model[key];
    values.clear();
    for (uint64_t i = Below(random, 5) + 1; i > 0; --i) {
      values.emplace_back(absl::StrCat("s", Below(random, 300)),
                          absl::StrCat("v", Below(random, 1000000)));
    }
    Put(rows::kFacts, key, RowOf(values));
  }
  SealedStore cold(&inner_, kSealedSpaces);
  for (SealedStore* store : {&sealed_, &cold}) {
    const std::unique_ptr<Reader> reader = *store->Snapshot();
    const Rows scanned = ScanRows(*reader, rows::kFacts);
    ASSERT_EQ(scanned.size(), model.size());
    for (const auto& [key, row] : scanned) {
      EXPECT_EQ(Read(std::optional<std::string>(row)), expected(model[key]));
      EXPECT_EQ(Read(reader->Get(rows::kFacts, key)), expected(model[key]));
    }
  }
}

}  // namespace
}  // namespace concordat
