// Cursors, tokens compared, and every error that a token can give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "graph/cursors.h"
#include "graph/limits.h"
#include "graph/revision_token.h"
#include "graph/rows.h"
#include "tests/service/test_server.h"
#include "tests/watch/watched.h"

namespace concordat::watch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CursorTest : public ServiceTest {
 protected:
  grpc::Status Put(const std::string& name, const std::string& revision,
                   v1::PutCursorResponse* response = nullptr) {
    grpc::ClientContext context;
    v1::PutCursorRequest request;
    v1::PutCursorResponse ignored;
    request.set_name(name);
    request.set_revision(revision);
    return watch_->PutCursor(&context, request,
                             response == nullptr ? &ignored : response);
  }
  grpc::Status Delete(const std::string& name) {
    grpc::ClientContext context;
    v1::DeleteCursorRequest request;
    v1::DeleteCursorResponse response;
    request.set_name(name);
    return watch_->DeleteCursor(&context, request, &response);
  }
  std::vector<std::string> Cursors() {
    grpc::ClientContext context;
    v1::ListCursorsResponse response;
    EXPECT_TRUE(watch_->ListCursors(&context, {}, &response).ok());
    std::vector<std::string> texts;
    for (const v1::Cursor& cursor : response.cursors()) {
      texts.push_back(
          absl::StrCat(cursor.name(), " ", NumberOf(cursor.revision())));
    }
    return texts;
  }
  grpc::Status Compare(const std::string& a, const std::string& b,
                       v1::RevisionOrder* order = nullptr) {
    grpc::ClientContext context;
    v1::CompareRevisionsRequest request;
    v1::CompareRevisionsResponse response;
    request.set_a(a);
    request.set_b(b);
    const grpc::Status status =
        server_info_->CompareRevisions(&context, request, &response);
    if (order != nullptr) *order = response.order();
    return status;
  }
  grpc::Status WatchAfter(const std::string& token) {
    return Watched(*watch_, After(token)).Finish();
  }

  // As compaction does: of what was before, nothing is promised any more.
  void Compact(const std::string& oldest) {
    const Revision revision(NumberOf(oldest));
    ASSERT_TRUE(store()
                    .Write([&](Transaction& tx) {
                      const absl::Status status = rows::PutOldest(tx, revision);
                      return status.ok() ? rows::PutLogStart(tx, revision)
                                         : status;
                    })
                    .ok());
  }
};

TEST_P(CursorTest, KeepsAPlaceUnderAName) {
  const std::string first = Write({PutFact("c1", "name", "A")});
  const std::string second = Write({PutFact("c1", "name", "B")});
  v1::PutCursorResponse response;
  ASSERT_TRUE(Put("nightly", first, &response).ok());
  EXPECT_EQ(response.cursor().name(), "nightly");
  EXPECT_EQ(response.cursor().revision(), first);
  EXPECT_EQ(response.cursor().updated_at().seconds(),
            absl::ToUnixSeconds(clock_.Now()));
  ASSERT_TRUE(Put("audit.2", second).ok());
  EXPECT_THAT(Cursors(),
              ElementsAre(absl::StrCat("audit.2 ", NumberOf(second)),
                          absl::StrCat("nightly ", NumberOf(first))));
  // It takes no revision.
  EXPECT_EQ(Info().revision(), second);

  v1::WatchRequest request = FromNow();
  request.set_after_cursor("nightly");
  EXPECT_THAT(Watched(*watch_, request).Until(second),
              ElementsAre("fact customer/c1 name=B"));

  // Forth, and back.
  ASSERT_TRUE(Put("nightly", second).ok());
  EXPECT_THAT(Watched(*watch_, request).Until(second), IsEmpty());
  ASSERT_TRUE(Put("nightly", first).ok());

  // It outlives the server.
  StopServer();
  StartServer();
  EXPECT_THAT(Watched(*watch_, request).Until(second),
              ElementsAre("fact customer/c1 name=B"));
  EXPECT_TRUE(Delete("nightly").ok());
  EXPECT_EQ(Summary(Delete("nightly")), "NOT_FOUND NOT_FOUND");
  EXPECT_EQ(Summary(Watched(*watch_, request).Finish()), "NOT_FOUND NOT_FOUND");
}

TEST_P(CursorTest, RefusesWhatIsNoPlaceOrNoName) {
  const std::string head = Info().revision();
  for (const std::string name : {"", "Nightly", "a b", "-x", "ü"}) {
    EXPECT_EQ(Summary(Put(name, head)), "INVALID_ARGUMENT INVALID_FIELD name")
        << name;
  }
  EXPECT_EQ(Summary(Put(std::string(65, 'a'), head)),
            "INVALID_ARGUMENT INVALID_FIELD name");
  EXPECT_TRUE(Put(std::string(64, 'a'), head).ok());
  EXPECT_EQ(Summary(Put("a", "")), "INVALID_ARGUMENT MALFORMED_TOKEN revision");
  EXPECT_EQ(Summary(Put("a", TokenMint(7).RevisionToken(Revision(1)))),
            "INVALID_ARGUMENT FOREIGN_TOKEN revision");
  EXPECT_EQ(Summary(Put("a", FutureToken())), "OUT_OF_RANGE FUTURE_REVISION");
  v1::WatchRequest request = FromNow();
  request.set_after_cursor("No name");
  EXPECT_EQ(Summary(Watched(*watch_, request).Finish()),
            "INVALID_ARGUMENT INVALID_FIELD after_cursor");
}

TEST_P(CursorTest, ThereAreOnlySoMany) {
  const std::string head = Info().revision();
  ASSERT_TRUE(store()
                  .Write([&](Transaction& tx) {
                    for (int i = 0; i < limits::kCursorsMax; ++i) {
                      const absl::Status status = PutCursor(
                          tx, {absl::StrCat("c", i), Revision(0), {}});
                      if (!status.ok()) return status;
                    }
                    return absl::OkStatus();
                  })
                  .ok());
  const WireError error = ErrorOf(Put("one-more", head));
  EXPECT_EQ(error.summary, "INVALID_ARGUMENT LIMIT_EXCEEDED name");
  EXPECT_EQ(error.metadata.at("actual"), "1001");
  EXPECT_EQ(error.metadata.at("allowed"), "1000");
  EXPECT_TRUE(Put("c7", head).ok());  // moving one is no more
}

TEST_P(CursorTest, TokensCompare) {
  const std::string first = Write({PutFact("c1", "name", "A")});
  const std::string second = Write({PutFact("c1", "name", "B")});
  v1::RevisionOrder order;
  ASSERT_TRUE(Compare(first, second, &order).ok());
  EXPECT_EQ(order, v1::REVISION_ORDER_BEFORE);
  ASSERT_TRUE(Compare(second, second, &order).ok());
  EXPECT_EQ(order, v1::REVISION_ORDER_SAME);
  ASSERT_TRUE(Compare(second, first, &order).ok());
  EXPECT_EQ(order, v1::REVISION_ORDER_AFTER);

  const std::string foreign = TokenMint(7).RevisionToken(Revision(1));
  EXPECT_EQ(Summary(Compare("", first)), "INVALID_ARGUMENT MALFORMED_TOKEN a");
  EXPECT_EQ(Summary(Compare(first, "x")), "INVALID_ARGUMENT MALFORMED_TOKEN b");
  EXPECT_EQ(Summary(Compare(foreign, first)),
            "INVALID_ARGUMENT FOREIGN_TOKEN a");
  EXPECT_EQ(Summary(Compare(first, foreign)),
            "INVALID_ARGUMENT FOREIGN_TOKEN b");
  EXPECT_EQ(Summary(Compare(FutureToken(), first)),
            "OUT_OF_RANGE FUTURE_REVISION a");
  EXPECT_EQ(Summary(Compare(first, FutureToken())),
            "OUT_OF_RANGE FUTURE_REVISION b");
}

// --- Compacted revisions
// ------------------------------------------------------

grpc::Status GetC1(v1::KnowledgeService::Stub& stub,
                   const v1::ReadConsistency& consistency) {
  grpc::ClientContext context;
  v1::GetEntityRequest request;
  v1::GetEntityResponse response;
  *request.mutable_entity() = Customer("c1");
  *request.mutable_consistency() = consistency;
  return stub.GetEntity(&context, request, &response);
}

TEST_P(CursorTest, CompactedRevisionsAreRefusedAndSayWhatIsLeft) {
  const std::string gone = Write({PutFact("c1", "name", "A")});
  const std::string oldest = Write({PutFact("c1", "name", "B")});
  const std::string head = Write({PutFact("c1", "name", "C")});
  Compact(oldest);

  // Exactly: not any more. At least as fresh: what is newer is.
  const WireError error = ErrorOf(GetC1(*knowledge_, ExactlyAt(gone)));
  EXPECT_EQ(error.summary, "OUT_OF_RANGE REVISION_COMPACTED");
  EXPECT_EQ(error.metadata.at("oldest"), absl::StrCat(NumberOf(oldest)));
  EXPECT_EQ(error.metadata.at("oldest_revision"), oldest);
  EXPECT_EQ(error.metadata.at("requested"), absl::StrCat(NumberOf(gone)));
  EXPECT_THAT(error.message, HasSubstr("compacted"));
  EXPECT_TRUE(GetC1(*knowledge_, ExactlyAt(oldest)).ok());
  v1::ReadConsistency fresh;
  fresh.set_at_least_as_fresh(gone);
  EXPECT_TRUE(GetC1(*knowledge_, fresh).ok());

  const WireError watched = ErrorOf(WatchAfter(gone));
  EXPECT_EQ(watched.summary, "OUT_OF_RANGE REVISION_COMPACTED");
  EXPECT_EQ(watched.metadata.at("oldest_revision"), oldest);
  EXPECT_THAT(Watched(*watch_, After(oldest)).Until(head),
              ElementsAre("fact customer/c1 name=C"));
  EXPECT_EQ(Summary(Put("a", gone)), "OUT_OF_RANGE REVISION_COMPACTED");
  EXPECT_TRUE(Put("a", oldest).ok());

  // They still have their place in the order.
  v1::RevisionOrder order;
  ASSERT_TRUE(Compare(gone, head, &order).ok());
  EXPECT_EQ(order, v1::REVISION_ORDER_BEFORE);
}

// A list whose first page was served before the compaction does not go on as
// if nothing had happened.
TEST_P(CursorTest, PagesOfACompactedRevisionAreRefused) {
  Write({PutFact("c1", "name", "A"), PutFact("c2", "name", "A")});
  v1::ListFactsRequest request;
  v1::ListFactsResponse response;
  *request.mutable_consistency() = Latest();
  request.set_page_size(1);
  {
    grpc::ClientContext context;
    ASSERT_TRUE(knowledge_->ListFacts(&context, request, &response).ok());
  }
  Compact(Write({PutFact("c2", "name", "B")}));
  grpc::ClientContext context;
  request.set_page_token(response.next_page_token());
  EXPECT_EQ(Summary(knowledge_->ListFacts(&context, request, &response)),
            "OUT_OF_RANGE REVISION_COMPACTED");
}

TEST_P(CursorTest, ReadsNameTheTokenThatIsWrong) {
  const std::string foreign = TokenMint(7).RevisionToken(Revision(1));
  Write({PutFact("c1", "name", "A")});
  v1::ReadConsistency fresh;
  fresh.set_at_least_as_fresh(FutureToken());
  EXPECT_EQ(Summary(GetC1(*knowledge_, fresh)), "OUT_OF_RANGE FUTURE_REVISION");
  EXPECT_EQ(Summary(GetC1(*knowledge_, ExactlyAt(FutureToken()))),
            "OUT_OF_RANGE FUTURE_REVISION");
  EXPECT_EQ(Summary(GetC1(*knowledge_, ExactlyAt(foreign))),
            "INVALID_ARGUMENT FOREIGN_TOKEN");
  EXPECT_EQ(Summary(GetC1(*knowledge_, ExactlyAt("?"))),
            "INVALID_ARGUMENT MALFORMED_TOKEN");
  EXPECT_EQ(Summary(GetC1(*knowledge_, v1::ReadConsistency())),
            "INVALID_ARGUMENT INVALID_FIELD consistency");
}

CONCORDAT_ON_BOTH_ENGINES(CursorTest);

}  // namespace
}  // namespace concordat::watch
