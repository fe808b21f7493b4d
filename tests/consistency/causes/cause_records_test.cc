// Goal: a cause is the same from run to run, and closes when its rate is back.
// Method: runs over tables that were counted by hand, one after the other.
#include "consistency/causes/cause_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/causes/cause_index.h"
#include "consistency/causes/find_causes.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "tests/consistency/causes/cause_table.h"

namespace concordat {
namespace {

using testing::SizeIs;

CauseRun RunAt(int64_t number) {
  return {number, absl::UnixEpoch() + absl::Hours(number)};
}

// How many of a thousand observations contradict, by version.
using Versions = std::initializer_list<std::pair<const char*, int>>;

CauseTable TableOf(Versions versions) {
  CauseTable table;
  for (const char* whole : {"4", "5", "6"}) {
    for (const char* part : {".1", ".2", ".3"}) {
      table.AddPart("app", absl::StrCat(whole, part), whole);
    }
  }
  for (const auto& [version, findings] : versions) {
    table.Add({{"app", version}}, findings, 1000 - findings);
  }
  return table;
}

class CauseRecordsTest : public testing::Test {
 protected:
  // The updates of the next run; its records are the earlier ones of the one
  // after it.
  std::vector<CauseUpdate> Next(const CauseTable& table) {
    const FoundCauses found = table.Find();
    auto updates = FollowUpCauses(records_, found, table.Observe(),
                                  RunAt(++run_), options_);
    if (!updates.ok()) return {};
    records_.clear();
    for (const CauseUpdate& update : *updates) {
      records_.push_back(update.record);
    }
    return *std::move(updates);
  }

  int64_t run_ = 0;
  CauseFollowUp options_;
  std::vector<CauseRecord> records_;
};

// Nothing but background.
const Versions kQuiet = {{"4.1", 10}, {"4.2", 10}, {"4.3", 10},
                         {"5.1", 10}, {"5.2", 10}, {"5.3", 10}};
const Versions kPatch = {{"4.1", 10}, {"4.2", 300}, {"4.3", 10},
                         {"5.1", 10}, {"5.2", 10},  {"5.3", 10}};
// 4.2 has most of what 4 has.
const Versions kWhole = {{"4.1", 150}, {"4.2", 700}, {"4.3", 150},
                         {"5.1", 10},  {"5.2", 10},  {"5.3", 10}};

TEST_F(CauseRecordsTest, ANewOneHasAnIdOfItsConditionsAndATitle) {
  const auto updates = Next(TableOf(kPatch));
  ASSERT_THAT(updates, SizeIs(1));
  EXPECT_EQ(updates[0].change, CauseChange::kNew);
  const CauseRecord& record = updates[0].record;
  EXPECT_EQ(record.id, CauseId({{"app", "4.2"}}));
  EXPECT_EQ(record.id, "cause-f01255738630d2cc");
  EXPECT_EQ(record.title,
            "app 4.2: 30.0% contradict, 30 times as many as elsewhere (300 "
            "findings)");
  EXPECT_EQ(record.state, CauseState::kOpen);
  EXPECT_EQ(record.opened, RunAt(1));
  EXPECT_EQ(record.since, RunAt(1));
  EXPECT_EQ(record.members, 300);
}

TEST_F(CauseRecordsTest, TheSameConditionsAreTheSameCause) {
  Next(TableOf(kPatch));
  records_[0].owner = "apps";
  const auto updates = Next(TableOf({{"4.1", 10}, {"4.2", 90}, {"5.1", 10}}));
  ASSERT_THAT(updates, SizeIs(1));
  EXPECT_EQ(updates[0].change, CauseChange::kOngoing);
  EXPECT_EQ(updates[0].record.owner, "apps");
  EXPECT_EQ(updates[0].record.figures.findings, 90);
  EXPECT_EQ(updates[0].record.since, RunAt(1));
}

TEST_F(CauseRecordsTest, ClosesWhenItsRateIsBackAndReopens) {
  const std::string id = Next(TableOf(kPatch))[0].record.id;
  auto updates = Next(TableOf(kQuiet));
  ASSERT_THAT(updates, SizeIs(1));
  EXPECT_EQ(updates[0].change, CauseChange::kClosed);
  EXPECT_EQ(updates[0].record.state, CauseState::kClosed);
  EXPECT_EQ(updates[0].record.since, RunAt(2));
  EXPECT_EQ(updates[0].record.members, 0);
  EXPECT_DOUBLE_EQ(updates[0].record.figures.rate_inside, 0.01);
  updates = Next(TableOf(kQuiet));
  EXPECT_EQ(updates[0].change, CauseChange::kNone);
  EXPECT_EQ(updates[0].record.since, RunAt(2));
  updates = Next(TableOf(kPatch));
  ASSERT_THAT(updates, SizeIs(1));
  EXPECT_EQ(updates[0].change, CauseChange::kReopened);
  EXPECT_EQ(updates[0].record.id, id);
  EXPECT_EQ(updates[0].record.opened, RunAt(1));
  EXPECT_EQ(updates[0].record.since, RunAt(4));
}

// Twice as many as elsewhere would open nothing, but is not back either.
TEST_F(CauseRecordsTest, StaysOpenUntilItsRateIsBack) {
  Next(TableOf(kPatch));
  const auto updates = Next(TableOf(
      {{"4.1", 40}, {"4.2", 100}, {"5.1", 40}, {"5.2", 40}, {"5.3", 40}}));
  ASSERT_THAT(updates, SizeIs(1));
  EXPECT_EQ(updates[0].change, CauseChange::kOngoing);
  EXPECT_EQ(updates[0].record.members, 0);
  EXPECT_NEAR(updates[0].record.figures.risk_ratio.ratio, 2.5, 1e-9);
  EXPECT_EQ(updates[0].record.title,
            "app 4.2: 10.0% contradict, 2.5 times as many as elsewhere (100 "
            "findings)");
}

TEST_F(CauseRecordsTest, DoesNotCloseBySilence) {
  Next(TableOf(kPatch));
  auto updates = Next(TableOf({{"4.1", 10}, {"5.1", 10}, {"5.2", 10}}));
  ASSERT_THAT(updates, SizeIs(1));
  EXPECT_EQ(updates[0].change, CauseChange::kSilent);
  EXPECT_EQ(updates[0].record.state, CauseState::kOpen);
  // Nor where too little is seen to tell.
  CauseTable table = TableOf({{"4.1", 10}, {"5.1", 10}, {"5.2", 10}});
  table.Add({{"app", "4.2"}}, 0, 29);
  EXPECT_EQ(Next(table)[0].change, CauseChange::kOngoing);
  table.Add({{"app", "4.2"}}, 0, 1);
  EXPECT_EQ(Next(table)[0].change, CauseChange::kClosed);
}

TEST_F(CauseRecordsTest, KeepsItsIdWhereItBecomesWiderAndNarrower) {
  const std::string id = Next(TableOf(kPatch))[0].record.id;
  auto updates = Next(TableOf(kWhole));
  ASSERT_THAT(updates, SizeIs(1));
  EXPECT_EQ(updates[0].change, CauseChange::kChanged);
  EXPECT_EQ(updates[0].record.id, id);
  EXPECT_EQ(updates[0].record.conditions, (CauseConditions{{"app", "4"}}));
  updates = Next(TableOf(kPatch));
  ASSERT_THAT(updates, SizeIs(1));
  EXPECT_EQ(updates[0].change, CauseChange::kChanged);
  EXPECT_EQ(updates[0].record.id, id);
  EXPECT_EQ(updates[0].record.conditions, (CauseConditions{{"app", "4.2"}}));
}

TEST_F(CauseRecordsTest, IsMergedIntoWhatHoldsWhereverItDoes) {
  const auto first = Next(TableOf({{"4.1", 200},
                                   {"4.2", 600},
                                   {"4.3", 10},
                                   {"5.1", 10},
                                   {"5.2", 10},
                                   {"5.3", 10},
                                   {"6.1", 10},
                                   {"6.2", 10},
                                   {"6.3", 10}}));
  ASSERT_THAT(first, SizeIs(2));
  ASSERT_EQ(first[0].record.conditions, (CauseConditions{{"app", "4.2"}}));
  const auto updates = Next(TableOf(kWhole));
  ASSERT_THAT(updates, SizeIs(2));
  EXPECT_EQ(updates[0].record.id, first[0].record.id);
  EXPECT_EQ(updates[0].change, CauseChange::kChanged);
  EXPECT_EQ(updates[1].record.id, first[1].record.id);
  EXPECT_EQ(updates[1].change, CauseChange::kMerged);
  EXPECT_EQ(updates[1].record.state, CauseState::kClosed);
  EXPECT_EQ(updates[1].record.merged_into, first[0].record.id);
}

// The id of its conditions may be that of a cause which has others by now.
TEST_F(CauseRecordsTest, GivesNoIdTwice) {
  CauseRecord other;
  other.id = CauseId({{"app", "4.2"}});
  other.conditions = {{"app", "6.1"}};
  records_ = {other};
  const auto updates = Next(TableOf(kPatch));
  ASSERT_THAT(updates, SizeIs(2));
  EXPECT_EQ(updates[0].change, CauseChange::kNew);
  EXPECT_EQ(updates[0].record.id, CauseId({{"app", "4.2"}}, 1));
  EXPECT_EQ(updates[1].change, CauseChange::kSilent);
}

// A missed change has no rate: it is over when next to none are left of it.
TEST_F(CauseRecordsTest, WithoutABaseRateClosesWhenItsCountIsUsual) {
  CauseTable table;
  table.Add({{"channel", "web"}}, 0, 5000);
  CauseTable healed = table;
  table.AddFindings({{"channel", "web"}, {"change", "new prices"}}, 100);
  EXPECT_EQ(Next(table)[0].change, CauseChange::kNew);
  healed.AddFindings({{"channel", "web"}, {"change", "new prices"}}, 1);
  EXPECT_EQ(Next(healed)[0].change, CauseChange::kClosed);
}

TEST_F(CauseRecordsTest, HaveLimits) {
  const CauseTable table = TableOf(kQuiet);
  std::vector<CauseRecord> records(limits::kCauseRecordsMax + 1);
  auto updates = FollowUpCauses(records, {}, table.Observe(), RunAt(1));
  EXPECT_EQ(DetailOf(updates.status())->reason, ErrorReason::kLimitExceeded);
  records.resize(2);
  updates = FollowUpCauses(records, {}, table.Observe(), RunAt(1));
  EXPECT_EQ(DetailOf(updates.status())->reason, ErrorReason::kInvalidField);
}

// More records than one pass counts.
TEST_F(CauseRecordsTest, ManyAreFollowedUp) {
  for (int i = 0; i < 200; ++i) {
    CauseRecord record;
    record.id = absl::StrCat("cause-", i);
    record.conditions = {{"app", i == 150 ? "4.2" : absl::StrCat("0.", i)}};
    records_.push_back(record);
  }
  const auto updates = Next(TableOf(kPatch));
  ASSERT_THAT(updates, SizeIs(200));
  EXPECT_EQ(updates[0].record.id, "cause-150");
  EXPECT_EQ(updates[0].change, CauseChange::kOngoing);
}

TEST(CauseIdTest, HangsOnWhatIsNamedAndOnWhere) {
  EXPECT_NE(CauseId({{"a", "b"}}), CauseId({{"ab", ""}}));
  EXPECT_NE(CauseId({{"a", "b"}}), CauseId({{"b", "a"}}));
  EXPECT_NE(CauseId({{"a", "b"}}), CauseId({{"a", "b"}}, 1));
}

struct IndexCase {
  const char* name;
  std::vector<DimensionReading> finding;
  std::optional<size_t> cause;
};
void PrintTo(const IndexCase& test, std::ostream* out) { *out << test.name; }

class CauseIndexTest : public testing::TestWithParam<IndexCase> {};

TEST_P(CauseIndexTest, GivesTheFirstWhoseConditionsHold) {
  const CauseTable table = TableOf(kPatch);
  const CauseIndex index(table.dimensions(),
                         {{{"app", "4.2"}, {"channel", "chat"}},
                          {{"app", "4"}},
                          {{"kind", "STALE"}, {"channel", "chat"}},
                          {{"moon", "full"}}});
  EXPECT_EQ(index.MainCauseOf(GetParam().finding), GetParam().cause);
}

INSTANTIATE_TEST_SUITE_P(
    All, CauseIndexTest,
    testing::Values(
        IndexCase{"Nothing", {}, std::nullopt},
        IndexCase{"Both", {{"app", "4.2"}, {"channel", "chat"}}, 0},
        IndexCase{"OneOfTwo", {{"channel", "chat"}}, std::nullopt},
        IndexCase{"AnotherPart", {{"app", "4.3"}, {"channel", "chat"}}, 1},
        IndexCase{"TheWhole", {{"app", "4"}}, 1},
        IndexCase{"AnUnknownPart", {{"app", "4.9"}}, std::nullopt},
        IndexCase{
            "AnUnknownValue", {{"kind", "STALE"}, {"channel", "chat"}}, 2},
        IndexCase{"AnUnknownDimension", {{"moon", "full"}}, 3},
        IndexCase{
            "Others", {{"app", "5.1"}, {"region", "north"}}, std::nullopt}),
    [](const testing::TestParamInfo<IndexCase>& test) {
      return test.param.name;
    });

}  // namespace
}  // namespace concordat
