// Goal: with the newest file of keys an old backup opens, but for whom was
// erased since; nothing else brings a key back; a file that is not whole is
// refused before anything is written.
#include "server/security/key_file.h"

#include <memory>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "graph/erasure.h"
#include "graph/errors.h"
#include "graph/memory_store.h"
#include "graph/personal.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "gtest/gtest.h"
#include "server/security/lost_keys.h"
#include "server/security/part_cipher.h"
#include "server/security/sealed_store.h"
#include "tests/conformance/rows.h"

namespace concordat {
namespace {

constexpr Space kSealedSpaces[] = {rows::kFacts};
const EntityId kAda{"customer", "ada"};
const EntityId kBob{"customer", "bob"};

std::string RowOf(const EntityId& entity, const std::string& value) {
  RowEncoder row;
  row.Unsigned(1);
  row.Value(SubjectOf(entity), value, true, false);
  return row.TakeRow();
}

// A store, its sealed front, and what a backup of it is: all rows, no keys.
struct TestStore {
  MemoryStore store;
  SealedStore sealed{&store, kSealedSpaces};

  void Put(const EntityId& entity, const std::string& value) {
    ASSERT_TRUE(
        PutRows(sealed, rows::kFacts, {{entity.id, RowOf(entity, value)}})
            .ok());
  }
  std::string Get(const EntityId& entity) {
    const auto row = (*sealed.Snapshot())->Get(rows::kFacts, entity.id);
    if (!row.ok() || !row->has_value()) return "unreadable";
    RowDecoder in(**row);
    in.Unsigned();
    const StoredValue value = in.Value();
    return value.erased ? "erased" : value.text.value_or("none");
  }
  void Erase(const EntityId& entity, Revision revision) {
    ASSERT_TRUE(sealed
                    .Write([&](Transaction& tx) {
                      CONCORDAT_RETURN_IF_ERROR(
                          rows::PutSubjectKey(tx, SubjectOf(entity), ""));
                      CONCORDAT_RETURN_IF_ERROR(rows::PutHead(tx, revision));
                      return rows::PutErasure(tx, {.entity = entity,
                                                   .revision = revision,
                                                   .reason = "why"});
                    })
                    .ok());
  }
  std::string Keys() {
    const std::unique_ptr<Reader> reader = *store.Snapshot();
    KeyFileWriter writer(reader.get());
    std::string file;
    while (true) {
      const auto bytes = writer.Next();
      EXPECT_TRUE(bytes.ok()) << bytes.status();
      if (!bytes.ok() || bytes->empty()) return file;
      file += *bytes;
    }
  }
  std::unique_ptr<TestStore> Restored() {
    auto copy = std::make_unique<TestStore>();
    for (const Space space : {rows::kFacts, rows::kMeta, rows::kErasures}) {
      EXPECT_TRUE(PutRows(copy->store, space, ScanRows(store, space)).ok());
    }
    return copy;
  }
};

// Gives how many keys were put.
absl::StatusOr<uint64_t> Import(const std::string& bytes, Store& store) {
  std::istringstream in(bytes);
  CONCORDAT_ASSIGN_OR_RETURN(const KeyFile file, ReadKeyFile(in));
  return PutKeys(file, store);
}

TEST(KeyFileTest, ABackupWithoutKeysTellsNothingAndOpensWithThem) {
  TestStore origin;
  origin.Put(kAda, "ada's");
  origin.Put(kBob, "bob's");
  const auto restored = origin.Restored();
  EXPECT_EQ(restored->Get(kAda), "erased");
  const auto imported = Import(origin.Keys(), restored->store);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(*imported, 2u);
  SealedStore opened(&restored->store, kSealedSpaces);
  EXPECT_EQ(restored->Get(kAda), "ada's");
  EXPECT_EQ(restored->Get(kBob), "bob's");
}

TEST(KeyFileTest, WhoWasErasedAfterTheBackupStaysErased) {
  TestStore origin;
  origin.Put(kAda, "ada's");
  origin.Put(kBob, "bob's");
  const auto restored = origin.Restored();
  origin.Erase(kAda, Revision(7));
  const auto imported = Import(origin.Keys(), restored->store);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(*imported, 1u);
  EXPECT_EQ(restored->Get(kAda), "erased");
  EXPECT_EQ(restored->Get(kBob), "bob's");
  // What the erasure was is for the restore to record.
  std::istringstream in(origin.Keys());
  const auto file = ReadKeyFile(in);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->revision, Revision(7));
  ASSERT_EQ(file->erasures.size(), 1u);
  EXPECT_EQ(file->erasures[0].entity, kAda);
  EXPECT_EQ(file->erasures[0].reason, "why");
}

// A restored store has no row that says so, for a backup holds no keys.
TEST(KeyFileTest, NobodyWhomTheStoreKnowsToBeErasedGetsAKey) {
  TestStore origin;
  origin.Put(kAda, "ada's");
  const std::string old_keys = origin.Keys();
  origin.Erase(kAda, Revision(7));
  for (const bool with_keys : {true, false}) {
    const auto restored = origin.Restored();
    ASSERT_TRUE(with_keys ? Import(old_keys, restored->store).ok()
                          : PutKeys(KeyFile(), restored->store).ok());
    EXPECT_EQ(restored->Get(kAda), "erased");
    restored->Put(kAda, "new");
    EXPECT_EQ(restored->Get(kAda), "erased");
  }
}

// A key that a subject gets later is not tried on what an older one sealed.
TEST(LostKeysTest, WhatCannotBeReadIsErasedBeforeItsSubjectGetsAKey) {
  TestStore origin;
  origin.Put(kAda, "ada's");
  origin.Put(kBob, "bob's");
  const auto restored = origin.Restored();
  ASSERT_TRUE(restored->sealed
                  .Write([](Transaction& tx) {
                    return rows::PutSubjectKey(tx, SubjectOf(kBob),
                                               SubjectKey::Random()->bytes());
                  })
                  .ok());
  EXPECT_EQ(*EraseLostParts(restored->store, kSealedSpaces), 1u);
  EXPECT_EQ(*EraseLostParts(restored->store, kSealedSpaces), 0u);
  EXPECT_EQ(restored->Get(kAda), "erased");
  // Of him there is a key: that it does not fit is an error.
  EXPECT_EQ(restored->Get(kBob), "unreadable");
  ASSERT_TRUE(
      PutRows(restored->sealed, rows::kFacts, {{"another", RowOf(kAda, "new")}})
          .ok());
  EXPECT_EQ(restored->Get(kAda), "erased");
}

TEST(KeyFileTest, AnOldFileBringsBackNobodyWhomTheStoreKnowsToBeErased) {
  TestStore origin;
  origin.Put(kAda, "ada's");
  const std::string old_keys = origin.Keys();
  origin.Erase(kAda, Revision(7));
  ASSERT_TRUE(Import(old_keys, origin.store).ok());
  EXPECT_EQ(origin.Get(kAda), "erased");
  SealedStore reopened(&origin.store, kSealedSpaces);
  EXPECT_EQ(*GetRow(origin.store, rows::kSubjectKeys, SubjectOf(kAda)),
            std::string("\1\0", 2));
}

TEST(KeyFileTest, ALargeFileIsMadeInParts) {
  constexpr uint64_t kPeople = 25'000;
  TestStore origin;
  ASSERT_TRUE(origin.store
                  .Write([](Transaction& tx) {
                    for (uint64_t i = 0; i < kPeople; ++i) {
                      CONCORDAT_RETURN_IF_ERROR(rows::PutSubjectKey(
                          tx, SubjectOf({"customer", absl::StrCat(i)}),
                          std::string(SubjectKey::kBytes, 'k')));
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  MemoryStore restored;
  EXPECT_EQ(*Import(origin.Keys(), restored), kPeople);
  EXPECT_EQ(ScanRows(restored, rows::kSubjectKeys),
            ScanRows(origin.store, rows::kSubjectKeys));
}

TEST(KeyFileTest, ImportingTwiceIsImportingOnce) {
  TestStore origin;
  origin.Put(kAda, "ada's");
  origin.Put(kBob, "bob's");
  const auto restored = origin.Restored();
  origin.Erase(kBob, Revision(3));
  const std::string keys = origin.Keys();
  ASSERT_TRUE(Import(keys, restored->store).ok());
  const auto again = Import(keys, restored->store);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, 0u);
  EXPECT_EQ(restored->Get(kAda), "ada's");
}

TEST(KeyFileTest, AFileThatIsNotWholeIsRefusedBeforeAnythingIsWritten) {
  TestStore origin;
  origin.Put(kAda, "ada's");
  const std::string keys = origin.Keys();
  const auto restored = origin.Restored();
  for (size_t i = 0; i < keys.size(); ++i) {
    std::string flipped = keys;
    flipped[i] = static_cast<char>(flipped[i] ^ 4);
    for (const std::string& bad : {keys.substr(0, i), flipped}) {
      const auto imported = Import(bad, restored->store);
      ASSERT_EQ(imported.status().code(), absl::StatusCode::kDataLoss) << i;
    }
  }
  EXPECT_TRUE(ScanRows(restored->store, rows::kSubjectKeys).empty());
  EXPECT_TRUE(Import(keys, restored->store).ok());
}

}  // namespace
}  // namespace concordat
