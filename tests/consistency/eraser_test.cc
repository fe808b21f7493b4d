// Goal: whoever is to be erased can be, however much is known.
#include "consistency/eraser.h"

#include <string>
#include <vector>

#include "consistency/rows.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/memory_store.h"
#include "graph/status_macros.h"
#include "gtest/gtest.h"
#include "tests/consistency/world.h"

namespace concordat {
namespace {

const EntityId kPerson{"customer", "c1"};

// More than is read of an entity at once.
absl::Status PutManyFacts(Transaction& tx) {
  constexpr int64_t kRows = 1100;
  constexpr int64_t kFactsOfRow = limits::kFactsPerEntityMax / kRows + 1;
  for (int64_t row = 1; row <= kRows; ++row) {
    std::vector<FactRecord> facts(kFactsOfRow);
    std::vector<const FactRecord*> pointers;
    pointers.reserve(facts.size());
    uint32_t ordinal = 0;
    for (FactRecord& fact : facts) {
      fact.entity = kPerson;
      fact.attribute = "name";
      fact.value = "Open";
      fact.recorded.revision = Revision(row);
      fact.recorded.ordinal = ordinal++;
      pointers.push_back(&fact);
    }
    CONCORDAT_RETURN_IF_ERROR(rows::PutFacts(tx, pointers));
  }
  return rows::PutHead(tx, Revision(kRows));
}

TEST(EraserTest, NoNumberOfFactsProtectsFromErasure) {
  MemoryStore store;
  ASSERT_EQ(ReasonOf(store.Write(PutManyFacts)), "OK");
  const Vocabulary vocabulary;
  ErasureRequest request{.entity = kPerson, .reason = "asked for"};
  const auto erase = [&](Transaction& tx) {
    return EraseSubject(
        tx, vocabulary, request, {.revision = Revision(5000)},
        [&](const EntityId& entity) { return HeldOf(tx, entity); });
  };
  ASSERT_EQ(ReasonOf(store.Write([&](Transaction& tx) -> absl::Status {
              CONCORDAT_ASSIGN_OR_RETURN(const ErasureOutcome outcome,
                                         erase(tx));
              EXPECT_GT(outcome.records.front().facts,
                        static_cast<uint64_t>(limits::kFactsPerEntityMax));
              return absl::OkStatus();
            })),
            "OK");
  // All were put into parts, which the store seals.
  const std::unique_ptr<Reader> reader = *store.Snapshot();
  EXPECT_TRUE(reader
                  ->Scan(rows::kFacts, "", "",
                         [](absl::string_view, absl::string_view row) {
                           EXPECT_TRUE(HasPersonalParts(row));
                           return true;
                         })
                  .ok());
}

// Whoever asked to erase one did not know that another is the same.
TEST(EraserTest, AMergeChangesWhoIsErased) {
  World world;
  world.Write({MakeFact("tier", "gold"), MakeFact("tier", "silver", {}, kBob)});
  ErasureRequest request{.entity = kAda, .reason = "asked for"};
  size_t erased = 0;
  const auto erase = [&](Revision unchanged_since) {
    request.unchanged_since = unchanged_since;
    return ReasonOf(world.store().Write([&](Transaction& tx) -> absl::Status {
      CONCORDAT_ASSIGN_OR_RETURN(const ErasureOutcome outcome,
                                 EraseSubject(tx, world.vocabulary(), request,
                                              {.revision = world.head().Next()},
                                              [&](const EntityId& entity) {
                                                return HeldOf(tx, entity);
                                              }));
      erased = outcome.records.size();
      return absl::OkStatus();
    }));
  };
  const Revision before_merge = world.head();
  MergeRecord merge;
  merge.duplicate = kBob;
  merge.survivor = kAda;
  world.Write({merge});
  EXPECT_EQ(erase(before_merge), "PRECONDITION_FAILED");
  EXPECT_EQ(erase(world.head()), "OK");
  EXPECT_EQ(erased, 2u);
}

}  // namespace
}  // namespace concordat
