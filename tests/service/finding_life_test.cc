// What people, and time, do to findings: taken on, handed over, commented on,
// muted, confirmed, judged again.
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/history.grpc.pb.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

google::protobuf::Timestamp At(absl::Time time) {
  google::protobuf::Timestamp wire;
  wire.set_seconds(absl::ToUnixSeconds(time));
  return wire;
}

class FindingLifeTest : public ServiceTest {
 protected:
  // A finding of a channel about a customer's name; gives its id.
  std::string Open(const std::string& channel, const std::string& customer) {
    Write({PutFact(customer, "name", "Ann")});
    // Each another name, or the authority would be suspect.
    v1::Claim claim =
        MakeClaim(channel, customer, "name", absl::StrCat("Bob of ", channel),
                  absl::StrCat(channel, customer));
    (*claim.mutable_labels())["app_version"] = channel == "app" ? "4.2" : "1.0";
    return Report({claim}).results(0).finding_id();
  }

  v1::GetFindingResponse Get(const std::string& id) {
    grpc::ClientContext context;
    v1::GetFindingRequest request;
    v1::GetFindingResponse response;
    request.set_id(id);
    EXPECT_EQ(Summary(findings_->GetFinding(&context, request, &response)),
              "OK");
    return response;
  }
  std::string StateOf(const std::string& id) {
    return v1::FindingState_Name(Get(id).finding().state());
  }

  static v1::UpdateFindingsRequest Update(const std::string& id) {
    v1::UpdateFindingsRequest request;
    request.set_actor("anna");
    if (!id.empty()) request.mutable_filter()->add_ids(id);
    return request;
  }
  std::string TryUpdate(const v1::UpdateFindingsRequest& request,
                        v1::UpdateFindingsResponse* response = nullptr) {
    v1::UpdateFindingsResponse ignored;
    grpc::ClientContext context;
    return Summary(findings_->UpdateFindings(
        &context, request, response == nullptr ? &ignored : response));
  }

  v1::PutMuteRequest Mute() const {
    v1::PutMuteRequest request;
    request.mutable_scope()->add_channels("web");
    request.set_reason("its cache is being replaced");
    request.set_owner("anna");
    *request.mutable_expires_at() = At(clock_.Now() + absl::Hours(24));
    return request;
  }
  std::string TryMute(const v1::PutMuteRequest& request,
                      v1::PutMuteResponse* response = nullptr) {
    v1::PutMuteResponse ignored;
    grpc::ClientContext context;
    return Summary(findings_->PutMute(
        &context, request, response == nullptr ? &ignored : response));
  }
  v1::ListMutesResponse Mutes(bool ended) {
    v1::ListMutesRequest request;
    request.set_include_ended(ended);
    v1::ListMutesResponse response;
    grpc::ClientContext context;
    EXPECT_EQ(Summary(findings_->ListMutes(&context, request, &response)),
              "OK");
    return response;
  }
  // Goes through the committer, which does what is due before.
  void LetTimePass(absl::Duration duration) {
    clock_.Advance(duration);
    Write({PutFact("nobody", "name", absl::FormatTime(clock_.Now()))});
  }
};

TEST_P(FindingLifeTest, IsTakenOnHandedOverAndCommentedOn) {
  const std::string id = Open("web", "c1");
  v1::UpdateFindingsRequest request = Update(id);
  request.set_acknowledged(true);
  request.set_assignee("ben");
  request.set_comment("asked the web team about Ann");
  v1::UpdateFindingsResponse response;
  ASSERT_EQ(TryUpdate(request, &response), "OK");
  EXPECT_EQ(response.matched(), 1);
  EXPECT_EQ(response.changed(), 1);
  ASSERT_THAT(response.findings(), SizeIs(1));

  RestartServer();
  const v1::GetFindingResponse found = Get(id);
  EXPECT_EQ(found.finding().state(), v1::FINDING_STATE_ACKNOWLEDGED);
  EXPECT_EQ(found.finding().assignee(), "ben");
  EXPECT_EQ(found.finding().etag(), response.findings(0).etag());
  EXPECT_EQ(found.finding().revision(), response.revision());
  ASSERT_THAT(found.history(), SizeIs(2));
  EXPECT_EQ(found.history(1).actor(), "anna");
  EXPECT_EQ(found.history(1).assignee(), "ben");
  EXPECT_EQ(found.history(1).comment(), "asked the web team about Ann");
  EXPECT_EQ(found.history(1).revision(), response.revision());

  // A newer claim that agrees still resolves it.
  clock_.Advance(absl::Seconds(10));
  Report({MakeClaim("web", "c1", "name", "Ann", "2")});
  EXPECT_EQ(StateOf(id), "FINDING_STATE_RESOLVED");
}

TEST_P(FindingLifeTest, AnEditorWhoSawAnotherFindingIsRefused) {
  const std::string id = Open("web", "c1");
  const std::string seen = Get(id).finding().etag();
  v1::UpdateFindingsRequest request = Update(id);
  request.set_acknowledged(true);
  request.set_etag(seen);
  EXPECT_EQ(TryUpdate(request), "OK");
  request.set_acknowledged(false);
  EXPECT_EQ(TryUpdate(request), "FAILED_PRECONDITION PRECONDITION_FAILED");
  EXPECT_EQ(StateOf(id), "FINDING_STATE_ACKNOWLEDGED");
  // A claim that only counts is no edit.
  const std::string before = Get(id).finding().etag();
  clock_.Advance(absl::Seconds(10));
  Report({MakeClaim("web", "c1", "name", "Bob", "again")});
  EXPECT_EQ(Get(id).finding().count(), 2);
  EXPECT_EQ(Get(id).finding().etag(), before);
}

struct RefusedCase {
  const char* name;
  std::function<void(v1::UpdateFindingsRequest&)> spoil;
  const char* summary;
};

TEST_P(FindingLifeTest, SaysWhatIsWrongWithAnUpdate) {
  const std::string id = Open("web", "c1");
  using Request = v1::UpdateFindingsRequest&;
  const RefusedCase cases[] = {
      {"NothingToDo", [](Request r) { r.clear_acknowledged(); },
       "INVALID_ARGUMENT INVALID_FIELD acknowledged"},
      {"NoActor", [](Request r) { r.clear_actor(); },
       "INVALID_ARGUMENT INVALID_FIELD actor"},
      {"Everything", [](Request r) { r.clear_filter(); },
       "INVALID_ARGUMENT INVALID_FIELD filter"},
      // Of a newer client: left out, all findings would be changed.
      {"UnknownMember",
       [](Request r) {
         r.clear_filter();
         v1::FindingFilter* filter = r.mutable_filter();
         filter->GetReflection()->MutableUnknownFields(filter)->AddVarint(999,
                                                                          1);
       },
       "INVALID_ARGUMENT INVALID_FIELD filter"},
      {"LongComment", [](Request r) { r.set_comment(std::string(2049, 'x')); },
       "INVALID_ARGUMENT LIMIT_EXCEEDED comment"},
      {"LongAssignee", [](Request r) { r.set_assignee(std::string(513, 'x')); },
       "INVALID_ARGUMENT LIMIT_EXCEEDED assignee"},
      {"UnknownId", [](Request r) { r.mutable_filter()->add_ids("rubbish"); },
       "NOT_FOUND NOT_FOUND filter.ids"},
      {"UnknownChannel",
       [](Request r) { r.mutable_filter()->add_channels("fax"); },
       "INVALID_ARGUMENT UNKNOWN_CHANNEL filter.channels[0]"},
      {"EtagOfMany",
       [](Request r) {
         r.mutable_filter()->clear_ids();
         r.mutable_filter()->add_channels("web");
         r.set_etag("x");
       },
       "INVALID_ARGUMENT INVALID_FIELD etag"},
      {"ForeignPage", [](Request r) { r.set_page_token("rubbish"); },
       "INVALID_ARGUMENT MALFORMED_TOKEN"},
  };
  for (const RefusedCase& c : cases) {
    SCOPED_TRACE(c.name);
    v1::UpdateFindingsRequest request = Update(id);
    request.set_acknowledged(true);
    c.spoil(request);
    EXPECT_THAT(TryUpdate(request), testing::StartsWith(c.summary));
  }
  EXPECT_EQ(StateOf(id), "FINDING_STATE_OPEN");
}

TEST_P(FindingLifeTest, ManyAreChangedByAFilterAfterADryRun) {
  std::vector<std::string> of_web;
  for (const char* customer : {"c1", "c2", "c3"}) {
    of_web.push_back(Open("web", customer));
  }
  const std::string of_app = Open("app", "c1");
  v1::UpdateFindingsRequest request = Update("");
  request.mutable_filter()->add_channels("web");
  request.set_acknowledged(true);
  request.set_dry_run(true);
  v1::UpdateFindingsResponse response;
  ASSERT_EQ(TryUpdate(request, &response), "OK");
  EXPECT_EQ(response.changed(), 3);
  EXPECT_EQ(StateOf(of_web[0]), "FINDING_STATE_OPEN");

  request.set_dry_run(false);
  ASSERT_EQ(TryUpdate(request, &response), "OK");
  EXPECT_EQ(response.matched(), 3);
  EXPECT_EQ(response.changed(), 3);
  EXPECT_THAT(response.next_page_token(), IsEmpty());
  for (const std::string& id : of_web) {
    EXPECT_EQ(StateOf(id), "FINDING_STATE_ACKNOWLEDGED");
  }
  EXPECT_EQ(StateOf(of_app), "FINDING_STATE_OPEN");
  ASSERT_EQ(TryUpdate(request, &response), "OK");
  EXPECT_EQ(response.changed(), 0);
}

TEST_P(FindingLifeTest, AMuteHidesWhatItsScopeCoversAndWhatComes) {
  const std::string of_web = Open("web", "c1");
  const std::string of_app = Open("app", "c1");
  v1::PutMuteRequest request = Mute();
  request.set_dry_run(true);
  v1::PutMuteResponse response;
  ASSERT_EQ(TryMute(request, &response), "OK");
  EXPECT_EQ(response.matched(), 1);
  EXPECT_EQ(StateOf(of_web), "FINDING_STATE_OPEN");

  request.set_dry_run(false);
  ASSERT_EQ(TryMute(request, &response), "OK");
  const std::string mute_id = response.mute().id();
  EXPECT_EQ(StateOf(of_web), "FINDING_STATE_MUTED");
  EXPECT_EQ(Get(of_web).finding().mute_id(), mute_id);
  EXPECT_EQ(StateOf(of_app), "FINDING_STATE_OPEN");
  EXPECT_EQ(StateOf(Open("web", "c2")), "FINDING_STATE_MUTED");
  ASSERT_THAT(OpenFindings().findings(), SizeIs(1));
  EXPECT_EQ(OpenFindings().findings(0).id(), of_app);

  RestartServer();
  EXPECT_EQ(StateOf(of_web), "FINDING_STATE_MUTED");
  v1::LiftMuteRequest lift;
  lift.set_id(mute_id);
  lift.set_actor("ben");
  lift.set_reason("it is replaced");
  v1::LiftMuteResponse lifted;
  {
    grpc::ClientContext context;
    ASSERT_EQ(Summary(findings_->LiftMute(&context, lift, &lifted)), "OK");
  }
  EXPECT_EQ(StateOf(of_web), "FINDING_STATE_OPEN");
  EXPECT_THAT(Mutes(false).mutes(), IsEmpty());
  ASSERT_THAT(Mutes(true).mutes(), SizeIs(1));
  EXPECT_EQ(Mutes(true).mutes(0).ended_by(), "ben");
  grpc::ClientContext context;
  EXPECT_EQ(Summary(findings_->LiftMute(&context, lift, &lifted)),
            "NOT_FOUND NOT_FOUND id");
}

TEST_P(FindingLifeTest, AMuteExpires) {
  const std::string id = Open("web", "c1");
  ASSERT_EQ(TryMute(Mute()), "OK");
  LetTimePass(absl::Hours(24) - absl::Seconds(1));
  EXPECT_EQ(StateOf(id), "FINDING_STATE_MUTED");
  LetTimePass(absl::Seconds(1));
  EXPECT_EQ(StateOf(id), "FINDING_STATE_OPEN");
  ASSERT_THAT(Mutes(true).mutes(), SizeIs(1));
  EXPECT_EQ(Mutes(true).mutes(0).ended_by(), "clock");
}

// The committer looks at the clock by itself; how soon is not this test's.
TEST_P(FindingLifeTest, AMuteExpiresThoughNothingElseHappens) {
  const std::string id = Open("web", "c1");
  ASSERT_EQ(TryMute(Mute()), "OK");
  clock_.Advance(absl::Hours(24));
  while (StateOf(id) == "FINDING_STATE_MUTED") {
  }
  EXPECT_EQ(StateOf(id), "FINDING_STATE_OPEN");
}

struct MuteScope {
  const char* name;
  std::function<void(v1::FindingFilter&)> set;
  bool covers;
};

TEST_P(FindingLifeTest, AMutesScope) {
  const std::string id = Open("app", "c1");
  using Scope = v1::FindingFilter&;
  const MuteScope cases[] = {
      {"Id", [&](Scope s) { s.add_ids(id); }, true},
      {"Channel", [](Scope s) { s.add_channels("app"); }, true},
      {"OtherChannel", [](Scope s) { s.add_channels("shop"); }, false},
      {"Attribute", [](Scope s) { s.add_attributes("name"); }, true},
      {"OtherAttribute", [](Scope s) { s.add_attributes("tier"); }, false},
      {"Entity", [](Scope s) { *s.mutable_entity() = Customer("c1"); }, true},
      {"OtherEntity", [](Scope s) { *s.mutable_entity() = Customer("c2"); },
       false},
      {"Label",
       [](Scope s) {
         v1::Label* label = s.add_labels();
         label->set_name("app_version");
         label->set_value("4.2");
       },
       true},
      {"OtherLabel",
       [](Scope s) {
         v1::Label* label = s.add_labels();
         label->set_name("app_version");
         label->set_value("4.3");
       },
       false},
  };
  for (const MuteScope& c : cases) {
    SCOPED_TRACE(c.name);
    v1::PutMuteRequest request = Mute();
    request.clear_scope();
    c.set(*request.mutable_scope());
    v1::PutMuteResponse response;
    ASSERT_EQ(TryMute(request, &response), "OK");
    EXPECT_EQ(StateOf(id),
              c.covers ? "FINDING_STATE_MUTED" : "FINDING_STATE_OPEN");
    v1::LiftMuteRequest lift;
    lift.set_id(response.mute().id());
    lift.set_actor("anna");
    lift.set_reason("next");
    v1::LiftMuteResponse lifted;
    grpc::ClientContext context;
    ASSERT_EQ(Summary(findings_->LiftMute(&context, lift, &lifted)), "OK");
  }
}

TEST_P(FindingLifeTest, SaysWhatIsWrongWithAMute) {
  v1::PutMuteRequest request = Mute();
  request.clear_reason();
  EXPECT_EQ(TryMute(request), "INVALID_ARGUMENT INVALID_FIELD reason");
  request = Mute();
  request.clear_owner();
  EXPECT_EQ(TryMute(request), "INVALID_ARGUMENT INVALID_FIELD owner");
  request = Mute();
  request.clear_scope();
  EXPECT_EQ(TryMute(request), "INVALID_ARGUMENT INVALID_FIELD scope");
  request = Mute();
  request.mutable_scope()->add_states(v1::FINDING_STATE_OPEN);
  EXPECT_EQ(TryMute(request), "INVALID_ARGUMENT INVALID_FIELD scope");
  request = Mute();
  request.clear_expires_at();
  EXPECT_EQ(TryMute(request), "INVALID_ARGUMENT INVALID_FIELD expires_at");
  request = Mute();
  *request.mutable_expires_at() = At(clock_.Now());
  EXPECT_EQ(TryMute(request), "INVALID_ARGUMENT INVALID_FIELD expires_at");
  request = Mute();
  request.mutable_scope()->add_ids(std::string(33, 'a'));
  EXPECT_EQ(TryMute(request), "INVALID_ARGUMENT LIMIT_EXCEEDED scope.ids[0]");
  request = Mute();
  v1::Label* label = request.mutable_scope()->add_labels();
  label->set_name("team");
  label->set_value(std::string(129, 'x'));
  EXPECT_EQ(TryMute(request),
            "INVALID_ARGUMENT LIMIT_EXCEEDED scope.labels[0]");
  // All mutes are listed in one answer.
  request = Mute();
  for (int i = 0; i < 100; ++i) {
    request.mutable_scope()->add_ids(std::string(32, 'a'));
  }
  EXPECT_EQ(TryMute(request), "INVALID_ARGUMENT LIMIT_EXCEEDED scope");
}

// Those in force always; of those that ended the newest that have room.
TEST_P(FindingLifeTest, AsManyMutesAsThereMayBeFitIntoOneAnswer) {
  v1::PutMuteRequest request = Mute();
  request.clear_scope();
  for (int i = 0; i < 60; ++i) {
    request.mutable_scope()->add_ids(std::string(32, 'a'));
  }
  request.set_reason(std::string(limits::kReasonBytesMax, 'r'));
  request.set_owner(std::string(limits::kReasonBytesMax, 'o'));
  const auto put_all = [&] {
    *request.mutable_expires_at() = At(clock_.Now() + absl::Hours(24));
    for (int64_t i = 0; i < limits::kMutesMax; ++i) {
      ASSERT_EQ(TryMute(request), "OK");
    }
  };
  put_all();
  LetTimePass(absl::Hours(25));
  put_all();
  const v1::ListMutesResponse mutes = Mutes(true);
  EXPECT_LT(mutes.ByteSizeLong(), size_t{limits::kMessageBytesMax});
  int in_force = 0;
  for (const v1::Mute& mute : mutes.mutes()) {
    if (!mute.has_ended_at()) ++in_force;
  }
  EXPECT_EQ(in_force, limits::kMutesMax);
  EXPECT_LT(mutes.mutes_size(), 2 * limits::kMutesMax);
  EXPECT_GT(mutes.mutes_size(), limits::kMutesMax);
}

TEST_P(FindingLifeTest, AMuteOfAnEntityFollowsItsMergesAndSplits) {
  const std::string ann = Open("web", "c1");
  const std::string eve = Open("web", "c2");
  const auto merge = [this](bool retracted) {
    v1::Change change;
    if (retracted) {
      *change.mutable_split()->mutable_duplicate() = Customer("c2");
      change.mutable_split()->set_source("crm");
    } else {
      *change.mutable_merge()->mutable_duplicate() = Customer("c2");
      *change.mutable_merge()->mutable_survivor() = Customer("c1");
      change.mutable_merge()->set_source("crm");
    }
    Write({change});
  };
  merge(false);
  v1::PutMuteRequest request = Mute();
  request.clear_scope();
  *request.mutable_scope()->mutable_entity() = Customer("c1");
  ASSERT_EQ(TryMute(request), "OK");
  EXPECT_EQ(StateOf(ann), "FINDING_STATE_MUTED");
  EXPECT_EQ(StateOf(eve), "FINDING_STATE_MUTED");
  merge(true);
  EXPECT_EQ(StateOf(ann), "FINDING_STATE_MUTED");
  EXPECT_EQ(StateOf(eve), "FINDING_STATE_OPEN");
  merge(false);
  EXPECT_EQ(StateOf(eve), "FINDING_STATE_MUTED");
}

TEST_P(FindingLifeTest, EachIsJudgedAgainAsItWas) {
  const std::string opened = Open("web", "c1");
  const std::string resolved = Open("app", "c1");
  clock_.Advance(absl::Seconds(10));
  Report({MakeClaim("app", "c1", "name", "Ann", "2")});
  // What was known then does not change.
  Write({PutFact("c1", "name", "Cem"), PutFact("c1", "tier", "gold")});
  v1::ReplayFindingsRequest request;
  request.mutable_filter()->add_ids(opened);
  request.mutable_filter()->add_ids(resolved);
  request.set_page_size(1);
  int64_t replayed = 0;
  do {
    v1::ReplayFindingsResponse response;
    grpc::ClientContext context;
    ASSERT_EQ(Summary(findings_->ReplayFindings(&context, request, &response)),
              "OK");
    EXPECT_THAT(response.differences(), IsEmpty());
    EXPECT_EQ(response.unreplayable(), 0);
    replayed += response.replayed();
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(replayed, 2);
}

TEST_P(FindingLifeTest, TheCommitSaysWhoDidIt) {
  const std::string id = Open("web", "c1");
  v1::UpdateFindingsRequest request = Update(id);
  request.set_comment("x");
  v1::UpdateFindingsResponse response;
  ASSERT_EQ(TryUpdate(request, &response), "OK");
  const auto history = v1::HistoryService::NewStub(NetworkChannel());
  v1::GetCommitRequest asked;
  asked.set_revision(response.revision());
  v1::GetCommitResponse commit;
  grpc::ClientContext context;
  ASSERT_EQ(Summary(history->GetCommit(&context, asked, &commit)), "OK");
  EXPECT_EQ(commit.commit().kind(), v1::COMMIT_KIND_FINDINGS);
  EXPECT_EQ(commit.commit().actor(), "anna");
}

// It says when the truth changed, and that it has not been heard of since.
TEST_P(FindingLifeTest, AChannelThatWasNotHeardOfSinceIsUnconfirmed) {
  Write({PutFact("c1", "tier", "silver"), PutFact("c2", "tier", "silver")});
  clock_.Advance(absl::Seconds(60));
  Report({MakeClaim("web", "c1", "tier", "silver", "1"),
          MakeClaim("web", "c2", "tier", "silver", "2")});
  clock_.Advance(absl::Seconds(60));
  v1::Change changed = PutFact("c1", "tier", "gold");
  *changed.mutable_put_fact()->mutable_valid_from() = At(clock_.Now());
  Write({changed});
  v1::ListUnconfirmedRequest request;
  request.set_channel("web");
  const auto list = [&] {
    v1::ListUnconfirmedResponse response;
    grpc::ClientContext context;
    EXPECT_EQ(Summary(claims_->ListUnconfirmed(&context, request, &response)),
              "OK");
    return response;
  };
  const absl::Time changed_at = clock_.Now();
  clock_.Advance(absl::Hours(24 * 30));
  const v1::ListUnconfirmedResponse late = list();
  ASSERT_THAT(late.unconfirmed(), SizeIs(1));
  EXPECT_EQ(late.unconfirmed(0).held().claim().entity().id(), "c1");
  EXPECT_EQ(late.unconfirmed(0).changed_at().seconds(),
            absl::ToUnixSeconds(changed_at));
  // It is no contradiction: what it said was right when it said so.
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());
  Report({MakeClaim("web", "c1", "tier", "gold", "3")});
  EXPECT_THAT(list().unconfirmed(), IsEmpty());
}

CONCORDAT_ON_BOTH_ENGINES(FindingLifeTest);

}  // namespace
}  // namespace concordat
