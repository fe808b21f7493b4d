// The watch checker over real runs: writers and claims at once, watchers with
// random filters and connections that break, snapshots at any moment, a server
// that is stopped and started in between.
//
// CONCORDAT_TEST_SEED repeats the choices of a run.
#include "tests/watch/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "concordat/v1/identity.grpc.pb.h"
#include "graph/revision_token.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat::watch {
namespace {

constexpr int kWriters = 3;
constexpr int kBatches = 120;  // of each writer
constexpr int kFollowers = 8;
constexpr int kRestarts = 5;
constexpr int kSnapshots = 10;

std::string EntityOf(const v1::EntityRef& entity) {
  return absl::StrCat(entity.type(), "/", entity.id());
}

class WatchRunTest : public ServiceTest {
 protected:
  void SetUp() override {
    std::cout << "CONCORDAT_TEST_SEED=" << Seed() << "\n";
    ServiceTest::SetUp();
    ASSERT_NE(server_, nullptr);
    address_.Set(NetworkChannel());
    beginning_ = Info().revision();
  }

  // So little that who is slow falls off it, and reads the log instead.
  ServerOptions Options() const override {
    ServerOptions options = ServiceTest::Options();
    options.watch.tail_bytes_max = 64 << 10;
    return options;
  }

  void StartWriters(int batches) {
    for (int i = 0; i < kWriters; ++i) {
      writers_.push_back(std::make_unique<Writer>(&address_, i, batches));
    }
  }
  void StartFollower(v1::WatchFilter filter, Follower::Start start,
                     std::string token, int breaks) {
    followers_.push_back(
        std::make_unique<Follower>(&address_, std::move(filter), start,
                                   std::move(token), breaks, random_()));
  }
  // The first watches everything.
  void StartFollowers(int breaks) {
    StartFollower({}, Follower::Start::kNow, beginning_, breaks);
    for (int i = 1; i < kFollowers; ++i) {
      StartFollower(MakeFilter(random_), Follower::Start::kNow,
                    i % 3 == 0 ? "" : beginning_, breaks);
    }
  }

  void Restart() {
    address_.Set(nullptr);
    const auto began = std::chrono::steady_clock::now();
    StopServer();
    // Far less than it may: watches do not hold it up.
    EXPECT_LT(std::chrono::steady_clock::now() - began,
              std::chrono::seconds(3));
    StartServer();
    address_.Set(NetworkChannel());
  }

  // Until so many parts of what the writers write were written, and a few
  // more.
  void AwaitShare(int part, int parts) {
    const auto all = static_cast<uint64_t>(kWriters * kBatches);
    const uint64_t until = NumberOf(beginning_) + all * part / parts +
                           random_() % (all / parts / 2);
    const auto give_up =
        std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (Info().revision_number() < until &&
           std::chrono::steady_clock::now() < give_up) {
    }
  }

  // Waits for all, and looks at what came of it.
  WrittenLog FinishAndCheck() {
    for (const auto& writer : writers_) writer->Join();
    const uint64_t head = Info().revision_number();
    for (const auto& follower : followers_) follower->EndAt(head);
    for (const auto& follower : followers_) follower->Join();
    WrittenLog log = LogOf(store());
    EXPECT_EQ(log.head, head);
    ExpectAllKept(log, writers_, followers_);
    return log;
  }

  // Held claims, open findings and merges.
  std::multiset<std::string> ListedNow() {
    std::multiset<std::string> listed;
    const v1::ListHeldClaimsResponse held = HeldClaims();
    for (const v1::HeldClaim& item : held.claims()) {
      listed.insert(absl::StrCat("claim ", item.claim().claim_id(), " ",
                                 item.claim().attribute(), " ",
                                 item.verdict()));
    }
    const v1::ListFindingsResponse open = OpenFindings();
    for (const v1::Finding& item : open.findings()) {
      listed.insert(absl::StrCat("finding ", item.id(), " ", item.state(), " ",
                                 item.verdict()));
    }
    v1::ListMergesRequest merged;
    merged.set_page_size(1000);
    *merged.mutable_consistency() = Latest();
    grpc::ClientContext context;
    v1::ListMergesResponse merges;
    EXPECT_TRUE(v1::IdentityService::NewStub(NetworkChannel())
                    ->ListMerges(&context, merged, &merges)
                    .ok());
    for (const v1::RecordedChange& item : merges.merges()) {
      const v1::Merge& merge = item.change().merge();
      listed.insert(absl::StrCat("merge ", EntityOf(merge.duplicate()), " ",
                                 EntityOf(merge.survivor())));
    }
    return listed;
  }

  Address address_;
  Random random_{Seed()};
  std::string beginning_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<std::unique_ptr<Follower>> followers_;
};

TEST_P(WatchRunTest, WritersAndWatchers) {
  StartFollowers(/*breaks=*/30);
  StartWriters(kBatches);
  const WrittenLog log = FinishAndCheck();
  // Who watched everything from the beginning was told of everything.
  size_t told = 0;
  std::set<std::pair<uint64_t, uint32_t>> seen;
  for (const Step& step : followers_.front()->trace()) {
    for (const Part& part : step.parts) {
      for (const Delivery& event : part.events) {
        seen.insert({part.revision, event.ordinal});
      }
    }
  }
  for (const auto& [revision, events] : log.events) {
    if (revision > NumberOf(beginning_)) told += events.size();
  }
  EXPECT_EQ(seen.size(), told);
  EXPECT_GT(told, 500);
  bool was_split = false;
  for (const Step& step : followers_.front()->trace()) {
    for (const Part& part : step.parts) was_split = was_split || part.partial;
  }
  EXPECT_TRUE(was_split);
}

TEST_P(WatchRunTest, RestartsInBetween) {
  StartFollowers(/*breaks=*/0);
  StartWriters(kBatches);
  for (int i = 0; i < kRestarts; ++i) {
    AwaitShare(i + 1, kRestarts + 1);
    Restart();
  }
  FinishAndCheck();
  for (const auto& follower : followers_) {
    EXPECT_GT(follower->connections(), kRestarts);
  }
}

// --- Snapshots
// ----------------------------------------------------------------

// Everything that a list has at a revision, as events of a snapshot.
template <typename Stub, typename Request, typename Response, typename Use>
void ForEachPage(Stub& stub,
                 grpc::Status (Stub::*list)(grpc::ClientContext*,
                                            const Request&, Response*),
                 const std::string& revision, Use use) {
  Request request;
  *request.mutable_consistency() = ExactlyAt(revision);
  do {
    grpc::ClientContext context;
    Response response;
    const grpc::Status status = (stub.*list)(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    use(response);
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
}

// What the lists say is in force, as far as it matches.
std::vector<std::string> RowsAt(v1::KnowledgeService::Stub& stub,
                                const std::string& revision,
                                const Filter& filter) {
  using Stub = v1::KnowledgeService::Stub;
  std::vector<std::string> rows;
  const auto add = [&](const Event& event) {
    if (filter.Matches(event)) rows.push_back(event.content);
  };
  ForEachPage<Stub, v1::ListFactsRequest, v1::ListFactsResponse>(
      stub, &Stub::ListFacts, revision, [&](const auto& page) {
        for (const v1::RecordedFact& fact : page.facts()) {
          add({"fact",
               {EntityOf(fact.fact().entity())},
               fact.fact().attribute(),
               "",
               fact.fact().SerializeAsString()});
        }
      });
  ForEachPage<Stub, v1::ListRelationsRequest, v1::ListRelationsResponse>(
      stub, &Stub::ListRelations, revision, [&](const auto& page) {
        for (const v1::Relation& relation : page.relations()) {
          add({"relation",
               {EntityOf(relation.from()), EntityOf(relation.to())},
               relation.relation(),
               "",
               relation.SerializeAsString()});
        }
      });
  ForEachPage<Stub, v1::ListLinksRequest, v1::ListLinksResponse>(
      stub, &Stub::ListLinks, revision, [&](const auto& page) {
        for (const v1::Link& link : page.links()) {
          add({"link",
               {EntityOf(link.entity())},
               "",
               link.channel(),
               link.SerializeAsString()});
        }
      });
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<std::string> RowsOf(const std::vector<v1::WatchEvent>& snapshot) {
  std::vector<std::string> rows;
  for (const v1::WatchEvent& event : snapshot) {
    const v1::Change& change = event.change().change();
    if (change.has_put_fact()) {
      rows.push_back(change.put_fact().SerializeAsString());
    } else if (change.has_put_relation()) {
      rows.push_back(change.put_relation().SerializeAsString());
    } else if (change.has_put_link()) {
      rows.push_back(change.put_link().SerializeAsString());
    }
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

// A snapshot at any moment is what the lists say of its revision, and what
// follows has neither a gap nor a double.
TEST_P(WatchRunTest, SnapshotThenFollow) {
  StartWriters(kBatches);
  for (int i = 0; i < kSnapshots; ++i) {
    AwaitShare(i, kSnapshots);
    StartFollower(i == 0 ? v1::WatchFilter() : MakeFilter(random_),
                  Follower::Start::kSnapshot, "", /*breaks=*/20);
  }
  FinishAndCheck();
  for (const auto& follower : followers_) {
    SCOPED_TRACE(follower->filter().ShortDebugString());
    EXPECT_EQ(RowsOf(follower->snapshot()),
              RowsAt(*knowledge_, follower->snapshot_revision(),
                     FilterOf(follower->filter())));
  }
}

// What has no history in the lists is compared once the writers are done.
TEST_P(WatchRunTest, ASnapshotHasClaimsFindingsAndIdentityAsTheListsDo) {
  StartWriters(kBatches);
  for (const auto& writer : writers_) writer->Join();
  StartFollower({}, Follower::Start::kSnapshot, "", /*breaks=*/0);
  FinishAndCheck();
  std::multiset<std::string> told;
  for (const v1::WatchEvent& row : followers_.front()->snapshot()) {
    if (row.has_claim()) {
      told.insert(absl::StrCat("claim ", row.claim().claim().claim_id(), " ",
                               row.claim().attribute(), " ",
                               row.claim().verdict()));
    } else if (row.has_finding()) {
      told.insert(absl::StrCat("finding ", row.finding().id(), " ",
                               row.finding().state(), " ",
                               row.finding().verdict()));
    } else if (row.change().change().has_merge()) {
      told.insert(absl::StrCat(
          "merge ", EntityOf(row.change().change().merge().duplicate()), " ",
          EntityOf(row.change().change().merge().survivor())));
    }
  }
  EXPECT_EQ(told, ListedNow());
  EXPECT_GT(told.size(), 20);
}

CONCORDAT_ON_BOTH_ENGINES(WatchRunTest);

}  // namespace
}  // namespace concordat::watch
