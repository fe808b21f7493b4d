// Answers that would be larger than a message come in parts, or say what they
// leave out: a client takes 4 MiB.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/history.grpc.pb.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

constexpr int64_t k2020 = 1'577'836'800;

class LargeAnswersTest : public ServiceTest {
 protected:
  static v1::WriteKnowledgeRequest Names(int count, bool of_one) {
    v1::WriteKnowledgeRequest request;
    for (int i = 0; i < count; ++i) {
      v1::Change change = PutFact(of_one ? "c1" : absl::StrCat("c", i), "name",
                                  absl::StrCat(i, std::string(3990, 'n')));
      if (of_one) {
        change.mutable_put_fact()->mutable_valid_from()->set_seconds(k2020 + i);
      }
      *request.add_changes() = std::move(change);
    }
    return request;
  }

  // Items of all pages; expects each page to fit a message.
  template <typename Request, typename Response, typename Count>
  int CountAll(grpc::Status (v1::KnowledgeService::Stub::*list)(
                   grpc::ClientContext*, const Request&, Response*),
               Request request, Count count) {
    int items = 0;
    request.set_page_size(1000);
    *request.mutable_consistency() = Latest();
    do {
      grpc::ClientContext context;
      Response response;
      const grpc::Status status =
          (*knowledge_.*list)(&context, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      EXPECT_LT(response.ByteSizeLong(), limits::kMessageBytesMax);
      items += count(response);
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return items;
  }
};

TEST_P(LargeAnswersTest, APageOfLargeFactsIsShorter) {
  ASSERT_TRUE(TryWrite(Names(1000, /*of_one=*/false)).ok());
  EXPECT_EQ(
      CountAll(&v1::KnowledgeService::Stub::ListFacts, v1::ListFactsRequest(),
               [](const auto& page) { return page.facts_size(); }),
      1000);
}

TEST_P(LargeAnswersTest, ATimelineSaysThatItIsTooLarge) {
  ASSERT_TRUE(TryWrite(Names(600, /*of_one=*/true)).ok());
  grpc::ClientContext context;
  v1::GetTimelineRequest request;
  v1::GetTimelineResponse response;
  *request.mutable_entity() = Customer("c1");
  request.set_attribute("name");
  *request.mutable_consistency() = Latest();
  const WireError error =
      ErrorOf(knowledge_->GetTimeline(&context, request, &response));
  EXPECT_EQ(error.summary, "INVALID_ARGUMENT LIMIT_EXCEEDED");
  EXPECT_EQ(error.metadata.at("limit"), "message_bytes_max");
  v1::GetHistoryRequest history;
  *history.mutable_entity() = Customer("c1");
  EXPECT_EQ(CountAll(&v1::KnowledgeService::Stub::GetHistory, history,
                     [](const auto& page) { return page.changes_size(); }),
            600);
}

TEST_P(LargeAnswersTest, ACommitCountsWhatItLeavesOut) {
  v1::WriteKnowledgeRequest write = Names(1000, /*of_one=*/false);
  write.set_request_id("large");
  write.set_actor(std::string(500, 'a'));
  ASSERT_TRUE(TryWrite(write).ok());
  grpc::ClientContext context;
  v1::GetCommitRequest request;
  v1::GetCommitResponse response;
  request.set_request_id("large");
  const grpc::Status status = v1::HistoryService::NewStub(NetworkChannel())
                                  ->GetCommit(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_GT(response.changes_left_out(), 0);
  EXPECT_EQ(response.changes_size() + response.changes_left_out(), 1000);
}

// An organisation of many relations, that is.
TEST_P(LargeAnswersTest, AnEntityCountsTheRelationsThatItLeavesOut) {
  constexpr int kRelations = 4000;
  std::vector<v1::Change> changes;
  for (int i = 0; i < kRelations; ++i) {
    changes.push_back(
        PutOrder("c1", absl::StrCat("o", i, std::string(240, 'o'))));
    changes.back().mutable_put_relation()->set_source(i % 2 == 0 ? "crm"
                                                                 : "erp");
    changes.back().mutable_put_relation()->set_reason(std::string(200, 'r'));
    if (changes.size() == 1000) Write(std::exchange(changes, {}));
  }
  v1::GetEntityRequest request;
  v1::GetEntityResponse response;
  *request.mutable_entity() = Customer("c1");
  *request.mutable_consistency() = Latest();
  grpc::ClientContext context;
  const grpc::Status status =
      knowledge_->GetEntity(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_GT(response.relations_left_out(), 0);
  EXPECT_EQ(response.relations_size() + response.relations_left_out(),
            kRelations);

  // Its snapshot comes in responses of the usual size.
  grpc::ClientContext watching;
  v1::WatchRequest watch;
  watch.set_snapshot(true);
  *watch.mutable_filter()->add_entities() = Customer("c1");
  const auto reader = watch_->Watch(&watching, watch);
  v1::WatchResponse part;
  int rows = 0;
  while (reader->Read(&part) && part.content() == v1::WATCH_CONTENT_SNAPSHOT) {
    EXPECT_LE(part.ByteSizeLong(), 64 << 10);
    rows += part.snapshot_size();
  }
  EXPECT_EQ(rows, kRelations);
  watching.TryCancel();
  reader->Finish();
}

TEST_P(LargeAnswersTest, AListOfNothingThatIsKnownIsAnError) {
  v1::ListFactsRequest facts;
  v1::ListFactsResponse no_facts;
  facts.set_type("custmer");
  *facts.mutable_consistency() = Latest();
  grpc::ClientContext first;
  EXPECT_EQ(Summary(knowledge_->ListFacts(&first, facts, &no_facts)),
            "INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE type");
  v1::ListLinksRequest links;
  v1::ListLinksResponse no_links;
  links.set_channel("wbe");
  *links.mutable_consistency() = Latest();
  grpc::ClientContext second;
  EXPECT_EQ(Summary(knowledge_->ListLinks(&second, links, &no_links)),
            "INVALID_ARGUMENT UNKNOWN_CHANNEL channel");
  v1::ListHeldClaimsRequest held;
  v1::ListHeldClaimsResponse no_claims;
  held.set_channel("wbe");
  grpc::ClientContext third;
  EXPECT_EQ(Summary(claims_->ListHeldClaims(&third, held, &no_claims)),
            "INVALID_ARGUMENT UNKNOWN_CHANNEL channel");
  v1::ListEntitiesRequest entities;
  v1::ListEntitiesResponse no_entities;
  entities.set_type("custmer");
  *entities.mutable_consistency() = Latest();
  grpc::ClientContext fourth;
  EXPECT_EQ(Summary(knowledge_->ListEntities(&fourth, entities, &no_entities)),
            "INVALID_ARGUMENT UNKNOWN_ENTITY_TYPE type");
}

CONCORDAT_ON_BOTH_ENGINES(LargeAnswersTest);

}  // namespace
}  // namespace concordat
