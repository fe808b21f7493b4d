// Goal: what would become of findings had somebody been right.
#include "consistency/counterfactual.h"

#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/consistency/world.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAreArray;

// Some days before Noon().
absl::Time Ago(int days) { return Noon() - absl::Hours(24) * days; }

FactRecord Since(int days_ago, const std::string& attribute,
                 const std::string& value) {
  return MakeFact(attribute, value, {.from = Ago(days_ago)});
}

FactRecord By(const std::string& source, FactRecord fact) {
  fact.recorded.source = source;
  return fact;
}

// "closes web tier STALE"; of a disclosure "stays web email NOT_ENTITLED".
std::string TextOf(SupposedOutcome outcome, const FindingGroup& group) {
  static constexpr const char* kOutcomes[] = {"", "closes", "stays", "untold",
                                              "opens"};
  return absl::StrCat(
      kOutcomes[static_cast<int>(outcome)], " ",
      IsCross(group.family) ? FindingFamilyName(group.family) : group.channel,
      " ", group.attribute, " ", VerdictName(group.verdict));
}

class Supposing {
 public:
  Supposing(World& world, const Assumption& assumption)
      : world_(world), assumption_(assumption) {}

  FindingFilter filter;
  size_t findings_max = 100;
  size_t claims_max = 100;

  // Of all pages.
  std::vector<std::string> Look() {
    const std::unique_ptr<Reader> reader = *world_.store().Snapshot();
    const absl::StatusOr<HeldReader> held = HeldReader::Open(*reader);
    EXPECT_TRUE(held.ok()) << held.status();
    StoredKnowledge known(*reader, world_.head(), world_.vocabulary(), nullptr);
    const Mutes mutes;
    Counterfactual counterfactual(*reader, world_.vocabulary(), mutes, *held,
                                  known, assumption_);
    std::vector<std::string> texts;
    std::string start;
    do {
      const absl::StatusOr<SupposedPage> page = counterfactual.Look(
          filter, start, findings_max, claims_max, /*examples=*/5);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) break;
      for (const auto& [what, count] : page->counts) {
        texts.insert(texts.end(), static_cast<size_t>(count),
                     TextOf(what.first, what.second));
      }
      examples.insert(examples.end(), page->examples.begin(),
                      page->examples.end());
      ++pages;
      claims += page->claims;
      start = page->next;
    } while (!start.empty());
    return texts;
  }

  std::vector<Supposed> examples;
  int pages = 0;
  int64_t claims = 0;

 private:
  World& world_;
  const Assumption assumption_;
};

struct Case {
  const char* name;
  std::vector<Change> facts;
  std::vector<Claim> claims;
  Assumption assumption;
  std::vector<std::string> becomes;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class CounterfactualTest : public testing::TestWithParam<Case> {};

TEST_P(CounterfactualTest, BecomesWhatItSays) {
  const Case& c = GetParam();
  World world;
  for (const Change& fact : c.facts) world.Write({fact});
  for (const Claim& claim : c.claims) world.ReportOne(claim);
  EXPECT_THAT(Supposing(world, c.assumption).Look(),
              UnorderedElementsAreArray(c.becomes));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, CounterfactualTest,
    testing::Values(
        Case{"nothing_is_wrong",
             {MakeFact("tier", "gold")},
             {MakeClaim("web", "tier", "gold"),
              MakeClaim("shop", "tier", "gold")},
             {.channel = "web"},
             {}},
        Case{"what_was_never_true",
             {MakeFact("tier", "gold")},
             {MakeClaim("web", "tier", "silver"),
              MakeClaim("shop", "tier", "gold")},
             {.channel = "web"},
             {"closes web tier CONTRADICTS", "opens shop tier CONTRADICTS"}},
        Case{"who_says_the_same_was_right_too",
             {MakeFact("tier", "gold")},
             {MakeClaim("web", "tier", "silver"),
              MakeClaim("shop", "tier", "silver")},
             {.channel = "web"},
             {"closes web tier CONTRADICTS", "closes shop tier CONTRADICTS",
              "closes AUTHORITY_SUSPECT tier CONTRADICTS"}},
        Case{"who_says_something_else_stays_wrong",
             {MakeFact("tier", "gold")},
             {MakeClaim("web", "tier", "silver"),
              MakeClaim("shop", "tier", "bronze")},
             {.channel = "web"},
             {"closes web tier CONTRADICTS", "stays shop tier CONTRADICTS"}},
        Case{"who_agrees_changes_nothing",
             {MakeFact("tier", "gold")},
             {MakeClaim("web", "tier", "silver"),
              MakeClaim("shop", "tier", "gold")},
             {.channel = "shop"},
             {"stays web tier CONTRADICTS"}},
        Case{"what_was_said_before_the_stretch_is_not_touched",
             {MakeFact("tier", "silver"), Since(5, "tier", "gold")},
             {MakeClaim("web", "tier", "silver"),
              MakeClaim("shop", "tier", "silver", Ago(6))},
             {.channel = "web"},
             {"closes web tier STALE"}},
        Case{
            "where_the_graph_is_silent",
            {MakeFact("tier", "gold")},
            {MakeClaim("web", "visits", "5"), MakeClaim("shop", "visits", "6")},
            {.channel = "web"},
            {"opens shop visits CONTRADICTS",
             "closes CONFLICT visits CONTRADICTS"}},
        Case{"that_there_is_none",
             {MakeFact("tier", "gold")},
             {MakeClaim("web", "tier", std::nullopt),
              MakeClaim("shop", "tier", "gold")},
             {.channel = "web"},
             {"closes web tier MISSING", "opens shop tier EXTRA"}},
        Case{"to_be_right_entitles_nobody",
             {MakeFact("born", "2001-02-03")},
             {MakeClaim("shop", "born", "2001-02-04")},
             {.channel = "shop"},
             {"closes shop born CONTRADICTS", "stays shop born NOT_ENTITLED"}},
        Case{"what_cannot_be_read_is_not_assumed",
             {MakeFact("tier", "gold")},
             {MakeClaim("web", "tier", "whatever"),
              MakeClaim("shop", "tier", "silver")},
             {.channel = "web"},
             {"stays shop tier CONTRADICTS"}},
        Case{"a_source",
             {By("crm", MakeFact("tier", "gold")),
              By("erp", MakeFact("tier", "silver"))},
             {MakeClaim("web", "tier", "gold"),
              MakeClaim("shop", "tier", "silver")},
             {.source = "crm"},
             {"closes web tier CONTRADICTS", "opens shop tier CONTRADICTS"}},
        Case{"a_source_that_wins_already",
             {By("crm", MakeFact("tier", "gold")),
              By("erp", MakeFact("tier", "silver"))},
             {MakeClaim("web", "tier", "gold"),
              MakeClaim("shop", "tier", "silver")},
             {.source = "erp"},
             {"stays web tier CONTRADICTS"}},
        Case{"a_source_without_facts",
             {By("crm", MakeFact("tier", "gold"))},
             {MakeClaim("web", "tier", "silver")},
             {.source = "erp"},
             {"stays web tier CONTRADICTS"}}),
    [](const auto& test) { return std::string(test.param.name); });

class CounterfactualPagesTest : public testing::Test {
 protected:
  CounterfactualPagesTest() {
    world_.Write({MakeFact("tier", "gold"), MakeFact("visits", "5"),
                  MakeFact("tier", "gold", {}, kBob)});
    world_.ReportOne(MakeClaim("web", "tier", "silver"));
    world_.ReportOne(MakeClaim("web", "visits", "6"));
    world_.ReportOne(MakeClaim("shop", "tier", "gold"));
    world_.ReportOne(MakeClaim("shop", "visits", "6"));
  }

  World world_;
};

TEST_F(CounterfactualPagesTest, PagesAddUp) {
  Supposing at_once(world_, {.channel = "web"});
  const std::vector<std::string> all = at_once.Look();
  EXPECT_EQ(at_once.pages, 2);  // findings, then claims
  EXPECT_EQ(at_once.claims, 4);
  Supposing bit_by_bit(world_, {.channel = "web"});
  bit_by_bit.findings_max = 1;
  bit_by_bit.claims_max = 1;
  EXPECT_THAT(bit_by_bit.Look(), UnorderedElementsAreArray(all));
  EXPECT_GE(bit_by_bit.pages, 7);
  EXPECT_EQ(bit_by_bit.claims, 4);
}

TEST_F(CounterfactualPagesTest, LooksAtWhatTheFilterSays) {
  Supposing of_shop(world_, {.channel = "web"});
  of_shop.filter.scope.channels = {"shop"};
  EXPECT_THAT(of_shop.Look(), testing::UnorderedElementsAre(
                                  "closes shop visits CONTRADICTS",
                                  "closes AUTHORITY_SUSPECT visits CONTRADICTS",
                                  "opens shop tier CONTRADICTS"));
  Supposing of_visits(world_, {.channel = "web"});
  of_visits.filter.scope.attributes = {"visits"};
  EXPECT_THAT(
      of_visits.Look(),
      testing::UnorderedElementsAre(
          "closes shop visits CONTRADICTS", "closes web visits CONTRADICTS",
          "closes AUTHORITY_SUSPECT visits CONTRADICTS"));
  Supposing of_bob(world_, {.channel = "web"});
  of_bob.filter.scope.entities = {kBob};
  EXPECT_THAT(of_bob.Look(), IsEmpty());
}

TEST_F(CounterfactualPagesTest, ShowsBothVerdictsAndWhy) {
  Supposing supposing(world_, {.channel = "web"});
  supposing.filter.scope.channels = {"shop"};
  supposing.filter.scope.attributes = {"tier"};
  supposing.Look();
  ASSERT_THAT(supposing.examples, SizeIs(1));
  const Supposed& opens = supposing.examples.front();
  EXPECT_EQ(opens.outcome, SupposedOutcome::kOpens);
  EXPECT_EQ(opens.verdict, Verdict::kAgrees);
  EXPECT_EQ(opens.assumed, Verdict::kContradicts);
  EXPECT_THAT(opens.explanation, testing::HasSubstr("silver"));
  EXPECT_EQ(opens.subject.entity, kAda);
  EXPECT_EQ(opens.finding_id.size(), 32u);
}

}  // namespace
}  // namespace concordat
