// The streams of a client.
#include <grpcpp/client_context.h>

#include <memory>
#include <utility>

#include "client/client.h"
#include "client/grpc_stream.h"
#include "client/grpc_watch.h"
#include "client/stubs.h"

namespace concordat::client {

std::unique_ptr<ImportLogStream> Client::ImportLog() {
  return std::make_unique<
      GrpcStream<v1::ImportLogRequest, v1::ImportLogResponse>>(
      options_.address,
      [this](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
        return stubs_->admin.PrepareAsyncImportLog(context, queue);
      });
}

std::unique_ptr<AuditExportStream> Client::RunAudit() {
  return std::make_unique<
      GrpcStream<v1::RunAuditRequest, v1::RunAuditResponse>>(
      options_.address,
      [this](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
        return stubs_->audits.PrepareAsyncRunAudit(context, queue);
      });
}

std::unique_ptr<ReconcileStream> Client::Reconcile() {
  return std::make_unique<
      GrpcStream<v1::ReconcileRequest, v1::ReconcileResponse>>(
      options_.address,
      [this](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
        return stubs_->reconciliation.PrepareAsyncReconcile(context, queue);
      });
}

std::unique_ptr<ClaimStream> Client::StreamClaims() {
  return std::make_unique<
      GrpcStream<v1::StreamClaimsRequest, v1::StreamClaimsResponse>>(
      options_.address,
      [this](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
        return stubs_->claims.PrepareAsyncStreamClaims(context, queue);
      });
}

std::unique_ptr<KnowledgeStream> Client::StreamKnowledge() {
  return std::make_unique<
      GrpcStream<v1::StreamKnowledgeRequest, v1::StreamKnowledgeResponse>>(
      options_.address,
      [this](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
        return stubs_->knowledge.PrepareAsyncStreamKnowledge(context, queue);
      });
}

std::unique_ptr<Watch> Client::StartWatch(v1::WatchRequest request,
                                          WatchPatience patience) {
  return std::make_unique<GrpcWatch>(&stubs_->watch, options_.address,
                                     std::move(request), std::move(patience));
}

}  // namespace concordat::client
