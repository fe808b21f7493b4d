// Goal: a neighbourhood is what a naive search finds, and where a limit cut it,
// it says so.
#include "graph/neighbourhood.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/conformance/rows.h"
#include "tests/graph/graph_fixture.h"
#include "tests/graph/walk_oracle.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

EntityId Person(const std::string& id) { return {"customer", id}; }
EntityId House(const std::string& id) { return {"household", id}; }

NeighbourhoodQuery QueryFrom(std::vector<EntityId> starts, int64_t depth) {
  NeighbourhoodQuery query;
  query.starts = std::move(starts);
  query.view.valid_at = Day(6, 1);
  query.view.steps = {{}};
  query.view.fan_out = 1000;
  query.view.work = 100'000;
  query.depth = depth;
  query.results = 1000;
  return query;
}

Neighbourhood Find(TestGraph& graph, const NeighbourhoodQuery& query) {
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  absl::StatusOr<Neighbourhood> found = FindNeighbourhood(*reader, query);
  FailUnlessOk(found.status());
  return found.ok() ? *std::move(found) : Neighbourhood();
}

// "id depth" each.
std::vector<std::string> Entities(const Neighbourhood& found) {
  std::vector<std::string> texts;
  for (const Neighbour& neighbour : found.entities) {
    texts.push_back(absl::StrCat(neighbour.entity.id, " ", neighbour.depth));
  }
  return texts;
}

// "from relation to", with "<" where followed backwards.
std::vector<std::string> Edges(const Neighbourhood& found) {
  std::vector<std::string> texts;
  for (const WalkedEdge& edge : found.edges) {
    texts.push_back(absl::StrCat(edge.near.id, edge.backwards ? " <" : " ",
                                 edge.relation.relation, " ", edge.far.id));
  }
  return texts;
}

// "limit allowed at id,id of count".
std::vector<std::string> Cuts(const Neighbourhood& found) {
  std::vector<std::string> texts;
  for (const WalkCut& cut : found.cuts) {
    std::string text =
        absl::StrCat(static_cast<int>(cut.limit), " ", cut.allowed, " at ");
    for (const EntityId& entity : cut.entities) {
      absl::StrAppend(&text, entity.id, ",");
    }
    text.back() = ' ';
    texts.push_back(absl::StrCat(text, "of ", cut.count));
  }
  return texts;
}

TEST(NeighbourhoodTest, TheHouseholdOfACustomer) {
  TestGraph graph;
  graph.Write(
      {MakeRelation(Person("ada"), "lives_in", House("h")),
       MakeRelation(Person("bob"), "lives_in", House("h")),
       MakeRelation(Person("eve"), "lives_in", House("h"), {.to = Day(2, 1)})});
  const Neighbourhood found = Find(graph, QueryFrom({Person("ada")}, 2));
  EXPECT_THAT(Entities(found), ElementsAre("ada 0", "h 1", "bob 2"));
  // The edge by which ada was left is not followed back.
  EXPECT_THAT(Edges(found), ElementsAre("ada lives_in h", "h <lives_in bob"));
  EXPECT_THAT(Cuts(found), ElementsAre("1 2 at bob of 1"));
  // One step more looks at everything, and nothing is beyond.
  EXPECT_THAT(Find(graph, QueryFrom({Person("ada")}, 3)).cuts, IsEmpty());
}

TEST(NeighbourhoodTest, CyclesAndEdgesToItselfEnd) {
  TestGraph graph;
  graph.Write({MakeRelation(Person("a"), "knows", Person("a")),
               MakeRelation(Person("a"), "knows", Person("b")),
               MakeRelation(Person("b"), "knows", Person("c")),
               MakeRelation(Person("c"), "knows", Person("a"))});
  const Neighbourhood found = Find(graph, QueryFrom({Person("a")}, 10));
  EXPECT_THAT(Entities(found), ElementsAre("a 0", "b 1", "c 1"));
  EXPECT_THAT(Edges(found),
              ElementsAre("a knows a", "a knows b", "a <knows c", "b knows c"));
  EXPECT_THAT(found.cuts, IsEmpty());
}

TEST(NeighbourhoodTest, WhoSignsAndWhoUsesMayBeOne) {
  TestGraph graph;
  graph.Write({MakeRelation(Person("a"), "knows", Person("b")),
               MakeRelation(Person("a"), "follows", Person("b"))});
  const Neighbourhood found = Find(graph, QueryFrom({Person("b")}, 1));
  EXPECT_THAT(Entities(found), ElementsAre("b 0", "a 1"));
  EXPECT_THAT(Edges(found), ElementsAre("b <follows a", "b <knows a"));
}

TEST(NeighbourhoodTest, OtherTypesAreWalkedThrough) {
  TestGraph graph;
  graph.Write({MakeRelation(Person("ada"), "lives_in", House("h")),
               MakeRelation(Person("bob"), "lives_in", House("h")),
               MakeRelation(Person("bob"), "placed", {"order", "o"})});
  NeighbourhoodQuery query = QueryFrom({Person("ada")}, 3);
  query.types = {"customer"};
  const Neighbourhood found = Find(graph, query);
  EXPECT_THAT(Entities(found), ElementsAre("ada 0", "bob 2"));
  // Also where the walk comes back to its start.
  EXPECT_THAT(Edges(found), ElementsAre("h <lives_in ada", "h <lives_in bob"));
  EXPECT_THAT(Cuts(found), ElementsAre("1 3 at o of 1"));
}

// A hub of many relations: 300 of knows, 300 of follows, 2 of placed.
class HubTest : public testing::Test {
 protected:
  HubTest() {
    for (int i = 0; i < 300; ++i) {
      graph_.Write(
          {MakeRelation(Person("hub"), "knows", Person(absl::StrCat("k", i))),
           MakeRelation(Person(absl::StrCat("f", i)), "follows",
                        Person("hub"))});
    }
    graph_.Write({MakeRelation(Person("hub"), "placed", {"order", "o1"}),
                  MakeRelation(Person("hub"), "placed", {"order", "o2"})});
  }

  static int64_t CountOf(const Neighbourhood& found, const char* relation) {
    return std::count_if(found.edges.begin(), found.edges.end(),
                         [&](const WalkedEdge& edge) {
                           return edge.relation.relation == relation;
                         });
  }

  TestGraph graph_;
};

TEST_F(HubTest, FanOutIsNamedAndSharedAmongRelations) {
  NeighbourhoodQuery query = QueryFrom({Person("hub")}, 1);
  query.view.fan_out = 100;
  const Neighbourhood found = Find(graph_, query);
  EXPECT_EQ(found.entities.size(), 101u);
  EXPECT_EQ(CountOf(found, "placed"), 2);
  EXPECT_GE(CountOf(found, "knows"), 30);
  EXPECT_GE(CountOf(found, "follows"), 30);
  ASSERT_EQ(found.cuts.size(), 2u);
  EXPECT_EQ(found.cuts[0].limit, WalkLimit::kDepth);
  EXPECT_EQ(found.cuts[0].count, 100);
  EXPECT_EQ(Cuts(found)[1], "2 100 at hub of 1");
  // Nowhere near all of the 902 rows was read for it.
  EXPECT_LT(found.work, 300);
}

TEST_F(HubTest, FanOutThatSufficesIsNoCut) {
  NeighbourhoodQuery query = QueryFrom({Person("hub")}, 1);
  query.view.fan_out = 602;
  const Neighbourhood found = Find(graph_, query);
  EXPECT_EQ(found.entities.size(), 603u);
  ASSERT_EQ(found.cuts.size(), 1u);
  EXPECT_EQ(found.cuts[0].limit, WalkLimit::kDepth);
}

TEST_F(HubTest, WorkIsNamedAndExact) {
  NeighbourhoodQuery query = QueryFrom({Person("hub")}, 1);
  const int64_t needed = Find(graph_, query).work;
  // A row of the graph each for knows and placed, one of the index more for
  // follows.
  EXPECT_EQ(needed, 300 + 2 + 2 * 300);
  query.view.work = needed;
  EXPECT_EQ(Find(graph_, query).entities.size(), 603u);
  EXPECT_EQ(Find(graph_, query).cuts.size(), 1u);
  query.view.work = needed - 1;
  const Neighbourhood found = Find(graph_, query);
  EXPECT_EQ(found.entities.size(), 602u);
  EXPECT_EQ(found.work, needed - 1);
  EXPECT_EQ(Cuts(found).back(), absl::StrCat("3 ", needed - 1, " at hub of 1"));
  query.view.work = 1;
  EXPECT_LE(Find(graph_, query).entities.size(), 2u);
}

TEST_F(HubTest, ResultsAreNamedAndExact) {
  NeighbourhoodQuery query = QueryFrom({Person("hub")}, 1);
  query.results = 602;
  EXPECT_EQ(Find(graph_, query).cuts.size(), 1u);
  query.results = 601;
  const Neighbourhood found = Find(graph_, query);
  EXPECT_EQ(found.entities.size(), 602u);
  EXPECT_THAT(Cuts(found), ElementsAre("4 601 at hub of 1"));
}

TEST_F(HubTest, EveryEntityOfACutCountsAndAHundredAreNamed) {
  const Neighbourhood found = Find(graph_, QueryFrom({Person("hub")}, 1));
  ASSERT_EQ(found.cuts.size(), 1u);
  EXPECT_EQ(found.cuts[0].count, 602);
  EXPECT_EQ(found.cuts[0].entities.size(), kCutEntitiesMax);
}

TEST_F(HubTest, DepthNothingGivesTheStarts) {
  const Neighbourhood found =
      Find(graph_, QueryFrom({Person("hub"), Person("k1"), Person("hub")}, 0));
  EXPECT_THAT(Entities(found), ElementsAre("hub 0", "k1 0"));
  EXPECT_THAT(Cuts(found), ElementsAre("1 0 at hub,k1 of 2"));
  EXPECT_EQ(found.work, 0);
}

// What was followed is as it was recorded.
void ExpectConsistent(const Neighbourhood& found,
                      const NeighbourhoodQuery& query) {
  for (size_t i = 1; i < found.entities.size(); ++i) {
    EXPECT_LE(found.entities[i - 1].depth, found.entities[i].depth);
  }
  for (const WalkedEdge& edge : found.edges) {
    EXPECT_TRUE(edge.relation.valid.Covers(query.view.valid_at));
    EXPECT_LE(edge.relation.recorded.revision, query.view.at);
    EXPECT_EQ(edge.near,
              edge.backwards ? edge.relation.to : edge.relation.from);
    EXPECT_EQ(edge.far, edge.backwards ? edge.relation.from : edge.relation.to);
  }
}

TEST(NeighbourhoodModelTest, FindsWhatANaiveSearchFinds) {
  const uint64_t first_seed = TestSeed(1);
  size_t found_in_all = 0;
  for (uint64_t seed = first_seed; seed < first_seed + 100; ++seed) {
    SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
    RandomGraph random(seed);
    for (int i = 0; i < 20; ++i) {
      NeighbourhoodQuery query = QueryFrom({random.RandomEntity()}, 1);
      if (i % 3 == 0) query.starts.push_back(random.RandomEntity());
      query.view = random.RandomView();
      query.depth = static_cast<int64_t>(Below(random.random(), 5));
      if (i % 4 == 0) query.types = {"order"};
      const Neighbourhood found = Find(random.graph(), query);
      const RandomGraph::Found expected = random.Neighbours(query);

      std::map<EntityId, int64_t> entities;
      for (const Neighbour& neighbour : found.entities) {
        EXPECT_TRUE(entities.emplace(neighbour.entity, neighbour.depth).second);
      }
      EXPECT_EQ(entities, expected.entities);
      std::set<EdgeName> edges;
      for (const WalkedEdge& edge : found.edges) {
        EXPECT_TRUE(edges.insert(NameOf(edge)).second);
      }
      EXPECT_EQ(edges, expected.edges);
      ExpectConsistent(found, query);
      const bool beyond = expected.beyond > 0;
      ASSERT_EQ(found.cuts.size(), beyond ? 1u : 0u);
      if (beyond) {
        EXPECT_EQ(found.cuts[0].count, expected.beyond);
      }
      found_in_all += found.edges.size();
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
  EXPECT_GT(found_in_all, 2000u);
}

// With limits drawn at random: what is given is a part of what there is, and
// where it is not all of it a cut other than the depth says why.
TEST(NeighbourhoodModelTest, NothingIsLeftOutSilently) {
  const uint64_t first_seed = TestSeed(1);
  int cut = 0;
  for (uint64_t seed = first_seed; seed < first_seed + 100; ++seed) {
    SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
    RandomGraph random(seed);
    for (int i = 0; i < 20; ++i) {
      NeighbourhoodQuery query = QueryFrom({random.RandomEntity()}, 4);
      query.view = random.RandomView();
      query.view.fan_out = 1 + static_cast<int64_t>(Below(random.random(), 8));
      query.view.work = 1 + static_cast<int64_t>(Below(random.random(), 100));
      query.results = 1 + static_cast<int64_t>(Below(random.random(), 20));
      const Neighbourhood found = Find(random.graph(), query);
      const RandomGraph::Found expected = random.Neighbours(query);
      for (const Neighbour& neighbour : found.entities) {
        EXPECT_TRUE(expected.entities.contains(neighbour.entity));
      }
      for (const WalkedEdge& edge : found.edges) {
        EXPECT_TRUE(expected.edges.contains(NameOf(edge)));
      }
      ExpectConsistent(found, query);
      EXPECT_LE(found.work, query.view.work);
      EXPECT_LE(static_cast<int64_t>(found.entities.size()), query.results + 1);
      const bool limited = std::any_of(
          found.cuts.begin(), found.cuts.end(), [](const WalkCut& which) {
            return which.limit != WalkLimit::kDepth;
          });
      if (!limited) {
        EXPECT_EQ(found.entities.size(), expected.entities.size());
        EXPECT_EQ(found.edges.size(), expected.edges.size());
      }
      cut += limited ? 1 : 0;
      ASSERT_FALSE(testing::Test::HasFailure());
    }
  }
  EXPECT_GT(cut, 300);
}

}  // namespace
}  // namespace concordat
