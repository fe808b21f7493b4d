// Goal: each brake on over-merging refuses what it is there for, at its limit
// and not below, and only caps can be overridden.
#include "graph/merge_brakes.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "graph/identity_explanation.h"
#include "gtest/gtest.h"
#include "tests/graph/brake_fixture.h"
#include "tests/graph/graph_fixture.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Attribute& Email(Schema& schema) {
  return schema.entity_types["customer"].attributes["email"];
}

std::function<void(Schema&)> EmailRules(IdentityRules rules) {
  return [rules](Schema& schema) { Email(schema).identity = rules; };
}

TEST_P(BrakeTest, RefusesAndIsOverriddenAsItShould) {
  EXPECT_EQ(Try(GetParam().change, false), GetParam().refusal);
  EXPECT_EQ(Try(GetParam().change, true), GetParam().overridden);
}

MergeRecord Overriding(MergeRecord merge) {
  merge.overrides_brakes = true;
  merge.recorded.reason = "seen both passports";
  return merge;
}

FactRecord MailOf(const EntityId& entity, const std::string& email,
                  ValidTime valid = {}) {
  return MakeFact(entity, "email", email, valid);
}

INSTANTIATE_TEST_SUITE_P(
    Shape, BrakeTest,
    testing::Values(
        BrakeCase{"Nothing", {}, {}, {MakeMerge(kB, kA)}, "OK", "OK"},
        BrakeCase{"Restated",
                  {},
                  {{MakeMerge(kB, kA)}},
                  {MakeMerge(kB, kA)},
                  "OK",
                  "OK"},
        BrakeCase{"OtherType",
                  {},
                  {},
                  {MakeMerge({"order", "o"}, kA)},
                  "MERGE_REFUSED entity_type",
                  "MERGE_REFUSED entity_type"},
        BrakeCase{"AlreadyMerged",
                  {},
                  {{MakeMerge(kB, kA)}},
                  {MakeMerge(kB, kC)},
                  "MERGE_REFUSED already_merged",
                  "MERGE_REFUSED already_merged"},
        BrakeCase{"AlreadyMergedInTheBatch",
                  {},
                  {},
                  {MakeMerge(kB, kA), MakeMerge(kB, kC)},
                  "MERGE_REFUSED already_merged",
                  "MERGE_REFUSED already_merged"},
        BrakeCase{"Circle",
                  {},
                  {{MakeMerge(kC, kB), MakeMerge(kB, kA)}},
                  {MakeMerge(kA, kC)},
                  "MERGE_REFUSED circle",
                  "MERGE_REFUSED circle"},
        BrakeCase{"UnknownDuplicate",
                  {},
                  {},
                  {MakeMerge({"customer", "x"}, kA)},
                  "NOT_FOUND",
                  "NOT_FOUND"},
        BrakeCase{"UnknownSurvivor",
                  {},
                  {},
                  {MakeMerge(kA, {"customer", "x"})},
                  "NOT_FOUND",
                  "NOT_FOUND"},
        BrakeCase{"SplitOfNothing",
                  {},
                  {},
                  {MakeSplit(kA)},
                  "NOT_FOUND",
                  "NOT_FOUND"},
        BrakeCase{"SplitTwice",
                  {},
                  {{MakeMerge(kB, kA)}, {MakeSplit(kB)}},
                  {MakeSplit(kB)},
                  "NOT_FOUND",
                  "NOT_FOUND"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Distinct, BrakeTest,
    testing::Values(BrakeCase{"ThePair",
                              {},
                              {{MakeDistinct(kA, kB)}},
                              {MakeMerge(kB, kA)},
                              "DECLARED_DISTINCT",
                              "DECLARED_DISTINCT"},
                    BrakeCase{"TheOtherWayRound",
                              {},
                              {{MakeDistinct(kA, kB)}},
                              {MakeMerge(kA, kB)},
                              "DECLARED_DISTINCT",
                              "DECLARED_DISTINCT"},
                    BrakeCase{"BetweenMembers",
                              {},
                              {{MakeDistinct(kB, kD)},
                               {MakeMerge(kB, kA), MakeMerge(kD, kC)}},
                              {MakeMerge(kC, kA)},
                              "DECLARED_DISTINCT",
                              "DECLARED_DISTINCT"},
                    BrakeCase{"InTheBatch",
                              {},
                              {},
                              {MakeDistinct(kA, kB), MakeMerge(kB, kA)},
                              "DECLARED_DISTINCT",
                              "DECLARED_DISTINCT"},
                    BrakeCase{
                        "TakenBack",
                        {},
                        {{MakeDistinct(kA, kB)}, {MakeDistinct(kA, kB, true)}},
                        {MakeMerge(kB, kA)},
                        "OK",
                        "OK"},
                    BrakeCase{"TakenBackInTheBatch",
                              {},
                              {{MakeDistinct(kA, kB)}},
                              {MakeDistinct(kA, kB, true), MakeMerge(kB, kA)},
                              "OK",
                              "OK"},
                    BrakeCase{"OfOneEntity",
                              {},
                              {{MakeMerge(kB, kA)}},
                              {MakeDistinct(kA, kB)},
                              "PRECONDITION_FAILED",
                              "PRECONDITION_FAILED"},
                    BrakeCase{"AfterASplitInTheBatch",
                              {},
                              {{MakeMerge(kB, kA)}},
                              {MakeSplit(kB), MakeDistinct(kA, kB)},
                              "OK",
                              "NOT_FOUND"},
                    BrakeCase{"OfNobody",
                              {},
                              {},
                              {MakeDistinct(kA, {"customer", "x"})},
                              "NOT_FOUND",
                              "NOT_FOUND"}),
    [](const auto& test) { return test.param.name; });

std::function<void(Schema&)> MaxMembers(int64_t max) {
  return [max](Schema& schema) {
    schema.entity_types["customer"].max_members = max;
  };
}

INSTANTIATE_TEST_SUITE_P(
    Members, BrakeTest,
    testing::Values(BrakeCase{"AtTheCap",
                              MaxMembers(3),
                              {{MakeMerge(kB, kA)}},
                              {MakeMerge(kC, kA)},
                              "OK",
                              "OK"},
                    BrakeCase{"OverTheCap",
                              MaxMembers(3),
                              {{MakeMerge(kB, kA), MakeMerge(kD, kC)}},
                              {MakeMerge(kC, kA)},
                              "MERGE_REFUSED max_members: 4 > 3",
                              "OK"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Values, BrakeTest,
    testing::Values(
        BrakeCase{"AtTheCap",
                  EmailRules({.max_values = 2}),
                  {{MailOf(kA, "a@x.org"), MailOf(kB, "b@x.org")}},
                  {MakeMerge(kB, kA)},
                  "OK",
                  "OK"},
        BrakeCase{"OverTheCap",
                  EmailRules({.max_values = 1}),
                  {{MailOf(kA, "a@x.org"), MailOf(kB, "b@x.org")}},
                  {MakeMerge(kB, kA)},
                  "MERGE_REFUSED max_values of email: 2 > 1",
                  "OK"},
        BrakeCase{"TheSameInAnotherWriting",
                  EmailRules({.max_values = 1}),
                  {{MailOf(kA, "a@x.org"), MailOf(kB, " A@X.org")}},
                  {MakeMerge(kB, kA)},
                  "OK",
                  "OK"},
        BrakeCase{"OfMembersToo",
                  EmailRules({.max_values = 2}),
                  {{MailOf(kA, "a@x.org"), MailOf(kB, "b@x.org"),
                    MailOf(kC, "c@x.org")},
                   {MakeMerge(kB, kA)}},
                  {MakeMerge(kC, kB)},
                  "MERGE_REFUSED max_values of email: 3 > 2",
                  "OK"},
        BrakeCase{"OfTheBatch",
                  EmailRules({.max_values = 1}),
                  {{MailOf(kA, "a@x.org")}},
                  {MakeMerge(kB, kA), MailOf(kB, "b@x.org")},
                  "MERGE_REFUSED max_values of email: 2 > 1",
                  "OK"},
        BrakeCase{
            "EndedValuesDoNotCount",
            EmailRules({.max_values = 1}),
            {{MailOf(kA, "a@x.org"), MailOf(kB, "b@x.org", {.to = Day(1, 1)})}},
            {MakeMerge(kB, kA)},
            "OK",
            "OK"},
        BrakeCase{"RetractedValuesDoNotCount",
                  EmailRules({.max_values = 1}),
                  {{MailOf(kA, "a@x.org"), MailOf(kB, "b@x.org")},
                   {MakeRetraction(kB, "email")}},
                  {MakeMerge(kB, kA)},
                  "OK",
                  "OK"},
        BrakeCase{"BlockedValuesDoNotCount",
                  EmailRules({.max_values = 1, .blocked = {"no@x.org"}}),
                  {{MailOf(kA, "a@x.org"), MailOf(kB, "NO@x.org")}},
                  {MakeMerge(kB, kA)},
                  "OK",
                  "OK"},
        BrakeCase{"GenericValuesDoNotCount",
                  EmailRules({.max_entities = 2, .max_values = 1}),
                  {{MailOf(kA, "a@x.org"), MailOf(kB, "info@x.org"),
                    MailOf(kC, "info@x.org"), MailOf(kD, "info@x.org")}},
                  {MakeMerge(kB, kA)},
                  "OK",
                  "OK"},
        // Recorded on the first, second and third; merged on the fourth.
        BrakeCase{"WithinTheWindow",
                  EmailRules({.max_values = 1, .window = absl::Hours(49)}),
                  {{MailOf(kA, "a@x.org")},
                   {MailOf(kB, "b@x.org", {.to = Day(1, 2)})},
                   {MailOf(kB, "c@x.org", {.from = Day(1, 3)})}},
                  {MakeMerge(kB, kA)},
                  "MERGE_REFUSED max_values of email: 2 > 1",
                  "OK"},
        BrakeCase{"BeforeTheWindow",
                  EmailRules({.max_values = 1, .window = absl::Hours(24)}),
                  {{MailOf(kA, "a@x.org")},
                   {MailOf(kB, "b@x.org")},
                   {MakeFact(kC, "visits", "5")}},
                  {MakeMerge(kB, kA)},
                  "OK",
                  "OK"}),
    [](const auto& test) { return test.param.name; });

std::function<void(Schema&)> WebCap(int64_t per_entity,
                                    absl::Duration window = {}) {
  return [=](Schema& schema) {
    schema.link_caps["web"] = {.per_entity = per_entity, .window = window};
  };
}

INSTANTIATE_TEST_SUITE_P(
    Links, BrakeTest,
    testing::Values(
        BrakeCase{"LinkAtTheCap",
                  WebCap(2),
                  {{MakeLink("web", "1", kA)}},
                  {MakeLink("web", "2", kA)},
                  "OK",
                  "OK"},
        BrakeCase{"LinkOverTheCap",
                  WebCap(1),
                  {{MakeLink("web", "1", kA)}},
                  {MakeLink("web", "2", kA)},
                  "MERGE_REFUSED links_per_entity of web: 2 > 1",
                  "MERGE_REFUSED links_per_entity of web: 2 > 1"},
        BrakeCase{"TheSameLinkAgain",
                  WebCap(1),
                  {{MakeLink("web", "1", kA)}},
                  {MakeLink("web", "1", kA)},
                  "OK",
                  "OK"},
        BrakeCase{"OtherChannels",
                  WebCap(1),
                  {{MakeLink("web", "1", kA)}},
                  {MakeLink("till", "2", kA)},
                  "OK",
                  "OK"},
        BrakeCase{"OfMembersToo",
                  WebCap(1),
                  {{MakeLink("web", "1", kA)}, {MakeMerge(kB, kA)}},
                  {MakeLink("web", "2", kB)},
                  "MERGE_REFUSED links_per_entity of web: 2 > 1",
                  "MERGE_REFUSED links_per_entity of web: 2 > 1"},
        BrakeCase{"ALinkMovedAway",
                  WebCap(1),
                  {{MakeLink("web", "1", kA)}},
                  {MakeLink("web", "2", kA), MakeLink("web", "1", kB)},
                  "OK",
                  "OK"},
        // From the second on it names another, and never the first again.
        BrakeCase{"ALinkThatAnotherCoversForGood",
                  WebCap(1),
                  {{MakeLink("web", "1", kA)},
                   {During({.from = Day(1, 2)}, MakeLink("web", "1", kB))}},
                  {MakeLink("web", "2", kA)},
                  "OK",
                  "OK"},
        BrakeCase{"Merge",
                  WebCap(1),
                  {{MakeLink("web", "1", kA), MakeLink("web", "2", kB)}},
                  {MakeMerge(kB, kA)},
                  "MERGE_REFUSED links_per_entity of web: 2 > 1",
                  "OK"},
        // Linked on the first, second and third.
        BrakeCase{"LinkWithinTheWindow",
                  WebCap(2, absl::Hours(49)),
                  {{MakeLink("web", "1", kA)}, {MakeLink("web", "2", kA)}},
                  {MakeLink("web", "3", kA)},
                  "MERGE_REFUSED links_per_entity of web: 3 > 2",
                  "MERGE_REFUSED links_per_entity of web: 3 > 2"},
        BrakeCase{"LinkBeforeTheWindow",
                  WebCap(2, absl::Hours(48)),
                  {{MakeLink("web", "1", kA)}, {MakeLink("web", "2", kA)}},
                  {MakeLink("web", "3", kA)},
                  "OK",
                  "OK"}),
    [](const auto& test) { return test.param.name; });

TEST(MergeBrakesTest, NobodyOverridesTheLimitOfMembers) {
  TestGraph graph;
  std::vector<Change> changes;
  for (int i = 0; i <= limits::kClusterMembersMax; ++i) {
    changes.push_back(
        MakeFact({"customer", absl::StrCat("c", i)}, "visits", "1"));
  }
  graph.Write(changes);
  changes.clear();
  for (int i = 1; i < limits::kClusterMembersMax; ++i) {
    changes.push_back(MakeMerge({"customer", absl::StrCat("c", i)},
                                {"customer", absl::StrCat("c", i - 1)}));
  }
  graph.Write(changes);
  WriteBatch batch;
  batch.changes = {Overriding(
      MakeMerge({"customer", absl::StrCat("c", limits::kClusterMembersMax)},
                {"customer", "c50"}))};
  EXPECT_EQ(RefusalText(graph.TryWrite(batch).status()),
            "LIMIT_EXCEEDED cluster_members_max: 101 > 100");
}

// A merge that cannot be right is told as such, whatever else is wrong.
TEST(MergeBrakesTest, ADryRunTellsAllThatStandsAgainstAMerge) {
  TestGraph graph;
  MaxMembers(2)(graph.mutable_schema());
  WebCap(1)(graph.mutable_schema());
  EmailRules({.max_values = 1})(graph.mutable_schema());
  graph.Write({MailOf(kA, "a@x.org"), MailOf(kB, "b@x.org"),
               MailOf(kC, "a@x.org"), MakeLink("web", "1", kA),
               MakeLink("web", "2", kC)});
  graph.Write({MakeDistinct(kC, kB)});
  graph.Write({Overriding(MakeMerge(kB, kA))});
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  const auto brakes = BrakesOnMerge(
      graph.schema(), Identity(*reader, Revision::Latest()), kC, kA, Day(1, 1));
  ASSERT_TRUE(brakes.ok());
  std::vector<std::string> told;
  for (const Brake& brake : *brakes) {
    told.push_back(absl::StrCat(BrakeName(brake.kind), " ", brake.of, " ",
                                brake.actual, " ", brake.allowed,
                                brake.may_be_overridden ? "" : " firm"));
  }
  EXPECT_THAT(told,
              ElementsAre("declared_distinct  0 0 firm", "max_members  3 2",
                          "max_values email 2 1", "links_per_entity web 2 1"));
}

TEST(MergeBrakesTest, EveryKindHasAName) {
  for (const BrakeKind kind : kBrakeKinds) {
    EXPECT_STRNE(BrakeName(kind), "");
    Brake brake;
    brake.kind = kind;
    EXPECT_FALSE(RefusalOf(brake).ok());
  }
}

IdentityExplanation Explain(TestGraph& graph, const IdentityParty& a,
                            const IdentityParty& b) {
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  auto explained = ExplainIdentity(
      graph.schema(), Identity(*reader, Revision::Latest()), a, b, Day(1, 1));
  FailUnlessOk(explained.status());
  return explained.ok() ? *std::move(explained) : IdentityExplanation();
}

TEST(IdentityExplanationTest, WhyOne) {
  TestGraph graph;
  graph.Write({MakeFact(kA, "visits", "1"), MakeFact(kB, "visits", "1"),
               MakeFact(kC, "visits", "1"), MakeLink("web", "w", kC)});
  graph.Write({MakeMerge(kC, kB), MakeMerge(kB, kA)});
  const IdentityExplanation e = Explain(graph, ChannelSubject{"web", "w"}, kA);
  EXPECT_TRUE(e.same);
  EXPECT_EQ(e.sentence, "Both are customer/a, by 1 link and 2 merges.");
  ASSERT_TRUE(e.a.link.has_value());
  EXPECT_EQ(e.a.link->entity, kC);
  ASSERT_EQ(e.a.merges.size(), 2u);
  EXPECT_EQ(e.a.merges[0].duplicate, kC);
  EXPECT_EQ(e.a.merges[1].duplicate, kB);
  EXPECT_THAT(e.b.merges, IsEmpty());
  EXPECT_EQ(Explain(graph, kA, kA).sentence, "Both are customer/a.");
}

TEST(IdentityExplanationTest, WhyTwo) {
  TestGraph graph;
  EmailRules({.max_entities = 2, .blocked = {"no@x.org"}})(
      graph.mutable_schema());
  graph.Write({MailOf(kA, "same@x.org"), MailOf(kB, "same@x.org"),
               MailOf(kC, "info@x.org"), MailOf(kD, "other@x.org")});
  EXPECT_EQ(Explain(graph, kA, kB).sentence,
            "customer/a and customer/b are two: nobody merged them, and they "
            "share values of email.");
  EXPECT_EQ(Explain(graph, kA, kD).sentence,
            "customer/a and customer/d are two: nobody merged them, and they "
            "share nothing that identifies.");
  // Evidence is told apart from what is none.
  graph.Write({MailOf(kA, "info@x.org", {.from = Day(2, 1)}),
               MailOf(kB, "info@x.org", {.from = Day(2, 1)}),
               MailOf(kA, "no@x.org", {.from = Day(3, 1)}),
               MailOf(kB, "no@x.org", {.from = Day(3, 1)})});
  const std::vector<SharedIdentifier> shared = Explain(graph, kA, kB).shared;
  ASSERT_EQ(shared.size(), 1u);
  EXPECT_EQ(shared[0].attribute, "email");
  EXPECT_EQ(shared[0].values, 1);
  EXPECT_EQ(shared[0].generic, 1);
  EXPECT_EQ(shared[0].blocked, 1);
  DistinctRecord distinct = MakeDistinct(kA, kB);
  distinct.recorded.source = "crm";
  graph.Write({distinct});
  const IdentityExplanation e = Explain(graph, kA, kB);
  EXPECT_EQ(e.sentence,
            "customer/a and customer/b are two: they were declared distinct by "
            "crm.");
  ASSERT_EQ(e.brakes.size(), 1u);
  EXPECT_EQ(e.brakes[0].kind, BrakeKind::kDeclaredDistinct);
}

TEST(IdentityExplanationTest, WhoIsNobody) {
  TestGraph graph;
  graph.Write({MakeFact(kA, "visits", "1")});
  const IdentityExplanation e = Explain(graph, kA, ChannelSubject{"web", "w"});
  EXPECT_FALSE(e.same);
  EXPECT_EQ(e.sentence,
            "The other channel's own id links to nobody; record the link.");
  const std::unique_ptr<Reader> reader = *graph.store().Snapshot();
  EXPECT_EQ(ReasonOf(ExplainIdentity(graph.schema(),
                                     Identity(*reader, Revision::Latest()), kA,
                                     kB, Day(1, 1))
                         .status()),
            "NOT_FOUND b");
}

}  // namespace
}  // namespace concordat
