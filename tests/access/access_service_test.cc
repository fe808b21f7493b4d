// Who looked, who may not any more, and who did it: over a whole server.
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "concordat/v1/access.grpc.pb.h"
#include "concordat/v1/history.grpc.pb.h"
#include "gmock/gmock.h"
#include "graph/memory_store.h"
#include "grpcpp/grpcpp.h"
#include "server/access/access_log.h"
#include "tests/access/personal_world.h"
#include "tests/access/test_callers.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

// A store that is full while it is told to.
class FillableStore final : public Store {
 public:
  absl::StatusOr<std::unique_ptr<Reader>> Snapshot() override {
    return below_.Snapshot();
  }
  absl::Status Write(
      absl::FunctionRef<absl::Status(Transaction&)> work) override {
    return full ? absl::ResourceExhaustedError("full") : below_.Write(work);
  }
  absl::string_view engine() const override { return "fillable"; }

  std::atomic<bool> full = false;

 private:
  MemoryStore below_;
};

class AccessServiceTest : public PersonalWorldTest {
 protected:
  void SetUp() override {
    PersonalWorldTest::SetUp();
    access_ = v1::AccessService::NewStub(server_->InProcessChannel());
  }

  ServerOptions Options() const override {
    ServerOptions options = PersonalWorldTest::Options();
    options.access_store = &accesses_;
    return options;
  }

  std::string Access() const override {
    return R"(  purposes: {support: A question of the customer's own}
  grants:
    partner:
      channels: [partner]
      sees: {customer: {attributes: {name: full, iban: last_4}}}
)";
  }

  static void Introduce(const std::string& caller, grpc::ClientContext& context,
                        const std::string& purpose = "") {
    context.AddMetadata("authorization", "Bearer " + KeyOf(caller));
    if (!purpose.empty()) context.AddMetadata("concordat-purpose", purpose);
  }

  grpc::Status Read(const std::string& caller, const std::string& id,
                    const std::string& purpose = "") {
    grpc::ClientContext context;
    Introduce(caller, context, purpose);
    v1::GetEntityRequest request;
    *request.mutable_entity() = Customer(id);
    *request.mutable_consistency() = Latest();
    v1::GetEntityResponse response;
    return knowledge_->GetEntity(&context, request, &response);
  }

  // "qa GetEntity support c-1: birth_date name": newest first.
  std::vector<std::string> Accesses(const v1::ListAccessesRequest& request) {
    grpc::ClientContext context;
    Introduce("auditor", context);
    v1::ListAccessesResponse response;
    EXPECT_EQ(Summary(access_->ListAccesses(&context, request, &response)),
              "OK");
    std::vector<std::string> lines;
    for (const v1::Access& access : response.accesses()) {
      std::string line = absl::StrCat(
          access.caller(), " ",
          access.method().substr(access.method().find('/') + 1), " ",
          access.purpose(), access.changed() ? "changed" : "");
      for (const v1::AccessedEntity& entity : access.entities()) {
        absl::StrAppend(&line, " ", entity.entity().id(), ":");
        for (const v1::AccessedAttribute& attribute : entity.attributes()) {
          absl::StrAppend(&line, " ", attribute.attribute(),
                          attribute.withheld() == 0 ? "" : "*");
        }
      }
      lines.push_back(line);
    }
    return lines;
  }

  mutable FillableStore accesses_;
  std::unique_ptr<v1::AccessService::Stub> access_;
};

TEST_P(AccessServiceTest, WhoSawMyData) {
  EXPECT_EQ(Summary(Read("qa", "c-1", "support")), "OK");
  EXPECT_EQ(Summary(Read("partner", "c-1")), "OK");
  EXPECT_EQ(Summary(Read("qa", "c-2")), "OK");
  // Who was refused saw nothing.
  EXPECT_THAT(Summary(Read("admin", "c-1")), HasSubstr("NOT_PERMITTED"));
  v1::ListAccessesRequest request;
  *request.mutable_entity() = Customer("c-1");
  const auto accesses = Accesses(request);
  EXPECT_THAT(accesses,
              ElementsAre("partner GetEntity  c-1: iban* name",
                          "qa GetEntity support c-1: balance birth_date email "
                          "iban name"));
  // By another id of the same person.
  *request.mutable_entity() = Customer("c-9");
  EXPECT_EQ(Accesses(request), accesses);
  request.clear_entity();
  request.set_caller("qa");
  EXPECT_THAT(Accesses(request), SizeIs(2));
}

TEST_P(AccessServiceTest, TheLogHoldsNoValues) {
  for (const Path& path : Paths()) {
    for (const char* caller : {"qa", "steward", "partner"}) {
      Take(path, WithKey(KeyOf(caller)));
    }
  }
  std::string rows;
  const auto reader = accesses_.Snapshot();
  ASSERT_TRUE(reader.ok());
  for (const Space& space : AccessLog::Spaces()) {
    ASSERT_TRUE((*reader)
                    ->Scan(space, "", "",
                           [&](absl::string_view key, absl::string_view row) {
                             absl::StrAppend(&rows, key, row);
                             return true;
                           })
                    .ok());
  }
  EXPECT_THAT(rows, HasSubstr("GetEntity"));
  for (const Secret& secret : Secrets()) {
    for (const std::string& trace : secret.traces) {
      EXPECT_THAT(rows, Not(HasSubstr(trace)));
    }
  }
  EXPECT_THAT(StopAndReadLog(), Not(HasSubstr("uillfeather")));
}

TEST_P(AccessServiceTest, AWriteIsNotedAndSaysWhoDidIt) {
  v1::WriteKnowledgeRequest request;
  *request.add_changes() = PutFact("c-1", "name", "New Name");
  *request.add_changes() = PutFact("c-1", "region", "west");
  request.set_actor("the crm");
  grpc::ClientContext context;
  Introduce("steward", context);
  v1::WriteKnowledgeResponse response;
  ASSERT_EQ(Summary(knowledge_->WriteKnowledge(&context, request, &response)),
            "OK");
  EXPECT_THAT(Accesses({}), ElementsAre("steward WriteKnowledge changed c-1: "
                                        "name"));
  const auto history = v1::HistoryService::NewStub(server_->InProcessChannel());
  grpc::ClientContext later;
  v1::GetCommitRequest which;
  which.set_revision(response.revision());
  v1::GetCommitResponse commit;
  ASSERT_EQ(Summary(history->GetCommit(&later, which, &commit)), "OK");
  EXPECT_EQ(commit.commit().actor(), "steward/the crm");
}

TEST_P(AccessServiceTest, WhatCannotBeNotedIsNotShown) {
  accesses_.full = true;
  EXPECT_EQ(Summary(Read("qa", "c-1")), "UNAVAILABLE ACCESS_LOG_UNAVAILABLE");
  // What is nobody's goes on.
  grpc::ClientContext context;
  Introduce("qa", context);
  v1::GetServerInfoResponse info;
  EXPECT_EQ(Summary(server_info_->GetServerInfo(&context, {}, &info)), "OK");
  accesses_.full = false;
  EXPECT_EQ(Summary(Read("qa", "c-1")), "OK");
  grpc::ClientContext verify;
  Introduce("auditor", verify);
  v1::VerifyAccessLogResponse chain;
  EXPECT_EQ(Summary(access_->VerifyAccessLog(&verify, {}, &chain)), "OK");
  EXPECT_EQ(chain.records(), 1);
  EXPECT_EQ(chain.head().size(), 64);
}

TEST_P(AccessServiceTest, AChannelReportsWhatItSaysItselfAndNothingElse) {
  v1::ReportClaimsRequest request;
  *request.add_claims() = MakeClaim("web", "c-1", "name", "X", "foreign");
  *request.add_claims() = MakeClaim("partner", "c-1", "name", "Y", "own");
  *request.add_claims() = MakeClaim("", "c-1", "name", "Z", "nobody's");
  for (const bool streamed : {false, true}) {
    grpc::ClientContext context;
    Introduce("partner", context);
    v1::ReportClaimsResponse response;
    if (streamed) {
      const auto call = claims_->StreamClaims(&context);
      v1::StreamClaimsRequest batch;
      *batch.mutable_claims() = request.claims();
      call->Write(batch);
      call->WritesDone();
      v1::StreamClaimsResponse answer;
      ASSERT_TRUE(call->Read(&answer));
      *response.mutable_results() = answer.results();
      EXPECT_EQ(Summary(call->Finish()), "OK");
    } else {
      ASSERT_EQ(Summary(claims_->ReportClaims(&context, request, &response)),
                "OK");
    }
    ASSERT_THAT(response.results(), SizeIs(3));
    EXPECT_EQ(Summary(response.results(0).error()),
              "PERMISSION_DENIED OTHER_CHANNEL claims[0].channel");
    EXPECT_NE(response.results(1).status(), v1::CLAIM_STATUS_REJECTED);
    EXPECT_EQ(response.results(2).status(), v1::CLAIM_STATUS_REJECTED);
  }
}

TEST_P(AccessServiceTest, AChannelIsNotToldWhetherItGuessedWhatItMayNotKnow) {
  ASSERT_TRUE(
      Apply(absl::StrReplaceAll(InitialVocabulary(),
                                {{"name: {}, birth_date: {}", "name: {}"},
                                 {"name: full, iban: last_4", "name: full"}}))
          .ok());
  for (const char* guess : {"1971-03-04", "1999-09-09"}) {
    v1::ReportClaimsRequest request;
    *request.add_claims() =
        MakeClaim("partner", "c-1", "birth_date", guess, guess);
    grpc::ClientContext context;
    Introduce("partner", context);
    v1::ReportClaimsResponse response;
    ASSERT_EQ(Summary(claims_->ReportClaims(&context, request, &response)),
              "OK");
    ASSERT_THAT(response.results(), SizeIs(1));
    EXPECT_EQ(response.results(0).verdict(), v1::VERDICT_NOT_ENTITLED);
    EXPECT_EQ(response.results(0).further_verdict(), v1::VERDICT_UNSPECIFIED);
    EXPECT_EQ(response.results(0).finding_id(), "");
  }
}

TEST_P(AccessServiceTest, WhatIsAnotherChannelsIsRefusedByName) {
  grpc::ClientContext context;
  Introduce("partner", context);
  v1::ListFindingsRequest request;
  v1::ListFindingsResponse response;
  EXPECT_EQ(Summary(findings_->ListFindings(&context, request, &response)),
            "PERMISSION_DENIED OTHER_CHANNEL filter.channels");
  grpc::ClientContext other;
  Introduce("partner", other);
  request.mutable_filter()->add_channels("partner");
  request.mutable_filter()->add_channels("web");
  EXPECT_EQ(Summary(findings_->ListFindings(&other, request, &response)),
            "PERMISSION_DENIED OTHER_CHANNEL filter.channels[1]");
}

TEST_P(AccessServiceTest, AStreamGoesOnOnlyAsLongAsItsCallerMay) {
  grpc::ClientContext context;
  Introduce("qa", context);
  v1::WatchRequest request;
  request.set_from_now(true);
  request.mutable_filter()->add_kinds(v1::WATCH_KIND_FACT);
  const auto watch = watch_->Watch(&context, request);
  v1::WatchResponse response;
  // The first tells where it begins.
  ASSERT_TRUE(watch->Read(&response));
  Write({PutFact("c-1", "name", "Seen")});
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_THAT(response.ShortDebugString(), HasSubstr("Seen"));
  server_->ReplaceCallers(std::make_shared<Callers>());
  Write({PutFact("c-1", "name", "Unseen")});
  while (watch->Read(&response)) {
    EXPECT_THAT(response.ShortDebugString(), Not(HasSubstr("Unseen")));
  }
  EXPECT_FALSE(watch->Finish().ok());
}

TEST_P(AccessServiceTest, AStreamShowsLessOnceLessIsGranted) {
  grpc::ClientContext context;
  Introduce("partner", context);
  v1::WatchRequest request;
  request.set_from_now(true);
  request.mutable_filter()->add_channels("partner");
  const auto watch = watch_->Watch(&context, request);
  v1::WatchResponse response;
  ASSERT_TRUE(watch->Read(&response));
  Report({MakeClaim("partner", "c-1", "name", "Onceseen", "1")});
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_THAT(response.ShortDebugString(), HasSubstr("Onceseen"));
  ASSERT_TRUE(Apply(absl::StrReplaceAll(InitialVocabulary(),
                                        {{"name: full", "name: existence"}}))
                  .ok());
  clock_.Advance(absl::Seconds(10));
  Report({MakeClaim("partner", "c-1", "name", "Neverseen", "2")});
  do {
    ASSERT_TRUE(watch->Read(&response));
    EXPECT_THAT(response.ShortDebugString(), Not(HasSubstr("Neverseen")));
  } while (!absl::StrContains(response.ShortDebugString(), "claim {"));
  context.TryCancel();
}

TEST_P(AccessServiceTest, WhoIsThereAndWhatHeMaySeeIsSaid) {
  grpc::ClientContext context;
  Introduce("partner", context, "support");
  v1::GetCallerResponse caller;
  ASSERT_EQ(Summary(access_->GetCaller(&context, {}, &caller)), "OK");
  EXPECT_EQ(caller.name(), "partner");
  EXPECT_EQ(caller.channel(), "partner");
  EXPECT_EQ(caller.recognised_by(), "key");
  EXPECT_EQ(caller.purpose(), "support");
  EXPECT_THAT(caller.roles(), ElementsAre(v1::ROLE_CHANNEL));
  EXPECT_THAT(caller.grants(), ElementsAre("partner"));
  EXPECT_FALSE(caller.development());
  std::string seen;
  for (const v1::AttributeSight& sight : caller.sees()) {
    if (sight.hidden()) continue;
    absl::StrAppend(&seen, sight.entity_type(), ".", sight.attribute(), "=",
                    v1::Withheld_Name(sight.withheld()), " ");
  }
  EXPECT_EQ(seen,
            "customer.iban=WITHHELD_ALL_BUT_LAST_4 "
            "customer.name=WITHHELD_UNSPECIFIED ");
}

CONCORDAT_ON_BOTH_ENGINES(AccessServiceTest);

}  // namespace
}  // namespace concordat
