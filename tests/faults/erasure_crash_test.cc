// Power fails at any change of any file while a person is erased: afterwards
// the person is there whole or gone whole, gone if the erasure was
// acknowledged; the others are all there; and once the files were scrubbed,
// none of them holds the key.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "consistency/checker.h"
#include "consistency/rows.h"
#include "graph/graph_reader.h"
#include "graph/personal.h"
#include "server/security/sealed_store.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/rows.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/faults/faulty_disk.h"

namespace concordat {
namespace {

constexpr int kPeople = 8;
const EntityId kErased{"customer", "p3"};

SqliteOptions OptionsFor(const std::string& directory, const std::string& vfs,
                         const std::vector<Space>& spaces) {
  SqliteOptions options;
  options.directory = directory;
  options.spaces = spaces;
  options.writer_cache_bytes = 64 << 10;
  options.checkpoint_bytes = 64 << 10;
  options.vfs = vfs;
  return options;
}

void FillVocabulary(Vocabulary& vocabulary) {
  EntityType type;
  type.name = "customer";
  Attribute email;
  email.name = "email";
  email.type = ValueType::kText;
  email.identifying = true;
  email.personal = true;
  type.attributes.emplace("email", email);
  vocabulary.schema.entity_types.emplace("customer", type);
}

std::string ValueOf(int person) { return absl::StrCat("mail of ", person); }

absl::Status Fill(Store& store, const Vocabulary& vocabulary,
                  Checker& checker) {
  return store.Write([&](Transaction& tx) {
    WriteBatch batch;
    batch.request_id = "fill";
    for (int person = 0; person < kPeople; ++person) {
      FactRecord fact;
      fact.entity = {"customer", absl::StrCat("p", person)};
      fact.attribute = "email";
      fact.value = ValueOf(person);
      fact.personal = true;
      batch.changes.push_back(fact);
    }
    const absl::Status written =
        checker.Write(tx, vocabulary, std::move(batch), {Revision(1), {}})
            .status();
    return written.ok() ? rows::PutHead(tx, Revision(1)) : written;
  });
}

absl::Status Erase(Store& store, const Vocabulary& vocabulary,
                   Checker& checker) {
  return store.Write([&](Transaction& tx) {
    ErasureRequest request;
    request.entity = kErased;
    request.reason = "r";
    const absl::Status erased =
        checker.Erase(tx, vocabulary, request, {Revision(2), {}}).status();
    return erased.ok() ? rows::PutHead(tx, Revision(2)) : erased;
  });
}

// Whether the person is gone; anything that is half is a failure.
void CheckWholeOrGone(Store& store, bool& gone) {
  const std::unique_ptr<Reader> reader = *store.Snapshot();
  const GraphReader graph(*reader, Revision::Latest());
  gone = rows::GetErasure(*reader, kErased)->has_value();
  for (int person = 0; person < kPeople; ++person) {
    const EntityId entity{"customer", absl::StrCat("p", person)};
    const auto facts = graph.FactsOf(entity);
    ASSERT_TRUE(facts.ok()) << facts.status();
    ASSERT_EQ(facts->size(), 1u);
    const bool erased = gone && entity == kErased;
    EXPECT_EQ(facts->front().erased, erased);
    EXPECT_EQ(facts->front().value.value_or("gone"),
              erased ? "gone" : ValueOf(person));
    const auto named =
        graph.EntitiesOnceIdentifiedBy("customer", "email", ValueOf(person));
    ASSERT_TRUE(named.ok());
    EXPECT_EQ(named->size(), erased ? 0u : 1u);
  }
  EXPECT_EQ(rows::ReadHead(*reader)->number(), gone ? 2u : 1u);
}

std::string EveryByte(const std::string& directory) {
  std::string bytes;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(directory)) {
    std::ifstream in(file.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(in), {});
  }
  return bytes;
}

TEST(ErasureCrashTest, ThePersonIsThereOrGoneAndNothingBetween) {
  const uint64_t first_seed = TestSeed(20261122);
  const std::vector<Space> spaces = rows::AllSpaces();
  Vocabulary vocabulary;
  FillVocabulary(vocabulary);
  int gone_count = 0;
  int kept_count = 0;
  bool past_the_end = false;
  for (int64_t skip = 0; !past_the_end; ++skip) {
    SCOPED_TRACE(
        absl::StrCat("CONCORDAT_TEST_SEED=", first_seed, " skip=", skip));
    TemporaryDirectory directory;
    FaultyDisk disk;
    const SqliteOptions options =
        OptionsFor(directory.path(), disk.vfs(), spaces);
    std::string key;
    bool acknowledged = false;
    {
      auto store = SqliteStore::Open(options);
      ASSERT_TRUE(store.ok()) << store.status();
      SealedStore sealed(store->get(), rows::kPersonalSpaces);
      Checker checker;
      ASSERT_TRUE(Fill(sealed, vocabulary, checker).ok());
      key = GetRow(**store, rows::kSubjectKeys, SubjectOf(kErased))->substr(2);
      disk.FailAfter(skip, DiskFault::kPowerCut, /*lasting=*/true);
      acknowledged = Erase(sealed, vocabulary, checker).ok();
      if (acknowledged) sealed.Scrub().IgnoreError();
      past_the_end = !disk.failed();
    }
    std::mt19937_64 random(first_seed + static_cast<uint64_t>(skip));
    const uint64_t keep_percent = 5 + 45 * Below(random, 3);
    disk.RestorePower([&] { return Below(random, 100) < keep_percent; });
    {
      auto store = SqliteStore::Open(options);
      ASSERT_TRUE(store.ok()) << store.status();
      SealedStore sealed(store->get(), rows::kPersonalSpaces);
      bool gone = false;
      CheckWholeOrGone(sealed, gone);
      if (HasFatalFailure() || HasNonfatalFailure()) return;
      EXPECT_TRUE(gone || !acknowledged) << "an acknowledged erasure is lost";
      (gone ? gone_count : kept_count) += 1;
      // As the server does when it starts.
      ASSERT_TRUE(sealed.Scrub().ok());
      EXPECT_EQ(EveryByte(directory.path()).find(key) == std::string::npos,
                gone);
    }
  }
  EXPECT_GT(gone_count, 0);
  EXPECT_GT(kept_count, 0);
  RecordProperty("gone", gone_count);
  RecordProperty("kept", kept_count);
}

}  // namespace
}  // namespace concordat
