// Goal: every verdict is given where the blueprint says, and of two that would
// both apply the earlier one wins.
// Method: a table of (facts, claim, verdict); the truth is written before the
// claim is judged, with the time of saying at noon.
#include "consistency/verdict.h"

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "consistency/judge.h"
#include "graph/limits.h"
#include "gtest/gtest.h"
#include "tests/consistency/world.h"

namespace concordat {
namespace {

constexpr absl::Duration kMicro = absl::Microseconds(1);
constexpr absl::Duration kMinute = absl::Minutes(1);
constexpr absl::Duration kHour = absl::Hours(1);

// Noon, and so much earlier or later.
absl::Time At(absl::Duration d = absl::ZeroDuration()) { return Noon() + d; }
ValidTime Since(absl::Duration d) { return {.from = At(d)}; }
ValidTime Between(absl::Duration from, absl::Duration to) {
  return {At(from), At(to)};
}

struct VerdictCase {
  const char* name;
  std::vector<Change> facts;
  Claim claim;
  Verdict verdict;
  std::optional<Verdict> further;
  // Part of the note; "" for no note.
  const char* note = "";
};
void PrintTo(const VerdictCase& test, std::ostream* out) { *out << test.name; }

class VerdictTest : public testing::TestWithParam<VerdictCase> {};

TEST_P(VerdictTest, IsGiven) {
  const VerdictCase& test = GetParam();
  World world;
  // Somebody, so that Ada exists even where nothing is known of her.
  std::vector<Change> facts = test.facts;
  facts.push_back(MakeLink("web", "w-ada", kAda));
  world.Write(facts);
  for (const Trace trace : {Trace::kOff, Trace::kOn}) {
    const Judgement judgement = world.Ask(test.claim, trace);
    EXPECT_EQ(VerdictName(judgement.verdict), VerdictName(test.verdict));
    EXPECT_EQ(judgement.further.has_value(), test.further.has_value());
    if (test.further.has_value() && judgement.further.has_value()) {
      EXPECT_EQ(VerdictName(*judgement.further), VerdictName(*test.further));
    }
    if (*test.note == '\0') {
      EXPECT_EQ(judgement.note, "");
    } else {
      EXPECT_NE(judgement.note.find(test.note), std::string::npos)
          << judgement.note;
    }
    EXPECT_EQ(judgement.revision, world.head());
    EXPECT_EQ(judgement.vocabulary_version, 7u);
  }
}

std::string NameOf(const testing::TestParamInfo<VerdictCase>& test) {
  return test.param.name;
}

Claim Web(const std::string& attribute, std::optional<std::string> value,
          absl::Time said_at = Noon()) {
  return MakeClaim("web", attribute, std::move(value), said_at);
}
Claim Shop(const std::string& attribute, std::optional<std::string> value,
           absl::Time said_at = Noon()) {
  return MakeClaim("shop", attribute, std::move(value), said_at);
}
Claim BySubject(Claim claim, const std::string& subject) {
  claim.entity.reset();
  claim.subject = subject;
  return claim;
}
Claim About(Claim claim, const EntityId& entity) {
  claim.entity = entity;
  return claim;
}

constexpr char kCoarser[] = "the claim says less than the truth";
constexpr char kFiner[] = "the claim says more than the truth";
constexpr char kSkew[] = "clock skew";
constexpr char kWriting[] = "only the writing differs";
constexpr char kNotRequired[] = "does not require it";

// In each the verdict after it would apply as well.
INSTANTIATE_TEST_SUITE_P(
    Precedence, VerdictTest,
    testing::Values(
        VerdictCase{"UnknownSubjectBeforeNotEntitled",
                    {},
                    BySubject(Web("nickname", "Addie"), "nobody"),
                    Verdict::kUnknownSubject,
                    {}},
        VerdictCase{"NotEntitledBeforeUndecided",
                    {},
                    Web("points", "many"),
                    Verdict::kNotEntitled,
                    Verdict::kUndecided,
                    "integer"},
        VerdictCase{"UndecidedBeforeUnverifiable",
                    {},
                    Web("visits", "many"),
                    Verdict::kUndecided,
                    {},
                    "integer"},
        VerdictCase{"UnverifiableBeforeAgrees",
                    {},
                    Web("tier", std::nullopt),
                    Verdict::kUnverifiable,
                    {}},
        VerdictCase{
            "AgreesBeforePartial",
            {MakeFact("interests", "art; books", Since(-kHour)),
             MakeFact("interests", "art; books; chess", Since(-kMinute))},
            Shop("interests", "art; books"),
            Verdict::kAgrees,
            {},
            kSkew},
        VerdictCase{"PartialBeforePropagating",
                    {MakeFact("interests", "art", Since(-2 * kHour)),
                     MakeFact("interests", "art; books", Since(-kMinute))},
                    Web("interests", "art"),
                    Verdict::kPartial,
                    {},
                    kCoarser},
        VerdictCase{"PropagatingBeforeStale",
                    {MakeFact("tier", "gold", Since(-9 * kHour)),
                     MakeFact("tier", "silver", Since(-8 * kHour)),
                     MakeFact("tier", "gold", Since(-7 * kHour)),
                     MakeFact("tier", "bronze", Since(-kMinute))},
                    Web("tier", "gold"),
                    Verdict::kPropagating,
                    {}},
        VerdictCase{"StaleBeforeAhead",
                    {MakeFact("visits", "1", Since(-9 * kHour)),
                     MakeFact("visits", "2", Since(-8 * kHour)),
                     MakeFact("visits", "1", Since(kHour))},
                    Web("visits", "1"),
                    Verdict::kStale,
                    {}},
        VerdictCase{"AheadBeforeMeaning",
                    {MakeFact("balance_due", "10 EUR"),
                     MakeFact("balance_due", "8 EUR", Since(kHour)),
                     MakeFact("balance_net", "8 EUR")},
                    Web("balance_due", "8 EUR"),
                    Verdict::kAhead,
                    {}},
        VerdictCase{"MeaningBeforeMisidentified",
                    {MakeFact("email", "ada@a.org"),
                     MakeFact("backup_email", "x@x.org"),
                     MakeFact("email", "x@x.org", {}, kBob)},
                    Web("email", "x@x.org"),
                    Verdict::kMeaning,
                    {}},
        VerdictCase{"MisidentifiedBeforeExtra",
                    {MakeFact("email", std::nullopt),
                     MakeFact("email", "bob@b.org", {}, kBob)},
                    Web("email", "bob@b.org"),
                    Verdict::kMisidentified,
                    {}},
        VerdictCase{"MisidentifiedBeforeContradicts",
                    {MakeFact("email", "ada@a.org"),
                     MakeFact("email", "bob@b.org", {}, kBob)},
                    Web("email", "BOB@b.org"),
                    Verdict::kMisidentified,
                    {}},
        VerdictCase{"MissingBeforeContradicts",
                    {MakeFact("tier", "gold")},
                    Web("tier", std::nullopt),
                    Verdict::kMissing,
                    {}},
        VerdictCase{"ExtraBeforeContradicts",
                    {MakeFact("tier", std::nullopt)},
                    Web("tier", "gold"),
                    Verdict::kExtra,
                    {}},
        VerdictCase{"ContradictsWhenNothingElse",
                    {MakeFact("tier", "gold")},
                    Web("tier", "silver"),
                    Verdict::kContradicts,
                    {}}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Subjects, VerdictTest,
    testing::Values(VerdictCase{"ThroughALink",
                                {MakeFact("tier", "gold")},
                                BySubject(Web("tier", "gold"), "w-ada"),
                                Verdict::kAgrees,
                                {}},
                    VerdictCase{"LinkOfAnotherChannel",
                                {MakeFact("tier", "gold")},
                                BySubject(Shop("tier", "gold"), "w-ada"),
                                Verdict::kUnknownSubject,
                                {}},
                    VerdictCase{
                        "EntityThatIsNotThere",
                        {},
                        About(Web("tier", "gold"), {"customer", "nobody"}),
                        Verdict::kUnknownSubject,
                        {}},
                    VerdictCase{"AttributeOfAnotherType",
                                {MakeLink("web", "w-order", {"order", "o1"})},
                                BySubject(Web("tier", "gold"), "w-order"),
                                Verdict::kUndecided,
                                {},
                                "no such attribute"},
                    VerdictCase{"AttributeByItsAlias",
                                {MakeFact("tier", "gold")},
                                Web("loyaltyTier", "gold"),
                                Verdict::kAgrees,
                                {}}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Entitlement, VerdictTest,
    testing::Values(VerdictCase{"Agrees",
                                {MakeFact("nickname", "Addie")},
                                Web("nickname", "Addie"),
                                Verdict::kNotEntitled,
                                Verdict::kAgrees},
                    VerdictCase{"Contradicts",
                                {MakeFact("nickname", "Addie")},
                                Web("nickname", "Ducky"),
                                Verdict::kNotEntitled,
                                Verdict::kContradicts},
                    VerdictCase{"Silent",
                                {},
                                Web("nickname", "Addie"),
                                Verdict::kNotEntitled,
                                Verdict::kUnverifiable},
                    // Who may not know it was promised nothing.
                    VerdictCase{"HasNoPromise",
                                {MakeFact("points", "1", Since(-kHour)),
                                 MakeFact("points", "2", Since(-kMicro))},
                                Web("points", "1"),
                                Verdict::kNotEntitled,
                                Verdict::kStale},
                    VerdictCase{"NeedNotHoldIt",
                                {MakeFact("points", "1")},
                                Web("points", std::nullopt),
                                Verdict::kNotEntitled,
                                Verdict::kPartial,
                                kNotRequired}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Writing, VerdictTest,
    testing::Values(
        VerdictCase{"CodeAlias",
                    {MakeFact("tier", "gold")},
                    Web("tier", " ORO "),
                    Verdict::kAgrees,
                    {},
                    kWriting},
        VerdictCase{"TruthByAlias",
                    {MakeFact("tier", "oro")},
                    Web("tier", "gold"),
                    Verdict::kAgrees,
                    {},
                    kWriting},
        VerdictCase{"SameWriting",
                    {MakeFact("tier", "oro")},
                    Web("tier", "oro"),
                    Verdict::kAgrees,
                    {}},
        // The order of day and month is not declared: never guessed.
        VerdictCase{"AmbiguousDate",
                    {MakeFact("born", "2026-04-03")},
                    Web("born", "03/04/2026"),
                    Verdict::kUndecided,
                    {},
                    "order"},
        VerdictCase{"IsoDate",
                    {MakeFact("born", "2026-04-03")},
                    Web("born", "2026-04-03"),
                    Verdict::kAgrees,
                    {}}),
    NameOf);

// The truth changes at noon; the claim is of the old one.
INSTANTIATE_TEST_SUITE_P(
    Promise, VerdictTest,
    testing::Values(
        VerdictCase{"AtOnce",
                    {MakeFact("tier", "gold"),
                     MakeFact("tier", "silver", Since(0 * kHour))},
                    Web("tier", "gold", At()),
                    Verdict::kPropagating,
                    {}},
        VerdictCase{"ExactlyMet",
                    {MakeFact("tier", "gold"),
                     MakeFact("tier", "silver", Since(0 * kHour))},
                    Web("tier", "gold", At(kHour)),
                    Verdict::kPropagating,
                    {}},
        VerdictCase{"OneMicrosecondOver",
                    {MakeFact("tier", "gold"),
                     MakeFact("tier", "silver", Since(0 * kHour))},
                    Web("tier", "gold", At(kHour + kMicro)),
                    Verdict::kStale,
                    {}},
        VerdictCase{"ExactlyMetWithSkew",
                    {MakeFact("tier", "gold"),
                     MakeFact("tier", "silver", Since(0 * kHour))},
                    Shop("tier", "gold", At(kHour + 5 * kMinute)),
                    Verdict::kPropagating,
                    {}},
        VerdictCase{"OneMicrosecondOverWithSkew",
                    {MakeFact("tier", "gold"),
                     MakeFact("tier", "silver", Since(0 * kHour))},
                    Shop("tier", "gold", At(kHour + 5 * kMinute + kMicro)),
                    Verdict::kStale,
                    {}},
        VerdictCase{"NothingPromised",
                    {MakeFact("visits", "1"),
                     MakeFact("visits", "2", Since(0 * kHour))},
                    Web("visits", "1", At()),
                    Verdict::kPropagating,
                    {}},
        VerdictCase{"NothingPromisedOneMicrosecondOver",
                    {MakeFact("visits", "1"),
                     MakeFact("visits", "2", Since(0 * kHour))},
                    Web("visits", "1", At(kMicro)),
                    Verdict::kStale,
                    {}},
        VerdictCase{"CountsFromTheNewestEnd",
                    {MakeFact("tier", "gold"),
                     MakeFact("tier", "bronze", Between(-9 * kHour, -kMinute))},
                    Web("tier", "bronze"),
                    Verdict::kPropagating,
                    {}}),
    NameOf);

// The truth changes from 1 to 2 at noon; the shop's clock may be 5 min off.
INSTANTIATE_TEST_SUITE_P(
    Skew, VerdictTest,
    testing::Values(
        VerdictCase{"NewTruthAsEarlyAsMayBe",
                    {MakeFact("visits", "1"),
                     MakeFact("visits", "2", Since(0 * kHour))},
                    Shop("visits", "2", At(-5 * kMinute)),
                    Verdict::kAgrees,
                    {},
                    kSkew},
        VerdictCase{"NewTruthTooEarly",
                    {MakeFact("visits", "1"),
                     MakeFact("visits", "2", Since(0 * kHour))},
                    Shop("visits", "2", At(-5 * kMinute - kMicro)),
                    Verdict::kAhead,
                    {}},
        VerdictCase{"OldTruthAsLateAsMayBe",
                    {MakeFact("visits", "1"),
                     MakeFact("visits", "2", Since(0 * kHour))},
                    Shop("visits", "1", At(5 * kMinute - kMicro)),
                    Verdict::kAgrees,
                    {},
                    kSkew},
        // What ended is over at the very instant, so this is not agreement;
        // the promise, widened by the skew, just covers it.
        VerdictCase{"OldTruthEndedAtTheEdge",
                    {MakeFact("visits", "1"),
                     MakeFact("visits", "2", Since(0 * kHour))},
                    Shop("visits", "1", At(5 * kMinute)),
                    Verdict::kPropagating,
                    {}},
        VerdictCase{"OldTruthTooLate",
                    {MakeFact("visits", "1"),
                     MakeFact("visits", "2", Since(0 * kHour))},
                    Shop("visits", "1", At(5 * kMinute + kMicro)),
                    Verdict::kStale,
                    {}},
        VerdictCase{"WithoutSkewNotEarly",
                    {MakeFact("visits", "1"),
                     MakeFact("visits", "2", Since(0 * kHour))},
                    Web("visits", "2", At(-kMicro)),
                    Verdict::kAhead,
                    {}},
        VerdictCase{"SilentButTrueWithinIt",
                    {MakeFact("visits", "1", Since(0 * kHour))},
                    Shop("visits", "1", At(-kMinute)),
                    Verdict::kAgrees,
                    {},
                    kSkew},
        VerdictCase{"NoneOnceWithinIt",
                    {MakeFact("visits", std::nullopt),
                     MakeFact("visits", "1", Since(0 * kHour))},
                    Shop("visits", std::nullopt, At(kMinute)),
                    Verdict::kAgrees,
                    {},
                    kSkew},
        VerdictCase{"EndsWithinIt",
                    {MakeFact("visits", "1", {.to = At(0 * kHour)})},
                    Shop("visits", std::nullopt, At(-5 * kMinute)),
                    Verdict::kAgrees,
                    {},
                    kSkew},
        VerdictCase{"EndsTooLate",
                    {MakeFact("visits", "1", {.to = At(0 * kHour)})},
                    Shop("visits", std::nullopt, At(-5 * kMinute - kMicro)),
                    Verdict::kPartial,
                    {},
                    kNotRequired},
        VerdictCase{"GapEndedWithinIt",
                    {MakeFact("visits", "1", {.to = At(-kHour)}),
                     MakeFact("visits", "2", Since(0 * kHour))},
                    Shop("visits", std::nullopt, At(kMinute)),
                    Verdict::kAgrees,
                    {},
                    kSkew}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Absence, VerdictTest,
    testing::Values(
        VerdictCase{"NoneIsNone",
                    {MakeFact("tier", std::nullopt)},
                    Web("tier", std::nullopt),
                    Verdict::kAgrees,
                    {}},
        VerdictCase{"EmptyIsNone",
                    {MakeFact("tier", std::nullopt)},
                    Web("tier", "  "),
                    Verdict::kAgrees,
                    {}},
        VerdictCase{"EmptyOfARequiredOne",
                    {MakeFact("tier", "gold")},
                    Web("tier", ""),
                    Verdict::kMissing,
                    {}},
        VerdictCase{"NotRequired",
                    {MakeFact("tier", "gold")},
                    Shop("tier", std::nullopt),
                    Verdict::kPartial,
                    {},
                    kNotRequired},
        VerdictCase{"EndedIsNone",
                    {MakeFact("tier", "gold", Between(-9 * kHour, -kHour))},
                    Web("tier", std::nullopt),
                    Verdict::kAgrees,
                    {}},
        VerdictCase{"FirstTruthWithinThePromise",
                    {MakeFact("tier", "gold", Since(-kHour))},
                    Web("tier", std::nullopt),
                    Verdict::kPropagating,
                    {}},
        VerdictCase{"FirstTruthPastThePromise",
                    {MakeFact("tier", "gold", Since(-kHour - kMicro))},
                    Web("tier", std::nullopt),
                    Verdict::kMissing,
                    {}},
        VerdictCase{"KnownNoneBefore",
                    {MakeFact("tier", std::nullopt),
                     MakeFact("tier", "gold", Since(-kHour - kMicro))},
                    Web("tier", std::nullopt),
                    Verdict::kStale,
                    {}},
        VerdictCase{"KnownNoneBeforeWithinThePromise",
                    {MakeFact("tier", std::nullopt),
                     MakeFact("tier", "gold", Since(-kHour))},
                    Web("tier", std::nullopt),
                    Verdict::kPropagating,
                    {}},
        VerdictCase{"GapBefore",
                    {MakeFact("tier", "gold", Between(-9 * kHour, -8 * kHour)),
                     MakeFact("tier", "silver", Since(-2 * kHour))},
                    Web("tier", std::nullopt),
                    Verdict::kStale,
                    {}},
        VerdictCase{"GapBeforeWithinThePromise",
                    {MakeFact("tier", "gold", Between(-9 * kHour, -8 * kHour)),
                     MakeFact("tier", "silver", Since(-kMinute))},
                    Web("tier", std::nullopt),
                    Verdict::kPropagating,
                    {}}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    SilenceAndEnds, VerdictTest,
    testing::Values(
        VerdictCase{"BeforeTheFirstFact",
                    {MakeFact("tier", "gold", Since(kHour))},
                    Web("tier", "silver"),
                    Verdict::kUnverifiable,
                    {}},
        VerdictCase{"NoneBeforeTheFirstFact",
                    {MakeFact("tier", "gold", Since(kHour))},
                    Web("tier", std::nullopt),
                    Verdict::kUnverifiable,
                    {}},
        VerdictCase{"FirstFactForetold",
                    {MakeFact("tier", "gold", Since(kHour))},
                    Web("tier", "gold"),
                    Verdict::kAhead,
                    {}},
        VerdictCase{"RetractedIsSilent",
                    {MakeFact("tier", "gold"), MakeRetraction("tier")},
                    Web("tier", "silver"),
                    Verdict::kUnverifiable,
                    {}},
        VerdictCase{"EndedWithinThePromise",
                    {MakeFact("tier", "gold", Between(-9 * kHour, -kHour))},
                    Web("tier", "gold"),
                    Verdict::kPropagating,
                    {}},
        VerdictCase{
            "EndedPastThePromise",
            {MakeFact("tier", "gold", Between(-9 * kHour, -kHour - kMicro))},
            Web("tier", "gold"),
            Verdict::kStale,
            {}},
        VerdictCase{"AnotherAfterTheEnd",
                    {MakeFact("tier", "gold", Between(-9 * kHour, -kHour))},
                    Web("tier", "silver"),
                    Verdict::kExtra,
                    {}},
        VerdictCase{"AfterTheEndBeforeTheNext",
                    {MakeFact("tier", "gold", Between(-9 * kHour, -kHour)),
                     MakeFact("tier", "silver", Since(kHour))},
                    Web("tier", "silver"),
                    Verdict::kAhead,
                    {}},
        VerdictCase{"BoundedOverOpenIsOver",
                    {MakeFact("tier", "gold"),
                     MakeFact("tier", "silver", Between(-9 * kHour, -kHour))},
                    Web("tier", "gold"),
                    Verdict::kAgrees,
                    {}}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Sets, VerdictTest,
    testing::Values(VerdictCase{"OrderAndRepetitionDoNotMatter",
                                {MakeFact("interests", "art; books")},
                                Web("interests", "Books;art;books"),
                                Verdict::kAgrees,
                                {},
                                kWriting},
                    VerdictCase{"Fewer",
                                {MakeFact("interests", "art; books; chess")},
                                Web("interests", "art; chess"),
                                Verdict::kPartial,
                                {},
                                kCoarser},
                    VerdictCase{"More",
                                {MakeFact("interests", "art")},
                                Web("interests", "art; books"),
                                Verdict::kPartial,
                                {},
                                kFiner},
                    VerdictCase{"Overlapping",
                                {MakeFact("interests", "art; books")},
                                Web("interests", "art; chess"),
                                Verdict::kContradicts,
                                {}},
                    VerdictCase{"Disjoint",
                                {MakeFact("interests", "art")},
                                Web("interests", "chess"),
                                Verdict::kContradicts,
                                {}}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    MeaningAndIdentity, VerdictTest,
    testing::Values(
        VerdictCase{"MeaningThen",
                    {MakeFact("balance_due", "10 EUR"),
                     MakeFact("balance_net", "8 EUR")},
                    Web("balance_due", "8 EUR"),
                    Verdict::kMeaning,
                    {}},
        VerdictCase{"MeaningNoLonger",
                    {MakeFact("balance_due", "10 EUR"),
                     MakeFact("balance_net", "8 EUR"),
                     MakeFact("balance_net", "7 EUR", Since(-kHour))},
                    Web("balance_due", "8 EUR"),
                    Verdict::kContradicts,
                    {}},
        VerdictCase{"NotMarkedAsConfusable",
                    {MakeFact("visits", "1"), MakeFact("points", "2")},
                    Web("visits", "2"),
                    Verdict::kContradicts,
                    {}},
        VerdictCase{
            "NotIdentifying",
            {MakeFact("tier", "gold"), MakeFact("tier", "silver", {}, kBob)},
            Web("tier", "silver"),
            Verdict::kContradicts,
            {}},
        VerdictCase{"AnothersNoLonger",
                    {MakeFact("email", "ada@a.org"),
                     MakeFact("email", "x@x.org", {}, kBob),
                     MakeFact("email", "y@y.org", Since(-kHour), kBob)},
                    Web("email", "x@x.org"),
                    Verdict::kContradicts,
                    {}},
        VerdictCase{"AnothersNotYet",
                    {MakeFact("email", "ada@a.org"),
                     MakeFact("email", "x@x.org", Since(kHour), kBob)},
                    Web("email", "x@x.org"),
                    Verdict::kContradicts,
                    {}}),
    NameOf);

TEST(VerdictEvidenceTest, StaleNamesSinceWhenAndByHowMuch) {
  World world;
  world.Write({MakeFact("tier", "gold"),
               MakeFact("tier", "silver", Since(-3 * kHour))});
  const Judgement judgement = world.Ask(Web("tier", "gold"));
  EXPECT_EQ(judgement.verdict, Verdict::kStale);
  EXPECT_EQ(judgement.superseded_at, At(-3 * kHour));
  EXPECT_EQ(judgement.lag, 3 * kHour);
  EXPECT_EQ(judgement.promise, kHour);
  ASSERT_TRUE(judgement.truth.has_value() && judgement.match.has_value());
  EXPECT_EQ(judgement.truth->fact.value, "silver");
  EXPECT_EQ(judgement.match->fact.value, "gold");
  EXPECT_EQ(judgement.match->valid.to, At(-3 * kHour));
}

TEST(VerdictEvidenceTest, AheadNamesTheLead) {
  World world;
  world.Write(
      {MakeFact("tier", "gold"), MakeFact("tier", "silver", Since(kHour))});
  const Judgement judgement = world.Ask(Web("tier", "silver"));
  EXPECT_EQ(judgement.lead, kHour);
  ASSERT_TRUE(judgement.match.has_value());
  EXPECT_EQ(judgement.match->valid.from, At(kHour));
}

TEST(VerdictEvidenceTest, MisidentifiedNamesTheOther) {
  World world;
  world.Write({MakeFact("email", "ada@a.org"),
               MakeFact("email", "bob@b.org", {}, kBob)});
  const Judgement judgement = world.Ask(Web("email", "bob@b.org"));
  EXPECT_EQ(judgement.other_entity, kBob);
  ASSERT_TRUE(judgement.match.has_value());
  EXPECT_EQ(judgement.match->entity, kBob);
}

TEST(VerdictEvidenceTest, MeaningNamesTheOtherAttribute) {
  World world;
  world.Write(
      {MakeFact("balance_due", "10 EUR"), MakeFact("balance_net", "8 EUR")});
  EXPECT_EQ(world.Ask(Web("balance_due", "8 EUR")).confused_with,
            "balance_net");
}

// Nothing was late, so nothing is said of lateness.
TEST(VerdictEvidenceTest, MissingHasNoLag) {
  World world;
  world.Write({MakeFact("tier", "gold", Since(-3 * kHour))});
  const Judgement judgement = world.Ask(Web("tier", std::nullopt));
  EXPECT_EQ(judgement.verdict, Verdict::kMissing);
  EXPECT_EQ(judgement.superseded_at, absl::InfinitePast());
  EXPECT_EQ(judgement.lag, absl::ZeroDuration());
}

// A value of so many that it identifies nobody.
TEST(VerdictEvidenceTest, GenericValueIdentifiesNobody) {
  for (const bool over : {false, true}) {
    World world;
    world.Write({MakeFact("email", "ada@a.org")});
    std::vector<Change> facts;
    const int64_t count = limits::kEntitiesPerIdentifierMax + (over ? 1 : 0);
    for (int64_t i = 0; i < count; ++i) {
      facts.push_back(MakeFact("email", "info@x.org", {},
                               {"customer", absl::StrCat("c", i)}));
    }
    world.Write(facts);
    EXPECT_EQ(world.Ask(Web("email", "info@x.org")).verdict,
              over ? Verdict::kContradicts : Verdict::kMisidentified);
  }
}

TEST(VerdictNameTest, EveryVerdictHasItsOwn) {
  for (int a = 1; a < kVerdictsMax; ++a) {
    EXPECT_NE(VerdictName(static_cast<Verdict>(a)), "UNSPECIFIED");
    for (int b = 1; b < a; ++b) {
      EXPECT_NE(VerdictName(static_cast<Verdict>(a)),
                VerdictName(static_cast<Verdict>(b)));
    }
  }
}

TEST(VerdictKindTest, OnlyDisagreementsAreGrave) {
  for (int number = 1; number < kVerdictsMax; ++number) {
    const auto verdict = static_cast<Verdict>(number);
    EXPECT_EQ(GravityOf(verdict) > 0, IsDisagreement(verdict))
        << VerdictName(verdict);
    EXPECT_FALSE(IsAgreement(verdict) && IsDisagreement(verdict));
  }
  EXPECT_FALSE(IsDisagreement(Verdict::kPropagating));
  EXPECT_FALSE(IsAgreement(Verdict::kPropagating));
}

}  // namespace
}  // namespace concordat
