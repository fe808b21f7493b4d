// The C++ client of Concordat: one method a call, absl::Status for errors, no
// gRPC in sight.
#ifndef CONCORDAT_CLIENT_CLIENT_H_
#define CONCORDAT_CLIENT_CLIENT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/connection.h"
#include "client/duplex_stream.h"
#include "client/watch.h"
#include "concordat/v1/access.pb.h"
#include "concordat/v1/admin.pb.h"
#include "concordat/v1/answers.pb.h"
#include "concordat/v1/audits.pb.h"
#include "concordat/v1/claims.pb.h"
#include "concordat/v1/findings.pb.h"
#include "concordat/v1/history.pb.h"
#include "concordat/v1/identity.pb.h"
#include "concordat/v1/knowledge.pb.h"
#include "concordat/v1/privacy.pb.h"
#include "concordat/v1/probes.pb.h"
#include "concordat/v1/reconciliation.pb.h"
#include "concordat/v1/reliability.pb.h"
#include "concordat/v1/scorecards.pb.h"
#include "concordat/v1/server.pb.h"
#include "concordat/v1/values.pb.h"
#include "concordat/v1/vocabulary.pb.h"
#include "concordat/v1/watch.pb.h"
#include "concordat/v1/whatif.pb.h"

namespace concordat::client {

using ClaimStream =
    DuplexStream<v1::StreamClaimsRequest, v1::StreamClaimsResponse>;
using AuditExportStream =
    DuplexStream<v1::RunAuditRequest, v1::RunAuditResponse>;
using ReconcileStream =
    DuplexStream<v1::ReconcileRequest, v1::ReconcileResponse>;
using ImportLogStream =
    DuplexStream<v1::ImportLogRequest, v1::ImportLogResponse>;
using KnowledgeStream =
    DuplexStream<v1::StreamKnowledgeRequest, v1::StreamKnowledgeResponse>;

// Talks to one server. Thread-safe. Every call gives the errors that the
// service's .proto documents, UNAVAILABLE where no server answers and
// DEADLINE_EXCEEDED after ConnectionOptions::timeout. Nothing is retried here:
// the caller knows whether it is worth it.
class Client {
 public:
  // Does not connect yet. INVALID_ARGUMENT where the address is none.
  static absl::StatusOr<std::unique_ptr<Client>> Create(
      const ConnectionOptions& options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  absl::StatusOr<v1::GetServerInfoResponse> GetServerInfo();

  absl::StatusOr<v1::ValidateVocabularyResponse> ValidateVocabulary(
      const v1::ValidateVocabularyRequest& request);
  absl::StatusOr<v1::DiffVocabularyResponse> DiffVocabulary(
      const v1::DiffVocabularyRequest& request);
  absl::StatusOr<v1::ApplyVocabularyResponse> ApplyVocabulary(
      const v1::ApplyVocabularyRequest& request);
  absl::StatusOr<v1::GetVocabularyResponse> GetVocabulary(
      const v1::GetVocabularyRequest& request);

  absl::StatusOr<v1::WriteKnowledgeResponse> WriteKnowledge(
      const v1::WriteKnowledgeRequest& request);
  absl::StatusOr<v1::GetEntityResponse> GetEntity(
      const v1::GetEntityRequest& request);
  absl::StatusOr<v1::ListEntitiesResponse> ListEntities(
      const v1::ListEntitiesRequest& request);
  absl::StatusOr<v1::GetTimelineResponse> GetTimeline(
      const v1::GetTimelineRequest& request);
  absl::StatusOr<v1::ListFactsResponse> ListFacts(
      const v1::ListFactsRequest& request);
  absl::StatusOr<v1::ListRelationsResponse> ListRelations(
      const v1::ListRelationsRequest& request);
  absl::StatusOr<v1::ListLinksResponse> ListLinks(
      const v1::ListLinksRequest& request);
  absl::StatusOr<v1::ExplainValueResponse> ExplainValue(
      const v1::ExplainValueRequest& request);
  absl::StatusOr<v1::GetHistoryResponse> GetHistory(
      const v1::GetHistoryRequest& request);
  absl::StatusOr<v1::GetNeighbourhoodResponse> GetNeighbourhood(
      const v1::GetNeighbourhoodRequest& request);
  absl::StatusOr<v1::FindPathsResponse> FindPaths(
      const v1::FindPathsRequest& request);

  absl::StatusOr<v1::ReportClaimsResponse> ReportClaims(
      const v1::ReportClaimsRequest& request);
  absl::StatusOr<v1::CheckClaimResponse> CheckClaim(
      const v1::CheckClaimRequest& request);
  absl::StatusOr<v1::ListHeldClaimsResponse> ListHeldClaims(
      const v1::ListHeldClaimsRequest& request);
  absl::StatusOr<v1::ListUnconfirmedResponse> ListUnconfirmed(
      const v1::ListUnconfirmedRequest& request);
  absl::StatusOr<v1::CheckAnswerResponse> CheckAnswer(
      const v1::CheckAnswerRequest& request);
  absl::StatusOr<v1::GetCustomerViewResponse> GetCustomerView(
      const v1::GetCustomerViewRequest& request);

  absl::StatusOr<v1::StartAuditResponse> StartAudit(
      const v1::StartAuditRequest& request);
  absl::StatusOr<v1::GetAuditResponse> GetAudit(
      const v1::GetAuditRequest& request);
  absl::StatusOr<v1::ListAuditsResponse> ListAudits(
      const v1::ListAuditsRequest& request);
  absl::StatusOr<v1::CancelAuditResponse> CancelAudit(
      const v1::CancelAuditRequest& request);
  absl::StatusOr<v1::DeleteAuditResponse> DeleteAudit(
      const v1::DeleteAuditRequest& request);
  absl::StatusOr<v1::ListAuditFindingsResponse> ListAuditFindings(
      const v1::ListAuditFindingsRequest& request);
  absl::StatusOr<v1::CompareAuditsResponse> CompareAudits(
      const v1::CompareAuditsRequest& request);
  absl::StatusOr<v1::AssignCauseResponse> AssignCause(
      const v1::AssignCauseRequest& request);
  absl::StatusOr<v1::GetScorecardResponse> GetScorecard(
      const v1::GetScorecardRequest& request);
  absl::StatusOr<v1::GetConcordResponse> GetConcord(
      const v1::GetConcordRequest& request);
  absl::StatusOr<v1::GetSketchTermsResponse> GetSketchTerms(
      const v1::GetSketchTermsRequest& request);
  absl::StatusOr<v1::AskChannelsResponse> AskChannels(
      const v1::AskChannelsRequest& request);
  absl::StatusOr<v1::ListProbesResponse> ListProbes();

  absl::StatusOr<v1::ListReliabilityResponse> ListReliability(
      const v1::ListReliabilityRequest& request);
  absl::StatusOr<v1::SuggestValueResponse> SuggestValue(
      const v1::SuggestValueRequest& request);

  absl::StatusOr<v1::ListFindingsResponse> ListFindings(
      const v1::ListFindingsRequest& request);
  absl::StatusOr<v1::GetFindingResponse> GetFinding(
      const v1::GetFindingRequest& request);
  absl::StatusOr<v1::ReplayFindingsResponse> ReplayFindings(
      const v1::ReplayFindingsRequest& request);
  absl::StatusOr<v1::UpdateFindingsResponse> UpdateFindings(
      const v1::UpdateFindingsRequest& request);
  absl::StatusOr<v1::PutMuteResponse> PutMute(
      const v1::PutMuteRequest& request);
  absl::StatusOr<v1::LiftMuteResponse> LiftMute(
      const v1::LiftMuteRequest& request);
  absl::StatusOr<v1::ListMutesResponse> ListMutes(
      const v1::ListMutesRequest& request);

  absl::StatusOr<v1::GetCommitResponse> GetCommit(
      const v1::GetCommitRequest& request);
  absl::StatusOr<v1::ListCommitsResponse> ListCommits(
      const v1::ListCommitsRequest& request);

  absl::StatusOr<v1::ExplainIdentityResponse> ExplainIdentity(
      const v1::ExplainIdentityRequest& request);
  absl::StatusOr<v1::ListMergesResponse> ListMerges(
      const v1::ListMergesRequest& request);

  absl::StatusOr<v1::ExplainValuesResponse> ExplainValues(
      const v1::ExplainValuesRequest& request);

  // Which of two revision tokens came first: where `a` is, seen from `b`.
  absl::StatusOr<v1::RevisionOrder> CompareRevisions(const std::string& a,
                                                     const std::string& b);

  // Whether a watch that stands at `revision` has come as far as `until`: false
  // where either is empty.
  absl::StatusOr<bool> HasReached(const std::string& revision,
                                  const std::string& until);

  absl::StatusOr<v1::GetCallerResponse> GetCaller();
  absl::StatusOr<v1::ListAccessesResponse> ListAccesses(
      const v1::ListAccessesRequest& request);
  // Without the timeout.
  absl::StatusOr<v1::VerifyAccessLogResponse> VerifyAccessLog();

  absl::StatusOr<v1::PutCursorResponse> PutCursor(
      const v1::PutCursorRequest& request);
  absl::StatusOr<v1::ListCursorsResponse> ListCursors(
      const v1::ListCursorsRequest& request);
  absl::StatusOr<v1::DeleteCursorResponse> DeleteCursor(
      const v1::DeleteCursorRequest& request);
  absl::StatusOr<v1::EraseSubjectResponse> EraseSubject(
      const v1::EraseSubjectRequest& request);
  absl::StatusOr<v1::ListErasuresResponse> ListErasures(
      const v1::ListErasuresRequest& request);
  // Calls `use` with each part, until it returns false. Without the timeout.
  absl::Status ExportSubject(
      const v1::ExportSubjectRequest& request,
      const std::function<bool(const v1::ExportSubjectResponse&)>& use);
  // Gets the bytes of a file, part after part; an error of it ends the call and
  // is its result.
  using ByteSink = std::function<absl::Status(absl::string_view data)>;
  // These take as long as they take: no timeout.
  absl::Status Backup(const v1::BackupRequest& request, const ByteSink& sink);
  absl::Status ArchiveLog(const v1::ArchiveLogRequest& request,
                          const ByteSink& sink);
  // `progress` is told of every step; the last one is the result.
  absl::StatusOr<v1::CompactResponse> Compact(
      const v1::CompactRequest& request,
      const std::function<void(const v1::CompactResponse&)>& progress);

  // `progress` is told how far it is; the result is all that came after, in
  // one. Without the timeout.
  absl::StatusOr<v1::BacktestResponse> Backtest(
      const v1::BacktestRequest& request,
      const std::function<void(const v1::BacktestProgress&)>& progress);
  absl::StatusOr<v1::CounterfactualResponse> Counterfactual(
      const v1::CounterfactualRequest& request);

  // The streams must not outlive the client.
  std::unique_ptr<ImportLogStream> ImportLog();
  std::unique_ptr<AuditExportStream> RunAudit();
  std::unique_ptr<ReconcileStream> Reconcile();
  std::unique_ptr<ClaimStream> StreamClaims();
  std::unique_ptr<KnowledgeStream> StreamKnowledge();
  std::unique_ptr<Watch> StartWatch(v1::WatchRequest request,
                                    WatchPatience patience = {});

 private:
  struct Stubs;
  Client(ConnectionOptions options, std::unique_ptr<Stubs> stubs);

  // Constant after construction.
  const ConnectionOptions options_;
  const std::unique_ptr<Stubs> stubs_;
};

}  // namespace concordat::client

#endif  // CONCORDAT_CLIENT_CLIENT_H_
