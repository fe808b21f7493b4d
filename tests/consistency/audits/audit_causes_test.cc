// What explains an audit's findings, and what becomes of that from one audit to
// the next.
#include "consistency/audits/audit_causes.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/audits/breakdown.h"
#include "consistency/audits/truth_index.h"
#include "consistency/scorecards/score_rows.h"
#include "gtest/gtest.h"
#include "tests/consistency/world.h"

namespace concordat::audits {
namespace {

constexpr size_t kRoomy = size_t{64} << 20;

class AuditCausesTest : public testing::Test {
 protected:
  // One row about the tier of a customer.
  void Say(Breakdown& breakdown, const std::string& version,
           const std::string& region, bool contradicts, absl::Time said_at) {
    if (!contradicts) {
      ReportedClaim claim;
      claim.channel = "web";
      claim.said_at = said_at;
      claim.labels = {{"region", region}, {"version", version}};
      claim.value = codes_[++agreed_ % codes_.size()];
      breakdown.CountAgreement(claim, tier(), kNoHour);
      return;
    }
    findings_.push_back(Found(version, region, said_at));
    breakdown.CountContradiction(findings_.back());
  }
  AuditFinding Found(const std::string& version, const std::string& region,
                     absl::Time said_at) {
    AuditFinding finding;
    finding.entity = kAda;
    finding.attribute = "tier";
    finding.verdict = Verdict::kContradicts;
    finding.said = codes_[findings_.size() % codes_.size()];
    finding.truth = codes_[(findings_.size() + 1) % codes_.size()];
    finding.said_at = said_at;
    finding.labels = {{"version", version}, {"region", region}};
    finding.line = 1;
    return finding;
  }

  // Rows of versions and regions of which one of `per` contradicts; and of
  // versions 4.2 three of ten, where they are broken.
  void SayAll(Breakdown& breakdown, bool broken, uint32_t seed) {
    std::mt19937 random(seed);
    const auto any = [&random](int count) {
      return std::uniform_int_distribution<>(0, count - 1)(random);
    };
    const std::vector<std::string> versions = {"4.1.0", "4.2.0", "4.2.1",
                                               "5.0.0"};
    const std::vector<std::string> regions = {"north", "south", "west"};
    for (int i = 0; i < 20'000; ++i) {
      const std::string& version = versions[static_cast<size_t>(any(4))];
      const bool is_broken = broken && version.rfind("4.2", 0) == 0;
      Say(breakdown, version, regions[static_cast<size_t>(any(3))],
          is_broken ? any(10) < 3 : any(200) == 0,
          Noon() + absl::Hours(any(48)));
    }
  }

  AuditCauses Find(const Breakdown& breakdown,
                   const std::vector<AuditCause>& earlier, int64_t number) {
    absl::StatusOr<AuditCauses> found =
        AuditCauses::Find(breakdown, earlier, {.number = number, .at = Noon()});
    EXPECT_EQ(ReasonOf(found.status()), "OK");
    return *std::move(found);
  }

  TruthIndex::AttributeNumber tier() const {
    return index_.FindAttribute(index_.FindType("customer"), "tier");
  }

  World world_;
  TruthIndex index_{&world_.vocabulary(), kRoomy};
  std::vector<AuditFinding> findings_;
  std::vector<std::string> codes_ = {"bronze", "silver", "gold"};
  size_t agreed_ = 0;
};

TEST_F(AuditCausesTest, ACodeThatNobodySaysAnyMoreIsOver) {
  const auto say = [&](Breakdown& breakdown, const std::string& code,
                       bool contradicts) {
    codes_ = {code};
    for (int i = 0; i < 200; ++i) {
      Say(breakdown, "1", "north", contradicts, Noon());
    }
  };
  Breakdown first(&index_, Noon());
  say(first, "gold", false);
  say(first, "silver", true);
  std::vector<AuditCause> causes = Find(first, {}, 1).causes();
  ASSERT_EQ(causes.size(), 1U);
  EXPECT_EQ(causes[0].record.conditions,
            (CauseConditions{{"said", "customer.tier silver"}}));
  Breakdown none(&index_, Noon());
  EXPECT_EQ(Find(none, causes, 2).causes()[0].change, CauseChange::kSilent);
  Breakdown healed(&index_, Noon());
  say(healed, "gold", false);
  causes = Find(healed, causes, 3).causes();
  EXPECT_EQ(causes[0].change, CauseChange::kClosed);
  EXPECT_EQ(causes[0].record.since.number, 3);
  causes = Find(first, causes, 4).causes();
  EXPECT_EQ(causes[0].change, CauseChange::kReopened);
  // A sketch does not tell what is said.
  Breakdown sketch(&index_, Noon());
  Tally tally(index_.attributes());
  tally.by_attribute[tier()][static_cast<size_t>(Verdict::kAgrees)] = 500;
  sketch.CountAgreements(tally);
  EXPECT_EQ(Find(sketch, causes, 5).causes()[0].change, CauseChange::kSilent);
}

TEST_F(AuditCausesTest, TheSmallestConditionThatExplainsIsFound) {
  Breakdown breakdown(&index_, Noon());
  SayAll(breakdown, /*broken=*/true, 1);
  const AuditCauses causes = Find(breakdown, {}, 1);
  ASSERT_EQ(causes.causes().size(), 1);
  const CauseRecord& record = causes.causes()[0].record;
  // Of both versions, what they are parts of.
  EXPECT_EQ(record.conditions, (CauseConditions{{"label.version", "4.2"}}));
  EXPECT_NEAR(record.figures.rate_inside, 0.3, 0.02);
  EXPECT_NEAR(record.figures.rate_outside, 0.005, 0.003);
  int64_t members = 0;
  for (const AuditFinding& finding : findings_) {
    const bool is_member = causes.MainCauseOf(finding) == 1;
    const std::string& version = finding.labels[0].second;
    EXPECT_EQ(is_member, version.rfind("4.2", 0) == 0);
    if (is_member) ++members;
  }
  EXPECT_EQ(members, record.members);
}

TEST_F(AuditCausesTest, CausesOfWhatPassesAreForgottenInTheEnd) {
  std::vector<AuditCause> causes;
  constexpr int kAudits = 230;
  for (int number = 1; number <= kAudits; ++number) {
    Breakdown breakdown(&index_, Noon());
    const std::string release = absl::StrCat("release", number);
    for (int i = 0; i < 300; ++i) {
      Say(breakdown, i % 3 == 0 ? release : "steady", "north", i % 3 == 0,
          Noon());
    }
    causes = Find(breakdown, causes, number).causes();
    ASSERT_EQ(causes[0].change, CauseChange::kNew) << number;
  }
  EXPECT_LT(causes.size(), kAudits);
  // The newest of those that were not seen again is still known.
  const bool knows_the_last =
      std::any_of(causes.begin(), causes.end(), [](const AuditCause& cause) {
        return cause.change == CauseChange::kSilent &&
               cause.record.opened.number == kAudits - 1;
      });
  EXPECT_TRUE(knows_the_last);
}

TEST_F(AuditCausesTest, ACauseGoesOnClosesAndComesBack) {
  std::vector<AuditCause> causes;
  struct Step {
    bool broken;
    CauseChange change;
    CauseState state;
  };
  std::string id;
  int64_t number = 0;
  for (const Step& step :
       {Step{true, CauseChange::kNew, CauseState::kOpen},
        Step{true, CauseChange::kOngoing, CauseState::kOpen},
        Step{false, CauseChange::kClosed, CauseState::kClosed},
        Step{false, CauseChange::kNone, CauseState::kClosed},
        Step{true, CauseChange::kReopened, CauseState::kOpen}}) {
    SCOPED_TRACE(number);
    Breakdown breakdown(&index_, Noon());
    SayAll(breakdown, step.broken, static_cast<uint32_t>(++number));
    causes = Find(breakdown, causes, number).causes();
    ASSERT_EQ(causes.size(), 1);
    if (number == 1) {
      id = causes[0].record.id;
      causes[0].record.owner = "web-team";
    }
    EXPECT_EQ(causes[0].record.id, id);
    EXPECT_EQ(causes[0].record.owner, "web-team");
    EXPECT_EQ(causes[0].change, step.change);
    EXPECT_EQ(causes[0].record.state, step.state);
    EXPECT_EQ(causes[0].record.opened.number, 1);
  }
}

TEST_F(AuditCausesTest, PartsAddUp) {
  Breakdown whole(&index_, Noon());
  Breakdown one(&index_, Noon());
  Breakdown other(&index_, Noon());
  SayAll(whole, true, 3);
  SayAll(whole, false, 4);
  SayAll(one, true, 3);
  SayAll(other, false, 4);
  one.Add(other);
  const auto described = [](const Breakdown& breakdown) {
    std::vector<std::string> lines;
    for (const BreakdownRow& row : BreakdownRowsOf(breakdown)) {
      lines.push_back(absl::StrCat(row.dimension, "=", row.value, " ",
                                   row.agree, " ", row.contradict));
    }
    return lines;
  };
  EXPECT_EQ(described(one), described(whole));
  EXPECT_EQ(described(one).size(), 3 + 3 + 4);  // days, regions, versions
}

TEST_F(AuditCausesTest, TooManyHoursAreNotToldApart) {
  Breakdown breakdown(&index_, Noon());
  int64_t all = 0;
  for (; all < static_cast<int64_t>(Breakdown::kCircumstancesMax); ++all) {
    Say(breakdown, absl::StrCat("1.", all % 7), "north", all % 50 == 0,
        Noon() - absl::Hours(all));
  }
  EXPECT_FALSE(breakdown.hours_whole());
  EXPECT_TRUE(breakdown.labels_whole());
  int64_t counted = 0;
  for (const BreakdownRow& row : BreakdownRowsOf(breakdown)) {
    EXPECT_NE(row.dimension, "day");
    if (row.dimension == "label.region") counted += row.agree + row.contradict;
  }
  EXPECT_EQ(counted, all);
}

TEST_F(AuditCausesTest, TooManyLabelsAreNotToldApart) {
  Breakdown breakdown(&index_, Noon());
  int64_t all = 0;
  for (; all < 2 * static_cast<int64_t>(Breakdown::kCircumstancesMax); ++all) {
    Say(breakdown, absl::StrCat("session-", all), "north", all % 50 == 0,
        Noon());
  }
  EXPECT_FALSE(breakdown.labels_whole());
  int64_t agreements = 0;
  breakdown.VisitAgreements([&](const Circumstance&, const SaidOf&,
                                int64_t rows) { agreements += rows; });
  int64_t contradictions = 0;
  breakdown.VisitContradictions([&](const Circumstance&, const SaidOf&, Verdict,
                                    int64_t rows) { contradictions += rows; });
  EXPECT_EQ(agreements + contradictions, all);
  EXPECT_TRUE(BreakdownRowsOf(breakdown).empty());
}

TEST_F(AuditCausesTest, ACodeThatIsMappedWronglyIsACause) {
  Breakdown breakdown(&index_, Noon());
  SayAll(breakdown, /*broken=*/false, 5);
  // Of one code most is wrong; of the others as much as usual.
  for (int i = 0; i < 400; ++i) {
    AuditFinding finding = Found("5.0.0", "west", Noon());
    finding.said = "vip";
    breakdown.CountContradiction(finding);
  }
  const AuditCauses causes = Find(breakdown, {}, 1);
  ASSERT_EQ(causes.causes().size(), 1);
  EXPECT_EQ(causes.causes()[0].record.conditions,
            (CauseConditions{{"said", "customer.tier vip"}}))
      << causes.causes()[0].record.title;
}

TEST_F(AuditCausesTest, AChangeThatWasMissedIsACause) {
  Breakdown breakdown(&index_, Noon());
  SayAll(breakdown, /*broken=*/false, 6);
  const absl::Time changed = Noon() - absl::Hours(30);
  ReportedClaim claim;
  claim.channel = "web";
  claim.said_at = Noon();
  claim.labels = {{"region", "west"}, {"version", "5.0.0"}};
  claim.value = "gold";
  for (int i = 0; i < 300; ++i) {
    AuditFinding finding = Found("5.0.0", "west", Noon());
    finding.true_since = changed;
    breakdown.CountContradiction(finding);
    findings_.push_back(finding);
    if (i % 10 == 0) {
      breakdown.CountAgreement(claim, tier(), HoursOf(changed));
    }
  }
  const AuditCauses causes = Find(breakdown, {}, 1);
  ASSERT_EQ(causes.causes().size(), 1);
  EXPECT_EQ(causes.causes()[0].record.conditions,
            (CauseConditions{{"changed", "2026-03-09"}}))
      << causes.causes()[0].record.title;
  EXPECT_NEAR(causes.causes()[0].record.figures.rate_inside, 0.9, 0.03);
}

}  // namespace
}  // namespace concordat::audits
