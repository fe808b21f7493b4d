#include "server/rpc/audit_service.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "consistency/audits/audit_rows.h"
#include "graph/errors.h"
#include "graph/limits.h"
#include "graph/status_macros.h"
#include "server/convert/audits.h"
#include "server/convert/causes.h"
#include "server/probe/probe_audit.h"
#include "server/probe/probe_book.h"
#include "server/rpc/audit_findings.h"
#include "server/rpc/audit_stream.h"
#include "server/rpc/call.h"
#include "server/rpc/read_session.h"
#include "server/rpc/refused_stream.h"

namespace concordat {
namespace {

// The audit, with how far it is where it runs.
void Show(const ServiceContext& context, const AuditBook& book,
          const audits::AuditRecord& record, v1::Audit* wire) {
  convert::ToWire(record, *context.tokens, wire);
  if (record.state != audits::AuditState::kRunning) return;
  if (const std::shared_ptr<ExportFeed> feed =
          book.FindRunning(record.number)) {
    ShowProgress(context, *feed, wire->mutable_progress());
  }
}

absl::Status ListAuditsNow(const ServiceContext& context, const AuditBook& book,
                           const v1::ListAuditsRequest& request,
                           v1::ListAuditsResponse* response) {
  std::string states;
  for (const int state : request.states()) absl::StrAppend(&states, state, ",");
  const std::string name =
      absl::StrCat("audits/", request.channel(), "/", states);
  std::string start;
  CONCORDAT_ASSIGN_OR_RETURN(const size_t limit, PageSize(request.page_size()));
  CONCORDAT_ASSIGN_OR_RETURN(
      const ReadSession session,
      ReadSession::OpenLatestPage(context, request.page_token(), name, start));
  uint64_t before = 0;
  if (!start.empty() && !absl::SimpleAtoi(start, &before)) {
    return errors::InvalidField("page_token", "is not one of this list");
  }
  uint64_t next = 0;
  uint64_t last = 0;
  CONCORDAT_RETURN_IF_ERROR(rows::VisitAudits(
      session.reader(), before, [&](const audits::AuditRecord& record) {
        const auto& wanted = request.states();
        const bool has_state =
            wanted.empty() ||
            std::find(wanted.begin(), wanted.end(),
                      static_cast<int>(record.state)) != wanted.end();
        if (!has_state || (!request.channel().empty() &&
                           record.channel != request.channel())) {
          return true;
        }
        if (response->audits_size() == static_cast<int>(limit)) {
          next = last;
          return false;
        }
        last = record.number;
        v1::Audit* const audit = response->add_audits();
        Show(context, book, record, audit);
        if (audit->has_result()) {
          audit->mutable_result()->clear_causes();
          audit->mutable_result()->clear_breakdown();
        }
        return true;
      }));
  if (next != 0) {
    response->set_next_page_token(context.tokens->PageToken(
        {session.revision(), absl::StrCat(next)}, name));
  }
  return absl::OkStatus();
}

// What StartAudit is to begin.
absl::StatusOr<AuditSpec> ReadStart(const ServiceContext& context,
                                    const v1::AuditSpec& wire) {
  if (wire.has_consistency() && !wire.consistency().latest()) {
    return errors::InvalidField(
        "spec.consistency",
        "what channels hold is known as of now only: ask for `latest`");
  }
  if (wire.has_sampling() && !wire.has_probe()) {
    return errors::InvalidField(
        "spec.sampling",
        "is only with `probe`: what is held is counted whole in seconds");
  }
  if (wire.has_probe() && wire.has_as_at()) {
    return errors::InvalidField("spec.as_at",
                                "a channel that is asked answers as of now");
  }
  CONCORDAT_ASSIGN_OR_RETURN(AuditSpec spec, ReadAuditSpec(context, wire));
  spec.record.source = audits::AuditSource::kHeld;
  if (wire.has_probe()) {
    CONCORDAT_ASSIGN_OR_RETURN(ProbeClient* const client,
                               context.probes->Require(wire.channel()));
    spec.record.source = audits::AuditSource::kProbe;
    spec.source =
        std::make_shared<ProbeAudit>(context.store, context.clock, client);
  }
  return spec;
}

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*
AuditServiceHandlers::RunAudit(grpc::CallbackServerContext* rpc) {
  if (const absl::Status& admission = ServedCall::Of(*rpc).admission;
      !admission.ok()) {
    return new RefusedStream<
        grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>>(
        context_, *rpc, "RunAudit", admission);
  }
  return AuditStream::Start(&context_, &book_, rpc);
}

grpc::ServerUnaryReactor* AuditServiceHandlers::StartAudit(
    grpc::CallbackServerContext* rpc, const v1::StartAuditRequest* request,
    v1::StartAuditResponse* response) {
  return RunCall(
      context_, rpc, "StartAudit", request,
      [this, request, response]() -> absl::Status {
        CONCORDAT_ASSIGN_OR_RETURN(AuditSpec spec,
                                   ReadStart(context_, request->spec()));
        CONCORDAT_ASSIGN_OR_RETURN(const std::shared_ptr<ExportFeed> feed,
                                   book_.Begin(std::move(spec)));
        Show(context_, book_, feed->run().record(), response->mutable_audit());
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AuditServiceHandlers::GetAudit(
    grpc::CallbackServerContext* rpc, const v1::GetAuditRequest* request,
    v1::GetAuditResponse* response) {
  return RunCall(context_, rpc, "GetAudit", request,
                 [this, request, response]() -> absl::Status {
                   CONCORDAT_ASSIGN_OR_RETURN(
                       const uint64_t number,
                       convert::AuditNumberFromWire("id", request->id()));
                   CONCORDAT_ASSIGN_OR_RETURN(const audits::AuditRecord record,
                                              book_.Get(number));
                   Show(context_, book_, record, response->mutable_audit());
                   return absl::OkStatus();
                 });
}

grpc::ServerUnaryReactor* AuditServiceHandlers::ListAudits(
    grpc::CallbackServerContext* rpc, const v1::ListAuditsRequest* request,
    v1::ListAuditsResponse* response) {
  return RunCall(context_, rpc, "ListAudits", request,
                 [this, request, response] {
                   return ListAuditsNow(context_, book_, *request, response);
                 });
}

grpc::ServerUnaryReactor* AuditServiceHandlers::CancelAudit(
    grpc::CallbackServerContext* rpc, const v1::CancelAuditRequest* request,
    v1::CancelAuditResponse* response) {
  return RunCall(context_, rpc, "CancelAudit", request,
                 [this, request, response]() -> absl::Status {
                   CONCORDAT_ASSIGN_OR_RETURN(
                       const uint64_t number,
                       convert::AuditNumberFromWire("id", request->id()));
                   CONCORDAT_ASSIGN_OR_RETURN(const audits::AuditRecord record,
                                              book_.Cancel(number));
                   Show(context_, book_, record, response->mutable_audit());
                   return absl::OkStatus();
                 });
}

grpc::ServerUnaryReactor* AuditServiceHandlers::DeleteAudit(
    grpc::CallbackServerContext* rpc, const v1::DeleteAuditRequest* request,
    v1::DeleteAuditResponse* /*response*/) {
  return RunCall(context_, rpc, "DeleteAudit", request,
                 [this, request]() -> absl::Status {
                   CONCORDAT_ASSIGN_OR_RETURN(
                       const uint64_t number,
                       convert::AuditNumberFromWire("id", request->id()));
                   return book_.Delete(number);
                 });
}

grpc::ServerUnaryReactor* AuditServiceHandlers::ListAuditFindings(
    grpc::CallbackServerContext* rpc,
    const v1::ListAuditFindingsRequest* request,
    v1::ListAuditFindingsResponse* response) {
  return RunCall(context_, rpc, "ListAuditFindings", request,
                 [this, request, response] {
                   return ListAuditFindingsNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* AuditServiceHandlers::CompareAudits(
    grpc::CallbackServerContext* rpc, const v1::CompareAuditsRequest* request,
    v1::CompareAuditsResponse* response) {
  return RunCall(context_, rpc, "CompareAudits", request,
                 [this, request, response] {
                   return CompareAuditsNow(context_, *request, response);
                 });
}

grpc::ServerUnaryReactor* AuditServiceHandlers::AssignCause(
    grpc::CallbackServerContext* rpc, const v1::AssignCauseRequest* request,
    v1::AssignCauseResponse* response) {
  return RunCall(
      context_, rpc, "AssignCause", request,
      [this, request, response]() -> absl::Status {
        CONCORDAT_ASSIGN_OR_RETURN(
            const uint64_t number,
            convert::AuditNumberFromWire("audit_id", request->audit_id()));
        const auto bytes = static_cast<int64_t>(request->owner().size());
        if (bytes > limits::kAuditActorBytesMax) {
          return errors::LimitExceeded("audit_actor_bytes_max", bytes,
                                       limits::kAuditActorBytesMax, "owner");
        }
        CONCORDAT_ASSIGN_OR_RETURN(
            const audits::AuditCause cause,
            book_.AssignCause(number, request->cause_id(), request->owner()));
        convert::ToWire(cause, response->mutable_cause());
        return absl::OkStatus();
      });
}

}  // namespace concordat
