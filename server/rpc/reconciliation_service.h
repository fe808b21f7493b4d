#ifndef CONCORDAT_SERVER_RPC_RECONCILIATION_SERVICE_H_
#define CONCORDAT_SERVER_RPC_RECONCILIATION_SERVICE_H_

#include "concordat/v1/reconciliation.grpc.pb.h"
#include "server/audit/audit_book.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.ReconciliationService. Thread-safe.
class ReconciliationServiceHandlers final
    : public v1::ReconciliationService::CallbackService {
 public:
  // Both must outlive this.
  ReconciliationServiceHandlers(const ServiceContext* context, AuditBook* book)
      : context_(*context), book_(*book) {}

  grpc::ServerUnaryReactor* GetSketchTerms(
      grpc::CallbackServerContext* rpc,
      const v1::GetSketchTermsRequest* request,
      v1::GetSketchTermsResponse* response) override;
  grpc::ServerBidiReactor<v1::ReconcileRequest, v1::ReconcileResponse>*
  Reconcile(grpc::CallbackServerContext* rpc) override;

 private:
  const ServiceContext& context_;
  AuditBook& book_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_RECONCILIATION_SERVICE_H_
