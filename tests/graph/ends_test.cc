// Goal: what is asked to end ends, is recorded as ordinary changes, and what
// it had superseded stays so.
#include "graph/ends.h"

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "graph/erasure.h"
#include "graph/identity.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "graph/timeline.h"
#include "gtest/gtest.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

const EntityId kAda{"customer", "ada"};
const EntityId kBob{"customer", "bob"};
const EntityId kOrder{"order", "o1"};

std::string DayText(absl::Time time) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return "";
  return absl::FormatTime("%m-%d", time, absl::UTCTimeZone());
}

// "gold[03-01,05-01)" for every stretch of Ada's tier.
std::string TierOf(TestGraph& graph, const char* source = nullptr) {
  auto records = graph.Read<std::vector<FactRecord>>(
      Revision::Latest(),
      [](GraphReader& g) { return g.FactsOf(kAda, "tier"); });
  if (source != nullptr) {
    std::erase_if(records, [&](const FactRecord& fact) {
      return fact.recorded.source != source;
    });
  }
  const Timeline timeline(std::move(records));
  return absl::StrJoin(
      timeline.spans(), " ", [&](std::string* out, const TimelineSpan& span) {
        absl::StrAppend(out, timeline.FactOf(span).value.value_or("none"), "[",
                        DayText(span.valid.from), ",", DayText(span.valid.to),
                        ")");
      });
}

struct EndCase {
  const char* name;
  std::vector<Change> before;
  FactEnd end;
  std::string after;
};
void PrintTo(const EndCase& test, std::ostream* out) { *out << test.name; }

class FactEndTest : public testing::TestWithParam<EndCase> {};

TEST_P(FactEndTest, LeavesThis) {
  TestGraph graph;
  for (const Change& change : GetParam().before) graph.Write({change});
  graph.WriteEnd(GetParam().end);
  EXPECT_EQ(TierOf(graph), GetParam().after);
}

FactRecord Tier(const char* value, ValidTime valid = {}) {
  return MakeFact(kAda, "tier", value, valid);
}

INSTANTIATE_TEST_SUITE_P(
    Ends, FactEndTest,
    testing::Values(EndCase{"SinceEver",
                            {Tier("gold")},
                            MakeFactEnd(kAda, "tier", Day(5, 1)),
                            "gold[,05-01)"},
                    EndCase{"WhatItSupersededDoesNotComeBack",
                            {Tier("silver"), Tier("gold", {Day(3, 1)})},
                            MakeFactEnd(kAda, "tier", Day(5, 1)),
                            "silver[,03-01) gold[03-01,05-01)"},
                    EndCase{
                        "WhatOutlivesABoundedOneComesBack",
                        {Tier("silver"), Tier("gold", {Day(3, 1), Day(8, 1)})},
                        MakeFactEnd(kAda, "tier", Day(5, 1)),
                        "silver[,03-01) gold[03-01,05-01) silver[05-01,)"},
                    EndCase{"ABoundedOneUnderABoundedOneThatOutlivesIt",
                            {Tier("silver", {Day(1, 1), Day(6, 1)}),
                             Tier("gold", {Day(3, 1), Day(8, 1)})},
                            MakeFactEnd(kAda, "tier", Day(5, 1)),
                            "silver[01-01,03-01) gold[03-01,05-01)"},
                    EndCase{"BeforeALaterStart",
                            {Tier("silver"), Tier("gold", {Day(6, 1)})},
                            MakeFactEnd(kAda, "tier", Day(5, 1)),
                            "silver[,05-01) gold[06-01,)"},
                    EndCase{"ExactlyAtALaterStart",
                            {Tier("silver"), Tier("gold", {Day(5, 1)})},
                            MakeFactEnd(kAda, "tier", Day(5, 1)),
                            "silver[,05-01) gold[05-01,)"},
                    EndCase{"EndedAgainEarlier",
                            {Tier("gold", {Day(1, 1), Day(5, 1)})},
                            MakeFactEnd(kAda, "tier", Day(3, 1)),
                            "gold[01-01,03-01)"},
                    EndCase{"EverySource",
                            {From("crm", Tier("silver")),
                             From("erp", Tier("gold", {Day(3, 1)}))},
                            MakeFactEnd(kAda, "tier", Day(5, 1)),
                            "silver[,03-01) gold[03-01,05-01)"},
                    EndCase{"OneSource",
                            {From("crm", Tier("silver")),
                             From("erp", Tier("gold", {Day(3, 1)}))},
                            MakeFactEnd(kAda, "tier", Day(5, 1), "erp"),
                            "silver[,03-01) gold[03-01,05-01) silver[05-01,)"},
                    EndCase{"KnownNone",
                            {MakeFact(kAda, "tier", std::nullopt)},
                            MakeFactEnd(kAda, "tier", Day(5, 1)),
                            "none[,05-01)"},
                    EndCase{"ByAnAlias",
                            {Tier("gold")},
                            MakeFactEnd(kAda, "loyaltyTier", Day(5, 1)),
                            "gold[,05-01)"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(EndsTest, WhatIsRecordedIsAnOrdinaryChangeWithTheReason) {
  TestGraph graph;
  FactRecord gold = From("crm", Tier("gold", {Day(1, 1)}));
  gold.validation = Validation::kVerified;
  gold.recorded.reason = "promoted";
  graph.Write({gold});
  const Revision at = graph.WriteEnd(MakeFactEnd(kAda, "tier", Day(5, 1)));
  const auto page = graph.Read<GraphReader::Page<Change>>(
      Revision::Latest(),
      [](GraphReader& g) { return g.HistoryOf(kAda, "", 10); });
  ASSERT_EQ(page.items.size(), 2u);
  const auto& ended = std::get<FactRecord>(page.items[1]);
  EXPECT_EQ(ended.value, "gold");
  EXPECT_EQ(ended.valid.from, Day(1, 1));
  EXPECT_EQ(ended.valid.to, Day(5, 1));
  EXPECT_EQ(ended.validation, Validation::kVerified);
  EXPECT_FALSE(ended.retraction);
  EXPECT_EQ(ended.recorded.source, "crm");
  EXPECT_EQ(ended.recorded.reason, "over");
  EXPECT_EQ(ended.recorded.revision, at);
  EXPECT_EQ(std::get<FactRecord>(page.items[0]).recorded.reason, "promoted");

  // The log has the change, not the request.
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  std::vector<Change> logged;
  ASSERT_TRUE(reader
                  ->Scan(rows::kChanges, "", "",
                         [&](absl::string_view key, absl::string_view value) {
                           const auto changes = rows::ParseChanges(key, value);
                           EXPECT_TRUE(changes.ok()) << changes.status();
                           if (changes.ok()) logged = *changes;
                           return true;
                         })
                  .ok());
  ASSERT_EQ(logged.size(), 1u);
  EXPECT_EQ(std::get<FactRecord>(logged[0]).valid.to, Day(5, 1));
}

TEST(EndsTest, AnEndSeesWhatStandsBeforeItInItsBatch) {
  TestGraph graph;
  graph.Write({Tier("silver")});
  WriteBatch batch;
  batch.changes = {Tier("gold", {Day(2, 1)}), Tier("bronze", {Day(6, 1)})};
  // After gold, before bronze; then another after bronze.
  batch.ends = {{1, MakeFactEnd(kAda, "tier", Day(4, 1))},
                {2, MakeFactEnd(kAda, "tier", Day(8, 1))}};
  const auto outcome = graph.TryWrite(batch);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(TierOf(graph),
            "silver[,02-01) gold[02-01,04-01) bronze[06-01,08-01)");
  ASSERT_FALSE(outcome->touched.empty());
  EXPECT_EQ(outcome->touched.front().attribute, "tier");
}

TEST(EndsTest, RelationsEndWhereTheirEdgeCoversTheInstant) {
  TestGraph graph;
  graph.Write({MakeRelation(kAda, "placed", kOrder, {Day(1, 1)}),
               MakeRelation(kAda, "placed", kOrder, {Day(2, 1), Day(9, 1)}),
               MakeRelation(kAda, "placed", kOrder, {Day(6, 1)}),
               MakeRelation(kBob, "placed", kOrder, {Day(1, 1)})});
  graph.WriteEnd(MakeRelationEnd(kAda, "placed", kOrder, Day(5, 1)));
  std::vector<std::string> relations;
  for (const RelationRecord& relation : graph.Read<std::vector<RelationRecord>>(
           Revision::Latest(),
           [](GraphReader& g) { return g.RelationsOf(kOrder); })) {
    relations.push_back(absl::StrCat(relation.from.id, " ",
                                     DayText(relation.valid.from), ",",
                                     DayText(relation.valid.to)));
  }
  EXPECT_THAT(relations,
              UnorderedElementsAre("ada 01-01,05-01", "ada 02-01,05-01",
                                   "ada 06-01,", "bob 01-01,"));
}

// A person lives in one household at a time.
TEST(EndsTest, OneBatchEndsARelationAndPutsTheNext) {
  const EntityId first{"household", "h1"};
  const EntityId second{"household", "h2"};
  TestGraph graph;
  graph.Write({MakeRelation(kAda, "lives_in", first)});
  WriteBatch batch;
  batch.changes = {MakeFact(kBob, "tier", "gold"),
                   MakeRelation(kAda, "lives_in", second, {Day(4, 30)})};
  batch.ends = {{0, MakeRelationEnd(kAda, "lives_in", first, Day(5, 1))}};
  // They overlap by a day; the caller's third item is in the wrong.
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()).substr(0, 44),
            "CARDINALITY_EXCEEDED changes[2].put_relation");
  std::get<RelationRecord>(batch.changes[1]).valid.from = Day(5, 1);
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), "OK");
  EXPECT_EQ(graph
                .Read<std::vector<RelationRecord>>(
                    Revision::Latest(),
                    [](GraphReader& g) { return g.RelationsOf(kAda); })
                .size(),
            2u);
}

TEST(EndsTest, LinksEndAndTheOneBeforeDoesNotComeBack) {
  TestGraph graph;
  graph.Write({MakeLink("web", "w1", kAda)});
  graph.Write({During({Day(3, 1)}, MakeLink("web", "w1", kBob))});
  graph.WriteEnd(MakeLinkEnd("web", "w1", Day(5, 1)));
  const auto named = [&](absl::Time at) {
    const auto entity = graph.Read<std::optional<EntityId>>(
        Revision::Latest(),
        [&](GraphReader& g) { return g.ResolveLink("web", "w1", at); });
    return entity.has_value() ? entity->id : "nobody";
  };
  EXPECT_EQ(named(Day(2, 1)), "ada");
  EXPECT_EQ(named(Day(3, 1)), "bob");
  EXPECT_EQ(named(Day(5, 1) - absl::Microseconds(1)), "bob");
  EXPECT_EQ(named(Day(5, 1)), "nobody");
}

struct RefusedCase {
  const char* name;
  std::function<void(WriteBatch&)> set_up;
  std::string reason;
};
void PrintTo(const RefusedCase& test, std::ostream* out) { *out << test.name; }

class RefusedEndTest : public testing::TestWithParam<RefusedCase> {};

TEST_P(RefusedEndTest, WritesNothing) {
  TestGraph graph;
  graph.Write({From("crm", Tier("gold", {Day(3, 1)})),
               MakeRelation(kAda, "placed", kOrder, {Day(3, 1)}),
               During({Day(3, 1)}, MakeLink("web", "w1", kAda))});
  const Revision before = graph.head();
  WriteBatch batch;
  // One that is fine: it must not be written either.
  batch.changes = {MakeFact(kBob, "tier", "gold")};
  GetParam().set_up(batch);
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), GetParam().reason);
  EXPECT_EQ(graph.head(), before);
  EXPECT_FALSE(graph.Read<bool>(
      Revision::Latest(),
      [](GraphReader& g) -> absl::StatusOr<bool> { return g.Exists(kBob); }));
}

template <typename What>
std::function<void(WriteBatch&)> WithEnd(What what) {
  return [what](WriteBatch& batch) {
    batch.ends.push_back({batch.changes.size(), what});
  };
}

INSTANTIATE_TEST_SUITE_P(
    Refused, RefusedEndTest,
    testing::Values(
        RefusedCase{"BeforeItBegins",
                    WithEnd(MakeFactEnd(kAda, "tier", Day(3, 1))),
                    "NOTHING_TO_END changes[1].end_fact.valid_to"},
        RefusedCase{"AnotherSource",
                    WithEnd(MakeFactEnd(kAda, "tier", Day(5, 1), "erp")),
                    "NOTHING_TO_END changes[1].end_fact.valid_to"},
        RefusedCase{"AnotherAttribute",
                    WithEnd(MakeFactEnd(kAda, "email", Day(5, 1))),
                    "NOTHING_TO_END changes[1].end_fact.valid_to"},
        RefusedCase{"NoSuchAttribute",
                    WithEnd(MakeFactEnd(kAda, "tire", Day(5, 1))),
                    "UNKNOWN_ATTRIBUTE changes[1].end_fact.attribute"},
        RefusedCase{"NoSuchSource",
                    WithEnd(MakeFactEnd(kAda, "tier", Day(5, 1), "fax")),
                    "UNKNOWN_SOURCE changes[1].end_fact.source"},
        RefusedCase{"NoSuchEdge",
                    WithEnd(MakeRelationEnd(kBob, "placed", kOrder, Day(5, 1))),
                    "NOTHING_TO_END changes[1].end_relation.valid_to"},
        RefusedCase{"NoSuchRelation",
                    WithEnd(MakeRelationEnd(kAda, "ate", kOrder, Day(5, 1))),
                    "UNKNOWN_RELATION changes[1].end_relation.relation"},
        RefusedCase{"LinkBeforeItBegins",
                    WithEnd(MakeLinkEnd("web", "w1", Day(2, 1))),
                    "NOTHING_TO_END changes[1].end_link.valid_to"},
        RefusedCase{"EmptySubject", WithEnd(MakeLinkEnd("web", "", Day(5, 1))),
                    "INVALID_FIELD changes[1].end_link.subject"},
        RefusedCase{"ABadChangeAfterAnEnd",
                    [](WriteBatch& batch) {
                      batch.ends = {{1, MakeFactEnd(kAda, "tier", Day(5, 1))}};
                      batch.changes.push_back(MakeFact(kAda, "tier", "tin"));
                    },
                    "UNREADABLE_VALUE changes[2].put_fact.value"},
        RefusedCase{"MoreThanABatchHolds",
                    [](WriteBatch& batch) {
                      batch.ends.assign(
                          limits::kChangesPerWriteMax,
                          {1, MakeFactEnd(kAda, "tier", Day(5, 1))});
                    },
                    "LIMIT_EXCEEDED changes"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(EndsTest, BecomingMoreChangesThanABatchHoldsIsRefused) {
  TestGraph graph;
  std::vector<Change> sources;
  for (int i = 0; i < limits::kChangesPerWriteMax; ++i) {
    // Each source keeps its own; the schema is told of none but two, so these
    // start at different instants of one source and cover one another.
    sources.push_back(From("crm", Tier("gold", {Day(1, 1) + absl::Hours(i)})));
  }
  graph.Write(sources);
  WriteBatch batch;
  batch.changes = {MakeFact(kBob, "tier", "gold")};
  batch.ends = {{0, MakeFactEnd(kAda, "tier", Day(12, 1))}};
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), "LIMIT_EXCEEDED changes");
}

// Each of many ends would be of all that those before it have recorded again.
TEST(EndsTest, TheFirstEndOfTooMuchIsTheLastOneLookedAt) {
  TestGraph graph;
  for (int write = 0; write < 3; ++write) {
    std::vector<Change> facts;
    for (int i = 0; i < limits::kChangesPerWriteMax; ++i) {
      facts.push_back(
          Tier("gold", {Day(1, 1) + absl::Minutes(1000 * write + i)}));
    }
    graph.Write(facts);
  }
  WriteBatch batch;
  batch.ends.assign(limits::kChangesPerWriteMax,
                    {0, MakeFactEnd(kAda, "tier", Day(12, 1))});
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()),
            "LIMIT_EXCEEDED changes[0].end_fact");
}

// What the entity says, of all ids that were merged.
std::string TierOfEntity(TestGraph& graph, const EntityId& entity,
                         absl::Time at) {
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  const Identity identity(*reader, Revision::Latest());
  const Timeline timeline(*identity.AsOneEntity(
      *identity.FactsOf(*identity.ClusterOf(entity), "tier")));
  const TimelineSpan* span = timeline.At(at);
  return span == nullptr ? "nothing" : *timeline.FactOf(*span).value;
}

TEST(EndsTest, AnEndIsOfAllIdsOfTheEntity) {
  for (const EntityId& named : {kAda, kBob}) {
    SCOPED_TRACE(named.id);
    TestGraph graph;
    graph.Write({MakeFact(kAda, "tier", "silver", {Day(1, 1)}),
                 MakeFact(kBob, "tier", "gold", {Day(3, 1)})});
    graph.Write({MakeMerge(kBob, kAda)});
    graph.WriteEnd(MakeFactEnd(named, "tier", Day(5, 1)));
    EXPECT_EQ(TierOfEntity(graph, kAda, Day(4, 1)), "gold");
    EXPECT_EQ(TierOfEntity(graph, kAda, Day(6, 1)), "nothing");
    // Each under its own id, so that a split gives each its own.
    graph.Write({MakeSplit(kBob)});
    EXPECT_EQ(TierOfEntity(graph, kAda, Day(4, 1)), "silver");
    EXPECT_EQ(TierOfEntity(graph, kAda, Day(6, 1)), "nothing");
    EXPECT_EQ(TierOfEntity(graph, kBob, Day(6, 1)), "nothing");
  }
}

TEST(EndsTest, AnEndSeesWhatItsBatchSaysOfAnotherId) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "visits", "1"), MakeFact(kBob, "visits", "1")});
  graph.Write({MakeMerge(kBob, kAda)});
  WriteBatch batch;
  batch.changes = {MakeFact(kBob, "tier", "gold", {Day(3, 1)})};
  batch.ends = {{1, MakeFactEnd(kAda, "tier", Day(5, 1))}};
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), "OK");
  EXPECT_EQ(TierOfEntity(graph, kAda, Day(4, 1)), "gold");
  EXPECT_EQ(TierOfEntity(graph, kAda, Day(6, 1)), "nothing");
}

TEST(EndsTest, AnEndOfARelationIsOfAllIdsOfBothEnds) {
  TestGraph graph;
  const EntityId kCopy{"order", "o2"};
  graph.Write({MakeFact(kAda, "visits", "1"), MakeFact(kOrder, "status", "new"),
               MakeRelation(kBob, "placed", kCopy, {Day(1, 1)}),
               MakeRelation(kAda, "placed", kCopy, {Day(2, 1)})});
  graph.Write({MakeMerge(kBob, kAda), MakeMerge(kCopy, kOrder)});
  graph.WriteEnd(MakeRelationEnd(kAda, "placed", kOrder, Day(5, 1)));
  for (const EntityId& id : {kAda, kBob}) {
    const auto relations = graph.Read<std::vector<RelationRecord>>(
        Revision::Latest(), [&](GraphReader& g) { return g.RelationsOf(id); });
    ASSERT_EQ(relations.size(), 1u);
    EXPECT_EQ(relations[0].to, kCopy);
    EXPECT_EQ(relations[0].valid.to, Day(5, 1));
  }
  EXPECT_EQ(
      ReasonOf([&] {
        WriteBatch again;
        again.ends = {{0, MakeRelationEnd(kBob, "placed", kOrder, Day(6, 1))}};
        return graph.TryWrite(again).status();
      }()),
      "NOTHING_TO_END changes[0].end_relation.valid_to");
}

// It would record anew what it ends.
TEST(EndsTest, NothingOfAPersonWhoWasErasedIsEnded) {
  TestGraph graph;
  graph.Write({Tier("gold"), MakeRelation(kAda, "placed", kOrder),
               MakeLink("web", "w1", kAda)});
  FailUnlessOk(graph.store().Write([](Transaction& tx) {
    return rows::PutErasure(tx, {.entity = kAda, .revision = Revision(1)});
  }));
  const std::variant<FactEnd, RelationEnd, LinkEnd> ends[] = {
      MakeFactEnd(kAda, "tier", Day(5, 1)),
      MakeRelationEnd(kAda, "placed", kOrder, Day(5, 1)),
      MakeLinkEnd("web", "w1", Day(5, 1))};
  for (const auto& end : ends) {
    WriteBatch batch;
    batch.changes = {MakeFact(kBob, "tier", "gold")};
    batch.ends.push_back({1, end});
    EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), "ERASED changes[1]");
  }
}

TEST(EndsTest, ARetryOfAnEndHasOneEffect) {
  TestGraph graph;
  graph.Write({Tier("gold")});
  WriteBatch batch;
  batch.request_id = "r1";
  batch.ends = {{0, MakeFactEnd(kAda, "tier", Day(5, 1))}};
  const auto first = graph.TryWrite(batch);
  ASSERT_TRUE(first.ok());
  const auto again = graph.TryWrite(batch);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->revision, first->revision);
  std::get<FactEnd>(batch.ends[0].what).valid_to = Day(6, 1);
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()),
            "REQUEST_ID_REUSED request_id");
}

}  // namespace
}  // namespace concordat
