#include "consistency/explanation.h"

#include <ostream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "tests/consistency/world.h"

namespace concordat {
namespace {

struct WordsCase {
  absl::Duration duration;
  std::string words;
};

TEST(InWordsTest, NamesTheTwoLargestUnits) {
  const WordsCase cases[] = {
      {absl::ZeroDuration(), "less than a second"},
      {absl::Milliseconds(999), "less than a second"},
      {absl::Seconds(1), "1 second"},
      {absl::Seconds(59), "59 seconds"},
      {absl::Minutes(1), "1 minute"},
      {absl::Seconds(61), "1 minute 1 second"},
      {absl::Hours(1) + absl::Seconds(5), "1 hour"},
      {absl::Hours(23) + absl::Minutes(59) + absl::Seconds(59),
       "23 hours 59 minutes"},
      {absl::Hours(24), "1 day"},
      {absl::Hours(62) + absl::Minutes(30), "2 days 14 hours"},
      {absl::Hours(48) + absl::Minutes(1), "2 days"},
  };
  for (const WordsCase& test : cases) {
    EXPECT_EQ(InWords(test.duration), test.words);
  }
}

struct SentenceCase {
  const char* name;
  std::vector<Change> facts;
  Claim claim;
  std::string sentence;
};
void PrintTo(const SentenceCase& test, std::ostream* out) { *out << test.name; }

class ExplainTest : public testing::TestWithParam<SentenceCase> {};

TEST_P(ExplainTest, IsOnePlainSentence) {
  World world;
  std::vector<Change> facts = GetParam().facts;
  facts.push_back(MakeLink("web", "w1", kAda));
  world.Write(facts);
  EXPECT_EQ(Explain(GetParam().claim, world.Ask(GetParam().claim)),
            GetParam().sentence);
}

absl::Time At(absl::Duration d) { return Noon() + d; }
ValidTime Since(absl::Duration d) { return {.from = At(d)}; }

Claim Told(Claim claim) {
  claim.exposure = Exposure::kTold;
  return claim;
}

Claim OfSubject(Claim claim, const std::string& subject) {
  claim.entity.reset();
  claim.subject = subject;
  return claim;
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, ExplainTest,
    testing::Values(
        SentenceCase{"UnknownSubject",
                     {},
                     OfSubject(MakeClaim("web", "tier", "gold"), "w9"),
                     "web held \"gold\" on 2026-03-10 12:00 UTC; no entity is "
                     "linked to this subject."},
        SentenceCase{"NotEntitled",
                     {MakeFact("nickname", "Addie")},
                     Told(MakeClaim("web", "nickname", "Ducky")),
                     "web told \"Ducky\" on 2026-03-10 12:00 UTC, which its "
                     "contract does not let it know; it has always been "
                     "\"Addie\"; what it says was never true."},
        SentenceCase{"RightAndNotEntitled",
                     {MakeFact("nickname", "Addie")},
                     MakeClaim("web", "nickname", "Addie"),
                     "web held \"Addie\" on 2026-03-10 12:00 UTC, which its "
                     "contract does not let it know; it is so."},
        SentenceCase{"Unverifiable",
                     {},
                     MakeClaim("web", "tier", "gold"),
                     "web held \"gold\" on 2026-03-10 12:00 UTC; the graph "
                     "does not know what is true."},
        SentenceCase{"Stale",
                     {MakeFact("tier", "silver"),
                      MakeFact("tier", "gold", Since(-absl::Hours(63)))},
                     Told(MakeClaim("web", "tier", "silver")),
                     "web told \"silver\" on 2026-03-10 12:00 UTC; it has been "
                     "\"gold\" since 2026-03-07 21:00 UTC, and web has 1 hour "
                     "to learn of a change: stale by 2 days 15 hours."},
        SentenceCase{"StaleWithoutAPromise",
                     {MakeFact("visits", "1"),
                      MakeFact("visits", "2", Since(-absl::Hours(1)))},
                     MakeClaim("web", "visits", "1"),
                     "web held \"1\" on 2026-03-10 12:00 UTC; it has been "
                     "\"2\" since 2026-03-10 11:00 UTC, and web has no time "
                     "to learn of a change: stale by 1 hour."},
        SentenceCase{"Propagating",
                     {MakeFact("tier", "silver"),
                      MakeFact("tier", "gold", Since(-absl::Minutes(5)))},
                     MakeClaim("web", "tier", "silver"),
                     "web held \"silver\" on 2026-03-10 12:00 UTC; it has been "
                     "\"gold\" since 2026-03-10 11:55 UTC, and web has 1 hour "
                     "to learn of a change: late by 5 minutes."},
        SentenceCase{"Ahead",
                     {MakeFact("visits", "1"),
                      MakeFact("visits", "2", Since(absl::Hours(2)))},
                     MakeClaim("web", "visits", "2"),
                     "web held \"2\" on 2026-03-10 12:00 UTC; that only "
                     "becomes true 2 hours later."},
        SentenceCase{"Meaning",
                     {MakeFact("balance_due", "10 EUR"),
                      MakeFact("balance_net", "8 EUR")},
                     MakeClaim("web", "balance_due", "8 EUR"),
                     "web held \"8 EUR\" on 2026-03-10 12:00 UTC; it has "
                     "always been \"10 EUR\"; what it says is the balance_net, "
                     "another thing."},
        SentenceCase{"Misidentified",
                     {MakeFact("email", "ada@a.org"),
                      MakeFact("email", "bob@b.org", {}, kBob)},
                     MakeClaim("web", "email", "bob@b.org"),
                     "web held \"bob@b.org\" on 2026-03-10 12:00 UTC; it has "
                     "always been \"ada@a.org\"; what it says is true of "
                     "customer bob."},
        SentenceCase{"Missing",
                     {MakeFact("tier", "gold")},
                     MakeClaim("web", "tier", std::nullopt),
                     "web held none on 2026-03-10 12:00 UTC; it has always "
                     "been \"gold\", and its contract requires it."},
        SentenceCase{"ExtraOfAKnownNone",
                     {MakeFact("tier", std::nullopt)},
                     MakeClaim("web", "tier", "gold"),
                     "web held \"gold\" on 2026-03-10 12:00 UTC; it is known "
                     "that there is none."},
        SentenceCase{"ExtraAfterTheEnd",
                     {MakeFact("tier", "gold",
                               {At(-absl::Hours(9)), At(-absl::Hours(8))})},
                     MakeClaim("web", "tier", "silver"),
                     "web held \"silver\" on 2026-03-10 12:00 UTC; the last "
                     "known value had ended by then."},
        SentenceCase{"Contradicts",
                     {MakeFact("tier", "gold")},
                     MakeClaim("web", "tier", "silver"),
                     "web held \"silver\" on 2026-03-10 12:00 UTC; it has "
                     "always been \"gold\"; what it says was never true."}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace concordat
