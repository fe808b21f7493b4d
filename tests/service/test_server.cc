#include "tests/service/test_server.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "consistency/rows.h"
#include "google/rpc/error_details.pb.h"
#include "graph/codec.h"
#include "graph/memory_store.h"
#include "graph/revision_token.h"
#include "grpcpp/grpcpp.h"
#include "server/storage/sqlite/sqlite_store.h"

namespace concordat {
namespace {

std::unique_ptr<Store> OpenStore(Engine engine, const std::string& directory) {
  if (engine == Engine::kMemory) return std::make_unique<MemoryStore>();
  const std::vector<Space> spaces = rows::AllSpaces();
  SqliteOptions options;
  options.directory = directory;
  options.spaces = spaces;
  absl::StatusOr<std::unique_ptr<SqliteStore>> store =
      SqliteStore::Open(options);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

}  // namespace

const char kVocabulary[] = R"(
name: service_test
writing: {date_order: YMD, decimal_mark: "."}
sources: [crm, erp]
code_lists:
  tier:
    codes:
      silver: {aliases: [tier 2]}
      gold: {aliases: [Gold Member]}
entity_types:
  customer:
    attributes:
      name: {type: text}
      birth_date: {type: date}
      email: {type: email, identifying: true}
      tier: {type: code, code_list: tier, aliases: [loyalty_tier]}
  order:
    attributes:
      status: {type: text}
relation_types:
  placed: {from: [customer], to: [order]}
channels:
  web:
    subject_type: customer
    promise: 1h
    contract:
      customer:
        attributes:
          name: {required: true}
          birth_date: {}
          email: {}
          tier: {}
  app: {like: web}
  shop:
    subject_type: customer
    contract:
      customer:
        attributes:
          name: {}
          tier: {}
)";

WireError ErrorOf(const google::rpc::Status& status) {
  WireError error;
  const auto code = static_cast<absl::StatusCode>(status.code());
  error.summary = absl::StatusCodeToString(code);
  error.message = status.message();
  std::string field;
  for (const google::protobuf::Any& detail : status.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::BadRequest bad;
    if (detail.UnpackTo(&info)) {
      EXPECT_EQ(info.domain(), "concordat");
      absl::StrAppend(&error.summary, " ", info.reason());
      error.metadata = {info.metadata().begin(), info.metadata().end()};
    } else if (detail.UnpackTo(&bad) && bad.field_violations_size() == 1) {
      EXPECT_NE(bad.field_violations(0).description(), "");
      field = bad.field_violations(0).field();
    } else {
      error.retryable = detail.Is<google::rpc::RetryInfo>();
    }
  }
  if (!field.empty()) absl::StrAppend(&error.summary, " ", field);
  return error;
}

WireError ErrorOf(const grpc::Status& status) {
  google::rpc::Status rpc;
  EXPECT_TRUE(rpc.ParseFromString(status.error_details()));
  if (rpc.code() == 0) {
    // Made by gRPC itself: no details.
    rpc.set_code(status.error_code());
    rpc.set_message(status.error_message());
  }
  EXPECT_EQ(rpc.code(), status.error_code());
  EXPECT_EQ(rpc.message(), status.error_message());
  return ErrorOf(rpc);
}

std::string Summary(const grpc::Status& status) {
  return ErrorOf(status).summary;
}

std::string Summary(const google::rpc::Status& status) {
  return ErrorOf(status).summary;
}

uint64_t NumberOf(const std::string& revision_token) {
  std::string bytes;
  EXPECT_TRUE(absl::WebSafeBase64Unescape(revision_token, &bytes));
  Decoder decoder(bytes);
  decoder.Unsigned();  // kind of token
  decoder.Unsigned();  // store
  return decoder.Unsigned();
}

v1::EntityRef Customer(const std::string& id) {
  v1::EntityRef entity;
  entity.set_type("customer");
  entity.set_id(id);
  return entity;
}

v1::Change PutFact(const std::string& id, const std::string& attribute,
                   const std::string& value) {
  v1::Change change;
  v1::Fact* fact = change.mutable_put_fact();
  *fact->mutable_entity() = Customer(id);
  fact->set_attribute(attribute);
  fact->set_value(value);
  return change;
}

v1::Change PutOrder(const std::string& customer, const std::string& order) {
  v1::Change change;
  v1::Relation* relation = change.mutable_put_relation();
  *relation->mutable_from() = Customer(customer);
  relation->set_relation("placed");
  relation->mutable_to()->set_type("order");
  relation->mutable_to()->set_id(order);
  return change;
}

v1::Change PutLink(const std::string& channel, const std::string& subject,
                   const std::string& id) {
  v1::Change change;
  v1::Link* link = change.mutable_put_link();
  link->set_channel(channel);
  link->set_subject(subject);
  *link->mutable_entity() = Customer(id);
  return change;
}

v1::Claim MakeClaim(const std::string& channel, const std::string& id,
                    const std::string& attribute, const std::string& value,
                    const std::string& claim_id) {
  v1::Claim claim;
  claim.set_channel(channel);
  *claim.mutable_entity() = Customer(id);
  claim.set_attribute(attribute);
  claim.set_value(value);
  claim.set_claim_id(claim_id);
  return claim;
}

v1::ReadConsistency Latest() {
  v1::ReadConsistency consistency;
  consistency.set_latest(true);
  return consistency;
}

v1::ReadConsistency ExactlyAt(const std::string& revision) {
  v1::ReadConsistency consistency;
  consistency.set_exactly_at(revision);
  return consistency;
}

void ServiceTest::SetUp() {
  StartServer();
  if (HasFatalFailure() || InitialVocabulary().empty()) return;
  const grpc::Status applied = Apply(InitialVocabulary());
  ASSERT_TRUE(applied.ok()) << applied.error_code() << applied.error_message();
}

void ServiceTest::RestartServer() {
  TearDown();
  server_ = nullptr;
  // The memory store is all there is of what it holds.
  if (GetParam() != Engine::kMemory) store_ = nullptr;
  StartServer();
}

ServerOptions ServiceTest::Options() const {
  ServerOptions options;
  options.listen_address = "127.0.0.1:0";
  return options;
}

void ServiceTest::StartServer() {
  if (store_ == nullptr) store_ = OpenStore(GetParam(), directory_.path());
  ASSERT_NE(store_, nullptr);
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(Options(), store_.get(), &clock_, &logger_);
  ASSERT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  const std::shared_ptr<grpc::Channel> channel = server_->InProcessChannel();
  knowledge_ = v1::KnowledgeService::NewStub(channel);
  claims_ = v1::ClaimService::NewStub(channel);
  answers_ = v1::AnswerService::NewStub(channel);
  findings_ = v1::FindingService::NewStub(channel);
  vocabulary_ = v1::VocabularyService::NewStub(channel);
  privacy_ = v1::PrivacyService::NewStub(channel);
  server_info_ = v1::ServerService::NewStub(channel);
  watch_ = v1::WatchService::NewStub(channel);
}

void ServiceTest::StopServer() {
  server_->Shutdown(absl::Now() + absl::Seconds(5));
  server_ = nullptr;
}

void ServiceTest::TearDown() {
  if (server_ != nullptr) server_->Shutdown(absl::Now() + absl::Seconds(5));
}

grpc::Status ServiceTest::Apply(const std::string& yaml) {
  grpc::ClientContext context;
  v1::ApplyVocabularyRequest request;
  v1::ApplyVocabularyResponse response;
  request.set_yaml(yaml);
  return vocabulary_->ApplyVocabulary(&context, request, &response);
}

grpc::Status ServiceTest::TryWrite(const v1::WriteKnowledgeRequest& request,
                                   v1::WriteKnowledgeResponse* response) {
  grpc::ClientContext context;
  v1::WriteKnowledgeResponse ignored;
  return knowledge_->WriteKnowledge(&context, request,
                                    response == nullptr ? &ignored : response);
}

std::string ServiceTest::Write(const std::vector<v1::Change>& changes) {
  v1::WriteKnowledgeRequest request;
  v1::WriteKnowledgeResponse response;
  request.mutable_changes()->Assign(changes.begin(), changes.end());
  const grpc::Status status = TryWrite(request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.revision();
}

grpc::Status ServiceTest::TryReport(const std::vector<v1::Claim>& claims,
                                    v1::ReportClaimsResponse* response) {
  grpc::ClientContext context;
  v1::ReportClaimsRequest request;
  v1::ReportClaimsResponse ignored;
  request.mutable_claims()->Assign(claims.begin(), claims.end());
  return claims_->ReportClaims(&context, request,
                               response == nullptr ? &ignored : response);
}

v1::ReportClaimsResponse ServiceTest::Report(
    const std::vector<v1::Claim>& claims) {
  v1::ReportClaimsResponse response;
  const grpc::Status status = TryReport(claims, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.results_size(), claims.size());
  return response;
}

v1::ListHeldClaimsResponse ServiceTest::HeldClaims() {
  grpc::ClientContext context;
  v1::ListHeldClaimsRequest request;
  v1::ListHeldClaimsResponse response;
  request.set_page_size(1000);
  const grpc::Status status =
      claims_->ListHeldClaims(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.next_page_token(), "");
  return response;
}

v1::ListFindingsResponse ServiceTest::OpenFindings() {
  grpc::ClientContext context;
  v1::ListFindingsRequest request;
  v1::ListFindingsResponse response;
  request.set_page_size(1000);
  request.set_count_total(true);
  const grpc::Status status =
      findings_->ListFindings(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.total(), response.findings_size());
  return response;
}

v1::GetServerInfoResponse ServiceTest::Info() {
  grpc::ClientContext context;
  v1::GetServerInfoResponse response;
  const grpc::Status status =
      server_info_->GetServerInfo(&context, {}, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

std::string ServiceTest::FutureToken() {
  uint64_t store_id = 0;
  EXPECT_TRUE(absl::SimpleHexAtoi(Info().store_id(), &store_id));
  return TokenMint(store_id).RevisionToken(Revision(1'000'000));
}

std::string ServiceTest::StopAndReadLog() {
  server_->Shutdown(absl::Now() + absl::Seconds(5));
  server_ = nullptr;
  return log_.str();
}

std::shared_ptr<grpc::Channel> ServiceTest::NetworkChannel() const {
  return grpc::CreateChannel(server_->address(),
                             grpc::InsecureChannelCredentials());
}

}  // namespace concordat
