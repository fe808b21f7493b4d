#include "server/rpc/finding_service.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "consistency/consistency_reader.h"
#include "consistency/finding_rows.h"
#include "consistency/rows.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/convert/claims.h"
#include "server/convert/common.h"
#include "server/convert/findings.h"
#include "server/rpc/answer_bytes.h"
#include "server/rpc/call.h"
#include "server/rpc/finding_evidence.h"
#include "server/rpc/finding_filter.h"
#include "server/rpc/finding_updates.h"
#include "server/rpc/read_session.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

// The finding under the canonical id of its entity.
absl::Status Show(const Identity& identity, const convert::FindingView& view,
                  const Finding& finding, v1::Finding* wire) {
  ToWire(finding, view, wire);
  CONCORDAT_ASSIGN_OR_RETURN(const EntityId canonical,
                             identity.CanonicalOf(finding.subject.entity));
  convert::ShowCanonical(canonical, wire);
  return absl::OkStatus();
}

absl::Status ListFindingsNow(const ServiceContext& context,
                             const v1::ListFindingsRequest& request,
                             v1::ListFindingsResponse* response) {
  const std::string name =
      absl::StrCat("findings/", request.filter().ShortDebugString());
  const auto vocabulary = context.vocabularies->Current();
  CONCORDAT_RETURN_IF_ERROR(
      CheckFindingFilter("filter", request.filter(), vocabulary.get()));
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  const Identity identity = session.identity();
  CONCORDAT_ASSIGN_OR_RETURN(const FindingFilter filter,
                             ReadFindingFilter(request.filter(), identity));
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(session.reader()));
  const convert::FindingView view{*context.tokens, mutes, context.clock->Now()};
  CONCORDAT_ASSIGN_OR_RETURN(
      FindingPage page,
      ListFindings(session.reader(), mutes, filter, start, limit));
  for (const Finding& finding : page.findings) {
    CONCORDAT_RETURN_IF_ERROR(
        Show(identity, view, finding, response->add_findings()));
  }
  const size_t kept = CutToAnswer(response->mutable_findings());
  if (kept < page.findings.size()) {
    CONCORDAT_ASSIGN_OR_RETURN(
        page, ListFindings(session.reader(), mutes, filter, start, kept));
  }
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  if (request.count_total()) {
    CONCORDAT_ASSIGN_OR_RETURN(const int64_t total,
                               CountFindings(session.reader(), mutes, filter));
    response->set_total(total);
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

absl::Status ReplayFindingsNow(const ServiceContext& context,
                               const v1::ReplayFindingsRequest& request,
                               v1::ReplayFindingsResponse* response) {
  const std::string name =
      absl::StrCat("replay/", request.filter().ShortDebugString());
  const auto vocabulary = context.vocabularies->Current();
  CONCORDAT_RETURN_IF_ERROR(
      CheckFindingFilter("filter", request.filter(), vocabulary.get()));
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  const Reader& reader = session.reader();
  CONCORDAT_ASSIGN_OR_RETURN(
      const FindingFilter filter,
      ReadFindingFilter(request.filter(), session.identity()));
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(reader));
  CONCORDAT_ASSIGN_OR_RETURN(FindingPage page,
                             ListFindings(reader, mutes, filter, start, limit));
  CONCORDAT_ASSIGN_OR_RETURN(const Revision oldest, rows::ReadOldest(reader));
  int64_t unreplayable = 0;
  for (const Finding& finding : page.findings) {
    CONCORDAT_ASSIGN_OR_RETURN(
        const bool replayed,
        ReplayFinding(context, reader, oldest, finding, response));
    if (!replayed) ++unreplayable;
  }
  response->set_unreplayable(unreplayable);
  response->set_replayed(static_cast<int64_t>(page.findings.size()) -
                         unreplayable);
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, name));
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

absl::Status GetFindingNow(const ServiceContext& context,
                           const v1::GetFindingRequest& request,
                           v1::GetFindingResponse* response) {
  CONCORDAT_ASSIGN_OR_RETURN(const ReadSession session,
                             ReadSession::OpenLatest(context));
  CONCORDAT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                             rows::GetFinding(session.reader(), request.id()));
  if (!finding.has_value()) return errors::NotFound("this finding");
  CONCORDAT_ASSIGN_OR_RETURN(const Mutes mutes, ReadMutes(session.reader()));
  CONCORDAT_RETURN_IF_ERROR(Show(session.identity(),
                                 {*context.tokens, mutes, context.clock->Now()},
                                 *finding, response->mutable_finding()));
  CONCORDAT_RETURN_IF_ERROR(AddEvidence(context, session, *finding, response));

  CONCORDAT_ASSIGN_OR_RETURN(
      const std::vector<FindingEvent> events,
      rows::GetFindingEvents(session.reader(), finding->id));
  for (const FindingEvent& event : events) {
    ToWire(event, *context.tokens, response->add_history());
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return CheckAnswerBytes(*response);
}

}  // namespace

grpc::ServerUnaryReactor* FindingServiceHandlers::ListFindings(
    grpc::CallbackServerContext* rpc, const v1::ListFindingsRequest* request,
    v1::ListFindingsResponse* response) {
  return RunCall(context_, rpc, "ListFindings", request,
                 [this, request, response] {
                   return ListFindingsNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* FindingServiceHandlers::GetFinding(
    grpc::CallbackServerContext* rpc, const v1::GetFindingRequest* request,
    v1::GetFindingResponse* response) {
  return RunCall(context_, rpc, "GetFinding", request,
                 [this, request, response] {
                   return GetFindingNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* FindingServiceHandlers::ReplayFindings(
    grpc::CallbackServerContext* rpc, const v1::ReplayFindingsRequest* request,
    v1::ReplayFindingsResponse* response) {
  return RunCall(context_, rpc, "ReplayFindings", request,
                 [this, request, response] {
                   return ReplayFindingsNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* FindingServiceHandlers::UpdateFindings(
    grpc::CallbackServerContext* rpc, const v1::UpdateFindingsRequest* request,
    v1::UpdateFindingsResponse* response) {
  return StartUpdateFindings(context_, rpc, *request, response);
}

grpc::ServerUnaryReactor* FindingServiceHandlers::PutMute(
    grpc::CallbackServerContext* rpc, const v1::PutMuteRequest* request,
    v1::PutMuteResponse* response) {
  return StartPutMute(context_, rpc, *request, response);
}

grpc::ServerUnaryReactor* FindingServiceHandlers::LiftMute(
    grpc::CallbackServerContext* rpc, const v1::LiftMuteRequest* request,
    v1::LiftMuteResponse* response) {
  return StartLiftMute(context_, rpc, *request, response);
}

grpc::ServerUnaryReactor* FindingServiceHandlers::ListMutes(
    grpc::CallbackServerContext* rpc, const v1::ListMutesRequest* request,
    v1::ListMutesResponse* response) {
  return RunCall(context_, rpc, "ListMutes", request,
                 [this, request, response] {
                   return ListMutesNow(context_, *request, response);
                 });
}

}  // namespace concordat
