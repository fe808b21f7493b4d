#include "client/client.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "client/status_macros.h"
#include "client/stubs.h"

namespace concordat::client {
namespace {

template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Call(Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                           const Request&,
                                                           Response*),
                              const Request& request,
                              const ConnectionOptions& options) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + options.timeout));
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpc(status, options.address);
  return response;
}

// Reads a server's stream to its end.
template <typename Response>
absl::Status ReadAll(grpc::ClientContext& context,
                     grpc::ClientReader<Response>& stream,
                     const ConnectionOptions& options,
                     const std::function<absl::Status(const Response&)>& use) {
  Response response;
  absl::Status used;
  while (used.ok() && stream.Read(&response)) used = use(response);
  if (!used.ok()) context.TryCancel();
  const grpc::Status status = stream.Finish();
  return used.ok() ? FromGrpc(status, options.address) : used;
}

}  // namespace

Client::Client(ConnectionOptions options, std::unique_ptr<Stubs> stubs)
    : options_(std::move(options)), stubs_(std::move(stubs)) {}

Client::~Client() = default;

absl::StatusOr<std::unique_ptr<Client>> Client::Create(
    const ConnectionOptions& options) {
  CLIENT_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel,
                          OpenChannel(options));
  return std::unique_ptr<Client>(
      new Client(options, std::make_unique<Stubs>(channel)));
}

absl::StatusOr<v1::GetServerInfoResponse> Client::GetServerInfo() {
  return Call(stubs_->server, &v1::ServerService::Stub::GetServerInfo,
              v1::GetServerInfoRequest(), options_);
}

absl::StatusOr<v1::GetCallerResponse> Client::GetCaller() {
  return Call(stubs_->access, &v1::AccessService::Stub::GetCaller,
              v1::GetCallerRequest(), options_);
}

absl::StatusOr<v1::ListAccessesResponse> Client::ListAccesses(
    const v1::ListAccessesRequest& request) {
  return Call(stubs_->access, &v1::AccessService::Stub::ListAccesses, request,
              options_);
}

absl::StatusOr<v1::VerifyAccessLogResponse> Client::VerifyAccessLog() {
  ConnectionOptions patient = options_;
  patient.timeout = absl::Hours(24);
  return Call(stubs_->access, &v1::AccessService::Stub::VerifyAccessLog,
              v1::VerifyAccessLogRequest(), patient);
}

absl::StatusOr<v1::ValidateVocabularyResponse> Client::ValidateVocabulary(
    const v1::ValidateVocabularyRequest& request) {
  return Call(stubs_->vocabulary,
              &v1::VocabularyService::Stub::ValidateVocabulary, request,
              options_);
}

absl::StatusOr<v1::DiffVocabularyResponse> Client::DiffVocabulary(
    const v1::DiffVocabularyRequest& request) {
  return Call(stubs_->vocabulary, &v1::VocabularyService::Stub::DiffVocabulary,
              request, options_);
}

absl::StatusOr<v1::ApplyVocabularyResponse> Client::ApplyVocabulary(
    const v1::ApplyVocabularyRequest& request) {
  return Call(stubs_->vocabulary, &v1::VocabularyService::Stub::ApplyVocabulary,
              request, options_);
}

absl::StatusOr<v1::GetVocabularyResponse> Client::GetVocabulary(
    const v1::GetVocabularyRequest& request) {
  return Call(stubs_->vocabulary, &v1::VocabularyService::Stub::GetVocabulary,
              request, options_);
}

absl::StatusOr<v1::WriteKnowledgeResponse> Client::WriteKnowledge(
    const v1::WriteKnowledgeRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::WriteKnowledge,
              request, options_);
}

absl::StatusOr<v1::GetEntityResponse> Client::GetEntity(
    const v1::GetEntityRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::GetEntity,
              request, options_);
}

absl::StatusOr<v1::ListEntitiesResponse> Client::ListEntities(
    const v1::ListEntitiesRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::ListEntities,
              request, options_);
}

absl::StatusOr<v1::GetTimelineResponse> Client::GetTimeline(
    const v1::GetTimelineRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::GetTimeline,
              request, options_);
}

absl::StatusOr<v1::ListFactsResponse> Client::ListFacts(
    const v1::ListFactsRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::ListFacts,
              request, options_);
}

absl::StatusOr<v1::ListRelationsResponse> Client::ListRelations(
    const v1::ListRelationsRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::ListRelations,
              request, options_);
}

absl::StatusOr<v1::ListLinksResponse> Client::ListLinks(
    const v1::ListLinksRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::ListLinks,
              request, options_);
}

absl::StatusOr<v1::ExplainValueResponse> Client::ExplainValue(
    const v1::ExplainValueRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::ExplainValue,
              request, options_);
}

absl::StatusOr<v1::GetHistoryResponse> Client::GetHistory(
    const v1::GetHistoryRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::GetHistory,
              request, options_);
}

absl::StatusOr<v1::GetNeighbourhoodResponse> Client::GetNeighbourhood(
    const v1::GetNeighbourhoodRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::GetNeighbourhood,
              request, options_);
}

absl::StatusOr<v1::FindPathsResponse> Client::FindPaths(
    const v1::FindPathsRequest& request) {
  return Call(stubs_->knowledge, &v1::KnowledgeService::Stub::FindPaths,
              request, options_);
}

absl::StatusOr<v1::ReportClaimsResponse> Client::ReportClaims(
    const v1::ReportClaimsRequest& request) {
  return Call(stubs_->claims, &v1::ClaimService::Stub::ReportClaims, request,
              options_);
}

absl::StatusOr<v1::CheckClaimResponse> Client::CheckClaim(
    const v1::CheckClaimRequest& request) {
  return Call(stubs_->claims, &v1::ClaimService::Stub::CheckClaim, request,
              options_);
}

absl::StatusOr<v1::ListHeldClaimsResponse> Client::ListHeldClaims(
    const v1::ListHeldClaimsRequest& request) {
  return Call(stubs_->claims, &v1::ClaimService::Stub::ListHeldClaims, request,
              options_);
}

absl::StatusOr<v1::ListUnconfirmedResponse> Client::ListUnconfirmed(
    const v1::ListUnconfirmedRequest& request) {
  return Call(stubs_->claims, &v1::ClaimService::Stub::ListUnconfirmed, request,
              options_);
}

absl::StatusOr<v1::ListFindingsResponse> Client::ListFindings(
    const v1::ListFindingsRequest& request) {
  return Call(stubs_->findings, &v1::FindingService::Stub::ListFindings,
              request, options_);
}

absl::StatusOr<v1::CheckAnswerResponse> Client::CheckAnswer(
    const v1::CheckAnswerRequest& request) {
  return Call(stubs_->answers, &v1::AnswerService::Stub::CheckAnswer, request,
              options_);
}

absl::StatusOr<v1::GetCustomerViewResponse> Client::GetCustomerView(
    const v1::GetCustomerViewRequest& request) {
  return Call(stubs_->answers, &v1::AnswerService::Stub::GetCustomerView,
              request, options_);
}

absl::StatusOr<v1::StartAuditResponse> Client::StartAudit(
    const v1::StartAuditRequest& request) {
  return Call(stubs_->audits, &v1::AuditService::Stub::StartAudit, request,
              options_);
}

absl::StatusOr<v1::GetAuditResponse> Client::GetAudit(
    const v1::GetAuditRequest& request) {
  return Call(stubs_->audits, &v1::AuditService::Stub::GetAudit, request,
              options_);
}

absl::StatusOr<v1::ListAuditsResponse> Client::ListAudits(
    const v1::ListAuditsRequest& request) {
  return Call(stubs_->audits, &v1::AuditService::Stub::ListAudits, request,
              options_);
}

absl::StatusOr<v1::CancelAuditResponse> Client::CancelAudit(
    const v1::CancelAuditRequest& request) {
  return Call(stubs_->audits, &v1::AuditService::Stub::CancelAudit, request,
              options_);
}

absl::StatusOr<v1::DeleteAuditResponse> Client::DeleteAudit(
    const v1::DeleteAuditRequest& request) {
  return Call(stubs_->audits, &v1::AuditService::Stub::DeleteAudit, request,
              options_);
}

absl::StatusOr<v1::ListAuditFindingsResponse> Client::ListAuditFindings(
    const v1::ListAuditFindingsRequest& request) {
  return Call(stubs_->audits, &v1::AuditService::Stub::ListAuditFindings,
              request, options_);
}

absl::StatusOr<v1::CompareAuditsResponse> Client::CompareAudits(
    const v1::CompareAuditsRequest& request) {
  return Call(stubs_->audits, &v1::AuditService::Stub::CompareAudits, request,
              options_);
}

absl::StatusOr<v1::AssignCauseResponse> Client::AssignCause(
    const v1::AssignCauseRequest& request) {
  return Call(stubs_->audits, &v1::AuditService::Stub::AssignCause, request,
              options_);
}

absl::StatusOr<v1::GetScorecardResponse> Client::GetScorecard(
    const v1::GetScorecardRequest& request) {
  return Call(stubs_->scorecards, &v1::ScorecardService::Stub::GetScorecard,
              request, options_);
}

absl::StatusOr<v1::GetConcordResponse> Client::GetConcord(
    const v1::GetConcordRequest& request) {
  return Call(stubs_->scorecards, &v1::ScorecardService::Stub::GetConcord,
              request, options_);
}

absl::StatusOr<v1::GetSketchTermsResponse> Client::GetSketchTerms(
    const v1::GetSketchTermsRequest& request) {
  return Call(stubs_->reconciliation,
              &v1::ReconciliationService::Stub::GetSketchTerms, request,
              options_);
}

absl::StatusOr<v1::AskChannelsResponse> Client::AskChannels(
    const v1::AskChannelsRequest& request) {
  return Call(stubs_->probes, &v1::ProbeService::Stub::AskChannels, request,
              options_);
}

absl::StatusOr<v1::ListProbesResponse> Client::ListProbes() {
  return Call(stubs_->probes, &v1::ProbeService::Stub::ListProbes,
              v1::ListProbesRequest(), options_);
}

absl::StatusOr<v1::ListReliabilityResponse> Client::ListReliability(
    const v1::ListReliabilityRequest& request) {
  return Call(stubs_->reliability,
              &v1::ReliabilityService::Stub::ListReliability, request,
              options_);
}

absl::StatusOr<v1::SuggestValueResponse> Client::SuggestValue(
    const v1::SuggestValueRequest& request) {
  return Call(stubs_->reliability, &v1::ReliabilityService::Stub::SuggestValue,
              request, options_);
}

absl::StatusOr<v1::GetFindingResponse> Client::GetFinding(
    const v1::GetFindingRequest& request) {
  return Call(stubs_->findings, &v1::FindingService::Stub::GetFinding, request,
              options_);
}

absl::StatusOr<v1::ReplayFindingsResponse> Client::ReplayFindings(
    const v1::ReplayFindingsRequest& request) {
  return Call(stubs_->findings, &v1::FindingService::Stub::ReplayFindings,
              request, options_);
}

absl::StatusOr<v1::UpdateFindingsResponse> Client::UpdateFindings(
    const v1::UpdateFindingsRequest& request) {
  return Call(stubs_->findings, &v1::FindingService::Stub::UpdateFindings,
              request, options_);
}

absl::StatusOr<v1::PutMuteResponse> Client::PutMute(
    const v1::PutMuteRequest& request) {
  return Call(stubs_->findings, &v1::FindingService::Stub::PutMute, request,
              options_);
}

absl::StatusOr<v1::LiftMuteResponse> Client::LiftMute(
    const v1::LiftMuteRequest& request) {
  return Call(stubs_->findings, &v1::FindingService::Stub::LiftMute, request,
              options_);
}

absl::StatusOr<v1::ListMutesResponse> Client::ListMutes(
    const v1::ListMutesRequest& request) {
  return Call(stubs_->findings, &v1::FindingService::Stub::ListMutes, request,
              options_);
}

absl::StatusOr<v1::GetCommitResponse> Client::GetCommit(
    const v1::GetCommitRequest& request) {
  return Call(stubs_->history, &v1::HistoryService::Stub::GetCommit, request,
              options_);
}

absl::StatusOr<v1::ListCommitsResponse> Client::ListCommits(
    const v1::ListCommitsRequest& request) {
  return Call(stubs_->history, &v1::HistoryService::Stub::ListCommits, request,
              options_);
}

absl::StatusOr<v1::ExplainIdentityResponse> Client::ExplainIdentity(
    const v1::ExplainIdentityRequest& request) {
  return Call(stubs_->identity, &v1::IdentityService::Stub::ExplainIdentity,
              request, options_);
}

absl::StatusOr<v1::ListMergesResponse> Client::ListMerges(
    const v1::ListMergesRequest& request) {
  return Call(stubs_->identity, &v1::IdentityService::Stub::ListMerges, request,
              options_);
}

absl::StatusOr<v1::ExplainValuesResponse> Client::ExplainValues(
    const v1::ExplainValuesRequest& request) {
  return Call(stubs_->values, &v1::ValueService::Stub::ExplainValues, request,
              options_);
}

absl::StatusOr<v1::RevisionOrder> Client::CompareRevisions(
    const std::string& a, const std::string& b) {
  v1::CompareRevisionsRequest request;
  request.set_a(a);
  request.set_b(b);
  CLIENT_ASSIGN_OR_RETURN(
      const v1::CompareRevisionsResponse response,
      Call(stubs_->server, &v1::ServerService::Stub::CompareRevisions, request,
           options_));
  return response.order();
}

absl::StatusOr<bool> Client::HasReached(const std::string& revision,
                                        const std::string& until) {
  if (until.empty() || revision.empty()) return false;
  CLIENT_ASSIGN_OR_RETURN(const v1::RevisionOrder order,
                          CompareRevisions(revision, until));
  return order != v1::REVISION_ORDER_BEFORE;
}

absl::StatusOr<v1::PutCursorResponse> Client::PutCursor(
    const v1::PutCursorRequest& request) {
  return Call(stubs_->watch, &v1::WatchService::Stub::PutCursor, request,
              options_);
}

absl::StatusOr<v1::ListCursorsResponse> Client::ListCursors(
    const v1::ListCursorsRequest& request) {
  return Call(stubs_->watch, &v1::WatchService::Stub::ListCursors, request,
              options_);
}

absl::StatusOr<v1::DeleteCursorResponse> Client::DeleteCursor(
    const v1::DeleteCursorRequest& request) {
  return Call(stubs_->watch, &v1::WatchService::Stub::DeleteCursor, request,
              options_);
}

absl::StatusOr<v1::EraseSubjectResponse> Client::EraseSubject(
    const v1::EraseSubjectRequest& request) {
  return Call(stubs_->privacy, &v1::PrivacyService::Stub::EraseSubject, request,
              options_);
}

absl::StatusOr<v1::ListErasuresResponse> Client::ListErasures(
    const v1::ListErasuresRequest& request) {
  return Call(stubs_->privacy, &v1::PrivacyService::Stub::ListErasures, request,
              options_);
}

absl::Status Client::ExportSubject(
    const v1::ExportSubjectRequest& request,
    const std::function<bool(const v1::ExportSubjectResponse&)>& use) {
  grpc::ClientContext context;
  const std::unique_ptr<grpc::ClientReader<v1::ExportSubjectResponse>> reader =
      stubs_->privacy.ExportSubject(&context, request);
  v1::ExportSubjectResponse part;
  bool stopped = false;
  while (!stopped && reader->Read(&part)) stopped = !use(part);
  if (stopped) context.TryCancel();
  const grpc::Status status = reader->Finish();
  if (stopped || status.ok()) return absl::OkStatus();
  return FromGrpc(status, options_.address);
}

absl::Status Client::Backup(const v1::BackupRequest& request,
                            const ByteSink& sink) {
  grpc::ClientContext context;
  return ReadAll<v1::BackupResponse>(
      context, *stubs_->admin.Backup(&context, request), options_,
      [&sink](const auto& response) { return sink(response.data()); });
}

absl::Status Client::ArchiveLog(const v1::ArchiveLogRequest& request,
                                const ByteSink& sink) {
  grpc::ClientContext context;
  return ReadAll<v1::ArchiveLogResponse>(
      context, *stubs_->admin.ArchiveLog(&context, request), options_,
      [&sink](const auto& response) { return sink(response.data()); });
}

absl::StatusOr<v1::CompactResponse> Client::Compact(
    const v1::CompactRequest& request,
    const std::function<void(const v1::CompactResponse&)>& progress) {
  grpc::ClientContext context;
  v1::CompactResponse last;
  CLIENT_RETURN_IF_ERROR(ReadAll<v1::CompactResponse>(
      context, *stubs_->admin.Compact(&context, request), options_,
      [&](const v1::CompactResponse& response) {
        last = response;
        progress(response);
        return absl::OkStatus();
      }));
  return last;
}

absl::StatusOr<v1::BacktestResponse> Client::Backtest(
    const v1::BacktestRequest& request,
    const std::function<void(const v1::BacktestProgress&)>& progress) {
  grpc::ClientContext context;
  v1::BacktestResponse result;
  CLIENT_RETURN_IF_ERROR(ReadAll<v1::BacktestResponse>(
      context, *stubs_->what_if.Backtest(&context, request), options_,
      [&](const v1::BacktestResponse& response) {
        if (response.has_progress()) {
          progress(response.progress());
        } else {
          result.MergeFrom(response);
        }
        return absl::OkStatus();
      }));
  return result;
}

absl::StatusOr<v1::CounterfactualResponse> Client::Counterfactual(
    const v1::CounterfactualRequest& request) {
  return Call(stubs_->what_if, &v1::WhatIfService::Stub::Counterfactual,
              request, options_);
}

}  // namespace concordat::client
