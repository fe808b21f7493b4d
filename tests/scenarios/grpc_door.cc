#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "concordat/v1/claims.grpc.pb.h"
#include "concordat/v1/findings.grpc.pb.h"
#include "concordat/v1/knowledge.grpc.pb.h"
#include "concordat/v1/server.grpc.pb.h"
#include "concordat/v1/vocabulary.grpc.pb.h"
#include "concordat/v1/watch.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/server.h"
#include "server/telemetry/logger.h"
#include "tests/scenarios/doors.h"

namespace concordat {
namespace {

google::rpc::Status Details(const grpc::Status& status) {
  google::rpc::Status details;
  if (status.ok()) return details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), static_cast<int>(status.error_code()));
  return details;
}

class GrpcDoor final : public Door {
 public:
  GrpcDoor(OpenStore open, const Clock* clock)
      : open_(std::move(open)), clock_(clock), logger_(&log_, clock) {
    Restart();
  }
  ~GrpcDoor() override { Stop(); }

  google::rpc::Status ApplyVocabulary(const std::string& yaml) override {
    v1::ApplyVocabularyRequest request;
    request.set_yaml(yaml);
    request.set_file_name("scenario.yaml");
    v1::ApplyVocabularyResponse response;
    grpc::ClientContext context;
    return Details(vocabulary_->ApplyVocabulary(&context, request, &response));
  }

  google::rpc::Status Write(const v1::WriteKnowledgeRequest& request,
                            v1::WriteKnowledgeResponse* response) override {
    grpc::ClientContext context;
    return Details(knowledge_->WriteKnowledge(&context, request, response));
  }

  google::rpc::Status Report(const v1::ReportClaimsRequest& request,
                             v1::ReportClaimsResponse* response) override {
    grpc::ClientContext context;
    return Details(claims_->ReportClaims(&context, request, response));
  }

  google::rpc::Status Check(const v1::Claim& claim,
                            v1::Judgement* judgement) override {
    v1::CheckClaimRequest request;
    *request.mutable_claim() = claim;
    request.mutable_consistency()->set_latest(true);
    v1::CheckClaimResponse response;
    grpc::ClientContext context;
    google::rpc::Status status =
        Details(claims_->CheckClaim(&context, request, &response));
    *judgement = response.judgement();
    return status;
  }

  google::rpc::Status Neighbourhood(
      const v1::GetNeighbourhoodRequest& request,
      v1::GetNeighbourhoodResponse* response) override {
    grpc::ClientContext context;
    return Details(knowledge_->GetNeighbourhood(&context, request, response));
  }

  // Whatever goes through the committer comes after what is due.
  void Settle() override {
    v1::PutCursorRequest request;
    request.set_name("settled");
    v1::GetServerInfoResponse info;
    {
      grpc::ClientContext context;
      EXPECT_TRUE(server_info_->GetServerInfo(&context, {}, &info).ok());
    }
    request.set_revision(info.revision());
    v1::PutCursorResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(watch_->PutCursor(&context, request, &response).ok());
  }

  // Page by page, each finding by its id: so that pages are tried as well.
  std::vector<v1::GetFindingResponse> Findings() override {
    v1::ListFindingsRequest request;
    for (int state = v1::FINDING_STATE_OBSERVED;
         state <= v1::FINDING_STATE_REOPENED; ++state) {
      request.mutable_filter()->add_states(
          static_cast<v1::FindingState>(state));
    }
    request.set_page_size(1);
    request.set_count_total(true);
    std::vector<v1::GetFindingResponse> all;
    int64_t total = 0;
    do {
      v1::ListFindingsResponse page;
      grpc::ClientContext context;
      EXPECT_TRUE(findings_->ListFindings(&context, request, &page).ok());
      for (const v1::Finding& finding : page.findings()) {
        all.push_back(Get(finding));
      }
      total = page.total();
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    EXPECT_EQ(total, static_cast<int64_t>(all.size()));
    return all;
  }

  std::vector<v1::HeldClaim> Held() override {
    v1::ListHeldClaimsRequest request;
    request.set_page_size(1);
    std::vector<v1::HeldClaim> all;
    do {
      v1::ListHeldClaimsResponse page;
      grpc::ClientContext context;
      EXPECT_TRUE(claims_->ListHeldClaims(&context, request, &page).ok());
      all.insert(all.end(), page.claims().begin(), page.claims().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return all;
  }

  void Restart() override {
    Stop();
    store_ = open_();
    auto server =
        Server::Start(ServerOptions(), store_.get(), clock_, &logger_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    const std::shared_ptr<grpc::Channel> channel = server_->InProcessChannel();
    vocabulary_ = v1::VocabularyService::NewStub(channel);
    knowledge_ = v1::KnowledgeService::NewStub(channel);
    claims_ = v1::ClaimService::NewStub(channel);
    findings_ = v1::FindingService::NewStub(channel);
    watch_ = v1::WatchService::NewStub(channel);
    server_info_ = v1::ServerService::NewStub(channel);
  }

 private:
  void Stop() {
    server_info_.reset();
    watch_.reset();
    findings_.reset();
    claims_.reset();
    knowledge_.reset();
    vocabulary_.reset();
    if (server_ != nullptr) server_->Shutdown(absl::InfiniteFuture());
    server_.reset();
    store_.reset();
  }

  // The finding as listed, with its history; judging its claim again at its
  // revision gives the verdict that it has.
  v1::GetFindingResponse Get(const v1::Finding& listed) {
    v1::GetFindingRequest request;
    request.set_id(listed.id());
    v1::GetFindingResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(findings_->GetFinding(&context, request, &response).ok());
    EXPECT_EQ(response.finding().SerializeAsString(),
              listed.SerializeAsString());
    if (listed.family() == v1::FINDING_FAMILY_RULE) {
      EXPECT_EQ(response.rule_evidence().outcome(), "VIOLATED");
      return response;
    }
    if (response.has_suggestion()) {
      EXPECT_GT(response.sides_size(), 0);
      return response;
    }
    const v1::Judgement& replay = response.judgement();
    const bool disclosure = listed.family() == v1::FINDING_FAMILY_DISCLOSURE;
    EXPECT_EQ(replay.further_verdict() == v1::VERDICT_UNSPECIFIED || disclosure
                  ? replay.verdict()
                  : replay.further_verdict(),
              listed.verdict());
    return response;
  }

  const OpenStore open_;
  const Clock* const clock_;
  std::ostringstream log_;
  Logger logger_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<v1::VocabularyService::Stub> vocabulary_;
  std::unique_ptr<v1::KnowledgeService::Stub> knowledge_;
  std::unique_ptr<v1::ClaimService::Stub> claims_;
  std::unique_ptr<v1::FindingService::Stub> findings_;
  std::unique_ptr<v1::WatchService::Stub> watch_;
  std::unique_ptr<v1::ServerService::Stub> server_info_;
};

}  // namespace

std::unique_ptr<Door> MakeGrpcDoor(OpenStore open, const Clock* clock) {
  return std::make_unique<GrpcDoor>(std::move(open), clock);
}

}  // namespace concordat
