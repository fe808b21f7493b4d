// Goal: the paths given are all the shortest ones, and where a limit was
// reached before, the answer says so.
#include "graph/paths.h"

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

using testing::IsEmpty;
using testing::UnorderedElementsAre;

EntityId Person(const std::string& id) { return {"customer", id}; }

RelationRecord Knows(const std::string& from, const std::string& to,
                     ValidTime valid = {}) {
  return MakeRelation(Person(from), "knows", Person(to), valid);
}

PathsQuery QueryOf(const std::string& from, const std::string& to) {
  PathsQuery query;
  query.from = Person(from);
  query.to = Person(to);
  query.view.valid_at = Day(6, 1);
  query.view.steps = {{}};
  query.view.fan_out = 1000;
  query.view.work = 100'000;
  query.length = 10;
  query.paths = 100;
  return query;
}

Paths Find(TestGraph& graph, const PathsQuery& query) {
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  absl::StatusOr<Paths> found = FindPaths(*reader, query);
  FailUnlessOk(found.status());
  return found.ok() ? *std::move(found) : Paths();
}

// "a knows b <knows c" each.
std::vector<std::string> Texts(const Paths& found) {
  std::vector<std::string> texts;
  for (const Path& path : found.paths) {
    std::string text = path.front().near.id;
    for (const WalkedEdge& edge : path) {
      absl::StrAppend(&text, edge.backwards ? " <" : " ",
                      edge.relation.relation, " ", edge.far.id);
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::string> Cuts(const Paths& found) {
  std::vector<std::string> texts;
  for (const WalkCut& cut : found.cuts) {
    texts.push_back(absl::StrCat(static_cast<int>(cut.limit), " ", cut.allowed,
                                 " at ", cut.entities.at(0).id));
  }
  return texts;
}

TEST(PathsTest, AllShortestAndNoLonger) {
  TestGraph graph;
  graph.Write({Knows("a", "b"), Knows("b", "d"), Knows("a", "c"),
               Knows("d", "c"),
               MakeRelation(Person("a"), "follows", Person("b")),
               // Longer.
               Knows("a", "x"), Knows("x", "y"), Knows("y", "d")});
  const Paths found = Find(graph, QueryOf("a", "d"));
  EXPECT_THAT(Texts(found),
              UnorderedElementsAre("a knows b knows d", "a follows b knows d",
                                   "a knows c <knows d"));
  EXPECT_THAT(found.cuts, IsEmpty());
}

TEST(PathsTest, DirectionsAreThoseFromTheStart) {
  TestGraph graph;
  graph.Write({Knows("a", "b"), Knows("b", "c"), Knows("c", "d")});
  PathsQuery query = QueryOf("a", "d");
  query.view.steps = {{"knows", Direction::kOutgoing}};
  EXPECT_THAT(Texts(Find(graph, query)),
              UnorderedElementsAre("a knows b knows c knows d"));
  query.view.steps = {{"knows", Direction::kIncoming}};
  EXPECT_THAT(Texts(Find(graph, query)), IsEmpty());
  std::swap(query.from, query.to);
  EXPECT_THAT(Texts(Find(graph, query)),
              UnorderedElementsAre("d <knows c <knows b <knows a"));
}

TEST(PathsTest, NoneIsAnAnswer) {
  TestGraph graph;
  graph.Write(
      {Knows("a", "b"), Knows("c", "d"), Knows("b", "c", {.to = Day(2, 1)})});
  const Paths found = Find(graph, QueryOf("a", "d"));
  EXPECT_THAT(found.paths, IsEmpty());
  EXPECT_THAT(found.cuts, IsEmpty());
  PathsQuery then = QueryOf("a", "d");
  then.view.valid_at = Day(1, 1);
  EXPECT_EQ(Find(graph, then).paths.size(), 1u);
}

TEST(PathsTest, LongerThanAllowedIsACut) {
  TestGraph graph;
  std::vector<Change> chain;
  for (int i = 0; i < 5; ++i) {
    chain.push_back(Knows(absl::StrCat(i), absl::StrCat(i + 1)));
  }
  graph.Write(std::move(chain));
  PathsQuery query = QueryOf("0", "5");
  query.length = 5;
  EXPECT_EQ(Find(graph, query).paths.size(), 1u);
  query.length = 4;
  const Paths found = Find(graph, query);
  EXPECT_THAT(found.paths, IsEmpty());
  EXPECT_THAT(Cuts(found), UnorderedElementsAre("1 4 at 0"));
}

// a and z, each among 50 others, with 20 between them.
class BetweenTest : public testing::Test {
 protected:
  BetweenTest() {
    std::vector<Change> changes;
    for (int i = 0; i < 50; ++i) {
      changes.push_back(Knows("a", absl::StrCat("b", i)));
      changes.push_back(Knows("z", absl::StrCat("y", i)));
    }
    for (int i = 0; i < 20; ++i) {
      changes.push_back(Knows("a", absl::StrCat("m", i)));
      changes.push_back(Knows(absl::StrCat("m", i), "z"));
    }
    graph_.Write(std::move(changes));
  }
  TestGraph graph_;
};

TEST_F(BetweenTest, MorePathsThanAskedForAreACut) {
  PathsQuery query = QueryOf("a", "z");
  EXPECT_EQ(Find(graph_, query).paths.size(), 20u);
  query.paths = 20;
  EXPECT_THAT(Find(graph_, query).cuts, IsEmpty());
  query.paths = 19;
  const Paths found = Find(graph_, query);
  EXPECT_EQ(found.paths.size(), 19u);
  ASSERT_EQ(found.cuts.size(), 1u);
  EXPECT_EQ(found.cuts[0].limit, WalkLimit::kPaths);
}

TEST_F(BetweenTest, WorkBeforeAPathWasFoundIsACut) {
  PathsQuery query = QueryOf("a", "z");
  query.view.work = 30;
  const Paths found = Find(graph_, query);
  EXPECT_THAT(found.paths, IsEmpty());
  EXPECT_THAT(Cuts(found), UnorderedElementsAre("3 30 at a"));
  EXPECT_EQ(found.work, 30);
}

TEST_F(BetweenTest, FanOutIsACut) {
  PathsQuery query = QueryOf("a", "z");
  query.view.fan_out = 10;
  const Paths found = Find(graph_, query);
  ASSERT_FALSE(found.cuts.empty());
  EXPECT_EQ(found.cuts[0].limit, WalkLimit::kFanOut);
  EXPECT_EQ(found.cuts[0].entities[0].id, "a");
}

TEST(PathsModelTest, FindsWhatANaiveSearchFinds) {
  const uint64_t first_seed = TestSeed(1);
  size_t paths_in_all = 0;
  for (uint64_t seed = first_seed; seed < first_seed + 100; ++seed) {
    SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
    RandomGraph random(seed);
    for (int i = 0; i < 20; ++i) {
      PathsQuery query = QueryOf("", "");
      query.from = random.RandomEntity();
      query.to = random.RandomEntity();
      if (query.from == query.to) continue;
      query.view = random.RandomView();
      query.length = 1 + static_cast<int64_t>(Below(random.random(), 5));
      const std::set<RandomGraph::PathName> expected =
          random.ShortestPaths(query);
      const Paths found = Find(random.graph(), query);
      std::set<RandomGraph::PathName> paths;
      for (const Path& path : found.paths) {
        RandomGraph::PathName name;
        EntityId at = query.from;
        for (const WalkedEdge& edge : path) {
          EXPECT_EQ(edge.near, at);
          EXPECT_EQ(edge.near,
                    edge.backwards ? edge.relation.to : edge.relation.from);
          EXPECT_TRUE(edge.relation.valid.Covers(query.view.valid_at));
          at = edge.far;
          name.emplace_back(NameOf(edge), edge.backwards);
        }
        EXPECT_EQ(at, query.to);
        EXPECT_TRUE(paths.insert(std::move(name)).second);
      }
      EXPECT_EQ(paths, expected);
      for (const WalkCut& cut : found.cuts) {
        EXPECT_EQ(cut.limit, WalkLimit::kDepth);
        EXPECT_TRUE(expected.empty());
      }
      paths_in_all += paths.size();
      ASSERT_FALSE(testing::Test::HasFailure());

      // With little to go by, what is given is a path, or a cut says why not.
      query.view.work = 1 + static_cast<int64_t>(Below(random.random(), 20));
      query.view.fan_out = 1 + static_cast<int64_t>(Below(random.random(), 4));
      const Paths limited = Find(random.graph(), query);
      EXPECT_LE(limited.work, query.view.work);
      EXPECT_TRUE(!limited.paths.empty() || !limited.cuts.empty() ||
                  expected.empty());
      for (const Path& path : limited.paths) {
        EXPECT_EQ(path.front().near, query.from);
        EXPECT_EQ(path.back().far, query.to);
      }
    }
  }
  EXPECT_GT(paths_in_all, 200u);
}

}  // namespace
}  // namespace concordat
