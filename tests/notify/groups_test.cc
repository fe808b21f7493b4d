#include "client/notify/groups.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace concordat::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

v1::Finding MakeFinding(const std::string& id, double harm,
                        const std::string& channel = "web",
                        v1::Verdict verdict = v1::VERDICT_STALE) {
  v1::Finding finding;
  finding.set_id(id);
  finding.set_channel(channel);
  finding.set_attribute("tier");
  finding.set_verdict(verdict);
  finding.set_exposure(v1::EXPOSURE_TOLD);
  finding.set_count(3);
  finding.mutable_harm()->set_score(harm);
  finding.mutable_entity()->set_type("customer");
  finding.mutable_entity()->set_id("ada");
  finding.set_explanation("web told \"gold\"");
  return finding;
}

StateChange Change(const std::string& id, v1::FindingState state,
                   int64_t second = 1, const std::string& revision = "r1") {
  StateChange change{
      .finding_id = id, .state = state, .revision = revision, .ordinal = 0};
  change.at.set_seconds(second);
  return change;
}

void Add(Groups& groups, const StateChange& change, double harm,
         const std::string& channel = "web") {
  groups.Add(change, MakeFinding(change.finding_id, harm, channel));
}

std::vector<std::string> Texts(const std::vector<v1::Notification>& all) {
  std::vector<std::string> texts;
  for (const v1::Notification& one : all) texts.push_back(one.text());
  return texts;
}

TEST(GroupsTest, ChangesOfOneChannelAttributeAndVerdictAreOne) {
  Groups groups({});
  Add(groups, Change("a", v1::FINDING_STATE_OPEN), 1);
  Add(groups, Change("b", v1::FINDING_STATE_OPEN), 7, "app");
  Add(groups, Change("c", v1::FINDING_STATE_OPEN), 42);
  Add(groups, Change("d", v1::FINDING_STATE_RESOLVED), 3);
  groups.Add(Change("e", v1::FINDING_STATE_REOPENED),
             MakeFinding("e", 2, "web", v1::VERDICT_CONTRADICTS));
  EXPECT_EQ(groups.size(), 3u);
  EXPECT_THAT(Texts(groups.Take(false)),
              ElementsAre("web tier STALE: 2 opened, 1 resolved; "
                          "worst harm 42.00",
                          "app tier STALE: 1 opened; worst harm 7.00",
                          "web tier CONTRADICTS: 1 reopened; worst harm 2.00"));
  EXPECT_TRUE(groups.empty());
}

TEST(GroupsTest, ARuleIsAGroupOfItsOwn) {
  v1::Finding finding = MakeFinding("a", 1, "", v1::VERDICT_CONTRADICTS);
  finding.set_rule("order_total");
  Groups groups({});
  groups.Add(Change("a", v1::FINDING_STATE_OPEN), finding);
  const auto taken = groups.Take(false);
  EXPECT_THAT(Texts(taken), ElementsAre(HasSubstr("rule order_total ")));
  EXPECT_EQ(taken[0].rule(), "order_total");
  EXPECT_EQ(taken[0].attribute(), "");
}

TEST(GroupsTest, ListsTheWorstAndCountsTheRest) {
  Groups groups({.examples = 3});
  for (int i = 0; i < 10'000; ++i)
    Add(groups, Change(absl::StrCat("f", i), v1::FINDING_STATE_OPEN, 10 + i),
        (i * 7919) % 10'000);
  const auto taken = groups.Take(true);
  ASSERT_THAT(taken, SizeIs(1));
  std::vector<double> harms;
  for (const auto& finding : taken[0].findings())
    harms.push_back(finding.harm());
  EXPECT_THAT(harms, ElementsAre(9999, 9998, 9997));
  EXPECT_EQ(taken[0].left_out(), 9997u);
  EXPECT_EQ(taken[0].changes(0).state(), "OPEN");
  EXPECT_EQ(taken[0].changes(0).count(), 10'000u);
  EXPECT_EQ(taken[0].first_at().seconds(), 10);
  EXPECT_EQ(taken[0].last_at().seconds(), 10'009);
  EXPECT_TRUE(taken[0].resynchronised());
}

TEST(GroupsTest, AFindingIsListedOnceWithItsNewestChange) {
  Groups groups({});
  Add(groups, Change("a", v1::FINDING_STATE_OPEN, 1, "r1"), 5);
  Add(groups, Change("a", v1::FINDING_STATE_RESOLVED, 2, "r2"), 5);
  const auto taken = groups.Take(false);
  ASSERT_THAT(taken[0].findings(), SizeIs(1));
  EXPECT_EQ(taken[0].findings(0).state(), "RESOLVED");
  EXPECT_EQ(taken[0].findings(0).revision(), "r2");
  EXPECT_THAT(taken[0].changes(), SizeIs(2));
}

TEST(GroupsTest, EachIsADocumentOfItsOwn) {
  Groups groups({.each = true});
  Add(groups, Change("a", v1::FINDING_STATE_OPEN), 5);
  Add(groups, Change("b", v1::FINDING_STATE_OPEN), 9);
  Add(groups, Change("a", v1::FINDING_STATE_RESOLVED), 5);
  EXPECT_THAT(groups.Take(false), SizeIs(3));
}

TEST(GroupsTest, TheIdIsMadeFromTheChanges) {
  const auto id_of = [](const std::vector<StateChange>& changes) {
    Groups groups({});
    // Harm fades, and counts grow, from one attempt to the next.
    static double harm = 0;
    for (const StateChange& change : changes) Add(groups, change, ++harm);
    return groups.Take(false)[0].id();
  };
  const StateChange open = Change("a", v1::FINDING_STATE_OPEN);
  EXPECT_THAT(id_of({open}), SizeIs(32));
  EXPECT_EQ(id_of({open}), id_of({open}));
  StateChange other = open;
  other.revision = "r2";
  EXPECT_NE(id_of({open}), id_of({other}));
  other = open;
  other.ordinal = 1;
  EXPECT_NE(id_of({open}), id_of({other}));
  other = open;
  other.state = v1::FINDING_STATE_REOPENED;
  EXPECT_NE(id_of({open}), id_of({other}));
  EXPECT_NE(id_of({open}), id_of({open, open}));
}

TEST(GroupsTest, HasNoPersonalValueUnlessAskedFor) {
  for (const bool asked : {false, true}) {
    Groups groups({.explanations = asked});
    Add(groups, Change("a", v1::FINDING_STATE_OPEN), 5);
    std::string json;
    ASSERT_TRUE(google::protobuf::util::MessageToJsonString(
                    groups.Take(false)[0], &json)
                    .ok());
    if (asked) {
      EXPECT_THAT(json, HasSubstr("gold"));
      EXPECT_THAT(json, HasSubstr("ada"));
    } else {
      EXPECT_THAT(json, Not(HasSubstr("gold")));
      EXPECT_THAT(json, Not(HasSubstr("ada")));
      EXPECT_THAT(json, Not(HasSubstr("customer")));
    }
    EXPECT_THAT(json, HasSubstr(R"("exposure":"TOLD")"));
  }
}

}  // namespace
}  // namespace concordat::client
