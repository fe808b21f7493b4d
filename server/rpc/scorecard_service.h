#ifndef CONCORDAT_SERVER_RPC_SCORECARD_SERVICE_H_
#define CONCORDAT_SERVER_RPC_SCORECARD_SERVICE_H_

#include <atomic>

#include "concordat/v1/scorecards.grpc.pb.h"
#include "server/rpc/service_context.h"

namespace concordat {

// concordat.v1.ScorecardService. Thread-safe.
class ScorecardServiceHandlers final
    : public v1::ScorecardService::CallbackService {
 public:
  // `context` must outlive this.
  explicit ScorecardServiceHandlers(const ServiceContext* context)
      : context_(*context) {}

  grpc::ServerUnaryReactor* GetScorecard(
      grpc::CallbackServerContext* rpc, const v1::GetScorecardRequest* request,
      v1::GetScorecardResponse* response) override;
  grpc::ServerUnaryReactor* GetConcord(
      grpc::CallbackServerContext* rpc, const v1::GetConcordRequest* request,
      v1::GetConcordResponse* response) override;

 private:
  const ServiceContext& context_;
  // It goes through all that is held: one call at a time does.
  std::atomic<bool> measuring_ = false;
};

}  // namespace concordat

#endif  // CONCORDAT_SERVER_RPC_SCORECARD_SERVICE_H_
