// Reads under a concurrent writer never see half a batch: whatever a batch says
// of several entities, a reader sees of all of them or of none.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

constexpr int kBatches = 200;
constexpr int kCustomers = 7;  // in a batch

class IsolationTest : public ServiceTest {
 protected:
  // Every batch gives all customers one and the same name; links and relations
  // go with it.
  void WriteBatches() {
    for (int batch = 0; batch < kBatches; ++batch) {
      std::vector<v1::Change> changes;
      for (int i = 0; i < kCustomers; ++i) {
        changes.push_back(PutFact(absl::StrCat("c", i), "name",
                                  absl::StrCat("Name ", batch)));
        changes.push_back(PutLink("web", absl::StrCat("s", i),
                                  absl::StrCat("c", batch % kCustomers)));
      }
      Write(changes);
    }
    over_ = true;
  }

  // All facts, in pages of three, of which the later ones are read while the
  // writer goes on; the revision they were served at.
  std::string ReadFacts(std::set<std::string>* names, int* count) {
    v1::ListFactsRequest request;
    v1::ListFactsResponse response;
    *request.mutable_consistency() = Latest();
    request.set_page_size(3);
    do {
      grpc::ClientContext context;
      const grpc::Status status =
          knowledge_->ListFacts(&context, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::RecordedFact& fact : response.facts()) {
        names->insert(fact.fact().value());
        ++*count;
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return response.revision();
  }

  void ExpectOneName() {
    std::set<std::string> names;
    int count = 0;
    const std::string revision = ReadFacts(&names, &count);
    EXPECT_EQ(names.size(), 1);
    EXPECT_EQ(count, kCustomers);
    // The same, entity by entity at that revision, whatever came since.
    for (int i = 0; i < kCustomers; ++i) {
      grpc::ClientContext context;
      v1::GetEntityRequest request;
      v1::GetEntityResponse response;
      *request.mutable_entity() = Customer(absl::StrCat("c", i));
      *request.mutable_consistency() = ExactlyAt(revision);
      const grpc::Status status =
          knowledge_->GetEntity(&context, request, &response);
      ASSERT_TRUE(status.ok()) << status.error_message();
      ASSERT_EQ(response.facts_size(), 1);
      names.insert(response.facts(0).fact().value());
    }
    EXPECT_EQ(names.size(), 1);
  }

  void ExpectOneLinkedEntity() {
    grpc::ClientContext context;
    v1::ListLinksRequest request;
    v1::ListLinksResponse response;
    *request.mutable_consistency() = Latest();
    ASSERT_TRUE(knowledge_->ListLinks(&context, request, &response).ok());
    std::set<std::string> entities;
    for (const v1::Link& link : response.links()) {
      entities.insert(link.entity().id());
    }
    EXPECT_EQ(response.links_size(), kCustomers);
    EXPECT_EQ(entities.size(), 1);
  }

  std::atomic<bool> over_ = false;
};

TEST_P(IsolationTest, NobodySeesHalfABatch) {
  // So that there is something to see from the beginning.
  std::vector<v1::Change> first;
  for (int i = 0; i < kCustomers; ++i) {
    first.push_back(PutFact(absl::StrCat("c", i), "name", "First"));
    first.push_back(PutLink("web", absl::StrCat("s", i), "c0"));
  }
  Write(first);
  std::thread writer([this] { WriteBatches(); });
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([this] {
      while (!over_ && !HasFailure()) {
        ExpectOneName();
        ExpectOneLinkedEntity();
      }
    });
  }
  writer.join();
  for (std::thread& reader : readers) reader.join();
}

CONCORDAT_ON_BOTH_ENGINES(IsolationTest);

}  // namespace
}  // namespace concordat
