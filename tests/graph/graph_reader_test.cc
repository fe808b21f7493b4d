#include "graph/graph_reader.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/timeline.h"
#include "gtest/gtest.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const EntityId kAda{"customer", "ada"};
const EntityId kBob{"customer", "bob"};
const EntityId kOrder{"order", "o1"};

// What the attribute of the entity was at `t`, as known at `at`.
std::string TruthAt(TestGraph& graph, Revision at, absl::Time t) {
  const Timeline timeline(graph.Read<std::vector<FactRecord>>(
      at, [](GraphReader& g) { return g.FactsOf(kAda, "tier"); }));
  const TimelineSpan* span = timeline.At(t);
  if (span == nullptr) return "nothing";
  return timeline.FactOf(*span).value.value_or("none");
}

TEST(GraphReaderTest, OlderRevisionsAreAsTheyWere) {
  TestGraph graph;
  const Revision gold =
      graph.Write({MakeFact(kAda, "tier", "gold", {.from = Day(1, 1)})});
  // Recorded later, and true since before.
  const Revision silver =
      graph.Write({MakeFact(kAda, "tier", "silver", {.from = Day(1, 10)})});
  const Revision taken_back =
      graph.Write({MakeRetraction(kAda, "tier", Day(1, 1))});
  EXPECT_EQ(TruthAt(graph, Revision(0), Day(1, 20)), "nothing");
  EXPECT_EQ(TruthAt(graph, gold, Day(1, 20)), "gold");
  EXPECT_EQ(TruthAt(graph, silver, Day(1, 20)), "silver");
  EXPECT_EQ(TruthAt(graph, silver, Day(1, 5)), "gold");
  EXPECT_EQ(TruthAt(graph, taken_back, Day(1, 5)), "nothing");
  EXPECT_EQ(TruthAt(graph, Revision::Latest(), Day(1, 20)), "silver");
}

TEST(GraphReaderTest, FactsAreInOrderOfAttributeStartAndRevision) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "visits", "1"),
               MakeFact(kAda, "tier", "gold", {.from = Day(2, 1)}),
               MakeFact(kAda, "tier", "silver", {.from = Day(1, 1)})});
  graph.Write({MakeRetraction(kAda, "tier", Day(1, 1)),
               MakeFact({"customer", "ada2"}, "tier", "gold")});
  std::vector<std::string> seen;
  for (const FactRecord& fact : graph.Read<std::vector<FactRecord>>(
           Revision::Latest(),
           [](GraphReader& g) { return g.FactsOf(kAda); })) {
    seen.push_back(absl::StrCat(fact.attribute, " ",
                                fact.value.value_or("none"), " r",
                                fact.recorded.revision.number()));
  }
  EXPECT_THAT(seen, ElementsAre("tier silver r1", "tier none r2",
                                "tier gold r1", "visits 1 r1"));
}

std::vector<std::string> RelationsOf(TestGraph& graph, const EntityId& entity,
                                     Revision at = Revision::Latest()) {
  std::vector<std::string> seen;
  for (const RelationRecord& relation : graph.Read<std::vector<RelationRecord>>(
           at, [&](GraphReader& g) { return g.RelationsOf(entity); })) {
    seen.push_back(absl::StrCat(relation.from.id, " ", relation.relation, " ",
                                relation.to.id));
  }
  return seen;
}

TEST(GraphReaderTest, RelationsAreSeenFromBothEnds) {
  TestGraph graph;
  graph.Write({MakeRelation(kAda, "placed", kOrder),
               MakeRelation(kBob, "knows", kAda),
               MakeRelation(kAda, "knows", kAda)});
  EXPECT_THAT(
      RelationsOf(graph, kAda),
      UnorderedElementsAre("ada placed o1", "bob knows ada", "ada knows ada"));
  EXPECT_THAT(RelationsOf(graph, kOrder), ElementsAre("ada placed o1"));
  EXPECT_THAT(RelationsOf(graph, kBob), ElementsAre("bob knows ada"));
}

TEST(GraphReaderTest, RetractedRelationsAreGoneFromBothEnds) {
  TestGraph graph;
  const Revision before = graph.Write({MakeRelation(kAda, "placed", kOrder)});
  RelationRecord retraction = MakeRelation(kAda, "placed", kOrder);
  retraction.retraction = true;
  graph.Write({retraction});
  EXPECT_THAT(RelationsOf(graph, kAda), IsEmpty());
  EXPECT_THAT(RelationsOf(graph, kOrder), IsEmpty());
  EXPECT_THAT(RelationsOf(graph, kOrder, before), ElementsAre("ada placed o1"));
  graph.Write({MakeRelation(kAda, "placed", kOrder)});
  EXPECT_THAT(RelationsOf(graph, kAda), ElementsAre("ada placed o1"));
}

TEST(GraphReaderTest, TheNewestValidityOfAnEdgeAndStartHolds) {
  TestGraph graph;
  graph.Write({MakeRelation(kAda, "placed", kOrder, {.from = Day(1, 1)})});
  graph.Write({MakeRelation(kAda, "placed", kOrder, {Day(1, 1), Day(2, 1)}),
               MakeRelation(kAda, "placed", kOrder, {.from = Day(3, 1)})});
  const auto relations = graph.Read<std::vector<RelationRecord>>(
      Revision::Latest(), [](GraphReader& g) { return g.RelationsOf(kAda); });
  ASSERT_EQ(relations.size(), 2u);
  EXPECT_EQ(relations[0].valid.to, Day(2, 1));
  EXPECT_EQ(relations[1].valid.from, Day(3, 1));
}

std::string LinkedTo(TestGraph& graph, const std::string& subject,
                     Revision at = Revision::Latest()) {
  const auto entity = graph.Read<std::optional<EntityId>>(
      at,
      [&](GraphReader& g) { return g.ResolveLink("web", subject, Day(1, 1)); });
  return entity.has_value() ? entity->id : "nobody";
}

TEST(GraphReaderTest, LinksAreRetractedAndLinkedAnew) {
  TestGraph graph;
  const Revision to_ada = graph.Write({MakeLink("web", "w1", kAda)});
  LinkRecord retraction = MakeLink("web", "w1", {});
  retraction.retraction = true;
  const Revision to_nobody = graph.Write({retraction});
  const Revision to_bob = graph.Write({MakeLink("web", "w1", kBob)});
  EXPECT_EQ(LinkedTo(graph, "w1", Revision(0)), "nobody");
  EXPECT_EQ(LinkedTo(graph, "w1", to_ada), "ada");
  EXPECT_EQ(LinkedTo(graph, "w1", to_nobody), "nobody");
  EXPECT_EQ(LinkedTo(graph, "w1", to_bob), "bob");
  EXPECT_EQ(LinkedTo(graph, "w1"), "bob");
  // No link of another name or channel.
  EXPECT_EQ(LinkedTo(graph, "w"), "nobody");
  EXPECT_EQ(LinkedTo(graph, "w10"), "nobody");

  const auto links_of = [&](const EntityId& entity, Revision at) {
    return graph
        .Read<std::vector<LinkRecord>>(
            at, [&](GraphReader& g) { return g.LinksOf(entity); })
        .size();
  };
  EXPECT_EQ(links_of(kAda, to_ada), 1u);
  EXPECT_EQ(links_of(kAda, to_bob), 0u);
  EXPECT_EQ(links_of(kBob, to_bob), 1u);
}

TEST(GraphReaderTest, ExistsWhereAnythingWasRecorded) {
  TestGraph graph;
  const auto exists = [&](const EntityId& entity, Revision at) {
    return graph.Read<bool>(at, [&](GraphReader& g) -> absl::StatusOr<bool> {
      return g.Exists(entity);
    });
  };
  graph.Write({MakeRelation(kAda, "placed", kOrder)});
  graph.Write({MakeLink("web", "w1", kBob)});
  EXPECT_TRUE(exists(kAda, Revision(1)));
  EXPECT_TRUE(exists(kOrder, Revision(1)));
  EXPECT_FALSE(exists(kBob, Revision(1)));
  EXPECT_TRUE(exists(kBob, Revision(2)));
  EXPECT_FALSE(exists({"customer", "ad"}, Revision::Latest()));
}

// Lists all pages of `size`, which must be as long as they may be.
template <typename T, typename List, typename Name>
std::vector<std::string> AllPages(TestGraph& graph, Revision at, size_t size,
                                  List list, Name name) {
  std::vector<std::string> names;
  std::string start;
  do {
    const auto page = graph.Read<GraphReader::Page<T>>(
        at, [&](GraphReader& g) { return list(g, start, size); });
    EXPECT_LE(page.items.size(), size);
    if (!page.next.empty()) {
      EXPECT_EQ(page.items.size(), size);
      EXPECT_NE(page.next, start);
    }
    for (const T& item : page.items) names.push_back(name(item));
    start = page.next;
  } while (!start.empty() && names.size() < 1000);
  return names;
}

TEST(GraphListTest, EveryPageSizeGivesTheSameEntities) {
  TestGraph graph;
  const auto entities = [&](const std::string& type, Revision at, size_t size) {
    return AllPages<EntityId>(
        graph, at, size,
        [&](GraphReader& g, const std::string& start, size_t limit) {
          return g.ListEntities(type, start, limit);
        },
        [](const EntityId& entity) { return entity.id; });
  };
  graph.Write({MakeFact({"customer", "b"}, "tier", "gold"),
               MakeFact({"customer", "a b"}, "tier", "gold"),
               MakeFact({"customer", "a"}, "tier", "gold")});
  const Revision first = graph.head();
  graph.Write(
      {MakeLink("web", "w", {"customer", "d"}),
       MakeRelation({"customer", "c"}, "knows", {"customer", "a"}),
       MakeRelation({"customer", "a"}, "knows", {"customer", "\xc3\xa9"}),
       MakeFact(kOrder, "status", "sent")});
  for (const size_t size : {1, 2, 3, 5, 6, 7, 100}) {
    EXPECT_THAT(entities("customer", Revision::Latest(), size),
                ElementsAre("a", "a b", "b", "c", "d", "\xc3\xa9"))
        << size;
    EXPECT_THAT(entities("customer", first, size), ElementsAre("a", "a b", "b"))
        << size;
    EXPECT_THAT(entities("order", Revision::Latest(), size), ElementsAre("o1"));
    EXPECT_THAT(entities("household", Revision::Latest(), size), IsEmpty());
  }
}

TEST(GraphListTest, EveryPageSizeGivesTheSameFactsInForce) {
  TestGraph graph;
  const auto facts = [&](const std::string& type, Revision at, size_t size) {
    return AllPages<FactRecord>(
        graph, at, size,
        [&](GraphReader& g, const std::string& start, size_t limit) {
          return g.ListFacts(type, start, limit);
        },
        [](const FactRecord& fact) {
          return absl::StrCat(fact.entity.id, "=", fact.value.value_or("none"));
        });
  };
  graph.Write({MakeFact(kAda, "tier", "silver"), MakeFact(kAda, "visits", "1"),
               MakeFact(kOrder, "status", "sent")});
  const Revision first = graph.head();
  graph.Write({MakeFact(kAda, "tier", "gold"), MakeRetraction(kAda, "visits"),
               MakeFact(kBob, "tier", std::nullopt)});
  for (const size_t size : {1, 2, 3, 100}) {
    EXPECT_THAT(facts("", Revision::Latest(), size),
                ElementsAre("ada=gold", "bob=none", "o1=sent"))
        << size;
    EXPECT_THAT(facts("customer", Revision::Latest(), size),
                ElementsAre("ada=gold", "bob=none"));
    EXPECT_THAT(facts("", first, size),
                ElementsAre("ada=silver", "ada=1", "o1=sent"))
        << size;
  }
}

TEST(GraphListTest, EveryPageSizeGivesTheSameRelationsAndLinks) {
  TestGraph graph;
  graph.Write({MakeRelation(kAda, "placed", kOrder),
               MakeRelation(kBob, "knows", kAda), MakeLink("app", "a1", kAda),
               MakeLink("web", "w1", kAda), MakeLink("web", "w2", kBob)});
  RelationRecord no_relation = MakeRelation(kAda, "placed", kOrder);
  no_relation.retraction = true;
  LinkRecord no_link = MakeLink("web", "w1", {});
  no_link.retraction = true;
  const Revision first = graph.head();
  graph.Write({no_relation, no_link});
  const auto relations = [&](Revision at, size_t size) {
    return AllPages<RelationRecord>(
        graph, at, size,
        [](GraphReader& g, const std::string& start, size_t limit) {
          return g.ListRelations(start, limit);
        },
        [](const RelationRecord& record) { return record.from.id; });
  };
  const auto links = [&](const std::string& channel, Revision at, size_t size) {
    return AllPages<LinkRecord>(
        graph, at, size,
        [&](GraphReader& g, const std::string& start, size_t limit) {
          return g.ListLinks(channel, start, limit);
        },
        [](const LinkRecord& record) { return record.subject; });
  };
  for (const size_t size : {1, 2, 100}) {
    EXPECT_THAT(relations(first, size), ElementsAre("ada", "bob"));
    EXPECT_THAT(relations(Revision::Latest(), size), ElementsAre("bob"));
    EXPECT_THAT(links("", first, size), ElementsAre("a1", "w1", "w2"));
    EXPECT_THAT(links("", Revision::Latest(), size), ElementsAre("a1", "w2"));
    EXPECT_THAT(links("web", Revision::Latest(), size), ElementsAre("w2"));
  }
}

// Straight into the store, as so much takes long to write.
void Fill(TestGraph& graph, int64_t count,
          const std::function<absl::Status(Transaction&, int64_t)>& put) {
  FailUnlessOk(graph.store().Write([&](Transaction& tx) {
    for (int64_t i = 0; i < count; ++i) {
      const absl::Status status = put(tx, i);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }));
}

EntityId Customer(int64_t i) {
  return {"customer", absl::StrFormat("c%07d", i)};
}

template <typename Record>
Record At(int64_t revision, Record record) {
  record.recorded.revision = Revision(static_cast<uint64_t>(revision));
  return record;
}

TEST(GraphReaderTest, MoreThanIsLookedAtIsAnErrorAndNeverCutOff) {
  constexpr int64_t kMany = limits::kFactsPerEntityMax;
  TestGraph graph;
  Fill(graph, kMany, [](Transaction& tx, int64_t i) {
    return rows::PutRelation(
        tx, At(i + 1, MakeRelation(Customer(i), "knows", kAda)));
  });
  Fill(graph, kMany, [](Transaction& tx, int64_t i) {
    return rows::PutLink(
        tx, At(i + 1, MakeLink("web", absl::StrCat("w", i), kBob)));
  });
  const auto last_change = [&](const EntityId& entity) {
    const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
    const auto last =
        GraphReader(*reader, Revision::Latest()).LastChange(entity);
    return last.ok() ? absl::StrCat(last->number()) : ReasonOf(last.status());
  };
  EXPECT_EQ(last_change(kAda), absl::StrCat(kMany));
  EXPECT_EQ(last_change(kBob), absl::StrCat(kMany));
  // The last in the order of the index is the one that was not looked at.
  Fill(graph, 1, [](Transaction& tx, int64_t) -> absl::Status {
    const absl::Status put = rows::PutRelation(
        tx, At(kMany + 1, MakeRelation({"customer", "z"}, "knows", kAda)));
    if (!put.ok()) return put;
    return rows::PutLink(tx, At(kMany + 1, MakeLink("web", "z", kBob)));
  });
  EXPECT_EQ(last_change(kAda), "LIMIT_EXCEEDED");
  EXPECT_EQ(last_change(kBob), "LIMIT_EXCEEDED");
}

// What an earlier record of the first link said, which compaction drops, must
// not bear on what the entity's last change was.
TEST(GraphReaderTest, ALinkThatWasCutShortReachesNoFurther) {
  TestGraph graph;
  const auto at = [](int day) {
    return absl::UnixEpoch() + absl::Hours(24) * day;
  };
  LinkRecord open = MakeLink("web", "w1", kAda);
  open.valid = {at(1), absl::InfiniteFuture()};
  LinkRecord bounded = open;
  bounded.valid.to = at(2);
  LinkRecord later = MakeLink("web", "w1", kBob);
  later.valid.from = at(3);
  graph.Write({open});
  const Revision cut_short = graph.Write({bounded});
  graph.Write({later});
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  EXPECT_EQ(*GraphReader(*reader, Revision::Latest()).LastChange(kAda),
            cut_short);
}

// Of an early revision, nearly all rows that are there are of later.
TEST(GraphListTest, APageEndsWhereItHasLookedAtEnough) {
  constexpr int64_t kRows = limits::kListRowsMax + 10;
  TestGraph graph;
  Fill(graph, kRows, [](Transaction& tx, int64_t i) -> absl::Status {
    // The first and the last were there at revision 1.
    const int64_t at = i == 0 || i == kRows - 1 ? 1 : 2;
    const FactRecord fact = At(at, MakeFact(Customer(i), "tier", "gold"));
    const FactRecord* const only = &fact;
    absl::Status put = rows::PutFacts(tx, absl::MakeConstSpan(&only, 1));
    if (!put.ok()) return put;
    put = rows::PutRelation(
        tx, At(at, MakeRelation(Customer(i), "placed", kOrder)));
    if (!put.ok()) return put;
    return rows::PutLink(tx,
                         At(at, MakeLink("web", Customer(i).id, Customer(i))));
  });
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  const GraphReader early(*reader, Revision(1));
  // The sizes of the pages of ten.
  const auto sizes = [](const auto& list) {
    std::vector<size_t> found;
    std::string start;
    do {
      const auto page = list(start);
      if (!page.ok()) return std::vector<size_t>();
      found.push_back(page->items.size());
      start = page->next;
    } while (!start.empty());
    return found;
  };
  EXPECT_THAT(sizes([&](const std::string& start) {
                return early.ListFacts("", start, 10);
              }),
              ElementsAre(1, 1));
  EXPECT_THAT(sizes([&](const std::string& start) {
                return early.ListRelations(start, 10);
              }),
              ElementsAre(1, 1));
  EXPECT_THAT(sizes([&](const std::string& start) {
                return early.ListLinks("", start, 10);
              }),
              ElementsAre(1, 1));
  const std::vector<size_t> entities = sizes([&](const std::string& start) {
    return early.ListEntities("customer", start, 10);
  });
  EXPECT_EQ(entities.size(), 11u);
  EXPECT_EQ(entities.front(), 1u);
  EXPECT_EQ(entities[5], 0u);
  EXPECT_EQ(entities.back(), 1u);
}

}  // namespace
}  // namespace concordat
