// What was acknowledged outlives kill -9 at any instant, once, and nothing is
// half there; what SIGTERM interrupts is as whole; and a data directory that
// cannot be served is refused. Against build/bin/concordatd.
//
// CONCORDAT_SEED repeats a run.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "SQLiteCpp/SQLiteCpp.h"
#include "absl/strings/str_cat.h"
#include "concordat/v1/claims.grpc.pb.h"
#include "concordat/v1/findings.grpc.pb.h"
#include "concordat/v1/knowledge.grpc.pb.h"
#include "concordat/v1/vocabulary.grpc.pb.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "server/storage/sqlite/checked_vfs.h"
#include "tests/conformance/temporary_directory.h"
#include "tests/faults/fault_table.h"
#include "tests/service/pump.h"
#include "tests/service/server_process.h"

namespace concordat {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr char kVocabulary[] = R"(
name: kill_test
entity_types:
  customer: {attributes: {name: {type: text}, city: {type: text}}}
channels:
  web:
    subject_type: customer
    contract: {customer: {attributes: {name: {}, city: {}}}}
)";

constexpr int kKills = 15;  // of each kind
constexpr int kBatch = 20;  // claims in a batch, facts in a write
constexpr int kBatchesMax = 60;

unsigned Seed() {
  const char* const given = std::getenv("CONCORDAT_SEED");
  static const unsigned kSeed = given == nullptr
                                    ? std::random_device()()
                                    : static_cast<unsigned>(std::atoll(given));
  return kSeed;
}

void FillEntity(const std::string& id, v1::EntityRef* entity) {
  entity->set_type("customer");
  entity->set_id(id);
}

// Batch `number` of round `round`: claims about customers of which every one
// is named Ann. Every second claim contradicts that.
v1::StreamClaimsRequest ClaimBatch(int round, int number) {
  v1::StreamClaimsRequest request;
  for (int i = 0; i < kBatch; ++i) {
    const std::string id = absl::StrCat(round, "-", number, "-", i);
    v1::Claim* claim = request.add_claims();
    claim->set_channel("web");
    FillEntity(id, claim->mutable_entity());
    claim->set_attribute("name");
    claim->set_value(i % 2 == 0 ? "Ann" : "Eve");
    claim->set_claim_id(id);
  }
  return request;
}

v1::StreamKnowledgeRequest FactBatch(int round, int number) {
  v1::StreamKnowledgeRequest request;
  request.mutable_write()->set_request_id(absl::StrCat(round, "-", number));
  for (int i = 0; i < kBatch; ++i) {
    v1::Fact* fact = request.mutable_write()->add_changes()->mutable_put_fact();
    FillEntity(absl::StrCat(round, "-", number, "-", i),
               fact->mutable_entity());
    fact->set_attribute("name");
    fact->set_value("Ann");
  }
  return request;
}

class KillTest : public testing::Test {
 protected:
  void SetUp() override {
    std::cout << "CONCORDAT_SEED=" << Seed() << "\n";
    Start();
    grpc::ClientContext context;
    v1::ApplyVocabularyRequest request;
    v1::ApplyVocabularyResponse response;
    request.set_yaml(kVocabulary);
    const auto stub = v1::VocabularyService::NewStub(server_->Connect());
    const grpc::Status status =
        stub->ApplyVocabulary(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  void Start() {
    server_ = std::make_unique<ServerProcess>(DataDirectory());
    ASSERT_NE(server_->address(), "");
  }

  std::string DataDirectory() const { return directory_.Sub("data"); }

  // Runs `load` and kills the server at a random instant: when so many answers
  // have come, and up to a few milliseconds later.
  template <typename Load>
  void KillDuring(int answers_max, Load load) {
    seen_ = 0;
    std::atomic<bool> over = false;
    std::thread loader([&] {
      load();
      over = true;
    });
    using Uniform = std::uniform_int_distribution<int>;
    const int answers = Uniform(0, answers_max)(random_);
    while (seen_ < answers && !over) std::this_thread::yield();
    poll(nullptr, 0, Uniform(0, 3)(random_));
    server_->child().Signal(SIGKILL);
    loader.join();
    EXPECT_EQ(server_->child().Wait().signal, SIGKILL);
  }

  std::vector<v1::StreamClaimsResponse> StreamClaims(int round, int count) {
    const auto stub = v1::ClaimService::NewStub(server_->Connect());
    grpc::ClientContext context;
    const auto stream = stub->StreamClaims(&context);
    return Pump<v1::StreamClaimsResponse>(
        *stream, count, [=](int i) { return ClaimBatch(round, i); }, &seen_);
  }

  std::vector<v1::StreamKnowledgeResponse> StreamFacts(int round, int count) {
    const auto stub = v1::KnowledgeService::NewStub(server_->Connect());
    grpc::ClientContext context;
    const auto stream = stub->StreamKnowledge(&context);
    return Pump<v1::StreamKnowledgeResponse>(
        *stream, count, [=](int i) { return FactBatch(round, i); }, &seen_);
  }

  // How many claims of each claim_id are held.
  std::map<std::string, int> HeldClaims() {
    const auto stub = v1::ClaimService::NewStub(server_->Connect());
    std::map<std::string, int> held;
    v1::ListHeldClaimsRequest request;
    v1::ListHeldClaimsResponse response;
    request.set_page_size(1000);
    do {
      grpc::ClientContext context;
      const grpc::Status status =
          stub->ListHeldClaims(&context, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::HeldClaim& claim : response.claims()) {
        ++held[claim.claim().claim_id()];
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return held;
  }

  // The ids of all entities that have facts.
  std::set<std::string> Entities() {
    const auto stub = v1::KnowledgeService::NewStub(server_->Connect());
    std::set<std::string> ids;
    v1::ListEntitiesRequest request;
    v1::ListEntitiesResponse response;
    request.set_type("customer");
    request.mutable_consistency()->set_latest(true);
    request.set_page_size(1000);
    do {
      grpc::ClientContext context;
      const grpc::Status status =
          stub->ListEntities(&context, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::EntityRef& entity : response.entities()) {
        ids.insert(entity.id());
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }

  // The count of each finding, by entity.
  std::map<std::string, int64_t> Findings() {
    const auto stub = v1::FindingService::NewStub(server_->Connect());
    std::map<std::string, int64_t> counts;
    v1::ListFindingsRequest request;
    v1::ListFindingsResponse response;
    request.set_page_size(1000);
    do {
      grpc::ClientContext context;
      const grpc::Status status =
          stub->ListFindings(&context, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::Finding& finding : response.findings()) {
        counts[finding.entity().id()] += finding.count();
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return counts;
  }

  // Everything that round `round` wrote is there once: `batches` of claims,
  // and a finding that counts one for every second.
  void ExpectOnce(int round, int batches) {
    const std::map<std::string, int> held = HeldClaims();
    const std::map<std::string, int64_t> findings = Findings();
    for (int number = 0; number < batches; ++number) {
      for (int i = 0; i < kBatch; ++i) {
        const std::string id = absl::StrCat(round, "-", number, "-", i);
        const auto claim = held.find(id);
        EXPECT_TRUE(claim != held.end() && claim->second == 1) << id;
        const auto finding = findings.find(id);
        const int64_t count = finding == findings.end() ? 0 : finding->second;
        EXPECT_EQ(count, i % 2) << id;
      }
    }
  }

  TemporaryDirectory directory_;
  std::unique_ptr<ServerProcess> server_;
  std::mt19937 random_{Seed()};
  std::atomic<int> seen_ = 0;
};

// Facts: each write is there whole or not at all; each that was acknowledged
// is there, and is known to have been written when it is sent again.
TEST_F(KillTest, AcknowledgedWritesAreThereWhole) {
  int acknowledged = 0;
  FaultCounts counts;
  for (int round = 0; round < kKills; ++round) {
    SCOPED_TRACE(round);
    ++counts.rounds;
    ++counts.struck;
    std::vector<v1::StreamKnowledgeResponse> before;
    KillDuring(kBatchesMax, [&] { before = StreamFacts(round, kBatchesMax); });
    Start();
    const std::set<std::string> ids = Entities();
    int whole = 0;
    for (int number = 0; number < kBatchesMax; ++number) {
      int found = 0;
      for (int i = 0; i < kBatch; ++i) {
        found += ids.count(absl::StrCat(round, "-", number, "-", i));
      }
      EXPECT_TRUE(found == 0 || found == kBatch) << number << ": " << found;
      if (found == kBatch) ++whole;
      if (found != 0 && found != kBatch) ++counts.half;
    }
    const int answered = static_cast<int>(before.size());
    EXPECT_GE(whole, answered);
    counts.lost += std::max(0, answered - whole);
    acknowledged += answered;

    const auto again = StreamFacts(round, whole + 1);
    ASSERT_THAT(again, SizeIs(whole + 1));
    for (int number = 0; number <= whole; ++number) {
      ASSERT_TRUE(again[number].has_written()) << number;
      EXPECT_EQ(again[number].written().replayed(), number < whole) << number;
      if (number < whole && !again[number].written().replayed()) {
        ++counts.doubled;
      }
      if (number >= answered) continue;
      EXPECT_EQ(again[number].written().revision(),
                before[number].written().revision());
    }
  }
  EXPECT_GT(acknowledged, 0) << "no kill came late enough to mean anything";
  ReportFaults("kill -9 under writes", counts);
}

// Claims: each that was acknowledged is a DUPLICATE when it is sent again; all
// are held once and counted once by their finding.
TEST_F(KillTest, AcknowledgedClaimsAreThereOnce) {
  int acknowledged = 0;
  FaultCounts counts;
  for (int round = 0; round < kKills; ++round) {
    SCOPED_TRACE(round);
    ++counts.rounds;
    ++counts.struck;
    ASSERT_THAT(StreamFacts(round, kBatchesMax), SizeIs(kBatchesMax));
    size_t answered = 0;
    KillDuring(kBatchesMax,
               [&] { answered = StreamClaims(round, kBatchesMax).size(); });
    Start();
    acknowledged += static_cast<int>(answered);

    const auto again = StreamClaims(round, kBatchesMax);
    ASSERT_THAT(again, SizeIs(kBatchesMax));
    int recorded = 0;
    for (int number = 0; number < kBatchesMax; ++number) {
      const auto status = again[number].results(0).status();
      // A batch is one item of the log: all of it, or nothing.
      for (const v1::ClaimResult& result : again[number].results()) {
        EXPECT_EQ(result.status(), status) << number;
        if (result.status() != status) ++counts.half;
      }
      // The log has no holes: after the first that is new, all are.
      EXPECT_TRUE(recorded == 0 || status == v1::CLAIM_STATUS_RECORDED);
      if (status == v1::CLAIM_STATUS_RECORDED) ++recorded;
      EXPECT_TRUE(number >= static_cast<int>(answered) ||
                  status == v1::CLAIM_STATUS_DUPLICATE)
          << number;
      if (number < static_cast<int>(answered) &&
          status != v1::CLAIM_STATUS_DUPLICATE) {
        ++counts.lost;
      }
    }
    ExpectOnce(round, kBatchesMax);
    if (HasFailure()) ++counts.doubled;
    if (HasFailure()) break;
  }
  EXPECT_GT(acknowledged, 0) << "no kill came late enough to mean anything";
  ReportFaults("kill -9 under claims", counts);
}

TEST_F(KillTest, SigtermUnderLoadLosesNothing) {
  std::atomic<int> answered = 0;
  std::thread loader([&] {
    const auto stub = v1::ClaimService::NewStub(server_->Connect());
    for (int number = 0;; ++number) {
      grpc::ClientContext context;
      v1::ReportClaimsRequest request;
      v1::ReportClaimsResponse response;
      *request.mutable_claims() = ClaimBatch(0, number).claims();
      const grpc::Status status =
          stub->ReportClaims(&context, request, &response);
      if (!status.ok()) {
        // gRPC cancels what arrives in the instant in which it closes.
        EXPECT_THAT(status.error_code(),
                    testing::AnyOf(grpc::StatusCode::UNAVAILABLE,
                                   grpc::StatusCode::CANCELLED))
            << status.error_message();
        return;
      }
      ++answered;
    }
  });
  while (answered < 20) std::this_thread::yield();
  server_->child().Signal(SIGTERM);
  loader.join();
  const Ended ended = server_->child().Wait();
  EXPECT_EQ(ended.exit_code, 0) << ended.error;
  Start();
  const auto again = StreamClaims(0, answered);
  ASSERT_THAT(again, SizeIs(answered.load()));
  for (const v1::StreamClaimsResponse& response : again) {
    for (const v1::ClaimResult& result : response.results()) {
      EXPECT_EQ(result.status(), v1::CLAIM_STATUS_DUPLICATE);
    }
  }
}

// --failpoints, which the loops above do without: death at a known instant.
TEST_F(KillTest, DiesAtAFailpointAndKeepsWhatWasSynced) {
  server_->child().Signal(SIGTERM);
  EXPECT_EQ(server_->child().Wait().exit_code, 0);
  // The first commit of a new store gives it its id.
  const std::string other = directory_.Sub("other");
  const Ended died =
      RunToEnd({Program("concordatd"), "--data-dir", other, "--listen",
                "127.0.0.1:0", "--failpoints", "commit.after_sync=crash"});
  EXPECT_EQ(died.signal, SIGKILL);
  EXPECT_EQ(died.out, "");
  // It has it now: the failpoint is not reached again.
  ServerProcess again(other);
  EXPECT_NE(again.address(), "");
  const Ended refused = RunToEnd({Program("concordatd"), "--data-dir", other,
                                  "--failpoints", "commit.never=crash"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.error, HasSubstr("commit.never"));
}

TEST_F(KillTest, OneServerAtATimeHasADataDirectory) {
  const Ended second = RunToEnd({Program("concordatd"), "--data-dir",
                                 DataDirectory(), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.exit_code, 4);
  EXPECT_THAT(second.error, HasSubstr(DataDirectory()));
  EXPECT_THAT(second.error, HasSubstr("one server at a time"));
  EXPECT_EQ(second.out, "");
  EXPECT_TRUE(server_->child().Runs());
}

TEST_F(KillTest, ANewerLayoutIsRefusedAndLeftAlone) {
  server_->child().Signal(SIGTERM);
  EXPECT_EQ(server_->child().Wait().exit_code, 0);
  const std::string file = DataDirectory() + "/concordat.db";
  {
    // Through the shim, so that the changed page is sound.
    const auto vfs = CheckedVfs::Register("", true);
    ASSERT_TRUE(vfs.ok()) << vfs.status();
    SQLite::Database(file, SQLite::OPEN_READWRITE, 0, (*vfs)->name())
        .exec("PRAGMA user_version=1000");
  }
  const Ended refused = RunToEnd({Program("concordatd"), "--data-dir",
                                  DataDirectory(), "--listen", "127.0.0.1:0"});
  EXPECT_EQ(refused.exit_code, 4);
  EXPECT_THAT(refused.error, HasSubstr("version 1000"));
  EXPECT_THAT(refused.error, HasSubstr("run the newer build"));
  EXPECT_EQ(SQLite::Database(file, SQLite::OPEN_READONLY)
                .execAndGet("PRAGMA user_version")
                .getInt(),
            1000);
}

}  // namespace
}  // namespace concordat
