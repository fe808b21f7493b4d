// Where the graph is silent, or all channels are against it: who says what, how
// reliable they are, and what is probably true.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/reliability.grpc.pb.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class ReliabilityTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    reliability_ = v1::ReliabilityService::NewStub(server_->InProcessChannel());
  }

  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    options.reliability.every = absl::ZeroDuration();
    return options;
  }

  v1::ListReliabilityResponse Learn() {
    grpc::ClientContext context;
    v1::ListReliabilityRequest request;
    v1::ListReliabilityResponse response;
    request.set_learn(true);
    const grpc::Status status =
        reliability_->ListReliability(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  grpc::Status TrySuggest(const std::string& id, const std::string& attribute,
                          v1::SuggestValueResponse* response) {
    grpc::ClientContext context;
    v1::SuggestValueRequest request;
    *request.mutable_entity() = Customer(id);
    request.set_attribute(attribute);
    return reliability_->SuggestValue(&context, request, response);
  }

  v1::GetFindingResponse Only(v1::FindingFamily family) {
    grpc::ClientContext list_context;
    v1::ListFindingsRequest list;
    list.mutable_filter()->add_families(family);
    for (int state = v1::FINDING_STATE_OBSERVED;
         state <= v1::FINDING_STATE_REOPENED; ++state) {
      list.mutable_filter()->add_states(static_cast<v1::FindingState>(state));
    }
    v1::ListFindingsResponse found;
    EXPECT_TRUE(findings_->ListFindings(&list_context, list, &found).ok());
    EXPECT_THAT(found.findings(), SizeIs(1));
    v1::GetFindingResponse response;
    if (found.findings().empty()) return response;
    grpc::ClientContext context;
    v1::GetFindingRequest request;
    request.set_id(found.findings(0).id());
    EXPECT_TRUE(findings_->GetFinding(&context, request, &response).ok());
    return response;
  }

  void ExpectReplaysAlike() {
    grpc::ClientContext context;
    v1::ReplayFindingsRequest request;
    v1::ReplayFindingsResponse response;
    EXPECT_TRUE(findings_->ReplayFindings(&context, request, &response).ok());
    EXPECT_GT(response.replayed(), 0);
    EXPECT_THAT(response.differences(), IsEmpty());
  }

  // Fifty customers about whom web and app are right, and shop every other
  // time.
  void MakeShopUnreliable() {
    std::vector<v1::Change> facts;
    std::vector<v1::Claim> claims;
    for (int i = 0; i < 50; ++i) {
      const std::string id = absl::StrCat("c", i);
      const std::string name = absl::StrCat("Name ", i);
      facts.push_back(PutFact(id, "name", name));
      claims.push_back(MakeClaim("web", id, "name", name, ""));
      claims.push_back(MakeClaim("app", id, "name", name, ""));
      claims.push_back(
          MakeClaim("shop", id, "name", i % 2 == 0 ? name : "somebody", ""));
    }
    Write(facts);
    Report(claims);
  }

  std::unique_ptr<v1::ReliabilityService::Stub> reliability_;
};

TEST_P(ReliabilityTest, IsLearnedFromWhatIsKnown) {
  EXPECT_FALSE(Learn().channels_size() > 0);
  MakeShopUnreliable();
  const v1::ListReliabilityResponse learned = Learn();
  EXPECT_EQ(learned.items(), 50);
  EXPECT_EQ(learned.known_items(), 50);
  EXPECT_TRUE(learned.has_learned_at());
  ASSERT_THAT(learned.channels(), SizeIs(3));
  EXPECT_EQ(learned.channels(0).channel(), "app");
  EXPECT_GT(learned.channels(0).reliability(), 0.9);
  EXPECT_EQ(learned.channels(1).channel(), "shop");
  EXPECT_LT(learned.channels(1).reliability(), 0.7);
  EXPECT_EQ(learned.channels(2).channel(), "web");
  ASSERT_THAT(learned.channels(2).attributes(), SizeIs(1));
  EXPECT_EQ(learned.channels(2).attributes(0).entity_type(), "customer");
  EXPECT_EQ(learned.channels(2).attributes(0).attribute(), "name");
}

// Each was right when it spoke, long before or after the truth changed: neither
// says anything about the other.
TEST_P(ReliabilityTest, WhatWasSaidLongBeforeIsNotHeldAgainstAChannel) {
  const auto each = [](const std::string& channel, const std::string& name) {
    std::vector<v1::Claim> claims;
    for (int i = 0; i < 10; ++i) {
      claims.push_back(MakeClaim(channel, absl::StrCat("c", i), "name",
                                 absl::StrCat(name, " ", i), ""));
    }
    return claims;
  };
  const auto write = [this](const std::string& name) {
    std::vector<v1::Change> facts;
    for (int i = 0; i < 10; ++i) {
      facts.push_back(
          PutFact(absl::StrCat("c", i), "name", absl::StrCat(name, " ", i)));
      facts.back().mutable_put_fact()->mutable_valid_from()->set_seconds(
          absl::ToUnixSeconds(clock_.Now()));
    }
    Write(facts);
    clock_.Advance(absl::Hours(1));
  };
  write("Old");
  Report(each("app", "Old"));
  clock_.Advance(absl::Hours(60 * 24));
  write("New");
  Report(each("web", "New"));
  const v1::ListReliabilityResponse learned = Learn();
  EXPECT_EQ(learned.items(), 10);
  ASSERT_THAT(learned.channels(), SizeIs(1));
  EXPECT_EQ(learned.channels(0).channel(), "web");
  v1::SuggestValueResponse suggested;
  ASSERT_TRUE(TrySuggest("c1", "name", &suggested).ok());
  ASSERT_THAT(suggested.sides(), SizeIs(2));
  EXPECT_EQ(suggested.sides(0).weight(), 0);
  EXPECT_GT(suggested.sides(1).weight(), 0);
}

TEST_P(ReliabilityTest, AConflictShowsItsSidesAndWhatIsProbablyTrue) {
  MakeShopUnreliable();
  Learn();
  Write({PutFact("ann", "tier", "gold")});
  Report({MakeClaim("web", "ann", "name", "Ann", ""),
          MakeClaim("app", "ann", "name", "ANN", ""),
          MakeClaim("shop", "ann", "name", "Anna", "")});
  const v1::GetFindingResponse found = Only(v1::FINDING_FAMILY_CONFLICT);
  EXPECT_EQ(found.finding().channel(), "");
  EXPECT_EQ(found.finding().attribute(), "name");
  EXPECT_FALSE(found.has_judgement());
  ASSERT_THAT(found.sides(), SizeIs(3));
  EXPECT_EQ(found.sides(0).claim().channel(), "app");
  EXPECT_EQ(found.sides(1).claim().channel(), "shop");
  EXPECT_EQ(found.sides(0).number(), found.sides(2).number());
  EXPECT_NE(found.sides(0).number(), found.sides(1).number());
  EXPECT_GT(found.sides(0).reliability(), found.sides(1).reliability());
  const v1::Suggestion& suggestion = found.suggestion();
  ASSERT_TRUE(suggestion.has_decided());
  EXPECT_EQ(suggestion.decided(), found.sides(0).number());
  double sum = suggestion.none();
  for (const v1::ValueProbability& value : suggestion.values()) {
    sum += value.probability();
  }
  EXPECT_NEAR(sum, 1, 1e-9);

  v1::SuggestValueResponse suggested;
  ASSERT_TRUE(TrySuggest("ann", "name", &suggested).ok());
  EXPECT_EQ(suggested.suggestion().ShortDebugString(),
            suggestion.ShortDebugString());
  EXPECT_FALSE(suggested.has_known());
  // Nothing was written because of it.
  EXPECT_EQ(Only(v1::FINDING_FAMILY_CONFLICT).finding().state(),
            v1::FINDING_STATE_OPEN);
  ExpectReplaysAlike();

  clock_.Advance(absl::Minutes(1));
  Write({PutFact("ann", "name", "Anna")});
  EXPECT_EQ(Only(v1::FINDING_FAMILY_CONFLICT).finding().state(),
            v1::FINDING_STATE_RESOLVED);
  ASSERT_TRUE(TrySuggest("ann", "name", &suggested).ok());
  EXPECT_EQ(suggested.known().raw(), "Anna");
}

TEST_P(ReliabilityTest, WithoutAnythingLearnedItIsUndecided) {
  Write({PutFact("ann", "tier", "gold")});
  Report({MakeClaim("web", "ann", "name", "Ann", ""),
          MakeClaim("shop", "ann", "name", "Anna", "")});
  const v1::GetFindingResponse found = Only(v1::FINDING_FAMILY_CONFLICT);
  EXPECT_FALSE(found.suggestion().has_decided());
  EXPECT_FALSE(found.suggestion().has_learned_at());
  EXPECT_EQ(found.sides(0).samples(), 0);
}

TEST_P(ReliabilityTest, AllAgainstTheAuthorityDoubtIt) {
  Write({PutFact("ann", "name", "Ann")});
  Report({MakeClaim("web", "ann", "name", "Anna", ""),
          MakeClaim("shop", "ann", "name", "Anna", "")});
  const v1::GetFindingResponse found =
      Only(v1::FINDING_FAMILY_AUTHORITY_SUSPECT);
  EXPECT_EQ(found.finding().state(), v1::FINDING_STATE_OPEN);
  EXPECT_EQ(found.finding().explanation(),
            "What is known was said by no channel: shop and web say \"Anna\", "
            "the last on 2026-01-01 12:00 UTC.");
  EXPECT_GT(found.suggestion().authority_wrong(), 0);
  ExpectReplaysAlike();
  clock_.Advance(absl::Minutes(1));
  Write({PutFact("ann", "name", "Anna")});
  EXPECT_TRUE(
      Only(v1::FINDING_FAMILY_AUTHORITY_SUSPECT).finding().vindicated());
}

TEST_P(ReliabilityTest, IdsThatAreOneEntityHaveTheirSidesTogether) {
  Write({PutFact("ann", "tier", "gold"), PutFact("anna", "tier", "gold")});
  Report({MakeClaim("web", "ann", "name", "Ann", ""),
          MakeClaim("shop", "anna", "name", "Eve", "")});
  EXPECT_THAT(OpenFindings().findings(), IsEmpty());
  v1::Change merge;
  *merge.mutable_merge()->mutable_duplicate() = Customer("anna");
  *merge.mutable_merge()->mutable_survivor() = Customer("ann");
  merge.mutable_merge()->set_source("crm");
  merge.mutable_merge()->set_reason("same passport");
  Write({merge});
  v1::GetFindingResponse found = Only(v1::FINDING_FAMILY_CONFLICT);
  EXPECT_EQ(found.finding().entity().id(), "ann");
  EXPECT_THAT(found.sides(), SizeIs(2));

  v1::Change split;
  *split.mutable_split()->mutable_duplicate() = Customer("anna");
  split.mutable_split()->set_source("crm");
  split.mutable_split()->set_reason("two passports");
  Write({split});
  found = Only(v1::FINDING_FAMILY_CONFLICT);
  EXPECT_EQ(found.finding().state(), v1::FINDING_STATE_RESOLVED);
  // What the other was said to be called is the other's again.
  EXPECT_THAT(found.ShortDebugString(),
              testing::Not(testing::HasSubstr("Eve")));
}

TEST_P(ReliabilityTest, AnErasedPersonLeavesNoSides) {
  Write({PutFact("ann", "tier", "gold")});
  Report({MakeClaim("web", "ann", "name", "Ann", ""),
          MakeClaim("shop", "ann", "name", "Eve", "")});
  v1::EraseSubjectRequest erase;
  *erase.mutable_entity() = Customer("ann");
  erase.set_reason("asked for it");
  erase.set_actor("dpo");
  grpc::ClientContext context;
  v1::EraseSubjectResponse erased;
  ASSERT_TRUE(privacy_->EraseSubject(&context, erase, &erased).ok());
  const v1::GetFindingResponse found = Only(v1::FINDING_FAMILY_CONFLICT);
  EXPECT_TRUE(found.finding().erased());
  EXPECT_EQ(found.finding().explanation(), "");
  EXPECT_THAT(found.sides(), IsEmpty());
  EXPECT_FALSE(found.has_suggestion());
}

TEST_P(ReliabilityTest, WhatIsWrongWithAQuestionIsSaid) {
  v1::SuggestValueResponse response;
  EXPECT_EQ(Summary(TrySuggest("nobody", "name", &response)),
            "NOT_FOUND NOT_FOUND");
  Write({PutFact("ann", "tier", "gold")});
  EXPECT_EQ(Summary(TrySuggest("ann", "shoe_size", &response)),
            "INVALID_ARGUMENT UNKNOWN_ATTRIBUTE attribute");
  grpc::ClientContext context;
  v1::ListReliabilityRequest request;
  request.add_channels("fax");
  v1::ListReliabilityResponse list;
  EXPECT_EQ(Summary(reliability_->ListReliability(&context, request, &list)),
            "INVALID_ARGUMENT UNKNOWN_CHANNEL channels[0]");
}

CONCORDAT_ON_BOTH_ENGINES(ReliabilityTest);

}  // namespace
}  // namespace concordat
