// The watch checker over kill -9: whatever a watcher was told is in the log
// that the next process finds, and he goes on after it without gap or double.
// Against build/bin/concordatd.
//
// CONCORDAT_TEST_SEED repeats the choices of a run.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "concordat/v1/server.grpc.pb.h"
#include "concordat/v1/vocabulary.grpc.pb.h"
#include "consistency/rows.h"
#include "grpcpp/grpcpp.h"
#include "server/storage/sqlite/sqlite_store.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/service/server_process.h"
#include "tests/service/test_server.h"
#include "tests/watch/run.h"

namespace concordat::watch {
namespace {

constexpr int kWriters = 3;
constexpr int kBatches = 250;
constexpr int kFollowers = 6;
constexpr int kKills = 8;

v1::GetServerInfoResponse Info(const Address::Channel& channel) {
  grpc::ClientContext context;
  v1::GetServerInfoResponse response;
  const grpc::Status status =
      v1::ServerService::NewStub(channel)->GetServerInfo(&context, {},
                                                         &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

// How the process dies that is started after death number `kill`: of every
// four one by a signal from outside, one at each failpoint of a watch.
std::string DeathOf(int kill, Random& random) {
  const int hit = 1 + static_cast<int>(random() % 30);
  switch ((kill + 1) % 4) {
    case 1:
      return absl::StrCat("watch.before_send=crash@", hit);
    case 2:
      return absl::StrCat("watch.after_send=crash@", hit);
    case 3:
      return "watch.snapshot_page=crash@1";
    default:
      return "";
  }
}

TEST(WatchKillTest, NothingToldIsLostNothingLostIsNotTold) {
  std::cout << "CONCORDAT_TEST_SEED=" << Seed() << "\n";
  const TemporaryDirectory directory;
  const std::string data = directory.Sub("data");
  Random random(Seed());
  auto server = std::make_unique<ServerProcess>(data);
  ASSERT_NE(server->address(), "");
  {
    grpc::ClientContext context;
    v1::ApplyVocabularyRequest request;
    v1::ApplyVocabularyResponse response;
    request.set_yaml(kVocabulary);
    ASSERT_TRUE(v1::VocabularyService::NewStub(server->Connect())
                    ->ApplyVocabulary(&context, request, &response)
                    .ok());
  }
  const std::string beginning = Info(server->Connect()).revision();
  Address address;
  address.Set(server->Connect());
  std::vector<std::unique_ptr<Follower>> followers;
  for (int i = 0; i < kFollowers; ++i) {
    followers.push_back(std::make_unique<Follower>(
        &address, i == 0 ? v1::WatchFilter() : MakeFilter(random),
        Follower::Start::kNow, beginning, /*breaks=*/0, random()));
  }
  std::vector<std::unique_ptr<Writer>> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.push_back(std::make_unique<Writer>(&address, i, kBatches));
  }
  for (int kill = 0; kill < kKills; ++kill) {
    SCOPED_TRACE(kill);
    // The last process is one that lives.
    const std::string death = kill + 1 < kKills ? DeathOf(kill, random) : "";
    if (kill % 4 == 0) {
      const auto channel = server->Connect();
      const uint64_t until = Info(channel).revision_number() + random() % 40;
      const absl::Time give_up = absl::Now() + absl::Seconds(5);
      while (Info(channel).revision_number() < until && absl::Now() < give_up) {
      }
      server->child().Signal(SIGKILL);
    }
    // Else it dies by itself, at the failpoint that it was started with.
    EXPECT_EQ(server->child().Wait().signal, SIGKILL);
    address.Set(nullptr);
    server = std::make_unique<ServerProcess>(
        data, death.empty() ? std::vector<std::string>()
                            : std::vector<std::string>{"--failpoints", death});
    ASSERT_NE(server->address(), "");
    address.Set(server->Connect());
    if (death.find("snapshot") != std::string::npos) {
      followers.push_back(std::make_unique<Follower>(
          &address, v1::WatchFilter(), Follower::Start::kSnapshot, "",
          /*breaks=*/0, random()));
    }
  }
  for (const auto& writer : writers) writer->Join();
  const uint64_t head = Info(server->Connect()).revision_number();
  for (const auto& follower : followers) follower->EndAt(head);
  for (const auto& follower : followers) follower->Join();
  for (int i = 0; i < kFollowers; ++i) {
    EXPECT_GT(followers[i]->connections(), kKills);
  }

  server->child().Signal(SIGTERM);
  EXPECT_EQ(server->child().Wait().exit_code, 0);
  const std::vector<Space> spaces = rows::AllSpaces();
  SqliteOptions options;
  options.directory = data;
  options.spaces = spaces;
  auto store = SqliteStore::Open(options);
  ASSERT_TRUE(store.ok()) << store.status();
  const WrittenLog log = LogOf(**store);
  EXPECT_EQ(log.head, head);
  ExpectAllKept(log, writers, followers);
}

}  // namespace
}  // namespace concordat::watch
