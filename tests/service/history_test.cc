// concordat.v1.HistoryService as a client sees it: what became of a write, and
// in which order everything happened.
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/history.grpc.pb.h"
#include "gmock/gmock.h"
#include "graph/revision_token.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

class HistoryTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    history_ = v1::HistoryService::NewStub(server_->InProcessChannel());
  }

  v1::WriteKnowledgeResponse Put(const std::string& request_id,
                                 const v1::Change& change) {
    v1::WriteKnowledgeRequest request;
    request.set_request_id(request_id);
    request.set_actor("ann");
    *request.add_changes() = change;
    v1::WriteKnowledgeResponse response;
    EXPECT_EQ(Summary(TryWrite(request, &response)), "OK");
    return response;
  }

  grpc::Status Get(const v1::GetCommitRequest& request,
                   v1::GetCommitResponse* response) {
    grpc::ClientContext context;
    return history_->GetCommit(&context, request, response);
  }

  v1::ListCommitsResponse List(int page_size, const std::string& page_token) {
    grpc::ClientContext context;
    v1::ListCommitsRequest request;
    request.set_page_size(page_size);
    request.set_page_token(page_token);
    v1::ListCommitsResponse response;
    const grpc::Status status =
        history_->ListCommits(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  std::unique_ptr<v1::HistoryService::Stub> history_;
};

TEST_P(HistoryTest, LostReplyIsFoundByItsRequest) {
  const v1::WriteKnowledgeResponse written =
      Put("r1", PutFact("c1", "name", "Ada"));
  v1::GetCommitRequest request;
  request.set_request_id("r1");
  v1::GetCommitResponse response;
  ASSERT_EQ(Summary(Get(request, &response)), "OK");
  EXPECT_EQ(response.commit().revision(), written.revision());
  EXPECT_EQ(response.commit().kind(), v1::COMMIT_KIND_KNOWLEDGE);
  EXPECT_EQ(response.commit().actor(), "ann");
  EXPECT_EQ(response.commit().request_id(), "r1");
  EXPECT_EQ(response.commit().items(), 1u);
  EXPECT_EQ(response.commit().committed_at().seconds(),
            written.committed_at().seconds());
  ASSERT_EQ(response.changes_size(), 1);
  EXPECT_EQ(response.changes(0).change().put_fact().value(), "Ada");
  EXPECT_EQ(response.changes(0).actor(), "ann");
}

TEST_P(HistoryTest, RequestThatNeverArrivedIsNotFound) {
  v1::GetCommitRequest request;
  request.set_request_id("r-lost");
  v1::GetCommitResponse response;
  EXPECT_EQ(Summary(Get(request, &response)), "NOT_FOUND NOT_FOUND");
}

TEST_P(HistoryTest, RefusedWriteLeavesNoCommit) {
  v1::WriteKnowledgeRequest write;
  write.set_request_id("r1");
  *write.add_changes() = PutFact("c1", "name", "Ada");
  auto* known = write.add_preconditions()->mutable_entity_known();
  *known->mutable_entity() = Customer("c1");
  known->set_known(true);
  EXPECT_EQ(Summary(TryWrite(write)),
            "FAILED_PRECONDITION PRECONDITION_FAILED preconditions[0]");
  v1::GetCommitRequest request;
  request.set_request_id("r1");
  v1::GetCommitResponse response;
  EXPECT_EQ(Summary(Get(request, &response)), "NOT_FOUND NOT_FOUND");
}

TEST_P(HistoryTest, ReplayGivesRevisionAndTimeOfTheFirst) {
  const v1::WriteKnowledgeResponse first =
      Put("r1", PutFact("c1", "name", "Ada"));
  clock_.Advance(absl::Hours(25));
  Put("r2", PutFact("c2", "name", "Bob"));
  const v1::WriteKnowledgeResponse again =
      Put("r1", PutFact("c1", "name", "Ada"));
  EXPECT_TRUE(again.replayed());
  EXPECT_EQ(again.revision(), first.revision());
  EXPECT_EQ(again.committed_at().seconds(), first.committed_at().seconds());
}

TEST_P(HistoryTest, TokensThatNameNoCommitSayWhy) {
  Put("r1", PutFact("c1", "name", "Ada"));
  struct Case {
    std::string name;
    v1::GetCommitRequest request;
    std::string summary;
  };
  v1::GetCommitRequest none;
  v1::GetCommitRequest garbage;
  garbage.set_revision("not a token");
  v1::GetCommitRequest future;
  future.set_revision(FutureToken());
  v1::GetCommitRequest foreign;
  foreign.set_revision(TokenMint(1).RevisionToken(Revision(1)));
  for (const Case& test : {
           Case{"None", none, "INVALID_ARGUMENT INVALID_FIELD commit"},
           Case{"Garbage", garbage, "INVALID_ARGUMENT MALFORMED_TOKEN"},
           Case{"Future", future, "OUT_OF_RANGE FUTURE_REVISION"},
           Case{"Foreign", foreign, "INVALID_ARGUMENT FOREIGN_TOKEN"},
       }) {
    v1::GetCommitResponse response;
    EXPECT_EQ(Summary(Get(test.request, &response)), test.summary) << test.name;
  }
}

TEST_P(HistoryTest, CommitsAreListedNewestFirstPageByPage) {
  for (int i = 0; i < 5; ++i) {
    Put(absl::StrCat("r", i), PutFact(absl::StrCat("c", i), "name", "Ada"));
  }
  std::vector<uint64_t> numbers;
  std::string token;
  do {
    const v1::ListCommitsResponse page = List(2, token);
    for (const v1::Commit& commit : page.commits()) {
      numbers.push_back(commit.revision_number());
    }
    token = page.next_page_token();
  } while (!token.empty());
  // The first commit applied the vocabulary.
  EXPECT_THAT(numbers, testing::ElementsAre(6, 5, 4, 3, 2, 1));
}

// --- Preconditions ----------------------------------------------------------

struct PreconditionCase {
  std::string name;
  std::function<void(v1::Precondition*)> make;
  bool holds = false;
};

v1::Precondition::RelationHolds* Placed(v1::Precondition* condition,
                                        const std::string& customer,
                                        const std::string& order) {
  const v1::Change change = PutOrder(customer, order);
  auto* relation = condition->mutable_relation_holds();
  *relation->mutable_from() = change.put_relation().from();
  relation->set_relation(change.put_relation().relation());
  *relation->mutable_to() = change.put_relation().to();
  return relation;
}

// c1 is known, its order o1 is placed, web's W-1 names it.
const std::vector<PreconditionCase>& PreconditionCases() {
  static const auto* const kCases = new std::vector<PreconditionCase>{
      {"KnownAsWanted",
       [](v1::Precondition* is) {
         *is->mutable_entity_known()->mutable_entity() = Customer("c1");
         is->mutable_entity_known()->set_known(true);
       },
       true},
      {"KnownAgainstTheWish",
       [](v1::Precondition* is) {
         *is->mutable_entity_known()->mutable_entity() = Customer("c1");
       },
       false},
      {"UnknownAsWanted",
       [](v1::Precondition* is) {
         *is->mutable_entity_known()->mutable_entity() = Customer("c9");
       },
       true},
      {"UnknownAgainstTheWish",
       [](v1::Precondition* is) {
         *is->mutable_entity_known()->mutable_entity() = Customer("c9");
         is->mutable_entity_known()->set_known(true);
       },
       false},
      {"RelationHolds",
       [](v1::Precondition* is) { Placed(is, "c1", "o1")->set_holds(true); },
       true},
      {"RelationDoesNotHold",
       [](v1::Precondition* is) { Placed(is, "c1", "o2")->set_holds(true); },
       false},
      {"NoRelationAsWanted",
       [](v1::Precondition* is) { Placed(is, "c1", "o2"); }, true},
      {"RelationAgainstTheWish",
       [](v1::Precondition* is) { Placed(is, "c1", "o1"); }, false},
      {"LinkAsExpected",
       [](v1::Precondition* is) {
         is->mutable_link_is()->set_channel("web");
         is->mutable_link_is()->set_subject("W-1");
         *is->mutable_link_is()->mutable_entity() = Customer("c1");
       },
       true},
      {"LinkToAnother",
       [](v1::Precondition* is) {
         is->mutable_link_is()->set_channel("web");
         is->mutable_link_is()->set_subject("W-1");
         *is->mutable_link_is()->mutable_entity() = Customer("c2");
       },
       false},
      {"NoLinkAsExpected",
       [](v1::Precondition* is) {
         is->mutable_link_is()->set_channel("web");
         is->mutable_link_is()->set_subject("W-2");
       },
       true},
      {"LinkAgainstTheWish",
       [](v1::Precondition* is) {
         is->mutable_link_is()->set_channel("web");
         is->mutable_link_is()->set_subject("W-1");
       },
       false},
  };
  return *kCases;
}

TEST_P(HistoryTest, PreconditionHoldsOrNothingIsWritten) {
  Write({PutFact("c1", "name", "Ada"), PutOrder("c1", "o1"),
         PutLink("web", "W-1", "c1")});
  for (const PreconditionCase& test : PreconditionCases()) {
    v1::WriteKnowledgeRequest write;
    *write.add_changes() = PutFact("c2", "name", "Bob");
    test.make(write.add_preconditions());
    EXPECT_EQ(Summary(TryWrite(write)),
              test.holds
                  ? "OK"
                  : "FAILED_PRECONDITION PRECONDITION_FAILED preconditions[0]")
        << test.name;
  }
}

// All must hold: the third of three facts is not as expected.
TEST_P(HistoryTest, OneOfSeveralPreconditionsFailsTheWrite) {
  Write({PutFact("c1", "name", "Ada"), PutFact("c2", "name", "Bob"),
         PutFact("c3", "name", "Eve")});
  v1::WriteKnowledgeRequest write;
  *write.add_changes() = PutFact("c4", "name", "Kim");
  for (const auto& [id, name] : {std::pair("c1", "Ada"), std::pair("c2", "Bob"),
                                 std::pair("c3", "Ev")}) {
    auto* is = write.add_preconditions()->mutable_value_is();
    *is->mutable_entity() = Customer(id);
    is->set_attribute("name");
    is->set_value(name);
  }
  EXPECT_EQ(Summary(TryWrite(write)),
            "FAILED_PRECONDITION PRECONDITION_FAILED preconditions[2]");
}

CONCORDAT_ON_BOTH_ENGINES(HistoryTest);

}  // namespace
}  // namespace concordat
