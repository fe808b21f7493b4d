// A watch that goes back to before an erasure is not told what was erased,
// though the server had it in memory for others a moment before.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_replace.h"
#include "concordat/v1/privacy.grpc.pb.h"
#include "tests/service/test_server.h"
#include "tests/watch/watched.h"

namespace concordat::watch {
namespace {

class WatchErasureTest : public ServiceTest {
 protected:
  std::string InitialVocabulary() const override {
    return absl::StrReplaceAll(
        kVocabulary,
        {{"name: {type: text}", "name: {type: text, personal: true}"}});
  }

  // All that a watch after `token` is told up to the newest revision, as bytes.
  std::string ToldAfter(const std::string& token) {
    std::string told;
    const std::string head = Info().revision();
    Watched watched(*watch_, After(token));
    v1::WatchResponse response;
    do {
      response = watched.Next();
      told += response.SerializeAsString();
    } while (NumberOf(response.revision()) < NumberOf(head));
    return told;
  }
};

TEST_P(WatchErasureTest, WhatWasErasedIsToldToNobody) {
  const std::string before = Info().revision();
  // While somebody is idle the newest commits are kept in memory.
  Watched idle(*watch_, FromNow());
  idle.Next();
  const std::string written = Write({PutFact("c1", "name", "Ada Lovelace")});
  Report({MakeClaim("web", "c1", "name", "Ada Byron", "1")});
  idle.Until(Info().revision());
  EXPECT_NE(ToldAfter(before).find("Ada Lovelace"), std::string::npos);
  EXPECT_NE(ToldAfter(before).find("Ada Byron"), std::string::npos);
  EXPECT_GT(Info().counters().at("watch_tail_bytes"), 0);

  grpc::ClientContext context;
  v1::EraseSubjectRequest request;
  v1::EraseSubjectResponse response;
  *request.mutable_entity() = Customer("c1");
  request.set_reason("request 17");
  const grpc::Status erased =
      privacy_->EraseSubject(&context, request, &response);
  ASSERT_TRUE(erased.ok()) << erased.error_message();

  const std::string told = ToldAfter(before);
  EXPECT_EQ(told.find("Ada"), std::string::npos);
  // That something was said is still there.
  EXPECT_GT(Watched(*watch_, After(before)).Until(written).size(), 0);
  std::string revision;
  v1::WatchRequest snapshot = WithSnapshot();
  for (const std::string& row :
       Watched(*watch_, snapshot).Snapshot(&revision)) {
    EXPECT_EQ(row.find("Ada"), std::string::npos) << row;
  }
}

CONCORDAT_ON_BOTH_ENGINES(WatchErasureTest);

}  // namespace
}  // namespace concordat::watch
