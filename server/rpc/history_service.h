#ifndef CONCORDAT_SERVER_RPC_HISTORY_SERVICE_H_
#define CONCORDAT_SERVER_RPC_HISTORY_SERVICE_H_

#include "concordat/v1/history.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.HistoryService. Thread-safe.
class HistoryServiceHandlers final
    : public v1::HistoryService::CallbackService {
 public:
  // `context` must outlive this.
  explicit HistoryServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* GetCommit(grpc::CallbackServerContext* rpc,
                                      const v1::GetCommitRequest* request,
                                      v1::GetCommitResponse* response) override;
  grpc::ServerUnaryReactor* ListCommits(
      grpc::CallbackServerContext* rpc, const v1::ListCommitsRequest* request,
      v1::ListCommitsResponse* response) override;

 private:
  const ServiceContext& context_;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_HISTORY_SERVICE_H_
