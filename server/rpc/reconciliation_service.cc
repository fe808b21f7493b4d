#include "server/rpc/reconciliation_service.h"

#include "absl/status/status.h"
#include "graph/errors.h"
#include "graph/status_macros.h"
#include "server/rpc/call.h"
#include "server/rpc/reconcile_stream.h"
#include "server/rpc/refused_stream.h"
#include "server/rpc/sketch_terms.h"

namespace concordat {

grpc::ServerUnaryReactor* ReconciliationServiceHandlers::GetSketchTerms(
    grpc::CallbackServerContext* rpc, const v1::GetSketchTermsRequest* request,
    v1::GetSketchTermsResponse* response) {
  return RunCall(context_, rpc, "GetSketchTerms", request,
                 [this, request, response]() -> absl::Status {
                   CONCORDAT_ASSIGN_OR_RETURN(
                       *response->mutable_terms(),
                       SketchTermsOf(context_, request->channel()));
                   return absl::OkStatus();
                 });
}

grpc::ServerBidiReactor<v1::ReconcileRequest, v1::ReconcileResponse>*
ReconciliationServiceHandlers::Reconcile(grpc::CallbackServerContext* rpc) {
  if (const absl::Status& admission = ServedCall::Of(*rpc).admission;
      !admission.ok()) {
    return new RefusedStream<
        grpc::ServerBidiReactor<v1::ReconcileRequest, v1::ReconcileResponse>>(
        context_, *rpc, "Reconcile", admission);
  }
  return ReconcileStream::Start(&context_, &book_, rpc);
}

}  // namespace concordat
