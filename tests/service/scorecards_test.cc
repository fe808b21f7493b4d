// Scorecards through gRPC.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "concordat/v1/audits.grpc.pb.h"
#include "concordat/v1/scorecards.grpc.pb.h"
#include "grpcpp/client_context.h"
#include "gtest/gtest.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using Strings = std::vector<std::string>;

class ScorecardsTest : public ServiceTest {
 protected:
  std::string InitialVocabulary() const override {
    return absl::StrReplaceAll(
        kVocabulary, {{"    promise: 1h\n", "    objective: \"0.5\"\n"}});
  }
  void SetUp() override {
    ServiceTest::SetUp();
    scorecards_ = v1::ScorecardService::NewStub(server_->InProcessChannel());
    Write({PutFact("a", "tier", "gold"), PutFact("b", "tier", "silver")});
  }

  std::string TryGet(const v1::GetScorecardRequest& request,
                     v1::GetScorecardResponse* response) {
    grpc::ClientContext context;
    return Summary(scorecards_->GetScorecard(&context, request, response));
  }
  v1::GetScorecardResponse Get(const v1::GetScorecardRequest& request) {
    v1::GetScorecardResponse response;
    EXPECT_EQ(TryGet(request, &response), "OK");
    return response;
  }
  // "web tier 2 agree 1 contradict" of each row.
  static Strings Described(const v1::GetScorecardResponse& response) {
    Strings rows;
    for (const v1::ScorecardRow& row : response.rows()) {
      rows.push_back(absl::StrCat(row.channel(), " ", row.attribute(),
                                  row.label_value(), " ",
                                  row.agreement().agree(), " agree ",
                                  row.agreement().contradict(), " contradict"));
    }
    return rows;
  }
  void Say(const std::string& channel, const std::string& id,
           const std::string& value, const std::string& version) {
    v1::Claim claim =
        MakeClaim(channel, id, "tier", value, absl::StrCat("claim", ++said_));
    (*claim.mutable_labels())["app_version"] = version;
    Report({claim});
  }

  std::unique_ptr<v1::ScorecardService::Stub> scorecards_;
  int said_ = 0;
};

TEST_P(ScorecardsTest, CountsByWhatIsAskedFor) {
  Say("web", "a", "gold", "1");
  Say("web", "b", "gold", "2");
  clock_.Advance(absl::Hours(25));
  Say("app", "a", "gold", "1");
  v1::GetScorecardRequest request;
  EXPECT_EQ(Described(Get(request)), (Strings{"app  1 agree 0 contradict",
                                              "web  1 agree 1 contradict"}));
  request.add_group_by(v1::SCORECARD_DIMENSION_ATTRIBUTE);
  EXPECT_EQ(Described(Get(request)), (Strings{" tier 2 agree 1 contradict"}));
  request.add_group_by(v1::SCORECARD_DIMENSION_DAY);
  const v1::GetScorecardResponse by_day = Get(request);
  EXPECT_EQ(Described(by_day), (Strings{" tier 1 agree 1 contradict",
                                        " tier 1 agree 0 contradict"}));
  EXPECT_EQ(by_day.rows(1).start_time().seconds() -
                by_day.rows(0).start_time().seconds(),
            24 * 3600);
  EXPECT_EQ(by_day.counted_since().seconds() % 3600, 0);
  request.clear_group_by();
  request.add_group_by(v1::SCORECARD_DIMENSION_LABEL);
  request.set_label("app_version");
  EXPECT_EQ(Described(Get(request)),
            (Strings{" 1 2 agree 0 contradict", " 2 0 agree 1 contradict"}));
  request.Clear();
  request.add_channels("web");
  request.mutable_start_time()->set_seconds(
      absl::ToUnixSeconds(clock_.Now() - absl::Hours(3)));
  EXPECT_EQ(Described(Get(request)), Strings());
}

TEST_P(ScorecardsTest, CountsAreTheSameAfterARestart) {
  for (int i = 0; i < 20; ++i)
    Say("web", "a", i % 4 == 0 ? "silver" : "gold", "1");
  const Strings before = Described(Get({}));
  EXPECT_EQ(before, (Strings{"web  15 agree 5 contradict"}));
  RestartServer();
  scorecards_ = v1::ScorecardService::NewStub(server_->InProcessChannel());
  EXPECT_EQ(Described(Get({})), before);
}

TEST_P(ScorecardsTest, FindingsAreCountedThroughTheirLives) {
  Say("web", "a", "silver", "1");
  clock_.Advance(absl::Minutes(10));
  Say("web", "a", "gold", "1");
  clock_.Advance(absl::Minutes(10));
  Say("web", "a", "silver", "1");
  const v1::GetScorecardResponse response = Get({});
  ASSERT_EQ(response.rows_size(), 1);
  const v1::ScorecardRow& row = response.rows(0);
  EXPECT_EQ(row.findings_opened(), 1);
  EXPECT_EQ(row.findings_reopened(), 1);
  EXPECT_EQ(row.findings_resolved(), 1);
  EXPECT_DOUBLE_EQ(row.repeat_rate(), 0.5);
  EXPECT_EQ(row.time_to_fix().count(), 1);
  EXPECT_EQ(row.time_to_fix().max().seconds(), 600);
}

TEST_P(ScorecardsTest, AnObjectiveIsTheVocabularysOrTheCallers) {
  Say("web", "a", "gold", "1");
  Say("web", "b", "gold", "1");
  Say("shop", "a", "gold", "1");
  v1::GetScorecardRequest request;
  v1::GetScorecardResponse response = Get(request);
  ASSERT_EQ(response.rows_size(), 2);
  EXPECT_FALSE(response.rows(0).has_objective());  // shop
  const v1::ObjectiveStatus& kept = response.rows(1).objective();
  EXPECT_DOUBLE_EQ(kept.objective().agreement(), 0.5);
  EXPECT_DOUBLE_EQ(kept.budget(), 1);
  EXPECT_EQ(kept.spent(), 1);
  EXPECT_DOUBLE_EQ(kept.remaining(), 0);
  EXPECT_DOUBLE_EQ(kept.burn_rate_hour(), 1);
  request.mutable_objective()->set_agreement(0.75);
  response = Get(request);
  EXPECT_DOUBLE_EQ(response.rows(0).objective().remaining(), 1);
  EXPECT_DOUBLE_EQ(response.rows(1).objective().remaining(), -1);
}

TEST_P(ScorecardsTest, WhatBurnsDoesNotDependOnWhatIsShown) {
  Say("web", "b", "gold", "1");
  clock_.Advance(absl::Hours(3));
  Say("web", "a", "gold", "1");
  v1::GetScorecardRequest request;
  request.mutable_start_time()->set_seconds(
      absl::ToUnixSeconds(clock_.Now() - absl::Hours(1)));
  const v1::GetScorecardResponse response = Get(request);
  EXPECT_EQ(Described(response), (Strings{"web  1 agree 0 contradict"}));
  EXPECT_DOUBLE_EQ(response.rows(0).objective().burn_rate_hour(), 0);
  EXPECT_DOUBLE_EQ(response.rows(0).objective().burn_rate_3_days(), 1);
}

TEST_P(ScorecardsTest, MayBeAskedForSinceEver) {
  Say("web", "a", "gold", "1");
  RestartServer();
  scorecards_ = v1::ScorecardService::NewStub(server_->InProcessChannel());
  v1::GetScorecardRequest request;
  request.mutable_start_time()->set_seconds(-1'000'000'000);
  EXPECT_EQ(Described(Get(request)), (Strings{"web  1 agree 0 contradict"}));
}

TEST_P(ScorecardsTest, ALagIsThatOfTheFirstClaimThatAgrees) {
  clock_.Advance(absl::Hours(1));
  v1::Change since = PutFact("b", "tier", "gold");
  since.mutable_put_fact()->mutable_valid_from()->set_seconds(
      absl::ToUnixSeconds(clock_.Now()));
  Say("web", "b", "silver", "1");
  Write({since});
  clock_.Advance(absl::Hours(2));
  // In one commit, in two writings.
  std::vector<v1::Claim> claims;
  for (const std::string value : {"gold", "Gold Member", "gold"}) {
    claims.push_back(
        MakeClaim("web", "b", "tier", value, absl::StrCat("claim", ++said_)));
  }
  Report(claims);
  v1::GetScorecardResponse response = Get({});
  ASSERT_EQ(response.rows_size(), 1);
  EXPECT_EQ(response.rows(0).lag().count(), 1);
  EXPECT_EQ(response.rows(0).lag().max().seconds(), 2 * 3600);
  // An import that records the same again changes nothing.
  clock_.Advance(absl::Hours(20));
  Write({since});
  clock_.Advance(absl::Hours(1));
  Say("web", "b", "gold", "1");
  response = Get({});
  EXPECT_EQ(response.rows(0).lag().count(), 1);
}

TEST_P(ScorecardsTest, CoverageIsThatOfTheNewestAuditOfAll) {
  Write({PutFact("b", "name", "Bob Bee")});
  Say("web", "a", "gold", "1");
  EXPECT_FALSE(Get({}).rows(0).has_coverage());
  const auto audits = v1::AuditService::NewStub(server_->InProcessChannel());
  grpc::ClientContext context;
  const auto call = audits->RunAudit(&context);
  v1::RunAuditRequest part;
  part.mutable_spec()->set_channel("web");
  part.mutable_spec()->set_subject_type("customer");
  call->Write(part);
  part.set_csv("subject,attribute,value\na,tier,gold\n");
  call->Write(part);
  part.mutable_end();
  call->Write(part);
  v1::RunAuditResponse answer;
  while (call->Read(&answer)) {
  }
  ASSERT_EQ(Summary(call->Finish()), "OK");
  const v1::GetScorecardResponse response = Get({});
  const v1::Coverage& coverage = response.rows(0).coverage();
  EXPECT_EQ(coverage.audit_id(), answer.audit_id());
  EXPECT_EQ(coverage.entities(), 2);
  EXPECT_EQ(coverage.covered(), 1);
  EXPECT_DOUBLE_EQ(coverage.rate(), 0.5);
}

TEST_P(ScorecardsTest, SaysWhatIsWrongWithARequest) {
  v1::GetScorecardResponse ignored;
  v1::GetScorecardRequest request;
  request.add_channels("fax");
  EXPECT_EQ(TryGet(request, &ignored),
            "INVALID_ARGUMENT UNKNOWN_CHANNEL channels[0]");
  request.Clear();
  request.add_group_by(v1::SCORECARD_DIMENSION_LABEL);
  EXPECT_EQ(TryGet(request, &ignored), "INVALID_ARGUMENT INVALID_FIELD label");
  request.set_label("x");
  request.add_group_by(v1::SCORECARD_DIMENSION_HOUR);
  EXPECT_EQ(TryGet(request, &ignored),
            "INVALID_ARGUMENT INVALID_FIELD group_by");
  request.Clear();
  request.mutable_objective()->set_agreement(1);
  EXPECT_EQ(TryGet(request, &ignored),
            "INVALID_ARGUMENT INVALID_FIELD objective.agreement");
  request.Clear();
  request.mutable_start_time()->set_seconds(
      absl::ToUnixSeconds(clock_.Now() + absl::Hours(2)));
  EXPECT_EQ(TryGet(request, &ignored),
            "INVALID_ARGUMENT INVALID_FIELD start_time");
}

TEST_P(ScorecardsTest, ConcordIsOfValuesThatSeveralHold) {
  Say("web", "a", "gold", "1");
  Say("app", "a", "Gold Member", "1");
  Say("web", "b", "gold", "1");
  Say("app", "b", "silver", "1");
  Say("shop", "b", "silver", "1");
  grpc::ClientContext context;
  v1::GetConcordResponse response;
  ASSERT_EQ(Summary(scorecards_->GetConcord(&context, {}, &response)), "OK");
  ASSERT_EQ(response.rows_size(), 2);
  EXPECT_EQ(response.rows(0).attribute(), "");
  EXPECT_EQ(response.rows(1).attribute(), "tier");
  EXPECT_EQ(response.rows(1).held_by_several(), 2);
  EXPECT_EQ(response.rows(1).agreed(), 1);
  EXPECT_DOUBLE_EQ(response.rows(0).phi(), 0.5);
}

CONCORDAT_ON_BOTH_ENGINES(ScorecardsTest);

}  // namespace
}  // namespace concordat
