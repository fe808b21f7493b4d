// The client library's watch: whole commits, and on by itself where a server
// or a connection was gone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/client.h"
#include "client/error.h"
#include "tests/service/test_server.h"
#include "tests/watch/watched.h"

namespace concordat::watch {
namespace {

using testing::ElementsAre;

class ClientWatchTest : public ServiceTest {
 protected:
  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    options.listen_address = absl::StrCat("unix:", directory_.Sub("socket"));
    options.watch.stall_timeout = absl::Milliseconds(200);
    options.watch.farewell = absl::Milliseconds(100);
    return options;
  }

  std::unique_ptr<client::Client> Connect() const {
    auto client = client::Client::Create({.address = server_->address()});
    EXPECT_TRUE(client.ok()) << client.status();
    return client.ok() ? *std::move(client) : nullptr;
  }

  // The events up to a revision.
  static std::vector<std::string> Until(client::Watch& watch,
                                        const std::string& revision) {
    std::vector<std::string> texts;
    while (watch.revision().empty() ||
           NumberOf(watch.revision()) < NumberOf(revision)) {
      const absl::StatusOr<v1::WatchResponse> response = watch.Next();
      EXPECT_TRUE(response.ok()) << response.status();
      if (!response.ok()) return texts;
      for (const v1::WatchedCommit& commit : response->commits()) {
        EXPECT_FALSE(commit.partial());
        for (const v1::WatchEvent& event : commit.events()) {
          texts.push_back(TextOf(event));
        }
      }
    }
    return texts;
  }

  TemporaryDirectory directory_;
};

TEST_P(ClientWatchTest, GoesOnWhenTheServerIsBack) {
  const auto client = Connect();
  const auto watch = client->StartWatch(FromNow());
  ASSERT_TRUE(watch->Next().ok());
  const std::string first = Write({PutFact("c1", "name", "A")});
  EXPECT_THAT(Until(*watch, first), ElementsAre("fact customer/c1 name=A"));
  StopServer();
  StartServer();
  const std::string second = Write({PutFact("c1", "name", "B")});
  EXPECT_THAT(Until(*watch, second), ElementsAre("fact customer/c1 name=B"));
  EXPECT_GE(watch->resumed(), 1);
  EXPECT_EQ(watch->snapshots_restarted(), 0);
}

TEST_P(ClientWatchTest, PutsThePartsOfACommitTogether) {
  const auto client = Connect();
  const std::string before = Info().revision();
  std::vector<v1::Change> changes;
  for (int i = 0; i < 500; ++i) {
    changes.push_back(
        PutFact(absl::StrCat("c", i), "name", std::string(2000, 'x')));
  }
  const std::string head = Write(changes);
  const auto watch = client->StartWatch(After(before));
  EXPECT_EQ(Until(*watch, head).size(), 500);
}

// A reader that pauses for longer than the server's patience loses nothing.
TEST_P(ClientWatchTest, GoesOnAfterItWasCut) {
  const auto client = Connect();
  const auto watch = client->StartWatch(FromNow());
  ASSERT_TRUE(watch->Next().ok());
  std::string head;
  for (int i = 0; i < 20; ++i) {
    std::vector<v1::Change> changes;
    for (int j = 0; j < 300; ++j) {
      changes.push_back(
          PutFact(absl::StrCat("c", j), "name", std::string(3900, 'x')));
    }
    head = Write(changes);
  }
  while (Info().counters().at("watches_stalled") == 0) {
  }
  EXPECT_EQ(Until(*watch, head).size(), 20 * 300);
  EXPECT_GE(watch->resumed(), 1);
}

TEST_P(ClientWatchTest, ErrorsThatGoingOnDoesNotMendAreReturned) {
  const auto client = Connect();
  const auto watch = client->StartWatch(After(FutureToken()));
  const absl::StatusOr<v1::WatchResponse> response = watch->Next();
  EXPECT_EQ(response.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(client::DetailsOf(response.status()).reason, "FUTURE_REVISION");
}

TEST_P(ClientWatchTest, AServerThatIsNotThereIsSaidAtOnce) {
  auto client = client::Client::Create(
      {.address = absl::StrCat("unix:", directory_.Sub("nobody"))});
  ASSERT_TRUE(client.ok());
  const auto watch = (*client)->StartWatch(FromNow());
  EXPECT_TRUE(client::IsUnreachable(watch->Next().status()));
}

TEST_P(ClientWatchTest, GivesUpWhenItsPatienceIsOver) {
  const auto client = Connect();
  client::WatchPatience patience;
  patience.give_up_after = absl::ZeroDuration();
  patience.wait = [](absl::Duration) {};
  const auto watch = client->StartWatch(FromNow(), patience);
  ASSERT_TRUE(watch->Next().ok());
  StopServer();
  absl::StatusOr<v1::WatchResponse> response = watch->Next();
  while (response.ok()) response = watch->Next();
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
}

TEST_P(ClientWatchTest, CancelEndsIt) {
  const auto client = Connect();
  v1::WatchRequest request = FromNow();
  request.mutable_progress_interval()->set_seconds(60);
  const auto watch = client->StartWatch(request);
  ASSERT_TRUE(watch->Next().ok());
  std::thread other([&] { watch->Cancel(); });
  EXPECT_EQ(watch->Next().status().code(), absl::StatusCode::kCancelled);
  other.join();
}

TEST_P(ClientWatchTest, ComparesRevisions) {
  const auto client = Connect();
  const std::string first = Info().revision();
  const std::string second = Write({PutFact("c1", "name", "A")});
  EXPECT_EQ(*client->CompareRevisions(first, second),
            v1::REVISION_ORDER_BEFORE);
  EXPECT_EQ(*client->CompareRevisions(second, first), v1::REVISION_ORDER_AFTER);
}

CONCORDAT_ON_BOTH_ENGINES(ClientWatchTest);

}  // namespace
}  // namespace concordat::watch
