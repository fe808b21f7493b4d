#include "client/notify/state_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/notify/watch_filter.h"

namespace concordat::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const ToldStates kUsual = {v1::FINDING_STATE_OPEN, v1::FINDING_STATE_REOPENED,
                           v1::FINDING_STATE_RESOLVED};

void Fill(v1::WatchEvent* event, const std::string& id, v1::FindingState state,
          v1::FindingState previous) {
  event->mutable_finding()->set_id(id);
  event->mutable_finding()->set_state(state);
  event->mutable_finding()->set_previous_state(previous);
}

std::vector<std::string> Texts(const v1::WatchResponse& response,
                               const ToldStates& told) {
  std::vector<std::string> texts;
  for (const StateChange& change : StateChangesOf(response, told))
    texts.push_back(absl::StrCat(change.finding_id, " ",
                                 StateName(change.previous_state), ">",
                                 StateName(change.state)));
  return texts;
}

TEST(StateChangesTest, AreChangesOfStateAndNothingElse) {
  v1::WatchResponse response;
  v1::WatchedCommit* commit = response.add_commits();
  Fill(commit->add_events(), "new", v1::FINDING_STATE_OPEN,
       v1::FINDING_STATE_UNSPECIFIED);
  // Another verdict, or a comment.
  Fill(commit->add_events(), "same", v1::FINDING_STATE_OPEN,
       v1::FINDING_STATE_OPEN);
  Fill(commit->add_events(), "taken", v1::FINDING_STATE_ACKNOWLEDGED,
       v1::FINDING_STATE_OPEN);
  commit->add_events()->mutable_claim();
  commit = response.add_commits();
  Fill(commit->add_events(), "gone", v1::FINDING_STATE_RESOLVED,
       v1::FINDING_STATE_ACKNOWLEDGED);
  EXPECT_THAT(Texts(response, kUsual),
              ElementsAre("new >OPEN", "gone ACKNOWLEDGED>RESOLVED"));
  EXPECT_THAT(Texts(response, {v1::FINDING_STATE_ACKNOWLEDGED}),
              ElementsAre("taken OPEN>ACKNOWLEDGED"));
}

TEST(StateChangesTest, WhatWasNeverShownDoesNotEnd) {
  v1::WatchResponse response;
  Fill(response.add_commits()->add_events(), "f", v1::FINDING_STATE_RESOLVED,
       v1::FINDING_STATE_OBSERVED);
  EXPECT_THAT(Texts(response, kUsual), IsEmpty());
  ToldStates observed = kUsual;
  observed.insert(v1::FINDING_STATE_OBSERVED);
  EXPECT_THAT(Texts(response, observed), ElementsAre("f OBSERVED>RESOLVED"));
}

// Somebody has not taken it on after all: it was open before.
TEST(StateChangesTest, AnAcknowledgementTakenBackOpensNothing) {
  v1::WatchResponse response;
  Fill(response.add_commits()->add_events(), "f", v1::FINDING_STATE_OPEN,
       v1::FINDING_STATE_ACKNOWLEDGED);
  EXPECT_THAT(Texts(response, kUsual), IsEmpty());
}

TEST(StateChangesTest, RowsOfASnapshotCount) {
  v1::WatchResponse response;
  Fill(response.add_snapshot(), "f", v1::FINDING_STATE_OPEN,
       v1::FINDING_STATE_UNSPECIFIED);
  Fill(response.add_snapshot(), "g", v1::FINDING_STATE_OBSERVED,
       v1::FINDING_STATE_UNSPECIFIED);
  EXPECT_THAT(Texts(response, kUsual), ElementsAre("f >OPEN"));
}

TEST(WatchFilterTest, LetsThroughNoLessThanTheFindingsFilter) {
  v1::FindingFilter findings;
  findings.add_channels("web");
  findings.add_attributes("tier");
  findings.add_verdicts(v1::VERDICT_STALE);
  v1::WatchFilter filter = WatchFilterOf(findings);
  EXPECT_THAT(filter.kinds(), ElementsAre(v1::WATCH_KIND_FINDING));
  // One across channels, of which web is one, is about none alone.
  EXPECT_THAT(filter.channels(), IsEmpty());
  EXPECT_THAT(filter.attributes(), ElementsAre("tier"));
  findings.add_families(v1::FINDING_FAMILY_DISAGREEMENT);
  EXPECT_THAT(WatchFilterOf(findings).channels(), ElementsAre("web"));
  findings.add_families(v1::FINDING_FAMILY_CONFLICT);
  EXPECT_THAT(WatchFilterOf(findings).channels(), IsEmpty());
  findings.add_rules("order_total");
  EXPECT_THAT(WatchFilterOf(findings).attributes(), IsEmpty());
}

}  // namespace
}  // namespace concordat::client
