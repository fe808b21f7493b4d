// Identity over gRPC: merge and split, redirects, whom findings and claims
// follow, why and why not.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/app.h"
#include "concordat/v1/identity.grpc.pb.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

v1::Change Merge(const std::string& duplicate, const std::string& survivor) {
  v1::Change change;
  *change.mutable_merge()->mutable_duplicate() = Customer(duplicate);
  *change.mutable_merge()->mutable_survivor() = Customer(survivor);
  change.mutable_merge()->set_source("crm");
  change.mutable_merge()->set_reason("same passport");
  return change;
}

v1::Change Split(const std::string& duplicate) {
  v1::Change change;
  *change.mutable_split()->mutable_duplicate() = Customer(duplicate);
  change.mutable_split()->set_reason("father and son");
  return change;
}

v1::Change Distinct(const std::string& a, const std::string& b) {
  v1::Change change;
  *change.mutable_declare_distinct()->mutable_a() = Customer(a);
  *change.mutable_declare_distinct()->mutable_b() = Customer(b);
  change.mutable_declare_distinct()->set_reason("father and son");
  return change;
}

v1::IdentityParty Party(const std::string& id) {
  v1::IdentityParty party;
  *party.mutable_entity() = Customer(id);
  return party;
}

v1::IdentityParty Subject(const std::string& channel,
                          const std::string& subject) {
  v1::IdentityParty party;
  party.mutable_subject()->set_channel(channel);
  party.mutable_subject()->set_subject(subject);
  return party;
}

// "merge b a: clerk, same passport".
std::string Text(const v1::RecordedChange& recorded) {
  const v1::Change& change = recorded.change();
  std::string what;
  std::string reason;
  if (change.has_merge()) {
    what = absl::StrCat("merge ", change.merge().duplicate().id(), " ",
                        change.merge().survivor().id());
    reason = change.merge().reason();
  } else if (change.has_split()) {
    what = absl::StrCat("split ", change.split().duplicate().id(), " ",
                        change.split().survivor().id());
    reason = change.split().reason();
  } else if (change.has_declare_distinct()) {
    what = absl::StrCat("distinct ", change.declare_distinct().a().id(), " ",
                        change.declare_distinct().b().id());
    reason = change.declare_distinct().reason();
  } else {
    what = absl::StrCat("link ", change.put_link().subject(), " ",
                        change.put_link().entity().id());
  }
  EXPECT_NE(recorded.revision(), "");
  EXPECT_GT(recorded.recorded_at().seconds(), 0);
  return absl::StrCat(what, ": ", recorded.actor(), ", ", reason);
}

template <typename Changes>
std::vector<std::string> Texts(const Changes& changes) {
  std::vector<std::string> texts;
  for (const v1::RecordedChange& change : changes) {
    texts.push_back(Text(change));
  }
  return texts;
}

class IdentityTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    identity_ = v1::IdentityService::NewStub(server_->InProcessChannel());
    Write({PutFact("a", "tier", "gold"), PutFact("a", "email", "a@x.org")});
    Write({PutFact("b", "email", "b@x.org"), PutLink("web", "wb", "b")});
  }
  void TearDown() override {
    identity_.reset();
    ServiceTest::TearDown();
  }

  std::string WriteAs(const std::string& actor, const v1::Change& change) {
    v1::WriteKnowledgeRequest request;
    v1::WriteKnowledgeResponse response;
    request.set_actor(actor);
    *request.add_changes() = change;
    const grpc::Status status = TryWrite(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.revision();
  }

  v1::GetEntityResponse Get(const std::string& id,
                            const v1::ReadConsistency& consistency) {
    grpc::ClientContext context;
    v1::GetEntityRequest request;
    v1::GetEntityResponse response;
    *request.mutable_entity() = Customer(id);
    *request.mutable_consistency() = consistency;
    const grpc::Status status =
        knowledge_->GetEntity(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  v1::ExplainIdentityResponse Explain(const v1::IdentityParty& a,
                                      const v1::IdentityParty& b) {
    grpc::ClientContext context;
    v1::ExplainIdentityRequest request;
    v1::ExplainIdentityResponse response;
    *request.mutable_a() = a;
    *request.mutable_b() = b;
    *request.mutable_consistency() = Latest();
    const grpc::Status status =
        identity_->ExplainIdentity(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  // Page by page of one.
  std::vector<std::string> List(v1::ListMergesRequest request) {
    std::vector<std::string> texts;
    *request.mutable_consistency() = Latest();
    request.set_page_size(1);
    do {
      grpc::ClientContext context;
      v1::ListMergesResponse page;
      const grpc::Status status =
          identity_->ListMerges(&context, request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const std::string& text : Texts(page.merges())) {
        texts.push_back(text);
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return texts;
  }

  // Runs `concordat identity` against the server.
  std::string Cli(const std::vector<const char*>& words, int exit_code) {
    client::App app;
    client::AddIdentityCommands(app);
    std::vector<const char*> line = {"concordat", "--server",
                                     server_->address().c_str(), "identity"};
    line.insert(line.end(), words.begin(), words.end());
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(app.Run(static_cast<int>(line.size()), line.data()), exit_code);
    return testing::internal::GetCapturedStdout() +
           testing::internal::GetCapturedStderr();
  }

  std::unique_ptr<v1::IdentityService::Stub> identity_;
};

TEST_P(IdentityTest, AnOldIdRedirectsWithHistory) {
  const std::string apart = Write({PutFact("b", "name", "Bea")});
  WriteAs("clerk", Merge("b", "a"));
  const v1::GetEntityResponse merged = Get("b", Latest());
  EXPECT_EQ(merged.entity().id(), "a");
  EXPECT_EQ(merged.redirected_from().id(), "b");
  ASSERT_EQ(merged.members_size(), 2);
  EXPECT_THAT(Texts(merged.merges()),
              ElementsAre("merge b a: clerk, same passport"));
  ASSERT_EQ(merged.facts_size(), 3);
  // As the timeline decides: recorded later.
  EXPECT_EQ(merged.facts(0).fact().value(), "b@x.org");
  EXPECT_EQ(merged.facts(0).fact().entity().id(), "b");
  ASSERT_EQ(merged.links_size(), 1);
  EXPECT_FALSE(Get("a", Latest()).has_redirected_from());

  // As it was known before.
  const v1::GetEntityResponse before = Get("b", ExactlyAt(apart));
  EXPECT_EQ(before.entity().id(), "b");
  EXPECT_FALSE(before.has_redirected_from());
  EXPECT_EQ(before.facts_size(), 2);
  EXPECT_THAT(before.merges(), IsEmpty());

  // The id is not free for another: what is written to it is of the entity.
  Write({PutFact("b", "tier", "silver")});
  const v1::GetEntityResponse written = Get("a", Latest());
  EXPECT_EQ(written.facts(2).fact().attribute(), "tier");
  EXPECT_EQ(written.facts(2).fact().value(), "silver");

  WriteAs("clerk", Split("b"));
  EXPECT_EQ(Get("a", Latest()).facts(1).fact().value(), "gold");
  const v1::GetEntityResponse split = Get("b", Latest());
  EXPECT_EQ(split.entity().id(), "b");
  EXPECT_EQ(split.facts_size(), 3);
  EXPECT_THAT(Texts(split.merges()),
              ElementsAre("merge b a: clerk, same passport",
                          "split b a: clerk, father and son"));
}

TEST_P(IdentityTest, TimelinesAreOfAllMembers) {
  Write({PutFact("b", "tier", "silver")});
  WriteAs("clerk", Merge("b", "a"));
  grpc::ClientContext context;
  v1::GetTimelineRequest request;
  v1::GetTimelineResponse response;
  *request.mutable_entity() = Customer("b");
  request.set_attribute("tier");
  *request.mutable_consistency() = Latest();
  ASSERT_TRUE(knowledge_->GetTimeline(&context, request, &response).ok());
  EXPECT_EQ(response.entity().id(), "a");
  EXPECT_EQ(response.redirected_from().id(), "b");
  ASSERT_EQ(response.spans_size(), 1);
  EXPECT_EQ(response.spans(0).fact().fact().value(), "silver");
  ASSERT_EQ(response.history_size(), 2);
  EXPECT_EQ(response.history(0).fact().entity().id(), "a");
}

TEST_P(IdentityTest, ListsShowWhoIsLeft) {
  WriteAs("clerk", Merge("b", "a"));
  const auto count = [&](bool include_merged) {
    grpc::ClientContext context;
    v1::ListEntitiesRequest request;
    v1::ListEntitiesResponse response;
    request.set_type("customer");
    request.set_include_merged(include_merged);
    *request.mutable_consistency() = Latest();
    EXPECT_TRUE(knowledge_->ListEntities(&context, request, &response).ok());
    return response.entities_size();
  };
  EXPECT_EQ(count(false), 1);
  EXPECT_EQ(count(true), 2);
}

TEST_P(IdentityTest, FindingsAndClaimsFollowTheirEntity) {
  v1::Claim claim = MakeClaim("web", "b", "tier", "silver", "c1");
  Report({claim});
  EXPECT_EQ(OpenFindings().findings_size(), 0);
  WriteAs("clerk", Merge("b", "a"));
  const v1::ListFindingsResponse open = OpenFindings();
  ASSERT_EQ(open.findings_size(), 1);
  EXPECT_EQ(open.findings(0).entity().id(), "a");
  EXPECT_EQ(open.findings(0).addressed_entity().id(), "b");

  for (const std::string id : {"a", "b"}) {
    grpc::ClientContext context;
    v1::ListFindingsRequest request;
    v1::ListFindingsResponse response;
    *request.mutable_filter()->mutable_entity() = Customer(id);
    EXPECT_TRUE(findings_->ListFindings(&context, request, &response).ok());
    EXPECT_EQ(response.findings_size(), 1) << id;
    grpc::ClientContext held_context;
    v1::ListHeldClaimsRequest held;
    v1::ListHeldClaimsResponse held_response;
    *held.mutable_entity() = Customer(id);
    EXPECT_TRUE(
        claims_->ListHeldClaims(&held_context, held, &held_response).ok());
    ASSERT_EQ(held_response.claims_size(), 1) << id;
    EXPECT_EQ(held_response.claims(0).entity().id(), "a");
    EXPECT_EQ(held_response.claims(0).claim().entity().id(), "b");
    EXPECT_EQ(held_response.claims(0).verdict(), v1::VERDICT_CONTRADICTS);
  }

  // Replayed with the identity of its revision, whatever came after.
  WriteAs("clerk", Split("b"));
  grpc::ClientContext context;
  v1::GetFindingRequest request;
  v1::GetFindingResponse response;
  request.set_id(open.findings(0).id());
  ASSERT_TRUE(findings_->GetFinding(&context, request, &response).ok());
  EXPECT_EQ(response.finding().entity().id(), "b");
  EXPECT_FALSE(response.finding().has_addressed_entity());
  EXPECT_EQ(response.finding().state(), v1::FINDING_STATE_RESOLVED);
  EXPECT_EQ(response.judgement().verdict(), v1::VERDICT_CONTRADICTS);
  EXPECT_EQ(response.judgement().entity().id(), "a");
  EXPECT_EQ(response.judgement().addressed_entity().id(), "b");
}

TEST_P(IdentityTest, RefusalsNameTheBrake) {
  Write({Distinct("b", "a")});
  v1::WriteKnowledgeRequest request;
  *request.add_changes() = Merge("b", "a");
  EXPECT_EQ(Summary(TryWrite(request)),
            "FAILED_PRECONDITION DECLARED_DISTINCT changes[0].merge");
  *request.mutable_changes(0) = Merge("b", "c");
  EXPECT_EQ(Summary(TryWrite(request)),
            "NOT_FOUND NOT_FOUND changes[0].merge.survivor");
  Write({PutFact("c", "tier", "gold"), Merge("b", "c")});
  *request.mutable_changes(0) = Merge("c", "b");
  const WireError error = ErrorOf(TryWrite(request));
  EXPECT_EQ(error.summary,
            "FAILED_PRECONDITION MERGE_REFUSED changes[0].merge");
  EXPECT_EQ(error.metadata.at("brake"), "circle");
}

TEST_P(IdentityTest, ExplainsWhyAndWhyNot) {
  v1::ExplainIdentityResponse two = Explain(Subject("web", "wb"), Party("a"));
  EXPECT_FALSE(two.same());
  EXPECT_EQ(two.a().entity().id(), "b");
  EXPECT_THAT(Texts(two.a().steps()), ElementsAre("link wb b: , "));
  EXPECT_THAT(two.shared(), IsEmpty());
  EXPECT_THAT(two.brakes(), IsEmpty());

  Write({PutFact("b", "email", "A@x.org")});
  two = Explain(Party("b"), Party("a"));
  ASSERT_EQ(two.shared_size(), 1);
  EXPECT_EQ(two.shared(0).attribute(), "email");
  EXPECT_EQ(two.shared(0).values(), 1);
  EXPECT_EQ(two.DebugString().find("x.org"), std::string::npos);

  WriteAs("clerk", Merge("b", "a"));
  const v1::ExplainIdentityResponse one =
      Explain(Subject("web", "wb"), Party("a"));
  EXPECT_TRUE(one.same());
  EXPECT_EQ(one.explanation(), "Both are customer/a, by 1 link and 1 merge.");
  EXPECT_THAT(Texts(one.a().steps()),
              ElementsAre("link wb b: , ", "merge b a: clerk, same passport"));
  EXPECT_EQ(one.b().members_size(), 2);

  WriteAs("clerk", Split("b"));
  WriteAs("clerk", Distinct("a", "b"));
  two = Explain(Party("a"), Party("b"));
  EXPECT_THAT(Texts(two.distinct()),
              ElementsAre("distinct a b: clerk, father and son"));
  ASSERT_EQ(two.brakes_size(), 1);
  EXPECT_EQ(two.brakes(0).brake(), v1::MERGE_BRAKE_DECLARED_DISTINCT);
  EXPECT_FALSE(two.brakes(0).may_be_overridden());
}

TEST_P(IdentityTest, ExplainingNeedsSomebodyKnown) {
  const auto summary = [&](const v1::IdentityParty& a) {
    grpc::ClientContext context;
    v1::ExplainIdentityRequest request;
    v1::ExplainIdentityResponse response;
    *request.mutable_a() = a;
    *request.mutable_b() = Party("b");
    *request.mutable_consistency() = Latest();
    return Summary(identity_->ExplainIdentity(&context, request, &response));
  };
  EXPECT_EQ(summary({}), "INVALID_ARGUMENT INVALID_FIELD a.who");
  EXPECT_EQ(summary(Party("x")), "NOT_FOUND NOT_FOUND a");
  EXPECT_EQ(summary(Subject("pigeon", "1")),
            "INVALID_ARGUMENT UNKNOWN_CHANNEL a.subject.channel");
  EXPECT_EQ(summary(Subject("web", "nobody")), "OK");
}

TEST_P(IdentityTest, MergesAreListedAndTold) {
  Write({PutFact("c", "tier", "gold")});
  WriteAs("clerk", Merge("b", "a"));
  WriteAs("clerk", Merge("c", "b"));
  WriteAs("clerk", Split("b"));
  WriteAs("clerk", Distinct("a", "b"));
  EXPECT_THAT(List({}), ElementsAre("merge c b: clerk, same passport"));
  v1::ListMergesRequest history;
  *history.mutable_entity() = Customer("c");
  EXPECT_THAT(List(history), ElementsAre("merge b a: clerk, same passport",
                                         "merge c b: clerk, same passport",
                                         "split b a: clerk, father and son",
                                         "distinct a b: clerk, father and "
                                         "son"));
}

TEST_P(IdentityTest, OnTheCommandLine) {
  const auto merge = [&](int exit_code) {
    return Cli({"merge", "customer/b", "--into", "customer/a", "--reason",
                "same passport", "--actor", "clerk"},
               exit_code);
  };
  EXPECT_THAT(Cli({"merge", "customer/b", "--into", "customer/a"}, 2),
              HasSubstr("--reason"));
  EXPECT_THAT(Cli({"explain", "web:wb", "customer/a"}, 0),
              HasSubstr("customer/b and customer/a are two"));
  EXPECT_THAT(merge(0), HasSubstr("customer/b is merged into customer/a"));
  const std::string why = Cli({"explain", "web:wb", "customer/a"}, 0);
  EXPECT_THAT(why, HasSubstr("Both are customer/a, by 1 link and 1 merge."));
  EXPECT_THAT(why, HasSubstr("same passport"));
  EXPECT_THAT(Cli({"list", "--type", "customer", "-o", "csv"}, 0),
              HasSubstr("merge,customer/b,customer/a,clerk"));
  EXPECT_THAT(Cli({"split", "customer/b", "--reason", "father and son"}, 0),
              HasSubstr("an entity of its own again"));
  EXPECT_THAT(Cli({"distinct", "customer/b", "customer/a", "--reason",
                   "father and son"},
                  0),
              HasSubstr("are declared distinct"));
  EXPECT_THAT(merge(4), HasSubstr("--retract"));
  EXPECT_THAT(Cli({"distinct", "customer/b", "customer/a", "--retract",
                   "--reason", "typing error"},
                  0),
              HasSubstr("no longer"));
  const std::string history = Cli({"history", "customer/a", "-o", "csv"}, 0);
  EXPECT_THAT(history, HasSubstr("split,customer/b,customer/a"));
  EXPECT_THAT(history, HasSubstr("retract distinct,customer/a,customer/b"));
  EXPECT_THAT(Cli({"explain", "nobody", "customer/a"}, 2),
              HasSubstr("CHANNEL:SUBJECT"));
}

CONCORDAT_ON_BOTH_ENGINES(IdentityTest);

}  // namespace
}  // namespace concordat
