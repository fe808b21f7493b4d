// Goal: the life of a finding goes as the blueprint's section 4 says.
// Method: a table of lives. A life is written in steps: C or A, a claim that
// shows the contradiction or that agrees; c or a, the claim judged again
// because the truth changed; W, a claim that shows it while mismatches wait to
// be confirmed, and w the same judged again; !, the settle time is over. Then
// the minute at which it was said.
#include "consistency/findings.h"

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace concordat {
namespace {

absl::Time Minute(int minute) {
  return absl::UnixEpoch() + absl::Minutes(minute);
}

struct Life {
  const char* name;
  const char* steps;
  FindingState state;
  int64_t count;
  // States that it went through, one an event.
  const char* history;
  // Minutes of the first and the newest claim that showed it.
  int first;
  int last;
};
void PrintTo(const Life& life, std::ostream* out) { *out << life.name; }

class FindingLifeTest : public testing::TestWithParam<Life> {};

TEST_P(FindingLifeTest, GoesSo) {
  const Life& life = GetParam();
  Finding finding;
  std::vector<std::string> history;
  for (const absl::string_view step : absl::StrSplit(life.steps, ' ')) {
    int minute = 0;
    ASSERT_TRUE(absl::SimpleAtoi(step.substr(1), &minute)) << step;
    const bool waits = step[0] == 'W' || step[0] == 'w';
    const bool contradicts = step[0] == 'C' || step[0] == 'c' || waits;
    const Observation seen{
        .verdict = contradicts ? Verdict::kContradicts : Verdict::kAgrees,
        .said_at = Minute(minute),
        .occasion = absl::ascii_isupper(step[0]) != 0 ? Occasion::kClaim
                                                      : Occasion::kChangedTruth,
        .confirm_at = waits ? Minute(minute + 10) : absl::InfinitePast()};
    const Finding before = finding;
    const Transition transition =
        step[0] == '!' ? Confirm(Verdict::kContradicts, finding)
        : contradicts  ? ObserveContradiction(seen, finding)
                       : ObserveAgreement(seen, finding);
    if (transition.eventful) {
      EXPECT_TRUE(transition.changed);
      ++finding.events;
      history.emplace_back(FindingStateName(finding.state));
    }
    if (!transition.changed) {
      EXPECT_EQ(finding.state, before.state);
      EXPECT_EQ(finding.count, before.count);
      EXPECT_EQ(finding.last_said_at, before.last_said_at);
      EXPECT_EQ(finding.settled_until, before.settled_until);
    }
  }
  EXPECT_EQ(FindingStateName(finding.state), FindingStateName(life.state));
  EXPECT_EQ(finding.count, life.count);
  EXPECT_EQ(absl::StrJoin(history, " "), life.history);
  EXPECT_EQ(finding.first_said_at, Minute(life.first));
  EXPECT_EQ(finding.last_said_at, Minute(life.last));
}

INSTANTIATE_TEST_SUITE_P(
    Lives, FindingLifeTest,
    testing::Values(
        Life{"Opens", "C1", FindingState::kOpen, 1, "OPEN", 1, 1},
        Life{"CountsAndStaysOne", "C1 C2 C3 C4", FindingState::kOpen, 4, "OPEN",
             1, 4},
        Life{"OlderClaimCountsToo", "C5 C3", FindingState::kOpen, 2, "OPEN", 3,
             5},
        Life{"NewerAgreementResolves", "C1 A2", FindingState::kResolved, 1,
             "OPEN RESOLVED", 1, 1},
        Life{"OlderAgreementDoesNot", "C5 A4", FindingState::kOpen, 1, "OPEN",
             5, 5},
        Life{"AgreementOfTheSameInstantDoesNot", "C5 A5", FindingState::kOpen,
             1, "OPEN", 5, 5},
        Life{"NewerContradictionReopens", "C1 A2 C3", FindingState::kReopened,
             2, "OPEN RESOLVED REOPENED", 1, 3},
        Life{"ReplayNeverReopens", "C1 A2 C1", FindingState::kResolved, 2,
             "OPEN RESOLVED", 1, 1},
        Life{"OlderThanWhatResolvedItNeverReopens", "C1 A5 C4",
             FindingState::kResolved, 2, "OPEN RESOLVED", 1, 1},
        Life{"OfTheSameInstantAsWhatResolvedItNeither", "C1 A5 C5",
             FindingState::kResolved, 2, "OPEN RESOLVED", 1, 1},
        Life{"LaterAgreementsSettleFurther", "C1 A2 A6 C5",
             FindingState::kResolved, 2, "OPEN RESOLVED", 1, 1},
        Life{"TenFlapsAreOneFinding", "C1 A2 C3 A4 C5 A6 C7 A8",
             FindingState::kResolved, 4,
             "OPEN RESOLVED REOPENED RESOLVED REOPENED RESOLVED REOPENED "
             "RESOLVED",
             1, 7},
        Life{"ChangedTruthResolves", "C5 a5", FindingState::kResolved, 1,
             "OPEN RESOLVED", 5, 5},
        Life{"ChangedTruthReopens", "C5 a5 c5", FindingState::kReopened, 1,
             "OPEN RESOLVED REOPENED", 5, 5},
        Life{"ChangedTruthOpensWithCountOne", "c5", FindingState::kOpen, 1,
             "OPEN", 5, 5},
        Life{"JudgedAgainIsNotCounted", "C5 c5 c5", FindingState::kOpen, 1,
             "OPEN", 5, 5},
        Life{"VindicatedThenSaidAgain", "C5 a5 C6", FindingState::kReopened, 2,
             "OPEN RESOLVED REOPENED", 5, 6},
        Life{"WaitsToBeConfirmed", "W1", FindingState::kObserved, 1, "OBSERVED",
             1, 1},
        Life{"IsConfirmed", "W1 !11", FindingState::kOpen, 1, "OBSERVED OPEN",
             1, 1},
        Life{"CountsWhileItWaits", "W1 W2 W3", FindingState::kObserved, 3,
             "OBSERVED", 1, 3},
        Life{"TheAuthorityWasLate", "W5 a5", FindingState::kResolved, 1,
             "OBSERVED RESOLVED", 5, 5},
        Life{"PutRightBeforeItWasShown", "W5 A6", FindingState::kResolved, 1,
             "OBSERVED RESOLVED", 5, 5},
        Life{"WhatWasNeverShownWaitsAgain", "W5 A6 W7", FindingState::kObserved,
             2, "OBSERVED RESOLVED OBSERVED", 5, 7},
        Life{"AndOpensThen", "W5 A6 W7 !17", FindingState::kOpen, 2,
             "OBSERVED RESOLVED OBSERVED OPEN", 5, 7},
        Life{"ComesBackConfirmed", "W1 !11 A12 W13 !23",
             FindingState::kReopened, 2,
             "OBSERVED OPEN RESOLVED OBSERVED REOPENED", 1, 13},
        Life{"ChangedTruthWaitsToo", "w5 !15", FindingState::kOpen, 1,
             "OBSERVED OPEN", 5, 5}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(FindingTest, AgreementAloneOpensNothing) {
  Finding finding;
  const Transition transition = ObserveAgreement(
      {.verdict = Verdict::kAgrees, .said_at = Minute(1)}, finding);
  EXPECT_FALSE(transition.changed);
  EXPECT_EQ(finding.count, 0);
}

TEST(FindingTest, AnotherVerdictIsAnEventButNotAnotherState) {
  Finding finding;
  ObserveContradiction({.verdict = Verdict::kStale, .said_at = Minute(1)},
                       finding);
  finding.events = 1;
  const Transition same = ObserveContradiction(
      {.verdict = Verdict::kStale, .said_at = Minute(2)}, finding);
  EXPECT_TRUE(same.changed && same.newest);
  EXPECT_FALSE(same.eventful);
  const Transition other = ObserveContradiction(
      {.verdict = Verdict::kContradicts, .said_at = Minute(3)}, finding);
  EXPECT_TRUE(other.eventful);
  EXPECT_EQ(finding.verdict, Verdict::kContradicts);
  EXPECT_EQ(finding.state, FindingState::kOpen);
}

TEST(FindingTest, OlderClaimDoesNotChangeTheVerdict) {
  Finding finding;
  ObserveContradiction({.verdict = Verdict::kStale, .said_at = Minute(5)},
                       finding);
  finding.events = 1;
  const Transition older = ObserveContradiction(
      {.verdict = Verdict::kContradicts, .said_at = Minute(4)}, finding);
  EXPECT_TRUE(older.changed);
  EXPECT_FALSE(older.newest || older.eventful);
  EXPECT_EQ(finding.verdict, Verdict::kStale);
}

TEST(FindingTest, ExposureIsTheGravestOfItsClaims) {
  Finding finding;
  finding.events = 0;
  ObserveContradiction({.said_at = Minute(1), .exposure = Exposure::kShown},
                       finding);
  finding.events = 1;
  ObserveContradiction({.said_at = Minute(2), .exposure = Exposure::kHeld},
                       finding);
  EXPECT_EQ(finding.exposure, Exposure::kShown);
  ObserveContradiction({.said_at = Minute(1), .exposure = Exposure::kTold},
                       finding);
  EXPECT_EQ(finding.exposure, Exposure::kTold);
}

TEST(ToldTest, IsTheNewestThatReachedTheCustomer) {
  const auto claim = [](Exposure exposure, const char* value, int minute) {
    Claim made;
    made.exposure = exposure;
    made.value = value;
    made.said_at = absl::UnixEpoch() + absl::Minutes(minute);
    return made;
  };
  Finding finding;
  const auto note = [&finding](const Claim& added, bool newest) {
    NoteTold(added, newest, finding);
    if (newest) finding.claim = added;
    const Claim* const told = ToldOf(finding);
    return told == nullptr ? "nothing" : *told->value;
  };
  EXPECT_EQ(note(claim(Exposure::kHeld, "a", 1), true), "nothing");
  EXPECT_EQ(note(claim(Exposure::kTold, "b", 2), true), "b");
  EXPECT_EQ(note(claim(Exposure::kHeld, "c", 3), true), "b");
  EXPECT_EQ(note(claim(Exposure::kHeard, "d", 4), true), "b");
  // Those that arrive late.
  EXPECT_EQ(note(claim(Exposure::kShown, "e", 1), false), "b");
  EXPECT_EQ(note(claim(Exposure::kShown, "f", 3), false), "f");
  EXPECT_EQ(note(claim(Exposure::kShown, "g", 5), true), "g");
  EXPECT_FALSE(finding.told.has_value());
}

TEST(FingerprintTest, IsOfTheSubjectAlone) {
  const FindingSubject subject{
      .entity = {"customer", "ada"}, .attribute = "tier", .channel = "web"};
  const std::string id = FingerprintOf(subject);
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(FingerprintOf(subject), id);
  std::vector<FindingSubject> others(5, subject);
  others[0].entity.type = "order";
  others[1].entity.id = "bob";
  others[2].attribute = "email";
  others[3].channel = "shop";
  others[4].family = FindingFamily::kDisclosure;
  for (const FindingSubject& other : others) {
    EXPECT_NE(FingerprintOf(other), id);
  }
}

TEST(FingerprintTest, PartsDoNotRunIntoEachOther) {
  EXPECT_NE(FingerprintOf({{"customer", "ab"}, "c", "web"}),
            FingerprintOf({{"customer", "a"}, "bc", "web"}));
}

TEST(FindingTest, WaitingIsNotPutOff) {
  Finding finding;
  ObserveContradiction({.verdict = Verdict::kStale,
                        .said_at = Minute(1),
                        .confirm_at = Minute(11)},
                       finding);
  finding.events = 1;
  ObserveContradiction({.verdict = Verdict::kStale,
                        .said_at = Minute(9),
                        .confirm_at = Minute(19)},
                       finding);
  EXPECT_EQ(finding.confirm_at, Minute(11));
}

TEST(FindingTest, OnlyATruthThatShowsItRightVindicates) {
  struct Case {
    const char* name;
    Verdict verdict;
    Occasion occasion;
    bool vindicates;
  };
  const Case cases[] = {
      {"TheTruthBecameThat", Verdict::kAgrees, Occasion::kChangedTruth, true},
      {"TheTruthIsFinerThanThat", Verdict::kPartial, Occasion::kChangedTruth,
       true},
      {"ItWasTakenBack", Verdict::kUnverifiable, Occasion::kChangedTruth,
       false},
      {"ItIsTooNewToBeKnown", Verdict::kPropagating, Occasion::kChangedTruth,
       false},
      {"TheChannelSaysAnotherThing", Verdict::kAgrees, Occasion::kClaim, false},
      {"ItIsReadOtherwise", Verdict::kAgrees, Occasion::kChangedVocabulary,
       false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Finding finding;
    ObserveContradiction(
        {.verdict = Verdict::kContradicts, .said_at = Minute(1)}, finding);
    finding.events = 1;
    ObserveAgreement({.verdict = c.verdict,
                      .said_at = Minute(c.occasion == Occasion::kClaim ? 2 : 1),
                      .occasion = c.occasion},
                     finding);
    EXPECT_EQ(finding.state, FindingState::kResolved);
    EXPECT_EQ(finding.vindicated, c.vindicates);
  }
}

struct EditCase {
  const char* name;
  FindingState before;
  FindingEdit edit;
  FindingState after;
  bool changes;
};
void PrintTo(const EditCase& edit, std::ostream* out) { *out << edit.name; }

class FindingEditTest : public testing::TestWithParam<EditCase> {};

TEST_P(FindingEditTest, GoesSo) {
  const EditCase& c = GetParam();
  Finding finding;
  finding.state = c.before;
  finding.assignee = "anna";
  EXPECT_EQ(Edit(c.edit, finding).changed, c.changes);
  EXPECT_EQ(FindingStateName(finding.state), FindingStateName(c.after));
}

INSTANTIATE_TEST_SUITE_P(Edits, FindingEditTest,
                         testing::Values(EditCase{"TakenOn",
                                                  FindingState::kOpen,
                                                  {.acknowledged = true},
                                                  FindingState::kAcknowledged,
                                                  true},
                                         EditCase{"TakenOnAgain",
                                                  FindingState::kReopened,
                                                  {.acknowledged = true},
                                                  FindingState::kAcknowledged,
                                                  true},
                                         EditCase{"TakenOnTwice",
                                                  FindingState::kAcknowledged,
                                                  {.acknowledged = true},
                                                  FindingState::kAcknowledged,
                                                  false},
                                         EditCase{"TakenBack",
                                                  FindingState::kAcknowledged,
                                                  {.acknowledged = false},
                                                  FindingState::kOpen,
                                                  true},
                                         EditCase{"NothingToTakeBack",
                                                  FindingState::kReopened,
                                                  {.acknowledged = false},
                                                  FindingState::kReopened,
                                                  false},
                                         EditCase{"ResolvedCannotBeTakenOn",
                                                  FindingState::kResolved,
                                                  {.acknowledged = true},
                                                  FindingState::kResolved,
                                                  false},
                                         EditCase{"NorWhatWaits",
                                                  FindingState::kObserved,
                                                  {.acknowledged = true},
                                                  FindingState::kObserved,
                                                  false},
                                         EditCase{"ResolvedCanBeCommentedOn",
                                                  FindingState::kResolved,
                                                  {.comment = "was the cache"},
                                                  FindingState::kResolved,
                                                  true},
                                         EditCase{"Assigned",
                                                  FindingState::kOpen,
                                                  {.assignee = "ben"},
                                                  FindingState::kOpen,
                                                  true},
                                         EditCase{"AssignedToWhoHasIt",
                                                  FindingState::kOpen,
                                                  {.assignee = "anna"},
                                                  FindingState::kOpen,
                                                  false},
                                         EditCase{"ToNobody",
                                                  FindingState::kOpen,
                                                  {.assignee = ""},
                                                  FindingState::kOpen,
                                                  true}),
                         [](const auto& test) {
                           return std::string(test.param.name);
                         });

TEST(RankTest, IsOpenThenWaitsThenResolvedAndOfEachByHarm) {
  struct Ranked {
    FindingState state;
    double points;
  };
  const Ranked worst_first[] = {
      {FindingState::kOpen, 90},     {FindingState::kReopened, 60},
      {FindingState::kOpen, 30},     {FindingState::kAcknowledged, 1},
      {FindingState::kOpen, 0},      {FindingState::kObserved, 90},
      {FindingState::kObserved, 10}, {FindingState::kResolved, 90},
      {FindingState::kResolved, 0},
  };
  std::string before;
  for (const Ranked& ranked : worst_first) {
    Finding finding;
    finding.state = ranked.state;
    finding.harm = MakeHarm({{HarmTerm::kExposure, ranked.points, 1.0}},
                            Minute(0), absl::Hours(24));
    const std::string rank = RankOf(finding);
    EXPECT_EQ(rank.size(), kRankBytes);
    EXPECT_GT(rank, before)
        << FindingStateName(ranked.state) << " " << ranked.points;
    before = rank;
  }
}

}  // namespace
}  // namespace concordat
