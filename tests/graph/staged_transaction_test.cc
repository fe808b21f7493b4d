// Goal: what is staged reads as if it were written, and reaches the base only
// when it is applied.
// Method: random changes to a transaction and to a staged one over half of
// them, held against each other; CONCORDAT_TEST_SEED repeats a run.
#include "graph/staged_transaction.h"

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/memory_store.h"
#include "graph/rows.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows ScanAll(const Reader& reader, const std::string& begin,
             const std::string& end, size_t limit) {
  Rows rows;
  EXPECT_TRUE(reader
                  .Scan(rows::kFacts, begin, end,
                        [&](absl::string_view key, absl::string_view value) {
                          rows.emplace_back(key, value);
                          return rows.size() < limit;
                        })
                  .ok());
  return rows;
}

uint64_t Seed() {
  const char* const given = std::getenv("CONCORDAT_TEST_SEED");
  return given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
}

std::string RandomKey(std::mt19937_64& random) {
  std::string key;
  for (uint64_t left = random() % 3; left > 0; --left) {
    key.push_back("ab\xff"[random() % 3]);
  }
  return key;
}

void ExpectSame(const Reader& staged, const Reader& model,
                std::mt19937_64& random) {
  const std::string key = RandomKey(random);
  EXPECT_EQ(*staged.Get(rows::kFacts, key), *model.Get(rows::kFacts, key));
  const std::string begin = RandomKey(random);
  const std::string end = RandomKey(random);
  const size_t limit = 1 + random() % 6;
  EXPECT_EQ(ScanAll(staged, begin, end, limit),
            ScanAll(model, begin, end, limit));
  EXPECT_EQ(ScanAll(staged, "", "", 1000), ScanAll(model, "", "", 1000));
}

// Changes both alike.
void ChangeBoth(Transaction& a, Transaction& b, std::mt19937_64& random) {
  const std::string key = RandomKey(random);
  if (random() % 3 == 0) {
    EXPECT_TRUE(a.Delete(rows::kFacts, key).ok());
    EXPECT_TRUE(b.Delete(rows::kFacts, key).ok());
    return;
  }
  const std::string value = absl::StrCat(random() % 100);
  EXPECT_TRUE(a.Put(rows::kFacts, key, value).ok());
  EXPECT_TRUE(b.Put(rows::kFacts, key, value).ok());
}

TEST(StagedTransactionTest, ReadsAsIfItWereWrittenAndAppliesTheSame) {
  for (uint64_t run = 0; run < 200; ++run) {
    const uint64_t seed = Seed() + run;
    SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
    std::mt19937_64 random(seed);
    MemoryStore base_store;
    MemoryStore model_store;
    ASSERT_TRUE(base_store
                    .Write([&](Transaction& base) {
                      return model_store.Write([&](Transaction& model) {
                        for (int i = 0; i < 6; ++i) {
                          ChangeBoth(base, model, random);
                        }
                        StagedTransaction staged(base);
                        const Rows before = ScanAll(base, "", "", 1000);
                        for (int i = 0; i < 10; ++i) {
                          ChangeBoth(staged, model, random);
                          ExpectSame(staged, model, random);
                        }
                        EXPECT_EQ(ScanAll(base, "", "", 1000), before);
                        EXPECT_TRUE(staged.Apply().ok());
                        ExpectSame(base, model, random);
                        return absl::OkStatus();
                      });
                    })
                    .ok());
    if (testing::Test::HasFailure()) return;
  }
}

TEST(StagedTransactionTest, KeepsSpacesApart) {
  MemoryStore store;
  ASSERT_TRUE(store
                  .Write([&](Transaction& tx) {
                    StagedTransaction staged(tx);
                    EXPECT_TRUE(staged.Put(rows::kFacts, "k", "facts").ok());
                    EXPECT_TRUE(staged.Put(rows::kLinks, "k", "links").ok());
                    EXPECT_EQ(*staged.Get(rows::kFacts, "k"), "facts");
                    EXPECT_EQ(*staged.Get(rows::kMeta, "k"), std::nullopt);
                    return staged.Apply();
                  })
                  .ok());
  const auto reader = *store.Snapshot();
  EXPECT_EQ(*reader->Get(rows::kFacts, "k"), "facts");
  EXPECT_EQ(*reader->Get(rows::kLinks, "k"), "links");
}

}  // namespace
}  // namespace concordat
