// Goal: what holds at an instant of valid time, as known at a revision, for
// facts, relations and links; and that the history of an entity has all of it.
// Method: one table a kind, valid time across and revisions down, and every way
// to read must give it.
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "graph/graph_reader.h"
#include "graph/timeline.h"
#include "gtest/gtest.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const EntityId kAda{"customer", "ada"};
const EntityId kBob{"customer", "bob"};
const EntityId kCarl{"customer", "carl"};
const EntityId kOrder{"order", "o1"};

// The columns of the tables.
std::vector<absl::Time> Instants() {
  return {Day(1, 1) - absl::Hours(1), Day(1, 15), Day(4, 1), Day(7, 1),
          Day(9, 1)};
}

using Step = std::function<void(TestGraph&)>;
Step Put(Change change) {
  return [change](TestGraph& graph) { graph.Write({change}); };
}
Step Finish(std::variant<FactEnd, RelationEnd, LinkEnd> end) {
  return [end](TestGraph& graph) { graph.WriteEnd(end); };
}

struct Row {
  const char* what;
  Step step;
  // What is known after the step, by instant; "-" for nothing.
  std::vector<std::string> known;
};

// Reads what holds at an instant as known at a revision.
using Look =
    std::function<std::string(TestGraph&, Revision known_at, absl::Time)>;

struct AxesCase {
  const char* name;
  std::vector<Row> rows;
  std::vector<Look> looks;
};
void PrintTo(const AxesCase& test, std::ostream* out) { *out << test.name; }

class TwoAxesTest : public testing::TestWithParam<AxesCase> {};

TEST_P(TwoAxesTest, EveryInstantAtEveryRevision) {
  TestGraph graph;
  std::vector<Revision> revisions;
  for (const Row& row : GetParam().rows) {
    row.step(graph);
    revisions.push_back(graph.head());
  }
  // After all was written: the past stays what it was.
  const std::vector<absl::Time> instants = Instants();
  for (size_t look = 0; look < GetParam().looks.size(); ++look) {
    for (size_t row = 0; row < revisions.size(); ++row) {
      for (size_t i = 0; i < instants.size(); ++i) {
        EXPECT_EQ(GetParam().looks[look](graph, revisions[row], instants[i]),
                  GetParam().rows[row].known[i])
            << "look " << look << " after " << GetParam().rows[row].what
            << " at " << instants[i];
      }
    }
    EXPECT_EQ(GetParam().looks[look](graph, Revision(0), Day(4, 1)), "-");
  }
}

std::string OrDash(const std::optional<std::string>& text) {
  return text.value_or("-");
}

std::vector<Look> FactLooks() {
  return {
      [](TestGraph& graph, Revision known_at, absl::Time at) {
        const Timeline timeline(graph.Read<std::vector<FactRecord>>(
            known_at, [](GraphReader& g) { return g.FactsOf(kAda, "tier"); }));
        const TimelineSpan* span = timeline.At(at);
        return span == nullptr ? "-" : OrDash(timeline.FactOf(*span).value);
      },
      [](TestGraph& graph, Revision known_at, absl::Time at) {
        const auto page = graph.Read<GraphReader::Page<FactRecord>>(
            known_at, [&](GraphReader& g) {
              return g.ListFacts("customer", "", 10, at);
            });
        return page.items.empty() ? "-" : OrDash(page.items.back().value);
      }};
}

std::vector<Look> RelationLooks() {
  return {[](TestGraph& graph, Revision known_at, absl::Time at) {
            for (const RelationRecord& relation :
                 graph.Read<std::vector<RelationRecord>>(
                     known_at,
                     [](GraphReader& g) { return g.RelationsOf(kOrder); })) {
              if (relation.valid.Covers(at)) return relation.from.id;
            }
            return std::string("-");
          },
          [](TestGraph& graph, Revision known_at, absl::Time at) {
            const auto page = graph.Read<GraphReader::Page<RelationRecord>>(
                known_at,
                [&](GraphReader& g) { return g.ListRelations("", 10, at); });
            return page.items.empty() ? "-" : page.items[0].from.id;
          }};
}

std::vector<Look> LinkLooks() {
  return {[](TestGraph& graph, Revision known_at, absl::Time at) {
            const auto entity = graph.Read<std::optional<EntityId>>(
                known_at,
                [&](GraphReader& g) { return g.ResolveLink("web", "w1", at); });
            return entity.has_value() ? entity->id : "-";
          },
          [](TestGraph& graph, Revision known_at, absl::Time at) {
            std::string named = "-";
            for (const EntityId& entity : {kAda, kBob, kCarl}) {
              const auto links = graph.Read<std::vector<LinkRecord>>(
                  known_at,
                  [&](GraphReader& g) { return g.LinksAt(entity, at); });
              if (links.empty()) continue;
              EXPECT_EQ(named, "-") << "two at once";
              named = entity.id;
            }
            return named;
          },
          [](TestGraph& graph, Revision known_at, absl::Time at) {
            const auto page = graph.Read<GraphReader::Page<LinkRecord>>(
                known_at,
                [&](GraphReader& g) { return g.ListLinks("web", "", 10, at); });
            return page.items.empty() ? "-" : page.items[0].entity.id;
          }};
}

RelationRecord Placed(ValidTime valid) {
  return MakeRelation(kAda, "placed", kOrder, valid);
}
LinkRecord Linked(const EntityId& entity, ValidTime valid) {
  return During(valid, MakeLink("web", "w1", entity));
}
template <typename Record>
Record Retracted(Record record) {
  record.retraction = true;
  return record;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, TwoAxesTest,
    testing::Values(
        AxesCase{
            "Facts",
            {{"put",
              Put(MakeFact(kAda, "tier", "silver", {Day(3, 1)})),
              {"-", "-", "silver", "silver", "silver"}},
             {"correct",
              Put(MakeFact(kAda, "tier", "gold", {Day(3, 1)})),
              {"-", "-", "gold", "gold", "gold"}},
             {"backdate",
              Put(MakeFact(kAda, "tier", "bronze", {Day(1, 1)})),
              {"-", "bronze", "gold", "gold", "gold"}},
             {"lay over",
              Put(MakeFact(kAda, "tier", "silver", {Day(6, 1), Day(8, 1)})),
              {"-", "bronze", "gold", "silver", "gold"}},
             {"end",
              Finish(MakeFactEnd(kAda, "tier", Day(8, 15))),
              {"-", "bronze", "gold", "silver", "-"}},
             {"retract",
              Put(MakeRetraction(kAda, "tier", Day(6, 1))),
              {"-", "bronze", "gold", "gold", "-"}},
             {"retract again",
              Put(MakeRetraction(kAda, "tier", Day(3, 1))),
              {"-", "bronze", "bronze", "bronze", "-"}},
             {"put again",
              Put(MakeFact(kAda, "tier", "silver", {Day(3, 1)})),
              {"-", "bronze", "silver", "silver", "silver"}}},
            FactLooks()},
        AxesCase{
            "Relations",
            {{"put", Put(Placed({Day(3, 1)})), {"-", "-", "ada", "ada", "ada"}},
             {"correct",
              Put(Placed({Day(3, 1), Day(8, 1)})),
              {"-", "-", "ada", "ada", "-"}},
             {"backdate",
              Put(Placed({Day(1, 1), Day(2, 1)})),
              {"-", "ada", "ada", "ada", "-"}},
             {"end",
              Finish(MakeRelationEnd(kAda, "placed", kOrder, Day(5, 1))),
              {"-", "ada", "ada", "-", "-"}},
             {"retract",
              Put(Retracted(Placed({Day(3, 1)}))),
              {"-", "ada", "-", "-", "-"}},
             {"put again",
              Put(Placed({Day(3, 1)})),
              {"-", "ada", "ada", "ada", "ada"}}},
            RelationLooks()},
        AxesCase{"Links",
                 {{"put",
                   Put(Linked(kAda, {Day(3, 1)})),
                   {"-", "-", "ada", "ada", "ada"}},
                  {"correct",
                   Put(Linked(kBob, {Day(3, 1)})),
                   {"-", "-", "bob", "bob", "bob"}},
                  {"backdate",
                   Put(Linked(kCarl, {Day(1, 1)})),
                   {"-", "carl", "bob", "bob", "bob"}},
                  {"lay over",
                   Put(Linked(kAda, {Day(6, 1), Day(8, 1)})),
                   {"-", "carl", "bob", "ada", "bob"}},
                  {"end",
                   Finish(MakeLinkEnd("web", "w1", Day(8, 15))),
                   {"-", "carl", "bob", "ada", "-"}},
                  {"retract one",
                   Put(Retracted(Linked({}, {Day(3, 1)}))),
                   {"-", "carl", "carl", "ada", "-"}},
                  {"retract all",
                   Put(Retracted(Linked({}, {}))),
                   {"-", "-", "-", "-", "-"}},
                  {"put again",
                   Put(Linked(kBob, {})),
                   {"bob", "bob", "bob", "bob", "bob"}}},
                 LinkLooks()}),
    [](const auto& test) { return std::string(test.param.name); });

std::string TextOf(const Change& change) {
  const std::string what =
      change.index() == 0 ? std::get<FactRecord>(change).value.value_or("none")
      : change.index() == 1 ? std::get<RelationRecord>(change).to.id
                            : std::get<LinkRecord>(change).entity.id;
  return absl::StrCat(RecordedOf(change).revision.number(), ".",
                      RecordedOf(change).ordinal, " ", what);
}

std::vector<std::string> HistoryOf(TestGraph& graph, const EntityId& entity,
                                   size_t page_size,
                                   Revision at = Revision::Latest()) {
  std::vector<std::string> texts;
  std::string start;
  do {
    const auto page = graph.Read<GraphReader::Page<Change>>(
        at,
        [&](GraphReader& g) { return g.HistoryOf(entity, start, page_size); });
    EXPECT_LE(page.items.size(), page_size);
    for (const Change& change : page.items) texts.push_back(TextOf(change));
    start = page.next;
  } while (!start.empty());
  return texts;
}

// The fixture's clock stands still: all of this is recorded at one instant.
TEST(HistoryTest, HasEveryChangeInOrderThoughTheClockStandsStill) {
  TestGraph graph;
  graph.Write({MakeFact(kAda, "tier", "silver"), MakeFact(kAda, "tier", "gold"),
               MakeFact(kBob, "tier", "bronze"),
               MakeRelation(kAda, "placed", kOrder)});
  graph.Write({MakeLink("web", "w1", kAda)});
  graph.Write(
      {MakeRelation(kBob, "knows", kAda), MakeRetraction(kAda, "tier")});
  const std::vector<std::string> all = {"1.0 silver", "1.1 gold", "1.3 o1",
                                        "2.0 ada",    "3.0 ada",  "3.1 none"};
  for (const size_t size : {1, 2, 5, 6, 100}) {
    EXPECT_EQ(HistoryOf(graph, kAda, size), all) << size;
  }
  EXPECT_THAT(HistoryOf(graph, kOrder, 10), ElementsAre("1.3 o1"));
  EXPECT_THAT(HistoryOf(graph, kAda, 10, Revision(1)),
              ElementsAre("1.0 silver", "1.1 gold", "1.3 o1"));
  EXPECT_THAT(HistoryOf(graph, kCarl, 10), IsEmpty());
}

TEST(HistoryTest, ALinkTakenAwayIsTheHistoryOfBoth) {
  TestGraph graph;
  graph.Write({Linked(kAda, {Day(1, 1), Day(6, 1)})});
  graph.Write({Linked(kBob, {Day(3, 1)})});   // within Ada's
  graph.Write({Linked(kCarl, {Day(9, 1)})});  // within Bob's, after Ada's
  EXPECT_THAT(HistoryOf(graph, kAda, 10), ElementsAre("1.0 ada", "2.0 bob"));
  EXPECT_THAT(HistoryOf(graph, kBob, 10), ElementsAre("2.0 bob", "3.0 carl"));
  EXPECT_THAT(HistoryOf(graph, kCarl, 10), ElementsAre("3.0 carl"));
  graph.Write({Retracted(Linked({}, {}))});
  EXPECT_THAT(HistoryOf(graph, kAda, 10),
              ElementsAre("1.0 ada", "2.0 bob", "4.0 "));
}

}  // namespace
}  // namespace concordat
