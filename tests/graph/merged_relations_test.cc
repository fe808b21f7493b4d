// Goal: the rules of relations are of entities, whichever of their ids is
// written to.
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_replace.h"
#include "graph/relation_rules.h"
#include "gtest/gtest.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

EntityId Person(const std::string& id) { return {"customer", id}; }
EntityId House(const std::string& id) { return {"household", id}; }

WriteBatch BatchOf(std::vector<Change> changes) {
  WriteBatch batch;
  batch.changes = std::move(changes);
  return batch;
}

struct MergedCase {
  const char* name;
  RelationRecord before;
  MergeRecord merge;
  RelationRecord change;
  std::string reason;
};
void PrintTo(const MergedCase& test, std::ostream* out) { *out << test.name; }

class MergedIdsTest : public testing::TestWithParam<MergedCase> {};

TEST_P(MergedIdsTest, CountAsOneEntity) {
  TestGraph graph;
  graph.Write({MakeFact(Person("a"), "visits", "1"),
               MakeFact(Person("b"), "visits", "1"),
               MakeFact(House("h1"), "members", "1"),
               MakeFact(House("h2"), "members", "1"), GetParam().before});
  graph.Write({GetParam().merge});
  EXPECT_EQ(ReasonOf(graph.TryWrite(BatchOf({GetParam().change})).status()),
            GetParam().reason);
  // In one batch with what it would break, too.
  TestGraph another;
  another.Write({MakeFact(Person("a"), "visits", "1"),
                 MakeFact(Person("b"), "visits", "1"),
                 MakeFact(House("h1"), "members", "1"),
                 MakeFact(House("h2"), "members", "1")});
  another.Write({GetParam().merge});
  EXPECT_EQ(
      ReasonOf(another.TryWrite(BatchOf({GetParam().before, GetParam().change}))
                   .status()),
      GetParam().reason == "OK"
          ? "OK"
          : absl::StrReplaceAll(GetParam().reason, {{"[0]", "[1]"}}));
}

INSTANTIATE_TEST_SUITE_P(
    RelationRules, MergedIdsTest,
    testing::Values(
        MergedCase{"ASecondHouseOfOnePerson",
                   MakeRelation(Person("b"), "lives_in", House("h2")),
                   MakeMerge(Person("b"), Person("a")),
                   MakeRelation(Person("a"), "lives_in", House("h1")),
                   "CARDINALITY_EXCEEDED changes[0].put_relation"},
        MergedCase{"TheSameHouseUnderTwoIds",
                   MakeRelation(Person("a"), "lives_in", House("h2")),
                   MakeMerge(House("h2"), House("h1")),
                   MakeRelation(Person("a"), "lives_in", House("h1")), "OK"},
        MergedCase{"TheOtherIdOfWhoIntroduced",
                   MakeRelation(Person("b"), "introduced", Person("c")),
                   MakeMerge(Person("b"), Person("a")),
                   MakeRelation(Person("a"), "introduced", Person("c")), "OK"},
        MergedCase{"SomebodyElseIntroduced",
                   MakeRelation(Person("b"), "introduced", Person("c")),
                   MakeMerge(Person("b"), Person("a")),
                   MakeRelation(Person("d"), "introduced", Person("c")),
                   "CARDINALITY_EXCEEDED changes[0].put_relation"},
        MergedCase{"ACircleThroughBothIds",
                   MakeRelation(Person("b"), "contains", Person("c")),
                   MakeMerge(Person("b"), Person("a")),
                   MakeRelation(Person("c"), "contains", Person("a")),
                   "CARDINALITY_EXCEEDED changes[0].put_relation"},
        MergedCase{"FromOneIdToTheOther",
                   MakeRelation(Person("c"), "contains", Person("d")),
                   MakeMerge(Person("b"), Person("a")),
                   MakeRelation(Person("a"), "contains", Person("b")),
                   "CARDINALITY_EXCEEDED changes[0].put_relation"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace concordat
