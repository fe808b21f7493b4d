// Goal: causes that are there are found, as they are, and none that are not.
// Method: worlds whose causes are planted, made from seeds; and small tables
// that were counted by hand.
#include "consistency/causes/find_causes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/causes/cause_observations.h"
#include "consistency/causes/dimensions.h"
#include "graph/errors.h"
#include "tests/consistency/causes/cause_table.h"
#include "tests/consistency/causes/cause_world.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string Text(const FoundCauses& found) {
  std::string text;
  for (const FoundCause& cause : found.causes) {
    for (const CauseCondition& condition : cause.conditions) {
      absl::StrAppend(&text, condition.dimension, "=", condition.value, " ");
    }
    absl::StrAppend(&text, cause.figures.findings, "/",
                    cause.figures.observations, " ", cause.members, " ",
                    cause.figures.rate_outside, "\n");
  }
  return text;
}

struct WorldCase {
  const char* name;
  CauseWorldOptions options;
  int worlds;
  // What must come out, over all worlds.
  double recovered_min;
};
void PrintTo(const WorldCase& test, std::ostream* out) { *out << test.name; }

class PlantedCausesTest : public testing::TestWithParam<WorldCase> {};

// What is asked of the engine: planted causes come out exactly, with nine of
// ten of their members, and of ten causes at most one is spurious.
TEST_P(PlantedCausesTest, AreRecovered) {
  CauseScore score;
  for (int i = 0; i < GetParam().worlds; ++i) {
    CauseWorldOptions options = GetParam().options;
    options.seed += i;
    const std::unique_ptr<CauseWorld> world = MakeCauseWorld(options);
    const auto found = FindCauses(Observe(*world));
    ASSERT_TRUE(found.ok());
    const CauseScore one = ScoreOf(*world, *found);
    if (one.recovered < one.planted || one.spurious > 0) {
      RecordProperty(absl::StrCat("seed", options.seed), Text(*found));
    }
    score += one;
  }
  EXPECT_EQ(score.planted, GetParam().options.planted * GetParam().worlds);
  EXPECT_GE(score.recovered, GetParam().recovered_min * score.planted);
  EXPECT_GE(static_cast<double>(score.placed),
            0.9 * static_cast<double>(score.made));
  EXPECT_LE(score.spurious * 10, score.recovered + score.spurious);
}

INSTANTIATE_TEST_SUITE_P(
    All, PlantedCausesTest,
    testing::Values(
        WorldCase{"One", {.seed = 100, .planted = 1}, 20, 1},
        WorldCase{"Two", {.seed = 200, .planted = 2}, 20, 1},
        WorldCase{"Three", {.seed = 300, .planted = 3}, 20, 1},
        WorldCase{"Four", {.seed = 400, .planted = 4}, 20, 1},
        WorldCase{"Five", {.seed = 500, .planted = 5}, 20, 1},
        WorldCase{"Faint",
                  {.seed = 600, .planted = 3, .rate_min = 0.3, .rate_max = 0.4},
                  15,
                  1},
        WorldCase{"Certain",
                  {.seed = 700, .planted = 3, .rate_min = 1, .rate_max = 1},
                  15,
                  1},
        WorldCase{
            "Rare", {.seed = 800, .planted = 3, .background = 0.002}, 15, 1},
        WorldCase{"NextToNoBackground",
                  {.seed = 900, .planted = 3, .background = 0.0005},
                  15,
                  1},
        // A twentieth of all contradicts: three times that is near what the
        // faintest is planted with.
        WorldCase{
            "Loud", {.seed = 1000, .planted = 4, .background = 0.05}, 15, 0.95},
        WorldCase{"Small",
                  {.seed = 1100, .observations = 20'000, .planted = 3},
                  20,
                  1}),
    [](const testing::TestParamInfo<WorldCase>& test) {
      return test.param.name;
    });

struct NullCase {
  const char* name;
  int observations;
  double background;
};
void PrintTo(const NullCase& test, std::ostream* out) { *out << test.name; }

class NothingPlantedTest : public testing::TestWithParam<NullCase> {};

TEST_P(NothingPlantedTest, GivesNothing) {
  int causes = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const std::unique_ptr<CauseWorld> world =
        MakeCauseWorld({.seed = seed,
                        .observations = GetParam().observations,
                        .planted = 0,
                        .background = GetParam().background});
    const auto found = FindCauses(Observe(*world));
    ASSERT_TRUE(found.ok());
    causes += static_cast<int>(found->causes.size());
    if (found->causes.empty()) {
      EXPECT_EQ(found->unexplained, found->findings);
    }
  }
  // One in a hundred would be chance.
  EXPECT_LE(causes, 1);
}

INSTANTIATE_TEST_SUITE_P(All, NothingPlantedTest,
                         testing::Values(NullCase{"Few", 5000, 0.02},
                                         NullCase{"Many", 40'000, 0.02},
                                         NullCase{"Loud", 20'000, 0.3}),
                         [](const testing::TestParamInfo<NullCase>& test) {
                           return test.param.name;
                         });

// The same world, its values numbered backwards.
std::unique_ptr<CauseWorld> Renumbered(const CauseWorld& world) {
  auto renumbered = std::make_unique<CauseWorld>();
  const Dimensions& from = world.dimensions;
  Dimensions& to = renumbered->dimensions;
  for (size_t d = 0; d < from.size(); ++d) {
    EXPECT_TRUE(to.AddDimension(from.name(d), from.role(d)).ok());
    for (size_t level = 0; level < from.level_sizes(d).size(); ++level) {
      for (size_t v = from.values(d); v > 0; --v) {
        if (from.level(d, v) != level) continue;
        const DimensionValue whole = from.parent(d, v);
        const DimensionValue parent = whole == kNoDimensionValue
                                          ? whole
                                          : to.Find(d, from.value(d, whole));
        EXPECT_TRUE(to.AddValue(d, from.value(d, v), parent).ok());
      }
    }
  }
  renumbered->observations = world.observations;
  for (CauseWorld::Observation& observation : renumbered->observations) {
    for (size_t d = 0; d < from.size(); ++d) {
      if (observation.tuple[d] == kNoDimensionValue) continue;
      observation.tuple[d] = to.Find(d, from.value(d, observation.tuple[d]));
    }
  }
  return renumbered;
}

TEST(FindCausesTest, DoesNotHangOnTheOrder) {
  for (const size_t rows_max : {1000, 100'000}) {
    for (uint64_t seed = 1; seed <= 4; ++seed) {
      const CauseOptions options = {.finding_rows_max = rows_max,
                                    .agreement_rows_max = rows_max};
      const std::unique_ptr<CauseWorld> world =
          MakeCauseWorld({.seed = seed, .observations = 20'000, .planted = 4});
      const auto found = FindCauses(Observe(*world), options);
      const auto backwards =
          FindCauses(Observe(*Renumbered(*world), /*backwards=*/true), options);
      ASSERT_TRUE(found.ok());
      ASSERT_TRUE(backwards.ok());
      EXPECT_EQ(found->sampled, rows_max == 1000);
      EXPECT_EQ(Text(*found), Text(*backwards));
    }
  }
}

TEST(FindCausesTest, InASampleFindsWhatItFindsInAll) {
  CauseScore score;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const std::unique_ptr<CauseWorld> world =
        MakeCauseWorld({.seed = seed, .planted = 3});
    const auto found =
        FindCauses(Observe(*world),
                   {.finding_rows_max = 2000, .agreement_rows_max = 4000});
    ASSERT_TRUE(found.ok());
    EXPECT_TRUE(found->sampled);
    score += ScoreOf(*world, *found);
    // What is said of them is counted over all.
    for (const FoundCause& cause : found->causes) {
      EXPECT_EQ(
          cause.figures.findings,
          std::count_if(world->observations.begin(), world->observations.end(),
                        [&](const CauseWorld::Observation& one) {
                          return one.contradicts &&
                                 Satisfies(*world, one, cause.conditions);
                        }));
    }
  }
  EXPECT_GE(score.recovered * 10, score.planted * 9);
  EXPECT_LE(score.spurious * 10, score.recovered + score.spurious);
}

// Each finding is of one main cause at most, and what is not is unexplained.
TEST(FindCausesTest, MembersAndTheUnexplainedAreAllFindings) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const std::unique_ptr<CauseWorld> world =
        MakeCauseWorld({.seed = seed, .observations = 20'000, .planted = 5});
    const auto found = FindCauses(Observe(*world));
    ASSERT_TRUE(found.ok());
    int64_t all = found->unexplained;
    for (const FoundCause& cause : found->causes) {
      EXPECT_LE(cause.members, cause.figures.findings);
      all += cause.members;
    }
    EXPECT_EQ(all, found->findings);
  }
}

auto Is(const CauseConditions& conditions) {
  return Field("conditions", &FoundCause::conditions, conditions);
}

TEST(FindCausesTest, CountsExactly) {
  CauseTable table;
  table.Add({{"channel", "chat"}}, 120, 880);
  table.Add({{"channel", "web"}}, 40, 3960);
  table.Add({{"channel", "shop"}}, 40, 3960);
  const FoundCauses found = table.Find();
  ASSERT_THAT(found.causes, ElementsAre(Is({{"channel", "chat"}})));
  const FoundCause& cause = found.causes.front();
  EXPECT_EQ(cause.members, 120);
  EXPECT_EQ(cause.figures.findings, 120);
  EXPECT_EQ(cause.figures.observations, 1000);
  EXPECT_DOUBLE_EQ(cause.figures.share, 0.6);
  EXPECT_DOUBLE_EQ(cause.figures.rate_inside, 0.12);
  EXPECT_DOUBLE_EQ(cause.figures.rate_outside, 0.01);
  EXPECT_DOUBLE_EQ(cause.figures.risk_ratio.ratio, 12);
  EXPECT_EQ(found.findings, 200);
  EXPECT_EQ(found.agreements, 8800);
  EXPECT_EQ(found.unexplained, 80);
  EXPECT_EQ(CauseTitle(cause.conditions, cause.figures, table.dimensions()),
            "channel chat: 12.0% contradict, 12 times as many as elsewhere "
            "(120 findings)");
}

// Which level of app_version explains: by how often each of its patches
// contradicts, of a thousand each.
struct LevelCase {
  const char* name;
  std::vector<std::pair<std::string, int>> patches;
  std::vector<CauseConditions> causes;
};
void PrintTo(const LevelCase& test, std::ostream* out) { *out << test.name; }

class LevelTest : public testing::TestWithParam<LevelCase> {};

TEST_P(LevelTest, IsTheHighestThatExplainsAsWell) {
  CauseTable table;
  for (const char* version : {"4", "5"}) {
    for (const char* minor : {"1", "2"}) {
      const std::string whole = absl::StrCat(version, ".", minor);
      table.AddPart("app", whole, version);
      for (int patch = 0; patch < 3; ++patch) {
        table.AddPart("app", absl::StrCat(whole, ".", patch), whole);
      }
    }
  }
  for (const auto& [patch, findings] : GetParam().patches) {
    table.Add({{"app", patch}}, findings, 1000 - findings);
  }
  std::vector<CauseConditions> causes;
  for (const FoundCause& cause : table.Find().causes) {
    causes.push_back(cause.conditions);
  }
  EXPECT_THAT(causes, testing::UnorderedElementsAreArray(GetParam().causes));
}

INSTANTIATE_TEST_SUITE_P(
    All, LevelTest,
    testing::Values(LevelCase{"AllPatchesAreTheMinor",
                              {{"4.2.0", 300},
                               {"4.2.1", 310},
                               {"4.2.2", 290},
                               {"4.1.0", 10},
                               {"4.1.1", 10},
                               {"5.1.0", 10},
                               {"5.2.1", 10}},
                              {{{"app", "4.2"}}}},
                    LevelCase{"OnePatch",
                              {{"4.2.0", 10},
                               {"4.2.1", 310},
                               {"4.2.2", 10},
                               {"4.1.0", 10},
                               {"4.1.1", 10},
                               {"5.1.0", 10},
                               {"5.2.1", 10}},
                              {{{"app", "4.2.1"}}}},
                    LevelCase{"TwoPatchesOfThree",
                              {{"4.2.0", 10},
                               {"4.2.1", 310},
                               {"4.2.2", 300},
                               {"4.1.0", 10},
                               {"4.1.1", 10},
                               {"5.1.0", 10},
                               {"5.2.1", 10}},
                              {{{"app", "4.2.1"}}, {{"app", "4.2.2"}}}},
                    LevelCase{"AllMinorsAreTheMajor",
                              {{"4.1.0", 300},
                               {"4.1.1", 290},
                               {"4.2.0", 310},
                               {"4.2.1", 300},
                               {"5.1.0", 10},
                               {"5.1.1", 10},
                               {"5.1.2", 10},
                               {"5.2.0", 10},
                               {"5.2.1", 10}},
                              {{{"app", "4"}}}},
                    LevelCase{"TheOnlyPatchThereIsIsTheMinor",
                              {{"4.2.1", 310},
                               {"4.1.0", 10},
                               {"4.1.1", 10},
                               {"5.1.0", 10},
                               {"5.2.1", 10}},
                              {{{"app", "4.2"}}}}),
    [](const testing::TestParamInfo<LevelCase>& test) {
      return test.param.name;
    });

// Two channels' releases, of which each is bad at one thing, do not make the
// channel bad.
TEST(FindCausesTest, IsNotBroaderThanWhatItExplains) {
  CauseTable table;
  for (const char* channel : {"chat", "web", "shop"}) {
    for (const char* attribute : {"tier", "price", "date", "address"}) {
      for (const char* region : {"north", "south", "east", "west"}) {
        const bool chat = channel == std::string("chat");
        const bool bad = chat && (attribute == std::string("tier") ||
                                  region == std::string("north"));
        table.Add({{"channel", channel},
                   {"attribute", attribute},
                   {"region", region}},
                  bad ? 300 : 10, bad ? 200 : 490);
      }
    }
  }
  EXPECT_THAT(table.Find().causes,
              testing::UnorderedElementsAre(
                  Is({{"attribute", "tier"}, {"channel", "chat"}}),
                  Is({{"channel", "chat"}, {"region", "north"}})));
}

TEST(FindCausesTest, NamesOneOfTwoThatCoincideAndListsTheOther) {
  CauseTable table;
  for (const char* name : {"north", "south", "east", "west"}) {
    const int findings = name == std::string("north") ? 200 : 10;
    table.Add({{"region", name}, {"team", absl::StrCat("of ", name)}}, findings,
              1000 - findings);
  }
  const FoundCauses found = table.Find();
  ASSERT_THAT(found.causes, ElementsAre(Is({{"region", "north"}})));
  EXPECT_THAT(found.causes.front().alternatives,
              ElementsAre(CauseConditions{{"team", "of north"}}));
}

// A kind has a rate where something else is given, and none alone.
TEST(FindCausesTest, AKindNarrowsACauseButIsNone) {
  CauseTable table;
  table.AddFindings({{"channel", "chat"}, {"kind", "STALE"}}, 200);
  table.AddFindings({{"channel", "chat"}, {"kind", "MISSING"}}, 5);
  table.Add({{"channel", "chat"}}, 0, 800);
  table.AddFindings({{"channel", "web"}, {"kind", "STALE"}}, 90);
  table.AddFindings({{"channel", "web"}, {"kind", "MISSING"}}, 20);
  table.Add({{"channel", "web"}}, 0, 9000);
  const FoundCauses found = table.Find();
  ASSERT_THAT(found.causes,
              ElementsAre(Is({{"channel", "chat"}, {"kind", "STALE"}})));
  const CauseFigures& figures = found.causes.front().figures;
  EXPECT_EQ(figures.findings, 200);
  EXPECT_EQ(figures.observations, 1005);
  EXPECT_NEAR(figures.rate_outside, 90.0 / 9110, 1e-12);
  EXPECT_THAT(
      CauseTitle(found.causes.front().conditions, figures, table.dimensions()),
      HasSubstr("channel chat: 19.9% are of kind STALE, 20 times"));
}

TEST(FindCausesTest, AMissedChangeIsACauseAloneWhereManyMissedIt) {
  CauseTable table;
  for (int i = 0; i < 10; ++i) {
    table.Add({{"channel", absl::StrCat("c", i)}}, 0, 1000);
    table.AddFindings({{"channel", absl::StrCat("c", i)},
                       {"change", absl::StrCat("own ", i)}},
                      2);
    table.AddFindings(
        {{"channel", absl::StrCat("c", i)}, {"change", "new prices"}}, 20);
  }
  const FoundCauses found = table.Find();
  ASSERT_THAT(found.causes, ElementsAre(Is({{"change", "new prices"}})));
  const FoundCause& cause = found.causes.front();
  EXPECT_TRUE(cause.figures.against_usual);
  EXPECT_EQ(cause.members, 200);
  EXPECT_EQ(CauseTitle(cause.conditions, cause.figures, table.dimensions()),
            "change new prices: 200 findings, 90.9% of all, 100 times as many "
            "as is usual");
}

TEST(FindCausesTest, FindsNothingInNothing) {
  CauseTable table;
  EXPECT_THAT(table.Find().causes, IsEmpty());
  table.Add({{"channel", "chat"}}, 0, 1000);
  EXPECT_THAT(table.Find().causes, IsEmpty());
  // All contradict: nowhere more than elsewhere.
  table.Add({{"channel", "web"}}, 1000, 0);
  table.Add({{"channel", "shop"}}, 1000, 0);
  table.Add({{"channel", "chat"}}, 1000, 0);
  EXPECT_THAT(table.Find().causes, SizeIs(testing::Le(2)));
}

TEST(FindCausesTest, HasNoMoreCausesAndConditionsThanAllowed) {
  const std::unique_ptr<CauseWorld> world =
      MakeCauseWorld({.seed = 3, .planted = 5});
  const auto found =
      FindCauses(Observe(*world), {.conditions_max = 1, .causes_max = 2});
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(found->causes, SizeIs(2));
  for (const FoundCause& cause : found->causes) {
    EXPECT_THAT(cause.conditions, SizeIs(1));
  }
}

struct OptionCase {
  const char* name;
  CauseOptions options;
  const char* field;
};
void PrintTo(const OptionCase& test, std::ostream* out) { *out << test.name; }

class CauseOptionTest : public testing::TestWithParam<OptionCase> {};

TEST_P(CauseOptionTest, OutOfItsRangeIsRefused) {
  const CauseTable table;
  const auto found = FindCauses(table.Observe(), GetParam().options);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(DetailOf(found.status())->reason, ErrorReason::kInvalidField);
  EXPECT_EQ(DetailOf(found.status())->field, GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    All, CauseOptionTest,
    testing::Values(
        OptionCase{"Findings", {.findings_min = 0}, "findings_min"},
        OptionCase{"ShareLow", {.share_min = 0.0001}, "share_min"},
        OptionCase{"ShareHigh", {.share_min = 1.1}, "share_min"},
        OptionCase{"Ratio", {.risk_ratio_min = 0.9}, "risk_ratio_min"},
        OptionCase{"Chance", {.chance_max = 0}, "chance_max"},
        OptionCase{"NoConditions", {.conditions_max = 0}, "conditions_max"},
        OptionCase{"Conditions", {.conditions_max = 5}, "conditions_max"},
        OptionCase{"NoCauses", {.causes_max = 0}, "causes_max"},
        OptionCase{"Causes", {.causes_max = 65}, "causes_max"},
        OptionCase{"Rows", {.finding_rows_max = 10}, "rows_max"}),
    [](const testing::TestParamInfo<OptionCase>& test) {
      return test.param.name;
    });

}  // namespace
}  // namespace concordat
