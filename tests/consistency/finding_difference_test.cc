// Goal: findings of two stores are held against each other, each once, however
// they are read.
#include "consistency/finding_difference.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "consistency/finding_rows.h"
#include "gmock/gmock.h"
#include "graph/memory_store.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

absl::Time On(int year, int month, int day, int hour = 0) {
  return absl::FromCivil(absl::CivilHour(year, month, day, hour),
                         absl::UTCTimeZone());
}

TEST(IsoWeekTest, IsThatOfTheThursday) {
  EXPECT_EQ(IsoWeek(On(2026, 1, 12)), "2026-W03");
  EXPECT_EQ(IsoWeek(On(2026, 1, 18, 23)), "2026-W03");
  EXPECT_EQ(IsoWeek(On(2027, 1, 3)), "2026-W53");
  EXPECT_EQ(IsoWeek(On(2024, 12, 30)), "2025-W01");
  EXPECT_EQ(WeekOf(On(2026, 1, 12)), On(2026, 1, 12));
  EXPECT_EQ(WeekOf(On(2026, 1, 18, 23)), On(2026, 1, 12));
}

class FindingDifferenceTest : public testing::Test {
 protected:
  static Finding Make(int number, Verdict verdict = Verdict::kStale) {
    Finding finding;
    finding.subject = {.entity = {"customer", absl::StrCat("c", number)},
                       .attribute = "tier",
                       .channel = "web"};
    finding.id = FingerprintOf(finding.subject);
    finding.verdict = verdict;
    finding.confirmed = true;
    finding.count = 1;
    finding.first_said_at = finding.last_said_at = On(2026, 1, 12);
    finding.claim.said_at = finding.claim.received_at = On(2026, 1, 12);
    finding.claim.entity = finding.subject.entity;
    return finding;
  }
  static void Put(MemoryStore& store, const Finding& finding) {
    const absl::Status put = store.Write([&](Transaction& tx) {
      return rows::PutFinding(tx, finding, std::nullopt);
    });
    ASSERT_TRUE(put.ok()) << put;
  }
  FindingDifference Compare(size_t limit,
                            const FindingDifferenceOptions& options = {}) {
    FindingDifference difference(options);
    const std::unique_ptr<Reader> first = *first_.Snapshot();
    const std::unique_ptr<Reader> second = *second_.Snapshot();
    while (true) {
      const auto more = difference.Compare(*first, *second, limit);
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || !*more) return difference;
    }
  }

  MemoryStore first_;
  MemoryStore second_;
};

TEST_F(FindingDifferenceTest, IsTheSameHoweverMuchIsReadAtATime) {
  for (int i = 0; i < 40; ++i) {
    if (i % 4 != 1) Put(first_, Make(i));
    if (i % 4 == 2) {
      Put(second_, Make(i, Verdict::kContradicts));
    } else if (i % 4 != 0) {
      Put(second_, Make(i));
    }
  }
  for (const size_t limit : {1, 2, 7, 100}) {
    const FindingDifference difference = Compare(limit);
    const GroupDifference total = difference.Total();
    EXPECT_EQ(total.vanished, 10);
    EXPECT_EQ(total.raised, 10);
    EXPECT_EQ(total.changed, 10);
    EXPECT_EQ(total.same, 10);
    EXPECT_EQ(total.open_first, 30);
    EXPECT_EQ(total.open_second, 30);
    EXPECT_EQ(difference.compared(), 40u);
    EXPECT_THAT(difference.Examples(100), SizeIs(9));
    EXPECT_THAT(difference.Examples(4), SizeIs(4));
  }
}

TEST_F(FindingDifferenceTest, WhatWasNeverShownDoesNotCount) {
  Finding observed = Make(1);
  observed.state = FindingState::kObserved;
  observed.confirm_at = On(2026, 1, 13);
  observed.confirmed = false;
  Put(second_, observed);
  Finding resolved = Make(2);
  resolved.state = FindingState::kResolved;
  Put(second_, resolved);
  const GroupDifference total = Compare(10).Total();
  EXPECT_EQ(total.raised, 1);
  EXPECT_EQ(total.open_second, 0);
}

// Another vocabulary may only move when it was wrong first.
TEST_F(FindingDifferenceTest,
       WhatIsOnBothSidesIsTheSameWheneverItWasSaidFirst) {
  Finding earlier = Make(1);
  earlier.first_said_at = On(2026, 1, 3);
  Put(first_, earlier);
  Finding later = Make(1);
  later.first_said_at = On(2026, 1, 10);
  Put(second_, later);
  for (const bool since : {true, false}) {
    FindingDifferenceOptions options;
    (since ? options.since : options.until) = On(2026, 1, 5);
    const GroupDifference total = Compare(10, options).Total();
    EXPECT_EQ(total.raised, 0);
    EXPECT_EQ(total.vanished, 0);
    EXPECT_EQ(total.same, 1);
  }
}

TEST_F(FindingDifferenceTest, CountsByWeekWithinTheBounds) {
  for (int day = 1; day <= 21; ++day) {
    Finding finding = Make(day);
    finding.first_said_at = On(2026, 1, day);
    Put(second_, finding);
    if (day > 12) Put(first_, finding);
  }
  FindingDifferenceOptions options;
  options.since = On(2026, 1, 5);
  options.until = On(2026, 1, 19);
  std::vector<std::string> weeks;
  const FindingDifference difference = Compare(5, options);
  for (const auto& [week, volume] : difference.weeks()) {
    weeks.push_back(
        absl::StrCat(IsoWeek(week), " ", volume.first, " ", volume.second));
  }
  EXPECT_THAT(weeks, ElementsAre("2026-W02 0 7", "2026-W03 6 7"));
}

}  // namespace
}  // namespace concordat
