// Goal: at no instant of valid time does an end have more partners than its
// relation's cardinality allows, or a path of an acyclic relation lead back;
// and nothing else is refused.
#include "graph/relation_rules.h"

#include <map>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "gtest/gtest.h"
#include "tests/conformance/rows.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

EntityId Person(const std::string& id) { return {"customer", id}; }
EntityId House(const std::string& id) { return {"household", id}; }

RelationRecord Retract(RelationRecord relation) {
  relation.retraction = true;
  return relation;
}

WriteBatch BatchOf(std::vector<Change> changes) {
  WriteBatch batch;
  batch.changes = std::move(changes);
  return batch;
}

// How two stretches of time lie.
struct Times {
  const char* name;
  ValidTime first;
  ValidTime second;
  bool meet;
};
const Times kTimes[] = {
    {"BothEver", {}, {}, true},
    {"SameStart", {.from = Day(3, 1)}, {.from = Day(3, 1)}, true},
    {"Overlapping", {Day(1, 1), Day(3, 1)}, {Day(2, 1), Day(4, 1)}, true},
    {"OverlappingByADay", {Day(1, 1), Day(2, 2)}, {Day(2, 1), Day(4, 1)}, true},
    {"Nested", {Day(1, 1), Day(6, 1)}, {Day(2, 1), Day(3, 1)}, true},
    {"Around", {Day(2, 1), Day(3, 1)}, {Day(1, 1), Day(6, 1)}, true},
    {"OpenThenBounded", {.from = Day(2, 1)}, {Day(3, 1), Day(4, 1)}, true},
    {"AdjacentAfter", {Day(1, 1), Day(2, 1)}, {Day(2, 1), Day(3, 1)}, false},
    {"AdjacentBefore", {Day(2, 1), Day(3, 1)}, {Day(1, 1), Day(2, 1)}, false},
    {"Apart", {Day(1, 1), Day(2, 1)}, {Day(5, 1), Day(6, 1)}, false},
    {"EndedThenOpen",
     {absl::InfinitePast(), Day(2, 1)},
     {.from = Day(2, 1)},
     false},
};

// Which relation, and which end its two edges share.
struct Shared {
  const char* name;
  const char* relation;
  bool from;
  bool limited;
};
void PrintTo(const Shared& shared, std::ostream* out) { *out << shared.name; }

RelationRecord EdgeOf(const Shared& shared, const char* partner,
                      const ValidTime& valid) {
  const bool to_house = std::string(shared.relation) == "lives_in";
  const auto to = [&](const char* id) {
    return to_house ? House(id) : Person(id);
  };
  return shared.from ? MakeRelation(Person("shared"), shared.relation,
                                    to(partner), valid)
                     : MakeRelation(Person(partner), shared.relation,
                                    to("shared"), valid);
}

class CardinalityTest : public testing::TestWithParam<Shared> {
 protected:
  // Writes the steps one batch each, or all in one, then the edge that may meet
  // the first; says how that ended.
  static std::string Write(std::vector<Change> steps, Change last,
                           bool one_batch) {
    TestGraph graph;
    if (one_batch) {
      steps.push_back(std::move(last));
      return ReasonOf(graph.TryWrite(BatchOf(std::move(steps))).status());
    }
    for (Change& step : steps) graph.Write({std::move(step)});
    return ReasonOf(graph.TryWrite(BatchOf({std::move(last)})).status());
  }

  static void Expect(const char* what, const Times& times,
                     const std::vector<Change>& steps, const Change& last,
                     bool refused) {
    for (const bool one_batch : {false, true}) {
      SCOPED_TRACE(absl::StrCat(what, " ", times.name,
                                one_batch ? " in one batch" : ""));
      const std::string field = absl::StrCat(
          "changes[", one_batch ? steps.size() : 0, "].put_relation");
      EXPECT_EQ(Write(steps, last, one_batch),
                refused ? "CARDINALITY_EXCEEDED " + field : "OK");
    }
  }
};

TEST_P(CardinalityTest, TwoPartnersNeverAtOneInstant) {
  for (const Times& times : kTimes) {
    const Change first = EdgeOf(GetParam(), "one", times.first);
    const Change second = EdgeOf(GetParam(), "other", times.second);
    Expect("two partners", times, {first}, second,
           GetParam().limited && times.meet);
  }
}

TEST_P(CardinalityTest, OnePartnerMayBeSaidTwice) {
  for (const Times& times : kTimes) {
    Expect("one partner", times, {EdgeOf(GetParam(), "one", times.first)},
           EdgeOf(GetParam(), "one", times.second), false);
  }
}

TEST_P(CardinalityTest, WhatWasRetractedIsNoPartner) {
  for (const Times& times : kTimes) {
    const RelationRecord first = EdgeOf(GetParam(), "one", times.first);
    const Change second = EdgeOf(GetParam(), "other", times.second);
    Expect("retracted", times, {first, Retract(first)}, second, false);
    // A retraction of another start takes nothing back.
    RelationRecord elsewhere = first;
    elsewhere.valid.from = Day(12, 1);
    Expect("retracted elsewhere", times, {first, Retract(elsewhere)}, second,
           GetParam().limited && times.meet);
    Expect("retracted and put again", times, {first, Retract(first), first},
           second, GetParam().limited && times.meet);
  }
}

TEST_P(CardinalityTest, WhatWasReplacedHoldsAsReplaced) {
  for (const Times& times : kTimes) {
    if (times.first.from >= times.second.from) continue;
    RelationRecord first = EdgeOf(GetParam(), "one", times.first);
    RelationRecord ended = first;
    ended.valid.to = times.second.from;
    const Change second = EdgeOf(GetParam(), "other", times.second);
    Expect("ended", times, {first, ended}, second, false);
    Expect("ended and open again", times, {first, ended, first}, second,
           GetParam().limited && times.meet);
    // Making it longer is looked at as putting it.
    first.valid.to = absl::InfiniteFuture();
    Expect("made longer", times, {ended, second}, first, GetParam().limited);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, CardinalityTest,
    testing::Values(Shared{"OneToOneFrom", "married_to", true, true},
                    Shared{"OneToOneTo", "married_to", false, true},
                    Shared{"OneToManyFrom", "introduced", true, false},
                    Shared{"OneToManyTo", "introduced", false, true},
                    Shared{"ManyToOneFrom", "lives_in", true, true},
                    Shared{"ManyToOneTo", "lives_in", false, false},
                    Shared{"ManyToManyFrom", "knows", true, false},
                    Shared{"ManyToManyTo", "knows", false, false}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(RelationRulesTest, ErrorNamesRelationConstraintAndEnd) {
  TestGraph graph;
  graph.Write({MakeRelation(Person("ada"), "lives_in", House("h1"))});
  const absl::Status status =
      graph
          .TryWrite(
              BatchOf({MakeRelation(Person("ada"), "lives_in", House("h2"))}))
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  const std::optional<ErrorDetail> detail = DetailOf(status);
  ASSERT_TRUE(detail.has_value());
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"relation", "lives_in"}, {"constraint", "many_to_one"}, {"end", "from"}};
  EXPECT_EQ(detail->metadata, expected);
  for (const char* id : {"ada", "h1", "h2"}) {
    EXPECT_EQ(std::string(status.message()).find(id), std::string::npos);
  }
}

TEST(RelationRulesTest, ARefusedBatchLeavesNothing) {
  TestGraph graph;
  graph.Write({MakeRelation(Person("ada"), "lives_in", House("h1"))});
  const Revision before = graph.head();
  WriteBatch batch =
      BatchOf({MakeFact(Person("ada"), "visits", "1"),
               MakeRelation(Person("ada"), "lives_in", House("h2"))});
  batch.request_id = "r1";
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()),
            "CARDINALITY_EXCEEDED changes[1].put_relation");
  EXPECT_EQ(graph.head(), before);
  // The same id is free for the mended request.
  batch.changes.insert(
      batch.changes.begin() + 1,
      Retract(MakeRelation(Person("ada"), "lives_in", House("h1"))));
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), "OK");
  const auto relations = graph.Read<std::vector<RelationRecord>>(
      graph.head(),
      [](GraphReader& reader) { return reader.RelationsOf(Person("ada")); });
  ASSERT_EQ(relations.size(), 1u);
  EXPECT_EQ(relations[0].to, House("h2"));
}

// The cap is on rows of the limited end; the other may have any number.
TEST(RelationRulesTest, AFullHouseTakesMore) {
  TestGraph graph;
  for (int batch = 0; batch < 3; ++batch) {
    std::vector<Change> changes;
    for (int i = 0; i < 1000; ++i) {
      changes.push_back(MakeRelation(Person(absl::StrCat(batch, "-", i)),
                                     "lives_in", House("h")));
    }
    graph.Write(std::move(changes));
  }
}

TEST(RelationRulesTest, TooManyRowsToCheckAreALimit) {
  TestGraph graph;
  // One person moves every microsecond.
  const auto stay = [](int64_t i) {
    const absl::Time from = Day(1, 1) + absl::Microseconds(i);
    return MakeRelation(Person("ada"), "lives_in", House(absl::StrCat("h", i)),
                        {from, from + absl::Microseconds(1)});
  };
  // Straight into the store, as each write would look at all before it.
  ASSERT_TRUE(graph.store()
                  .Write([&](Transaction& tx) {
                    for (int64_t i = 0; i <= limits::kRelationCheckRowsMax;
                         ++i) {
                      RelationRecord record = stay(i);
                      record.recorded.revision = Revision(1);
                      const absl::Status put = rows::PutRelation(tx, record);
                      if (!put.ok()) return put;
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(
      ReasonOf(
          graph.TryWrite(BatchOf({stay(limits::kRelationCheckRowsMax + 1)}))
              .status()),
      "LIMIT_EXCEEDED changes[0].put_relation");
}

// All changes of a write draw on one budget.
TEST(RelationRulesTest, TooManyStepsToCheckAreALimit) {
  TestGraph graph;
  constexpr int kDepth = 1500;
  ASSERT_TRUE(graph.store()
                  .Write([&](Transaction& tx) {
                    for (int i = 0; i < kDepth; ++i) {
                      RelationRecord record =
                          MakeRelation(Person(absl::StrCat("p", i)), "contains",
                                       Person(absl::StrCat("p", i + 1)));
                      record.recorded.revision = Revision(1);
                      const absl::Status put = rows::PutRelation(tx, record);
                      if (!put.ok()) return put;
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  std::vector<Change> changes;
  for (int i = 0; i < limits::kChangesPerWriteMax; ++i) {
    changes.push_back(
        MakeRelation(Person(absl::StrCat("top", i)), "contains", Person("p0")));
  }
  EXPECT_EQ(
      ReasonOf(graph.TryWrite(BatchOf(changes)).status()),
      absl::StrCat("LIMIT_EXCEEDED changes[",
                   limits::kRelationCheckStepsMax / kDepth, "].put_relation"));
  changes.resize(limits::kRelationCheckStepsMax / kDepth);
  EXPECT_EQ(ReasonOf(graph.TryWrite(BatchOf(changes)).status()), "OK");
}

// What was written before the rule was declared stays, and can be ended bit by
// bit; nothing is added to it.
TEST(RelationRulesTest, WhatIsThereInSpiteOfTheRulesCanBeMended) {
  for (const char* relation : {"lives_in", "introduced", "contains"}) {
    SCOPED_TRACE(relation);
    const bool houses = std::string(relation) == "lives_in";
    const auto edge = [&](const char* from, const char* to, ValidTime valid) {
      return MakeRelation(Person(from), relation,
                          houses ? House(to) : Person(to), valid);
    };
    // Two homes, two who introduced, or a circle, from January on.
    const std::vector<RelationRecord> wrong =
        houses ? std::vector{edge("a", "h1", {.from = Day(1, 1)}),
                             edge("a", "h2", {.from = Day(1, 1)})}
        : std::string(relation) == "introduced"
            ? std::vector{edge("a", "c", {.from = Day(1, 1)}),
                          edge("b", "c", {.from = Day(1, 1)})}
            : std::vector{edge("a", "b", {.from = Day(1, 1)}),
                          edge("b", "a", {.from = Day(1, 1)})};
    TestGraph graph;
    ASSERT_TRUE(graph.store()
                    .Write([&](Transaction& tx) {
                      uint32_t ordinal = 0;
                      for (RelationRecord record : wrong) {
                        record.recorded.revision = graph.head();
                        record.recorded.ordinal = ordinal++;
                        const absl::Status put = rows::PutRelation(tx, record);
                        if (!put.ok()) return put;
                      }
                      return absl::OkStatus();
                    })
                    .ok());
    RelationRecord again = wrong[0];
    EXPECT_EQ(ReasonOf(graph.TryWrite(BatchOf({again})).status()), "OK");
    again.valid.from = Day(2, 1);
    EXPECT_EQ(ReasonOf(graph.TryWrite(BatchOf({again})).status()), "OK");
    again.valid = {Day(1, 1), Day(5, 1)};
    EXPECT_EQ(ReasonOf(graph.TryWrite(BatchOf({again})).status()), "OK");
    // What is new of it meets nothing.
    again.valid = {absl::InfinitePast(), Day(2, 1)};
    EXPECT_EQ(ReasonOf(graph.TryWrite(BatchOf({again})).status()), "OK");
    RelationRecord other = wrong[1];
    other.valid.from = absl::InfinitePast();
    EXPECT_EQ(ReasonOf(graph.TryWrite(BatchOf({other})).status()),
              "CARDINALITY_EXCEEDED changes[0].put_relation");
  }
}

TEST(RelationRulesTest, ErrorsNameThePlaceInTheCallersList) {
  TestGraph graph;
  graph.Write({MakeRelation(Person("ada"), "lives_in", House("h1")),
               MakeRelation(Person("ada"), "lives_in", House("h1"),
                            {.from = Day(1, 1)}),
               MakeRelation(Person("bob"), "lives_in", House("h1"))});
  // An end that becomes two changes, then one that is fine, then one that is
  // not.
  WriteBatch batch =
      BatchOf({MakeRelation(Person("ada"), "lives_in", House("h2"),
                            {.from = Day(6, 1)}),
               MakeRelation(Person("bob"), "lives_in", House("h2"))});
  batch.ends.push_back(
      {0, RelationEnd{Person("ada"), "lives_in", House("h1"), Day(6, 1), ""}});
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()),
            "CARDINALITY_EXCEEDED changes[2].put_relation");
  batch.changes.pop_back();
  EXPECT_EQ(ReasonOf(graph.TryWrite(batch).status()), "OK");
}

struct CycleCase {
  const char* name;
  std::vector<RelationRecord> before;
  RelationRecord last;
  bool refused;
};
void PrintTo(const CycleCase& test, std::ostream* out) { *out << test.name; }

RelationRecord Edge(const char* from, const char* to, ValidTime valid = {}) {
  return MakeRelation(Person(from), "contains", Person(to), valid);
}

std::vector<CycleCase> CycleCases() {
  const ValidTime first_half = {Day(1, 1), Day(7, 1)};
  const ValidTime second_half = {Day(7, 1), Day(12, 31)};
  return {
      {"Itself", {}, Edge("a", "a"), true},
      {"BackAndForth", {Edge("a", "b")}, Edge("b", "a"), true},
      {"OfThree", {Edge("a", "b"), Edge("b", "c")}, Edge("c", "a"), true},
      {"Diamond",
       {Edge("a", "b"), Edge("a", "c"), Edge("b", "d")},
       Edge("c", "d"),
       false},
      {"TheSameAgain", {Edge("a", "b")}, Edge("a", "b"), false},
      {"AfterwardsTheOtherWay",
       {Edge("a", "b", first_half)},
       Edge("b", "a", second_half),
       false},
      {"NeverAllAtOnce",
       {Edge("a", "b", first_half), Edge("b", "c", second_half)},
       Edge("c", "a"),
       false},
      {"AllAtOnceForADay",
       {Edge("a", "b", {Day(1, 1), Day(7, 2)}), Edge("b", "c", second_half)},
       Edge("c", "a"),
       true},
      {"ThroughTheSecondStretch",
       {Edge("a", "b", {Day(1, 1), Day(2, 1)}), Edge("a", "b", second_half),
        Edge("b", "c", {Day(8, 1), Day(9, 1)})},
       Edge("c", "a", {Day(8, 2), Day(8, 3)}),
       true},
      {"OneWayWasClosedOneIsOpen",
       {Edge("a", "b", first_half), Edge("b", "d", first_half),
        Edge("a", "c", second_half), Edge("c", "d", second_half)},
       Edge("d", "a", {Day(9, 1), Day(10, 1)}),
       true},
      {"OtherRelationsDoNotCount",
       {MakeRelation(Person("a"), "knows", Person("b"))},
       Edge("b", "a"),
       false},
      {"UpwardsOneToMany",
       {MakeRelation(Person("a"), "leads", Person("b")),
        MakeRelation(Person("b"), "leads", Person("c"))},
       MakeRelation(Person("c"), "leads", Person("a")),
       true},
      {"ForwardsManyToOne",
       {MakeRelation(Person("a"), "reports_to", Person("b")),
        MakeRelation(Person("b"), "reports_to", Person("c"))},
       MakeRelation(Person("c"), "reports_to", Person("a")),
       true},
  };
}

class CycleTest : public testing::TestWithParam<CycleCase> {};

TEST_P(CycleTest, NoPathLeadsBack) {
  TestGraph one_by_one;
  WriteBatch together;
  for (const RelationRecord& edge : GetParam().before) {
    one_by_one.Write({edge});
    together.changes.push_back(edge);
  }
  together.changes.push_back(GetParam().last);
  const absl::Status last =
      one_by_one.TryWrite(BatchOf({GetParam().last})).status();
  EXPECT_EQ(ReasonOf(last), GetParam().refused
                                ? "CARDINALITY_EXCEEDED changes[0].put_relation"
                                : "OK");
  if (GetParam().refused) {
    EXPECT_EQ(DetailOf(last)->metadata[1].second, "acyclic");
  }
  const std::string field =
      absl::StrCat("changes[", GetParam().before.size(), "].put_relation");
  EXPECT_EQ(ReasonOf(TestGraph().TryWrite(together).status()),
            GetParam().refused ? "CARDINALITY_EXCEEDED " + field : "OK");
}

INSTANTIATE_TEST_SUITE_P(All, CycleTest, testing::ValuesIn(CycleCases()),
                         [](const auto& test) {
                           return std::string(test.param.name);
                         });

// The oracle: which edges hold on which day, for every day; whether too many
// do, or lead back, is counted.
class DayModel {
 public:
  static constexpr int kDays = 8;
  static constexpr int kPeople = 5;

  struct Edge {
    int from;
    int to;
    int first;  // day, from 0
    int last;   // the day after
    bool retraction;
  };

  void Apply(const Edge& edge) {
    std::optional<int>& to = starts_[{edge.from, edge.to, edge.first}];
    to = edge.retraction ? std::nullopt : std::optional<int>(edge.last);
  }

  bool Holds(int from, int to, int day) const {
    for (const auto& [start, end] : starts_) {
      if (end.has_value() && std::get<0>(start) == from &&
          std::get<1>(start) == to && std::get<2>(start) <= day && day < *end) {
        return true;
      }
    }
    return false;
  }

  bool IsAllowed(bool one_end, bool one_start, bool acyclic) const {
    for (int day = 0; day < kDays; ++day) {
      bool reaches[kPeople][kPeople] = {};
      for (int a = 0; a < kPeople; ++a) {
        int ends = 0;
        int begins = 0;
        for (int b = 0; b < kPeople; ++b) {
          reaches[a][b] = Holds(a, b, day);
          ends += reaches[a][b] ? 1 : 0;
          begins += Holds(b, a, day) ? 1 : 0;
        }
        if ((one_end && ends > 1) || (one_start && begins > 1)) return false;
      }
      for (int k = 0; k < kPeople; ++k) {
        for (int a = 0; a < kPeople; ++a) {
          for (int b = 0; b < kPeople; ++b) {
            reaches[a][b] |= reaches[a][k] && reaches[k][b];
          }
        }
      }
      for (int a = 0; acyclic && a < kPeople; ++a) {
        if (reaches[a][a]) return false;
      }
    }
    return true;
  }

 private:
  std::map<std::tuple<int, int, int>, std::optional<int>> starts_;
};

struct ModelCase {
  const char* relation;
  bool one_end;
  bool one_start;
  bool acyclic;
};
void PrintTo(const ModelCase& test, std::ostream* out) {
  *out << test.relation;
}

class RelationModelTest : public testing::TestWithParam<ModelCase> {};

// Each batch is refused at the change at which the oracle first finds what is
// not allowed, and only then.
TEST_P(RelationModelTest, RefusesWhatTheOracleDoes) {
  const uint64_t first_seed = TestSeed(1);
  int refused = 0;
  for (uint64_t seed = first_seed; seed < first_seed + 30; ++seed) {
    SCOPED_TRACE(absl::StrCat("CONCORDAT_TEST_SEED=", seed));
    std::mt19937_64 random(seed);
    TestGraph graph;
    DayModel model;
    for (int round = 0; round < 60; ++round) {
      WriteBatch batch;
      DayModel after = model;
      std::string expected = "OK";
      for (uint64_t i = 0; i <= Below(random, 3); ++i) {
        const int first = static_cast<int>(Below(random, DayModel::kDays));
        const DayModel::Edge edge = {
            static_cast<int>(Below(random, DayModel::kPeople)),
            static_cast<int>(Below(random, DayModel::kPeople)), first,
            first + 1 +
                static_cast<int>(Below(random, DayModel::kDays - first)),
            Below(random, 3) == 0};
        RelationRecord change =
            MakeRelation(Person(absl::StrCat(edge.from)), GetParam().relation,
                         Person(absl::StrCat(edge.to)),
                         {Day(1, 1 + edge.first), Day(1, 1 + edge.last)});
        change.retraction = edge.retraction;
        batch.changes.push_back(change);
        after.Apply(edge);
        if (expected == "OK" &&
            !after.IsAllowed(GetParam().one_end, GetParam().one_start,
                             GetParam().acyclic)) {
          expected = absl::StrCat("CARDINALITY_EXCEEDED changes[", i,
                                  "].put_relation");
        }
      }
      ASSERT_EQ(ReasonOf(graph.TryWrite(batch).status()), expected)
          << "round " << round;
      if (expected == "OK") {
        model = after;
      } else {
        ++refused;
      }
    }
  }
  // Else the run has shown nothing.
  EXPECT_GT(refused, 100);
}

INSTANTIATE_TEST_SUITE_P(
    All, RelationModelTest,
    testing::Values(ModelCase{"married_to", true, true, false},
                    ModelCase{"introduced", false, true, false},
                    ModelCase{"reports_to", true, false, true},
                    ModelCase{"leads", false, true, true},
                    ModelCase{"contains", false, false, true}),
    [](const auto& test) { return std::string(test.param.relation); });

}  // namespace
}  // namespace concordat
