#ifndef CONCORDAT_SERVER_RPC_AUDIT_SERVICE_H_
#define CONCORDAT_SERVER_RPC_AUDIT_SERVICE_H_

#include "concordat/v1/audits.grpc.pb.h"
#include "server/audit/audit_book.h"
#include "server/rpc/service_context.h"

namespace concordat {

using AuditApi = v1::AuditService;
// Those that look at audits, and those that change them; RunAudit takes bytes.
using AuditLookups = AuditApi::WithCallbackMethod_GetAudit<
    AuditApi::WithCallbackMethod_ListAudits<
        AuditApi::WithCallbackMethod_ListAuditFindings<
            AuditApi::WithCallbackMethod_CompareAudits<AuditApi::Service>>>>;
using AuditChanges = AuditApi::WithCallbackMethod_StartAudit<
    AuditApi::WithCallbackMethod_CancelAudit<
        AuditApi::WithCallbackMethod_DeleteAudit<
            AuditApi::WithCallbackMethod_AssignCause<AuditLookups>>>>;

// concordat.v1.AuditService. Thread-safe.
class AuditServiceHandlers final
    : public AuditApi::WithRawCallbackMethod_RunAudit<AuditChanges> {
 public:
  // Both must outlive this.
  AuditServiceHandlers(const ServiceContext* context, AuditBook* book)
      : context_(*context), book_(*book) {}

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* RunAudit(
      grpc::CallbackServerContext* rpc) override;
  grpc::ServerUnaryReactor* StartAudit(
      grpc::CallbackServerContext* rpc, const v1::StartAuditRequest* request,
      v1::StartAuditResponse* response) override;
  grpc::ServerUnaryReactor* GetAudit(grpc::CallbackServerContext* rpc,
                                     const v1::GetAuditRequest* request,
                                     v1::GetAuditResponse* response) override;
  grpc::ServerUnaryReactor* ListAudits(
      grpc::CallbackServerContext* rpc, const v1::ListAuditsRequest* request,
      v1::ListAuditsResponse* response) override;
  grpc::ServerUnaryReactor* CancelAudit(
      grpc::CallbackServerContext* rpc, const v1::CancelAuditRequest* request,
      v1::CancelAuditResponse* response) override;
  grpc::ServerUnaryReactor* DeleteAudit(
      grpc::CallbackServerContext* rpc, const v1::DeleteAuditRequest* request,
      v1::DeleteAuditResponse* response) override;
  grpc::ServerUnaryReactor* ListAuditFindings(
      grpc::CallbackServerContext* rpc,
      const v1::ListAuditFindingsRequest* request,
      v1::ListAuditFindingsResponse* response) override;
  grpc::ServerUnaryReactor* CompareAudits(
      grpc::CallbackServerContext* rpc, const v1::CompareAuditsRequest* request,
      v1::CompareAuditsResponse* response) override;
  grpc::ServerUnaryReactor* AssignCause(
      grpc::CallbackServerContext* rpc, const v1::AssignCauseRequest* request,
      v1::AssignCauseResponse* response) override;

 private:
  const ServiceContext& context_;
  AuditBook& book_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_AUDIT_SERVICE_H_
