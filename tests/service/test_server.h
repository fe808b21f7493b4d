// A whole server in the test's process, and short words to talk to it.
#ifndef CONCORDAT_TESTS_SERVICE_TEST_SERVER_H_
#define CONCORDAT_TESTS_SERVICE_TEST_SERVER_H_

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "concordat/v1/answers.grpc.pb.h"
#include "concordat/v1/claims.grpc.pb.h"
#include "concordat/v1/findings.grpc.pb.h"
#include "concordat/v1/knowledge.grpc.pb.h"
#include "concordat/v1/privacy.grpc.pb.h"
#include "concordat/v1/server.grpc.pb.h"
#include "concordat/v1/vocabulary.grpc.pb.h"
#include "concordat/v1/watch.grpc.pb.h"
#include "google/rpc/status.pb.h"
#include "graph/clock.h"
#include "graph/store.h"
#include "grpcpp/channel.h"
#include "server/server.h"
#include "server/telemetry/logger.h"
#include "tests/conformance/temporary_directory.h"

namespace concordat {

// Stands at one time until it is moved. Thread-safe.
class TestClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixSeconds(seconds_); }
  void Advance(absl::Duration by) { seconds_ += absl::ToInt64Seconds(by); }

 private:
  std::atomic<int64_t> seconds_{1'767'268'800};  // 2026-01-01T12:00:00Z
};

// An error as a client reads it.
struct WireError {
  std::string summary;  // "INVALID_ARGUMENT LIMIT_EXCEEDED claims"; or "OK"
  std::string message;
  std::map<std::string, std::string> metadata;
  bool retryable = false;  // says when to try again
};
WireError ErrorOf(const grpc::Status& status);
WireError ErrorOf(const google::rpc::Status& status);
// Code, reason and field, which is what most cases care about.
std::string Summary(const grpc::Status& status);
std::string Summary(const google::rpc::Status& status);

// A revision token's number. Adds a failure where it is not a token.
uint64_t NumberOf(const std::string& revision_token);

v1::Change PutFact(const std::string& id, const std::string& attribute,
                   const std::string& value);
v1::Change PutOrder(const std::string& customer, const std::string& order);
v1::Change PutLink(const std::string& channel, const std::string& subject,
                   const std::string& id);
v1::Claim MakeClaim(const std::string& channel, const std::string& id,
                    const std::string& attribute, const std::string& value,
                    const std::string& claim_id);
v1::ReadConsistency Latest();
v1::ReadConsistency ExactlyAt(const std::string& revision);
v1::EntityRef Customer(const std::string& id);

// Customers with a name, birth_date, email and tier (alias loyalty_tier), and
// orders; channels web, app and shop, of which shop may not know the email.
extern const char kVocabulary[];

enum class Engine { kMemory, kSqlite };

inline void PrintTo(Engine engine, std::ostream* out) {
  *out << (engine == Engine::kMemory ? "Memory" : "Sqlite");
}

// A test gets a new store, a server on it that listens on a free port too, and
// the vocabulary above.
class ServiceTest : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override;
  void TearDown() override;

  // What is applied before the test; empty: nothing.
  virtual std::string InitialVocabulary() const { return kVocabulary; }
  virtual ServerOptions Options() const;

  // A server on the store, with stubs that talk to it.
  void StartServer();
  // Ends it as its operator does, within five seconds.
  void StopServer();

  // Ends the server and starts another on the same store.
  void RestartServer();
  const std::string& directory() const { return directory_.path(); }
  // The store as it lies behind the server.
  Store& store() { return *store_; }

  grpc::Status Apply(const std::string& yaml);
  // Writes, expects success, gives the revision's token.
  std::string Write(const std::vector<v1::Change>& changes);
  grpc::Status TryWrite(const v1::WriteKnowledgeRequest& request,
                        v1::WriteKnowledgeResponse* response = nullptr);
  grpc::Status TryReport(const std::vector<v1::Claim>& claims,
                         v1::ReportClaimsResponse* response = nullptr);
  // Reports, expects the call to succeed.
  v1::ReportClaimsResponse Report(const std::vector<v1::Claim>& claims);
  v1::ListHeldClaimsResponse HeldClaims();
  v1::ListFindingsResponse OpenFindings();
  v1::GetServerInfoResponse Info();

  // A token of a revision that the store has not reached.
  std::string FutureToken();
  // All that was logged. Stops the server first.
  std::string StopAndReadLog();
  // A channel over TCP.
  std::shared_ptr<grpc::Channel> NetworkChannel() const;

  TestClock clock_;
  std::unique_ptr<v1::KnowledgeService::Stub> knowledge_;
  std::unique_ptr<v1::ClaimService::Stub> claims_;
  std::unique_ptr<v1::AnswerService::Stub> answers_;
  std::unique_ptr<v1::FindingService::Stub> findings_;
  std::unique_ptr<v1::PrivacyService::Stub> privacy_;
  std::unique_ptr<v1::VocabularyService::Stub> vocabulary_;
  std::unique_ptr<v1::ServerService::Stub> server_info_;
  std::unique_ptr<v1::WatchService::Stub> watch_;
  std::unique_ptr<Server> server_;

 private:
  TemporaryDirectory directory_;
  std::ostringstream log_;
  Logger logger_{&log_, &clock_};
  std::unique_ptr<Store> store_;
};

inline std::string EngineName(const testing::TestParamInfo<Engine>& info) {
  return info.param == Engine::kMemory ? "Memory" : "Sqlite";
}

}  // namespace concordat

#define CONCORDAT_ON_BOTH_ENGINES(suite)                                  \
  INSTANTIATE_TEST_SUITE_P(Engines, suite,                                \
                           testing::Values(::concordat::Engine::kMemory,  \
                                           ::concordat::Engine::kSqlite), \
                           ::concordat::EngineName)

#endif  // CONCORDAT_TESTS_SERVICE_TEST_SERVER_H_
