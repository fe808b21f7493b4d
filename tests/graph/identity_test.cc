// Goal: which ids are one entity at each revision, what is known of it, and
// that nothing is moved by a merge.
#include "graph/identity.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "graph/neighbourhood.h"
#include "graph/rows.h"
#include "graph/timeline.h"
#include "gtest/gtest.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const EntityId kA{"customer", "a"};
const EntityId kB{"customer", "b"};
const EntityId kC{"customer", "c"};
const EntityId kD{"customer", "d"};
const EntityId kOrder{"order", "o"};

// What `read` gives for the identity as known at `at`.
template <typename T>
T Ask(TestGraph& graph, Revision at,
      const std::function<absl::StatusOr<T>(const Identity&)>& read) {
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  absl::StatusOr<T> result = read(Identity(*reader, at));
  FailUnlessOk(result.status());
  return result.ok() ? *std::move(result) : T();
}

Cluster ClusterOf(TestGraph& graph, const EntityId& entity,
                  Revision at = Revision::Latest()) {
  return Ask<Cluster>(graph, at, [&](const Identity& identity) {
    return identity.ClusterOf(entity);
  });
}

// "a: a b c": the canonical id and the members.
std::string DescribeCluster(TestGraph& graph, const EntityId& entity,
                            Revision at = Revision::Latest()) {
  const Cluster cluster = ClusterOf(graph, entity, at);
  return absl::StrCat(cluster.canonical.id, ": ",
                      absl::StrJoin(cluster.members, " ",
                                    [](std::string* out, const EntityId& id) {
                                      out->append(id.id);
                                    }));
}

// The value of an attribute of the cluster at an instant, "" for none.
std::string ValueOf(TestGraph& graph, const EntityId& entity,
                    const std::string& attribute,
                    Revision at = Revision::Latest()) {
  return Ask<std::string>(
      graph, at, [&](const Identity& identity) -> absl::StatusOr<std::string> {
        auto facts = identity.FactsOf(*identity.ClusterOf(entity), attribute);
        const Timeline timeline(*identity.AsOneEntity(*facts));
        const TimelineSpan* span = timeline.At(Day(6, 1));
        return span == nullptr ? ""
                               : timeline.FactOf(*span).value.value_or("none");
      });
}

Revision LastChangeOf(TestGraph& graph, const EntityId& entity,
                      Revision at = Revision::Latest()) {
  return Ask<Revision>(graph, at, [&](const Identity& identity) {
    return identity.LastChange(*identity.ClusterOf(entity));
  });
}

// A graph that knows four customers.
struct FourCustomers : TestGraph {
  FourCustomers() {
    Write({MakeFact(kA, "visits", "1"), MakeFact(kB, "visits", "2"),
           MakeFact(kC, "visits", "3"), MakeFact(kD, "visits", "4")});
  }
};

TEST(IdentityTest, AnIdIsItsOwnEntityUntilItIsMerged) {
  TestGraph graph;
  EXPECT_EQ(DescribeCluster(graph, kA), "a: a");
  FourCustomers known;
  EXPECT_EQ(DescribeCluster(known, kA), "a: a");
  known.Write({MakeMerge(kB, kA)});
  EXPECT_EQ(DescribeCluster(known, kC), "c: c");
}

TEST(IdentityTest, MergesChain) {
  FourCustomers graph;
  graph.Write({MakeMerge(kC, kB)});
  graph.Write({MakeMerge(kB, kA)});
  graph.Write({MakeMerge(kD, kC)});
  for (const EntityId& id : {kA, kB, kC, kD}) {
    EXPECT_EQ(DescribeCluster(graph, id), "a: a b c d") << id.id;
  }
  const auto path = Ask<std::vector<MergeRecord>>(
      graph, Revision::Latest(),
      [](const Identity& identity) { return identity.PathOf(kD); });
  ASSERT_EQ(path.size(), 3u);
  EXPECT_EQ(path[0].survivor, kC);
  EXPECT_EQ(path[1].survivor, kB);
  EXPECT_EQ(path[2].survivor, kA);
}

TEST(IdentityTest, SplittingTheMiddleOfAChainLeavesBothEnds) {
  FourCustomers graph;
  graph.Write({MakeMerge(kB, kA), MakeMerge(kC, kB), MakeMerge(kD, kA)});
  graph.Write({MakeSplit(kB)});
  EXPECT_EQ(DescribeCluster(graph, kA), "a: a d");
  EXPECT_EQ(DescribeCluster(graph, kC), "b: b c");
  EXPECT_EQ(ValueOf(graph, kC, "visits"), "3");
}

TEST(IdentityTest, WhatWasSplitCanBeMergedAgainAndElsewhere) {
  FourCustomers graph;
  graph.Write({MakeMerge(kB, kA)});
  graph.Write({MakeSplit(kB)});
  graph.Write({MakeMerge(kB, kC)});
  EXPECT_EQ(DescribeCluster(graph, kB), "c: b c");
  EXPECT_EQ(DescribeCluster(graph, kA), "a: a");
  graph.Write({MakeSplit(kB), MakeMerge(kB, kA)});
  EXPECT_EQ(DescribeCluster(graph, kB), "a: a b");
}

TEST(IdentityTest, AReadAtARevisionSeesTheIdentityOfThen) {
  FourCustomers graph;
  const Revision apart = graph.head();
  const Revision merged = graph.Write({MakeMerge(kB, kA)});
  const Revision split = graph.Write({MakeSplit(kB)});
  EXPECT_EQ(DescribeCluster(graph, kB, apart), "b: b");
  EXPECT_EQ(DescribeCluster(graph, kB, merged), "a: a b");
  EXPECT_EQ(DescribeCluster(graph, kB, split), "b: b");
  EXPECT_EQ(ValueOf(graph, kA, "visits", apart), "1");
  EXPECT_EQ(ValueOf(graph, kA, "visits", merged), "2");
  EXPECT_EQ(ValueOf(graph, kA, "visits", split), "1");
}

// The timeline's rule: of those that start together the one recorded last.
TEST(IdentityTest, WhereMembersConflictTheTimelineDecides) {
  TestGraph graph;
  graph.Write({MakeFact(kB, "tier", "silver")});
  graph.Write({MakeFact(kA, "tier", "gold")});
  graph.Write({MakeMerge(kB, kA)});
  EXPECT_EQ(ValueOf(graph, kB, "tier"), "gold");
  // What is written to either id is known of both.
  graph.Write({MakeFact(kB, "tier", "bronze")});
  EXPECT_EQ(ValueOf(graph, kA, "tier"), "bronze");
  graph.Write({MakeSplit(kB)});
  EXPECT_EQ(ValueOf(graph, kA, "tier"), "gold");
  EXPECT_EQ(ValueOf(graph, kB, "tier"), "bronze");
}

TEST(IdentityTest, ARetractionFromBeforeTheMergeTakesBackItsOwnIdOnly) {
  TestGraph graph;
  graph.Write({MakeFact(kA, "tier", "gold"), MakeFact(kB, "tier", "silver")});
  graph.Write({MakeRetraction(kB, "tier")});
  graph.Write({MakeMerge(kB, kA)});
  EXPECT_EQ(ValueOf(graph, kB, "tier"), "gold");
}

TEST(IdentityTest, ARetractionAfterTheMergeTakesBackWhatIsKnownOfBoth) {
  TestGraph graph;
  graph.Write({MakeFact(kA, "tier", "gold")});
  graph.Write({MakeFact(kB, "tier", "silver")});
  graph.Write({MakeMerge(kB, kA)});
  graph.Write({MakeRetraction(kA, "tier")});
  EXPECT_EQ(ValueOf(graph, kB, "tier"), "");
  // Recorded again, it holds.
  graph.Write({MakeFact(kB, "tier", "bronze")});
  EXPECT_EQ(ValueOf(graph, kA, "tier"), "bronze");
  // It was addressed to the one, so the other has its own back.
  graph.Write({MakeSplit(kB)});
  EXPECT_EQ(ValueOf(graph, kA, "tier"), "");
  EXPECT_EQ(ValueOf(graph, kB, "tier"), "bronze");
}

TEST(IdentityTest, LinksAndRelationsAreThoseOfAllMembers) {
  FourCustomers graph;
  graph.Write({MakeLink("web", "w1", kA), MakeLink("web", "w2", kB),
               MakeRelation(kB, "placed", kOrder),
               MakeRelation(kA, "knows", kB), MakeRelation(kC, "knows", kA)});
  graph.Write({MakeMerge(kB, kA)});
  const auto links = Ask<std::vector<LinkRecord>>(
      graph, Revision::Latest(), [](const Identity& identity) {
        return identity.LinksOf(*identity.ClusterOf(kB));
      });
  ASSERT_EQ(links.size(), 2u);
  EXPECT_EQ(links[0].subject, "w1");
  EXPECT_EQ(links[1].subject, "w2");
  const auto relations = Ask<std::vector<RelationRecord>>(
      graph, Revision::Latest(), [](const Identity& identity) {
        return identity.RelationsOf(*identity.ClusterOf(kA));
      });
  std::vector<std::string> edges;
  for (const RelationRecord& relation : relations) {
    edges.push_back(absl::StrCat(relation.from.id, " ", relation.relation, " ",
                                 relation.to.id));
  }
  EXPECT_THAT(edges, testing::UnorderedElementsAre("a knows b", "c knows a",
                                                   "b placed o"));
}

TEST(IdentityTest, AWalkTakesTheEdgesOfAllIds) {
  FourCustomers graph;
  graph.Write({MakeRelation(kB, "placed", kOrder),
               MakeRelation(kC, "knows", kB), MakeRelation(kA, "knows", kB)});
  graph.Write({MakeMerge(kB, kA), MakeMerge(kC, kD)});
  NeighbourhoodQuery query;
  query.starts = {kA};
  query.view = {.valid_at = Day(6, 1),
                .steps = {{"", Direction::kBoth}},
                .fan_out = 10,
                .work = 1000};
  query.depth = 2;
  query.results = 100;
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  const auto found = FindNeighbourhood(*reader, query);
  ASSERT_TRUE(found.ok()) << found.status();
  std::vector<std::string> met;
  for (const Neighbour& neighbour : found->entities) {
    met.push_back(absl::StrCat(neighbour.entity.id, " ", neighbour.depth));
  }
  EXPECT_THAT(met, testing::UnorderedElementsAre("a 0", "d 1", "o 1"));
  std::vector<std::string> edges;
  for (const WalkedEdge& edge : found->edges) {
    edges.push_back(absl::StrCat(edge.near.id, " ", edge.far.id, " by ",
                                 edge.relation.from.id, " ",
                                 edge.relation.to.id));
  }
  // From the entity to itself once, as any such edge.
  EXPECT_THAT(edges, testing::UnorderedElementsAre("a o by b o", "a d by c b",
                                                   "a a by a b"));
}

TEST(IdentityTest, ChangesOfIdentityAreChangesOfEachMember) {
  FourCustomers graph;
  const Revision known = graph.head();
  EXPECT_EQ(LastChangeOf(graph, kA), known);
  const Revision merged = graph.Write({MakeMerge(kB, kA)});
  EXPECT_EQ(LastChangeOf(graph, kA), merged);
  EXPECT_EQ(LastChangeOf(graph, kB), merged);
  EXPECT_EQ(LastChangeOf(graph, kC), known);
  const Revision written = graph.Write({MakeFact(kB, "visits", "5")});
  EXPECT_EQ(LastChangeOf(graph, kA), written);
  const Revision chained = graph.Write({MakeMerge(kC, kB)});
  EXPECT_EQ(LastChangeOf(graph, kA), chained);
  const Revision split = graph.Write({MakeSplit(kB)});
  EXPECT_EQ(LastChangeOf(graph, kA), split);
  EXPECT_EQ(LastChangeOf(graph, kC), split);
  const Revision distinct = graph.Write({MakeDistinct(kA, kB)});
  EXPECT_EQ(LastChangeOf(graph, kC), distinct);
  EXPECT_EQ(LastChangeOf(graph, kA, known), known);
}

TEST(IdentityTest, APreconditionOnAnyMemberSeesTheCluster) {
  FourCustomers graph;
  const Revision merged = graph.Write({MakeMerge(kB, kA)});
  graph.Write({MakeFact(kB, "tier", "gold")});
  const auto try_if = [&](Precondition condition) {
    WriteBatch batch;
    batch.changes = {MakeFact(kA, "visits", "9")};
    batch.preconditions = {std::move(condition)};
    return ReasonOf(graph.TryWrite(batch).status());
  };
  EXPECT_EQ(try_if(UnchangedSince{kA, merged}),
            "PRECONDITION_FAILED preconditions[0]");
  EXPECT_EQ(try_if(ValueIs{kA, "tier", "gold"}), "OK");
  EXPECT_EQ(try_if(ValueIs{kA, "tier", std::nullopt}),
            "PRECONDITION_FAILED preconditions[0]");
  EXPECT_EQ(try_if(UnchangedSince{kB, graph.head()}), "OK");
}

TEST(IdentityTest, PreconditionsOnLinksAndRelationsTakeAnyIdOfAnEntity) {
  FourCustomers graph;
  graph.Write({MakeLink("web", "w1", kB), MakeRelation(kB, "knows", kC)});
  graph.Write({MakeMerge(kB, kA), MakeMerge(kC, kD)});
  const auto try_if = [&](Precondition condition) {
    WriteBatch batch;
    batch.changes = {MakeFact(kA, "visits", "9")};
    batch.preconditions = {std::move(condition)};
    return ReasonOf(graph.TryWrite(batch).status());
  };
  EXPECT_EQ(try_if(LinkIs{"web", "w1", kA}), "OK");
  EXPECT_EQ(try_if(LinkIs{"web", "w1", kC}),
            "PRECONDITION_FAILED preconditions[0]");
  EXPECT_EQ(try_if(RelationHolds{kA, "knows", kD, true}), "OK");
  EXPECT_EQ(try_if(RelationHolds{kD, "knows", kA, true}),
            "PRECONDITION_FAILED preconditions[0]");
}

TEST(IdentityTest, MergedIdsAreListedOnlyWhereAskedFor) {
  FourCustomers graph;
  const Revision apart = graph.head();
  graph.Write({MakeMerge(kB, kA), MakeMerge(kC, kB)});
  const auto ids = [&](Revision at, bool include_merged) {
    std::vector<std::string> names;
    for (const EntityId& id : graph
                                  .Read<GraphReader::Page<EntityId>>(
                                      at,
                                      [&](GraphReader& g) {
                                        return g.ListEntities(
                                            "customer", "", 10, include_merged);
                                      })
                                  .items) {
      names.push_back(id.id);
    }
    return absl::StrJoin(names, " ");
  };
  EXPECT_EQ(ids(Revision::Latest(), false), "a d");
  EXPECT_EQ(ids(Revision::Latest(), true), "a b c d");
  EXPECT_EQ(ids(apart, false), "a b c d");
  graph.Write({MakeSplit(kC)});
  EXPECT_EQ(ids(Revision::Latest(), false), "a c d");
}

TEST(IdentityTest, MergesInForceAreListedPageByPage) {
  FourCustomers graph;
  graph.Write({MakeMerge(kB, kA), MakeMerge(kC, kB), MakeMerge(kD, kC)});
  graph.Write({MakeSplit(kC)});
  std::vector<std::string> listed;
  std::string start;
  do {
    const auto page = graph.Read<GraphReader::Page<MergeRecord>>(
        Revision::Latest(),
        [&](GraphReader& g) { return g.ListMerges("customer", start, 1); });
    for (const MergeRecord& merge : page.items) {
      listed.push_back(
          absl::StrCat(merge.duplicate.id, ">", merge.survivor.id));
    }
    start = page.next;
  } while (!start.empty());
  EXPECT_THAT(listed, ElementsAre("b>a", "d>c"));
}

TEST(IdentityTest, HistoryTellsWhoJoinedAndWhoLeft) {
  FourCustomers graph;
  graph.Write({MakeMerge(kB, kA)});
  graph.Write({MakeMerge(kD, kC)});  // another entity's
  graph.Write({MakeSplit(kB)});
  graph.Write({MakeMerge(kB, kC)});
  const auto history_of = [&](const EntityId& id) {
    std::vector<std::string> told;
    for (const MergeRecord& merge : Ask<std::vector<MergeRecord>>(
             graph, Revision::Latest(), [&](const Identity& identity) {
               return identity.HistoryOf(*identity.ClusterOf(id));
             })) {
      told.push_back(absl::StrCat(merge.duplicate.id,
                                  merge.retraction ? " from " : " into ",
                                  merge.survivor.id));
    }
    return absl::StrJoin(told, ", ");
  };
  EXPECT_EQ(history_of(kA), "b into a, b from a");
  EXPECT_EQ(history_of(kD), "b into a, d into c, b from a, b into c");
}

TEST(IdentityTest, DeclarationsHoldBetweenClustersUntilTakenBack) {
  FourCustomers graph;
  graph.Write({MakeMerge(kB, kA), MakeMerge(kD, kC)});
  graph.Write({MakeDistinct(kD, kB)});
  const auto between = [&](const EntityId& x, const EntityId& y) {
    return Ask<std::vector<DistinctRecord>>(graph, Revision::Latest(),
                                            [&](const Identity& identity) {
                                              return identity.DistinctBetween(
                                                  *identity.ClusterOf(x),
                                                  *identity.ClusterOf(y));
                                            })
        .size();
  };
  EXPECT_EQ(between(kA, kC), 1u);
  EXPECT_EQ(between(kC, kA), 1u);
  graph.Write({MakeSplit(kB)});
  EXPECT_EQ(between(kA, kC), 0u);
  EXPECT_EQ(between(kB, kC), 1u);
  graph.Write({MakeDistinct(kB, kD, true)});
  EXPECT_EQ(between(kB, kC), 0u);
}

TEST(IdentityTest, AValueOfOneEntityUnderManyIdsIsNotGeneric) {
  TestGraph graph;
  std::vector<Change> changes;
  for (int i = 0; i < 30; ++i) {
    const EntityId id{"customer", absl::StrCat("c", i)};
    changes.push_back(MakeFact(id, "email", "one@example.org"));
    if (i > 0) changes.push_back(MakeMerge(id, {"customer", "c0"}));
  }
  const auto named = [&](Revision at) {
    return Ask<std::optional<std::vector<EntityId>>>(
        graph, at, [](const Identity& identity) {
          return identity.EntitiesNamedBy("customer", "email",
                                          "one@example.org", 16);
        });
  };
  graph.Write(changes);
  ASSERT_TRUE(named(Revision::Latest()).has_value());
  EXPECT_THAT(*named(Revision::Latest()),
              ElementsAre(EntityId{"customer", "c0"}));
  std::vector<Change> splits;
  for (int i = 1; i <= 15; ++i) {
    splits.push_back(MakeSplit({"customer", absl::StrCat("c", i)}));
  }
  graph.Write(splits);
  EXPECT_EQ(named(Revision::Latest())->size(), 16u);
  graph.Write({MakeSplit({"customer", "c16"})});
  EXPECT_FALSE(named(Revision::Latest()).has_value());
}

TEST(IdentityTest, AMergeInTheBatchThatMakesTheEntitiesIsRecorded) {
  TestGraph graph;
  WriteBatch batch;
  batch.changes = {MakeMerge(kB, kA), MakeFact(kA, "tier", "gold"),
                   MakeFact(kB, "visits", "1"), MakeMerge(kC, kB),
                   MakeFact(kC, "visits", "2")};
  const auto outcome = graph.TryWrite(batch);
  ASSERT_EQ(ReasonOf(outcome.status()), "OK");
  EXPECT_EQ(outcome->remerged, (std::vector<EntityId>{kA, kB, kC}));
  EXPECT_EQ(DescribeCluster(graph, kA), "a: a b c");
}

std::vector<std::string> AllRows(TestGraph& graph) {
  std::vector<std::string> all;
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  for (const Space space : rows::kGraphSpaces) {
    EXPECT_TRUE(reader
                    ->Scan(space, "", "",
                           [&](absl::string_view key, absl::string_view value) {
                             all.push_back(absl::StrCat(
                                 space.name, " ", absl::CHexEscape(key), " ",
                                 absl::CHexEscape(value)));
                             return true;
                           })
                    .ok());
  }
  return all;
}

// Several requests share one transaction of the store: what is refused must
// leave nothing in it.
TEST(IdentityTest, ARefusedBatchLeavesNothingInTheTransaction) {
  FourCustomers graph;
  graph.Write({MakeDistinct(kC, kD)});
  const std::vector<std::string> before = AllRows(graph);
  WriteBatch batch;
  batch.request_id = "r1";
  batch.changes = {MakeFact(kA, "tier", "gold"), MakeMerge(kB, kA),
                   MakeLink("web", "w1", kA), MakeMerge(kD, kC)};
  absl::Status refused;
  ASSERT_TRUE(graph.store()
                  .Write([&](Transaction& tx) {
                    refused = RecordBatch(tx, graph.schema(), batch,
                                          {Revision(9), Day(1, 1)})
                                  .status();
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(ReasonOf(refused), "DECLARED_DISTINCT changes[3].merge");
  EXPECT_EQ(AllRows(graph), before);
}

TEST(IdentityTest, ARetriedMergeHasOneEffect) {
  FourCustomers graph;
  WriteBatch batch;
  batch.request_id = "r1";
  batch.changes = {MakeMerge(kB, kA)};
  const auto first = graph.TryWrite(batch);
  graph.Write({MakeSplit(kB)});
  const auto second = graph.TryWrite(batch);
  ASSERT_TRUE(second.ok());
  EXPECT_TRUE(second->replayed);
  EXPECT_EQ(second->revision, first->revision);
  EXPECT_EQ(DescribeCluster(graph, kB), "b: b");
  batch.changes = {MakeMerge(kB, kC)};
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()),
            "REQUEST_ID_REUSED request_id");
}

TEST(IdentityTest, TheLogTellsWhomASplitWasMergedInto) {
  FourCustomers graph;
  graph.Write({MakeMerge(kB, kA)});
  const Revision at = graph.Write({MakeSplit(kB), MakeDistinct(kB, kA)});
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  std::vector<Change> logged;
  ASSERT_TRUE(reader
                  ->Scan(rows::kChanges, "", "",
                         [&](absl::string_view key, absl::string_view value) {
                           logged = *rows::ParseChanges(key, value);
                           return true;
                         })
                  .ok());
  ASSERT_EQ(logged.size(), 2u);
  const auto& split = std::get<MergeRecord>(logged[0]);
  EXPECT_TRUE(split.retraction);
  EXPECT_EQ(split.survivor, kA);
  EXPECT_EQ(split.recorded.revision, at);
  const auto& distinct = std::get<DistinctRecord>(logged[1]);
  EXPECT_EQ(distinct.a, kA);
  EXPECT_EQ(distinct.b, kB);
  EXPECT_EQ(distinct.recorded.ordinal, 1u);
}

}  // namespace
}  // namespace concordat
