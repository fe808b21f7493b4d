// The server as a whole: what it says of itself, the standard services, and
// what raw, hostile or careless clients may send.
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "graph/limits.h"
#include "graph/memory_store.h"
#include "graph/reading.h"
#include "graph/rows.h"
#include "graph/status_macros.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/grpcpp.h"
#include "tests/service/test_server.h"

namespace concordat {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// Calls a method with messages of any bytes and gives the answers' bytes.
struct RawAnswers {
  std::vector<std::string> messages;
  grpc::Status status;
};

RawAnswers CallRaw(const std::shared_ptr<grpc::Channel>& channel,
                   const std::string& method,
                   const std::vector<std::string>& messages) {
  RawAnswers answers;
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  // Waits for the one operation that was started.
  const auto done = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call = stub.PrepareCall(&context, method, &queue);
  call->StartCall(nullptr);
  bool ok = done();
  for (const std::string& message : messages) {
    if (!ok) break;
    call->Write(ToBuffer(message), nullptr);
    ok = done();
  }
  if (ok) {
    call->WritesDone(nullptr);
    done();
  }
  grpc::ByteBuffer answer;
  for (call->Read(&answer, nullptr); done(); call->Read(&answer, nullptr)) {
    answers.messages.push_back(ToString(answer));
  }
  call->Finish(&answers.status, nullptr);
  done();
  queue.Shutdown();
  return answers;
}

using ServerTest = ServiceTest;

TEST_P(ServerTest, TellsWhatItIs) {
  const v1::GetServerInfoResponse before = Info();
  EXPECT_EQ(before.version(), CONCORDAT_VERSION);
  EXPECT_EQ(before.engine(),
            GetParam() == Engine::kMemory ? "memory" : "sqlite");
  EXPECT_THAT(before.store_id(), SizeIs(16));
  EXPECT_EQ(before.vocabulary_version(), 1);
  EXPECT_EQ(before.vocabulary_name(), "service_test");
  EXPECT_EQ(before.limits().at("claims_per_batch_max"), 1000);
  EXPECT_EQ(before.limits().at("value_bytes_max"), 4096);
  EXPECT_EQ(before.limits().at("filter_values_max"), 1000);

  clock_.Advance(absl::Seconds(60));
  const std::string written = Write({PutFact("c1", "name", "N")});
  const v1::GetServerInfoResponse after = Info();
  EXPECT_EQ(after.store_id(), before.store_id());
  EXPECT_EQ(after.revision(), written);
  EXPECT_EQ(after.revision_number(), before.revision_number() + 1);
  EXPECT_EQ(after.uptime().seconds(), 60);
}

// --- The standard services, by their bytes: Debian has no C++ code for them --

TEST_P(ServerTest, HealthIsServing) {
  const RawAnswers answers =
      CallRaw(NetworkChannel(), "/grpc.health.v1.Health/Check", {""});
  ASSERT_TRUE(answers.status.ok()) << answers.status.error_message();
  // HealthCheckResponse{status: SERVING}
  EXPECT_THAT(answers.messages, testing::ElementsAre("\x08\x01"));
}

TEST_P(ServerTest, ReflectionListsEveryService) {
  const RawAnswers answers =
      CallRaw(NetworkChannel(),
              "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
              // ServerReflectionRequest{list_services: "*"}
              {"\x3a\x01*"});
  ASSERT_TRUE(answers.status.ok()) << answers.status.error_message();
  ASSERT_THAT(answers.messages, SizeIs(1));
  for (const char* service :
       {"KnowledgeService", "ClaimService", "AnswerService", "FindingService",
        "ValueService", "VocabularyService", "ServerService"}) {
    EXPECT_THAT(answers.messages[0],
                HasSubstr(absl::StrCat("concordat.v1.", service)));
  }
  EXPECT_THAT(answers.messages[0], HasSubstr("grpc.health.v1.Health"));
}

TEST_P(ServerTest, AnUnknownMethodIsUnimplemented) {
  EXPECT_EQ(
      CallRaw(NetworkChannel(), "/concordat.v1.ClaimService/Nothing", {""})
          .status.error_code(),
      grpc::StatusCode::UNIMPLEMENTED);
}

// --- What clients may send ---------------------------------------------------

TEST_P(ServerTest, CompressedRequestsAreRefused) {
  for (const grpc_compression_algorithm algorithm :
       {GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    const auto stub = v1::ClaimService::NewStub(NetworkChannel());
    grpc::ClientContext context;
    context.set_compression_algorithm(algorithm);
    v1::ReportClaimsRequest request;
    v1::ReportClaimsResponse response;
    // Long enough to be worth compressing.
    *request.add_claims() =
        MakeClaim("web", "c1", "name", std::string(4096, 'x'), "1");
    EXPECT_EQ(stub->ReportClaims(&context, request, &response).error_code(),
              grpc::StatusCode::UNIMPLEMENTED);
  }
  EXPECT_THAT(HeldClaims().claims(), IsEmpty());
}

TEST_P(ServerTest, AMessageOf5MebibytesIsRefused) {
  const auto stub = v1::ClaimService::NewStub(NetworkChannel());
  v1::ReportClaimsRequest request;
  v1::ReportClaimsResponse response;
  *request.add_claims() =
      MakeClaim("web", "c1", "name", std::string(5 << 20, 'x'), "1");
  grpc::ClientContext context;
  EXPECT_EQ(stub->ReportClaims(&context, request, &response).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  // One that fits is judged by its own limits.
  request.mutable_claims(0)->set_value(
      std::string(limits::kMessageBytesMax - 1000, 'x'));
  grpc::ClientContext smaller;
  ASSERT_TRUE(stub->ReportClaims(&smaller, request, &response).ok());
  EXPECT_EQ(Summary(response.results(0).error()),
            "INVALID_ARGUMENT LIMIT_EXCEEDED claims[0].value");
}

// The bytes of a batch with one claim; its value is not UTF-8.
std::string NotUtf8() {
  v1::ReportClaimsRequest request;
  *request.add_claims() = MakeClaim("web", "c1", "name", "PLACE", "bad");
  return absl::StrReplaceAll(request.SerializeAsString(),
                             {{"PLACE", "a\xff\xfe\xfd!"}});
}

constexpr char kUnreadable[] = "INVALID_ARGUMENT INVALID_FIELD";

TEST_P(ServerTest, TextThatIsNotUtf8IsRefusedWithAReason) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const Case cases[] = {
      {"not_utf8", NotUtf8()},
      {"not_a_message", "\x0f\xff\xff"},
      {"cut_off", NotUtf8().substr(0, 10)},
  };
  for (const Case& bad : cases) {
    SCOPED_TRACE(bad.name);
    for (const auto& channel :
         {NetworkChannel(), server_->InProcessChannel()}) {
      const RawAnswers answers = CallRaw(
          channel, "/concordat.v1.ClaimService/CheckClaim", {bad.bytes});
      const WireError error = ErrorOf(answers.status);
      EXPECT_EQ(error.summary, kUnreadable);
      EXPECT_THAT(error.message, HasSubstr("not valid UTF-8"));
      EXPECT_THAT(answers.messages, IsEmpty());
    }
  }
  EXPECT_THAT(HeldClaims().claims(), IsEmpty());
}

// Claims are read item by item, so what is wrong with one is said of it, and
// the others go on.
TEST_P(ServerTest, OfABatchOnlyTheClaimThatIsNotUtf8IsRefused) {
  v1::ReportClaimsRequest request;
  *request.add_claims() = MakeClaim("web", "c1", "name", "PLACE", "1");
  *request.add_claims() = MakeClaim("web", "c2", "name", "N", "2");
  for (const char* field : {"name", "PLACE"}) {
    const std::string bytes = absl::StrReplaceAll(
        request.SerializeAsString(),
        {{field,
          std::string("\xff\xfe\xfd\xfc\xfb").substr(0, strlen(field))}});
    const RawAnswers answers = CallRaw(
        NetworkChannel(), "/concordat.v1.ClaimService/ReportClaims", {bytes});
    ASSERT_TRUE(answers.status.ok()) << answers.status.error_message();
    v1::ReportClaimsResponse response;
    ASSERT_TRUE(response.ParseFromString(answers.messages.at(0)));
    ASSERT_EQ(response.results_size(), 2);
    EXPECT_THAT(response.results(0).error().message(),
                HasSubstr("must be valid UTF-8"));
    EXPECT_EQ(response.results(1).status(), field == absl::string_view("name")
                                                ? v1::CLAIM_STATUS_REJECTED
                                                : v1::CLAIM_STATUS_RECORDED);
  }
  for (const char* bytes : {"\x0f\xff\xff", "\x0a\x7f"}) {
    const RawAnswers answers = CallRaw(
        NetworkChannel(), "/concordat.v1.ClaimService/ReportClaims", {bytes});
    EXPECT_EQ(Summary(answers.status), kUnreadable);
  }
}

TEST_P(ServerTest, AStreamSaysSoTooAndLosesNothingBefore) {
  v1::StreamClaimsRequest good;
  *good.add_claims() = MakeClaim("web", "c1", "name", "N", "1");
  const std::string first = good.SerializeAsString();
  good.mutable_claims(0)->set_claim_id("2");
  const std::string second = good.SerializeAsString();
  const RawAnswers answers =
      CallRaw(NetworkChannel(), "/concordat.v1.ClaimService/StreamClaims",
              {first, second, "\x0a\x7f", first});
  EXPECT_EQ(Summary(answers.status), kUnreadable);
  ASSERT_THAT(answers.messages, SizeIs(2));
  v1::StreamClaimsResponse response;
  ASSERT_TRUE(response.ParseFromString(answers.messages[1]));
  EXPECT_EQ(response.results(0).status(), v1::CLAIM_STATUS_RECORDED);

  v1::StreamKnowledgeRequest write;
  *write.mutable_write()->add_changes() = PutFact("c1", "name", "PLACE");
  const std::string bad = absl::StrReplaceAll(write.SerializeAsString(),
                                              {{"PLACE", "a\xff\xfe\xfd!"}});
  const RawAnswers refused =
      CallRaw(NetworkChannel(),
              "/concordat.v1.KnowledgeService/StreamKnowledge", {bad});
  EXPECT_EQ(Summary(refused.status), kUnreadable);
  // The server lives.
  EXPECT_THAT(Report({MakeClaim("web", "c2", "name", "N", "3")}).results(),
              SizeIs(1));
}

// --- What is logged ----------------------------------------------------------

TEST_P(ServerTest, FailuresAreLoggedWithTheTraceAndWithoutValues) {
  grpc::ClientContext context;
  context.AddMetadata(
      "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  v1::WriteKnowledgeRequest request;
  v1::WriteKnowledgeResponse response;
  *request.add_changes() = PutFact("secret-id", "birth_date", "secret-value");
  const grpc::Status status =
      knowledge_->WriteKnowledge(&context, request, &response);
  EXPECT_EQ(Summary(status),
            "INVALID_ARGUMENT UNREADABLE_VALUE changes[0].put_fact.value");
  EXPECT_THAT(status.error_details(), Not(HasSubstr("secret")));
  EXPECT_THAT(StopAndReadLog(),
              AllOf(HasSubstr("0af7651916cd43dd8448eb211c80319c"),
                    HasSubstr("UNREADABLE_VALUE"), HasSubstr("WriteKnowledge"),
                    Not(HasSubstr("secret"))));
}

// --- Many at once ------------------------------------------------------------

// One client of the test below. Each writes to its own customers; all report
// for the same channel.
class Client {
 public:
  Client(std::shared_ptr<grpc::Channel> channel, int number)
      : number_(number),
        knowledge_(v1::KnowledgeService::NewStub(channel)),
        claims_(v1::ClaimService::NewStub(channel)),
        findings_(v1::FindingService::NewStub(channel)) {}

  static constexpr int kRounds = 40;

  void Run() {
    grpc::ClientContext context;
    const auto stream = claims_->StreamClaims(&context);
    for (int round = 0; round < kRounds && problem_.empty(); ++round) {
      WriteTruth(round);
      ReportRound(round, *stream);
      List();
    }
    stream->WritesDone();
    if (!stream->Finish().ok()) problem_ = "the stream failed";
  }

  const std::string& problem() const { return problem_; }

 private:
  std::string Id(int round) const {
    return absl::StrCat("c", number_, "-", round);
  }

  void Note(uint64_t revision) {
    if (revision <= last_) problem_ = "a revision did not rise";
    last_ = revision;
  }

  void WriteTruth(int round) {
    grpc::ClientContext context;
    v1::WriteKnowledgeRequest request;
    v1::WriteKnowledgeResponse response;
    *request.add_changes() = PutFact(Id(round), "name", "Ann");
    request.set_request_id(Id(round));
    if (!knowledge_->WriteKnowledge(&context, request, &response).ok()) {
      problem_ = "a write failed";
    }
    Note(NumberOf(response.revision()));
  }

  // Every second claim contradicts.
  void ReportRound(int round,
                   grpc::ClientReaderWriter<v1::StreamClaimsRequest,
                                            v1::StreamClaimsResponse>& stream) {
    v1::StreamClaimsRequest request;
    *request.add_claims() = MakeClaim("web", Id(round), "name", "Ann",
                                      absl::StrCat(Id(round), "w"));
    *request.add_claims() = MakeClaim("app", Id(round), "name", "Bob",
                                      absl::StrCat(Id(round), "a"));
    v1::StreamClaimsResponse response;
    if (!stream.Write(request) || !stream.Read(&response) ||
        response.results_size() != 2 ||
        response.results(0).verdict() != v1::VERDICT_AGREES ||
        response.results(1).verdict() != v1::VERDICT_CONTRADICTS) {
      problem_ = "a report was answered wrongly";
      return;
    }
    Note(NumberOf(response.revision()));
  }

  void List() {
    grpc::ClientContext context;
    v1::ListFindingsRequest request;
    v1::ListFindingsResponse response;
    request.set_count_total(true);
    const grpc::Status status =
        findings_->ListFindings(&context, request, &response);
    if (!status.ok()) problem_ = status.error_message();
    // One's own report is in what one lists.
    if (NumberOf(response.revision()) < last_) problem_ = "a list was old";
  }

  const int number_;
  const std::unique_ptr<v1::KnowledgeService::Stub> knowledge_;
  const std::unique_ptr<v1::ClaimService::Stub> claims_;
  const std::unique_ptr<v1::FindingService::Stub> findings_;
  uint64_t last_ = 0;
  std::string problem_;
};

TEST_P(ServerTest, EightClientsAtOnceGetWhatOneWouldGet) {
  constexpr int kClients = 8;
  const uint64_t before = Info().revision_number();
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Client>(server_->InProcessChannel(), i));
  }
  for (const auto& client : clients) {
    threads.emplace_back([&client] { client->Run(); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& client : clients) EXPECT_EQ(client->problem(), "");

  constexpr int kRounds = kClients * Client::kRounds;
  // Claims that waited together are one commit.
  EXPECT_GT(Info().revision_number(), before + kRounds);
  EXPECT_LE(Info().revision_number(), before + 2 * kRounds);
  EXPECT_THAT(HeldClaims().claims(), SizeIs(2 * kRounds));
  const v1::ListFindingsResponse findings = OpenFindings();
  EXPECT_THAT(findings.findings(), SizeIs(kRounds));
  for (const v1::Finding& finding : findings.findings()) {
    EXPECT_EQ(finding.channel(), "app");
    EXPECT_EQ(finding.count(), 1);
  }
}

// A store that an older build wrote, with identifiers under other normal forms.
TEST(ServerStartTest, IndexesTheIdentifiersOfAnOlderBuildAgain) {
  TestClock clock;
  std::ostringstream log;
  Logger logger(&log, &clock);
  MemoryStore store;
  const auto start = [&] {
    ServerOptions options;
    options.listen_address = "";
    absl::StatusOr<std::unique_ptr<Server>> server =
        Server::Start(options, &store, &clock, &logger);
    EXPECT_TRUE(server.ok()) << server.status();
    return *std::move(server);
  };
  {
    const std::unique_ptr<Server> server = start();
    const auto channel = server->InProcessChannel();
    grpc::ClientContext of_apply;
    v1::ApplyVocabularyRequest apply;
    apply.set_yaml(kVocabulary);
    v1::ApplyVocabularyResponse applied;
    ASSERT_TRUE(v1::VocabularyService::NewStub(channel)
                    ->ApplyVocabulary(&of_apply, apply, &applied)
                    .ok());
    grpc::ClientContext of_write;
    v1::WriteKnowledgeRequest write;
    *write.add_changes() = PutFact("bob", "email", "bob@example.org");
    v1::WriteKnowledgeResponse written;
    ASSERT_TRUE(v1::KnowledgeService::NewStub(channel)
                    ->WriteKnowledge(&of_write, write, &written)
                    .ok());
  }
  const auto identifiers = [&] {
    int count = 0;
    EXPECT_TRUE((*store.Snapshot())
                    ->Scan(rows::kIdentifiers, "", "",
                           [&](absl::string_view, absl::string_view) {
                             ++count;
                             return true;
                           })
                    .ok());
    return count;
  };
  ASSERT_EQ(identifiers(), 2);  // by value and by entity
  ASSERT_TRUE(store
                  .Write([&](Transaction& tx) -> absl::Status {
                    std::vector<std::string> keys;
                    CONCORDAT_RETURN_IF_ERROR(
                        tx.Scan(rows::kIdentifiers, "", "",
                                [&](absl::string_view key, absl::string_view) {
                                  keys.emplace_back(key);
                                  return true;
                                }));
                    for (const std::string& key : keys) {
                      CONCORDAT_RETURN_IF_ERROR(
                          tx.Delete(rows::kIdentifiers, key));
                    }
                    return rows::PutIndexedForms(tx, kNormalFormsVersion - 1);
                  })
                  .ok());
  start();
  EXPECT_EQ(identifiers(), 2);
}

CONCORDAT_ON_BOTH_ENGINES(ServerTest);

}  // namespace
}  // namespace concordat
