// Goal: no merge makes an entity with relations that no one entity could have.
#include "graph/merge_brakes.h"
#include "gtest/gtest.h"
#include "tests/graph/brake_fixture.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

class RelationBrakeTest : public BrakeTest {};

TEST_P(RelationBrakeTest, RefusesAndIsOverriddenAsItShould) {
  EXPECT_EQ(Try(GetParam().change, false), GetParam().refusal);
  EXPECT_EQ(Try(GetParam().change, true), GetParam().overridden);
}

INSTANTIATE_TEST_SUITE_P(
    MergeBrakes, RelationBrakeTest,
    testing::Values(
        BrakeCase{"TwoHouses",
                  nullptr,
                  {{MakeRelation(kA, "lives_in", {"household", "1"}),
                    MakeRelation(kB, "lives_in", {"household", "2"})}},
                  {MakeMerge(kB, kA)},
                  "MERGE_REFUSED relations of lives_in",
                  "OK"},
        BrakeCase{"TheSameHouse",
                  nullptr,
                  {{MakeRelation(kA, "lives_in", {"household", "1"}),
                    MakeRelation(kB, "lives_in", {"household", "1"})}},
                  {MakeMerge(kB, kA)},
                  "OK",
                  "OK"},
        BrakeCase{"OneHouseAfterTheOther",
                  nullptr,
                  {{MakeRelation(kA, "lives_in", {"household", "1"},
                                 {.to = Day(3, 1)}),
                    MakeRelation(kB, "lives_in", {"household", "2"},
                                 {.from = Day(3, 1)})}},
                  {MakeMerge(kB, kA)},
                  "OK",
                  "OK"},
        BrakeCase{"TwoHousesInTheSameBatch",
                  nullptr,
                  {{MakeRelation(kA, "lives_in", {"household", "1"})}},
                  {MakeMerge(kB, kA),
                   MakeRelation(kB, "lives_in", {"household", "2"})},
                  "MERGE_REFUSED relations of lives_in",
                  "OK"},
        BrakeCase{"TwoWhoIntroduced",
                  nullptr,
                  {{MakeRelation(kC, "introduced", kA),
                    MakeRelation(kD, "introduced", kB)}},
                  {MakeMerge(kB, kA)},
                  "MERGE_REFUSED relations of introduced",
                  "OK"},
        BrakeCase{"OfAnotherIdOfTheEntity",
                  nullptr,
                  {{MakeRelation(kC, "lives_in", {"household", "1"}),
                    MakeRelation(kB, "lives_in", {"household", "2"})},
                   {MakeMerge(kC, kA)}},
                  {MakeMerge(kB, kA)},
                  "MERGE_REFUSED relations of lives_in",
                  "OK"},
        BrakeCase{"APathFromTheOneToTheOther",
                  nullptr,
                  {{MakeRelation(kA, "contains", kC),
                    MakeRelation(kC, "contains", kB)}},
                  {MakeMerge(kB, kA)},
                  "MERGE_REFUSED relations of contains",
                  "OK"},
        BrakeCase{"APathTheOtherWay",
                  nullptr,
                  {{MakeRelation(kB, "leads", kA)}},
                  {MakeMerge(kB, kA)},
                  "MERGE_REFUSED relations of leads",
                  "OK"},
        BrakeCase{"APathThatNeverHoldsAsAWhole",
                  nullptr,
                  {{MakeRelation(kA, "contains", kC, {.to = Day(3, 1)}),
                    MakeRelation(kC, "contains", kB, {.from = Day(3, 1)})}},
                  {MakeMerge(kB, kA)},
                  "OK",
                  "OK"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace concordat
