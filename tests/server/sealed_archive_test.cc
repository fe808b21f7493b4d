// Goal: backups and logs of a store that seals its rows hold no value; restored
// with the keys everything is there but what was erased, whenever that was;
// without them, or with some, the store can be read and written to.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "consistency/findings.h"
#include "consistency/rows.h"
#include "graph/erasure.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "gtest/gtest.h"
#include "proto/archive_reader.h"
#include "server/archive/restore.h"
#include "server/security/sealed_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/server/archive_fixture.h"

namespace concordat {
namespace {

constexpr uint64_t kBackupAt = 30;
constexpr uint64_t kFirstLogEnds = 55;
// Said of the person before the backup: where its attribute is not personal.
constexpr char kName[] = "Hildegard";

// Rows of what is said, and of the findings about it.
bool IsAbout(const std::string& key, const std::vector<std::string>& findings) {
  if (absl::StrContains(key, "c1")) return true;
  return std::any_of(
      findings.begin(), findings.end(),
      [&key](const std::string& id) { return absl::StrContains(key, id); });
}

// A history whose personal values are sealed, with a person who is erased after
// the backup, and what is kept of it.
class SealedArchiveTest : public testing::Test {
 protected:
  SealedArchiveTest() {
    EXPECT_TRUE(inner_
                    .Write([](Transaction& tx) -> absl::Status {
                      const absl::Status put =
                          rows::PutLogStart(tx, Revision());
                      return put.ok() ? rows::PutStoreId(tx, 42) : put;
                    })
                    .ok());
    original_ = std::make_unique<Instance>(
        std::make_unique<SealedStore>(&inner_, rows::kPersonalSpaces));
    // A history in which no vocabulary has claims judged again that name what
    // is erased later: whoever replays it cannot know that it was hers
    // (ARCHITECTURE.md, "Backup, restore, compaction").
    std::mt19937_64 random(TestSeed(20'260'314));
    while (original_->head().number() + 2 < kBackupAt) {
      original_->Commit(random);
    }
    Claim claim;
    claim.channel = "web";
    claim.entity = EntityId{"customer", "c1"};
    claim.attribute = "name";
    claim.value = kName;
    original_->Report({claim});
    original_->Write(
        {.request_id = "before",
         .actor = "",
         .changes = {CustomerFact("c1", "email", "c1@a.example")}});
    options_ = {.backup = directory_.Sub("backup"),
                .keys = directory_.Sub("keys"),
                .logs = {directory_.Sub("1.log"), directory_.Sub("2.log")}};
    WriteBytes(options_.backup, *AllOf(OpenBackup(*inner_.Snapshot(),
                                                  absl::FromUnixSeconds(1))));
    WriteBytes(old_keys_ = directory_.Sub("old_keys"),
               *AllOf(OpenKeys(*inner_.Snapshot())));
    while (original_->head().number() + 1 < kFirstLogEnds) {
      original_->Commit(random);
    }
    // Of whom the erasure has to change the rows of.
    original_->Write(
        {.request_id = "last",
         .actor = "",
         .changes = {CustomerFact("c1", "email", "c1@b.example")}});
    WriteLog(options_.logs[0], kBackupAt);
    original_->Erase({"customer", "c1"}, "erase");
    WriteLog(options_.logs[1], kFirstLogEnds);
    WriteBytes(options_.keys, *AllOf(OpenKeys(*inner_.Snapshot())));
  }

  // Of every contract's attribute and channel.
  static std::vector<std::string> FindingsOfThePerson() {
    std::vector<std::string> ids;
    for (const char* attribute : {"name", "email", "visits"}) {
      for (const char* channel : {"web", "app"}) {
        for (const FindingSubject& subject :
             SubjectsOfClaim({"customer", "c1"}, channel, attribute)) {
          ids.push_back(FingerprintOf(subject));
        }
      }
    }
    return ids;
  }
  static AllRows WithoutThePerson(AllRows rows) {
    const std::vector<std::string> findings = FindingsOfThePerson();
    // What became of her findings is counted among that of others.
    std::erase_if(rows, [&](const auto& row) {
      return IsAbout(row.first, findings) ||
             absl::StartsWith(row.first, "scores/");
    });
    return rows;
  }

  void WriteLog(const std::string& path, uint64_t after) {
    WriteBytes(path,
               *AllOf(OpenLog(*inner_.Snapshot(), Revision(after),
                              *rows::ReadHead(**inner_.Snapshot()), true)));
  }

  TemporaryDirectory directory_;
  MemoryStore inner_;
  std::unique_ptr<Instance> original_;
  RestoreOptions options_;
  std::string old_keys_;
};

// Every value of the store, sealed ones opened, can be read.
void ExpectNoValueOf(Store& sealed, const std::string& value) {
  for (const auto& [key, row] : RowsOf(sealed)) {
    EXPECT_FALSE(absl::StrContains(row, value)) << key;
    EXPECT_FALSE(absl::StrContains(key, value)) << key;
  }
}

TEST_F(SealedArchiveTest, NoFileButThatOfTheKeysHoldsAValueOrAKey) {
  for (const std::string& path :
       {options_.backup, options_.logs[0], options_.logs[1]}) {
    std::stringstream file;
    file << std::ifstream(path).rdbuf();
    EXPECT_FALSE(absl::StrContains(file.str(), "@example.org")) << path;
  }
}

TEST_F(SealedArchiveTest,
       WithTheKeysEverythingComesBackAndTheErasedStayErased) {
  MemoryStore store;
  SealedStore sealed(&store, rows::kPersonalSpaces);
  const auto restored = Restore(store, sealed, options_);
  ASSERT_TRUE(restored.ok()) << restored.status();
  // What was said about the person could not be judged again.
  EXPECT_EQ(Differences(WithoutThePerson(RowsOf(sealed)),
                        WithoutThePerson(RowsOf(original_->store()))),
            "");
  for (const auto& row : RowsOf(sealed)) {
    if (absl::StartsWith(row.first, "identifiers/")) {
      EXPECT_FALSE(absl::StrContains(row.first, absl::string_view("\0c1\0", 4)))
          << row.first;
    }
  }
  // The log is as it came, so that what comes after it still follows.
  EXPECT_EQ(*AllOf(OpenLog(*store.Snapshot(), Revision(kBackupAt),
                           restored->revision, true)),
            *AllOf(OpenLog(*inner_.Snapshot(), Revision(kBackupAt),
                           restored->revision, true)));
}

TEST_F(SealedArchiveTest, ARestoreThatBreaksOffAnywhereCanGoOn) {
  MemoryStore whole;
  SealedStore whole_sealed(&whole, rows::kPersonalSpaces);
  ASSERT_TRUE(Restore(whole, whole_sealed, options_).ok());
  const AllRows expected = RowsOf(whole_sealed);
  bool finished = false;
  for (int writes = 1; !finished; ++writes) {
    MemoryStore store;
    FailingStore failing(&store);
    failing.FailFrom(writes);
    {
      SealedStore sealed(&failing, rows::kPersonalSpaces);
      finished = Restore(failing, sealed, options_).ok();
    }
    SealedStore sealed(&store, rows::kPersonalSpaces);
    if (!finished) {
      const auto again = Restore(store, sealed, options_);
      ASSERT_TRUE(again.ok()) << writes << ": " << again.status();
    }
    ASSERT_EQ(Differences(RowsOf(sealed), expected), "") << writes;
  }
}

TEST_F(SealedArchiveTest, ARestoreGoesOnWithTheKeysItWasBegunWith) {
  options_.logs.clear();
  MemoryStore store;
  FailingStore failing(&store);
  failing.FailFrom(3);
  SealedStore sealed(&failing, rows::kPersonalSpaces);
  ASSERT_FALSE(Restore(failing, sealed, options_).ok());
  SealedStore again(&store, rows::kPersonalSpaces);
  RestoreOptions other = options_;
  other.keys = old_keys_;
  EXPECT_EQ(Reason(Restore(store, again, other).status()), "STORE_NOT_EMPTY");
  EXPECT_TRUE(Restore(store, again, options_).ok());
}

// As the erasure in the live store did: what channels hold, what explains
// findings, fingerprints of requests.
TEST_F(SealedArchiveTest, TheKeysEraseWhoWasErasedAfterTheLastFile) {
  options_.logs.pop_back();
  MemoryStore store;
  {
    SealedStore sealed(&store, rows::kPersonalSpaces);
    const auto restored = Restore(store, sealed, options_);
    ASSERT_TRUE(restored.ok()) << restored.status();
    EXPECT_EQ(restored->revision, Revision(kFirstLogEnds + 1));
    EXPECT_EQ(*rows::ReadHead(**store.Snapshot()), restored->revision);
  }
  SealedStore sealed(&store, rows::kPersonalSpaces);
  const std::unique_ptr<Reader> reader = *sealed.Snapshot();
  const auto erasure = rows::GetErasure(*reader, {"customer", "c1"});
  ASSERT_TRUE(erasure.ok() && erasure->has_value());
  EXPECT_EQ((*erasure)->revision, Revision(kFirstLogEnds + 1));
  EXPECT_EQ((*erasure)->reason, "asked");
  const auto live =
      rows::GetErasure(**original_->store().Snapshot(), {"customer", "c1"});
  EXPECT_EQ((*erasure)->facts, (*live)->facts);
  EXPECT_EQ(rows::GetRequest(*reader, "last").value()->fingerprint, "");
  EXPECT_EQ(rows::GetRequest(*reader, "erase").value()->revision,
            Revision(kFirstLogEnds + 1));
  EXPECT_EQ(rows::GetCommit(*reader, Revision(kFirstLogEnds + 1)).value()->kind,
            rows::CommitRecord::Kind::kErasure);
  for (const auto& [key, row] : RowsOf(sealed)) {
    if (absl::StartsWith(key, "held/") || absl::StartsWith(key, "findings/")) {
      EXPECT_FALSE(absl::StrContains(row, kName)) << key;
    }
  }
  ExpectNoValueOf(sealed, "c1@a.example");
}

TEST_F(SealedArchiveTest, AHistoryWithAnErasureMakesTheSameStoreAgain) {
  const std::string history = *AllOf(
      OpenLog(*original_->store().Snapshot(), Revision(), original_->head()));
  std::istringstream stream(history);
  const auto reader = ArchiveReader::Open(&stream, "log");
  ASSERT_TRUE(reader.ok());
  Instance copy;
  while (*(*reader)->Next()) {
    const auto imported = copy.Import((*reader)->log());
    ASSERT_TRUE(imported.ok()) << imported.status();
  }
  EXPECT_EQ(copy.head(), original_->head());
  // Watches are told, as of any erasure.
  EXPECT_EQ(copy.erasing(), 1);
  EXPECT_EQ(*copy.Log(Revision()), history);
}

TEST_F(SealedArchiveTest, KeysThatAreOlderThanWhatIsRestoredAreRefused) {
  options_.keys = old_keys_;
  MemoryStore store;
  SealedStore sealed(&store, rows::kPersonalSpaces);
  EXPECT_EQ(Reason(Restore(store, sealed, options_).status()), "INVALID_FIELD");
  EXPECT_TRUE(RowsOf(store).empty());
  // They serve up to the revision that they are of.
  options_.until = Revision(kBackupAt);
  EXPECT_EQ(Reason(Restore(store, sealed, options_).status()), "OK");
}

TEST_F(SealedArchiveTest, ALogInTheClearIsNotForARestore) {
  WriteBytes(options_.logs[0],
             *AllOf(OpenLog(*original_->store().Snapshot(), Revision(kBackupAt),
                            original_->head())));
  MemoryStore store;
  SealedStore sealed(&store, rows::kPersonalSpaces);
  EXPECT_EQ(Reason(Restore(store, sealed, options_).status()), "INVALID_FIELD");
  EXPECT_TRUE(RowsOf(store).empty());
}

TEST_F(SealedArchiveTest, WithoutTheKeysThereAreRowsButNoValues) {
  options_.keys.clear();
  MemoryStore store;
  SealedStore sealed(&store, rows::kPersonalSpaces);
  EXPECT_EQ(Reason(Restore(store, sealed, options_).status()), "INVALID_FIELD");
  options_.logs.clear();
  const auto restored = Restore(store, sealed, options_);
  ASSERT_TRUE(restored.ok()) << restored.status();
  uint64_t commits = 0;
  for (const auto& row : RowsOf(sealed)) {
    if (absl::StartsWith(row.first, "commits/")) ++commits;
  }
  EXPECT_EQ(commits, kBackupAt);
  ExpectNoValueOf(sealed, "@example.org");
}

// A subject gets a new key by what is written of it; what was sealed with the
// old one must not be tried with that.
TEST_F(SealedArchiveTest, WithoutTheKeysTheStoreGoesOn) {
  // Of a person who was erased before the backup too.
  WriteBytes(options_.backup,
             *AllOf(OpenBackup(*inner_.Snapshot(), absl::FromUnixSeconds(1))));
  options_.keys.clear();
  options_.logs.clear();
  MemoryStore store;
  {
    SealedStore sealed(&store, rows::kPersonalSpaces);
    ASSERT_TRUE(Restore(store, sealed, options_).ok());
  }
  {
    Instance restored(
        std::make_unique<SealedStore>(&store, rows::kPersonalSpaces));
    for (const char* id : {"c0", "c2", "c3"}) {
      restored.Write({.changes = {CustomerFact(
                          id, "email", absl::StrCat(id, "@new.example"))}});
    }
    Claim claim;
    claim.channel = "web";
    claim.entity = EntityId{"customer", "c1"};
    claim.attribute = "email";
    claim.value = "c1@new.example";
    restored.Report({claim});
  }
  // RowsOf reads every row to its end.
  SealedStore sealed(&store, rows::kPersonalSpaces);
  bool found = false;
  for (const auto& row : RowsOf(sealed)) {
    found = found || absl::StrContains(row.second, "c2@new.example");
  }
  EXPECT_TRUE(found);
  ExpectNoValueOf(sealed, "c1@new.example");
}

}  // namespace
}  // namespace concordat
