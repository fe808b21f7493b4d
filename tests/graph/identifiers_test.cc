#include "graph/identifiers.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "graph/erasure.h"
#include "graph/key.h"
#include "graph/limits.h"
#include "graph/reading.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "gtest/gtest.h"
#include "tests/conformance/rows.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const EntityId kAda{"customer", "ada"};
const EntityId kBob{"customer", "bob"};

std::vector<std::string> IdentifiedBy(TestGraph& graph,
                                      const std::string& normal) {
  std::vector<std::string> ids;
  for (const EntityId& entity : graph.Read<std::vector<EntityId>>(
           Revision::Latest(), [&](GraphReader& g) {
             return g.EntitiesOnceIdentifiedBy("customer", "email", normal);
           })) {
    ids.push_back(entity.id);
  }
  return ids;
}

TEST(IdentifiersTest, IdentifiersAreFoundByNormalForm) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "email", " ADA@Example.org "),
               MakeFact(kBob, "email", "bob@example.org"),
               MakeFact(kBob, "visits", "7")});
  EXPECT_THAT(IdentifiedBy(graph, "ada@example.org"), ElementsAre("ada"));
  EXPECT_THAT(IdentifiedBy(graph, "ada@example"), IsEmpty());
  // Once identified, found for ever: the timeline decides.
  graph.Write({MakeFact(kAda, "email", "ada@new.org")});
  EXPECT_THAT(IdentifiedBy(graph, "ada@example.org"), ElementsAre("ada"));
  EXPECT_THAT(IdentifiedBy(graph, "ada@new.org"), ElementsAre("ada"));
}

TEST(IdentifiersTest, AValueOfManyIsCutJustAboveTheLimit) {
  TestGraph graph;
  std::vector<Change> changes;
  for (int i = 0; i < 2 * limits::kEntitiesPerIdentifierMax; ++i) {
    changes.push_back(MakeFact({"customer", absl::StrCat("c", i)}, "email",
                               "info@example.org"));
  }
  graph.Write(changes);
  EXPECT_EQ(IdentifiedBy(graph, "info@example.org").size(),
            static_cast<size_t>(limits::kEntitiesPerIdentifierMax) + 1);
}

TEST(IdentifiersTest, IndexingAgainForgetsNothing) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "email", "old@example.org")});
  // Replaces the record of the same start: true of Ada at older revisions.
  graph.Write({MakeFact(kAda, "email", "new@example.org")});
  ASSERT_TRUE(graph.store()
                  .Write([&](Transaction& tx) {
                    return IndexIdentifiers(tx, graph.schema());
                  })
                  .ok());
  EXPECT_THAT(IdentifiedBy(graph, "new@example.org"), ElementsAre("ada"));
  EXPECT_THAT(IdentifiedBy(graph, "old@example.org"), ElementsAre("ada"));
}

TEST(IdentifiersTest, ASchemaThatDropsAnIdentifierKeepsItForReplays) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "email", "a@example.org")});
  Schema other;
  FillTestSchema(other);
  other.entity_types["customer"].attributes["email"].identifying = false;
  ASSERT_TRUE(
      graph.store()
          .Write([&](Transaction& tx) { return IndexIdentifiers(tx, other); })
          .ok());
  EXPECT_THAT(IdentifiedBy(graph, "a@example.org"), ElementsAre("ada"));
}

std::vector<std::string> IndexKeys(TestGraph& graph) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : ScanRows(graph.store(), rows::kIdentifiers)) {
    keys.push_back(key);
  }
  return keys;
}

TEST(IdentifiersTest, OfAnEntityEveryIdentifierIsFoundAgain) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "email", "a@example.org"),
               MakeFact(kBob, "email", "b@example.org")});
  const std::vector<std::string> with_both = IndexKeys(graph);
  ASSERT_EQ(with_both.size(), 4u);
  FailUnlessOk(graph.store().Write([](Transaction& tx) -> absl::Status {
    // Of a fact that is gone, as an older version read it.
    CONCORDAT_RETURN_IF_ERROR(
        rows::PutIdentifier(tx, {kAda, "email", "old form"}, Revision(1)));
    return DeleteIdentifiers(tx, kAda);
  }));
  const std::vector<std::string> keys = IndexKeys(graph);
  ASSERT_EQ(keys.size(), 2u);
  for (const std::string& key : keys) {
    EXPECT_NE(key.find("b@example.org"), std::string::npos);
  }
  EXPECT_THAT(IdentifiedBy(graph, "b@example.org"), ElementsAre("bob"));
}

// A store of a build that had no entries by entity, and left some of a person
// who was erased.
TEST(IdentifiersTest, AnOlderIndexIsMadeWhole) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "email", "a@example.org"),
               MakeFact(kBob, "email", "b@example.org")});
  const std::vector<std::string> whole = IndexKeys(graph);
  FailUnlessOk(graph.store().Write([&](Transaction& tx) -> absl::Status {
    const EntityId gone{"customer", "gone"};
    for (const EntityId& entity : {kAda, gone}) {
      CONCORDAT_RETURN_IF_ERROR(
          rows::PutIdentifier(tx, {entity, "email", "compacted"}, Revision(1)));
    }
    for (const std::string& key : whole) {
      if (key.front() != '\0') continue;
      CONCORDAT_RETURN_IF_ERROR(tx.Delete(rows::kIdentifiers, key));
    }
    CONCORDAT_RETURN_IF_ERROR(
        tx.Delete(rows::kIdentifiers,
                  rows::IdentifiersByEntity(kAda) +
                      KeyWriter().String("email").String("compacted").Take()));
    CONCORDAT_RETURN_IF_ERROR(
        tx.Delete(rows::kIdentifiers,
                  rows::IdentifiersByEntity(gone) +
                      KeyWriter().String("email").String("compacted").Take()));
    CONCORDAT_RETURN_IF_ERROR(rows::PutErasure(tx, {.entity = gone}));
    return rows::PutIndexedForms(tx, kNormalFormsVersion);
  }));
  EXPECT_TRUE(*NeedsIndexing(**graph.store().Snapshot()));
  FailUnlessOk(graph.store().Write(
      [&](Transaction& tx) { return IndexIdentifiers(tx, graph.schema()); }));
  EXPECT_FALSE(*NeedsIndexing(**graph.store().Snapshot()));
  // Those of both facts, and Ada's compacted one, each both ways.
  EXPECT_EQ(IndexKeys(graph).size(), 6u);
  FailUnlessOk(graph.store().Write(
      [](Transaction& tx) { return DeleteIdentifiers(tx, kAda); }));
  EXPECT_EQ(IndexKeys(graph).size(), 2u);
}

// More rows of facts than are read at once.
TEST(IdentifiersTest, IndexingMissesNoPage) {
  constexpr int kWrites = 3;
  constexpr int kEntities = kWrites * limits::kChangesPerWriteMax;
  TestGraph graph;
  for (int write = 0; write < kWrites; ++write) {
    std::vector<Change> changes;
    changes.reserve(limits::kChangesPerWriteMax);
    for (int i = 0; i < limits::kChangesPerWriteMax; ++i) {
      const std::string id = absl::StrCat("c", write, "-", i);
      changes.push_back(MakeFact({"customer", id}, "email",
                                 absl::StrCat(id, "@example.org")));
    }
    graph.Write(std::move(changes));
  }
  const std::vector<std::string> keys = IndexKeys(graph);
  EXPECT_EQ(keys.size(), 2u * kEntities);
  FailUnlessOk(graph.store().Write([&](Transaction& tx) -> absl::Status {
    for (const std::string& key : keys) {
      CONCORDAT_RETURN_IF_ERROR(tx.Delete(rows::kIdentifiers, key));
    }
    return IndexIdentifiers(tx, graph.schema());
  }));
  EXPECT_EQ(IndexKeys(graph), keys);
}

TEST(IdentifiersTest, WhoAValueNamedAtARevisionStaysSo) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "email", "a@example.org")});
  graph.Write({MakeFact(kBob, "email", "a@example.org")});
  graph.Write({MakeFact(kAda, "email", "a@example.org")});
  const auto named_at = [&](uint64_t revision) {
    return graph
        .Read<std::vector<EntityId>>(Revision(revision),
                                     [](GraphReader& g) {
                                       return g.EntitiesOnceIdentifiedBy(
                                           "customer", "email",
                                           "a@example.org");
                                     })
        .size();
  };
  EXPECT_EQ(named_at(1), 1u);
  EXPECT_EQ(named_at(2), 2u);
}

}  // namespace
}  // namespace concordat
