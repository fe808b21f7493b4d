// Goal: what the checker keeps (claims, what is held, findings) follows from
// the log and from nothing else.
// Method: commits against a store in memory, as the server makes them.
#include "consistency/checker.h"

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "consistency/consistency_reader.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "graph/rows.h"
#include "gtest/gtest.h"
#include "tests/consistency/world.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Status = ClaimOutcome::Status;

constexpr absl::Duration kHour = absl::Hours(1);

absl::Time At(absl::Duration d) { return Noon() + d; }

Claim Web(const std::string& attribute, std::optional<std::string> value,
          absl::Duration said = absl::ZeroDuration()) {
  return MakeClaim("web", attribute, std::move(value), At(said));
}

Claim WithId(Claim claim, const std::string& id) {
  claim.claim_id = id;
  return claim;
}

Claim OfSubject(Claim claim, const std::string& subject) {
  claim.entity.reset();
  claim.subject = subject;
  return claim;
}

TEST(CheckerTest, OpensAFindingOnce) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  const ClaimOutcome first = world.ReportOne(Web("tier", "silver"));
  EXPECT_EQ(first.status, Status::kRecorded);
  EXPECT_EQ(first.verdict, Verdict::kContradicts);
  EXPECT_EQ(first.finding_id.size(), 32u);
  const ClaimOutcome second = world.ReportOne(Web("tier", "bronze", kHour));
  EXPECT_EQ(second.finding_id, first.finding_id);
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web tier CONTRADICTS OPEN 2"));
  EXPECT_EQ(world.EventsOf(first.finding_id).size(), 1u);
}

TEST(CheckerTest, AgreementOpensNothing) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  EXPECT_EQ(world.ReportOne(Web("tier", "gold")).finding_id, "");
  EXPECT_THAT(world.Findings(), IsEmpty());
  EXPECT_THAT(world.Held(), ElementsAre("web tier=gold AGREES"));
}

TEST(CheckerTest, TheSameBatchTwiceChangesNothing) {
  for (const bool restart : {false, true}) {
    World world;
    world.Write({MakeFact("tier", "gold")});
    const std::vector<Claim> batch = {
        Web("tier", "silver"), Web("visits", "1"),
        WithId(Web("tier", "bronze", kHour), "id-1")};
    for (const ClaimOutcome& outcome : world.Report(batch)) {
      EXPECT_EQ(outcome.status, Status::kRecorded);
    }
    const StoredRows before = world.AllRows();
    if (restart) world.Restart();
    for (const ClaimOutcome& outcome : world.Report(batch)) {
      EXPECT_EQ(outcome.status, Status::kDuplicate);
    }
    EXPECT_EQ(world.AllRows(), before);
  }
}

TEST(CheckerTest, TheSameClaimTwiceInABatchIsOne) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  const auto outcomes =
      world.Report({Web("tier", "silver"), Web("tier", "silver")});
  EXPECT_EQ(outcomes[0].status, Status::kRecorded);
  EXPECT_EQ(outcomes[1].status, Status::kDuplicate);
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web tier CONTRADICTS OPEN 1"));
}

// Nothing says that the second is a retry of the first.
TEST(CheckerTest, ClaimsWithoutIdAndTimeAreEachRecorded) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  Claim claim = Web("tier", "silver");
  claim.said_at_given = false;
  world.ReportOne(claim);
  EXPECT_EQ(world.ReportOne(claim).status, Status::kRecorded);
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web tier CONTRADICTS OPEN 2"));
}

TEST(CheckerTest, WithoutATimeItIsSaidWhenItIsReceived) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  Claim claim = Web("tier", "silver", -kHour);
  claim.said_at_given = false;
  world.SetNow(At(2 * kHour));
  world.ReportOne(claim);
  EXPECT_EQ(world.Findings().at(0).last_said_at, At(2 * kHour));
}

TEST(CheckerTest, ARetryOfARefusedClaimIsJudged) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  Claim claim = WithId(Web("teir", "silver"), "id-1");
  EXPECT_EQ(world.ReportOne(claim).status, Status::kRejected);
  claim.attribute = "tier";
  EXPECT_EQ(world.ReportOne(claim).status, Status::kRecorded);
}

TEST(CheckerTest, OneBadItemDoesNotTouchTheOthers) {
  World world;
  world.Write({MakeFact("visits", "0")});
  std::vector<Claim> batch;
  for (int i = 0; i < 1000; ++i) {
    batch.push_back(WithId(Web("visits", absl::StrCat(i)), absl::StrCat(i)));
  }
  batch[500].channel = "fax";
  const auto outcomes = world.Report(batch);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_EQ(outcomes[i].status,
              i == 500 ? Status::kRejected : Status::kRecorded)
        << i;
  }
  EXPECT_EQ(ReasonOf(outcomes[500].error), "UNKNOWN_CHANNEL channel");
  EXPECT_EQ(outcomes[0].verdict, Verdict::kAgrees);
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web visits CONTRADICTS OPEN 998"));
}

TEST(CheckerTest, ABatchOfBadItemsRecordsNothing) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  const StoredRows before = world.AllRows();
  EXPECT_EQ(world.ReportOne(Web("teir", "x")).status, Status::kRejected);
  EXPECT_EQ(world.AllRows(), before);
}

TEST(CheckerTest, TheNewestClaimIsHeld) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  world.Report({Web("tier", "gold", kHour)});
  world.Report({Web("loyaltyTier", "silver")});
  EXPECT_THAT(world.Held(), ElementsAre("web tier=gold AGREES"));
  EXPECT_THAT(world.Findings(), IsEmpty());
  world.Report({Web("tier", "oro", 2 * kHour)});
  EXPECT_THAT(world.Held(), ElementsAre("web tier=oro AGREES"));
}

TEST(CheckerTest, ClaimsOfUnknownSubjectsAreRecordedButNotHeld) {
  World world;
  const ClaimOutcome outcome =
      world.ReportOne(OfSubject(Web("tier", "gold"), "w1"));
  EXPECT_EQ(outcome.status, Status::kRecorded);
  EXPECT_EQ(outcome.verdict, Verdict::kUnknownSubject);
  EXPECT_THAT(world.Held(), IsEmpty());
  EXPECT_THAT(world.Findings(), IsEmpty());
}

TEST(CheckerTest, DisclosureIsAFindingOfItsOwn) {
  World world;
  world.Write({MakeFact("nickname", "Addie")});
  EXPECT_NE(world.ReportOne(Web("nickname", "Addie")).finding_id, "");
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web nickname NOT_ENTITLED OPEN 1"));
  world.ReportOne(Web("nickname", "Ducky", kHour));
  EXPECT_THAT(world.DescribeFindings(),
              UnorderedElementsAre("web nickname NOT_ENTITLED OPEN 2",
                                   "web nickname CONTRADICTS OPEN 1"));
}

TEST(RejudgeTest, AChannelThatWasRightBeforeTheGraphIsVindicated) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  const std::string id = world.ReportOne(Web("tier", "silver")).finding_id;
  world.Write({MakeFact("tier", "silver", {.from = At(-kHour)})});
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web tier CONTRADICTS RESOLVED 1"));
  EXPECT_THAT(world.Held(), ElementsAre("web tier=silver AGREES"));
  const std::vector<FindingEvent> events = world.EventsOf(id);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[1].actor, "changed truth");
  EXPECT_EQ(events[1].verdict, Verdict::kAgrees);
  EXPECT_EQ(events[1].revision, world.head());
}

TEST(RejudgeTest, ABackdatedFactOpensAFinding) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  world.ReportOne(Web("tier", "gold"));
  world.Write({MakeFact("tier", "silver", {.from = At(-2 * kHour)})});
  EXPECT_THAT(world.DescribeFindings(), ElementsAre("web tier STALE OPEN 1"));
}

TEST(RejudgeTest, AFactAfterTheClaimDoesNotTouchIt) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  world.ReportOne(Web("tier", "gold"));
  world.Write({MakeFact("tier", "silver", {.from = At(kHour)})});
  EXPECT_THAT(world.Findings(), IsEmpty());
}

TEST(RejudgeTest, OnlyTheNewestClaimCounts) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  world.ReportOne(Web("tier", "silver"));
  world.ReportOne(Web("tier", "gold", kHour));
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web tier CONTRADICTS RESOLVED 1"));
  world.Write({MakeFact("tier", "bronze", {.from = At(-9 * kHour)})});
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web tier STALE REOPENED 1"));
}

// Without a promise a channel has to know at once, but not before the graph.
TEST(RejudgeTest, AChannelWithoutPromiseMaySayWhatTheGraphSays) {
  World world;
  world.SetNow(At(-2 * kHour));
  world.Write({MakeFact("visits", "1")});
  world.SetNow(At(0 * kHour));
  world.ReportOne(Web("visits", "1"));
  world.SetNow(At(2 * kHour));
  world.Write({MakeFact("visits", "2", {.from = At(-kHour)})});
  EXPECT_THAT(world.Held(), ElementsAre("web visits=1 PROPAGATING"));
  EXPECT_THAT(world.Findings(), IsEmpty());
  world.SetNow(At(3 * kHour));
  world.ReportOne(Web("visits", "1", 2 * kHour + absl::Seconds(1)));
  EXPECT_THAT(world.DescribeFindings(), ElementsAre("web visits STALE OPEN 1"));
}

// The contradiction was with a truth that is gone.
TEST(RejudgeTest, RetractingTheTruthResolves) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  world.ReportOne(Web("tier", "silver"));
  world.Write({MakeRetraction("tier")});
  EXPECT_THAT(world.Held(), ElementsAre("web tier=silver UNVERIFIABLE"));
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web tier CONTRADICTS RESOLVED 1"));
}

// The change turns out to have been so recent that the channel could not know.
TEST(RejudgeTest, ATruthThatWasLaterThanBelievedResolves) {
  World world;
  world.Write({MakeFact("tier", "gold"),
               MakeFact("tier", "silver", {.from = At(-5 * kHour)})});
  world.ReportOne(Web("tier", "gold"));
  EXPECT_THAT(world.DescribeFindings(), ElementsAre("web tier STALE OPEN 1"));
  world.Write({MakeRetraction("tier", At(-5 * kHour)),
               MakeFact("tier", "silver", {.from = At(-absl::Minutes(5))})});
  EXPECT_THAT(world.Held(), ElementsAre("web tier=gold PROPAGATING"));
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web tier STALE RESOLVED 1"));
}

TEST(RejudgeTest, ALateFactOfAConfusableAttributeIsSeen) {
  World world;
  world.Write({MakeFact("balance_due", "10 EUR")});
  world.ReportOne(Web("balance_due", "8 EUR"));
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web balance_due CONTRADICTS OPEN 1"));
  world.Write({MakeFact("balance_net", "8 EUR")});
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web balance_due MEANING OPEN 1"));
}

TEST(RejudgeTest, AfterARestartToo) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  world.ReportOne(Web("tier", "silver"));
  world.Restart();
  world.Write({MakeFact("tier", "silver", {.from = At(-kHour)})});
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web tier CONTRADICTS RESOLVED 1"));
}

TEST(RejudgeTest, AClaimIsAboutWhomItWasAboutThoughTheLinkIsGone) {
  World world;
  world.Write({MakeFact("tier", "gold"), MakeLink("web", "w1", kAda)});
  world.ReportOne(OfSubject(Web("tier", "silver"), "w1"));
  LinkRecord retraction = MakeLink("web", "w1", {});
  retraction.retraction = true;
  world.Write({retraction});
  EXPECT_EQ(
      world.ReportOne(OfSubject(Web("tier", "silver", kHour), "w1")).verdict,
      Verdict::kUnknownSubject);
  world.Write({MakeFact("tier", "silver", {.from = At(-kHour)})});
  EXPECT_THAT(world.DescribeFindings(),
              ElementsAre("web tier CONTRADICTS RESOLVED 1"));
}

// It is recorded before it is known who its entity is, so it cannot be refused
// for that any more: half of it would stay.
TEST(RejudgeTest, AWriteWhoseEntityIsBeyondLimitsStands) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  world.ReportOne(Web("tier", "silver"));
  ASSERT_TRUE(world.store()
                  .Write([&](Transaction& tx) {
                    MergeRecord record;
                    record.duplicate = kAda;
                    record.survivor = kBob;
                    record.recorded.revision = world.head();
                    for (int64_t i = 0; i <= limits::kFactsPerEntityMax; ++i) {
                      record.retraction = i % 2 == 0;
                      record.recorded.ordinal = static_cast<uint32_t>(i);
                      const absl::Status put = rows::PutMerge(tx, record);
                      if (!put.ok()) return put;
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  world.Restart();
  world.Write({MakeFact("tier", "silver")});
  EXPECT_THAT(world.Held(), ElementsAre("web tier=silver CONTRADICTS"));
}

// What arrives late may be the gravest of all.
TEST(HarmTest, AnOlderClaimThatWasToldMakesItWorse) {
  World world;
  world.Write({MakeFact("tier", "gold")});
  world.ReportOne(Web("tier", "silver", kHour));
  const double held = world.Findings()[0].harm.order;
  Claim told = Web("tier", "silver");
  told.exposure = Exposure::kTold;
  world.ReportOne(told);
  const Finding finding = world.Findings()[0];
  EXPECT_GT(finding.harm.order, held);
  EXPECT_EQ(finding.last_said_at, At(kHour));
}

TEST(LinkTest, ANewLinkIsSeenAtOnce) {
  World world;
  world.Write({MakeFact("tier", "gold"), MakeFact("tier", "silver", {}, kBob)});
  const auto ask = [&](absl::Duration said) {
    return world.ReportOne(OfSubject(Web("tier", "gold", said), "w1")).verdict;
  };
  EXPECT_EQ(ask(0 * kHour), Verdict::kUnknownSubject);
  world.Write({MakeLink("web", "w1", kAda)});
  EXPECT_EQ(ask(1 * kHour), Verdict::kAgrees);
  world.Write({MakeLink("web", "w1", kBob)});
  EXPECT_EQ(ask(2 * kHour), Verdict::kContradicts);
}

// A log of random writes and reports, given to a world.
void RunLog(World& world, unsigned seed, bool restarts) {
  std::mt19937 random(seed);
  const auto draw = [&random](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  const char* tiers[] = {"bronze", "silver", "gold", "oro", "tin", ""};
  for (int step = 0; step < 120; ++step) {
    if (restarts && step % 7 == 0) world.Restart();
    world.SetNow(At(absl::Minutes(step)));
    const EntityId& who = draw(2) == 0 ? kAda : kBob;
    if (draw(3) == 0) {
      const absl::Time from = At(absl::Minutes(draw(120) - 60));
      std::vector<Change> changes;
      if (draw(4) == 0) {
        changes.push_back(MakeRetraction("tier", from, who));
      } else {
        changes.push_back(
            MakeFact("tier", tiers[draw(4)], {.from = from}, who));
      }
      changes.push_back(MakeFact("visits", absl::StrCat(draw(3)), {}, who));
      world.Write(changes);
      continue;
    }
    std::vector<Claim> claims;
    for (int i = draw(5); i >= 0; --i) {
      Claim claim = MakeClaim(draw(2) == 0 ? "web" : "shop",
                              draw(4) == 0 ? "visits" : "tier", tiers[draw(6)],
                              At(absl::Minutes(step - draw(20))));
      claim.entity = who;
      claims.push_back(claim);
    }
    world.Report(claims);
  }
}

TEST(DeterminismTest, TheSameLogGivesTheSameRows) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    World a;
    World b;
    World restarted;
    RunLog(a, seed, false);
    RunLog(b, seed, false);
    RunLog(restarted, seed, true);
    ASSERT_GT(a.AllRows().size(), 100u);
    EXPECT_EQ(a.AllRows(), b.AllRows()) << "seed " << seed;
    EXPECT_EQ(a.AllRows(), restarted.AllRows()) << "seed " << seed;
  }
}

// What is held is judged by the truth as it is now known, whatever the order
// in which facts and claims came.
TEST(DeterminismTest, HeldVerdictsAreThoseOfToday) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    World world;
    RunLog(world, seed, false);
    const auto page =
        ListHeldClaims(**world.store().Snapshot(), "", {}, "", 1000);
    ASSERT_TRUE(page.ok());
    ASSERT_FALSE(page->items.empty());
    for (const HeldClaimPage::Item& item : page->items) {
      Claim claim = item.held.judged.claim;
      claim.entity = item.held.entity();
      EXPECT_EQ(VerdictName(world.Ask(claim).verdict),
                VerdictName(item.held.judged.verdict))
          << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace concordat
