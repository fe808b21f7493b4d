#include "server/rpc/privacy_service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "graph/erasure.h"
#include "graph/status_macros.h"
#include "server/convert/common.h"
#include "server/convert/privacy.h"
#include "server/rpc/call.h"
#include "server/rpc/read_session.h"
#include "server/rpc/refused_stream.h"
#include "server/rpc/step_stream.h"
#include "server/rpc/subject_export.h"

namespace concordat {
namespace {

using convert::FromWire;
using convert::ToWire;

absl::Status ListErasuresNow(const ServiceContext& context,
                             const v1::ListErasuresRequest& request,
                             v1::ListErasuresResponse* response) {
  static constexpr absl::string_view kName = "erasures";
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), kName, start));
  CONCORDAT_ASSIGN_OR_RETURN(
      GraphReader::Page<ErasureRecord> page,
      rows::ListErasures(session.reader(), session.revision(), start, limit));
  for (const ErasureRecord& erasure : page.items) {
    ToWire(erasure, *context.tokens, response->add_erasures());
  }
  if (!page.next.empty()) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), std::move(page.next)}, kName));
  }
  response->set_revision(context.tokens->RevisionToken(session.revision()));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* PrivacyServiceHandlers::EraseSubject(
    grpc::CallbackServerContext* rpc, const v1::EraseSubjectRequest* request,
    v1::EraseSubjectResponse* response) {
  static constexpr absl::string_view kMethod = "EraseSubject";
  grpc::ServerUnaryReactor* reactor = rpc->DefaultReactor();
  if (const absl::Status admitted = Admit(context_, *rpc, *request);
      !admitted.ok()) {
    return FinishCall(context_, rpc, kMethod, reactor, admitted);
  }
  absl::StatusOr<ErasureRequest> erasure = FromWire(*request, *context_.tokens);
  if (!erasure.ok()) {
    return FinishCall(context_, rpc, kMethod, reactor, erasure.status());
  }
  context_.committer->Erase(
      *std::move(erasure),
      [this, rpc, reactor, response](absl::StatusOr<ErasureReply> reply) {
        if (reply.ok()) {
          const std::vector<ErasureRecord>& records = reply->outcome.records;
          ToWire(records.front(), *context_.tokens,
                 response->mutable_erasure());
          for (size_t i = 1; i < records.size(); ++i) {
            ToWire(records[i], *context_.tokens, response->add_also());
          }
          response->set_replayed(reply->outcome.replayed);
          response->set_scrubbed(reply->scrubbed);
        }
        FinishCall(context_, rpc, kMethod, reactor, reply.status());
      });
  return reactor;
}

grpc::ServerUnaryReactor* PrivacyServiceHandlers::ListErasures(
    grpc::CallbackServerContext* rpc, const v1::ListErasuresRequest* request,
    v1::ListErasuresResponse* response) {
  return RunCall(context_, rpc, "ListErasures", request,
                 [this, request, response] {
                   return ListErasuresNow(context_, *request, response);
                 });
}

grpc::ServerWriteReactor<v1::ExportSubjectResponse>*
PrivacyServiceHandlers::ExportSubject(grpc::CallbackServerContext* rpc,
                                      const v1::ExportSubjectRequest* request) {
  if (const absl::Status admitted = Admit(context_, *rpc, *request);
      !admitted.ok()) {
    return new RefusedStream<
        grpc::ServerWriteReactor<v1::ExportSubjectResponse>>(
        context_, *rpc, "ExportSubject", admitted);
  }
  auto subject =
      std::make_shared<SubjectExport>(context_, FromWire(request->entity()));
  return new StepStream<v1::ExportSubjectResponse>(
      context_, rpc, "ExportSubject",
      [subject](v1::ExportSubjectResponse& part) {
        return subject->Next(part);
      });
}

}  // namespace concordat
